//! Idempotency keys: a request that is sent again with the same key has no further effect
//! (draft-ietf-httpapi-idempotency-key-header). The service's write path calls this module.

pub mod store;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::Error;
use crate::ids::TokenId;

/// How long a response is kept, in seconds.
pub const KEPT_FOR: i64 = 24 * 3600;
/// The longest name, in characters.
pub const LONGEST: usize = 255;

/// An idempotency key.
#[derive(Clone, Debug)]
pub struct Key {
    /// The token of the request; keys are separate for each token.
    token_id: TokenId,
    /// The value of the header.
    name: String,
    /// The digest of the request.
    request_sha256: [u8; 32],
}

/// A response that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its status.
    pub status: u16,
    /// Its headers, by name.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The keys of the requests that are running in this process.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashSet<(TokenId, String)>>>);

/// A running request; it ends when this is dropped.
#[derive(Debug)]
pub struct Run {
    running: Running,
    key: (TokenId, String),
}

impl Key {
    /// A key from the value of the header.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the value is empty, too long, or not printable ASCII.
    pub fn new(token_id: TokenId, name: &[u8], request_sha256: [u8; 32]) -> Result<Self, Error> {
        let is_printable = name.iter().all(|byte| (b' '..=b'~').contains(byte));
        if !is_printable || !(1..=LONGEST).contains(&name.len()) {
            let message = format!("Idempotency-Key must be 1 to {LONGEST} printable ASCII characters");
            return Err(Error::unreadable(message));
        }
        Ok(Self { token_id, name: String::from_utf8_lossy(name).into_owned(), request_sha256 })
    }
}

impl Running {
    /// Marks a request as running.
    ///
    /// # Errors
    /// [`Error::KeyRunning`] if a request with this key is running.
    pub fn start(&self, key: &Key) -> Result<Run, Error> {
        let key = (key.token_id, key.name.clone());
        if self.keys().insert(key.clone()) {
            Ok(Run { running: self.clone(), key })
        } else {
            Err(Error::KeyRunning)
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<(TokenId, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.keys().remove(&self.key);
    }
}
