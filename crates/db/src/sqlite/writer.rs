//! The writer thread: takes all waiting writes, runs each so that it can be rolled back alone, commits them with one `fsync`, and
//! only then returns their results.

use crossbeam_channel::Receiver;
use tokio::sync::oneshot;

use super::checkpoint::WalCheckpointer;
use super::work::{execute, in_transaction, poll, shared, take_events};
use crate::signal::Signal;
use crate::transaction::outcomes;
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
    /// Runs the write.
    fn run(self, conn: &mut Conn) -> Done {
        let result = shared(conn, self.unit).map(|()| take_events(conn));
        Done { scope: self.scope, result, response: self.response }
    }

    /// Returns an error to the caller instead of running the write.
    fn refuse(self, error: Error) {
        drop(self.response.send(Err(error.into())));
    }
}

impl Done {
    /// Returns the result to the caller, and wakes those who wait for its events; `committed` has the error if the
    /// transaction failed.
    fn respond(self, committed: Result<()>, meter: &Meter, signal: &Signal) {
        let result = self.result.and_then(|events| {
            committed?;
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
        conn.state_mut().reset();
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
        let flushed = if in_transaction(conn) {
            poll(async {
                conn.flush().await?;
                conn.run_deferred().await
            })
        } else {
            Ok(())
        };
        let committed = flushed.and_then(|()| execute(conn, "commit"));
        if committed.is_err() {
            drop(execute(conn, "rollback"));
        }
        if is_large && let Conn::Sqlite(client) = &conn {
            // Every read would search the pages that an import leaves in the log, and the next start would read them all.
            // If another process reads at the time, SQLite does this later.
            drop(client.conn.execute_batch("pragma wal_checkpoint(truncate)"));
        }
        meter.record_sqlite_batch(done.len());
        let outcomes = outcomes(committed, done.len());
        for (write, committed) in done.into_iter().zip(outcomes) {
            write.respond(committed, meter, signal);
        }
        checkpointer.after_commit(conn);
    }
}
