//! Reading envelopes and errors.

use serde_json::{Value, json};

use crate::check::{Verdict, ensure_eq, ensure_status, id_of, items};
use crate::client::Response;

/// The ids of the results.
pub fn ids(response: &Response) -> Vec<String> {
    items(&response.json["results"]).iter().map(|result| id_of(&result["id"])).collect()
}

/// The objects of the results, in their order.
pub fn objects(response: &Response) -> Vec<Value> {
    let results = items(&response.json["results"]).iter();
    results
        .map(|one| response.json[one["key"].as_str().unwrap_or_default()][id_of(&one["id"])].clone())
        .collect()
}

/// The id and the object of the first result.
pub fn first_object(response: &Response) -> (String, Value) {
    let object = objects(response).into_iter().next().unwrap_or_default();
    (ids(response).into_iter().next().unwrap_or_default(), object)
}

/// Adds members to an object.
pub fn merge(object: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

/// Requires an error whose first entry has this type, and this field and this message if they are given.
pub fn ensure_error(
    response: &Response,
    status: u16,
    kind: &str,
    field: Option<&str>,
    message: Option<&str>,
) -> Verdict {
    ensure_status(response, status)?;
    let mut entry = response.json["errors"][0].clone();
    let mut expected = json!({ "type": kind });
    if let Some(field) = field {
        expected["field"] = field.into();
    }
    match message {
        Some(message) => expected["message"] = message.into(),
        // The contract leaves the wording to the server.
        None => drop(entry.as_object_mut().and_then(|entry| entry.shift_remove("message"))),
    }
    // The vendor's framework adds the object's index, which means nothing for a single object.
    drop(entry.as_object_mut().and_then(|entry| entry.shift_remove("index")));
    ensure_eq("an entry", entry, expected)
}

/// Requires strings of digits.
pub fn ensure_ids<'v>(what: &str, mut values: impl Iterator<Item = &'v Value>) -> Verdict {
    let is_id = |value: &Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match values.find(|value| !is_id(value)) {
        Some(other) => crate::check::differs(format!("{what} as a string of digits"), other),
        None => Ok(()),
    }
}
