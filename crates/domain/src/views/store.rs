//! The SQL of saved views.

use super::{Draft, MOST, MOST_SHARED, NOT_OWN, TOO_MANY, TOO_MANY_SHARED, View};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use crate::participations::store::sees_health;
use crate::table::{Table, record};
use db::Conn;
use db::{bind, statements};

record! {
    View in saved_views { id, account_id, user_id, name, query, shared, is_default, created_at, updated_at }
}

statements! {
    LIST = "select ", View::COLUMNS, ", version from saved_views
        where account_id = :account_id and (user_id = :user_id or shared) order by id limit :limit";
    SHARED = "select count(*) from saved_views where account_id = :account_id and shared";
    START = "select ", View::COLUMNS, " from saved_views
        where account_id = :account_id and user_id = :user_id and is_default";
    UPDATE = "update saved_views set name = :name, query = :query, shared = :shared, is_default = :is_default,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// The views that the caller sees, their own first and then those that others share, by name; each with its version. People
/// who see the health of no workspace have none.
pub async fn list(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<(View, i64)>> {
    if !sees_health(conn, caller).await? {
        return Ok(Vec::new());
    }
    // More than that come from archives alone.
    let limit = (MOST + MOST_SHARED) * 2;
    let read = |row: &db::Row<'_>| Ok((View::read(row)?, row.get(View::FIELDS.len())?));
    let mut found = conn.all(&bind![LIST; caller.account_id, caller.user_id, limit], read).await?;
    found.sort_by_cached_key(|(view, _)| (view.user_id != caller.user_id, view.name.to_lowercase(), view.id));
    Ok(found)
}

/// A view that the caller sees, with its version.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64) -> Result<(View, i64)> {
    list(conn, caller).await?.into_iter().find(|(view, _)| view.id == id).ok_or(Error::NotFound)
}

/// The start page of the caller, if they chose a view.
pub async fn start(conn: &mut Conn, caller: &Caller) -> db::Result<Option<View>> {
    conn.first(&bind![START; caller.account_id, caller.user_id], View::read).await
}

/// Returns `Ok` if the caller may change a view: its owner may, and administrators may change shared ones.
///
/// # Errors
/// [`Error::Forbidden`]
pub fn check_access(caller: &Caller, view: &View) -> Result<()> {
    if view.user_id == caller.user_id { Ok(()) } else { caller.require_administrator() }
}

/// Returns `Ok` if the caller may save views: those who see the health of a workspace may.
///
/// # Errors
/// [`Error::Forbidden`]
pub async fn check_saves(conn: &mut Conn, caller: &Caller) -> Result<()> {
    if sees_health(conn, caller).await? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Saves a view of the caller, who sees the health of a workspace.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(conn: &mut Conn, caller: &Caller, change: &Change, draft: &Draft) -> Result<View> {
    check_saves(conn, caller).await?;
    let seen = list(conn, caller).await?;
    let blank = View {
        id: 0,
        account_id: caller.account_id,
        user_id: caller.user_id,
        name: String::new(),
        query: String::new(),
        shared: false,
        is_default: false,
        created_at: change.at,
        updated_at: change.at,
    };
    let (new, mut violations) = draft.apply(&blank);
    let own = seen.iter().filter(|(view, _)| view.user_id == caller.user_id).count();
    if own >= usize::try_from(MOST).unwrap_or_default() {
        violations.push(Violation::new("base", TOO_MANY));
    }
    check(conn, caller, (&blank, &new), &seen, violations).await?;
    let mut log = Log::new(change);
    end_default(conn, &mut log, &seen, &new).await?;
    let new = new.clone().with_id(new.insert(conn).await?);
    log.created(&new);
    events::store::append(conn, log).await?;
    Ok(new)
}

/// Changes a view.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(View, i64)> {
    let (before, version) = require(conn, caller, id).await?;
    check_access(caller, &before)?;
    let seen = list(conn, caller).await?;
    let (changed, violations) = draft.apply(&before);
    check(conn, caller, (&before, &changed), &seen, violations).await?;
    if changed == before {
        return Ok((before, version));
    }
    let after = View { updated_at: change.at, ..changed };
    let mut log = Log::new(change);
    end_default(conn, &mut log, &seen, &after).await?;
    save(conn, &mut log, &before, &after).await?;
    events::store::append(conn, log).await?;
    Ok((after, version + 1))
}

/// Deletes a view.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    let (found, _) = require(conn, caller, id).await?;
    check_access(caller, &found)?;
    events::store::delete(conn, change, &found).await.map(drop)
}

async fn check(
    conn: &mut Conn,
    caller: &Caller,
    (before, after): (&View, &View),
    seen: &[(View, i64)],
    mut violations: Vec<Violation>,
) -> Result<()> {
    let name = after.name.to_lowercase();
    let is_taken = |(other, _): &(View, i64)| {
        other.id != before.id && other.user_id == after.user_id && other.name.to_lowercase() == name
    };
    if !name.is_empty() && seen.iter().any(is_taken) {
        violations.push(Violation::new("name", Problem::Taken));
    }
    if after.is_default != before.is_default && after.user_id != caller.user_id {
        violations.push(Violation::new("is_default", NOT_OWN));
    }
    if after.shared && !before.shared && conn.scalar(&bind![SHARED; caller.account_id]).await? >= MOST_SHARED
    {
        violations.push(Violation::new("base", TOO_MANY_SHARED));
    }
    Error::check(violations)
}

/// If a view becomes the start page of its owner, the one that was no longer is.
async fn end_default(conn: &mut Conn, log: &mut Log<'_>, seen: &[(View, i64)], view: &View) -> Result<()> {
    let is_ended = |other: &View| {
        view.is_default && other.is_default && other.user_id == view.user_id && other.id != view.id
    };
    for (before, _) in seen.iter().filter(|(other, _)| is_ended(other)) {
        let after = View { is_default: false, updated_at: view.updated_at, ..before.clone() };
        save(conn, log, before, &after).await?;
    }
    Ok(())
}

async fn save(conn: &mut Conn, log: &mut Log<'_>, before: &View, after: &View) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        after.query,
        after.shared,
        after.is_default,
        after.updated_at,
    ];
    conn.run(&query).await?;
    log.updated(before, after);
    Ok(())
}
