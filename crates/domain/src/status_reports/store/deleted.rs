//! Deleted reports: the row of a report moves here, and back when it is restored.

use base::clock::Time;

use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::report_history::DeletedReport;
use crate::status_reports::{ReportState, StatusReport};
use crate::table::{Table, record};
use db::{Conn, Error as StoreError, List, Row};
use db::{bind, in_ids, statements};

record! {
    DeletedReport(ReportId) in deleted_status_reports as r {
        id, account_id, workspace_id, color, description, details as Json, creator_id, updater_id, created_at, updated_at,
        deleted_at
    }
}

statements! {
    KEEP = "insert into deleted_status_reports (id, account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at, version, deleted_at)
        select id, account_id, workspace_id, color, description, details, creator_id, updater_id, created_at, updated_at,
            version + 1, cast(:deleted_at as bigint)
        from status_reports where account_id = :account_id and id = :id";
    BRING_BACK = "insert into status_reports (id, account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at, version)
        select id, account_id, workspace_id, color, description, details, creator_id, cast(:updater_id as bigint),
            created_at, cast(:updated_at as bigint), version + 1
        from deleted_status_reports where account_id = :account_id and id = :id";
    // With the caller's participation in its workspace.
    FIND = "select ", DeletedReport::COLUMNS, ", r.version, me.side, me.permission from deleted_status_reports r
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = :user_id
        where r.account_id = :account_id and r.id = :id";
    OF_WORKSPACE = "select ", DeletedReport::COLUMNS, " from deleted_status_reports r
        where r.account_id = :account_id and r.workspace_id = :workspace_id
        order by r.created_at desc, r.id desc limit :limit";
    AMONG = "select id from deleted_status_reports where ", in_ids!("id", "ids");
    VERSION = "update deleted_status_reports set version = 2 where account_id = :account_id and id = :id";
    COUNT_VERSIONS = "update deleted_status_reports set version = (select max(v.number) from versions v
            where v.account_id = :account_id and v.subject_type = 'status_report' and v.subject_id = :id)
        where account_id = :account_id and id = :id";
}

/// Moves a report here, as the next version of it.
pub async fn keep(conn: &mut Conn, account_id: AccountId, id: ReportId, deleted_at: Time) -> db::Result<()> {
    conn.run(&bind![KEEP; account_id, id, deleted_at]).await?;
    conn.run(&bind![StatusReport::DELETE; account_id, id: &id]).await.map(drop)
}

/// Moves a report back, as the next version of it.
pub async fn bring_back(
    conn: &mut Conn,
    account_id: AccountId,
    id: ReportId,
    (updater_id, updated_at): (UserId, Time),
) -> db::Result<()> {
    conn.run(&bind![BRING_BACK; account_id, id, updater_id, updated_at]).await?;
    conn.run(&bind![DeletedReport::DELETE; account_id, id: &id]).await.map(drop)
}

/// At most `limit` deleted reports of a workspace, the latest first.
pub async fn of_workspace(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    limit: i64,
) -> db::Result<Vec<DeletedReport>> {
    conn.all(&bind![OF_WORKSPACE; account_id, workspace_id, limit], DeletedReport::read).await
}

/// Keeps a report that was deleted before the store kept deleted reports, and whose versions are there.
pub async fn put(conn: &mut Conn, report: &DeletedReport) -> db::Result<()> {
    let (account_id, id) = (report.account_id, report.id);
    forget(conn, account_id, id).await?;
    DeletedReport::insert_with_ids(conn, std::slice::from_ref(report)).await?;
    conn.run(&bind![COUNT_VERSIONS; account_id, id]).await.map(drop)
}

/// Removes a report that is back.
pub async fn forget(conn: &mut Conn, account_id: AccountId, id: ReportId) -> db::Result<()> {
    conn.run(&bind![DeletedReport::DELETE; account_id, id: &id]).await.map(drop)
}

/// The deleted report, if there is one, and the caller sees the health of its workspace and has at least the `needed`
/// access to it.
///
/// # Errors
/// [`Error::NotFound`](crate::error::Error::NotFound), [`Error::Forbidden`](crate::error::Error::Forbidden)
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: ReportId,
    needed: Access,
) -> Result<Option<ReportState>> {
    const WIDTH: usize = DeletedReport::FIELDS.len();
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let state = |row: &Row<'_>| Ok(DeletedReport::read(row)?.state(row.get(WIDTH)?));
    require_row(conn, caller, &query, WIDTH + 1, needed, state).await
}

/// Returns `Ok` if none of some imported reports is deleted here.
///
/// # Errors
/// [`StoreError::Constraint`] with the first row that is.
pub async fn check_imported(conn: &mut Conn, new: &[StatusReport]) -> db::Result<()> {
    let ids: List<ReportId> = new.iter().map(|report| report.id).collect();
    let deleted: Vec<ReportId> = conn.all(&bind![AMONG; ids: &ids], |row| row.get(0)).await?;
    match new.iter().position(|report| deleted.contains(&report.id)) {
        None => Ok(()),
        Some(row) => Err(StoreError::Constraint { text: "the report is deleted".into(), row: Some(row) }),
    }
}

/// Finishes the import of deleted reports, each of which the log has as created and deleted.
pub async fn imported(conn: &mut Conn, new: &[DeletedReport]) -> db::Result<()> {
    let queries: Vec<_> = new.iter().map(|one| bind![VERSION; one.account_id, one.id]).collect();
    conn.run_many(&queries).await?;
    match new.iter().map(|one| one.id.0).max() {
        None => Ok(()),
        Some(last) => conn.reserve_ids(StatusReport::NAME, last).await,
    }
}
