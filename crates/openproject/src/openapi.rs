//! The parts of the OpenAPI document that the resources share.

use serde_json::{Value, json};

use super::paging;
use service::openapi::{About, schema};

/// The description of the surface as a whole.
pub const ABOUT: About = About {
    title: "Statuary: the OpenProject surface",
    description: "Statuses, project statuses, and workspaces as projects, compatible with API v3 of OpenProject. Unknown \
        parameters and members are ignored.",
    media_type: "application/hal+json",
    error_media_type: "application/hal+json",
    error: |generator| schema::named(generator, "Error", error()),
    errors: &[400, 401, 403, 404, 406, 414, 429, 431, 503, 504],
    body_errors: &[408, 413, 415, 422],
    security,
    examples: include_str!("examples.json"),
};

fn security() -> Value {
    json!({
        "apiKey": { "type": "http", "scheme": "basic", "description": "The user name `apikey` with an access token as the password." },
        "token": { "type": "http", "scheme": "bearer", "description": "The access token of a user." },
        "oauth": { "type": "oauth2", "flows": { "authorizationCode": {
            "authorizationUrl": "/oauth/authorize",
            "tokenUrl": "/oauth/token",
            "refreshUrl": "/oauth/token",
            "scopes": { "api_v3": "Everything that the user may do." },
        } } },
    })
}

fn error() -> Value {
    let text = || json!({ "type": "string" });
    let members = [
        ("_type", json!({ "const": "Error" })),
        ("errorIdentifier", json!({ "type": "string", "pattern": "^urn:openproject-org:api:v3:errors:" })),
        ("message", text()),
        ("_embedded", json!({ "type": "object" })),
    ];
    schema::object(&["_type", "errorIdentifier", "message"], &members)
}

/// A text that is not blank.
pub fn filled() -> Value {
    json!({ "type": "string", "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$" })
}

/// A Markdown text; only `raw` is read.
pub fn formattable() -> Value {
    let raw = json!({ "type": ["string", "null"], "pattern": "^[^\\u0000]*$" });
    json!({ "anyOf": [{ "type": "null" }, schema::object(&[], &[("raw", raw)])] })
}

/// A parameter that counts as absent if it is blank.
fn or_blank(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "string", "pattern": "^\\s*$" }] })
}

/// The number of a page.
pub fn page_number() -> Value {
    or_blank(&json!({ "type": "integer", "format": "int64", "minimum": 1 }))
}

/// The size of a page.
pub fn page_size() -> Value {
    or_blank(&json!({ "type": "integer", "format": "int64", "minimum": -1, "default": paging::SIZE }))
}

/// The id of a work package or an activity.
pub fn number() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 1 })
}

/// The id of a project, or its identifier.
pub fn id_or_identifier() -> Value {
    json!({ "type": "string", "pattern": "^([a-z0-9]+-)*[0-9]+$" })
}
