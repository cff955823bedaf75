//! Requests that wait for events: streams, and reads that wait for a while. Their number is bounded, they read in turn, so that a
//! thousand of them do not delay other reads, and all of them end when the service stops.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use super::surface::EVENTS;
use db::{Db, Subscription};
use domain::ids::AccountId;

/// The longest wait of a read, in seconds.
pub const LONGEST_WAIT: i64 = 60;
/// The number of waiting requests that read at the same time.
const READS: usize = 4;

/// The open streams and waiting reads.
#[derive(Debug)]
pub struct Streams {
    places: Arc<Semaphore>,
    reads: Semaphore,
}

/// A response extension: the body goes on until its client leaves, so the connection is in use although the response began.
#[derive(Clone, Copy, Debug)]
pub struct Endless;

/// Waits for events of an account, or for the end of the service.
#[derive(Debug)]
pub struct Waiter {
    subscription: Subscription,
    stopping: watch::Receiver<bool>,
}

impl Waiter {
    /// Made before the first read, it misses no event after that.
    pub fn new(db: &Db, stopping: &watch::Sender<bool>, account_id: AccountId) -> Self {
        Self { subscription: db.subscribe(account_id.0), stopping: stopping.subscribe() }
    }

    /// Whether the service is stopping.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until there may be new events, but not longer than until an instant or until the service stops.
    pub async fn wait(&mut self, until: Instant) {
        let stopped = self.stopping.wait_for(|stopping| *stopping);
        tokio::select! {
            () = self.subscription.woken() => {}
            () = sleep_until(until) => {}
            _ = stopped => {}
        }
    }
}

impl Streams {
    /// Three quarters of the connections, so that other requests find some.
    pub fn new(max_connections: usize) -> Self {
        let most = (max_connections - max_connections / 4).max(1);
        Self { places: Arc::new(Semaphore::new(most)), reads: Semaphore::new(READS) }
    }

    /// A place, which is free again when it is dropped; `None` if all are taken.
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Waits for the turn to read.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.reads.acquire().await.ok()
    }
}

/// The time that a request asks to wait, beside which it has the time of any other; zero for most requests.
pub fn wait(request: &Request) -> Duration {
    if request.uri().path() != EVENTS {
        return Duration::ZERO;
    }
    let mut pairs = request.uri().query().unwrap_or_default().split('&');
    let seconds = pairs.find_map(|pair| pair.strip_prefix("wait=")?.parse().ok());
    let longest = Duration::from_secs(LONGEST_WAIT.unsigned_abs());
    seconds.map_or(Duration::ZERO, Duration::from_secs).min(longest)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_a_read_of_events_waits() {
        for (uri, seconds) in [
            ("/api/statuary/v1/events?after=3&wait=20", 20),
            ("/api/statuary/v1/events?wait=61", 60),
            ("/api/statuary/v1/events?wait=-1", 0),
            ("/api/statuary/v1/events", 0),
            ("/api/statuary/v1/portfolio?wait=20", 0),
        ] {
            let request = Request::get(uri).body(Body::empty()).expect("a request");
            assert_eq!(wait(&request), Duration::from_secs(seconds), "{uri}");
        }
    }

    #[test]
    fn a_quarter_of_the_connections_is_left_to_others() {
        for (connections, most) in [(2_000, 1_500), (4, 3), (1, 1)] {
            assert_eq!(Streams::new(connections).places.available_permits(), most);
        }
    }
}
