//! Status changes: the moves of a workspace from one status key to another. They never change.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use super::error::{Problem, Violation};
use super::status_keys;
use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::Time;

/// A status change of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace that moved.
    pub workspace_id: WorkspaceId,
    /// The user who moved it.
    pub user_id: UserId,
    /// The previous status key; unknown for the first change of an imported history.
    pub from_status_key: Option<i64>,
    /// The new status key.
    pub to_status_key: i64,
    /// Why, in the words of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub created_at: Time,
}

/// A status change in a request.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The workspace to move.
    pub workspace_id: Option<WorkspaceId>,
    /// The new status key.
    pub to_status_key: Option<i64>,
    /// Why; a blank text is none.
    pub reason: Option<String>,
}

impl Draft {
    /// The violations that do not depend on the workspace.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        if self.workspace_id.is_none() {
            violations.push(Violation::new("workspace_id", Problem::Blank));
        }
        match self.to_status_key {
            None => violations.push(Violation::new("to_status_key", Problem::Blank)),
            Some(key) if status_keys::find(key).is_none() => {
                violations.push(Violation::new("to_status_key", Problem::NotIncluded));
            }
            Some(_) => {}
        }
        violations
    }
}

/// Moving a workspace to the status it already has is an error
/// (docs/contracts/kantata.md#the-same-status-is-an-error).
pub const SAME_STATUS: Violation =
    Violation::new("base", Problem::Sentence("Project already has specified status"));
