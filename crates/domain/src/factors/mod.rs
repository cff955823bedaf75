//! Second factors: authenticator apps and passkeys of people who sign in with a password, and the codes for those who lost theirs.
//! The pages, Statuary's own API and the command line call this module.

pub mod cbor;
pub mod store;
pub mod totp;
pub mod webauthn;

use std::fmt;

use serde::Serialize;

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// A second factor of a person.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Factor {
    /// Unique in the store.
    pub id: i64,
    /// The account of the person.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// What it is.
    pub kind: Kind,
    /// What the person calls it.
    pub name: String,
    /// The secret of an app, or the public key of a passkey, in hex; not part of the log.
    #[serde(skip)]
    pub secret: String,
    /// The id of a passkey, in hex; not part of the log.
    #[serde(skip)]
    pub credential: Option<String>,
    /// The last step of a code that was used, or the number of signatures; not part of the log.
    #[serde(skip)]
    pub counter: i64,
    /// When it was added.
    pub created_at: Time,
    /// When it was last used; not part of the log.
    #[serde(skip)]
    pub used_at: Option<Time>,
}

/// Without the secret.
impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Factor {{ {}, {:?} of user {} }}", self.id, self.kind, self.user_id)
    }
}

/// What a factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An app that shows codes.
    App,
    /// A passkey.
    Passkey,
}

impl Kind {
    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Passkey => "passkey",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::App, Self::Passkey].into_iter().find(|kind| kind.name() == name)
    }
}

/// The recovery codes of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecoveryCodes {
    /// Unique in the store.
    pub id: i64,
    /// The account of the person.
    pub account_id: AccountId,
    /// The person, who has one of these at most.
    pub user_id: UserId,
    /// The SHA-256 of each code that was not used, in hex; not part of the log.
    #[serde(skip)]
    pub digests: Vec<String>,
    /// How many there are.
    pub remaining: i64,
    /// When they were made.
    pub created_at: Time,
    /// The number of wrong codes since `wrong_since`; not part of the log.
    #[serde(skip)]
    pub wrong: i64,
    /// When the first of them was typed; not part of the log.
    #[serde(skip)]
    pub wrong_since: Option<Time>,
}

/// What a typed code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A valid code, which is used now.
    Right,
    /// No valid code.
    Wrong,
    /// There were too many wrong codes: it was not looked at. The value is the time to wait, in seconds.
    Later(u64),
}

/// The largest number of wrong codes of a person in an hour: with three valid codes of a million, a guess succeeds in one hour of 33,000.
pub const MOST_WRONG: i64 = 10;
/// The hour, in seconds.
pub const WRONG_SECONDS: i64 = 3600;

/// The largest number of factors of a person.
pub const MOST: usize = 10;
/// The longest name of a factor, in characters.
pub const NAME_LIMIT: usize = 100;
/// The number of recovery codes that are made at once.
pub const CODES: usize = 10;
/// The letters of a recovery code: 80 bits, so that a plain digest protects it.
const CODE_LETTERS: usize = 16;

/// The problem of one factor too many.
pub const TOO_MANY: Problem = Problem::Sentence("A person has at most 10 factors");
/// The problem of the last factor where one is required.
pub const REQUIRED: Problem = Problem::Sentence("The account requires a second factor");

/// The violation of a name.
pub fn name_violation(name: &str) -> Option<Violation> {
    if name.trim().is_empty() {
        Some(Violation::new("name", Problem::Blank))
    } else if name.chars().count() > NAME_LIMIT {
        Some(Violation::new("name", Problem::TooLong(NAME_LIMIT)))
    } else {
        None
    }
}

/// A recovery code from random bytes, in groups of four.
pub fn recovery_code(random: [u8; 32]) -> String {
    let letters = totp::base32(&random)[..CODE_LETTERS].to_ascii_lowercase();
    letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// A recovery code as it is compared: without spaces and hyphens, in lower case. `None` if the text is none.
pub fn plain_code(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).take(CODE_LETTERS + 1).collect();
    (plain.len() == CODE_LETTERS && plain.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        let code = recovery_code([0xa5; 32]);
        assert_eq!(code.len(), 19);
        let plain = plain_code(&code).expect("a code");
        for typed in [code.to_uppercase(), plain.clone(), format!(" {} ", code.replace('-', " "))] {
            assert_eq!(plain_code(&typed), Some(plain.clone()), "{typed}");
        }
        for other in ["", "123456", &plain[1..], &format!("{plain}a"), &plain.replace('u', "ü")] {
            assert_eq!(plain_code(other), None, "{other}");
        }
        assert_ne!(recovery_code([1; 32]), recovery_code([2; 32]));
    }
}
