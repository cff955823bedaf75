//! The writer thread: takes all waiting writes, runs each in its own savepoint, commits them with one `fsync`, and only then
//! returns their results.

use crossbeam_channel::Receiver;

use super::checkpoint::WalCheckpointer;
use super::work::{execute, in_transaction};
use crate::{Conn, Error, Meter, Result, Scope};

/// The largest number of writes that share one `fsync`.
const BATCH: usize = 256;

/// Returns the result of a write to its caller, after the commit or with its error.
pub type Respond = Box<dyn FnOnce(Result<()>) + Send>;

/// A unit of work that writes, or fails if it cannot get the connection.
type Write = dyn FnOnce(Result<&mut Conn>) -> Respond + Send;

/// A write that waits for the thread.
pub struct WriteJob {
    pub scope: Scope,
    pub run: Box<Write>,
}

/// Runs writes until the store is closed.
pub fn write_loop(
    conn: &mut Conn,
    jobs: &Receiver<WriteJob>,
    meter: &Meter,
    checkpointer: &mut WalCheckpointer,
) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = execute(conn, "begin immediate") {
            // The other writes fail, too: each would wait as long for the same lock.
            let reason = error.to_string();
            (first.run)(Err(error))(Ok(()));
            while let Ok(job) = jobs.try_recv() {
                (job.run)(Err(Error::Unavailable(reason.clone())))(Ok(()));
            }
            continue;
        }
        let mut is_large = matches!(first.scope, Scope::Store);
        let mut responses = vec![(first.run)(Ok(conn))];
        // A disk error may end the whole transaction. The next write would then run outside of one.
        while responses.len() < BATCH
            && in_transaction(conn)
            && let Ok(job) = jobs.try_recv()
        {
            is_large |= matches!(job.scope, Scope::Store);
            responses.push((job.run)(Ok(conn)));
        }
        let committed = execute(conn, "commit").map_err(|error| {
            let reason = error.to_string();
            drop(execute(conn, "rollback"));
            reason
        });
        if is_large && let Conn::Sqlite(client) = &conn {
            // Every read would search the pages that an import leaves in the log, and the next start would read them all.
            // If another process reads at the time, SQLite does this later.
            drop(client.conn.execute_batch("pragma wal_checkpoint(truncate)"));
        }
        meter.record_batch(responses.len());
        for respond in responses {
            respond(committed.clone().map_err(Error::Unavailable));
        }
        checkpointer.after_commit(conn);
    }
}
