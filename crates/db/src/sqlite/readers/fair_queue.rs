//! A queue in which callers take turns.

use std::collections::VecDeque;

use super::read_job::ReadJob;

/// Abandoned reads of a caller are dropped each time this many of its reads wait.
const SWEEP: usize = 32;

/// Waiting reads by caller, in the order of the callers' turns.
#[derive(Default)]
pub struct FairQueue(VecDeque<(u64, VecDeque<ReadJob>)>);

impl FairQueue {
    /// Adds a read behind the others of its caller, and returns the number of abandoned reads that it dropped.
    pub fn push(&mut self, job: ReadJob) -> usize {
        let caller = job.ticket.origin.caller;
        let Some((_, own)) = self.0.iter_mut().find(|(other, _)| *other == caller) else {
            self.0.push_back((caller, VecDeque::from([job])));
            return 0;
        };
        let before = own.len();
        if before.is_multiple_of(SWEEP) {
            own.retain(|job| !job.ticket.is_abandoned());
        }
        let dropped = before - own.len();
        own.push_back(job);
        dropped
    }

    /// Removes the next read of the caller whose turn it is.
    pub fn pop(&mut self) -> Option<ReadJob> {
        let (caller, mut own) = self.0.pop_front()?;
        let job = own.pop_front();
        if !own.is_empty() {
            self.0.push_back((caller, own));
        }
        job
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
