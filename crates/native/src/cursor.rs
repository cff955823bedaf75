//! Keyset pagination: a cursor names the row after which the next page begins. Every page costs the same, and rows that
//! are added or removed in the meantime neither repeat nor hide other rows.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{Error, Kind};

/// The requested part of a list; `T` is the sort key of its rows.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The maximum number of rows.
    pub limit: i64,
    /// The row after which it begins; `None` for the first page.
    pub after: Option<T>,
    pub(super) path: String,
    pub(super) kept: Vec<(String, String)>,
}

/// The characters to escape in a query: all but the unreserved ones (RFC 3986).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl<T> Page<T> {
    /// The default number of rows.
    pub const DEFAULT_LIMIT: i64 = 50;
    /// The maximum of `limit`.
    pub const MAX_LIMIT: i64 = 200;

    /// Adds links to the first page and, if there is one, to the next page (RFC 8288).
    pub fn link(&self, response: &mut Response, next: Option<&str>) {
        let mut links = format!("<{}>; rel=\"first\"", self.address(None));
        if let Some(cursor) = next {
            links = format!("<{}>; rel=\"next\", {links}", self.address(Some(cursor)));
        }
        let links = HeaderValue::try_from(links).expect("escaped texts are a header's value");
        response.headers_mut().insert(header::LINK, links);
    }

    fn address(&self, cursor: Option<&str>) -> String {
        let kept = self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        address(&self.path, kept.chain(cursor.map(|cursor| ("cursor", cursor))))
    }
}

/// A path with parameters.
pub(super) fn address<'p>(path: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let pairs = pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED)));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The cursor of a row.
pub fn write(row: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(row).expect("cursors are made of texts and numbers"))
}

/// Drops the row beyond the limit, if it was found. Returns the cursor of the last row that is left if there are more.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64, write: impl FnOnce(&T) -> String) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| has_more).map(write)
}

/// The row of a cursor.
///
/// # Errors
/// [`Kind::InvalidCursor`]
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(invalid)
}

/// The problem of a cursor that does not belong to this list.
pub fn invalid() -> Error {
    Error::new(Kind::InvalidCursor).at_parameter("cursor", "is not a cursor of this list")
}
