//! The SQL of the counters.

use crate::accounts;
use crate::auth::Caller;
use crate::ids::{AccountId, WorkspaceId};
use crate::workspaces::Workspace;
use db::{Conn, List};
use db::{bind, if_ids, in_ids, statements};

statements! {
    INSERT_COUNTERS = "insert into workspace_counters (account_id, workspace_id) values (:account_id, :workspace_id)";
    STATUS_REPORTS = "select status_reports from workspace_counters
        where account_id = :account_id and workspace_id = :workspace_id";
    STATUS_REPORTS_SEEN = "select cast(coalesce(sum(k.status_reports), 0) as bigint) from participations p
        join workspace_counters k on k.account_id = p.account_id and k.workspace_id = p.workspace_id
        where p.account_id = :account_id and p.user_id = :user_id and p.side = 'provider' and ",
        if_ids!("p.workspace_id", "ids");
    STATUS_REPORTS_OF = "select cast(coalesce(sum(k.status_reports), 0) as bigint) from workspace_counters k
        where k.account_id = :account_id and ", in_ids!("k.workspace_id", "ids");
    STATUS_CHANGES = "select status_changes from workspace_counters
        where account_id = :account_id and workspace_id = :workspace_id";
}

/// Adds the counters of new workspaces, at 0.
pub async fn begin(conn: &mut Conn, workspaces: &[Workspace]) -> db::Result<()> {
    let queries: Vec<_> =
        workspaces.iter().map(|new| bind![INSERT_COUNTERS; new.account_id, workspace_id: new.id]).collect();
    conn.run_many(&queries).await
}

/// The number of reports of a workspace; 0 for one that does not exist.
pub async fn status_reports(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<i64> {
    conn.flush().await?;
    conn.first(&bind![STATUS_REPORTS; account_id, workspace_id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}

/// The number of reports that the caller sees in all workspaces, or in some of them.
pub async fn status_reports_seen(
    conn: &mut Conn,
    caller: &Caller,
    ids: Option<&List<WorkspaceId>>,
) -> db::Result<i64> {
    conn.flush().await?;
    match ids {
        Some(ids) if caller.administrator => {
            conn.scalar(&bind![STATUS_REPORTS_OF; caller.account_id, ids]).await
        }
        None if caller.administrator => accounts::store::status_reports(conn, caller.account_id).await,
        _ => conn.scalar(&bind![STATUS_REPORTS_SEEN; caller.account_id, caller.user_id, ids]).await,
    }
}

/// The number of status changes of a workspace; 0 for one that does not exist.
pub async fn status_changes(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<i64> {
    conn.flush().await?;
    conn.first(&bind![STATUS_CHANGES; account_id, workspace_id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}
