//! Answers that cannot have changed since they were given, from memory.
//!
//! What a handler marks as [`Lasting`] depends on the account's records, on who asks, and on the request's address and
//! form, and on nothing else. It is given again for as long as the account's last event is the same, which is known of
//! every request from the proof of its token: nobody sees an answer from before a write that was acknowledged, whichever
//! process wrote it.

use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use foldhash::fast::RandomState;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use lz4_flex::{compress_prepend_size, decompress_size_prepended};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::time::timeout;

use super::long::BodyBuffer;
use super::path::AsksForJson;
use super::refusal::{refused, spelled};
use super::tag::{self, Asked};
use super::{RequestId, caller};
use crate::app::App;
use crate::auth::Proof;

/// How much is kept, in bytes, and how long one answer may be.
const ROOM: u64 = 8 * 1024 * 1024;
const LONGEST: u64 = 256 * 1024;
/// From which length on one is packed.
const LONG: usize = 4 * 1024;
/// How many answers of a common length that is.
const USUAL: usize = 8 * 1024;
/// What an answer takes beside its body and its key, about.
const OVERHEAD: usize = 1024;
/// How many requests are remembered.
const ASKED: usize = 16 * 1024;

/// Marks an answer that holds until the next event of its account.
#[derive(Clone, Copy, Debug)]
pub struct Lasting;

/// The answers that were given of late, more than once: most of those that are given once are not asked for again.
#[derive(Debug)]
pub struct Answers {
    kept: Cache<Key, Arc<Answer>, Weight>,
    /// What was asked for, each in a place by its hash.
    asked: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// Who asks what in which form and with which rights, each part with its length.
type Key = Box<[u8]>;

#[derive(Debug)]
struct Answer {
    /// The hash of the account's last event before it was made. A number would come again after a database was put back to
    /// an earlier state; the hash does not, unless everything that was written since is the same.
    head: Vec<u8>,
    headers: HeaderMap,
    body: Kept,
    /// Under which it is counted.
    route: Option<MatchedPath>,
}

/// A body: a long one says most of it many times in the same words, and is packed.
#[derive(Debug)]
enum Kept {
    Whole(Bytes),
    Packed(Box<[u8]>),
}

impl Kept {
    /// A copy, since what came may stand in a larger buffer.
    fn of(body: &[u8]) -> Self {
        if body.len() < LONG {
            Self::Whole(Bytes::copy_from_slice(body))
        } else {
            Self::Packed(compress_prepend_size(body).into())
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Whole(body) => body.len(),
            Self::Packed(body) => body.len(),
        }
    }

    fn body(&self) -> Body {
        match self {
            Self::Whole(body) => body.clone().into(),
            Self::Packed(body) => decompress_size_prepended(body).expect("it was packed here").into(),
        }
    }
}

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Arc<Answer>> for Weight {
    fn weight(&self, key: &Key, answer: &Arc<Answer>) -> u64 {
        (key.len() + answer.body.len() + OVERHEAD) as u64
    }
}

impl Default for Answers {
    fn default() -> Self {
        let asked = (0..ASKED).map(|_| AtomicU64::new(0)).collect();
        Self { kept: Cache::with_weighter(USUAL, ROOM, Weight), asked, hasher: RandomState::default() }
    }
}

impl Answers {
    /// Whether the same was asked before, as far as that is remembered.
    fn is_asked_again(&self, key: &Key) -> bool {
        let hash = self.hasher.hash_one(key);
        let place = usize::try_from(hash % ASKED as u64).unwrap_or_default();
        self.asked[place].swap(hash, Ordering::Relaxed) == hash
    }
}

impl Answer {
    fn response(&self) -> Response {
        let mut response = Response::new(self.body.body());
        *response.headers_mut() = self.headers.clone();
        if let Some(route) = &self.route {
            response.extensions_mut().insert(route.clone());
        }
        response
    }
}

/// Marks the answer of a handler.
pub fn lasting(mut response: Response) -> Response {
    response.extensions_mut().insert(Lasting);
    response
}

/// Answers a read of a surface from memory where it can, and with 304 where the client has the answer.
pub async fn layer(app: &App, mut request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read {
        return next(request).await;
    }
    let asked = Asked::take(&mut request);
    let Ok(proof) = timeout(app.settings.patience.request, caller::prove(app, &mut request)).await else {
        let id = request.extensions().get::<RequestId>();
        return refused(request.uri().path(), id, StatusCode::GATEWAY_TIMEOUT, None);
    };
    let Some((proof, key)) = proof.and_then(|proof| Some((Arc::clone(&proof), key(&request, &proof)?)))
    else {
        return asked.answer(next(request).await);
    };
    if let Some(answer) = app.answers.kept.get(&*key).filter(|answer| answer.head == proof.head) {
        return if asked.knows(&answer.headers) {
            tag::not_modified(&answer.headers, answer.route.clone())
        } else {
            answer.response()
        };
    }
    let (path, id) = (request.uri().path().to_owned(), request.extensions().get::<RequestId>().cloned());
    let mut response = next(request).await;
    let is_lasting = response.extensions_mut().remove::<Lasting>().is_some();
    let is_short = response.body().size_hint().upper().is_none_or(|length| length <= LONGEST);
    if !is_lasting || !is_short || response.status() != StatusCode::OK || !app.answers.is_asked_again(&key) {
        return asked.answer(response);
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return spelled(&path, id.as_ref(), status, "The answer broke off.");
    };
    let body = body.to_bytes();
    if body.len() as u64 <= LONGEST {
        let route = parts.extensions.get::<MatchedPath>().cloned();
        let (head, headers) = (proof.head.clone(), parts.headers.clone());
        let answer = Answer { head, headers, body: Kept::of(&body), route };
        app.answers.kept.insert(key, Arc::new(answer));
    }
    let mut response = BodyBuffer::from(Vec::from(body)).into_response();
    *response.headers_mut() = parts.headers;
    response.extensions_mut().extend(parts.extensions);
    asked.answer(response)
}

/// What an answer depends on beside the account's records; nothing for HEAD, whose answers have no body, and for requests
/// that have one, in which there may be parameters.
fn key(request: &Request, proof: &Proof) -> Option<Key> {
    if request.method() != Method::GET || !request.body().is_end_stream() {
        return None;
    }
    let address = request.uri().path_and_query()?.as_str().as_bytes();
    let mut key = Vec::with_capacity(address.len() + 64);
    key.extend_from_slice(&proof.caller.account_id.to_le_bytes());
    key.extend_from_slice(&proof.caller.token_id.to_le_bytes());
    key.push(proof.caller.administrator.into());
    key.push(request.extensions().get::<AsksForJson>().is_some().into());
    for scope in &proof.caller.scopes {
        key.extend_from_slice(&scope.len().to_le_bytes());
        key.extend_from_slice(scope.as_bytes());
    }
    // No text is so long, so that what follows is not taken for one.
    key.extend_from_slice(&usize::MAX.to_le_bytes());
    for coding in request.headers().get_all(header::ACCEPT_ENCODING) {
        key.extend_from_slice(&coding.len().to_le_bytes());
        key.extend_from_slice(coding.as_bytes());
    }
    key.extend_from_slice(&usize::MAX.to_le_bytes());
    key.extend_from_slice(address);
    Some(key.into())
}

#[cfg(test)]
mod tests;
