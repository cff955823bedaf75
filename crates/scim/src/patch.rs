//! Changes of a resource (RFC 7644, section 3.5.2), as Entra ID and Okta send them. They are applied to the resource as
//! it was answered; what comes out is read like a whole new resource.

use serde_json::{Map, Value, json};

use super::error::Error;
use super::filter::{Filter, without_schema};

/// The maximum number of operations in a request.
const MOST_OPERATIONS: usize = 1_000;
/// Attributes that the service writes alone.
const READ_ONLY: [&str; 3] = ["id", "meta", "groups"];

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Add,
    Replace,
    Remove,
}

/// The place of a change: `attribute[filter].part`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Path {
    attribute: String,
    filter: Option<Filter>,
    part: Option<String>,
}

/// Applies the operations of a request to a resource.
///
/// # Errors
/// [`Error::Refused`]
pub fn apply(resource: &mut Value, request: &Map<String, Value>) -> Result<(), Error> {
    let operations = member(request, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| Error::syntax("`Operations` is not a list"))?;
    if operations.len() > MOST_OPERATIONS {
        return Err(Error::value(format!("there are more than {MOST_OPERATIONS} operations")));
    }
    let members = resource.as_object_mut().ok_or_else(|| Error::syntax("the resource is not an object"))?;
    for operation in operations {
        let own = operation.as_object().ok_or_else(|| Error::syntax("an operation is not an object"))?;
        let kind = member(own, "op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let kind = match kind.as_str() {
            "add" => Operation::Add,
            "replace" => Operation::Replace,
            "remove" => Operation::Remove,
            _ => return Err(Error::syntax("`op` is none of add, replace and remove")),
        };
        let value = member(own, "value");
        match (member(own, "path").and_then(Value::as_str), value) {
            (Some(path), value) => change(members, kind, &Path::read(path)?, value)?,
            (None, Some(Value::Object(values))) if kind != Operation::Remove => {
                // Okta sends the id of a group with its new name.
                for (path, value) in values.iter().filter(|(name, _)| !is_read_only(name)) {
                    change(members, kind, &Path::read(path)?, Some(value))?;
                }
            }
            (None, _) if kind == Operation::Remove => {
                return Err(Error::Refused(
                    axum::http::StatusCode::BAD_REQUEST,
                    "noTarget",
                    "remove needs a path".into(),
                ));
            }
            (None, _) => {
                return Err(Error::syntax("an operation without a path needs an object as its value"));
            }
        }
    }
    Ok(())
}

/// A member of an object, ignoring the case of its name.
pub fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Path {
    fn read(text: &str) -> Result<Self, Error> {
        let wrong = || Error::path(format!("`{text}` is not a path"));
        let (head, filter, rest) = match text.split_once('[') {
            Some((head, rest)) => {
                let (filter, rest) = rest.rsplit_once(']').ok_or_else(wrong)?;
                (head, Some(Filter::read(filter).map_err(|_| wrong())?), rest)
            }
            None => (text, None, ""),
        };
        let head = without_schema(head.trim());
        let (attribute, part) = match head.split_once('.') {
            Some((attribute, part)) => (attribute, Some(part)),
            None => (head, rest.strip_prefix('.')),
        };
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_$".contains(&byte))
        };
        if !is_name(attribute) || !part.is_none_or(is_name) || (!rest.is_empty() && part.is_none()) {
            return Err(wrong());
        }
        Ok(Self { attribute: attribute.to_owned(), filter, part: part.map(str::to_owned) })
    }
}

