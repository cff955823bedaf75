//! The parts of the OpenAPI document that the resources share.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::cursor::Page;
use super::problem::Document;
use service::openapi::{About, Parameter, schema};

/// The description of the surface as a whole.
pub const ABOUT: About = About {
    title: "Statuary",
    description: "Statuary's own API, for what the vendors' APIs lack. Unknown parameters are refused. Errors are problem \
        documents (RFC 9457), described at `/problems`. Lists return cursors, in `next_cursor` and in the header `Link`.",
    media_type: "application/json",
    error_media_type: "application/problem+json",
    error: |generator| schema::of::<Document<'_>>(generator),
    errors: &[400, 401, 404, 405, 414, 429, 431, 503, 504],
    body_errors: &[408, 413, 415, 422],
    security,
    examples: include_str!("examples.json"),
};

fn security() -> Value {
    json!({ "token": { "type": "http", "scheme": "bearer", "description": "The access token of a user." } })
}

/// `from`
pub const FROM: Parameter = Parameter::query("from", date, "The first day, in UTC.");
/// `to`
pub const TO: Parameter = Parameter::query("to", date, "The last day, in UTC.");
/// `as_of`
pub const AS_OF: Parameter = Parameter::query(
    "as_of",
    moment,
    "What held then, as it is known today; a date stands for its end in UTC, today for now.",
);
/// `known_at`
pub const KNOWN_AT: Parameter = Parameter::query(
    "known_at",
    moment,
    "What the store knew then; a date stands for its end in UTC, today for now.",
);
/// `limit`
pub const LIMIT: Parameter = Parameter::query("limit", limit, "The number of items per page.");
/// `cursor`
pub const CURSOR: Parameter =
    Parameter::query("cursor", schema::text, "The `next_cursor` of the previous page.");

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

/// A day or a time.
pub fn moment() -> Value {
    json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] })
}

/// The schema of an answer to a read that takes [`AS_OF`] and [`KNOWN_AT`]: a read in the past has two more members.
pub fn seen<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let time =
        |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    let properties = json!({
        "as_of": time("In answers to reads in the past: when it was so."),
        "known_at": time("In answers to reads in the past: when it was known."),
    });
    json!({ "allOf": [schema::of::<T>(generator), { "type": "object", "properties": properties }] })
}

fn limit() -> Value {
    let (usual, most) = (Page::<()>::DEFAULT_LIMIT, Page::<()>::MAX_LIMIT);
    json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual })
}

/// The schema of an object without other members.
pub fn closed(required: &[&str], properties: &[(&str, Value)]) -> Value {
    let mut schema = schema::object(required, properties);
    schema["additionalProperties"] = false.into();
    schema
}

/// A text that is not blank.
pub fn filled() -> Value {
    json!({ "type": "string", "pattern": "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$" })
}

/// A text that is not blank, of at most `limit` characters.
pub fn filled_within(limit: usize) -> Value {
    let mut schema = filled();
    schema["maxLength"] = limit.into();
    schema
}

/// A text or null.
pub fn nullable_text() -> Value {
    json!({ "type": ["string", "null"], "pattern": "^[^\\u0000]*$" })
}

/// A day or null.
pub fn nullable_date() -> Value {
    json!({ "type": ["string", "null"], "format": "date" })
}

/// A key of the table of status keys.
pub fn status_key() -> Value {
    let keys: Vec<i64> = domain::status_keys::all().map(|row| row.key).collect();
    json!({ "type": "integer", "enum": keys })
}

/// `true` or `false`.
pub fn flag() -> Value {
    json!({ "type": "boolean", "default": false })
}
