//! Runs units of work on the connection of the current thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::client::Client;
use crate::memo::Memo;
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Result, Statement};

/// Runs work that reads on one snapshot.
pub fn snapshot(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    *conn.memo_mut() = Memo::default();
    let result = execute(conn, "begin").map_err(Failure::from).and_then(|()| run(conn, unit));
    if let Conn::Sqlite(Client { watch: Some(watch), .. }) = &*conn {
        watch.release();
    }
    if in_transaction(conn) {
        execute(conn, "rollback")?;
    }
    result
}

/// Runs work in a savepoint, which is rolled back if the work fails.
pub fn savepoint(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    execute(conn, "savepoint work")?;
    take_events(conn);
    let before = conn.memo().clone();
    let result = run(conn, unit);
    if result.is_err() {
        *conn.memo_mut() = before;
        execute(conn, "rollback to work")?;
    }
    execute(conn, "release work")?;
    result
}

/// Runs work, and turns a panic into an error, which must not end the thread and with it the store.
pub fn run(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(|| poll(unit(conn))))
        .unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
}

/// Polls a future that awaits only SQLite, and so is ready at once.
pub fn poll<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            Err(Error::Other("a unit of work awaited something other than its connection".into()).into())
        }
    }
}

/// The number of events of the work, which is reset.
pub fn take_events(conn: &mut Conn) -> u64 {
    match conn {
        Conn::Sqlite(client) => std::mem::take(&mut client.events),
        Conn::Postgres(_) => 0,
    }
}

pub fn in_transaction(conn: &Conn) -> bool {
    matches!(conn, Conn::Sqlite(client) if !client.conn.is_autocommit())
}

/// Runs a statement of the engine itself.
pub fn execute(conn: &mut Conn, sql: &'static str) -> Result<()> {
    match conn {
        Conn::Sqlite(client) => client.run(Statement::plain(sql), &[]).map(drop),
        Conn::Postgres(_) => unreachable!("the threads of this engine own SQLite connections"),
    }
}
