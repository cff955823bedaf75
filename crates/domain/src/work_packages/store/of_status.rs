//! Changes of statuses, as far as they concern the work packages in them.

use std::collections::HashMap;

use super::{recalculation, write};
use crate::error::{Error, Problem, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::AccountId;
use crate::statuses::store as statuses;
use crate::statuses::{DEFAULT_STAYS, Draft, Status};
use crate::table::Table;
use crate::work_packages::WorkPackage;
use crate::work_packages::progress::Mode;
use db::Conn;
use db::{bind, statements};

statements! {
    IN_STATUS = "select ", WorkPackage::COLUMNS, " from work_packages w
        where w.account_id = :account_id and w.status_id = :status_id order by w.id limit :limit";
    COUNTS = "select w.status_id, count(*) from work_packages w where w.account_id = :account_id group by w.status_id";
}

/// The largest number of work packages that the deletion of a status moves to another one: one transaction writes them.
pub const MOST_MOVED: usize = 10_000;

/// Changes a status. In the mode [`Mode::Status`], the work packages in it have to follow its ratio: [`recalculation`].
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(conn: &mut Conn, change: &Change, id: i64, draft: &Draft, mode: Mode) -> Result<Status> {
    let before = statuses::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)?;
    let after = statuses::update(conn, change, id, draft).await?;
    if mode == Mode::Status && before.default_done_ratio != after.default_done_ratio {
        recalculation::begin(conn, change, Some(id)).await?;
    }
    Ok(after)
}

/// Deletes a status. The work packages in it, also those of archived workspaces, move to the replacement; without one, a
/// status in use stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn delete(
    conn: &mut Conn,
    change: &Change,
    id: i64,
    replacement: Option<i64>,
    mode: Mode,
) -> Result<()> {
    let status = statuses::find(conn, change.account_id, id).await?.ok_or(Error::NotFound)?;
    if status.is_default {
        return Err(Error::Invalid(vec![DEFAULT_STAYS]));
    }
    let limit = i64::try_from(MOST_MOVED + 1).unwrap_or(i64::MAX);
    let packages = bind![IN_STATUS; change.account_id, status_id: id, limit];
    let packages = conn.all(&packages, WorkPackage::read).await?;
    match replacement {
        Some(replacement) => {
            let to = statuses::find(conn, change.account_id, replacement).await?;
            let to = to.filter(|to| to.id != id).ok_or(Error::invalid("replacement_id", Problem::Missing))?;
            move_all(conn, change, packages, [status, to], mode).await?;
        }
        None if packages.is_empty() => {}
        None => {
            let problem = Problem::Sentence("The status is in use and cannot be deleted.");
            return Err(Error::invalid("base", problem));
        }
    }
    statuses::delete(conn, change, id).await
}

async fn move_all(
    conn: &mut Conn,
    change: &Change,
    packages: Vec<WorkPackage>,
    statuses: [Status; 2],
    mode: Mode,
) -> Result<()> {
    if packages.len() > MOST_MOVED {
        let problem =
            Problem::Sentence("More than 10,000 work packages have the status. Move some of them first.");
        return Err(Error::invalid("base", problem));
    }
    let to = &statuses[1];
    let mut log = Log::new(change);
    for before in packages {
        let progress = match mode {
            Mode::Work => before.progress(),
            Mode::Status => before.progress().follow(None, to.default_done_ratio, true),
        };
        let after = WorkPackage { status_id: to.id, ..before.clone().with_progress(progress) };
        write::rewrite(conn, &mut log, &before, after, &statuses).await?;
    }
    events::store::append(conn, log).await
}

/// The number of work packages in each status that has any, also of those in archived workspaces.
pub async fn counts(conn: &mut Conn, account_id: AccountId) -> db::Result<HashMap<i64, i64>> {
    let counts = conn.all(&bind![COUNTS; account_id], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    Ok(counts.into_iter().collect())
}
