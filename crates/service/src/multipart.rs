//! Decodes `multipart/form-data` (RFC 7578) as Rack does. [`super::body`] calls this.

use std::convert::Infallible;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use multer::Multipart;
use serde_json::{Map, Value, json};

use super::form;
use domain::error::{Error, Unreadable};

/// Maximum number of parts, as in Rack.
const PARTS: usize = 4096;

/// What becomes of files in a form. Either way a file is an object, so that no attribute accepts it as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// Their names are kept.
    Named,
    /// Their names and their texts are kept; the text of a file that is none is null.
    Read,
    /// Their names and their bytes in Base64 are kept.
    Bytes,
}

/// The text of a file: in the encoding that its byte order mark names, else in UTF-8, else in Windows-1252, in which
/// spreadsheets write CSV.
fn text_of(bytes: &[u8]) -> Option<String> {
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let encoding = encoding.unwrap_or(if is_utf8 { UTF_8 } else { WINDOWS_1252 });
    let text = encoding.decode(bytes).0;
    (!text.contains('\0')).then(|| text.into_owned())
}

/// Decodes the parts of a form into objects, lists and texts, by names such as `status_report[color]`.
///
/// # Errors
/// [`Error::Unreadable`] if there is no boundary, the form ends early, or a text is not UTF-8; and the errors of
/// [`form::decode`].
pub async fn decode(content_type: &str, bytes: &Bytes, files: Files) -> Result<Map<String, Value>, Error> {
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
            (Some(file), _) if files == Files::Read => json!({ "filename": file, "text": text_of(&content) }),
            (Some(file), _) if files == Files::Bytes => {
                json!({ "filename": file, "base64": BASE64_STANDARD.encode(&content) })
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_the_encodings_of_spreadsheets() {
        for (bytes, text) in [
            (&b"T\xC3\xBCr"[..], Some("Tür")),
            (b"\xEF\xBB\xBFT\xC3\xBCr", Some("Tür")),
            (b"T\xFCr \x80", Some("Tür €")),
            (b"\xFF\xFET\0\xFC\0r\0", Some("Tür")),
            (b"", Some("")),
            (b"PK\x03\x04\0\0", None),
        ] {
            assert_eq!(text_of(bytes).as_deref(), text, "{bytes:?}");
        }
    }
}
