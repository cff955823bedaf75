//! A queue in which callers take turns.

use std::collections::VecDeque;

use super::Job;

/// After how many reads of one caller those that were abandoned are dropped.
const MANY: usize = 32;

/// Reads that wait, by caller, in the order in which their turns come.
#[derive(Default)]
pub struct Turns(VecDeque<(u64, VecDeque<Job>)>);

impl Turns {
    /// Adds a read behind the others of its caller; how many abandoned ones were dropped for it.
    pub fn push(&mut self, job: Job) -> usize {
        let caller = job.ticket.origin.caller;
        let Some((_, own)) = self.0.iter_mut().find(|(other, _)| *other == caller) else {
            self.0.push_back((caller, VecDeque::from([job])));
            return 0;
        };
        let before = own.len();
        if before.is_multiple_of(MANY) {
            own.retain(|job| !job.ticket.is_abandoned());
        }
        let dropped = before - own.len();
        own.push_back(job);
        dropped
    }

    /// Takes the next read of the caller whose turn it is.
    pub fn next(&mut self) -> Option<Job> {
        let (caller, mut own) = self.0.pop_front()?;
        let job = own.pop_front();
        if !own.is_empty() {
            self.0.push_back((caller, own));
        }
        job
    }

    /// Whether no read waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
