//! Writing workspaces. Every write appends its events and those of its effects.

use super::identifiers;
use super::read::require;
use crate::auth::Caller;
use crate::counters;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::participations;
use crate::participations::{Access, Permission, Side, side_of_role};
use crate::status_changes::{SAME_STATUS, StatusChange};
use crate::workspaces::{Draft, ProjectStatus, Workspace};
use crate::{external_references, status_changes};
use db::{Conn, Value};
use db::{statements, values};

statements! {
    INSERT = "insert into workspaces (account_id, title, title_key, search_text, description, start_date,
            due_date, archived, status_key, access_level, project_status, status_explanation, creator_id,
            created_at, updated_at, identifier)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id";
    INSERT_WITH_IDS = "insert into workspaces (account_id, title, title_key, search_text, description, start_date,
            due_date, archived, status_key, access_level, project_status, status_explanation, creator_id,
            created_at, updated_at, identifier, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    UPDATE = "update workspaces set title = $2, title_key = $3, search_text = $4, description = $5,
            start_date = $6, due_date = $7, archived = $8, status_key = $9, access_level = $10,
            project_status = $11, status_explanation = $12, creator_id = $13, created_at = $14,
            updated_at = $15, identifier = $16, version = version + 1
        where account_id = $1 and id = $17";
}

/// The derived columns of a row.
struct Keys {
    title: String,
    search: String,
    start_date: Option<String>,
    due_date: Option<String>,
}

impl Keys {
    fn of(workspace: &Workspace) -> Self {
        let title = workspace.title.to_lowercase();
        let description = workspace.description.as_deref().unwrap_or_default().to_lowercase();
        Self {
            search: format!("{title}\n{description}"),
            title,
            start_date: workspace.start_date.map(|date| date.to_string()),
            due_date: workspace.due_date.map(|date| date.to_string()),
        }
    }
}

fn row<'w>(workspace: &'w Workspace, keys: &'w Keys) -> [Value<'w>; 16] {
    values![
        workspace.account_id,
        &workspace.title,
        &keys.title,
        &keys.search,
        workspace.description.as_deref(),
        keys.start_date.as_deref(),
        keys.due_date.as_deref(),
        workspace.archived,
        workspace.status_key,
        workspace.access_level.name(),
        workspace.project_status.map(ProjectStatus::code),
        workspace.status_explanation.as_deref(),
        workspace.creator_id,
        workspace.created_at.0,
        workspace.updated_at.0,
        workspace.identifier.as_deref()
    ]
}

fn row_with_id<'w>(workspace: &'w Workspace, keys: &'w Keys) -> Vec<Value<'w>> {
    let mut values = row(workspace, keys).to_vec();
    values.push(workspace.id.into());
    values
}

/// Adds a workspace that was made from the draft, and the participation of its creator.
pub async fn create(conn: &mut Conn, change: &Change, draft: &Draft, new: Workspace) -> Result<i64> {
    let id = conn.scalar(INSERT, &row(&new, &Keys::of(&new))).await?;
    let mut new = Workspace { id, ..new };
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
    refer(conn, change, id, draft).await?;
    Ok(id)
}

/// Changes a workspace; a different status key also records a status change.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(conn: &mut Conn, caller: &Caller, change: &Change, id: i64, draft: &Draft) -> Result<()> {
    let before = require(conn, caller, id, Access::Edit).await?.workspace;
    Error::check(identifiers::violations(conn, caller.account_id, id, draft).await?)?;
    let mut after = draft.apply(&before, change.at);
    if after.title != before.title {
        identifiers::settle(conn, &mut after).await?;
    }
    if after.status_key != before.status_key {
        status_changes::store::record(conn, change, id, before.status_key, after.status_key).await?;
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
    let recorded = status_changes::store::record(conn, change, id, before.status_key, to).await?;
    let after = Workspace { status_key: to, updated_at: change.at, ..before.clone() };
    save(conn, change, &before, &after).await?;
    Ok(recorded)
}

async fn refer(conn: &mut Conn, change: &Change, id: i64, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = external_references::Subject::Workspace(id);
        external_references::store::upsert(conn, change, subject, id, reference).await?;
    }
    Ok(())
}

/// Writes a changed workspace.
pub async fn save(conn: &mut Conn, change: &Change, before: &Workspace, after: &Workspace) -> Result<()> {
    conn.run(UPDATE, &row_with_id(after, &Keys::of(after))).await?;
    let mut log = Log::new(change);
    log.updated(before, after);
    events::store::append(conn, log).await
}

/// Adds workspaces with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, workspaces: &[Workspace]) -> db::Result<()> {
    let keys: Vec<Keys> = workspaces.iter().map(Keys::of).collect();
    let rows: Vec<_> = workspaces.iter().zip(&keys).map(|(one, keys)| row_with_id(one, keys)).collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await?;
    identifiers::check_imported(conn, workspaces).await?;
    counters::store::begin(conn, workspaces).await
}
