//! Reading a request's body.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use serde_json::{Map, Value};

use super::{coding, form, multipart};
use domain::error::{Error, Unreadable};

/// The longest body that is read, in bytes.
pub const LIMIT: usize = 512 * 1024;
/// How much of a longer body is still taken in, so that its sender gets to read the refusal.
const DRAINED: usize = 16 * 1024 * 1024;

/// The whole body, without its coding.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`LIMIT`], with its coding or without; [`Error::Unreadable`] when the sender breaks off, and
/// as for [`coding::decode`].
pub async fn read(headers: &HeaderMap, mut body: Body) -> Result<Bytes, Error> {
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
        if length <= LIMIT {
            bytes.extend_from_slice(&data);
        }
    }
    if length > LIMIT { Err(Error::TooLarge(LIMIT)) } else { coding::decode(headers, bytes.freeze(), LIMIT) }
}

/// The names that Rails has for JSON.
const JSON: [&str; 3] = ["application/json", "text/x-json", "application/jsonrequest"];

fn is_one_of(media_type: &str, known: &[&str]) -> bool {
    known.iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

/// A text without the byte order mark that some editors put before it (RFC 8259, section 8.1).
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The members of a body that is a JSON object or a form; none of one of another type.
///
/// # Errors
/// [`Error::Unreadable`] when it is not what it says.
pub async fn members(headers: &HeaderMap, bytes: &Bytes) -> Result<Map<String, Value>, Error> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if bytes.is_empty() {
        Ok(Map::new())
    } else if is_one_of(media_type, &JSON) {
        match serde_json::from_slice(without_mark(bytes)) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Ok(Map::new()),
            Err(error) => Err(Error::unreadable(format!("the body is not JSON: {error}"))),
        }
    } else if media_type.is_empty() || media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        // As Rack does, which takes a body of no type for a form.
        form::decode(bytes)
    } else if media_type.eq_ignore_ascii_case("multipart/form-data") {
        multipart::decode(content_type.unwrap_or_default(), bytes).await
    } else {
        Ok(Map::new())
    }
}
