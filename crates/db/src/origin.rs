//! The origin of a read, by which an engine tells large reads from small ones and divides its time between callers.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The number of kinds of large requests that are remembered.
const KINDS: usize = 4096;

/// The caller and the kind of request that a read belongs to, both as hashes; 0 if unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The caller: large reads of different callers take turns.
    pub caller: u64,
    /// The kind of request: after a large read, the next one of its kind starts as a large read.
    pub kind: u64,
}

tokio::task_local! {
    static ORIGIN: Origin;
}

impl Origin {
    /// Runs `work`, whose reads then have this origin.
    pub async fn scope<W: Future>(self, work: W) -> W::Output {
        ORIGIN.scope(self, work).await
    }

    /// The origin of the current task.
    pub(crate) fn current() -> Self {
        ORIGIN.try_with(|origin| *origin).unwrap_or_default()
    }
}

/// The number of available processors.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The number of processors for large reads while small ones arrive.
pub(crate) fn processors_for_large_reads(processors: usize) -> usize {
    (processors / 2).max(1)
}

/// The kinds of requests whose last read was large, in a table indexed by their hash.
pub(crate) struct LargeKinds(Box<[AtomicU64]>);

impl Default for LargeKinds {
    fn default() -> Self {
        Self((0..KINDS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl LargeKinds {
    /// Whether the last read of this kind was large.
    pub fn contains(&self, origin: Origin) -> bool {
        origin.kind != 0 && self.entry(origin).load(Ordering::Relaxed) == origin.kind
    }

    /// Records that a read of this kind was large.
    pub fn insert(&self, origin: Origin) {
        self.entry(origin).store(origin.kind, Ordering::Relaxed);
    }

    /// Records that a read of this kind was small.
    pub fn remove(&self, origin: Origin) {
        self.entry(origin).store(0, Ordering::Relaxed);
    }

    fn entry(&self, origin: Origin) -> &AtomicU64 {
        &self.0[usize::try_from(origin.kind % KINDS as u64).unwrap_or_default()]
    }
}
