//! The SQL of the counters.

use super::Delta;
use crate::accounts;
use crate::auth::Caller;
use crate::workspaces::Workspace;
use db::Conn;
use db::{statements, values};

statements! {
    INSERT_COUNTERS = "insert into workspace_counters (account_id, workspace_id) values ($1, $2)";
    ADD = "update workspace_counters
        set status_reports = status_reports + $3, status_changes = status_changes + $4
        where account_id = $1 and workspace_id = $2";
    STATUS_REPORTS = "select status_reports from workspace_counters where account_id = $1 and workspace_id = $2";
    STATUS_REPORTS_SEEN = "select cast(coalesce(sum(k.status_reports), 0) as bigint) from participations p
        join workspace_counters k on k.account_id = p.account_id and k.workspace_id = p.workspace_id
        where p.account_id = $1 and p.user_id = $2 and p.side = 'provider' and (cast($3 as text) is null
            or p.workspace_id in (select cast(value as bigint) from json_each(cast($3 as text))))";
    STATUS_REPORTS_OF = "select cast(coalesce(sum(k.status_reports), 0) as bigint) from workspace_counters k
        where k.account_id = $1
            and k.workspace_id in (select cast(value as bigint) from json_each(cast($2 as text)))";
    STATUS_CHANGES = "select status_changes from workspace_counters where account_id = $1 and workspace_id = $2";
}

/// Adds the counters of new workspaces, at 0.
pub async fn begin(conn: &mut Conn, workspaces: &[Workspace]) -> db::Result<()> {
    let rows: Vec<_> = workspaces.iter().map(|new| values![new.account_id, new.id].to_vec()).collect();
    conn.run_many(INSERT_COUNTERS, &rows).await
}

/// Adds to the counters of workspaces.
pub async fn add(conn: &mut Conn, deltas: &[Delta]) -> db::Result<()> {
    let rows: Vec<_> = deltas
        .iter()
        .map(|one| values![one.account_id, one.workspace_id, one.status_reports, one.status_changes].to_vec())
        .collect();
    conn.run_many(ADD, &rows).await
}

/// The number of reports of a workspace; 0 for one that does not exist.
pub async fn status_reports(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<i64> {
    conn.first(STATUS_REPORTS, &values![account_id, id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}

/// The number of reports that the caller sees in all workspaces, or in some of them; `ids` is a JSON list.
pub async fn status_reports_seen(conn: &mut Conn, caller: &Caller, ids: Option<&str>) -> db::Result<i64> {
    match ids {
        Some(ids) if caller.administrator => {
            conn.scalar(STATUS_REPORTS_OF, &values![caller.account_id, ids]).await
        }
        None if caller.administrator => accounts::store::status_reports(conn, caller.account_id).await,
        _ => conn.scalar(STATUS_REPORTS_SEEN, &values![caller.account_id, caller.user_id, ids]).await,
    }
}

/// The number of status changes of a workspace; 0 for one that does not exist.
pub async fn status_changes(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<i64> {
    conn.first(STATUS_CHANGES, &values![account_id, id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}
