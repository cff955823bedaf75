//! Writing workspaces. Every write appends its events and those of its effects.

use super::read::require;
use super::{identifiers, leads};
use crate::auth::Caller;
use crate::counters;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::WorkspaceId;
use crate::participations;
use crate::participations::{Access, Permission, Side, side_of_role};
use crate::status_changes::{SAME_STATUS, StatusChange};
use crate::table::{Table, record};
use crate::workspaces::{AccessLevel, Draft, ProjectStatus, Workspace};
use crate::{external_references, status_changes};
use db::Conn;
use db::{bind, named_column, statements};

record! {
    Workspace(WorkspaceId) in workspaces as w {
        id, account_id, title, description, start_date, due_date, archived, status_key, access_level, project_status,
        status_explanation, creator_id, created_at, updated_at, identifier, lead_id
    }
    with |workspace| { title_key: workspace.title_key(), search_text: workspace.search_text(), first_due_date: &workspace.due_date }
}

named_column! {
    AccessLevel: named, name;
    ProjectStatus: of_code, code;
}

statements! {
    UPDATE = "update workspaces set title = :title, title_key = :title_key, search_text = :search_text,
            description = :description, start_date = :start_date, due_date = :due_date,
            first_due_date = coalesce(first_due_date, cast(:due_date as text)), archived = :archived,
            status_key = :status_key, access_level = :access_level, project_status = :project_status,
            status_explanation = :status_explanation, creator_id = :creator_id, created_at = :created_at,
            updated_at = :updated_at, identifier = :identifier, lead_id = :lead_id, version = version + 1
        where account_id = :account_id and id = :id";
}

/// Adds a workspace that was made from the draft, and the participations of its creator and of its lead.
///
/// # Errors
/// [`Error::Invalid`] if the lead is no active user of the account.
pub async fn create(conn: &mut Conn, change: &Change, draft: &Draft, new: Workspace) -> Result<WorkspaceId> {
    let lead = leads::of_new(conn, &new).await?;
    let id = new.insert(conn).await?;
    let mut new = new.with_id(id);
    counters::store::begin(conn, std::slice::from_ref(&new)).await?;
    let mut log = Log::new(change);
    identifiers::settle_new(conn, &mut new).await?;
    log.created(&new);
    events::store::append(conn, log).await?;
    let side = draft.creator_role.as_deref().and_then(side_of_role).unwrap_or(Side::Provider);
    let part = participations::NewParticipation {
        workspace_id: id,
        user_id: new.creator_id,
        side,
        permission: Permission::Admin,
    };
    participations::store::insert(conn, change, part).await?;
    if let Some(user_id) = lead {
        let part = participations::NewParticipation { user_id, side: Side::Provider, ..part };
        participations::store::insert(conn, change, part).await?;
    }
    refer(conn, change, id, draft).await?;
    Ok(id)
}

/// Changes a workspace; a different status key also records a status change, and a lead who does not take part yet joins.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: WorkspaceId,
    draft: &Draft,
) -> Result<()> {
    let visible = require(conn, caller, id, Access::Edit).await?;
    let mut violations = identifiers::violations(conn, caller.account_id, id, draft).await?;
    let joining = leads::joining(conn, &visible, draft, &mut violations).await?;
    Error::check(violations)?;
    let before = visible.workspace;
    let mut after = draft.apply(&before, change.at);
    if after.title != before.title {
        identifiers::settle(conn, &mut after).await?;
    }
    if after.status_key != before.status_key {
        status_changes::store::record(conn, change, id, (before.status_key, after.status_key), None).await?;
    }
    if let Some(user_id) = joining {
        let (side, permission) = (Side::Provider, Permission::Admin);
        let part = participations::NewParticipation { workspace_id: id, user_id, side, permission };
        participations::store::insert(conn, change, part).await?;
    }
    save(conn, change, &before, &after).await?;
    refer(conn, change, id, draft).await
}

/// Moves a workspace to another status key and records the move.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn change_status(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: status_changes::Draft,
) -> Result<StatusChange> {
    let violations = draft.violations();
    let (Some(id), to) = (draft.workspace_id, draft.to_status_key) else {
        return Err(Error::Invalid(violations));
    };
    let before = require(conn, caller, id, Access::Edit).await?.workspace;
    Error::check(violations)?;
    let to = to.unwrap_or(before.status_key);
    if to == before.status_key {
        return Err(Error::Invalid(vec![SAME_STATUS]));
    }
    let recorded =
        status_changes::store::record(conn, change, id, (before.status_key, to), draft.reason).await?;
    let after = Workspace { status_key: to, updated_at: change.at, ..before.clone() };
    save(conn, change, &before, &after).await?;
    Ok(recorded)
}

async fn refer(conn: &mut Conn, change: &Change, id: WorkspaceId, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = external_references::Subject::Workspace(id);
        external_references::store::upsert(conn, change, subject, id, reference).await?;
    }
    Ok(())
}

/// Writes a changed workspace.
pub async fn save(conn: &mut Conn, change: &Change, before: &Workspace, after: &Workspace) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.title,
        title_key: after.title_key(),
        search_text: after.search_text(),
        after.description,
        after.start_date,
        after.due_date,
        after.archived,
        after.status_key,
        after.access_level,
        after.project_status,
        after.status_explanation,
        after.creator_id,
        after.created_at,
        after.updated_at,
        after.identifier,
        after.lead_id,
    ];
    conn.submit(&query).await?;
    events::store::updated(conn, change, before, after).await
}
