//! Status keys in Statuary's own surface: the table that no endpoint of the vendor lists.

use serde::Serialize;

use super::StatusKey;
use crate::error::Error;
use crate::native::{self, Answer, Request};

#[derive(Serialize)]
struct List {
    status_keys: Vec<Object>,
}

#[derive(Serialize)]
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
    super::all().enumerate().map(object)
}

/// `GET /status_keys`
pub async fn index(request: Request) -> Answer {
    request.query(&[])?;
    Ok(native::json(&List { status_keys: objects().collect() }))
}

/// `GET /status_keys/{key}`
pub async fn show(request: Request) -> Answer {
    request.query(&[])?;
    let key = request.id()?;
    let found = objects().find(|object| object.key == key).ok_or(Error::NotFound)?;
    Ok(native::json(&found))
}
