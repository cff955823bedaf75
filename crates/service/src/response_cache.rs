//! The cache of responses that cannot have changed since they were computed.
//!
//! An answer that a handler marks as [`Cacheable`] depends only on the records of the account, the caller, and the URL and
//! headers of the request. It is valid as long as the last event of the account is the same; each request learns that event
//! from the verification of its token. So nobody sees an answer from before an acknowledged write, whichever process wrote.
//!
//! See `docs/adr/0006-caching-authentication-and-responses.md`.

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
use quick_cache::sync::{Cache, DefaultLifecycle};

/// Capacity, in bytes.
const ROOM: u64 = 8 * 1024 * 1024;
/// Maximum length of an answer, in bytes.
pub const LONGEST: u64 = 256 * 1024;
/// Length from which a body is compressed, in bytes.
const LONG: usize = 4 * 1024;
/// Expected number of answers.
const USUAL: usize = 8 * 1024;
/// Approximate size of an answer beside its body and its key, in bytes.
const OVERHEAD: usize = 1024;
/// Number of requests that are remembered.
const REQUESTED: usize = 16 * 1024;

/// An answer extension: the answer is valid until the next event of its account.
#[derive(Clone, Copy, Debug)]
pub struct Cacheable;

/// The answers to recent requests that came more than once: most requests that come once do not come again.
#[derive(Debug)]
pub struct ResponseCache {
    kept: Cache<Key, Arc<CachedResponse>, Weight, RandomState>,
    /// The hashes of recent requests, each at a place that follows from it.
    requested: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// The caller, its rights, the URL and the relevant headers of a request, each part with its length.
pub type Key = Box<[u8]>;

/// An answer in the cache.
#[derive(Debug)]
pub struct CachedResponse {
    /// The hash of the last event of the account when the answer was built. A sequence number could come again after the
    /// restore of a backup; the hash does not, unless all later writes are the same.
    head: Vec<u8>,
    /// The headers.
    pub headers: HeaderMap,
    body: Kept,
    /// The route, for the metrics.
    pub route: Option<MatchedPath>,
}

/// A body; a long one is repetitive and is compressed.
#[derive(Debug)]
enum Kept {
    Whole(Bytes),
    Packed(Box<[u8]>),
}

impl Kept {
    /// Copies the body, which may be part of a larger buffer.
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

impl Weighter<Key, Arc<CachedResponse>> for Weight {
    fn weight(&self, key: &Key, answer: &Arc<CachedResponse>) -> u64 {
        (key.len() + answer.body.len() + OVERHEAD) as u64
    }
}

impl Default for ResponseCache {
    fn default() -> Self {
        let requested = (0..REQUESTED).map(|_| AtomicU64::new(0)).collect();
        let hasher = RandomState::default();
        let kept = Cache::with(USUAL, ROOM, Weight, hasher.clone(), DefaultLifecycle::default());
        Self { kept, requested, hasher }
    }
}

impl ResponseCache {
    /// The answer to a request, if the last event of the account is still the same.
    pub fn find(&self, key: &Key, head: &[u8]) -> Option<Arc<CachedResponse>> {
        self.kept.get(key).filter(|answer| answer.head == head)
    }

    /// Keeps an answer, unless it is longer than [`LONGEST`].
    pub fn keep(&self, key: Key, head: &[u8], headers: &HeaderMap, body: &[u8], route: Option<MatchedPath>) {
        if body.len() as u64 > LONGEST {
            return;
        }
        let (head, headers, body) = (head.to_vec(), headers.clone(), Kept::of(body));
        self.kept.insert(key, Arc::new(CachedResponse { head, headers, body, route }));
    }

    /// Whether the same request came recently. Remembers the request.
    pub fn is_asked_again(&self, key: &Key) -> bool {
        let hash = self.hasher.hash_one(key);
        let place = usize::try_from(hash % REQUESTED as u64).unwrap_or_default();
        self.requested[place].swap(hash, Ordering::Relaxed) == hash
    }
}

impl CachedResponse {
    /// The answer as a response.
    pub fn response(&self) -> Response {
        let mut response = Response::new(self.body.body());
        *response.headers_mut() = self.headers.clone();
        if let Some(route) = &self.route {
            response.extensions_mut().insert(route.clone());
        }
        response
    }
}

/// Marks an answer as [`Cacheable`].
pub fn cacheable(mut response: Response) -> Response {
    response.extensions_mut().insert(Cacheable);
    response
}
