//! Tokens, and whom they speak for.

pub mod archive;
pub mod store;
pub mod token_cache;
pub mod uses;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{Error, Problem, Violation};
use super::users::User;
use base::clock::Time;

/// A token; its text is known to its holder alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Unique in the store.
    pub id: i64,
    /// The account of its user.
    #[serde(skip)]
    pub account_id: i64,
    /// The user for whom it speaks.
    pub user_id: i64,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of its text, in hex.
    pub sha256: String,
    /// What it is limited to; null or empty: all that the user may.
    pub scopes: Option<Vec<String>>,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// The application that it was given to; none for a token that a person keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<i64>,
    /// What it was given upon, of an application that acts for somebody else.
    #[serde(skip)]
    pub grant_id: Option<i64>,
    /// When it was given, where that is known.
    #[serde(skip)]
    pub created_at: Option<Time>,
    /// The minute in which it was last used, as far as that is written; see [`uses`].
    #[serde(skip)]
    pub used_at: Option<Time>,
}

/// The longest name of a token that a person makes, in characters.
pub const NAME_LIMIT: usize = 100;

/// How many tokens a person can have beside those of applications.
pub const MOST_OF_PERSON: usize = 200;

/// A token as a person asks for it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What it is for.
    pub name: String,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// What it is limited to; empty: all that the person may.
    pub scopes: Vec<String>,
    /// When that ends which the person is known by: nothing that is made with it lasts longer.
    pub until: Option<Time>,
}

impl Draft {
    /// The token that can be added.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has no name, or is over already.
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
    /// The user for whom it will speak.
    pub user_id: i64,
    /// What it is for.
    pub name: &'n str,
    /// What is kept of its text.
    pub sha256: [u8; 32],
    /// What it is limited to; none: all that the user may.
    pub scopes: Option<Vec<String>>,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// The application that it is given to.
    pub application_id: Option<i64>,
    /// What it is given upon.
    pub grant_id: Option<i64>,
}

/// Who asks, proven by a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account that everything happens in.
    pub account_id: i64,
    /// The user.
    pub user_id: i64,
    /// The token.
    pub token_id: i64,
    /// May do everything in the account.
    pub administrator: bool,
    /// What the token is limited to; empty: all that the user may.
    pub scopes: Vec<String>,
}

/// What a token proves.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    /// Who holds it.
    pub caller: Caller,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// The hash of the account's last event, and through it of all events before.
    pub head: Vec<u8>,
}

/// The id that no user and no token has, of who asks without credentials.
const NOBODY: i64 = 0;

impl Caller {
    /// Returns `Ok` if the caller is an administrator of the account.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub const fn require_administrator(&self) -> Result<(), Error> {
        if self.administrator { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Who asks without credentials, as one of an account.
    pub const fn anonymous(account_id: i64) -> Self {
        Self { account_id, user_id: NOBODY, token_id: NOBODY, administrator: false, scopes: Vec::new() }
    }

    /// Somebody who proves with a session who they are, which is not limited.
    pub const fn with_session(user: &User) -> Self {
        let (account_id, user_id, administrator) = (user.account_id, user.id, user.administrator);
        Self { account_id, user_id, token_id: NOBODY, administrator, scopes: Vec::new() }
    }

    /// The token that proves it, where one does.
    pub fn token(&self) -> Option<i64> {
        Some(self.token_id).filter(|id| *id != NOBODY)
    }

    /// Whether nobody in particular asks.
    pub const fn is_anonymous(&self) -> bool {
        self.user_id == NOBODY
    }

    /// Whether the token, if it has scopes, has this one.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.is_empty() || self.scopes.iter().any(|own| own == scope)
    }
}

/// The text of a new token, from 32 random bytes.
pub fn token_text(random: [u8; 32]) -> String {
    format!("stat_{}", hex::encode(random))
}

/// What is kept of a token's text.
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
