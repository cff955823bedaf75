//! Entity tags and conditional requests (RFC 9110, sections 8.8 and 13).
//!
//! A tag is `STATE.BODY`, or `BODY` alone: the digest of the record as in the event log, and the digest of the answer. A read
//! gets 304 if the whole tag is the same. A write is done if the state is the same, whatever else the answer with the tag
//! included.

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::body_buffer::BodyBuffer;
use domain::error::Error;

/// The state of a record: it differs whenever the record differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator(String);

/// The condition of `If-Match` on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It exists.
    Anything,
    /// It has one of these states.
    OneOf(Vec<Validator>),
}

impl Validator {
    /// The state of a record. Only for callers who may see the record: with it, they could verify a guess of its contents.
    pub fn of(record: &impl Serialize) -> Self {
        let text = serde_json::to_vec(record).expect("a record is made of texts, numbers and lists");
        Self(digest(&text))
    }
}

impl Expected {
    /// The condition of a request; `None` without the header.
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

    /// Returns `Ok` if a record meets the condition.
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

/// The strong tag of an answer.
pub fn strong(validator: Option<&Validator>, body: &[u8]) -> HeaderValue {
    header_value(&format!("\"{}\"", text(validator, &digest(body))))
}

/// The strong tag of an answer that may be compressed in memory.
pub fn strong_of_text(validator: Option<&Validator>, body: &BodyBuffer) -> HeaderValue {
    let mut hash = Sha256::new();
    body.visit(|part| hash.update(part));
    header_value(&format!("\"{}\"", text(validator, &hex_digest(&hash.finalize()))))
}

/// The weak tag of an answer.
pub fn weak(validator: Option<&Validator>, body: &[u8]) -> HeaderValue {
    header_value(&format!("W/\"{}\"", text(validator, &digest(body))))
}

/// The `If-None-Match` of a read: the tags of the answers that the client has.
pub struct KnownTags(Vec<HeaderValue>);

impl KnownTags {
    /// Takes the header out of a request, so that the handler answers as if it were absent.
    pub fn take(request: &mut Request) -> Self {
        let lines = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        request.headers_mut().remove(header::IF_NONE_MATCH);
        Self(lines)
    }

    /// Whether an answer with these headers has one of the tags, by weak comparison, as for every read.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let Some(tag) = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) else { return false };
        let mut named = self.0.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        named.any(|one| one.trim() == "*" || opaque(one.trim()) == opaque(tag))
    }

    /// The answer, or 304 if the client has it.
    pub fn answer(&self, response: Response) -> Response {
        if response.status() != StatusCode::OK || !self.knows(response.headers()) {
            return response;
        }
        not_modified(response.headers(), response.extensions().get().cloned())
    }
}

/// The headers of the answer that 304 repeats (RFC 9110, section 15.4.5).
static OF_UNCHANGED: [HeaderName; 4] = [header::ETAG, header::CACHE_CONTROL, header::VARY, header::LINK];

/// 304 instead of an answer with these headers.
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

/// Makes the tag of a compressed answer weak: a strong tag is for one sequence of bytes, and compression changes it.
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

/// A tag without `W/` and quotes.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}
