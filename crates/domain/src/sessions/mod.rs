//! Sessions: browsers in which users are signed in. They authenticate requests for pages, not for APIs.

pub mod agent;
pub mod device;
pub mod store;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::auth::digest;
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// How long a session lasts, in seconds.
pub const SECONDS: i64 = 14 * 24 * 60 * 60;

/// The maximal number of sessions of a user; one more ends the oldest.
pub const MOST_OF_PERSON: usize = 50;

/// A browser in which a user is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// Unique in the store.
    pub id: i64,
    /// The account of its person.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The SHA-256 of the secret in its cookie, in hex.
    pub sha256: String,
    /// When it began.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
    /// When the token expires with which the user signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The identity with which the user signed in, if a provider signed them in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<i64>,
    /// What the provider calls the session; not part of the log.
    #[serde(skip)]
    pub provider_session: Option<String>,
    /// The token of the provider with which the session is ended there; not part of the log.
    #[serde(skip)]
    pub id_token: Option<String>,
    /// What it waits for before it opens pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaits: Option<Awaited>,
    /// Whether a second factor was given in it; not part of the log.
    #[serde(skip)]
    pub is_proven: bool,
    /// What a passkey was asked, in hex; not part of the log.
    #[serde(skip)]
    pub challenge: Option<String>,
    /// The browser, as its `User-Agent` says; not part of the log.
    #[serde(skip)]
    pub agent: Option<String>,
    /// When it was last used, to the hour; not part of the log.
    #[serde(skip)]
    pub used_at: Option<Time>,
}

/// What a session waits for before it opens pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// A second factor.
    Factor,
    /// That the person sets one up.
    NewFactor,
}

impl Awaited {
    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Factor => "factor",
            Self::NewFactor => "new_factor",
        }
    }

    /// What has a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Factor, Self::NewFactor].into_iter().find(|one| one.name() == name)
    }
}

/// How long a session waits, in seconds.
pub const WAITING_SECONDS: i64 = 600;
/// The largest number of sessions of a person that wait; one more ends the oldest.
pub const MOST_WAITING: usize = 5;

/// How a session begins.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// Whether a second factor was given.
    pub is_proven: bool,
    /// When the token expires with which the user signed in.
    pub until: Option<Time>,
    /// What the provider says that signed them in.
    pub provider: Option<ProviderSession>,
    /// The browser, as its `User-Agent` says.
    pub agent: Option<String>,
}

/// The session of a provider of `OpenID` Connect in which a session began.
#[derive(Clone, Debug)]
pub struct ProviderSession {
    /// The identity with which the user signed in.
    pub identity_id: i64,
    /// What the provider calls it.
    pub name: Option<String>,
    /// The token with which it is ended.
    pub id_token: Option<String>,
}

/// The interval at which the last use of a session is written, in seconds.
pub const USE_INTERVAL: i64 = 3600;

impl Session {
    /// The beginning of a session that takes the place of this one.
    pub fn beginning(&self) -> Beginning {
        let of_provider = |identity_id| ProviderSession {
            identity_id,
            name: self.provider_session.clone(),
            id_token: self.id_token.clone(),
        };
        Beginning {
            is_proven: self.is_proven,
            until: self.until,
            provider: self.identity_id.map(of_provider),
            agent: None,
        }
    }

    /// Whether it opens pages: it waits for nothing, and has the second factor that the account requires. A provider asks for
    /// factors itself.
    pub const fn is_open(&self, requires_factor: bool) -> bool {
        self.awaits.is_none() && (self.is_proven || self.identity_id.is_some() || !requires_factor)
    }

    /// Whether the last use was written so long ago that a use now is to be written.
    pub fn is_due(&self, now: Time) -> bool {
        now >= self.used_at.unwrap_or(self.created_at).plus_seconds(USE_INTERVAL)
    }
}

/// Masks a secret for a response: its text is different each time, so that the size of a compressed response does not leak
/// it (BREACH).
pub fn masked(text: &str, mask: [u8; 32]) -> String {
    let covered: Vec<u8> = text.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    hex::encode(mask) + &hex::encode(covered)
}

/// The secret in a text of [`masked`].
pub fn unmasked(text: &str) -> Option<Vec<u8>> {
    let bytes = hex::decode(text).ok()?;
    let (mask, covered) = bytes.split_at_checked(32)?;
    Some(covered.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect())
}

/// The anti-forgery token of a session's forms, derived from the secret in the cookie, which scripts and other sites cannot
/// read.
pub fn csrf(secret: &str) -> String {
    hex::encode(Sha256::new().chain_update("csrf ").chain_update(secret).finalize())
}

/// The path, if it is one of this service.
pub fn local(path: Option<&str>) -> Option<&str> {
    path.filter(|path| {
        path.starts_with('/')
            && !path[1..].starts_with(['/', '\\'])
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// A one-time sign-in link. Memory holds only the digest of its secret.
#[derive(Clone, Debug, Default)]
pub struct LoginLink(Arc<Mutex<Option<Admission>>>);

/// The user whom a link signs in.
#[derive(Clone, Copy, Debug)]
struct Admission {
    sha256: [u8; 32],
    account_id: AccountId,
    user_id: UserId,
}

impl Admission {
    fn is_of(&self, secret: &str) -> bool {
        self.sha256.ct_eq(&digest(secret)).into()
    }
}

impl LoginLink {
    /// A link that works until it is used.
    pub fn for_user(secret: &str, account_id: AccountId, user_id: UserId) -> Self {
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

    /// Uses the link up, and returns the account and the user whom it signs in.
    pub fn take(&self, secret: &str) -> Option<(AccountId, UserId)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = kept.take_if(|kept| kept.is_of(secret));
        taken.map(|admission| (admission.account_id, admission.user_id))
    }
}
