//! The SQL of notes.

use super::{Draft, Note};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::table::{Table, record};
use crate::users;
use crate::workspaces::store::require_health;
use db::{Conn, Row};
use db::{bind, statements};

record! {
    Note in notes as n {
        id, account_id, workspace_id, is_action, text, owner_id, due_date, done_date, creator_id, created_at, updated_at
    }
}

statements! {
    PAGE = "select ", Note::COLUMNS, ", n.version from notes n
        where n.account_id = :account_id and n.workspace_id = :workspace_id and n.id < :before
        order by n.id desc limit :limit";
    // With the caller's participation in its workspace.
    FIND = "select ", Note::COLUMNS, ", n.version, me.side, me.permission from notes n
        left join participations me
            on me.account_id = n.account_id and me.workspace_id = n.workspace_id and me.user_id = :user_id
        where n.account_id = :account_id and n.id = :id";
    UPDATE = "update notes set is_action = :is_action, text = :text, owner_id = :owner_id, due_date = :due_date,
            done_date = :done_date, updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// At most `limit` notes of a workspace with a lower id, latest first, each with its version.
pub async fn page(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    before: i64,
    limit: i64,
) -> db::Result<Vec<(Note, i64)>> {
    let query = bind![PAGE; account_id, workspace_id, before, limit];
    conn.all(&query, with_version).await
}

fn with_version(row: &Row<'_>) -> db::Result<(Note, i64)> {
    Ok((Note::read(row)?, row.get(Note::FIELDS.len())?))
}

/// The note and its version, if the caller sees the health of its workspace and has at least the `needed` access.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<(Note, i64)> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let found = require_row(conn, caller, &query, Note::FIELDS.len() + 1, needed, with_version);
    found.await?.ok_or(Error::NotFound)
}

async fn check(conn: &mut Conn, account_id: AccountId, draft: &Draft, is_new: bool) -> Result<()> {
    let mut violations = draft.violations(is_new);
    if let Some(Some(owner)) = draft.owner_id {
        let found = users::store::of_account(conn, account_id, &[owner].into()).await?;
        if !found.iter().any(|user| user.active) {
            violations.push(Violation::new("owner_id", Problem::Missing));
        }
    }
    Error::check(violations)
}

/// Adds a note.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: WorkspaceId,
    draft: &Draft,
) -> Result<Note> {
    require_health(conn, caller, workspace_id, Access::Edit).await?;
    check(conn, caller.account_id, draft, true).await?;
    let blank = Note {
        id: 0,
        account_id: caller.account_id,
        workspace_id,
        is_action: false,
        text: String::new(),
        owner_id: None,
        due_date: None,
        done_date: None,
        creator_id: caller.user_id,
        created_at: change.at,
        updated_at: change.at,
    };
    events::store::create(conn, change, draft.apply(&blank)).await
}

/// Changes a note.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(Note, i64)> {
    let (before, version) = require(conn, caller, id, Access::Edit).await?;
    check(conn, caller.account_id, draft, false).await?;
    let changed = draft.apply(&before);
    if changed == before {
        return Ok((before, version));
    }
    let after = Note { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.is_action,
        after.text,
        after.owner_id,
        after.due_date,
        after.done_date,
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok((after, version + 1))
}

/// Deletes a note.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<Note> {
    let (found, _) = require(conn, caller, id, Access::Edit).await?;
    events::store::delete(conn, change, &found).await?;
    Ok(found)
}
