//! The SQL of drafts of reports.

use super::input::{NewDraft, missing, sources};
use super::{MOST_OPEN, ReportDraft, Source, SourceKind, State};
use crate::auth::{Caller, Token};
use crate::error::{Error, Problem, Result};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, ReportId, WorkPackageId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::status_reports::StatusReport;
use crate::table::{Codec, Json, Table, record};
use crate::workspaces::store::require_health;
use crate::{
    comments, milestones, notes, oauth, status_changes, status_reports, table, work_packages, workspaces,
};
use db::{Conn, List, Row};
use db::{bind, if_ids, named_column, sql, statements};

record! {
    ReportDraft in report_drafts as d {
        id, account_id, workspace_id, color, description, details as Json, sentences as Json, agent, creator_id, updater_id,
        state, closer_id, closed_at, report_id, created_at, updated_at
    }
}

named_column! { State: named, name; }

/// The drafts of the workspaces in which the caller writes reports.
const SEEN: &str = sql!(
    "d.account_id = :account_id and d.state = :state and ",
    if_ids!("d.workspace_id", "workspaces"),
    " and (:administrator or d.workspace_id in (select p.workspace_id from participations p
        where p.account_id = :account_id and p.user_id = :user_id and p.side = 'provider'
            and p.permission in ('edit', 'admin')))"
);

statements! {
    PAGE = "select ", ReportDraft::COLUMNS, ", d.version, w.title from report_drafts d
        join workspaces w on w.account_id = d.account_id and w.id = d.workspace_id
        where ", SEEN, " and d.id < :before order by d.id desc limit :limit";
    COUNT = "select count(*) from (select d.id from report_drafts d where ", SEEN, " limit :limit) as one";
    // With the title of its workspace, and the caller's participation there.
    FIND = "select ", ReportDraft::COLUMNS, ", d.version, w.title, me.side, me.permission from report_drafts d
        join workspaces w on w.account_id = d.account_id and w.id = d.workspace_id
        left join participations me
            on me.account_id = d.account_id and me.workspace_id = d.workspace_id and me.user_id = :user_id
        where d.account_id = :account_id and d.id = :id";
    OPEN = "select count(*) from report_drafts
        where account_id = :account_id and workspace_id = :workspace_id and state = 'open'";
    OF_REPORT = "select ", ReportDraft::COLUMNS, " from report_drafts d
        where d.account_id = :account_id and d.workspace_id = :workspace_id and d.state = 'published'
            and d.report_id = :report_id";
    UPDATE = "update report_drafts set color = :color, description = :description, details = :details,
            updater_id = :updater_id, state = :state, closer_id = :closer_id, closed_at = :closed_at,
            report_id = :report_id, updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// A draft with what belongs to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The draft.
    pub draft: ReportDraft,
    /// The number of its writes.
    pub version: i64,
    /// The title of its workspace.
    pub title: String,
}

/// Which drafts to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The state.
    pub state: State,
    /// Of some workspaces.
    pub workspaces: Option<List<WorkspaceId>>,
}

fn found(row: &Row<'_>) -> db::Result<Found> {
    const WIDTH: usize = ReportDraft::FIELDS.len();
    Ok(Found { draft: ReportDraft::read(row)?, version: row.get(WIDTH)?, title: row.get(WIDTH + 1)? })
}

/// At most `limit` drafts with a lower id, the latest first, of the workspaces in which the caller writes reports.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    before: i64,
    limit: i64,
) -> db::Result<Vec<Found>> {
    let query = bind![PAGE;
        caller.account_id,
        caller.user_id,
        caller.administrator,
        filter.state,
        filter.workspaces,
        before,
        limit,
    ];
    conn.all(&query, found).await
}

/// The number of open drafts that the caller may publish, up to `limit`.
pub async fn count(conn: &mut Conn, caller: &Caller, limit: i64) -> db::Result<i64> {
    let workspaces: Option<List<WorkspaceId>> = None;
    let query = bind![COUNT;
        caller.account_id, caller.user_id, caller.administrator, state: State::Open, workspaces: &workspaces, limit];
    conn.scalar(&query).await
}

/// The draft, if the caller writes reports in its workspace.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let width = ReportDraft::FIELDS.len() + 2;
    require_row(conn, caller, &query, width, Access::Edit, found).await?.ok_or(Error::NotFound)
}

/// The draft, if the caller writes reports in its workspace and nobody has published or discarded it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::DraftClosed`]
pub async fn require_open(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    let found = require(conn, caller, id).await?;
    if found.draft.state == State::Open { Ok(found) } else { Err(Error::DraftClosed) }
}

