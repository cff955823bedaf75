//! Where a read comes from, so that an engine can tell large reads from small ones and share its time between callers.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// How many kinds of large requests are remembered.
const KINDS: usize = 4096;

/// The caller and the kind of request that a read belongs to, both as hashes; 0 where nobody said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The caller: large reads of different callers take turns.
    pub caller: u64,
    /// The kind of request: one that was large once starts among the large reads the next time.
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

    /// The origin of the task that runs.
    pub(super) fn current() -> Self {
        ORIGIN.try_with(|origin| *origin).unwrap_or_default()
    }
}

/// How many processors there are.
pub(super) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// How many of them work on large reads while small ones arrive.
pub(super) fn share(processors: usize) -> usize {
    (processors / 2).max(1)
}

/// The kinds of requests whose last read was large, each in a place by its hash.
pub(super) struct LargeKinds(Box<[AtomicU64]>);

impl Default for LargeKinds {
    fn default() -> Self {
        Self((0..KINDS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl LargeKinds {
    /// Whether the last read of this kind was large.
    pub fn contains(&self, origin: Origin) -> bool {
        origin.kind != 0 && self.place(origin).load(Ordering::Relaxed) == origin.kind
    }

    /// A read of this kind was large.
    pub fn insert(&self, origin: Origin) {
        self.place(origin).store(origin.kind, Ordering::Relaxed);
    }

    /// A read of this kind was small.
    pub fn remove(&self, origin: Origin) {
        self.place(origin).store(0, Ordering::Relaxed);
    }

    fn place(&self, origin: Origin) -> &AtomicU64 {
        &self.0[usize::try_from(origin.kind % KINDS as u64).unwrap_or_default()]
    }
}
