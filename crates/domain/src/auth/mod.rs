//! Tokens and callers: authentication of API requests. The service's middleware calls [`token_cache`]; handlers get the
//! [`Caller`].

pub mod archive;
pub mod store;
pub mod token_cache;
pub mod uses;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{Error, Problem, Violation};
use super::users::User;
use crate::ids::{AccountId, ApplicationId, GrantId, TokenId, UserId};
use base::clock::Time;

/// An API token. The store has only the digest of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Unique in the store.
    pub id: TokenId,
    /// The account of its user.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The user as whom it authenticates.
    pub user_id: UserId,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of its text, in hex.
    pub sha256: String,
    /// The scopes to which it is limited; null or empty: no limit beyond the user's own access.
    pub scopes: Option<Vec<String>>,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// The OAuth application to which it was issued; none for a personal token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    /// The OAuth grant under which it was issued; none for an application that acts for itself.
    #[serde(skip)]
    pub grant_id: Option<GrantId>,
    /// When it was issued, if known.
    #[serde(skip)]
    pub created_at: Option<Time>,
    /// The minute of the last use that was written; see [`uses`].
    #[serde(skip)]
    pub used_at: Option<Time>,
}

/// The scope of tokens that read, and write drafts of reports.
pub const DRAFT: &str = "draft";

/// The longest name of a personal token, in characters.
pub const NAME_LIMIT: usize = 100;

/// The maximal number of personal tokens of a user.
pub const MOST_OF_PERSON: usize = 200;

/// A request for a personal token.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What it is for.
    pub name: String,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// The scopes to which it is limited; empty: no limit.
    pub scopes: Vec<String>,
    /// When the credentials of the request expire; the new token expires no later.
    pub until: Option<Time>,
}

impl Draft {
    /// Checks the request, and limits the lifetime of the token.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it has no name, or has expired already.
    pub fn checked(self, now: Time) -> Result<Self, Error> {
        let mut violations = Vec::new();
        if self.name.trim().is_empty() {
            violations.push(Violation::new("name", Problem::Blank));
        } else if self.name.chars().count() > NAME_LIMIT {
            violations.push(Violation::new("name", Problem::TooLong(NAME_LIMIT)));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            violations.push(Violation::new("expires_at", Problem::Malformed));
        }
        Error::check(violations)?;
        let expires_at = [self.expires_at, self.until].into_iter().flatten().min();
        Ok(Self { expires_at, ..self })
    }
}

/// A token to be added.
#[derive(Clone, Debug, Default)]
pub struct NewToken<'n> {
    /// The user as whom it will authenticate.
    pub user_id: UserId,
    /// What it is for.
    pub name: &'n str,
    /// The digest of its text.
    pub sha256: [u8; 32],
    /// The scopes to which it is limited; none: no limit.
    pub scopes: Option<Vec<String>>,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// The OAuth application to which it is issued.
    pub application_id: Option<ApplicationId>,
    /// The OAuth grant under which it is issued.
    pub grant_id: Option<GrantId>,
}

/// The authenticated caller of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account; nothing outside it is accessible.
    pub account_id: AccountId,
    /// The user.
    pub user_id: UserId,
    /// The token.
    pub token_id: TokenId,
    /// Whether the user may do everything in the account.
    pub administrator: bool,
    /// The scopes to which the token is limited; empty: no limit.
    pub scopes: Vec<String>,
}

/// A token that exists and whose user is active.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    /// The caller that it authenticates.
    pub caller: Caller,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// The hash of the account's last event; it changes with every write to the account.
    pub head: Vec<u8>,
}

/// The id of no user and of no token, for anonymous callers and for sessions.
const NOBODY: i64 = 0;

impl Caller {
    /// Returns `Ok` if the caller is an administrator of the account.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub const fn require_administrator(&self) -> Result<(), Error> {
        if self.administrator { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// An anonymous caller, who may read public resources of an account.
    pub const fn anonymous(account_id: AccountId) -> Self {
        Self {
            account_id,
            user_id: UserId(NOBODY),
            token_id: TokenId(NOBODY),
            administrator: false,
            scopes: Vec::new(),
        }
    }

    /// The service itself, which sees everything in an account.
    pub fn service(account_id: AccountId) -> Self {
        Self { administrator: true, ..Self::anonymous(account_id) }
    }

    /// A user who is signed in with a session, which has no scopes.
    pub const fn with_session(user: &User) -> Self {
        let (account_id, user_id, administrator) = (user.account_id, user.id, user.administrator);
        Self { account_id, user_id, token_id: TokenId(NOBODY), administrator, scopes: Vec::new() }
    }

    /// The id of the token; none for sessions and anonymous callers.
    pub fn token(&self) -> Option<TokenId> {
        Some(self.token_id).filter(|id| id.0 != NOBODY)
    }

    /// Whether the request has no credentials.
    pub const fn is_anonymous(&self) -> bool {
        self.user_id.0 == NOBODY
    }

    /// Whether the token, if it has scopes, has this one. One that is limited to drafts reads everywhere.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.is_empty() || self.only_drafts() || self.scopes.iter().any(|own| own == scope)
    }

    /// Whether the token reads, and writes nothing but drafts of reports, whatever other scopes it has.
    pub fn only_drafts(&self) -> bool {
        self.scopes.iter().any(|own| own == DRAFT)
    }
}

/// The text of a new token, from 32 random bytes.
pub fn token_text(random: [u8; 32]) -> String {
    format!("stat_{}", hex::encode(random))
}

/// The digest of a token's text, which the store has in its place.
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
