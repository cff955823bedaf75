//! The cache of responses that cannot have changed since they were computed.
//!
//! What a handler marks as [`Cacheable`] depends on the account's records, on who asks, and on the request's address and
//! form, and on nothing else. It is given again for as long as the account's last event is the same, which is known of
//! every request from the proof of its token: nobody sees an answer from before a write that was acknowledged, whichever
//! process wrote it.

use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::MatchedPath;
use axum::http::HeaderMap;
use axum::response::Response;
use foldhash::fast::RandomState;
use lz4_flex::{compress_prepend_size, decompress_size_prepended};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// How much is kept, in bytes.
const ROOM: u64 = 8 * 1024 * 1024;
/// How long one answer may be, in bytes.
pub const LONGEST: u64 = 256 * 1024;
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
pub struct Cacheable;

/// The answers that were given of late, more than once: most of those that are given once are not asked for again.
#[derive(Debug)]
pub struct ResponseCache {
    kept: Cache<Key, Arc<Answer>, Weight>,
    /// What was asked for, each in a place by its hash.
    asked: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// Who asks what in which form and with which rights, each part with its length.
pub type Key = Box<[u8]>;

/// An answer that is kept.
#[derive(Debug)]
pub struct Answer {
    /// The hash of the account's last event before it was made. A number would come again after a database was put back to
    /// an earlier state; the hash does not, unless everything that was written since is the same.
    head: Vec<u8>,
    /// Its headers.
    pub headers: HeaderMap,
    body: Kept,
    /// Under which it is counted.
    pub route: Option<MatchedPath>,
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

impl Default for ResponseCache {
    fn default() -> Self {
        let asked = (0..ASKED).map(|_| AtomicU64::new(0)).collect();
        Self { kept: Cache::with_weighter(USUAL, ROOM, Weight), asked, hasher: RandomState::default() }
    }
}

impl ResponseCache {
    /// The answer to a request, if the account's last event is still the one before which it was made.
    pub fn find(&self, key: &Key, head: &[u8]) -> Option<Arc<Answer>> {
        self.kept.get(key).filter(|answer| answer.head == head)
    }

    /// Keeps an answer of at most [`LONGEST`] bytes; nothing where it is longer.
    pub fn keep(&self, key: Key, head: &[u8], headers: &HeaderMap, body: &[u8], route: Option<MatchedPath>) {
        if body.len() as u64 > LONGEST {
            return;
        }
        let (head, headers, body) = (head.to_vec(), headers.clone(), Kept::of(body));
        self.kept.insert(key, Arc::new(Answer { head, headers, body, route }));
    }

    /// Whether the same was asked before, as far as that is remembered.
    pub fn is_asked_again(&self, key: &Key) -> bool {
        let hash = self.hasher.hash_one(key);
        let place = usize::try_from(hash % ASKED as u64).unwrap_or_default();
        self.asked[place].swap(hash, Ordering::Relaxed) == hash
    }
}

impl Answer {
    /// The answer as it was given.
    pub fn response(&self) -> Response {
        let mut response = Response::new(self.body.body());
        *response.headers_mut() = self.headers.clone();
        if let Some(route) = &self.route {
            response.extensions_mut().insert(route.clone());
        }
        response
    }
}

/// Marks the answer of a handler.
pub fn cacheable(mut response: Response) -> Response {
    response.extensions_mut().insert(Cacheable);
    response
}
