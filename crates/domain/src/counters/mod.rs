//! Counters: the numbers of reports and changes of each workspace, kept in the transactions that write those, so that no
//! list has to count rows. The stores of workspaces, reports and changes, and the import, call this module.
use crate::ids::{AccountId, WorkspaceId};

pub mod store;

/// What to add to the counters of a workspace; negative numbers subtract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the columns")]
pub struct Delta {
    pub account_id: AccountId,
    pub workspace_id: WorkspaceId,
    pub status_reports: i64,
    pub status_changes: i64,
}
