//! Where a read comes from, so that an engine can tell large reads from small ones and share its time between callers.

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
