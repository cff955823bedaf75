//! The SQL of statuses.

use super::{DEFAULT_STAYS, Draft, Status, arranged, close, initial, name_key, open};

use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use db::{Conn, Row};
use db::{statements, values};

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
    INSERT_WITH_IDS = "insert into statuses (account_id, name, name_key, is_closed, color, is_default, is_readonly,
            excluded_from_totals, default_done_ratio, position, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    AFTER = concat!("select ", columns!(), " from statuses where id > $1 order by id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from statuses
        where id in (select cast(value as bigint) from json_each(cast($1 as text)))");
    LIST = concat!("select ", columns!(), " from statuses where account_id = $1 order by position, id");
    FIND = concat!("select ", columns!(), " from statuses where account_id = $1 and id = $2");
    UPDATE = "update statuses set name = $3, name_key = $4, is_closed = $5, color = $6, is_default = $7,
            is_readonly = $8, excluded_from_totals = $9, default_done_ratio = $10, position = $11
        where account_id = $1 and id = $2";
    DELETE = "delete from statuses where account_id = $1 and id = $2";
    ACCOUNTS_WITHOUT = "select id from accounts where not exists
        (select 1 from statuses where statuses.account_id = accounts.id) order by id";
}

fn status(row: &Row<'_>) -> db::Result<Status> {
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

fn row<'s>(status: &'s Status, name_key: &'s str) -> [db::Value<'s>; 10] {
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

/// Gives an account the statuses that every account starts with, and returns their number.
pub async fn create_initial(conn: &mut Conn, change: &Change) -> Result<usize> {
    let mut log = Log::new(change);
    let initial = initial(change.account_id);
    let count = initial.len();
    for mut status in initial {
        let key = name_key(&status.name);
        status.id = conn.scalar(INSERT, &row(&status, &key)).await?;
        log.created(&status);
    }
    events::store::append(conn, log).await?;
    Ok(count)
}

/// The statuses of an account, in their order.
pub async fn list(conn: &mut Conn, account_id: i64) -> db::Result<Vec<Status>> {
    conn.all(LIST, &values![account_id], status).await
}

/// A status of an account.
pub async fn find(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<Option<Status>> {
    conn.first(FIND, &values![account_id, id], status).await
}

/// Adds a status, at the end of the list by default.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn create(conn: &mut Conn, change: &Change, draft: &Draft) -> Result<Status> {
    let others = list(conn, change.account_id).await?;
    let empty = Status {
        id: 0,
        account_id: change.account_id,
        name: String::new(),
        is_closed: false,
        color: None,
        is_default: false,
        is_readonly: false,
        excluded_from_totals: false,
        default_done_ratio: 0,
        position: 0,
    };
    let (mut new, violations) = draft.apply(&empty);
    check(&others, &new, violations)?;
    let mut moved = others.clone();
    new.position = open(&mut moved, draft.position);
    let mut log = Log::new(change);
    save_others(conn, &mut log, &others, moved, &new).await?;
    let key = name_key(&new.name);
    new.id = conn.scalar(INSERT, &row(&new, &key)).await?;
    log.created(&new);
    events::store::append(conn, log).await?;
    Ok(new)
}

/// Changes a status; if its position changes, the statuses in between move.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(conn: &mut Conn, change: &Change, id: i64, draft: &Draft) -> Result<Status> {
    let (before, others) = split(list(conn, change.account_id).await?, id)?;
    let (mut after, violations) = draft.apply(&before);
    check(&others, &after, violations)?;
    let mut moved = others.clone();
    if draft.position.is_some_and(|position| position != before.position) {
        close(&mut moved, before.position);
        after.position = open(&mut moved, draft.position);
    }
    let mut log = Log::new(change);
    save_others(conn, &mut log, &others, moved, &after).await?;
    save(conn, &mut log, &before, &after).await?;
    events::store::append(conn, log).await?;
    Ok(after)
}

/// Moves a status to a place of the list, counted from 1.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn arrange(conn: &mut Conn, change: &Change, id: i64, place: i64) -> Result<()> {
    let before = list(conn, change.account_id).await?;
    let after = arranged(before.clone(), id, place).ok_or(Error::NotFound)?;
    let mut log = Log::new(change);
    for before in &before {
        let after = after.iter().find(|after| after.id == before.id).ok_or(Error::NotFound)?;
        save(conn, &mut log, before, after).await?;
    }
    events::store::append(conn, log).await
}

/// Deletes a status, unless it is the default; those after it move up.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn delete(conn: &mut Conn, change: &Change, id: i64) -> Result<()> {
    let (before, others) = split(list(conn, change.account_id).await?, id)?;
    if before.is_default {
        return Err(Error::Invalid(vec![DEFAULT_STAYS]));
    }
    conn.run(DELETE, &values![change.account_id, id]).await?;
    let mut log = Log::new(change);
    log.deleted(&before);
    let mut moved = others.clone();
    close(&mut moved, before.position);
    for (before, after) in others.iter().zip(&moved) {
        save(conn, &mut log, before, after).await?;
    }
    events::store::append(conn, log).await
}

fn split(mut all: Vec<Status>, id: i64) -> Result<(Status, Vec<Status>)> {
    let place = all.iter().position(|status| status.id == id).ok_or(Error::NotFound)?;
    Ok((all.remove(place), all))
}

fn check(others: &[Status], status: &Status, mut violations: Vec<Violation>) -> Result<()> {
    let key = name_key(&status.name);
    if others.iter().any(|other| name_key(&other.name) == key) {
        violations.push(Violation::new("name", Problem::Taken));
    }
    Error::check(violations)
}

/// If `status` is the default, the others no longer are.
async fn save_others(
    conn: &mut Conn,
    log: &mut Log<'_>,
    before: &[Status],
    mut after: Vec<Status>,
    status: &Status,
) -> Result<()> {
    for (before, after) in before.iter().zip(&mut after) {
        after.is_default = before.is_default && !status.is_default;
        save(conn, log, before, after).await?;
    }
    Ok(())
}

async fn save(conn: &mut Conn, log: &mut Log<'_>, before: &Status, after: &Status) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let key = name_key(&after.name);
    let [account_id, attributes @ ..] = row(after, &key);
    let mut values = values![after.id].to_vec();
    values.insert(0, account_id);
    values.extend(attributes);
    conn.run(UPDATE, &values).await?;
    log.updated(before, after);
    Ok(())
}

/// The accounts that have no status at all.
pub async fn accounts_without(conn: &mut Conn) -> db::Result<Vec<i64>> {
    conn.all(ACCOUNTS_WITHOUT, &[], |row| row.get(0)).await
}

/// Statuses with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Status>> {
    conn.all(AFTER, &values![id, limit], status).await
}

/// The existing ones of some statuses, of all accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Status>> {
    conn.all(WITH_IDS, &values![ids], status).await
}

/// Adds statuses with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, statuses: &[Status]) -> db::Result<()> {
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
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
