//! Writing reports: every write keeps the counters and appends its events.

use super::deleted;
use super::read::require;
use crate::accounts::store::row;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::external_references;
use crate::external_references::Subject;
use crate::ids::ReportId;
use crate::notifications::Kind;
use crate::notifications::store::inbox;
use crate::notifications::store::inbox::{Audience, News};
use crate::participations::Access;
use crate::status_reports::{Color, Draft, StatusReport, hints};
use crate::table::{Codec, Json, Table, record};
use crate::text::first_sentence;
use crate::workspaces::store::access;
use db::Conn;
use db::{bind, named_column, statements};

record! {
    StatusReport(ReportId) in status_reports as r {
        id, account_id, workspace_id, color, description, details as Json, creator_id, updater_id, created_at, updated_at
    }
}

named_column! { Color: named, name; }

statements! {
    UPDATE = "update status_reports set color = :color, description = :description, details = :details,
            updater_id = :updater_id, updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
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
    access(conn, caller, workspace_id).await?.require(Access::Edit)?;
    let new = draft.make(caller.account_id, caller.user_id, change.at)?;
    if draft.checks_hints {
        hints::store::check(conn, &new).await?;
    }
    let id = new.defer(conn).await?;
    let new = new.with_id(id);
    let mut log = Log::new(change);
    count(conn, &mut log, &new, 1).await?;
    log.created(&new);
    events::store::append(conn, log).await?;
    refer(conn, change, &new, draft).await?;
    tell(conn, change, &new).await?;
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
    id: ReportId,
    draft: &Draft,
) -> Result<StatusReport> {
    let before = require(conn, caller, id, Access::Edit).await?;
    Error::check(draft.violations(false))?;
    let after =
        StatusReport { updater_id: Some(caller.user_id), updated_at: change.at, ..draft.apply(&before) };
    if draft.checks_hints {
        hints::store::check(conn, &after).await?;
    }
    save(conn, change, &before, &after).await?;
    refer(conn, change, &after, draft).await?;
    Ok(after)
}

/// Writes a changed report.
pub async fn save(
    conn: &mut Conn,
    change: &Change,
    before: &StatusReport,
    after: &StatusReport,
) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.color,
        after.description,
        details: Json::value(&after.details),
        after.updater_id,
        after.updated_at,
    ];
    conn.submit(&query).await?;
    events::store::updated(conn, change, before, after).await
}

/// Deletes a report and its references. The report can be restored.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: ReportId) -> Result<()> {
    let before = require(conn, caller, id, Access::Edit).await?;
    let mut log = Log::new(change);
    external_references::store::delete_of(conn, &mut log, caller.account_id, Subject::StatusReport(id))
        .await?;
    deleted::keep(conn, caller.account_id, id, change.at).await?;
    count(conn, &mut log, &before, -1).await?;
    log.deleted(&before);
    events::store::append(conn, log).await
}

/// Restores a deleted report, with its id.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::NotDeleted`]
pub async fn restore(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: ReportId,
) -> Result<StatusReport> {
    let Some(before) = deleted::require(conn, caller, id, Access::Edit).await? else {
        require(conn, caller, id, Access::Edit).await?;
        return Err(Error::NotDeleted);
    };
    deleted::bring_back(conn, caller.account_id, id, (caller.user_id, change.at)).await?;
    let after = StatusReport { updater_id: Some(caller.user_id), updated_at: change.at, ..before.report };
    let mut log = Log::new(change);
    count(conn, &mut log, &after, 1).await?;
    log.restored(&after);
    events::store::append(conn, log).await?;
    Ok(after)
}

/// Tells the watchers of the workspace of a new report, and if its health is worse than that of the report before.
async fn tell(conn: &mut Conn, change: &Change, report: &StatusReport) -> db::Result<()> {
    let text = first_sentence(&report.description);
    let (workspace_id, report_id) = (report.workspace_id, Some(report.id));
    let news = News { kind: Kind::ReportPublished, workspace_id, report_id, comment_id: None, text: &text };
    let audience = Audience { watchers: true, ..Audience::default() };
    inbox::tell(conn, change, &news, &audience).await?;
    let better: Vec<_> =
        Color::ALL.iter().filter(|color| **color < report.color).map(|color| color.name()).collect();
    if better.is_empty() {
        return Ok(());
    }
    let news = News { kind: Kind::HealthWorsened, ..news };
    inbox::tell(conn, change, &news, &Audience { after: Some(better.join(" ")), ..audience }).await
}

async fn refer(conn: &mut Conn, change: &Change, report: &StatusReport, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = Subject::StatusReport(report.id);
        external_references::store::upsert(conn, change, subject, report.workspace_id, reference).await?;
    }
    Ok(())
}

async fn count(conn: &mut Conn, log: &mut Log<'_>, report: &StatusReport, more: i64) -> db::Result<()> {
    log.count_reports(more);
    row::add_to_blocks(conn, report.account_id, report.id.0, more).await?;
    row::add(conn, report.account_id, report.workspace_id, (more, 0)).await
}
