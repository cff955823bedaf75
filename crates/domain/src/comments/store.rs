//! The SQL of comments.

use super::mentions::Directory;
use super::{Comment, violations};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::notifications::Kind;
use crate::notifications::store::inbox;
use crate::notifications::store::inbox::{Audience, News};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::status_reports;
use crate::table::{Codec, Json, Table, record};
use crate::text::first_sentence;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

record! {
    Comment in comments as c {
        id, account_id, status_report_id, text, author_id, mentions as Json, created_at, edited_at
    }
}

statements! {
    PAGE = "select ", Comment::COLUMNS, ", c.version from comments c
        where c.account_id = :account_id and c.status_report_id = :report_id and c.id > :after
        order by c.id limit :limit";
    LATEST = "select ", Comment::COLUMNS, " from comments c
        where c.account_id = :account_id and c.status_report_id = :report_id
        order by c.id desc limit :limit";
    // With the caller's participation in the workspace of its report, which is not deleted.
    FIND = "select ", Comment::COLUMNS, ", c.version, r.workspace_id, me.side, me.permission from comments c
        join status_reports r on r.account_id = c.account_id and r.id = c.status_report_id
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = :user_id
        where c.account_id = :account_id and c.id = :id";
    COUNTS = "select status_report_id, count(*) from comments
        where account_id = :account_id and ", in_ids!("status_report_id", "reports"), "
        group by status_report_id";
    UPDATE = "update comments set text = :text, mentions = :mentions, edited_at = :edited_at, version = version + 1
        where account_id = :account_id and id = :id";
    // The active people who see the health of a workspace.
    READERS = "select u.id, u.full_name, u.email_address from users u
        where u.account_id = :account_id and u.active and (u.administrator or u.id in (select p.user_id from participations p
            where p.account_id = :account_id and p.workspace_id = :workspace_id and p.side = 'provider'))
        order by u.id";
}

/// A comment with what belongs to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The comment.
    pub comment: Comment,
    /// The number of its writes.
    pub version: i64,
    /// The workspace of its report.
    pub workspace_id: WorkspaceId,
}

/// The comments of a report after an id, the oldest first, each with its version.
pub async fn page(
    conn: &mut Conn,
    account_id: AccountId,
    report_id: ReportId,
    after: i64,
    limit: i64,
) -> db::Result<Vec<(Comment, i64)>> {
    let query = bind![PAGE; account_id, report_id, after, limit];
    conn.all(&query, |row| Ok((Comment::read(row)?, row.get(Comment::FIELDS.len())?))).await
}

/// The latest comments of a report, the oldest of them first.
pub async fn latest(
    conn: &mut Conn,
    account_id: AccountId,
    report_id: ReportId,
    limit: i64,
) -> db::Result<Vec<Comment>> {
    let mut found = conn.all(&bind![LATEST; account_id, report_id, limit], Comment::read).await?;
    found.reverse();
    Ok(found)
}

/// The numbers of comments of some reports; reports without comments are not in the list.
pub async fn counts(
    conn: &mut Conn,
    account_id: AccountId,
    reports: &List<ReportId>,
) -> db::Result<Vec<(ReportId, i64)>> {
    conn.all(&bind![COUNTS; account_id, reports], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// The comment, if the caller sees the health of the workspace of its report, which is not deleted.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    const WIDTH: usize = Comment::FIELDS.len();
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let read = |row: &Row<'_>| {
        Ok(Found {
            comment: Comment::read(row)?,
            version: row.get(WIDTH)?,
            workspace_id: row.get(WIDTH + 1)?,
        })
    };
    let found = require_row(conn, caller, &query, WIDTH + 2, Access::View, read);
    found.await?.ok_or(Error::NotFound)
}

/// The comment, if the caller may change its text.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_author(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    let found = require(conn, caller, id).await?;
    if found.comment.is_editable_by(caller) { Ok(found) } else { Err(Error::Forbidden) }
}

