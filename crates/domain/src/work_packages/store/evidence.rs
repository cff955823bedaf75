//! The work packages of workspaces, counted and added up by status.

use std::collections::HashMap;

use crate::error::Result;
use crate::ids::{AccountId, WorkspaceId};
use crate::statuses;
use crate::statuses::Status;
use crate::work_packages::evidence::{Evidence, InStatus, unchanged_since};
use base::clock::{Date, Time};
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

statements! {
    BY_STATUS = "select w.workspace_id, w.status_id, count(*),
            cast(sum(case when w.due_date < :today then 1 else 0 end) as bigint),
            cast(sum(case when w.updated_at < :unchanged_since then 1 else 0 end) as bigint),
            cast(sum(w.work) as bigint), cast(sum(w.remaining) as bigint)
        from work_packages w where w.account_id = :account_id and ", in_ids!("w.workspace_id", "ids"), "
        group by w.workspace_id, w.status_id";
}

/// The work packages of some workspaces by status, in the order of the statuses, and all statuses of the account. The caller
/// must be allowed to see them.
pub async fn by_status(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    (today, now): (Date, Time),
) -> Result<(Vec<InStatus>, Vec<Status>)> {
    let query = bind![BY_STATUS;
        account_id, ids, today: today.to_string(), unchanged_since: unchanged_since(now)];
    let row = |row: &Row<'_>| {
        Ok(InStatus {
            workspace_id: row.get(0)?,
            status_id: row.get(1)?,
            count: row.get(2)?,
            past_due: row.get(3)?,
            unchanged: row.get(4)?,
            work: row.get(5)?,
            remaining: row.get(6)?,
        })
    };
    let mut found = conn.all(&query, row).await?;
    let statuses = statuses::store::list(conn, account_id).await?;
    let place = |id| statuses.iter().position(|status| status.id == id);
    found.sort_by_key(|row| (row.workspace_id, place(row.status_id)));
    Ok((found, statuses))
}

/// The figures of some workspaces; those without work packages have none.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    at: (Date, Time),
) -> Result<HashMap<WorkspaceId, Evidence>> {
    let (rows, statuses) = by_status(conn, account_id, ids, at).await?;
    let of = |rows: &[InStatus]| Some((rows.first()?.workspace_id, Evidence::of(rows, &statuses)));
    Ok(rows.chunk_by(|one, other| one.workspace_id == other.workspace_id).filter_map(of).collect())
}
