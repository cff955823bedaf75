//! The SQL of statuses.

use super::{DEFAULT_STAYS, Draft, Status, arranged, close, initial, name_key, open};
use crate::ids::AccountId;

use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use crate::table;
use crate::table::{Codec, Json, Table, record};
use crate::versions::past::{Past, in_past};
use db::{Conn, Row};
use db::{bind, statements};

record! {
    Status in statuses {
        id, account_id, name, is_closed, color, is_default, is_readonly, excluded_from_totals, default_done_ratio,
        position
    }
    with |status| { name_key: name_key(&status.name) }
}

statements! {
    LIST = "select ", Status::COLUMNS, " from statuses where account_id = :account_id order by position, id";
    UPDATE = "update statuses set name = :name, name_key = :name_key, is_closed = :is_closed, color = :color,
            is_default = :is_default, is_readonly = :is_readonly, excluded_from_totals = :excluded_from_totals,
            default_done_ratio = :default_done_ratio, position = :position
        where account_id = :account_id and id = :id";
    ACCOUNTS_WITHOUT = "select id from accounts where not exists
        (select 1 from statuses where statuses.account_id = accounts.id) order by id";
    IN_PAST = "select e.after from (select distinct s.subject_id as id from versions s
            where s.account_id = :account_id and s.subject_type = 'status') as known
        cross join versions v cross join events e
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "status" "known.id" in "cast(:account_id as bigint)"), " and v.kind <> 'deleted'
            and e.account_id = v.account_id and e.sequence = v.sequence";
    FIRST = "select e.after from versions v join events e on e.account_id = v.account_id and e.sequence = v.sequence
        where v.account_id = :account_id and v.subject_type = 'status' and v.number = 1 and v.at <= :known_at";
}

/// Gives an account the statuses that every account starts with, and returns their number.
pub async fn create_initial(conn: &mut Conn, change: &Change) -> Result<usize> {
    let mut log = Log::new(change);
    let initial = initial(change.account_id);
    let count = initial.len();
    for mut status in initial {
        status.id = status.insert(conn).await?;
        log.created(&status);
    }
    events::store::append(conn, log).await?;
    Ok(count)
}

/// The statuses of an account, in their order.
pub async fn list(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<Status>> {
    conn.all(&bind![LIST; account_id], Status::read).await
}

/// The statuses of an account as they were, in their order.
pub async fn list_in_past(conn: &mut Conn, account_id: AccountId, past: Past) -> db::Result<Vec<Status>> {
    let status = |row: &Row<'_>| Ok(Status { account_id, ..<Json as Codec<Status>>::read(row, 0)? });
    let mut found = conn.all(&bind![IN_PAST; account_id, past.as_of, past.known_at], status).await?;
    found.sort_unstable_by_key(|status| (status.position, status.id));
    Ok(found)
}

/// The statuses that work packages had in the past. A status that was not there yet is as it began, because an import can bring
/// work packages that are older than their statuses.
pub async fn of_packages_in_past(
    conn: &mut Conn,
    account_id: AccountId,
    past: Past,
) -> db::Result<Vec<Status>> {
    let mut found = list_in_past(conn, account_id, past).await?;
    let first = |row: &Row<'_>| <Json as Codec<Status>>::read(row, 0);
    for status in conn.all(&bind![FIRST; account_id, past.known_at], first).await? {
        if found.iter().all(|known| known.id != status.id) {
            found.push(Status { account_id, ..status });
        }
    }
    Ok(found)
}

/// A status of an account.
pub async fn find(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<Option<Status>> {
    table::find(conn, account_id, id).await
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
    new.id = new.insert(conn).await?;
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
    conn.run(&bind![Status::DELETE; change.account_id, id]).await?;
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

/// Writes a status and its event, if it changed.
pub async fn save(conn: &mut Conn, log: &mut Log<'_>, before: &Status, after: &Status) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        name_key: name_key(&after.name),
        after.is_closed,
        after.color,
        after.is_default,
        after.is_readonly,
        after.excluded_from_totals,
        after.default_done_ratio,
        after.position,
    ];
    conn.run(&query).await?;
    log.updated(before, after);
    Ok(())
}

/// The accounts that have no status at all.
pub async fn accounts_without(conn: &mut Conn) -> db::Result<Vec<AccountId>> {
    conn.all(&bind![ACCOUNTS_WITHOUT], |row| row.get(0)).await
}
