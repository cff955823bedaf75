//! The recalculation of progress in the mode [`Mode::Status`], after the ratio of a status or the mode changed. It goes on
//! in slices, so that no other write waits long for it; what is left of it is in the store, and survives a stop.

use super::write::rewrite;
use crate::error::Result;
use crate::events;
use crate::events::{Change, Log, Source};
use crate::ids::{AccountId, TokenId, UserId, WorkPackageId};
use crate::statuses;
use crate::table::Table;
use crate::work_packages::WorkPackage;
use crate::work_packages::progress::Mode;
use base::clock::Time;
use db::Conn;
use db::{bind, statements};

/// The number of work packages in a slice: their transaction takes a few milliseconds.
const SLICE: usize = 40;

statements! {
    BEGIN = "insert into work_package_recalculations (account_id, status_id, after_id, actor_id, token_id, surface)
        select account_id, id, 0, cast(:actor_id as bigint), cast(:token_id as bigint), cast(:surface as text)
        from statuses where account_id = :account_id and (cast(:status_id as bigint) is null or id = :status_id)
        on conflict (account_id, status_id) do update set after_id = 0, actor_id = excluded.actor_id,
            token_id = excluded.token_id, surface = excluded.surface";
    NEXT = "select status_id, after_id, actor_id, token_id, surface from work_package_recalculations
        where account_id = :account_id order by status_id limit 1";
    SLICE_OF = "select ", WorkPackage::COLUMNS, " from work_packages w
        where w.account_id = :account_id and w.status_id = :status_id and w.id > :after_id order by w.id limit :limit";
    GO_ON = "update work_package_recalculations set after_id = :after_id
        where account_id = :account_id and status_id = :status_id";
    END = "delete from work_package_recalculations
        where account_id = :account_id and (cast(:status_id as bigint) is null or status_id = :status_id)";
    RUNNING = "select status_id from work_package_recalculations where account_id = :account_id";
    FIRST = "select min(account_id) from work_package_recalculations where account_id > :after";
    SWITCHED = "select id from accounts where progress_mode <> :mode order by id limit 1";
    SWITCH = "update accounts set progress_mode = :mode where id = :account_id";
}

/// The rest of the recalculation of a status.
struct Rest {
    status_id: i64,
    after_id: WorkPackageId,
    actor_id: Option<UserId>,
    token_id: Option<TokenId>,
    surface: String,
}

/// Notes that the work packages in a status, or in all of them, must follow its ratio.
pub async fn begin(conn: &mut Conn, change: &Change, status_id: Option<i64>) -> db::Result<()> {
    let query = bind![BEGIN;
        change.account_id, status_id, change.actor_id, change.token_id, surface: change.surface.name()];
    conn.run(&query).await.map(drop)
}

/// The statuses whose work packages do not follow its ratio yet.
pub async fn running(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<i64>> {
    conn.all(&bind![RUNNING; account_id], |row| row.get(0)).await
}

/// The first account after another one in which a recalculation is not finished.
pub async fn first(conn: &mut Conn, after: AccountId) -> db::Result<Option<AccountId>> {
    Ok(conn.first(&bind![FIRST; after], |row| row.get::<Option<AccountId>>(0)).await?.flatten())
}

/// An account whose work packages were last written in another mode.
pub async fn switched(conn: &mut Conn, mode: Mode) -> db::Result<Option<AccountId>> {
    conn.first(&bind![SWITCHED; mode: mode.name()], |row| row.get(0)).await
}

/// Keeps the mode of an account. With [`Mode::Status`], its work packages are to be recalculated.
pub async fn switch(conn: &mut Conn, account_id: AccountId, mode: Mode, at: Time) -> db::Result<()> {
    conn.run(&bind![SWITCH; account_id, mode: mode.name()]).await?;
    if mode == Mode::Work {
        return conn.run(&bind![END; account_id, status_id: None::<i64>]).await.map(drop);
    }
    let change = Change { account_id, actor_id: None, token_id: None, surface: Source::CommandLine, at };
    begin(conn, &change, None).await
}

/// Recalculates the next work packages of an account. Returns whether there may be more.
///
/// # Errors
/// Those of the store.
pub async fn go_on(conn: &mut Conn, account_id: AccountId, at: Time) -> Result<bool> {
    let query = bind![NEXT; account_id];
    let rest = conn.first(&query, |row| {
        Ok(Rest {
            status_id: row.get(0)?,
            after_id: row.get(1)?,
            actor_id: row.get(2)?,
            token_id: row.get(3)?,
            surface: row.get(4)?,
        })
    });
    let Some(Rest { status_id, after_id, actor_id, token_id, surface }) = rest.await? else {
        return Ok(false);
    };
    let limit = i64::try_from(SLICE).unwrap_or(i64::MAX);
    let slice = conn.all(&bind![SLICE_OF; account_id, status_id, after_id, limit], WorkPackage::read).await?;
    match slice.last().filter(|_| slice.len() == SLICE) {
        Some(last) => conn.run(&bind![GO_ON; account_id, status_id, after_id: last.id]).await?,
        None => conn.run(&bind![END; account_id, status_id]).await?,
    };
    let Some(status) = statuses::store::find(conn, account_id, status_id).await? else { return Ok(true) };
    let statuses = [status];
    let surface = Source::ALL.into_iter().find(|source| source.name() == surface);
    let surface = surface.unwrap_or(Source::CommandLine);
    let change = Change { account_id, actor_id, token_id, surface, at };
    let mut log = Log::new(&change);
    for before in slice {
        let progress = before.progress().recompute(statuses[0].default_done_ratio);
        if progress == before.progress() {
            continue;
        }
        let after = before.clone().with_progress(progress);
        rewrite(conn, &mut log, &before, after, &statuses).await?;
    }
    events::store::append(conn, log).await?;
    Ok(true)
}
