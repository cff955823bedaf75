//! The SQL of the schedule of backups. A process takes its turn for some time, so that several processes make a backup once,
//! and another one makes it if the process is gone.

use super::Schedule;
use base::clock::Time;
use db::{Conn, Row};
use db::{bind, statements};

statements! {
    SCHEDULE = "select due_at, made_at from backup_schedule where id = 1";
    // One statement, so that of two processes one takes it.
    TAKE = "update backup_schedule set leased_until = :until
        where id = 1 and due_at < :due and (leased_until is null or leased_until <= :machine)";
    HOLD = "update backup_schedule set leased_until = :until where id = 1 and due_at < :due";
    MADE = "update backup_schedule set due_at = :due, made_at = :at, leased_until = null where id = 1 and due_at < :due";
    IS_TAKEN = "select count(*) from backup_schedule where leased_until is not null";
    RELEASE = "update backup_schedule set leased_until = null";
}

/// How far the schedule is.
pub async fn schedule(conn: &mut Conn) -> db::Result<Schedule> {
    let read = |row: &Row<'_>| Ok(Schedule { due_at: row.get(0)?, made_at: row.get(1)? });
    Ok(conn.first(&bind![SCHEDULE], read).await?.unwrap_or(Schedule { due_at: Time::MAX, made_at: None }))
}

/// Takes the turn to make the backup that was due at a time, until a time of the machine's clock. Returns whether no other process
/// has it, and whether it was not made yet.
pub async fn take(conn: &mut Conn, due: Time, (machine, until): (Time, Time)) -> db::Result<bool> {
    Ok(conn.run(&bind![TAKE; due, machine, until]).await? > 0)
}

/// Holds the turn until a later time, or gives it up from then on.
pub async fn hold(conn: &mut Conn, due: Time, until: Time) -> db::Result<()> {
    conn.run(&bind![HOLD; due, until]).await.map(drop)
}

/// Records that the backup that was due at a time was made.
pub async fn made(conn: &mut Conn, due: Time, at: Time) -> db::Result<()> {
    conn.run(&bind![MADE; due, at]).await.map(drop)
}

/// Whether a process has the turn, or had it when it ended.
pub async fn is_taken(conn: &mut Conn) -> db::Result<bool> {
    Ok(conn.scalar(&bind![IS_TAKEN]).await? > 0)
}

/// Ends the turn of a process that is gone; only for the one process of a store.
pub async fn release(conn: &mut Conn) -> db::Result<()> {
    conn.run(&bind![RELEASE]).await.map(drop)
}
