//! The SQL of accounts.

use super::Account;
use base::clock::Time;

use crate::error::Result;
use crate::events;
use crate::events::{Change, Log, NO_HASH, Source};
use crate::statuses;
use db::{Conn, Row};
use db::{statements, values};

statements! {
    INSERT = "insert into accounts (name, event_hash) values ($1, $2) returning id";
    INSERT_WITH_IDS = "insert into accounts (id, name, event_hash) values ($1, $2, $3)";
    OLDEST = "select min(id) from accounts";
    AFTER = "select id, name from accounts where id > $1 order by id limit $2";
    WITH_IDS = "select id, name from accounts
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))";
    COUNT_REPORTS = "update accounts set status_reports = status_reports + $2 where id = $1";
    STATUS_REPORTS = "select status_reports from accounts where id = $1";
}

fn account(row: &Row<'_>) -> db::Result<Account> {
    Ok(Account { id: row.get(0)?, name: row.get(1)? })
}

/// Creates an account with the initial statuses.
pub async fn create(conn: &mut Conn, name: &str, surface: Source, at: Time) -> Result<i64> {
    let id = conn.scalar(INSERT, &values![name, &NO_HASH]).await?;
    let change = Change { account_id: id, actor_id: None, token_id: None, surface, at };
    let mut log = Log::new(&change);
    log.created(&Account { id, name: name.to_owned() });
    events::store::append(conn, log).await?;
    statuses::store::create_initial(conn, &change).await?;
    Ok(id)
}

/// The oldest account, if there is any.
pub async fn oldest(conn: &mut Conn) -> Result<Option<i64>> {
    Ok(conn.first(OLDEST, &[], |row| row.get(0)).await?.flatten())
}

/// The oldest account; creates one if there is none.
pub async fn oldest_or_default(conn: &mut Conn, surface: Source, at: Time) -> Result<i64> {
    match oldest(conn).await? {
        Some(id) => Ok(id),
        None => create(conn, super::DEFAULT_NAME, surface, at).await,
    }
}

/// Accounts with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Account>> {
    conn.all(AFTER, &values![id, limit], account).await
}

/// The existing ones of some accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Account>> {
    conn.all(WITH_IDS, &values![ids], account).await
}

/// Adds accounts with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, accounts: &[Account]) -> db::Result<()> {
    let rows: Vec<_> =
        accounts.iter().map(|account| values![account.id, &account.name, &NO_HASH].to_vec()).collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}

/// Adds to the counter of reports; a negative number subtracts.
pub async fn count_reports(conn: &mut Conn, id: i64, more: i64) -> db::Result<()> {
    conn.run(COUNT_REPORTS, &values![id, more]).await.map(drop)
}

/// The number of reports of the account.
pub async fn status_reports(conn: &mut Conn, id: i64) -> db::Result<i64> {
    conn.scalar(STATUS_REPORTS, &values![id]).await
}
