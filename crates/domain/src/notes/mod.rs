//! Notes of a workspace: the decisions and actions of a meeting.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::{Date, Time};

/// The maximum length of a text, in characters.
pub const TEXT_LIMIT: usize = 10_000;

/// The kinds of notes, by their names on the wire.
pub const KINDS: [&str; 2] = ["decision", "action"];

/// A decision or an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Whether it is an action, which somebody has to do; else it is a decision.
    pub is_action: bool,
    /// The text; not blank.
    pub text: String,
    /// The person who carries it out.
    pub owner_id: Option<UserId>,
    /// The day on which it is due.
    pub due_date: Option<Date>,
    /// The day on which it was done.
    pub done_date: Option<Date>,
    /// The author.
    pub creator_id: UserId,
    /// When it was written.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A note in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// One of [`KINDS`]; required for a new one.
    pub kind: Option<String>,
    /// Required for a new one.
    pub text: Option<String>,
    /// `Some(None)` clears it.
    pub owner_id: Option<Option<UserId>>,
    /// `Some(None)` clears it.
    pub due_date: Option<Option<Date>>,
    /// `Some(None)` clears it.
    pub done_date: Option<Option<Date>>,
}

impl Note {
    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        if self.is_action { KINDS[1] } else { KINDS[0] }
    }
}

impl Draft {
    /// The violations that do not depend on the store, in the order of the fields.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        match self.kind.as_deref() {
            None if !is_new => {}
            None | Some("") => violations.push(Violation::new("kind", Problem::Blank)),
            Some(kind) if !KINDS.contains(&kind) => {
                violations.push(Violation::new("kind", Problem::NotIncluded));
            }
            Some(_) => {}
        }
        match &self.text {
            None if !is_new => {}
            Some(text) if text.chars().count() > TEXT_LIMIT => {
                violations.push(Violation::new("text", Problem::TooLong(TEXT_LIMIT)));
            }
            Some(text) if !text.trim().is_empty() => {}
            _ => violations.push(Violation::new("text", Problem::Blank)),
        }
        violations
    }

    /// The note after this change, whose violations were checked.
    pub fn apply(&self, before: &Note) -> Note {
        let mut after = before.clone();
        if let Some(kind) = &self.kind {
            after.is_action = kind == KINDS[1];
        }
        if let Some(text) = &self.text {
            after.text.clone_from(text);
        }
        after.owner_id = self.owner_id.unwrap_or(after.owner_id);
        after.due_date = self.due_date.unwrap_or(after.due_date);
        after.done_date = self.done_date.unwrap_or(after.done_date);
        after
    }
}
