//! Decodes `multipart/form-data` (RFC 7578) as Rack does. [`super::body`] calls this.

use std::convert::Infallible;

use bytes::Bytes;
use multer::Multipart;
use serde_json::{Map, Value, json};

use super::form;
use domain::error::{Error, Unreadable};

/// Maximum number of parts, as in Rack.
const PARTS: usize = 4096;

/// Decodes the parts of a form into objects, lists and texts, by names such as `status_report[color]`. A file becomes an
/// object, so that no attribute accepts it as a text.
///
/// # Errors
/// [`Error::Unreadable`] if there is no boundary, the form ends early, or a text is not UTF-8; and the errors of
/// [`form::decode`].
pub async fn decode(content_type: &str, bytes: &Bytes) -> Result<Map<String, Value>, Error> {
    let unreadable = |error: multer::Error| Error::unreadable(format!("the form is not multipart: {error}"));
    let boundary = multer::parse_boundary(content_type).map_err(unreadable)?;
    let whole = futures_util::stream::iter([Ok::<_, Infallible>(bytes.clone())]);
    let mut form = Multipart::new(whole, boundary);
    let mut params = Map::new();
    let mut count = 0;
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        count += 1;
        if count > PARTS {
            return Err(Error::unreadable(format!("the form has more than {PARTS} parts")));
        }
        let name = part.name().map(str::to_owned);
        let file = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(unreadable)?;
        let value = match (&file, std::str::from_utf8(&content)) {
            // Browsers send this for a file input without a file.
            (Some(file), _) if file.is_empty() => continue,
            (Some(file), _) => json!({ "filename": file }),
            (None, Ok(text)) => text.into(),
            (None, Err(_)) => return Err(Error::Unreadable(Unreadable::Utf8)),
        };
        if let Some(name) = name {
            form::insert(&mut params, &name, value, form::DEPTH)?;
        }
    }
    Ok(params)
}
