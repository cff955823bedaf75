//! Status keys in the native surface: the table, which the vendor has no endpoint for.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ApiResult, Request};
use domain::error::Error;
use domain::status_keys::StatusKey;

use service::openapi::{Operation, Parameter, schema};

/// A status key with its message and color.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Status {
    pub key: i64,
    pub message: &'static str,
    pub color: &'static str,
}

/// The status of a row of the table.
pub const fn status(row: StatusKey) -> Status {
    Status { key: row.key, message: row.message, color: row.color.name() }
}

/// The status of a key.
pub fn status_of(key: i64) -> Option<Status> {
    domain::status_keys::find(key).map(status)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusKeys")]
struct List {
    status_keys: Vec<Object>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusKey")]
struct Object {
    key: i64,
    message: &'static str,
    color: &'static str,
    position: usize,
}

fn objects() -> impl Iterator<Item = Object> {
    let object = |(index, StatusKey { key, message, color }): (usize, StatusKey)| Object {
        key,
        message,
        color: color.name(),
        position: index + 1,
    };
    domain::status_keys::all().enumerate().map(object)
}

const TAG: &str = "status_keys";

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listStatusKeys", "List status keys")
};

/// `GET /status_keys`
pub async fn index(request: Request) -> ApiResult {
    request.query(&[])?;
    Ok(crate::json(&List { status_keys: objects().collect() }))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[Parameter::path("key", schema::id, "The status key.")],
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showStatusKey", "Show a status key")
};

/// `GET /status_keys/{key}`
pub async fn show(request: Request) -> ApiResult {
    request.query(&[])?;
    let key = request.id()?;
    let found = objects().find(|object| object.key == key).ok_or(Error::NotFound)?;
    Ok(crate::json(&found))
}
