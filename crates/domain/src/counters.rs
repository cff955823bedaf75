//! How many reports and changes workspaces have, kept in the transactions that make them.

use super::accounts;
use super::auth::Caller;

use db::Conn;
use db::{statements, values};

statements! {
    INSERT_COUNTERS = "insert into workspace_counters (account_id, workspace_id) values ($1, $2)";
    COUNT_MORE = "update workspace_counters
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

/// New workspaces have nothing yet: account and workspace.
pub async fn begin(conn: &mut Conn, new: &[(i64, i64)]) -> db::Result<()> {
    let rows: Vec<_> = new.iter().map(|&(account, workspace)| values![account, workspace].to_vec()).collect();
    conn.run_many(INSERT_COUNTERS, &rows).await
}

/// So many reports and changes more, or fewer, in each workspace: account, workspace, reports, changes.
pub async fn count_more(conn: &mut Conn, more: &[(i64, i64, i64, i64)]) -> db::Result<()> {
    let rows: Vec<_> = more
        .iter()
        .map(|&(account, workspace, reports, changes)| values![account, workspace, reports, changes].to_vec())
        .collect();
    conn.run_many(COUNT_MORE, &rows).await
}

/// How many reports the workspace has; none where it is not there.
pub async fn status_reports(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<i64> {
    conn.first(STATUS_REPORTS, &values![account_id, id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}

/// How many reports the caller sees in all workspaces, or in some of them; `ids` is a JSON list.
pub async fn status_reports_seen(conn: &mut Conn, caller: &Caller, ids: Option<&str>) -> db::Result<i64> {
    match ids {
        Some(ids) if caller.administrator => {
            conn.scalar(STATUS_REPORTS_OF, &values![caller.account_id, ids]).await
        }
        None if caller.administrator => accounts::store::status_reports(conn, caller.account_id).await,
        _ => conn.scalar(STATUS_REPORTS_SEEN, &values![caller.account_id, caller.user_id, ids]).await,
    }
}

/// How many status changes the workspace has; none where it is not there.
pub async fn status_changes(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<i64> {
    conn.first(STATUS_CHANGES, &values![account_id, id], |row| row.get(0))
        .await
        .map(Option::unwrap_or_default)
}
