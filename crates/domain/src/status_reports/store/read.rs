//! Reading reports.

use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::{AccountId, ReportId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::{access_of, require_row};
use crate::status_reports::{ReportState, StatusReport};
use crate::table;
use crate::table::{Codec, Json, Table};
use crate::versions::past::{Past, in_past};
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

statements! {
    // With the caller's participation in its workspace.
    FIND = "select ", StatusReport::COLUMNS, ", me.side, me.permission from status_reports r
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = :user_id
        where r.account_id = :account_id and r.id = :id";
    IN_PAST = "select v.kind, v.number, v.at, coalesce(e.after, e.before), me.side, me.permission from versions v
        join events e on e.account_id = v.account_id and e.sequence = v.sequence
        left join participations me on me.account_id = v.account_id and me.user_id = :user_id and me.workspace_id = coalesce(
            (select r.workspace_id from status_reports r where r.account_id = v.account_id and r.id = v.subject_id),
            (select d.workspace_id from deleted_status_reports d where d.account_id = v.account_id and d.id = v.subject_id))
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "status_report" "cast(:id as bigint)" in "cast(:account_id as bigint)");
    MANY_IN_PAST = "select v.kind, v.number, v.at, coalesce(e.after, e.before)
        from json_each(cast(:ids as text)) as asked cross join versions v cross join events e
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "status_report" "cast(asked.value as bigint)" in "cast(:account_id as bigint)"), "
            and v.kind <> 'deleted' and e.account_id = v.account_id and e.sequence = v.sequence";
    VERSION = "select version from status_reports where account_id = :account_id and id = :id";
    OF_WORKSPACES = "select id, workspace_id, created_at from status_reports where account_id = :account_id and ",
        in_ids!("workspace_id", "ids"), " and created_at >= :since limit :limit";
}

/// The report, if the caller sees the health of its workspace and has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: ReportId, needed: Access) -> Result<StatusReport> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let found = require_row(conn, caller, &query, StatusReport::FIELDS.len(), needed, StatusReport::read);
    found.await?.ok_or(Error::NotFound)
}

/// A report in the past, as [`require`]; a deleted one if `deleted` says so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_in_past(
    conn: &mut Conn,
    caller: &Caller,
    id: ReportId,
    deleted: bool,
    past: Past,
) -> Result<ReportState> {
    let query = bind![IN_PAST; caller.account_id, caller.user_id, id, past.as_of, past.known_at];
    let found = conn.first(&query, |row| {
        let access = access_of(caller, row, 4)?;
        Ok((state_of_event(row, caller.account_id)?, access))
    });
    let (found, access) = found.await?.ok_or(Error::NotFound)?;
    if access.sees_health() && (deleted || found.deleted_at.is_none()) {
        Ok(found)
    } else {
        Err(Error::NotFound)
    }
}

/// Those of some reports of an account that were there in the past, as they were, by id.
pub async fn of_account_in_past(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<ReportId>,
    past: Past,
) -> db::Result<Vec<StatusReport>> {
    let query = bind![MANY_IN_PAST; account_id, ids, past.as_of, past.known_at];
    let states = conn.all(&query, |row| state_of_event(row, account_id)).await?;
    let mut reports: Vec<StatusReport> = states.into_iter().map(|state| state.report).collect();
    reports.sort_unstable_by_key(|report| report.id);
    Ok(reports)
}

/// Some reports of an account by id, as they are, or in the past.
pub async fn of_account_then(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<ReportId>,
    past: Option<Past>,
) -> db::Result<Vec<StatusReport>> {
    match past {
        None => table::of_account(conn, account_id, ids).await,
        Some(past) => of_account_in_past(conn, account_id, ids, past).await,
    }
}

/// The report after an event, from a row that begins with the kind of the event, the number of the version, the time of the
/// event, and the record.
pub(super) fn state_of_event(row: &Row<'_>, account_id: AccountId) -> db::Result<ReportState> {
    let kind: String = row.get(0)?;
    let report = <Json as Codec<StatusReport>>::read(row, 3)?;
    let deleted_at = if kind == "deleted" { Some(row.get(2)?) } else { None };
    Ok(ReportState { report: StatusReport { account_id, ..report }, version: row.get(1)?, deleted_at })
}

/// The number of writes of a report, including its creation.
pub async fn version(conn: &mut Conn, account_id: AccountId, id: ReportId) -> db::Result<i64> {
    conn.scalar(&bind![VERSION; account_id, id]).await
}

/// A report without its content.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// The id of the report.
    pub id: ReportId,
    /// The workspace that it is about.
    pub workspace_id: WorkspaceId,
    /// When it was created.
    pub created_at: Time,
}

/// At most `limit` reports of some workspaces since an instant, by id.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    since: Time,
    limit: i64,
) -> Result<Vec<Brief>> {
    let brief =
        |row: &Row<'_>| Ok(Brief { id: row.get(0)?, workspace_id: row.get(1)?, created_at: row.get(2)? });
    let mut found = conn.all(&bind![OF_WORKSPACES; account_id, ids, since, limit], brief).await?;
    found.sort_unstable_by_key(|report| report.id);
    Ok(found)
}
