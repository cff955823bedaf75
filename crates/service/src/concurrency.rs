//! The bound of concurrent requests per caller, and the origin of the reads of a request. `front::concurrency` calls this.
//!
//! Requests with the same credentials have the same caller; the bound applies before the credentials are checked. Requests
//! beyond it wait in the order of their arrival, and requests of other callers do not wait for them.

use std::hash::{BuildHasher, Hash, Hasher};
use std::num::NonZeroU32;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use foldhash::fast::RandomState;
use tokio::sync::Semaphore;

use db::Origin;

/// Number of semaphores; callers with the same one share its bound.
const PLACES: usize = 4096;
/// Parameters whose numbers determine the cost of a read: requests that differ in them are of different kinds.
const SIZES: [&[u8]; 4] = [b"per_page", b"limit", b"pageSize", b"weeks"];

/// The permits for concurrent requests, by caller.
#[derive(Debug)]
pub struct Concurrency {
    /// `None` without a bound.
    places: Option<Box<[Semaphore]>>,
    hasher: RandomState,
}

impl Concurrency {
    /// All permits are free.
    pub fn new(limit: Option<NonZeroU32>) -> Self {
        let places = limit.and_then(|limit| usize::try_from(limit.get()).ok()).map(|limit| {
            let limit = limit.min(Semaphore::MAX_PERMITS);
            (0..PLACES).map(|_| Semaphore::new(limit)).collect()
        });
        Self { places, hasher: RandomState::default() }
    }

    /// A hash of the credentials of a request; `None` without credentials.
    pub fn caller(&self, headers: &HeaderMap) -> Option<u64> {
        let credentials = headers.get(header::AUTHORIZATION).or_else(|| headers.get(header::COOKIE))?;
        Some(self.hasher.hash_one(credentials.as_bytes()))
    }

    /// The permits of a caller; `None` without a bound.
    pub fn place(&self, caller: Option<u64>) -> Option<&Semaphore> {
        let places = self.places.as_ref()?;
        places.get(usize::try_from(caller? % PLACES as u64).ok()?)
    }

    /// The origin of the reads of a request. Requests of a caller that differ only in ids and page numbers are of the same
    /// kind, because they cost about the same.
    pub fn origin(&self, caller: u64, request: &Request) -> Origin {
        let mut kind = self.hasher.build_hasher();
        caller.hash(&mut kind);
        let path = request.uri().path().as_bytes();
        for part in path.split(|byte| *byte == b'/').filter(|part| !is_number(part)) {
            kind.write(part);
            kind.write_u8(b'/');
        }
        let query = request.uri().query().unwrap_or_default().as_bytes();
        for pair in query.split(|byte| *byte == b'&') {
            let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(end);
            kind.write(name);
            if SIZES.contains(&name) || !is_number(value) {
                kind.write(value);
            }
            kind.write_u8(b'&');
        }
        Origin { caller, kind: kind.finish() | 1 }
    }
}

/// Whether a text consists of digits and commas, percent-encoded or not, and perhaps the `=` before them.
fn is_number(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'=' | b',' | b'%' | b'C' | b'c'))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn origin(concurrency: &Concurrency, who: &str, uri: &str) -> Origin {
        let request = Request::get(uri).header(header::AUTHORIZATION, who);
        let request = request.body(Body::empty()).expect("a request");
        let caller = concurrency.caller(request.headers()).expect("credentials");
        concurrency.origin(caller, &request)
    }

    #[test]
    fn requests_are_of_one_kind_unless_they_differ_in_more_than_ids_and_pages() {
        let concurrency = Concurrency::new(None);
        let kind = |who, uri| origin(&concurrency, who, uri).kind;
        let list = kind("a", "/api/v1/workspaces?per_page=200&page=1&only=1,2%2C3");
        assert_eq!(list, kind("a", "/api/v1/workspaces?per_page=200&page=17&only=4"));
        assert_eq!(kind("a", "/api/v1/users/1"), kind("a", "/api/v1/users/22"));
        for other in [
            "/api/v1/workspaces?per_page=20&page=1&only=1",
            "/api/v1/workspaces?per_page=200&page=1",
            "/api/v1/workspaces?per_page=200&page=1&only=1&include=status_reports",
            "/api/v1/status_reports?per_page=200&page=1&only=1",
        ] {
            assert_ne!(list, kind("a", other), "{other}");
        }
        assert_ne!(list, kind("b", "/api/v1/workspaces?per_page=200&page=1&only=1"));
        assert_ne!(origin(&concurrency, "a", "/").caller, origin(&concurrency, "b", "/").caller);
    }
}
