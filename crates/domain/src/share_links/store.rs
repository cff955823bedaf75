//! The SQL of share links.

use super::{Draft, MOST, ShareLink, TOO_MANY, WEEKS};
use crate::auth::{Caller, digest};
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, WorkspaceId};
use crate::participations::Access;
use crate::table::{Table, record};
use crate::workspaces;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, statements};

record! {
    ShareLink in share_links as s {
        id, account_id, workspace_ids as Json, weeks, parts as Json, expires_at, password_hash, sha256 as Hex, creator_id,
        created_at
    }
}

/// That the caller may manage a link: administrators of the account may, and who administers every one of its workspaces.
macro_rules! managed {
    () => {
        "(:administrator or not exists (
            select 1 from json_each(s.workspace_ids) as own where not exists (select 1 from participations p
                where p.account_id = s.account_id and p.workspace_id = cast(own.value as bigint)
                    and p.user_id = :user_id and p.side = 'provider' and p.permission = 'admin')))"
    };
}

statements! {
    PAGE = "select ", ShareLink::COLUMNS, ", s.views, s.last_viewed_at from share_links s
        where s.account_id = :account_id and s.id < :before and ", managed!(), "
        order by s.id desc limit :limit";
    FIND = "select ", ShareLink::COLUMNS, ", s.views, s.last_viewed_at from share_links s
        where s.account_id = :account_id and s.id = :id and ", managed!();
    // The secret determines the account, as for tokens.
    WITH_DIGEST = "select ", ShareLink::COLUMNS, " from share_links s
        where s.sha256 = :sha256 and (s.expires_at is null or s.expires_at > :now)";
    COUNT = "select count(*) from share_links where account_id = :account_id";
    VIEW = "update share_links set views = views + 1, last_viewed_at = :now
        where account_id = :account_id and id = :id";
    ADMINISTERED = "select p.workspace_id from participations p
        join workspaces w on w.account_id = p.account_id and w.id = p.workspace_id
        where p.account_id = :account_id and p.user_id = :user_id and p.side = 'provider' and p.permission = 'admin'
            and not w.archived
        order by w.title_key, w.id limit :limit";
    ALL = "select w.id from workspaces w where w.account_id = :account_id and not w.archived
        order by w.title_key, w.id limit :limit";
}

/// A link with its views.
#[derive(Clone, Debug)]
pub struct Found {
    /// The link.
    pub link: ShareLink,
    /// How often its page and its sheet were read.
    pub views: i64,
    /// When they were last read.
    pub last_viewed_at: Option<Time>,
}

fn found(row: &Row<'_>) -> db::Result<Found> {
    const WIDTH: usize = ShareLink::FIELDS.len();
    Ok(Found { link: ShareLink::read(row)?, views: row.get(WIDTH)?, last_viewed_at: row.get(WIDTH + 1)? })
}

/// The links that the caller may manage with a lower id than `before`, the newest first.
pub async fn page(conn: &mut Conn, caller: &Caller, before: i64, limit: i64) -> db::Result<Vec<Found>> {
    let query = bind![PAGE; caller.account_id, caller.user_id, caller.administrator, before, limit];
    conn.all(&query, found).await
}

/// A link that the caller may manage.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    let query = bind![FIND; caller.account_id, caller.user_id, caller.administrator, id];
    conn.first(&query, found).await?.ok_or(Error::NotFound)
}

/// The workspaces that the caller may share, by title.
pub async fn shareable(conn: &mut Conn, caller: &Caller, limit: i64) -> db::Result<Vec<WorkspaceId>> {
    if caller.administrator {
        return conn.all(&bind![ALL; caller.account_id, limit], |row| row.get(0)).await;
    }
    let query = bind![ADMINISTERED; caller.account_id, caller.user_id, limit];
    conn.all(&query, |row| row.get(0)).await
}

/// Returns `Ok` if the caller may share some workspaces. To administrators, a workspace that does not exist is a mistake; others
/// do not learn which exist.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn check(conn: &mut Conn, caller: &Caller, draft: &Draft) -> Result<()> {
    let Some(ids) = &draft.workspace_ids else { return Ok(()) };
    let ids: List<WorkspaceId> = ids.iter().copied().collect();
    let seen = workspaces::store::with_ids_seen(conn, caller, &ids).await?;
    let administers =
        |id: &WorkspaceId| seen.iter().any(|one| one.workspace.id == *id && one.access >= Access::Admin);
    if ids.iter().all(administers) {
        Ok(())
    } else if caller.administrator {
        Err(Error::invalid("workspace_ids", Problem::Missing))
    } else {
        Err(Error::Forbidden)
    }
}

/// Makes a link with a secret; `password_hash` is the hash of the draft's password.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
    (secret, password_hash): (&str, Option<String>),
) -> Result<Found> {
    let mut violations = draft.violations(change.at);
    if conn.scalar(&bind![COUNT; caller.account_id]).await? >= MOST {
        violations.push(Violation::new("base", TOO_MANY));
    }
    Error::check(violations)?;
    check(conn, caller, draft).await?;
    let link = ShareLink {
        id: 0,
        account_id: caller.account_id,
        workspace_ids: draft.workspace_ids.clone().unwrap_or_default(),
        weeks: draft.weeks.unwrap_or(WEEKS),
        parts: draft.chosen(),
        expires_at: draft.expires_at,
        password_hash,
        sha256: hex::encode(digest(secret)),
        creator_id: caller.user_id,
        created_at: change.at,
    };
    let link = events::store::create(conn, change, link).await?;
    Ok(Found { link, views: 0, last_viewed_at: None })
}

/// Ends a link.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    let found = require(conn, caller, id).await?;
    events::store::delete(conn, change, &found.link).await.map(drop)
}

/// The link with a secret.
///
/// # Errors
/// [`Error::NotFound`] if it has ended.
pub async fn with_secret(conn: &mut Conn, secret: &str, now: Time) -> Result<ShareLink> {
    let sha256 = digest(secret);
    let query = bind![WITH_DIGEST; sha256: &sha256, now];
    conn.first(&query, ShareLink::read).await?.ok_or(Error::NotFound)
}

/// Counts a view of a link.
pub async fn viewed(conn: &mut Conn, account_id: AccountId, id: i64, now: Time) -> db::Result<()> {
    conn.run(&bind![VIEW; account_id, id, now]).await.map(drop)
}
