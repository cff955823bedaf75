//! Sessions: a browser that somebody signed in with. They open the pages, and nothing else.

pub mod device;
pub mod store;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::auth::digest;
use base::clock::Time;

/// How long a session lasts, in seconds.
pub const SECONDS: i64 = 14 * 24 * 60 * 60;

/// How many browsers a person is signed in with at the same time; one more signs out the oldest.
pub const MOST_OF_PERSON: usize = 50;

/// A browser that somebody signed in with.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// Unique in the store.
    pub id: i64,
    /// The account of its person.
    pub account_id: i64,
    /// The person.
    pub user_id: i64,
    /// The SHA-256 of what its cookie holds, in hex.
    pub sha256: String,
    /// When it began.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
    /// When the token ends that it was begun with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// A text as an answer may carry it: other letters each time, so that no guess at it makes a compressed answer shorter.
pub fn masked(text: &str, mask: [u8; 32]) -> String {
    let covered: Vec<u8> = text.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    hex::encode(mask) + &hex::encode(covered)
}

/// What [`masked`] covered.
pub fn unmasked(text: &str) -> Option<Vec<u8>> {
    let bytes = hex::decode(text).ok()?;
    let (mask, covered) = bytes.split_at_checked(32)?;
    Some(covered.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect())
}

/// What the forms of a session carry, so that no other site can send them: it follows from what the cookie holds, which
/// no script and no other site can read, and tells nothing of it.
pub fn csrf(secret: &str) -> String {
    hex::encode(Sha256::new().chain_update("csrf ").chain_update(secret).finalize())
}

/// A path of this service, where a text is one.
pub fn local(path: Option<&str>) -> Option<&str> {
    path.filter(|path| {
        path.starts_with('/')
            && !path[1..].starts_with(['/', '\\'])
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// A link that signs somebody in, once; only the digest of its secret is kept.
#[derive(Clone, Debug, Default)]
pub struct LoginLink(Arc<Mutex<Option<Admission>>>);

/// Whom a link signs in.
#[derive(Clone, Copy, Debug)]
struct Admission {
    sha256: [u8; 32],
    account_id: i64,
    user_id: i64,
}

impl Admission {
    fn is_of(&self, secret: &str) -> bool {
        self.sha256.ct_eq(&digest(secret)).into()
    }
}

impl LoginLink {
    /// A link that works until it is used.
    pub fn for_user(secret: &str, account_id: i64, user_id: i64) -> Self {
        Self(Arc::new(Mutex::new(Some(Admission { sha256: digest(secret), account_id, user_id }))))
    }

    /// The path of a link with this secret.
    pub fn path(secret: &str) -> String {
        format!("/login/{secret}")
    }

    /// Whether a link with this secret still works.
    pub fn is_open_to(&self, secret: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|kept| kept.is_of(secret))
    }

    /// Uses the link up: the account and the user whom it signs in.
    pub fn take(&self, secret: &str) -> Option<(i64, i64)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = kept.take_if(|kept| kept.is_of(secret));
        taken.map(|admission| (admission.account_id, admission.user_id))
    }
}
