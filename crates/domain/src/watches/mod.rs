//! Watches: who is told of what happens in a workspace. People of the delivery side watch unless they say otherwise; this is where
//! they say so, and where others who see its health begin to watch.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::Time;

/// What a person said about watching a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The person.
    pub user_id: UserId,
    /// Whether the person watches it.
    pub is_watching: bool,
    /// When it was said first.
    pub created_at: Time,
    /// When it was said last.
    pub updated_at: Time,
}
