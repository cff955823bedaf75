//! Mails: the outbox of an account. A mail is queued in the transaction of its cause, where the service sends mail, and sent by the
//! engine of notifications: at least once.

pub mod digest;
pub mod store;
pub mod unsubscribe;

use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::notifications::Kind;
use crate::users::User;
use base::clock::Time;

/// The maximum number of mails of an account that wait. What happens beyond it is in the inboxes alone.
pub const MOST_PENDING: i64 = 20_000;

/// The seconds after a failed attempt, by the number of attempts; after these it is every hour.
const WAITS: [i64; 4] = [60, 300, 900, 3_600];
/// An hour, in seconds.
const HOUR: i64 = 3_600;
/// The number of attempts after which a mail is given up: the first one, the four after [`WAITS`], and hourly for a day.
const MOST_ATTEMPTS: i64 = 29;

/// Why a mail is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Something happened of which the person is told.
    Notification(Kind),
    /// The person was added, and chooses a password.
    Invitation,
    /// The person forgot the password.
    PasswordReset,
}

impl Cause {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notification(kind) => kind.name(),
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }

    /// The cause with a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "invitation" => Some(Self::Invitation),
            "password_reset" => Some(Self::PasswordReset),
            _ => Kind::named(name).map(Self::Notification),
        }
    }

    /// The kind that a person can switch off.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Notification(kind) => Some(kind),
            Self::Invitation | Self::PasswordReset => None,
        }
    }
}

/// A mail that waits.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Unique in the store.
    pub id: i64,
    /// The account of its reader.
    pub account_id: AccountId,
    /// Why it is sent.
    pub cause: Cause,
    /// The reader.
    pub user_id: UserId,
    /// When its cause happened.
    pub at: Time,
    /// Where.
    pub workspace_id: Option<WorkspaceId>,
    /// The report that it is about.
    pub report_id: Option<ReportId>,
    /// The comment that it is about.
    pub comment_id: Option<i64>,
    /// Who did it.
    pub by_id: Option<UserId>,
    /// One line about it.
    pub text: String,
    /// The secret of its link.
    pub secret: Option<String>,
    /// The number of attempts that failed.
    pub attempts: i64,
}

/// A mail with what its reader sees.
#[derive(Clone, Debug)]
pub struct Content {
    /// The mail.
    pub mail: Mail,
    /// The reader.
    pub reader: User,
    /// The name of the person who did it.
    pub by: Option<String>,
    /// The title of the workspace.
    pub title: Option<String>,
    /// The secret part of the link that ends mails of this kind.
    pub unsubscribe: Option<String>,
    /// The content of a digest.
    pub digest: Option<digest::Digest>,
}

/// When a mail is tried again after a number of failed attempts; never after a day.
pub const fn next_attempt(attempts: i64, now: Time) -> Option<Time> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let mut number = 1;
    while number <= WAITS.len() {
        #[expect(clippy::cast_possible_wrap, reason = "a small number")]
        if attempts <= number as i64 {
            return Some(now.plus_seconds(WAITS[number - 1]));
        }
        number += 1;
    }
    Some(now.plus_seconds(HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_again_for_a_day() {
        let waits: Vec<i64> = (1..)
            .map_while(|attempts| next_attempt(attempts, Time(0)))
            .map(|at| at.unix_seconds() / 60)
            .collect();
        assert_eq!(waits[..5], [1, 5, 15, 60, 60]);
        assert_eq!((waits.len(), waits[4..].iter().sum::<i64>()), (28, 24 * 60));
    }

    #[test]
    fn causes_have_names() {
        let kinds = Kind::ALL.into_iter().map(Cause::Notification);
        for cause in kinds.chain([Cause::Invitation, Cause::PasswordReset]) {
            assert_eq!(Cause::named(cause.name()), Some(cause));
        }
        assert_eq!(Cause::named("sms"), None);
    }
}
