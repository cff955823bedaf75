//! Reading a request's body.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

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
