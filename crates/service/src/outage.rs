//! The times in which the store is unavailable. Each is logged once when it begins and once when it is over, not with every request
//! that is refused meanwhile. The surfaces mark the responses, and `front::service` calls this.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use db::{Db, Error, migrate};

/// How often the store is checked while it is unavailable.
const PAUSE: Duration = Duration::from_secs(1);
/// The time limit of a check.
const LIMIT: Duration = Duration::from_secs(3);
/// How long the store must respond, and no request be refused, before an outage is over. A request that fails alone among many that
/// succeed would otherwise be an outage of its own.
const QUIET: Duration = Duration::from_secs(5);

/// A response extension: the request was refused because the store is unavailable, for this reason.
#[derive(Clone, Debug)]
pub struct StoreUnavailable(pub String);

/// The outage of the store that is in progress, if there is one.
#[derive(Debug, Default)]
pub struct Outage {
    current: Mutex<Option<Episode>>,
    /// Since when the store is not ready, as `/readyz` found it.
    unready: Mutex<Option<Instant>>,
}

/// An outage in progress.
#[derive(Clone, Copy, Debug)]
struct Episode {
    begin: Instant,
    /// The number of refused requests.
    refused: u64,
    /// The time of the last one.
    last: Instant,
    /// Since when every check succeeded.
    responds_since: Option<Instant>,
}

/// An outage that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ended {
    refused: u64,
    duration: Duration,
}

impl Episode {
    const fn begin(now: Instant) -> Self {
        Self { begin: now, refused: 1, last: now, responds_since: None }
    }

    const fn refuse(&mut self, now: Instant) {
        self.refused += 1;
        self.last = now;
    }

    /// Records a check of the store. Returns the outage if it is over. It lasted until the store responded again and the last request
    /// was refused.
    fn check(&mut self, now: Instant, responds: bool) -> Option<Ended> {
        if !responds {
            self.responds_since = None;
            return None;
        }
        let end = self.last.max(*self.responds_since.get_or_insert(now));
        let is_over = now.duration_since(end) >= QUIET;
        is_over.then(|| Ended { refused: self.refused, duration: end - self.begin })
    }
}

impl Outage {
    /// Counts a refused request. The first one begins an outage.
    pub fn refused(self: &Arc<Self>, db: &Db, reason: &str) {
        let now = Instant::now();
        {
            let mut current = lock(&self.current);
            if let Some(episode) = current.as_mut() {
                episode.refuse(now);
                tracing::debug!(error = %reason, "the store is unavailable: a request was refused");
                return;
            }
            *current = Some(Episode::begin(now));
        }
        tracing::error!(error = %reason,
            "the store is unavailable: requests are refused until it is available again"
        );
        let (own, db) = (Arc::clone(self), db.clone());
        tokio::spawn(async move { own.watch(&db).await });
    }

    /// Checks the store until the outage is over.
    async fn watch(&self, db: &Db) {
        let ended = loop {
            sleep(PAUSE).await;
            let responds = matches!(timeout(LIMIT, check(db)).await, Ok(Ok(())));
            let mut current = lock(&self.current);
            if let Some(ended) = current.as_mut().and_then(|episode| episode.check(Instant::now(), responds))
            {
                *current = None;
                break ended;
            }
        };
        let Ended { refused, duration } = ended;
        tracing::info!(refused, seconds = duration.as_secs(), "the store is available again");
    }

    /// Records that `/readyz` found the store not ready. Only the first time is logged.
    pub fn unready(&self, reason: &str, error: Option<Error>) {
        let mut unready = lock(&self.unready);
        if unready.is_some() {
            tracing::debug!(error = error.map(tracing::field::display), "not ready: {reason}");
            return;
        }
        *unready = Some(Instant::now());
        tracing::warn!(error = error.map(tracing::field::display), "not ready: {reason}");
    }

    /// Records that `/readyz` found the store ready.
    pub fn ready(&self) {
        if let Some(since) = lock(&self.unready).take() {
            tracing::info!(seconds = since.elapsed().as_secs(), "ready again");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns `Ok` if the store responds, its migrations are applied, and writes succeed.
///
/// # Errors
/// What is wrong, and the error of the store, if there is one.
pub async fn check(db: &Db) -> Result<(), (&'static str, Option<Error>)> {
    match db.query_one_shot(|conn| Box::pin(migrate::is_current(conn))).await {
        Ok(true) => {}
        Ok(false) => return Err(("migrations are not applied", None)),
        Err(error) => return Err(("the database is not reachable", Some(error))),
    }
    db.check_writes().await.map_err(|error| ("the database cannot be written", Some(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_outage_is_over_once_the_store_responds_and_nothing_is_refused_for_a_while() {
        let begin = Instant::now();
        let mut outage = Episode::begin(begin);
        assert_eq!(outage.check(begin + 10 * SECOND, false), None);
        outage.refuse(begin + 20 * SECOND);
        assert_eq!(outage.check(begin + 30 * SECOND, true), None);
        assert_eq!(
            outage.check(begin + 35 * SECOND, true),
            Some(Ended { refused: 2, duration: 30 * SECOND })
        );
    }

    #[test]
    fn requests_that_fail_while_others_succeed_are_one_outage() {
        let begin = Instant::now();
        let mut outage = Episode::begin(begin);
        for second in 1..20 {
            assert_eq!(outage.check(begin + second * SECOND, true), None);
            outage.refuse(begin + second * SECOND);
        }
        assert_eq!(
            outage.check(begin + 24 * SECOND, true),
            Some(Ended { refused: 20, duration: 19 * SECOND })
        );
    }

    #[test]
    fn a_store_that_fails_again_prolongs_the_outage() {
        let begin = Instant::now();
        let mut outage = Episode::begin(begin);
        assert_eq!(outage.check(begin + SECOND, true), None);
        assert_eq!(outage.check(begin + 8 * SECOND, false), None);
        assert_eq!(outage.check(begin + 9 * SECOND, true), None);
        assert_eq!(outage.check(begin + 14 * SECOND, true), Some(Ended { refused: 1, duration: 9 * SECOND }));
    }
}
