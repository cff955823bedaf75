//! The writer thread: takes all waiting writes, runs each in its own savepoint, commits them with one `fsync`, and only then
//! returns their results.

use crossbeam_channel::Receiver;
use tokio::sync::oneshot;

use super::checkpoint::WalCheckpointer;
use super::work::{execute, in_transaction, poll, savepoint, take_events};
use crate::memo::Memo;
use crate::signal::Signal;
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Meter, Result, Scope};

/// The largest number of writes that share one `fsync`.
const BATCH: usize = 256;

/// A write that waits for the thread.
pub struct WriteJob {
    pub scope: Scope,
    pub unit: Unit,
    pub response: oneshot::Sender<Result<(), Failure>>,
}

/// A write that has run, with the number of its events, and waits for the commit.
struct Done {
    scope: Scope,
    result: Result<u64, Failure>,
    response: oneshot::Sender<Result<(), Failure>>,
}

impl WriteJob {
    /// Runs the write in a savepoint.
    fn run(self, conn: &mut Conn) -> Done {
        let result = savepoint(conn, self.unit).map(|()| take_events(conn));
        Done { scope: self.scope, result, response: self.response }
    }

    /// Returns an error to the caller instead of running the write.
    fn refuse(self, error: Error) {
        drop(self.response.send(Err(error.into())));
    }
}

impl Done {
    /// Returns the result to the caller, and wakes those who wait for its events; `committed` has the reason if the commit
    /// failed.
    fn respond(self, committed: &Result<(), String>, meter: &Meter, signal: &Signal) {
        let result = self.result.and_then(|events| {
            committed.clone().map_err(Error::Unavailable)?;
            meter.add_events(events);
            if events > 0 {
                signal.tell(self.scope);
            }
            Ok(())
        });
        drop(self.response.send(result));
    }
}

/// Runs writes until the store is closed.
pub fn write_loop(
    conn: &mut Conn,
    jobs: &Receiver<WriteJob>,
    meter: &Meter,
    signal: &Signal,
    checkpointer: &mut WalCheckpointer,
) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = execute(conn, "begin immediate") {
            // The other writes fail, too: each would wait as long for the same lock.
            let reason = error.to_string();
            first.refuse(error);
            while let Ok(job) = jobs.try_recv() {
                job.refuse(Error::Unavailable(reason.clone()));
            }
            continue;
        }
        *conn.memo_mut() = Memo::default();
        let mut is_large = matches!(first.scope, Scope::Store);
        let mut done = vec![first.run(conn)];
        // A disk error may end the whole transaction. The next write would then run outside of one.
        while done.len() < BATCH
            && in_transaction(conn)
            && let Ok(job) = jobs.try_recv()
        {
            is_large |= matches!(job.scope, Scope::Store);
            done.push(job.run(conn));
        }
        let flushed = if in_transaction(conn) { poll(conn.flush()) } else { Ok(()) };
        let committed = flushed.and_then(|()| execute(conn, "commit")).map_err(|error| {
            let reason = error.to_string();
            drop(execute(conn, "rollback"));
            reason
        });
        if is_large && let Conn::Sqlite(client) = &conn {
            // Every read would search the pages that an import leaves in the log, and the next start would read them all.
            // If another process reads at the time, SQLite does this later.
            drop(client.conn.execute_batch("pragma wal_checkpoint(truncate)"));
        }
        meter.record_sqlite_batch(done.len());
        for write in done {
            write.respond(&committed, meter, signal);
        }
        checkpointer.after_commit(conn);
    }
}
