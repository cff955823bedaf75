//! `select`: the members of a collection and of its elements that a response shows. See
//! `docs/contracts/openproject.md#filters-and-sorting`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::Error;
use service::params::Params;

/// The supported values of `select` for a collection of projects, as the error message lists them.
pub const SUPPORTED: &str = "*, total, count, pageSize, offset, self, elements/*, elements/id, elements/identifier, \
    elements/name, elements/active, elements/public, elements/_type, elements/self";

/// Applies `select`, a list separated by commas or a JSON list, of some supported paths. Returns `None` if it is absent.
///
/// # Errors
/// [`Error::InvalidSelect`]
pub fn apply(
    query: &Params,
    supported_paths: &'static str,
    collection: &impl Serialize,
) -> Result<Option<Value>, Error> {
    let Some(requested) = query.filled("select") else { return Ok(None) };
    let paths: Vec<String> = serde_json::from_str(&requested)
        .unwrap_or_else(|_| requested.split(',').map(|path| path.trim().to_owned()).collect());
    let supported: Vec<&str> = supported_paths.split(", ").collect();
    let unknown: Vec<&str> =
        paths.iter().map(String::as_str).filter(|path| !supported.contains(path)).collect();
    if !unknown.is_empty() {
        return Err(Error::InvalidSelect(unknown.join(", "), supported_paths));
    }
    // A path that is repeated is looked up once.
    let paths: Vec<&str> =
        supported.into_iter().filter(|known| paths.iter().any(|path| path == known)).collect();
    let own: Vec<&str> = paths.iter().copied().filter(|path| !path.contains('/')).collect();
    let collection = serde_json::to_value(collection).expect("objects are made of texts, numbers and lists");
    let inner: Vec<&str> = paths.iter().filter_map(|path| path.strip_prefix("elements/")).collect();
    let mut selected = chosen(&collection, &own);
    if !inner.is_empty() {
        let elements = collection["_embedded"]["elements"].as_array().cloned().unwrap_or_default();
        let elements: Vec<Value> = elements.iter().map(|one| Value::Object(chosen(one, &inner))).collect();
        selected.insert("_embedded".into(), serde_json::json!({ "elements": elements }));
    }
    Ok(Some(Value::Object(selected)))
}

fn chosen(object: &Value, names: &[&str]) -> Map<String, Value> {
    let members = object.as_object().cloned().unwrap_or_default();
    let all = names.contains(&"*");
    let mut selected: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| (all && *name != "_embedded") || names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if names.contains(&"self") && !all {
        selected.insert("_links".into(), serde_json::json!({ "self": object["_links"]["self"] }));
    }
    selected
}
