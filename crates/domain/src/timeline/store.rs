//! The SQL of timelines.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use base::clock::Time;

use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{AccountId, ReportId, WorkspaceId};
use crate::span::Span;
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::status_reports::store::feed;
use crate::status_reports::store::feed::Direction;
use crate::table;
use crate::versions::past::{Past, change_in_past};
use db::{Conn, List, Row};
use db::{bind, statements};

statements! {
    // Without a lower bound, because each report is compared with the one before it.
    MARKS = "select r.id, r.version from status_reports r
        where r.account_id = :account_id and r.workspace_id = :workspace_id and r.created_at < :before
            and (not :is_after or (r.created_at, r.id) < (cast(:at as bigint), cast(:id as bigint)))
        order by r.created_at desc, r.id desc limit :limit";
    NEXT = "select r.id from status_reports r
        where r.account_id = :account_id and r.workspace_id = :workspace_id
            and (r.created_at, r.id) > (cast(:at as bigint), cast(:id as bigint))
        order by r.created_at, r.id limit 1";
    CHANGES = "select c.id from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id
        order by c.created_at desc, c.id desc limit :limit";
    CHANGES_IN_PAST = "select c.id from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id and ", change_in_past!("c"), "
        order by c.created_at desc, c.id desc limit :limit";
}

/// The position of a report in a timeline, for cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub at: i64,
    pub id: ReportId,
}

impl From<&StatusReport> for Place {
    fn from(report: &StatusReport) -> Self {
        Self { at: report.created_at.0, id: report.id }
    }
}

/// At most `limit` reports of a workspace before an instant, latest first, after a position or from the start; each with
/// its version.
pub async fn marks(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    before: Time,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(StatusReport, i64)>> {
    let query = bind![MARKS;
        account_id,
        workspace_id,
        before,
        is_after: after.is_some(),
        at: after.map(|place| place.at),
        id: after.map(|place| place.id),
        limit,
    ];
    let found: Vec<(ReportId, i64)> = conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?))).await?;
    let ids: List<ReportId> = found.iter().map(|(id, _)| *id).collect();
    let reports: Vec<StatusReport> = table::of_account(conn, account_id, &ids).await?;
    let mut reports: HashMap<_, _> = reports.into_iter().map(|report| (report.id, report)).collect();
    Ok(found.into_iter().filter_map(|(id, version)| Some((reports.remove(&id)?, version))).collect())
}

/// As [`marks`], of the reports that were there in the past.
pub async fn marks_in_past(
    conn: &mut Conn,
    caller: &Caller,
    workspace_id: WorkspaceId,
    (before, past): (Time, Past),
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(StatusReport, i64)>> {
    let filter = feed::Filter::of_workspace(workspace_id, Span::new(Time::MIN, before), Some(past));
    let direction = Direction::Latest;
    let after = after.map(|place| feed::Place { direction, at: Time(place.at), id: place.id });
    let found = feed::page(conn, caller, &filter, direction, after, limit).await?;
    Ok(found.into_iter().map(|state| (state.report, state.version)).collect())
}

/// The report that followed one of a workspace in the past.
pub async fn next_in_past(
    conn: &mut Conn,
    caller: &Caller,
    report: &StatusReport,
    past: Past,
) -> Result<Option<ReportId>> {
    let filter = feed::Filter::of_workspace(report.workspace_id, Span::ALWAYS, Some(past));
    let direction = Direction::Oldest;
    let after = Some(feed::Place::of(direction, report));
    let found = feed::page(conn, caller, &filter, direction, after, 1).await?;
    Ok(found.first().map(|state| state.report.id))
}

/// The report that follows one of a workspace.
pub async fn next(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    place: Place,
) -> db::Result<Option<ReportId>> {
    conn.first(&bind![NEXT; account_id, workspace_id, place.at, place.id], |row| row.get(0)).await
}

/// The latest changes of a workspace, at most `limit`, by time; in the past, those that were there.
pub async fn changes(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    past: Option<Past>,
    limit: i64,
) -> Result<Vec<StatusChange>> {
    let id = |row: &Row<'_>| row.get(0);
    let ids: Vec<i64> = match past {
        None => conn.all(&bind![CHANGES; account_id, workspace_id, limit], id).await?,
        Some(Past { as_of, known_at }) => {
            conn.all(&bind![CHANGES_IN_PAST; account_id, workspace_id, as_of, known_at, limit], id).await?
        }
    };
    let mut changes: Vec<StatusChange> = table::of_account(conn, account_id, &ids.into()).await?;
    changes.sort_by_key(|change| (change.created_at, change.id));
    Ok(changes)
}
