//! Queues of the writers of each account: only the first takes a connection and waits for the lock of the account's row.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::{Error, Result};

/// The largest number of writers of one account that wait.
pub const LENGTH: usize = 256;

/// The queues of accounts with waiting writers.
#[derive(Clone, Default)]
pub struct Queues(Arc<Mutex<HashMap<i64, Arc<Queue>>>>);

struct Queue {
    turn: Semaphore,
    /// The time when a first writer could not begin. Writers that joined before would wait as long for the same lock.
    gave_up: Mutex<Option<Instant>>,
}

/// A writer's place in the queue of its account.
pub struct Place {
    queues: Queues,
    account_id: i64,
    queue: Arc<Queue>,
    since: Instant,
}

impl Queues {
    /// Joins the queue of an account.
    pub fn join(&self, account_id: i64) -> Result<Place> {
        let mut queues = self.locked();
        let queue = queues
            .entry(account_id)
            .or_insert_with(|| Arc::new(Queue { turn: Semaphore::new(1), gave_up: Mutex::default() }));
        if Arc::strong_count(queue) > LENGTH {
            return Err(Error::Unavailable("too many writers of this account are waiting".into()));
        }
        let queue = Arc::clone(queue);
        Ok(Place { queues: self.clone(), account_id, queue, since: Instant::now() })
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<i64, Arc<Queue>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until this writer is the first.
    pub async fn turn(&self, limit: Duration) -> Result<SemaphorePermit<'_>> {
        let late = || Error::Unavailable("other writers of this account took too long".into());
        let turn = timeout(limit, self.queue.turn.acquire()).await.map_err(|_| late())?;
        if self.gave_up().is_some_and(|at| at >= self.since) {
            return Err(Error::Unavailable("another process holds the lock of this account".into()));
        }
        Ok(turn.expect("never closed"))
    }

    /// Records that this writer could not begin, so that those behind it give up, too.
    pub fn give_up(&self) {
        *self.gave_up() = Some(Instant::now());
    }

    fn gave_up(&self) -> MutexGuard<'_, Option<Instant>> {
        self.queue.gave_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.queues.locked();
        if let Entry::Occupied(queue) = queues.entry(self.account_id)
            && Arc::strong_count(queue.get()) == 2
        {
            queue.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Queues};
    use std::time::Duration;

    const LONG: Duration = Duration::from_mins(5);

    #[tokio::test]
    async fn a_queue_is_bounded_and_removed_when_it_is_empty() {
        let queues = Queues::default();
        let places: Vec<_> = (0..LENGTH).map(|_| queues.join(1).expect("a place")).collect();
        assert!(queues.join(1).is_err() && queues.join(2).is_ok());
        let turn = places[0].turn(LONG).await.expect("the first");
        assert!(places[1].turn(Duration::from_millis(1)).await.is_err(), "the first has not finished");
        drop(turn);
        drop(places[1].turn(LONG).await.expect("the next"));
        drop(places);
        assert!(queues.locked().is_empty());
    }

    #[tokio::test]
    async fn writers_behind_one_that_did_not_get_the_lock_give_up() {
        let queues = Queues::default();
        let (first, second) = (queues.join(1).expect("a place"), queues.join(1).expect("a place"));
        let turn = first.turn(LONG).await.expect("the first");
        first.give_up();
        drop(turn);
        assert!(second.turn(LONG).await.is_err());
        drop(queues.join(1).expect("a place").turn(LONG).await.expect("a turn"));
    }
}
