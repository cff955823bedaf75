//! Entity tags, and requests that are made on their condition (RFC 9110, sections 8.8 and 13).
//!
//! A tag is `STATE.BODY`, or `BODY` alone: the digest of the record as the log has it, and the digest of the answer. A
//! read is not repeated where all of the tag is the same; a write goes ahead where the state is, whatever the answer that
//! the tag came with included.

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::body_buffer::BodyBuffer;
use domain::error::Error;

/// What a record is: another one whenever the record is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator(String);

/// What `If-Match` asks of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// To be there.
    Anything,
    /// To be in one of these states.
    OneOf(Vec<Validator>),
}

impl Validator {
    /// The state of a record. It tells who can guess the record that the guess is right, so it is for those who see it.
    pub fn of(record: &impl Serialize) -> Self {
        let text = serde_json::to_vec(record).expect("a record is made of texts, numbers and lists");
        Self(digest(&text))
    }
}

impl Expected {
    /// What a request expects; none without the header.
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(header::IF_MATCH).iter().peekable();
        lines.peek()?;
        let tags: Vec<&str> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .collect();
        if tags == ["*"] {
            return Some(Self::Anything);
        }
        let states = tags.iter().filter_map(|tag| opaque(tag).split_once('.'));
        Some(Self::OneOf(states.map(|(state, _)| Validator(state.to_owned())).collect()))
    }

    /// Passes where a record is as expected.
    ///
    /// # Errors
    /// [`Error::Changed`]
    pub fn check(&self, record: &impl Serialize) -> Result<(), Error> {
        match self {
            Self::OneOf(states) if !states.contains(&Validator::of(record)) => Err(Error::Changed),
            _ => Ok(()),
        }
    }
}

/// The tag of an answer, of which each byte counts.
pub fn strong(validator: Option<&Validator>, body: &[u8]) -> HeaderValue {
    header_value(&format!("\"{}\"", text(validator, &digest(body))))
}

/// The same for an answer that may be packed.
pub fn strong_of_text(validator: Option<&Validator>, body: &BodyBuffer) -> HeaderValue {
    let mut hash = Sha256::new();
    body.visit(|part| hash.update(part));
    header_value(&format!("\"{}\"", text(validator, &hex_digest(&hash.finalize()))))
}

/// The same, in the weak form.
pub fn weak(validator: Option<&Validator>, body: &[u8]) -> HeaderValue {
    header_value(&format!("W/\"{}\"", text(validator, &digest(body))))
}

/// What a read says of the answer that it has already.
pub struct Asked(Vec<HeaderValue>);

impl Asked {
    /// What a request says; it is answered as if it did not.
    pub fn take(request: &mut Request) -> Self {
        let lines = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        request.headers_mut().remove(header::IF_NONE_MATCH);
        Self(lines)
    }

    /// Whether an answer with these headers has a tag that was named: compared weakly, as it is for a read.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let Some(tag) = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) else { return false };
        let mut named = self.0.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        named.any(|one| one.trim() == "*" || opaque(one.trim()) == opaque(tag))
    }

    /// The answer, or 304 in its place where it is known.
    pub fn answer(&self, response: Response) -> Response {
        if response.status() != StatusCode::OK || !self.knows(response.headers()) {
            return response;
        }
        not_modified(response.headers(), response.extensions().get().cloned())
    }
}

/// The headers that 304 has in common with the answer (RFC 9110, section 15.4.5).
static OF_UNCHANGED: [HeaderName; 4] = [header::ETAG, header::CACHE_CONTROL, header::VARY, header::LINK];

/// 304 in place of an answer with these headers, of a route.
pub fn not_modified(headers: &HeaderMap, route: Option<MatchedPath>) -> Response {
    let mut bare = Response::new(Body::empty());
    *bare.status_mut() = StatusCode::NOT_MODIFIED;
    for (name, value) in headers.iter().filter(|(name, _)| OF_UNCHANGED.contains(name)) {
        bare.headers_mut().append(name, value.clone());
    }
    if let Some(route) = route {
        bare.extensions_mut().insert(route);
    }
    bare
}

/// A strong tag is for one sequence of bytes, and an answer that is compressed is another one than the answer itself.
pub fn weaken_if_compressed(response: &mut Response) {
    if !response.headers().contains_key(header::CONTENT_ENCODING) {
        return;
    }
    if let Some(tag) = response.headers_mut().get_mut(header::ETAG)
        && let Ok(text) = tag.to_str()
        && text.starts_with('"')
    {
        *tag = header_value(&format!("W/{text}"));
    }
}

fn text(validator: Option<&Validator>, body: &str) -> String {
    validator.map_or_else(|| body.to_owned(), |Validator(state)| format!("{state}.{body}"))
}

fn digest(bytes: &[u8]) -> String {
    hex_digest(&Sha256::digest(bytes))
}

fn hex_digest(hash: &[u8]) -> String {
    let mut text = [0; 32];
    hex::encode_to_slice(&hash[..16], &mut text).expect("two digits a byte");
    String::from_utf8_lossy(&text).into_owned()
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("hex digits are a header's value")
}

/// A tag without its marks.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}
