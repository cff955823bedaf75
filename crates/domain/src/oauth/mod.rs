//! OAuth 2: applications that act for people, and what people grant them (RFC 6749, 7009, 7636, 7662).

pub mod archive;
pub mod authorization;
pub mod pkce;
pub mod redirect_uris;
pub mod refusal;
pub mod scopes;
pub mod store;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use self::pkce::Challenge;
use super::auth::digest;
use base::clock::Time;

/// How long a code can be exchanged, in seconds.
pub const CODE_SECONDS: i64 = 5 * 60;
/// How long an access token of an OpenProject client, or of an application that acts for itself, works, in seconds; those
/// upon grants to Kantata clients do not end.
pub const TOKEN_SECONDS: i64 = 2 * 60 * 60;

/// A program that an account's administrator registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Unique in the store.
    pub id: i64,
    /// The account whose people it can act for.
    pub account_id: i64,
    /// What people read when they are asked for consent.
    pub name: String,
    /// What it calls itself towards us.
    pub client_id: String,
    /// The SHA-256 of its secret, in hex; none for a public client, which cannot keep one.
    pub secret_sha256: Option<String>,
    /// Where codes may be sent to.
    pub redirect_uris: Vec<String>,
    /// What it can be granted; none: any scope.
    pub scopes: Option<Vec<String>>,
    /// The administrator who registered it, and as whom it acts for itself.
    pub creator_id: i64,
    /// When it was registered.
    pub created_at: Time,
}

/// What a person granted to an application, and the code that the application learned of it by.
#[derive(Clone, Debug, Serialize)]
pub struct Grant {
    /// Unique in the store.
    pub id: i64,
    /// The account of both.
    pub account_id: i64,
    /// The application.
    pub application_id: i64,
    /// The person.
    pub user_id: i64,
    /// What was granted; none: all that the person may.
    pub scopes: Option<Vec<String>>,
    /// Where the code was sent to.
    pub redirect_uri: String,
    /// The SHA-256 of the code, in hex.
    pub code_sha256: String,
    /// What the code's holder must prove.
    #[serde(flatten)]
    pub challenge: Option<Challenge>,
    /// When the code ends.
    pub code_expires_at: Time,
    /// When the code was exchanged for tokens.
    pub exchanged_at: Option<Time>,
    /// When it was granted.
    pub created_at: Time,
}

/// What a new access token can be had for, once.
#[derive(Clone, Debug, Serialize)]
pub struct RefreshToken {
    /// Unique in the store.
    pub id: i64,
    /// The account of the grant.
    pub account_id: i64,
    /// The grant that it continues.
    pub grant_id: i64,
    /// The SHA-256 of its text, in hex.
    pub sha256: String,
    /// When it was given.
    pub created_at: Time,
    /// When it was used.
    pub used_at: Option<Time>,
}

impl Application {
    /// Whether it is a public client.
    pub const fn is_public(&self) -> bool {
        self.secret_sha256.is_none()
    }

    /// Whether this is its secret; a public client has the empty one.
    pub fn has_secret(&self, secret: &str) -> bool {
        match &self.secret_sha256 {
            None => secret.is_empty(),
            Some(kept) => hex::decode(kept).is_ok_and(|kept| digest(secret)[..].ct_eq(&kept).into()),
        }
    }
}

impl Grant {
    /// Whether its code, not used before, can be exchanged by who sends these.
    pub fn accepts(&self, redirect_uri: &str, verifier: Option<&str>, now: Time) -> bool {
        now < self.code_expires_at
            && self.redirect_uri == redirect_uri
            && match (&self.challenge, verifier) {
                (None, None) => true,
                (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
                // A verifier without a challenge: somebody took the challenge away (RFC 9700, 4.8.2).
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    /// Whether tokens of it end and can be renewed; see [`answers_as_openproject`].
    pub fn is_openproject(&self) -> bool {
        answers_as_openproject(self.scopes.as_deref())
    }
}

/// Whether tokens with these scopes are given the way OpenProject does, and not the way Kantata does.
pub fn answers_as_openproject(granted: Option<&[String]>) -> bool {
    granted.is_some_and(|scopes| scopes.iter().any(|scope| scope == scopes::OPENPROJECT))
}
