//! Reading a request's body.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use serde_json::{Map, Value};

use super::form;
use crate::error::Error;

/// The longest body that is read, in bytes.
pub const LIMIT: usize = 512 * 1024;
/// How much of a longer body is still taken in, so that its sender gets to read the refusal.
const DRAINED: usize = 16 * 1024 * 1024;

/// The whole body.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`LIMIT`], [`Error::Unreadable`] when the sender breaks off.
pub async fn read(mut body: Body) -> Result<Bytes, Error> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Error::Unreadable(format!("the body broke off: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > DRAINED {
            break;
        }
        if length <= LIMIT {
            bytes.extend_from_slice(&data);
        }
    }
    if length > LIMIT { Err(Error::TooLarge(LIMIT)) } else { Ok(bytes.freeze()) }
}

/// The members of a body that is a JSON object or a form; none of one of another type.
///
/// # Errors
/// [`Error::Unreadable`] when it is not what it says.
pub fn members(headers: &HeaderMap, bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if bytes.is_empty() {
        Ok(Map::new())
    } else if media_type.eq_ignore_ascii_case("application/json") {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Ok(Map::new()),
            Err(error) => Err(Error::Unreadable(format!("the body is not JSON: {error}"))),
        }
    } else if media_type.is_empty() || media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        // As Rack does, which takes a body of no type for a form.
        form::decode(bytes)
    } else {
        Ok(Map::new())
    }
}
