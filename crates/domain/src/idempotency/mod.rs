//! Keys by which clients name a request, so that it is done once however often it is sent
//! (draft-ietf-httpapi-idempotency-key-header).

pub mod store;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::Error;

/// How long an answer is kept, in seconds.
pub const KEPT_FOR: i64 = 24 * 3600;
/// The longest name, in characters.
pub const LONGEST: usize = 255;

/// The key of a request.
#[derive(Clone, Debug)]
pub struct Key {
    /// The token that it was sent with; nobody else's key is the same.
    token_id: i64,
    /// As the client chose it.
    name: String,
    /// What the request is.
    request_sha256: [u8; 32],
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its status.
    pub status: u16,
    /// Its headers, by name.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The keys whose requests this process works on.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashSet<(i64, String)>>>);

/// A request that is worked on, until this is dropped.
#[derive(Debug)]
pub struct Run {
    running: Running,
    key: (i64, String),
}

impl Key {
    /// The key of a name that a client chose.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when the name is empty, too long, or not printable ASCII.
    pub fn new(token_id: i64, name: &[u8], request_sha256: [u8; 32]) -> Result<Self, Error> {
        let is_printable = name.iter().all(|byte| (b' '..=b'~').contains(byte));
        if !is_printable || !(1..=LONGEST).contains(&name.len()) {
            let message = format!("Idempotency-Key must be 1 to {LONGEST} printable ASCII characters");
            return Err(Error::unreadable(message));
        }
        Ok(Self { token_id, name: String::from_utf8_lossy(name).into_owned(), request_sha256 })
    }
}

impl Running {
    /// Marks the key of a request that begins.
    ///
    /// # Errors
    /// [`Error::KeyRunning`] while another one with this key has not ended.
    pub fn start(&self, key: &Key) -> Result<Run, Error> {
        let key = (key.token_id, key.name.clone());
        if self.keys().insert(key.clone()) {
            Ok(Run { running: self.clone(), key })
        } else {
            Err(Error::KeyRunning)
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<(i64, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.keys().remove(&self.key);
    }
}
