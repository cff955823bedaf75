//! The reader threads of the embedded engine, in two lanes, so that a small read never waits for a large one.
//!
//! Every read starts in the small lane, which has a fixed number of slots, each with one thread. A read that runs longer
//! than a small read may gives up its slot, which another thread takes, and continues as a large read. Large reads use half
//! of the processors while small ones arrive, and all of them otherwise. After a large read, the next request of its kind
//! starts in a queue for large reads, in which callers take turns.
//!
//! A read whose caller has disconnected is not started. If it runs, the progress handler of SQLite interrupts it, or it
//! ends before its next statement.

mod fair_queue;
mod pool;
mod read_job;
mod watch;

#[cfg(test)]
mod tests;

pub use self::pool::Readers;
pub use self::read_job::Snapshot;
pub use self::watch::Watch;
