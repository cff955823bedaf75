//! The one-time link with which the first administrator of an empty store is created. The server prints it, the setup
//! page uses it.

use std::sync::{Arc, Mutex, PoisonError};

use subtle::ConstantTimeEq;

use super::auth::digest;

/// The setup link, if the store was empty at the start. Memory holds only the digest of its secret.
#[derive(Clone, Debug, Default)]
pub struct Setup(Arc<Mutex<Option<[u8; 32]>>>);

impl Setup {
    /// A link that works until [`Setup::close`].
    pub fn with_secret(secret: &str) -> Self {
        Self(Arc::new(Mutex::new(Some(digest(secret)))))
    }

    /// Whether a link with this secret still works.
    pub fn is_open_to(&self, secret: &str) -> bool {
        let kept = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_some_and(|kept| kept.ct_eq(&digest(secret)).into())
    }

    /// Ends the link.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
