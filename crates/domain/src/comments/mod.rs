//! Comments on status reports, and the people whom they mention.

pub mod archive;
pub mod mentions;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::auth::Caller;
use crate::error::{Problem, Violation};
use crate::ids::{AccountId, ReportId, UserId};
use base::clock::Time;

/// The maximum length of a text, in characters.
pub const TEXT_LIMIT: usize = 10_000;

/// A comment on a status report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// Unique in the store.
    pub id: i64,
    /// The account of the report.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The report, which may be deleted.
    pub status_report_id: ReportId,
    /// The text; not blank.
    pub text: String,
    /// The author.
    pub author_id: UserId,
    /// The people whom the text mentions, in the order of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// When it was written.
    pub created_at: Time,
    /// When its text last changed.
    pub edited_at: Option<Time>,
}

impl Comment {
    /// Whether a caller who sees the comment may change its text: its author may.
    pub fn is_editable_by(&self, caller: &Caller) -> bool {
        self.author_id == caller.user_id
    }

    /// Whether a caller who sees the comment may delete it: its author may, and administrators.
    pub fn is_deletable_by(&self, caller: &Caller) -> bool {
        caller.administrator || self.is_editable_by(caller)
    }
}

/// The violations of the text of a comment; an absent text is one only in a new comment.
pub fn violations(text: Option<&str>, is_new: bool) -> Vec<Violation> {
    match text {
        None if !is_new => Vec::new(),
        Some(text) if text.chars().count() > TEXT_LIMIT => {
            vec![Violation::new("text", Problem::TooLong(TEXT_LIMIT))]
        }
        Some(text) if !text.trim().is_empty() => Vec::new(),
        _ => vec![Violation::new("text", Problem::Blank)],
    }
}
