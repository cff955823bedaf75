//! Invitations: links with which people choose their passwords. Each works once; of its secret only the digest is kept.

pub mod store;

use serde::Serialize;

use base::clock::Time;

/// How long a link works, in seconds.
pub const SECONDS: i64 = 7 * 24 * 60 * 60;

/// That a person may choose a password; nobody has two.
#[derive(Clone, Debug, Serialize)]
pub struct Invitation {
    /// Unique in the store.
    pub id: i64,
    /// The account of its person.
    pub account_id: i64,
    /// The person.
    pub user_id: i64,
    /// The SHA-256 of the link's secret, in hex.
    pub sha256: String,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// The path of the link with a secret.
pub fn path(secret: &str) -> String {
    format!("/invitations/{secret}")
}