/// The comment, if the caller may delete it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_deletable(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Found> {
    let found = require(conn, caller, id).await?;
    if found.comment.is_deletable_by(caller) { Ok(found) } else { Err(Error::Forbidden) }
}

/// Adds a comment to a report.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    report_id: ReportId,
    text: Option<&str>,
) -> Result<Comment> {
    let report = status_reports::store::require(conn, caller, report_id, Access::View).await?;
    Error::check(violations(text, true))?;
    let text = text.unwrap_or_default().to_owned();
    let comment = Comment {
        id: 0,
        account_id: caller.account_id,
        status_report_id: report_id,
        mentions: mentioned(conn, caller.account_id, report.workspace_id, &text).await?,
        text,
        author_id: caller.user_id,
        created_at: change.at,
        edited_at: None,
    };
    let comment = events::store::create(conn, change, comment).await?;
    tell(conn, change, &comment, report.workspace_id, &comment.mentions).await?;
    let mut but = comment.mentions.clone();
    but.push(comment.author_id);
    let audience = Audience { watchers: true, after: None, also: vec![report.creator_id], but };
    inbox::tell(
        conn,
        change,
        &news(Kind::Comment, &comment, report.workspace_id, &first_sentence(&comment.text)),
        &audience,
    )
    .await?;
    Ok(comment)
}

/// Tells people that a comment mentions them.
async fn tell(
    conn: &mut Conn,
    change: &Change,
    comment: &Comment,
    workspace_id: WorkspaceId,
    mentioned: &[UserId],
) -> db::Result<()> {
    if mentioned.is_empty() {
        return Ok(());
    }
    let audience = Audience { also: mentioned.to_vec(), ..Audience::default() };
    inbox::tell(
        conn,
        change,
        &news(Kind::Mention, comment, workspace_id, &first_sentence(&comment.text)),
        &audience,
    )
    .await
}

const fn news<'n>(kind: Kind, comment: &Comment, workspace_id: WorkspaceId, text: &'n str) -> News<'n> {
    let (report_id, comment_id) = (Some(comment.status_report_id), Some(comment.id));
    News { kind, workspace_id, report_id, comment_id, text }
}

/// Changes the text of a comment.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    text: Option<&str>,
) -> Result<Found> {
    let before = require_author(conn, caller, id).await?;
    Error::check(violations(text, false))?;
    let Some(text) = text.filter(|text| *text != before.comment.text) else { return Ok(before) };
    let comment = Comment {
        text: text.to_owned(),
        mentions: mentioned(conn, caller.account_id, before.workspace_id, text).await?,
        edited_at: Some(change.at),
        ..before.comment.clone()
    };
    let query = bind![UPDATE;
        comment.account_id,
        comment.id,
        comment.text,
        mentions: Json::value(&comment.mentions),
        comment.edited_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before.comment, &comment).await?;
    let known = |id: &&UserId| !before.comment.mentions.contains(id);
    let new: Vec<UserId> = comment.mentions.iter().filter(known).copied().collect();
    tell(conn, change, &comment, before.workspace_id, &new).await?;
    Ok(Found { comment, version: before.version + 1, ..before })
}

/// Deletes a comment.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<Comment> {
    let found = require_deletable(conn, caller, id).await?;
    inbox::forget_comment(conn, caller.account_id, id).await?;
    events::store::delete(conn, change, &found.comment).await?;
    Ok(found.comment)
}

/// The people whom a text mentions, of those who see the health of the workspace.
async fn mentioned(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    text: &str,
) -> db::Result<Vec<UserId>> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let query = bind![READERS; account_id, workspace_id];
    let read = |row: &Row<'_>| Ok((row.get::<UserId>(0)?, row.get::<String>(1)?, row.get::<String>(2)?));
    let mut directory = Directory::default();
    for (id, name, address) in conn.all(&query, read).await? {
        directory.add(&name, id);
        directory.add(&address, id);
    }
    Ok(directory.mentioned(text))
}
