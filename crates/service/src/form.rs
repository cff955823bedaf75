//! Decodes nested forms as Rack does (docs/contracts/kantata.md#requests). [`super::body`] calls this, and the Kantata API
//! for queries.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use domain::error::{Error, Unreadable};

/// Maximum depth of names.
pub(super) const DEPTH: usize = 32;

/// Decodes `a=1&b[c]=2&d[][e]=3` into objects, lists and texts; a name without `=` has the value null.
///
/// # Errors
/// [`Error::Unreadable`] if an escape is invalid, a text is not UTF-8, names nest too deep, or shapes conflict.
pub fn decode(text: &[u8]) -> Result<Map<String, Value>, Error> {
    let mut params = Map::new();
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = unescape(halves.next().unwrap_or_default())?;
        let value = halves.next().map(unescape).transpose()?.map_or(Value::Null, Value::String);
        insert(&mut params, &name, value, DEPTH)?;
    }
    Ok(params)
}

/// The names that a query contains more than once, except those of lists.
pub fn repeated(query: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let names = pairs.filter_map(|pair| unescape(pair.split('=').next().unwrap_or_default().as_bytes()).ok());
    let mut seen = HashSet::new();
    let again = names.filter(|name| !name.ends_with("[]") && !seen.insert(name.clone()));
    again.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Decodes a name or a value.
///
/// # Errors
/// [`Error::Unreadable`] as for [`decode`].
pub fn unescape(text: &[u8]) -> Result<String, Error> {
    let broken = |rest: &[u8]| !(rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit));
    if text.iter().enumerate().any(|(index, byte)| *byte == b'%' && broken(&text[index + 1..])) {
        return Err(Error::Unreadable(Unreadable::Escape));
    }
    let spaced: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<_>>().into()
    } else {
        text.into()
    };
    let decoded: Cow<'_, [u8]> = percent_decode(&spaced).into();
    String::from_utf8(decoded.into_owned()).map_err(|_| Error::Unreadable(Unreadable::Utf8))
}

/// Inserts a value under a nested name.
///
/// # Errors
/// [`Error::Unreadable`] as for [`decode`].
pub(super) fn insert(
    params: &mut Map<String, Value>,
    name: &str,
    value: Value,
    depth: usize,
) -> Result<(), Error> {
    if depth == 0 {
        return Err(Error::unreadable("parameters are nested too deep"));
    }
    let bracket = ['[', ']'];
    let start = name.trim_start_matches(bracket);
    let (key, after) = start.split_at(start.find(bracket).unwrap_or(start.len()));
    if key.is_empty() {
        return Ok(());
    }
    let after = after.trim_start_matches(']');
    if after.is_empty() {
        params.insert(key.to_owned(), value);
        return Ok(());
    }
    if after == "[" {
        params.insert(name.to_owned(), value);
        return Ok(());
    }
    if after == "[]" {
        list(params, key)?.push(value);
        return Ok(());
    }
    if let Some(child) = after.strip_prefix("[]") {
        let inner = child.strip_prefix('[').and_then(|child| child.strip_suffix(']'));
        let child = inner.filter(|inner| !inner.contains(bracket)).unwrap_or(child);
        let items = list(params, key)?;
        match items.last_mut() {
            Some(Value::Object(last)) if !has(last, child) => return insert(last, child, value, depth - 1),
            _ => {}
        }
        let mut item = Map::new();
        insert(&mut item, child, value, depth - 1)?;
        items.push(Value::Object(item));
        return Ok(());
    }
    match params.entry(key).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(object) => insert(object, after, value, depth - 1),
        _ => Err(conflict(key)),
    }
}

fn list<'p>(params: &'p mut Map<String, Value>, key: &str) -> Result<&'p mut Vec<Value>, Error> {
    match params.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(items) => Ok(items),
        _ => Err(conflict(key)),
    }
}

/// Whether the object has the member of a nested name.
fn has(object: &Map<String, Value>, child: &str) -> bool {
    if child.contains("[]") {
        return false;
    }
    let mut parts = child.split(['[', ']']).filter(|part| !part.is_empty()).peekable();
    let mut object = object;
    while let Some(part) = parts.next() {
        match object.get(part) {
            None => return false,
            Some(Value::Object(inner)) => object = inner,
            Some(_) => return parts.peek().is_none(),
        }
    }
    true
}

fn conflict(key: &str) -> Error {
    Error::unreadable(format!("conflicting shapes for parameter `{key}`"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn decoded(text: &str) -> Value {
        Value::Object(decode(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_member_goes_to_the_last_object_until_it_has_it() {
        let text = "s[d][][category]=Scope&s[d][][color]=green&s[d][][category]=Budget&s[d][][color]=red";
        assert_eq!(
            decoded(text),
            json!({"s": {"d": [
                {"category": "Scope", "color": "green"},
                {"category": "Budget", "color": "red"},
            ]}})
        );
    }

    #[test]
    fn a_member_after_a_scalar_starts_an_object() {
        assert_eq!(decoded("a[]=1&a[][b]=2&a[]=3"), json!({"a": ["1", {"b": "2"}, "3"]}));
        assert_eq!(
            decoded("a[][b][c]=1&a[][b][d]=2&a[][b][c]=3"),
            json!({"a": [
                {"b": {"c": "1", "d": "2"}},
                {"b": {"c": "3"}},
            ]})
        );
        assert_eq!(decoded("a[][b][]=1&a[][b][]=2"), json!({"a": [{"b": ["1", "2"]}]}));
    }

    #[test]
    fn names_without_a_value_are_null_and_the_last_of_two_wins() {
        assert_eq!(decoded("a&b=&b=2&c[]"), json!({"a": null, "b": "2", "c": [null]}));
        assert_eq!(decoded("&&a=%C3%A9+x&[]=1&=2"), json!({"a": "é x"}));
        assert_eq!(decoded("a[=1&[b]=2"), json!({"a[": "1", "b": "2"}));
    }

    #[test]
    fn invalid_forms_are_refused() {
        let nested = format!("a{}=1", "[b]".repeat(40));
        for text in ["a=1&a[b]=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2", "a=%zz", "a=%4", "a=%FF", &nested] {
            assert!(matches!(decode(text.as_bytes()), Err(Error::Unreadable(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(text: Vec<u8>) {
            drop(decode(&text));
        }

        #[test]
        fn any_names_are_read_or_refused(text in "([ab\\[\\]]{0,12}(=[0-9%]{0,3})?&?){0,12}") {
            drop(decode(text.as_bytes()));
        }
    }
}
