//! Pages by keyset: a cursor says after which row the next page begins, so that it costs the same however far it is,
//! and rows that come or go meanwhile neither repeat nor hide others.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{Error, Kind};

/// The part of a list that is asked for; `T` is what its rows are sorted by.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// How many rows at the most.
    pub limit: i64,
    /// The row after which it begins; none for the first page.
    pub after: Option<T>,
    pub(super) path: String,
    pub(super) kept: Vec<(&'static str, String)>,
}

/// What needs no escape in a query (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl<T> Page<T> {
    /// How many rows without being asked.
    pub const USUAL: i64 = 50;
    /// How many rows when asked for many.
    pub const MOST: i64 = 200;

    /// Adds the links to this list's first page and, where there is one, to its next (RFC 8288).
    pub fn link(&self, response: &mut Response, next: Option<&str>) {
        let mut links = format!("<{}>; rel=\"first\"", self.address(None));
        if let Some(cursor) = next {
            links = format!("<{}>; rel=\"next\", {links}", self.address(Some(cursor)));
        }
        let links = HeaderValue::try_from(links).expect("escaped texts are a header's value");
        response.headers_mut().insert(header::LINK, links);
    }

    fn address(&self, cursor: Option<&str>) -> String {
        let kept = self.kept.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs = kept.chain(cursor.map(|cursor| ("cursor", cursor)));
        let pairs = pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED)));
        let query = pairs.collect::<Vec<_>>().join("&");
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

/// The cursor of a row.
pub fn write(row: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(row).expect("cursors are made of texts and numbers"))
}

/// The row of a cursor.
///
/// # Errors
/// [`Kind::InvalidCursor`]
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(invalid)
}

/// The problem of a cursor that this list did not hand out.
pub fn invalid() -> Error {
    Error::new(Kind::InvalidCursor).at_parameter("cursor", "is not a cursor of this list")
}
