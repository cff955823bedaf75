//! How the document of Statuary's own surface spells things.

use serde_json::{Value, json};

use super::cursor::Page;
use super::problem::Document;
use service::openapi::{About, Parameter, schema};

/// What the document says of the surface as a whole.
pub const ABOUT: About = About {
    title: "Statuary",
    description: "What neither vendor's surface says. Parameters that are not known are refused. Errors are problem \
        documents (RFC 9457), described at `/problems`. Lists hand out cursors, in `next_cursor` and in the header \
        `Link`.",
    media_type: "application/json",
    error_media_type: "application/problem+json",
    error: |generator| schema::of::<Document<'_>>(generator),
    errors: &[400, 401, 404, 405, 414, 429, 431, 503, 504],
    body_errors: &[408, 413, 415, 422],
    security,
    examples: include_str!("examples.json"),
};

fn security() -> Value {
    json!({ "token": { "type": "http", "scheme": "bearer", "description": "A token of a user." } })
}

/// `from`
pub const FROM: Parameter = Parameter::query("from", date, "The first day, in UTC.");
/// `to`
pub const TO: Parameter = Parameter::query("to", date, "The last day, in UTC.");
/// `limit`
pub const LIMIT: Parameter = Parameter::query("limit", limit, "How many a page holds.");
/// `cursor`
pub const CURSOR: Parameter =
    Parameter::query("cursor", schema::text, "The `next_cursor` of the page before.");

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn limit() -> Value {
    let (usual, most) = (Page::<()>::USUAL, Page::<()>::MOST);
    json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual })
}

/// `true` or `false`.
pub fn flag() -> Value {
    json!({ "type": "boolean", "default": false })
}
