//! OAuth 2: applications, grants and refresh tokens (RFC 6749, 7009, 7636, 7662). The OAuth endpoints, the consent page
//! and the command line call this module.

pub mod archive;
pub mod authorization;
pub mod pkce;
pub mod redirect_uris;
pub mod refusal;
pub mod registration;
pub mod scopes;
pub mod store;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use self::pkce::Method;
use super::auth;
use super::auth::digest;
use crate::ids::{AccountId, ApplicationId, GrantId, UserId};
use base::clock::Time;

/// The lifetime of a code, in seconds.
pub const CODE_SECONDS: i64 = 5 * 60;
/// The lifetime, in seconds, of the access tokens of OpenProject clients and of applications that act for themselves. Those
/// of Kantata clients do not expire.
pub const TOKEN_SECONDS: i64 = 2 * 60 * 60;

/// A program that an administrator registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Unique in the store.
    pub id: ApplicationId,
    /// The account whose people it can act for.
    pub account_id: AccountId,
    /// The name on the consent page.
    pub name: String,
    /// Its client id.
    pub client_id: String,
    /// The SHA-256 of its secret, in hex; none for a public client, which cannot keep one.
    pub secret_sha256: Option<String>,
    /// The allowed redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The scopes that it can be granted; none: any.
    pub scopes: Option<Vec<String>>,
    /// The administrator who registered it, and as whom it acts for itself.
    pub creator_id: UserId,
    /// When it was registered.
    pub created_at: Time,
    /// Whether it registered itself, so that its name is what it says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_registered: bool,
}

/// A person's authorization of an application, and its code.
#[derive(Clone, Debug, Serialize)]
pub struct Grant {
    /// Unique in the store.
    pub id: GrantId,
    /// The account of both.
    pub account_id: AccountId,
    /// The application.
    pub application_id: ApplicationId,
    /// The person.
    pub user_id: UserId,
    /// The granted scopes; none: no limit.
    pub scopes: Option<Vec<String>>,
    /// The redirect URI of the request.
    pub redirect_uri: String,
    /// The SHA-256 of the code, in hex.
    pub code_sha256: String,
    /// The PKCE challenge as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// How the challenge is derived from the verifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<Method>,
    /// When the code expires.
    pub code_expires_at: Time,
    /// When the code was exchanged for tokens.
    pub exchanged_at: Option<Time>,
    /// When it was granted.
    pub created_at: Time,
}

/// A token that can be exchanged for a new access token, once.
#[derive(Clone, Debug, Serialize)]
pub struct RefreshToken {
    /// Unique in the store.
    pub id: i64,
    /// The account of the grant.
    pub account_id: AccountId,
    /// The grant that it continues.
    pub grant_id: GrantId,
    /// The SHA-256 of its text, in hex.
    pub sha256: String,
    /// When it was issued.
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
    /// Whether its unused code can be exchanged by a request with these parameters.
    pub fn accepts(&self, redirect_uri: &str, verifier: Option<&str>, now: Time) -> bool {
        now < self.code_expires_at
            && self.redirect_uri == redirect_uri
            && match (&self.code_challenge, verifier) {
                (None, None) => true,
                (Some(challenge), Some(verifier)) => {
                    self.code_challenge_method.unwrap_or(Method::Plain).is_met_by(challenge, verifier)
                }
                // A verifier without a challenge: an attacker removed the challenge (RFC 9700, 4.8.2).
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    /// Whether its tokens expire and can be refreshed; see [`answers_as_openproject`].
    pub fn is_openproject(&self) -> bool {
        answers_as_openproject(self.scopes.as_deref())
    }
}

/// Whether tokens with these scopes are issued as by OpenProject, not as by Kantata: they expire and can be refreshed, as
/// clients of the Model Context Protocol expect it.
pub fn answers_as_openproject(granted: Option<&[String]>) -> bool {
    let is_one = |scope: &String| scope == scopes::OPENPROJECT || scope == auth::DRAFT;
    granted.is_some_and(|scopes| scopes.iter().any(is_one))
}
