//! Reading the body of a request. The APIs, the OAuth endpoints and the forms of the pages call this.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use serde_json::{Map, Value};

use super::multipart::Files;
use super::{coding, form, multipart};
use domain::error::{Error, Unreadable};

/// Maximum length of a body, in bytes.
pub const LIMIT: usize = 512 * 1024;
/// Number of bytes of a longer body that are read and discarded, so that its sender reads the refusal.
const DRAINED: usize = 16 * 1024 * 1024;

/// Reads the whole body, and removes its coding.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`LIMIT`], with its coding or without; [`Error::Unreadable`] if the body ends early; and the
/// errors of [`coding::decode`].
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Error> {
    read_within(headers, body, LIMIT).await
}

/// [`read`], with another limit.
///
/// # Errors
/// As [`read`].
pub async fn read_within(headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Bytes, Error> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Error::Unreadable(Unreadable::BodyEndedEarly(error.to_string())))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > DRAINED {
            break;
        }
        if length <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit { Err(Error::TooLarge(limit)) } else { coding::decode(headers, bytes.freeze(), limit) }
}

/// The media types that Rails reads as JSON.
const JSON: [&str; 3] = ["application/json", "text/x-json", "application/jsonrequest"];

fn is_one_of(media_type: &str, known: &[&str]) -> bool {
    known.iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

/// Removes the byte order mark that some editors put before a text (RFC 8259, section 8.1).
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The members of a body that is a JSON object or a form; a body of another type has none.
///
/// # Errors
/// [`Error::Unreadable`] if the body does not have the type that its header names.
pub async fn members(headers: &HeaderMap, bytes: &Bytes) -> Result<Map<String, Value>, Error> {
    members_with(headers, bytes, Files::Named).await
}

/// The media type of a content type, without its parameters.
pub fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// [`members`], with files as `files` says.
///
/// # Errors
/// As [`members`].
pub async fn members_with(
    headers: &HeaderMap,
    bytes: &Bytes,
    files: Files,
) -> Result<Map<String, Value>, Error> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type(content_type.unwrap_or_default());
    if bytes.is_empty() {
        Ok(Map::new())
    } else if is_one_of(media_type, &JSON) {
        match serde_json::from_slice(without_mark(bytes)) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Ok(Map::new()),
            Err(error) => Err(Error::unreadable(format!("the body is not JSON: {error}"))),
        }
    } else if media_type.is_empty() || media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        // Like Rack, which reads a body without a type as a form.
        form::decode(bytes)
    } else if media_type.eq_ignore_ascii_case("multipart/form-data") {
        multipart::decode(content_type.unwrap_or_default(), bytes, files).await
    } else {
        Ok(Map::new())
    }
}
