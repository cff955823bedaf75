//! Writing reports: every write keeps the counters and appends its events.

use super::blocks;
use super::read::require;
use crate::auth::Caller;
use crate::counters::Delta;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::external_references::Subject;
use crate::participations::Access;
use crate::status_reports::{Draft, StatusReport};
use crate::{accounts, counters, external_references, workspaces};
use db::{Conn, Value};
use db::{statements, values};

statements! {
    INSERT = "insert into status_reports (account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    INSERT_WITH_IDS = "insert into status_reports (account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE = "update status_reports set color = $3, description = $4, details = $5, updater_id = $6,
            updated_at = $7, version = version + 1
        where account_id = $1 and id = $2";
    DELETE = "delete from status_reports where account_id = $1 and id = $2";
}

fn details_text(report: &StatusReport) -> String {
    serde_json::to_string(&report.details).expect("details are made of texts")
}

fn row<'r>(report: &'r StatusReport, details: &'r str) -> [Value<'r>; 9] {
    values![
        report.account_id,
        report.workspace_id,
        report.color.name(),
        &report.description,
        details,
        report.creator_id,
        report.updater_id,
        report.created_at.0,
        report.updated_at.0
    ]
}

/// Writes a report about a workspace.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
) -> Result<StatusReport> {
    let Some(workspace_id) = draft.workspace_id else { return Err(Error::Invalid(draft.violations(true))) };
    workspaces::store::access(conn, caller, workspace_id).await?.require(Access::Edit)?;
    let new = draft.make(caller.account_id, caller.user_id, change.at)?;
    let id = conn.scalar(INSERT, &row(&new, &details_text(&new))).await?;
    let new = StatusReport { id, ..new };
    count(conn, &new, 1).await?;
    let mut log = Log::new(change);
    log.created(&new);
    events::store::append(conn, log).await?;
    refer(conn, change, &new, draft).await?;
    Ok(new)
}

/// Changes a report.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<StatusReport> {
    let before = require(conn, caller, id, Access::Edit).await?;
    Error::check(draft.violations(false))?;
    let after =
        StatusReport { updater_id: Some(caller.user_id), updated_at: change.at, ..draft.apply(&before) };
    let details = details_text(&after);
    let row = values![
        after.account_id,
        id,
        after.color.name(),
        &after.description,
        &details,
        after.updater_id,
        after.updated_at.0
    ];
    conn.run(UPDATE, &row).await?;
    let mut log = Log::new(change);
    log.updated(&before, &after);
    events::store::append(conn, log).await?;
    refer(conn, change, &after, draft).await?;
    Ok(after)
}

/// Deletes a report and its references.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    let before = require(conn, caller, id, Access::Edit).await?;
    let mut log = Log::new(change);
    external_references::store::delete_of(conn, &mut log, caller.account_id, Subject::StatusReport(id))
        .await?;
    conn.run(DELETE, &values![caller.account_id, id]).await?;
    count(conn, &before, -1).await?;
    log.deleted(&before);
    events::store::append(conn, log).await
}

async fn refer(conn: &mut Conn, change: &Change, report: &StatusReport, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = Subject::StatusReport(report.id);
        external_references::store::upsert(conn, change, subject, report.workspace_id, reference).await?;
    }
    Ok(())
}

async fn count(conn: &mut Conn, report: &StatusReport, more: i64) -> db::Result<()> {
    accounts::store::count_reports(conn, report.account_id, more).await?;
    blocks::count(conn, [(report.account_id, report.id, more)]).await?;
    let (account_id, workspace_id) = (report.account_id, report.workspace_id);
    let delta = Delta { account_id, workspace_id, status_reports: more, status_changes: 0 };
    counters::store::add(conn, &[delta]).await
}

/// Adds reports with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, reports: &[StatusReport]) -> db::Result<()> {
    let details: Vec<String> = reports.iter().map(details_text).collect();
    let rows: Vec<_> = reports
        .iter()
        .zip(&details)
        .map(|(report, details)| {
            let mut values = row(report, details).to_vec();
            values.push(report.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await?;
    blocks::count(conn, reports.iter().map(|report| (report.account_id, report.id, 1))).await
}
