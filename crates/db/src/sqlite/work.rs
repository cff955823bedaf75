//! Runs units of work on the connection of the current thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::client::Client;
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Result, Statement};

/// Runs work that reads on one snapshot.
pub fn snapshot(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    conn.state_mut().reset();
    let result = execute(conn, "begin").map_err(Failure::from).and_then(|()| run(conn, unit));
    if let Conn::Sqlite(Client { watch: Some(watch), .. }) = &*conn {
        watch.release();
    }
    if in_transaction(conn) {
        execute(conn, "rollback")?;
    }
    result
}

/// Runs work in a transaction that others share. It is rolled back alone if it fails.
pub fn shared(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    let before = client(conn).begin_unit();
    let result = run(conn, unit);
    client(conn).end_unit(result.is_err().then_some(before))?;
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
    std::mem::take(&mut client(conn).state.events)
}

pub fn in_transaction(conn: &Conn) -> bool {
    matches!(conn, Conn::Sqlite(client) if !client.conn.is_autocommit())
}

/// Runs a statement of the engine itself.
pub fn execute(conn: &mut Conn, sql: &'static str) -> Result<()> {
    client(conn).run(Statement::plain(sql), &[]).map(drop)
}

fn client(conn: &mut Conn) -> &mut Client {
    match conn {
        Conn::Sqlite(client) => client,
        Conn::Postgres(_) => unreachable!("the threads of this engine own SQLite connections"),
    }
}
