//! The SQL of milestones.

use super::{Draft, MOST, Milestone, TOO_MANY};
use crate::auth::Caller;
use crate::error::{Error, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::table::{Codec, Json, Table, record};
use crate::workspaces::store::require_health;
use base::clock::Date;
use db::{Conn, Row};
use db::{bind, statements};

record! {
    Milestone in milestones as m {
        id, account_id, workspace_id, name, due_date, done_date, earlier as Json, creator_id, created_at, updated_at
    }
}

statements! {
    LIST = "select ", Milestone::COLUMNS, ", m.version from milestones m
        where m.account_id = :account_id and m.workspace_id = :workspace_id order by m.due_date, m.id limit :limit";
    COUNT = "select count(*) from milestones where account_id = :account_id and workspace_id = :workspace_id";
    // With the caller's participation in its workspace.
    FIND = "select ", Milestone::COLUMNS, ", m.version, me.side, me.permission from milestones m
        left join participations me
            on me.account_id = m.account_id and me.workspace_id = m.workspace_id and me.user_id = :user_id
        where m.account_id = :account_id and m.id = :id";
    UPDATE = "update milestones set name = :name, due_date = :due_date, done_date = :done_date, earlier = :earlier,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// The milestones of a workspace, by due date, each with its version.
pub async fn list(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<Vec<(Milestone, i64)>> {
    // More than `MOST` come from archives alone.
    let limit = i64::try_from(MOST * 10).unwrap_or(i64::MAX);
    let query = bind![LIST; account_id, workspace_id, limit];
    conn.all(&query, with_version).await
}

fn with_version(row: &Row<'_>) -> db::Result<(Milestone, i64)> {
    Ok((Milestone::read(row)?, row.get(Milestone::FIELDS.len())?))
}

/// The milestone and its version, if the caller sees the health of its workspace and has at least the `needed` access.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<(Milestone, i64)> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let found = require_row(conn, caller, &query, Milestone::FIELDS.len() + 1, needed, with_version);
    found.await?.ok_or(Error::NotFound)
}

/// Adds a milestone.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: WorkspaceId,
    draft: &Draft,
) -> Result<Milestone> {
    require_health(conn, caller, workspace_id, Access::Edit).await?;
    let mut violations = draft.violations(true);
    let count: i64 = conn.scalar(&bind![COUNT; caller.account_id, workspace_id]).await?;
    if usize::try_from(count).is_ok_and(|count| count >= MOST) {
        violations.push(Violation::new("base", TOO_MANY));
    }
    Error::check(violations)?;
    let Some(Some(due_date)) = draft.due_date else { return Err(Error::Invalid(draft.violations(true))) };
    let blank = Milestone {
        id: 0,
        account_id: caller.account_id,
        workspace_id,
        name: String::new(),
        due_date,
        done_date: None,
        earlier: Vec::new(),
        creator_id: caller.user_id,
        created_at: change.at,
        updated_at: change.at,
    };
    events::store::create(conn, change, draft.apply(&blank, change.at)).await
}

/// Changes a milestone.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(Milestone, i64)> {
    let (before, version) = require(conn, caller, id, Access::Edit).await?;
    Error::check(draft.violations(false))?;
    let changed = draft.apply(&before, change.at);
    if changed == before {
        return Ok((before, version));
    }
    let after = Milestone { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        after.due_date,
        after.done_date,
        earlier: Json::value(&after.earlier),
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok((after, version + 1))
}

/// Marks a milestone as reached on a day, or as not reached.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn set_done(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    done: Option<Date>,
) -> Result<Milestone> {
    let draft = Draft { done_date: Some(done), ..Draft::default() };
    Ok(update(conn, caller, change, id, &draft).await?.0)
}

/// Deletes a milestone.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<Milestone> {
    let (found, _) = require(conn, caller, id, Access::Edit).await?;
    events::store::delete(conn, change, &found).await?;
    Ok(found)
}
