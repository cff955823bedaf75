//! Changes of statuses, as far as they concern the work packages in them.

use super::{activities, read, write};
use crate::error::{Error, Problem, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::AccountId;
use crate::statuses::store as statuses;
use crate::statuses::{Draft, Status};
use crate::table::Table;
use crate::work_packages::WorkPackage;
use crate::work_packages::progress::Mode;
use db::Conn;
use db::{bind, statements};

statements! {
    IN_STATUS = "select ", WorkPackage::COLUMNS, " from work_packages w
        where w.account_id = :account_id and w.status_id = :status_id order by w.id";
}

/// Changes a status. In the mode [`Mode::Status`], the work packages in it follow its done ratio.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(conn: &mut Conn, change: &Change, id: i64, draft: &Draft, mode: Mode) -> Result<Status> {
    let before = statuses::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)?;
    let after = statuses::update(conn, change, id, draft).await?;
    if mode == Mode::Status && before.default_done_ratio != after.default_done_ratio {
        recompute(conn, change, &after).await?;
    }
    Ok(after)
}

/// Deletes a status that no work package is in.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn delete(conn: &mut Conn, change: &Change, id: i64) -> Result<()> {
    let status = statuses::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)?;
    if !status.is_default && is_used(conn, change.account_id, id).await? {
        return Err(Error::invalid("base", Problem::Sentence("The status is in use and cannot be deleted.")));
    }
    statuses::delete(conn, change, id).await
}

/// Whether a work package, perhaps of an archived workspace, is in a status.
pub async fn is_used(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<bool> {
    Ok(read::in_status(conn, account_id, id, 1).await? > 0)
}

async fn recompute(conn: &mut Conn, change: &Change, status: &Status) -> Result<()> {
    let query = bind![IN_STATUS; change.account_id, status_id: status.id];
    let mut log = Log::new(change);
    for before in conn.all(&query, WorkPackage::read).await? {
        let progress = before.progress().recompute(status.default_done_ratio);
        if progress == before.progress() {
            continue;
        }
        let after = WorkPackage {
            lock_version: before.lock_version + 1,
            updated_at: change.at,
            ..before.clone().with_progress(progress)
        };
        write::save(conn, &mut log, &before, &after).await?;
        let details = write::details(conn, &before, &after).await?;
        activities::append(conn, &mut log, &after, None, details).await?;
    }
    events::store::append(conn, log).await
}
