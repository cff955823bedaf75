//! The queue for hashing passwords. Argon2 takes 19 MiB and tens of milliseconds of a core by design, so few hashes run at
//! once. Guesses from many addresses fill the queue; its order keeps other clients from waiting for them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The number of hashes that run at once.
const AT_ONCE: usize = 2;
/// The maximal number of waiting requests.
const LONGEST: usize = 64;

/// The queue is full; the client should try again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// The client that needs a hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    /// Whether the client is known: a browser in which the person has signed in before, or a one-time link.
    pub is_known: bool,
    /// Where the request comes from, as limits count it.
    pub address: Option<IpAddr>,
}

/// Requests that wait for their turn. Known clients come first, in their order. Of the others the latest comes first, of
/// the address that has the fewest waiting: a burst of guesses then delays only itself, and what would wait longest is
/// turned away when the queue is full.
#[derive(Clone, Debug, Default)]
pub struct Queue(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// The number of requests so far.
    number: u64,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    client: Client,
    number: u64,
    turn: oneshot::Sender<Turn>,
}

/// The permission to run a hash. When it is dropped, the next request gets it.
#[derive(Debug)]
pub struct Turn(Option<Queue>);

impl Queue {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Busy`]
    pub async fn turn(&self, client: Client) -> Result<Turn, Busy> {
        let receiver = {
            let mut state = self.state();
            if state.running < AT_ONCE {
                state.running += 1;
                return Ok(Turn(Some(self.clone())));
            }
            let (turn, receiver) = oneshot::channel();
            let number = state.number;
            state.number += 1;
            state.waiting.retain(|waiting| !waiting.turn.is_closed());
            state.waiting.push(Waiting { client, number, turn });
            if state.waiting.len() > LONGEST {
                let last = state.order().pop();
                last.map(|place| state.waiting.swap_remove(place));
            }
            receiver
        };
        receiver.await.map_err(|_| Busy)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_over(&self) {
        loop {
            let next = {
                let mut state = self.state();
                let Some(place) = state.order().first().copied() else {
                    state.running -= 1;
                    return;
                };
                state.waiting.swap_remove(place)
            };
            match next.turn.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // The client is gone.
                Err(mut turn) => drop(turn.0.take()),
            }
        }
    }
}

impl State {
    /// The indices of the waiting requests, in the order in which they get their turns.
    fn order(&self) -> Vec<usize> {
        let mut of_address: HashMap<Option<IpAddr>, usize> = HashMap::new();
        for waiting in &self.waiting {
            *of_address.entry(waiting.client.address).or_default() += 1;
        }
        let mut places: Vec<usize> = (0..self.waiting.len()).collect();
        places.sort_by_key(|place| {
            let Waiting { client, number, .. } = &self.waiting[*place];
            if client.is_known {
                (0, 0, *number)
            } else {
                (1, of_address[&client.address], u64::MAX - number)
            }
        });
        places
    }
}

impl Turn {
    /// A turn outside of any queue, as on the command line.
    pub const fn free() -> Self {
        Self(None)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.hand_over();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::*;

    fn from(number: u8) -> Client {
        Client { is_known: false, address: Some(IpAddr::from([203, 0, 113, number])) }
    }

    /// A request that has asked, and whether it has its turn.
    struct Asked(BoxFuture<'static, Result<Turn, Busy>>, Option<Result<Turn, Busy>>);

    impl Asked {
        fn new(queue: &Queue, client: Client) -> Self {
            let queue = queue.clone();
            let mut asked = Self(async move { queue.turn(client).await }.boxed(), None);
            asked.look();
            asked
        }

        fn look(&mut self) -> Option<bool> {
            if self.1.is_none() {
                self.1 = (&mut self.0).now_or_never();
            }
            self.1.as_ref().map(Result::is_ok)
        }
    }

    #[test]
    fn a_burst_from_many_addresses_delays_neither_known_clients_nor_who_comes_after() {
        let queue = Queue::default();
        let mut running: Vec<_> = (0..2).map(|_| Asked::new(&queue, from(1))).collect();
        let mut guesses: Vec<_> = (0..200).map(|number| Asked::new(&queue, from(number))).collect();
        let turned_away = guesses.iter_mut().filter_map(Asked::look).filter(|done| !done).count();
        assert_eq!(turned_away, 200 - LONGEST);
        let mut later = Asked::new(&queue, from(250));
        let mut known = Asked::new(&queue, Client { is_known: true, ..from(251) });
        assert_eq!((later.look(), known.look()), (None, None));
        running.pop();
        assert_eq!((later.look(), known.look()), (None, Some(true)));
        running.pop();
        assert_eq!(later.look(), Some(true));
        // One address with much waits behind one with little.
        let mut same: Vec<_> = (0..5).map(|_| Asked::new(&queue, from(252))).collect();
        drop(known);
        assert!(same.iter_mut().all(|one| one.look() != Some(true)));
    }

    #[test]
    fn a_client_that_is_gone_takes_no_turn_with_it() {
        let queue = Queue::default();
        let running: Vec<_> = (0..2).map(|_| Asked::new(&queue, from(1))).collect();
        let (gone, mut waits) = (Asked::new(&queue, from(2)), Asked::new(&queue, from(2)));
        drop(gone);
        drop(running);
        assert_eq!(waits.look(), Some(true));
        drop(waits);
        assert_eq!(queue.state().running, 0);
        // Gone after the turn was given and before it was taken.
        let running: Vec<_> = (0..2).map(|_| Asked::new(&queue, from(1))).collect();
        let given = Asked::new(&queue, from(2));
        drop(running);
        drop(given);
        assert_eq!(queue.state().running, 0);
    }
}