/// Adds a draft of the program that has the caller's token.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    new: &NewDraft,
) -> Result<ReportDraft> {
    require_health(conn, caller, new.workspace_id, Access::Edit).await?;
    Error::check(new.violations())?;
    let query = bind![OPEN; caller.account_id, workspace_id: new.workspace_id];
    if conn.scalar(&query).await? >= MOST_OPEN {
        let rule =
            "cannot be added: 20 drafts about the workspace wait already; publish or discard one first";
        return Err(Error::invalid("base", Problem::Sentence(rule)));
    }
    let sentences = new.sentences();
    for source in sources(&sentences) {
        if !is_seen(conn, caller, source).await? {
            return Err(missing());
        }
    }
    let report = new.request().make(caller.account_id, caller.user_id, change.at)?;
    let draft = ReportDraft {
        id: 0,
        account_id: caller.account_id,
        workspace_id: new.workspace_id,
        color: report.color,
        description: report.description,
        details: report.details,
        sentences,
        agent: agent(conn, caller).await?,
        creator_id: caller.user_id,
        updater_id: None,
        state: State::Open,
        closer_id: None,
        closed_at: None,
        report_id: None,
        created_at: change.at,
        updated_at: change.at,
    };
    events::store::create(conn, change, draft).await
}

/// The name of the application to which the caller's token was issued, or else of the token.
async fn agent(conn: &mut Conn, caller: &Caller) -> db::Result<String> {
    let token = table::find::<Token>(conn, caller.account_id, caller.token_id).await?;
    let application = match token.as_ref().and_then(|token| token.application_id) {
        None => None,
        Some(id) => table::find::<oauth::Application>(conn, caller.account_id, id).await?,
    };
    let name = application.map(|application| application.name).or(token.map(|token| token.name));
    Ok(name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "?".into()))
}

/// Whether the caller sees the record of a source; every address is taken.
async fn is_seen(conn: &mut Conn, caller: &Caller, source: &Source) -> Result<bool> {
    let (Some(kind), Some(id)) = (source.kind, source.id) else { return Ok(true) };
    let needed = Access::View;
    let found = match kind {
        SourceKind::Workspace => {
            workspaces::store::require(conn, caller, WorkspaceId(id), needed).await.map(drop)
        }
        SourceKind::StatusReport => {
            status_reports::store::require(conn, caller, ReportId(id), needed).await.map(drop)
        }
        SourceKind::WorkspaceStatusChange => {
            status_changes::store::find(conn, caller, id).await?.map(drop).ok_or(Error::NotFound)
        }
        SourceKind::Milestone => milestones::store::require(conn, caller, id, needed).await.map(drop),
        SourceKind::Note => notes::store::require(conn, caller, id, needed).await.map(drop),
        SourceKind::Comment => comments::store::require(conn, caller, id).await.map(drop),
        SourceKind::WorkPackage => {
            work_packages::store::read::require(conn, caller, WorkPackageId(id), needed).await.map(drop)
        }
    };
    match found {
        Ok(()) => Ok(true),
        Err(Error::NotFound | Error::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Changes an open draft as a person wants it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::DraftClosed`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    request: &status_reports::Draft,
) -> Result<Found> {
    let before = require_open(conn, caller, id).await?;
    Error::check(request.violations(false))?;
    let StatusReport { color, description, details, .. } = request.apply(&before.draft.report());
    let after = ReportDraft { color, description, details, ..before.draft.clone() };
    if after == before.draft {
        return Ok(before);
    }
    let after = ReportDraft { updater_id: Some(caller.user_id), updated_at: change.at, ..after };
    write(conn, change, before, after).await
}

/// Publishes an open draft: the caller becomes the author of a new report.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::DraftClosed`], [`Error::Invalid`]
pub async fn publish(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
) -> Result<(Found, StatusReport)> {
    let before = require_open(conn, caller, id).await?;
    let report = status_reports::store::create(conn, caller, change, &before.draft.request()).await?;
    let published = close(conn, caller, change, before, Some(report.id)).await?;
    Ok((published, report))
}

/// Discards an open draft, which stays in the log.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::DraftClosed`]
pub async fn discard(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<Found> {
    let before = require_open(conn, caller, id).await?;
    close(conn, caller, change, before, None).await
}

async fn close(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    before: Found,
    report_id: Option<ReportId>,
) -> Result<Found> {
    let after = ReportDraft {
        state: if report_id.is_some() { State::Published } else { State::Discarded },
        closer_id: Some(caller.user_id),
        closed_at: Some(change.at),
        report_id,
        updated_at: change.at,
        ..before.draft.clone()
    };
    write(conn, change, before, after).await
}

async fn write(conn: &mut Conn, change: &Change, before: Found, after: ReportDraft) -> Result<Found> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.color,
        after.description,
        details: Json::value(&after.details),
        after.updater_id,
        after.state,
        after.closer_id,
        after.closed_at,
        after.report_id,
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before.draft, &after).await?;
    Ok(Found { draft: after, version: before.version + 1, title: before.title })
}

/// The draft from which a report came.
pub async fn of_report(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    report_id: ReportId,
) -> db::Result<Option<ReportDraft>> {
    conn.first(&bind![OF_REPORT; account_id, workspace_id, report_id], ReportDraft::read).await
}
