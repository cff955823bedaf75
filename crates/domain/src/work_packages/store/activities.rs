//! The SQL of activities.

use crate::auth::Caller;
use crate::error::{Error, Problem, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::{AccountId, WorkPackageId};
use crate::participations::Access;
use crate::table;
use crate::table::{Table, record};
use crate::work_packages::WorkPackage;
use crate::work_packages::activities::{Activity, Detail};
use crate::workspaces::VisibleWorkspace;
use db::Conn;
use db::{bind, statements};

record! {
    Activity in work_package_activities as a {
        id, account_id, workspace_id, work_package_id, version, user_id, comment, details as Json, created_at, updated_at
    }
    with |activity| { comment_key: activity.comment.as_deref().unwrap_or_default().to_lowercase() }
}

statements! {
    OF_PACKAGE = "select ", Activity::COLUMNS, " from work_package_activities a
        where a.account_id = :account_id and a.work_package_id = :work_package_id order by a.version";
    LAST = "select coalesce(max(version), 0) from work_package_activities
        where account_id = :account_id and work_package_id = :work_package_id";
    REWRITE = "update work_package_activities
        set comment = :comment, comment_key = :comment_key, updated_at = :updated_at
        where account_id = :account_id and id = :id";
    TOUCH = "update work_packages set updated_at = :updated_at where account_id = :account_id and id = :id";
}

/// The activities of a work package, the oldest first.
pub async fn list(
    conn: &mut Conn,
    account_id: AccountId,
    work_package_id: WorkPackageId,
) -> db::Result<Vec<Activity>> {
    conn.all(&bind![OF_PACKAGE; account_id, work_package_id], Activity::read).await
}

/// An activity with its work package, if the caller sees it.
pub async fn find(
    conn: &mut Conn,
    caller: &Caller,
    id: i64,
) -> Result<Option<(Activity, WorkPackage, VisibleWorkspace)>> {
    let Some(activity) = table::find::<Activity>(conn, caller.account_id, id).await? else {
        return Ok(None);
    };
    let found = super::read::find(conn, caller, activity.work_package_id).await?;
    Ok(found.map(|(package, visible)| (activity, package, visible)))
}

/// Appends an activity to those of a work package.
pub async fn append(
    conn: &mut Conn,
    log: &mut Log<'_>,
    package: &WorkPackage,
    comment: Option<String>,
    details: Vec<Detail>,
) -> Result<Activity> {
    let change = log.change();
    let last: i64 = conn.scalar(&bind![LAST; package.account_id, work_package_id: package.id]).await?;
    let mut activity = Activity {
        id: 0,
        account_id: package.account_id,
        workspace_id: package.workspace_id,
        work_package_id: package.id,
        version: last + 1,
        user_id: change.actor_id,
        comment,
        details,
        created_at: change.at,
        updated_at: change.at,
    };
    activity.id = activity.insert(conn).await?;
    log.created(&activity);
    Ok(activity)
}

/// Adds a comment to a work package, whatever its status is.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn comment(
    conn: &mut Conn,
    change: &Change,
    caller: &Caller,
    id: WorkPackageId,
    text: &str,
) -> Result<Activity> {
    let (package, _) = super::read::require(conn, caller, id, Access::Edit).await?;
    check(text)?;
    let mut log = Log::new(change);
    let after = touch(conn, change, &package).await?;
    log.updated(&package, &after);
    let activity = append(conn, &mut log, &after, Some(text.to_owned()), Vec::new()).await?;
    events::store::append(conn, log).await?;
    Ok(activity)
}

/// Changes the comment of an activity: by its writer, as long as they may comment, and by whoever may delete the work package.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn rewrite(
    conn: &mut Conn,
    change: &Change,
    caller: &Caller,
    id: i64,
    text: &str,
) -> Result<Activity> {
    let (before, package, visible) = find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    if !may_rewrite(caller, &before, visible.access) {
        return Err(Error::Forbidden);
    }
    check(text)?;
    if before.comment.as_deref() == Some(text) {
        return Ok(before);
    }
    let after = Activity { comment: Some(text.to_owned()), updated_at: change.at, ..before.clone() };
    let touched = touch(conn, change, &package).await?;
    let mut log = Log::new(change);
    log.updated(&package, &touched);
    save(conn, &mut log, &before, &after).await?;
    events::store::append(conn, log).await?;
    Ok(after)
}

/// Writes a changed comment and its event.
pub async fn save(conn: &mut Conn, log: &mut Log<'_>, before: &Activity, after: &Activity) -> Result<()> {
    let query = bind![REWRITE;
        after.account_id,
        after.id,
        after.comment,
        comment_key: after.comment.as_deref().unwrap_or_default().to_lowercase(),
        after.updated_at
    ];
    conn.run(&query).await?;
    log.updated(before, after);
    Ok(())
}

/// Whether the caller may change the comment of an activity.
pub fn may_rewrite(caller: &Caller, activity: &Activity, access: Access) -> bool {
    access >= Access::Admin || (access >= Access::Edit && activity.user_id == Some(caller.user_id))
}

fn check(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid("comment", Problem::Sentence("Comment can't be blank.")));
    }
    Ok(())
}

async fn touch(conn: &mut Conn, change: &Change, package: &WorkPackage) -> db::Result<WorkPackage> {
    let after = WorkPackage { updated_at: change.at, ..package.clone() };
    conn.run(&bind![TOUCH; after.account_id, after.id, after.updated_at]).await?;
    Ok(after)
}
