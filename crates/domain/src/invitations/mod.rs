//! Invitations: one-time links with which people choose their passwords. The store has only the digest of the secret.

pub mod store;

use crate::ids::{AccountId, UserId};
use serde::Serialize;

use base::clock::Time;

/// The lifetime of a link, in seconds.
pub const SECONDS: i64 = 7 * 24 * 60 * 60;

/// A link for a person; a person has at most one.
#[derive(Clone, Debug, Serialize)]
pub struct Invitation {
    /// Unique in the store.
    pub id: i64,
    /// The account of its person.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The SHA-256 of the link's secret, in hex.
    pub sha256: String,
    /// When it was created.
    pub created_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

/// The path of the link with a secret.
pub fn path(secret: &str) -> String {
    format!("/invitations/{secret}")
}
