//! The cache of verified tokens. An entry is valid as long as the store reports that nothing was committed since it was
//! read. Otherwise one statement reads several tokens, each for all requests that wait for it. A revoked token is refused from
//! the commit on.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::VerifiedToken;
use super::store::{LOOKED_UP, prove_all};
use base::clock::Time;

use crate::error::{Error, Result};
use crate::work;
use db::{DataVersion, Db};

/// The maximal number of entries; when it is reached, all are dropped.
const MOST: usize = 16 * 1024;
/// The largest number of look-ups at the same time. One is enough, unless it is slow, or more tokens wait than it reads.
const LOOK_UPS: usize = 4;
/// The duration after which a look-up is slow.
const SLOW: Duration = Duration::from_millis(20);

type Digest = [u8; 32];
type Proof = Option<Arc<VerifiedToken>>;
type Answer = oneshot::Sender<Result<Proof>>;

/// The key is a digest, so a fast hash function is sufficient.
type Map<V> = HashMap<Digest, V, foldhash::fast::RandomState>;

/// The cache; clones share it.
#[derive(Clone, Debug, Default)]
pub struct TokenCache(Arc<Tables>);

#[derive(Debug, Default)]
struct Tables {
    seen: Mutex<Map<(DataVersion, Arc<VerifiedToken>)>>,
    asked: Mutex<Asked>,
}

/// A token, and the requests that wait for it.
type Waiting = (Digest, Vec<Answer>);

#[derive(Debug, Default)]
struct Asked {
    /// The tokens that wait for the next look-up, in the order of their first requests.
    waiting: VecDeque<Waiting>,
    look_ups: usize,
    /// When the last look-up began.
    last: Option<Instant>,
}

impl Asked {
    /// Adds a request. Returns whether a further look-up has to run, which counts from now on.
    fn add(&mut self, digest: &Digest, answer: Answer) -> bool {
        match self.waiting.iter_mut().find(|(waiting, _)| waiting == digest) {
            Some((_, answers)) => answers.push(answer),
            None => self.waiting.push_back((*digest, vec![answer])),
        }
        let is_slow = self.last.is_some_and(|last| last.elapsed() > SLOW);
        let needs_another = is_slow || self.waiting.len() >= LOOKED_UP;
        let begins = self.look_ups == 0 || (needs_another && self.look_ups < LOOK_UPS);
        if begins {
            self.look_ups += 1;
            self.last = Some(Instant::now());
        }
        begins
    }
}

impl TokenCache {
    /// The token with a digest, unless it has expired.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn prove(&self, db: &Db, digest: &Digest, now: Time) -> Result<Proof> {
        let version = db.data_version();
        let proof = match version.and_then(|version| self.seen_at(digest, version)) {
            Some(proof) => Some(proof),
            None => self.ask(db, digest).await?,
        };
        Ok(proof.filter(|proof| proof.expires_at.is_none_or(|end| end > now)))
    }

    fn seen_at(&self, digest: &Digest, version: DataVersion) -> Proof {
        let seen = locked(&self.0.seen);
        let (then, proof) = seen.get(digest)?;
        (*then == version).then(|| Arc::clone(proof))
    }

    /// Has the token looked up in the store. A result is valid only for requests that were waiting when the look-up began; later
    /// ones share the next look-up.
    async fn ask(&self, db: &Db, digest: &Digest) -> Result<Proof> {
        let (answer, answered) = oneshot::channel();
        if locked(&self.0.asked).add(digest, answer) {
            // In a task of its own, so that it goes on when the first request is cancelled.
            tokio::spawn(LookUps { cache: self.clone(), is_over: false }.run(db.clone()));
        }
        answered.await.map_err(|_| db::Error::Unavailable("the look-up of a token ended early".into()))?
    }

    async fn read(&self, db: &Db, digests: Vec<Digest>) -> Result<Map<Arc<VerifiedToken>>> {
        let version = db.data_version();
        let found = db.query_one_shot(work!(|conn| Ok(prove_all(conn, &digests).await?))).await?;
        let proofs: Map<_> = found.into_iter().map(|(digest, proof)| (digest, Arc::new(proof))).collect();
        if let Some(version) = version {
            let mut seen = locked(&self.0.seen);
            if seen.len() >= MOST {
                seen.clear();
            }
            seen.extend(proofs.iter().map(|(digest, proof)| (*digest, (version, Arc::clone(proof)))));
        }
        Ok(proofs)
    }
}

/// Look-ups, one after the other. When the last ones are dropped early, waiting requests get an error.
struct LookUps {
    cache: TokenCache,
    is_over: bool,
}

impl LookUps {
    /// Looks tokens up until no request waits.
    async fn run(mut self, db: Db) {
        while let Some(mut waiting) = self.next() {
            let found = self.cache.read(&db, waiting.iter().map(|(digest, _)| *digest).collect()).await;
            if found.is_err() {
                // Requests that arrived meanwhile would wait as long for the same error.
                waiting.append(&mut self.asked().waiting);
            }
            for (digest, answers) in waiting {
                for answer in answers {
                    drop(answer.send(match &found {
                        Ok(proofs) => Ok(proofs.get(&digest).cloned()),
                        Err(Error::Store(db::Error::Unavailable(reason))) => {
                            Err(db::Error::Unavailable(reason.clone()).into())
                        }
                        Err(error) => Err(db::Error::Unavailable(error.to_string()).into()),
                    }));
                }
            }
        }
    }

    /// The tokens that are looked up next; `None` ends the task.
    fn next(&mut self) -> Option<VecDeque<Waiting>> {
        let mut asked = self.asked();
        let count = asked.waiting.len().min(LOOKED_UP);
        if count > 0 {
            asked.last = Some(Instant::now());
            return Some(asked.waiting.drain(..count).collect());
        }
        asked.look_ups -= 1;
        drop(asked);
        self.is_over = true;
        None
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        locked(&self.cache.0.asked)
    }
}

impl Drop for LookUps {
    fn drop(&mut self) {
        if !self.is_over {
            let mut asked = self.asked();
            asked.look_ups -= 1;
            if asked.look_ups == 0 {
                asked.waiting.clear();
            }
        }
    }
}

fn locked<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_look_ups_begin_when_one_is_slow_or_full() {
        let mut asked = Asked::default();
        let add = |asked: &mut Asked, token: u8| asked.add(&[token; 32], oneshot::channel().0);
        assert!(add(&mut asked, 1), "the first request");
        assert!(!add(&mut asked, 1) && !add(&mut asked, 2), "they share the next look-up");
        assert_eq!(asked.waiting.iter().map(|(_, answers)| answers.len()).collect::<Vec<_>>(), [2, 1]);
        asked.last = Some(Instant::now() + SLOW);
        assert!(!add(&mut asked, 3));
        asked.last = Instant::now().checked_sub(2 * SLOW);
        assert!(add(&mut asked, 3), "the one before is slow");
        asked.last = Some(Instant::now() + SLOW);
        assert!((4..8).all(|token| !add(&mut asked, token)));
        assert!(add(&mut asked, 8) && add(&mut asked, 9), "as many wait as a look-up reads");
        assert_eq!(asked.look_ups, LOOK_UPS);
        assert!(!add(&mut asked, 10), "as many run as may");
    }
}
