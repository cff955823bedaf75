//! Queues of the writes of each account. The first write of a queue makes its caller the leader of the account; the leader runs
//! writes until the queue is empty.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::unit::{Failure, Unit};
use crate::{Error, Result};

/// The largest number of writes of one account that wait.
pub const LENGTH: usize = 256;

/// A write that waits.
pub struct WriteJob {
    pub unit: Unit,
    pub response: oneshot::Sender<Result<(), Failure>>,
}

/// The number of a job in its queue.
pub type Ticket = u64;

/// The queues of the accounts that have a leader.
#[derive(Clone, Default)]
pub struct Queues(Arc<Mutex<HashMap<i64, Queue>>>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(Ticket, WriteJob)>,
    last: Ticket,
}

/// The right and the duty to run the writes of an account. If it is dropped, the writes that still wait fail.
pub struct Leader {
    queues: Queues,
    account_id: i64,
    has_resigned: bool,
}

impl Queues {
    /// Adds a write to the queue of an account. Returns a leader if the account has none yet, who has to run the queue.
    pub fn push(&self, account_id: i64, job: WriteJob) -> Result<(Ticket, Option<Leader>)> {
        let mut queues = self.locked();
        let is_new = !queues.contains_key(&account_id);
        let queue = queues.entry(account_id).or_default();
        if queue.waiting.len() >= LENGTH {
            return Err(Error::Unavailable("too many writers of this account are waiting".into()));
        }
        queue.last += 1;
        queue.waiting.push_back((queue.last, job));
        let leader = is_new.then(|| Leader { queues: self.clone(), account_id, has_resigned: false });
        Ok((queue.last, leader))
    }

    /// Removes a write that still waits. Returns whether it did.
    pub fn withdraw(&self, account_id: i64, ticket: Ticket) -> bool {
        let mut queues = self.locked();
        let Some(queue) = queues.get_mut(&account_id) else { return false };
        let before = queue.waiting.len();
        queue.waiting.retain(|(waiting, _)| *waiting != ticket);
        queue.waiting.len() < before
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<i64, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leader {
    pub const fn account_id(&self) -> i64 {
        self.account_id
    }

    /// The next write, if one waits.
    pub fn next(&self) -> Option<WriteJob> {
        let mut queues = self.queues.locked();
        queues.get_mut(&self.account_id)?.waiting.pop_front().map(|(_, job)| job)
    }

    /// The number of writes that wait.
    pub fn waiting(&self) -> usize {
        self.queues.locked().get(&self.account_id).map_or(0, |queue| queue.waiting.len())
    }

    /// All writes that wait.
    pub fn all(&self) -> Vec<WriteJob> {
        let mut queues = self.queues.locked();
        let waiting = queues.get_mut(&self.account_id).map(|queue| std::mem::take(&mut queue.waiting));
        waiting.into_iter().flatten().map(|(_, job)| job).collect()
    }

    /// Ends the leadership if no write waits; otherwise returns the leader.
    pub fn resign(mut self) -> Option<Self> {
        let mut queues = self.queues.locked();
        let is_empty = queues.get(&self.account_id).is_none_or(|queue| queue.waiting.is_empty());
        if !is_empty {
            drop(queues);
            return Some(self);
        }
        queues.remove(&self.account_id);
        drop(queues);
        // The account may have a new leader from here on.
        self.has_resigned = true;
        None
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if !self.has_resigned {
            self.queues.locked().remove(&self.account_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Queues, WriteJob};
    use crate::Result;
    use crate::unit::Failure;
    use tokio::sync::oneshot;
    use tokio::sync::oneshot::Receiver;

    fn job() -> (WriteJob, Receiver<Result<(), Failure>>) {
        let (response, receiver) = oneshot::channel();
        (WriteJob { unit: Box::new(|_| Box::pin(async { Ok(()) })), response }, receiver)
    }

    #[test]
    fn a_queue_is_bounded_and_removed_when_it_is_empty() {
        let queues = Queues::default();
        let (_, leader) = queues.push(1, job().0).expect("a place");
        let leader = leader.expect("the first write of an account makes a leader");
        for _ in 1..LENGTH {
            assert!(queues.push(1, job().0).expect("a place").1.is_none());
        }
        assert!(queues.push(1, job().0).is_err() && queues.push(2, job().0).is_ok());
        let leader = leader.resign().expect("a leader with waiting writes");
        assert!((0..LENGTH).all(|_| leader.next().is_some()) && leader.next().is_none());
        assert!(leader.resign().is_none() && queues.locked().is_empty());
    }

    #[test]
    fn a_write_is_withdrawn_while_it_waits() {
        let queues = Queues::default();
        let leader = queues.push(1, job().0).expect("a place").1.expect("a leader");
        let (ticket, _) = queues.push(1, job().0).expect("a place");
        assert!(queues.withdraw(1, ticket) && !queues.withdraw(1, ticket));
        assert!(leader.next().is_some() && leader.next().is_none());
    }

    #[test]
    fn writes_of_a_leader_that_panics_fail() {
        let queues = Queues::default();
        let (job, mut receiver) = job();
        drop(queues.push(1, job).expect("a place").1.expect("a leader"));
        assert!(receiver.try_recv().is_err() && queues.locked().is_empty());
    }
}