fn is_read_only(name: &str) -> bool {
    READ_ONLY.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The name of a member as the resource has it.
fn known(members: &Map<String, Value>, name: &str) -> String {
    members.keys().find(|own| own.eq_ignore_ascii_case(name)).cloned().unwrap_or_else(|| name.to_owned())
}

fn change(
    members: &mut Map<String, Value>,
    kind: Operation,
    path: &Path,
    value: Option<&Value>,
) -> Result<(), Error> {
    if is_read_only(&path.attribute) {
        return Err(Error::mutability(format!("`{}` is read-only", path.attribute)));
    }
    let needed = || value.ok_or_else(|| Error::value(format!("`{}` has no value", path.attribute)));
    let name = known(members, &path.attribute);
    match (&path.filter, &path.part) {
        (None, None) if kind == Operation::Remove => remove(members, &name, value),
        (None, None) => put(members, kind, name, needed()?),
        (None, Some(part)) => {
            // A part of a list is one of its first element, which is made if there is none.
            let own = members.entry(name).or_insert_with(|| json!({}));
            let own = match own {
                Value::Array(items) => {
                    if items.is_empty() {
                        items.push(json!({}));
                    }
                    &mut items[0]
                }
                own => own,
            };
            if !own.is_object() {
                *own = json!({});
            }
            set_part(own, part, if kind == Operation::Remove { None } else { Some(needed()?) });
        }
        (Some(filter), part) => {
            let items = members.entry(name).or_insert_with(|| json!([]));
            let Some(items) = items.as_array_mut() else {
                return Err(Error::path(format!("`{}` is not a list", path.attribute)));
            };
            if kind == Operation::Remove && part.is_none() {
                items.retain(|item| !filter.passes(item));
                return Ok(());
            }
            if kind != Operation::Remove && !items.iter().any(|item| filter.passes(item)) {
                let mut made = json!({});
                made[filter.attribute.as_str()] = filter.value.clone();
                items.push(made);
            }
            for item in items.iter_mut().filter(|item| filter.passes(item)) {
                match (part, kind) {
                    (Some(part), Operation::Remove) => set_part(item, part, None),
                    (Some(part), _) => set_part(item, part, Some(needed()?)),
                    (None, _) => merge(item, needed()?),
                }
            }
        }
    }
    Ok(())
}

fn set_part(own: &mut Value, part: &str, value: Option<&Value>) {
    let Some(members) = own.as_object_mut() else { return };
    let name = known(members, part);
    match value {
        Some(value) => drop(members.insert(name, value.clone())),
        None => drop(members.remove(&name)),
    }
}

/// Removes an attribute; of a list, the elements that the value names.
fn remove(members: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    let named: Vec<&Value> = match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(item @ Value::Object(_)) => vec![item],
        _ => Vec::new(),
    };
    match members.get_mut(name).and_then(Value::as_array_mut) {
        Some(items) if !named.is_empty() => {
            items.retain(|item| !named.iter().any(|one| one["value"] == item["value"]));
        }
        _ => drop(members.remove(name)),
    }
}

fn put(members: &mut Map<String, Value>, kind: Operation, name: String, value: &Value) {
    match (members.get_mut(&name), value) {
        (Some(Value::Array(items)), value) if kind == Operation::Add => {
            let added = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            for item in added {
                if !items.iter().any(|own| own["value"] == item["value"]) {
                    items.push(item);
                }
            }
        }
        (Some(own @ Value::Object(_)), Value::Object(_)) => merge(own, value),
        _ => drop(members.insert(name, value.clone())),
    }
}

fn merge(own: &mut Value, value: &Value) {
    let Some(values) = value.as_object() else { return };
    for (name, value) in values {
        set_part(own, name, Some(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(operations: &Value) -> Result<Value, Error> {
        let mut resource = json!({"userName": "ada", "active": true, "name": {"familyName": "Park"},
            "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
            "members": [{"value": "1"}, {"value": "2"}]});
        let request = json!({ "Operations": operations });
        apply(&mut resource, request.as_object().expect("an object"))?;
        Ok(resource)
    }

    #[test]
    fn both_ways_of_directories_are_read() {
        for (operations, path, value) in [
            (json!([{"op": "Replace", "path": "active", "value": "False"}]), "/active", json!("False")),
            (json!([{"op": "replace", "value": {"active": false}}]), "/active", json!(false)),
            (
                json!([{"op": "Replace", "value": {"name.familyName": "Lind"}}]),
                "/name/familyName",
                json!("Lind"),
            ),
            (
                json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b"}]),
                "/emails/0/value",
                json!("a@b"),
            ),
            (
                json!([{"op": "Add", "path": "emails[type eq \"home\"].value", "value": "a@b"}]),
                "/emails/1",
                json!({"type": "home", "value": "a@b"}),
            ),
            (
                json!([{"op": "add", "path": "members", "value": [{"value": "2"}, {"value": "3"}]}]),
                "/members",
                json!([{"value": "1"}, {"value": "2"}, {"value": "3"}]),
            ),
            (
                json!([{"op": "Remove", "path": "members", "value": [{"value": "1"}]}]),
                "/members",
                json!([{"value": "2"}]),
            ),
            (
                json!([{"op": "remove", "path": "members[value eq \"2\"]"}]),
                "/members",
                json!([{"value": "1"}]),
            ),
            (json!([{"op": "remove", "path": "members"}]), "/members", Value::Null),
            (json!([{"op": "add", "path": "title", "value": "Lead"}]), "/title", json!("Lead")),
        ] {
            let changed = changed(&operations).expect("a change");
            assert_eq!(changed.pointer(path).unwrap_or(&Value::Null), &value, "{operations}");
        }
        for operations in [
            json!({}),
            json!([{"op": "move", "path": "title"}]),
            json!([{"op": "remove"}]),
            json!([{"op": "replace", "path": "id", "value": "7"}]),
            json!([{"op": "replace", "path": "a[b", "value": "7"}]),
            json!([{"op": "replace", "value": "7"}]),
            json!([{"op": "replace", "path": "title"}]),
        ] {
            assert!(changed(&operations).is_err(), "{operations}");
        }
    }
}
