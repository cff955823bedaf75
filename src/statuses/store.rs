//! The SQL of statuses.

use super::{Status, initial, name_key};
use crate::db::{Conn, Result, Row};
use crate::events::{self, Change, Log};
use crate::{statements, values};

macro_rules! columns {
    () => {
        "id, account_id, name, is_closed, color, is_default, is_readonly, excluded_from_totals,
        default_done_ratio, position"
    };
}

statements! {
    INSERT = "insert into statuses (account_id, name, name_key, is_closed, color, is_default, is_readonly,
            excluded_from_totals, default_done_ratio, position)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id";
    INSERT_GIVEN = "insert into statuses (account_id, name, name_key, is_closed, color, is_default, is_readonly,
            excluded_from_totals, default_done_ratio, position, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    AFTER = concat!("select ", columns!(), " from statuses where id > $1 order by id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from statuses
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))");
    ACCOUNTS_WITHOUT = "select id from accounts where not exists
        (select 1 from statuses where statuses.account_id = accounts.id) order by id";
}

fn status(row: &Row<'_>) -> Result<Status> {
    Ok(Status {
        id: row.get(0)?,
        account_id: row.get(1)?,
        name: row.get(2)?,
        is_closed: row.get(3)?,
        color: row.get(4)?,
        is_default: row.get(5)?,
        is_readonly: row.get(6)?,
        excluded_from_totals: row.get(7)?,
        default_done_ratio: row.get(8)?,
        position: row.get(9)?,
    })
}

fn row<'s>(status: &'s Status, name_key: &'s str) -> [crate::db::Value<'s>; 10] {
    values![
        status.account_id,
        &status.name,
        name_key,
        status.is_closed,
        status.color.as_deref(),
        status.is_default,
        status.is_readonly,
        status.excluded_from_totals,
        status.default_done_ratio,
        status.position
    ]
}

/// Gives an account the statuses that every account starts with.
pub async fn create_initial(conn: &mut Conn, change: &Change) -> Result<()> {
    let mut log = Log::new(change);
    for mut status in initial(change.account_id) {
        let key = name_key(&status.name);
        status.id = conn.number(INSERT, &row(&status, &key)).await?;
        log.created("status", status.id, &status);
    }
    events::store::append(conn, log).await
}

/// The accounts that have no status at all.
pub async fn accounts_without(conn: &mut Conn) -> Result<Vec<i64>> {
    conn.all(ACCOUNTS_WITHOUT, &[], |row| row.get(0)).await
}

/// Statuses with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> Result<Vec<Status>> {
    conn.all(AFTER, &values![id, limit], status).await
}

/// Those of the statuses that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> Result<Vec<Status>> {
    conn.all(WITH_IDS, &values![ids], status).await
}

/// Adds statuses with ids of their own.
pub async fn insert_given(conn: &mut Conn, statuses: &[Status]) -> Result<()> {
    let keys: Vec<String> = statuses.iter().map(|status| name_key(&status.name)).collect();
    let rows: Vec<_> = statuses
        .iter()
        .zip(&keys)
        .map(|(status, key)| {
            let mut values = row(status, key).to_vec();
            values.push(status.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_GIVEN, &rows).await
}
