//! The SQL of the outbox, for the engine of notifications. A process takes mails for some time, so that several processes share
//! the work, and a mail of a process that is gone is sent by another one.

use crate::error::Result;
use crate::ids::AccountId;
use crate::mails::{Mail, next_attempt};
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

const COLUMNS: &str =
    "id, account_id, kind, user_id, at, workspace_id, report_id, comment_id, by_id, text, secret, attempts";

statements! {
    DUE = "select account_id, id from mails
        where next_attempt_at <= :now and (leased_until is null or leased_until <= :machine)
        order by next_attempt_at, account_id, id limit :limit";
    TAKEN = "select ", COLUMNS, " from mails where account_id = :account_id and ", in_ids!("id", "ids"), "
            and next_attempt_at <= :now and (leased_until is null or leased_until <= :machine)
        order by id";
    TAKE = "update mails set leased_until = :until where account_id = :account_id and ", in_ids!("id", "ids");
    DELETE = "delete from mails where account_id = :account_id and id = :id";
    AGAIN = "update mails set attempts = :attempts, next_attempt_at = :next, leased_until = null
        where account_id = :account_id and id = :id";
    IS_ANY_TAKEN = "select count(*) from (select id from mails where leased_until is not null limit 1) as found";
    RELEASE_ALL = "update mails set leased_until = null where leased_until is not null";
}

fn mail(row: &Row<'_>) -> db::Result<Mail> {
    Ok(Mail {
        id: row.get(0)?,
        account_id: row.get(1)?,
        cause: row.get(2)?,
        user_id: row.get(3)?,
        at: row.get(4)?,
        workspace_id: row.get(5)?,
        report_id: row.get(6)?,
        comment_id: row.get(7)?,
        by_id: row.get(8)?,
        text: row.get(9)?,
        secret: row.get(10)?,
        attempts: row.get(11)?,
    })
}

/// Mails that are due, the longest waiting first. `machine` is the time of the machine's clock.
pub async fn due(conn: &mut Conn, now: Time, machine: Time, limit: i64) -> db::Result<Vec<(AccountId, i64)>> {
    conn.all(&bind![DUE; now, machine, limit], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Takes mails of an account until a time of the machine's clock: those that are due and that no process has.
///
/// # Errors
/// Those of the store.
pub async fn take(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<i64>,
    now: Time,
    (machine, until): (Time, Time),
) -> Result<Vec<Mail>> {
    let taken = conn.all(&bind![TAKEN; account_id, ids, now, machine], mail).await?;
    let ids: List<i64> = taken.iter().map(|mail| mail.id).collect();
    conn.run(&bind![TAKE; account_id, ids: &ids, until]).await?;
    Ok(taken)
}

/// Forgets a mail that was sent, or that cannot be sent.
///
/// # Errors
/// Those of the store.
pub async fn end(conn: &mut Conn, account_id: AccountId, id: i64) -> Result<()> {
    conn.run(&bind![DELETE; account_id, id]).await?;
    Ok(())
}

/// Lets a mail wait for its next attempt. Returns whether there is one; without, the mail is forgotten.
///
/// # Errors
/// Those of the store.
pub async fn put_off(conn: &mut Conn, mail: &Mail, now: Time) -> Result<bool> {
    let (account_id, id, attempts) = (mail.account_id, mail.id, mail.attempts + 1);
    let Some(next) = next_attempt(attempts, now) else {
        end(conn, account_id, id).await?;
        return Ok(false);
    };
    conn.run(&bind![AGAIN; account_id, id, attempts, next]).await?;
    Ok(true)
}

/// Whether a process has mails, or had some when it ended.
pub async fn is_any_taken(conn: &mut Conn) -> db::Result<bool> {
    Ok(conn.scalar(&bind![IS_ANY_TAKEN]).await? > 0)
}

/// Gives back the mails of processes that are gone; only for the one process of a store.
///
/// # Errors
/// Those of the store.
pub async fn release_all(conn: &mut Conn) -> Result<()> {
    conn.run(&bind![RELEASE_ALL]).await?;
    Ok(())
}
