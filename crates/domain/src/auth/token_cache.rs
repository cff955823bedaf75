//! The cache of verified tokens. An entry is valid as long as the store reports that nothing was committed since it was
//! read. Otherwise the store is read once for all concurrent requests with the same token. A revoked token is refused from
//! the commit on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{VerifiedToken, store};
use base::clock::Time;

use crate::error::{Error, Result};
use crate::work;
use db::{DataVersion, Db};

/// The maximal number of entries; when it is reached, all are dropped.
const MOST: usize = 16 * 1024;

type Digest = [u8; 32];
type Answer = oneshot::Sender<Result<Option<Arc<VerifiedToken>>>>;

/// The key is a digest, so a fast hash function is sufficient.
type Map<V> = HashMap<Digest, V, foldhash::fast::RandomState>;

/// The cache; clones share it.
#[derive(Clone, Debug, Default)]
pub struct TokenCache(Arc<Tables>);

#[derive(Debug, Default)]
struct Tables {
    seen: Mutex<Map<(DataVersion, Arc<VerifiedToken>)>>,
    /// The tokens that are being looked up, with the requests that wait for the next look-up.
    asked: Mutex<Map<Vec<Answer>>>,
}

impl TokenCache {
    /// The token with a digest, unless it has expired.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn prove(&self, db: &Db, digest: &Digest, now: Time) -> Result<Option<Arc<VerifiedToken>>> {
        let version = db.data_version();
        let proof = match version.and_then(|version| self.seen_at(digest, version)) {
            Some(proof) => Some(proof),
            None => self.ask(db, digest).await?,
        };
        Ok(proof.filter(|proof| proof.expires_at.is_none_or(|end| end > now)))
    }

    fn seen_at(&self, digest: &Digest, version: DataVersion) -> Option<Arc<VerifiedToken>> {
        let seen = locked(&self.0.seen);
        let (then, proof) = seen.get(digest)?;
        (*then == version).then(|| Arc::clone(proof))
    }

    /// Looks the token up in the store. A result is valid only for requests that were waiting when the look-up began; later
    /// ones share the next look-up.
    async fn ask(&self, db: &Db, digest: &Digest) -> Result<Option<Arc<VerifiedToken>>> {
        let (answer, answered) = oneshot::channel();
        match locked(&self.0.asked).entry(*digest) {
            Entry::Occupied(mut asked) => asked.get_mut().push(answer),
            Entry::Vacant(place) => {
                place.insert(vec![answer]);
                // In a task of its own, so that it goes on when the first request is cancelled.
                tokio::spawn(self.clone().answer(db.clone(), *digest));
            }
        }
        answered.await.map_err(|_| db::Error::Unavailable("the look-up of a token ended early".into()))?
    }

    /// Looks the token up until no request waits.
    async fn answer(self, db: Db, digest: Digest) {
        let mut asking = Asking { known: &self, digest, is_over: false };
        while let Some(mut waiting) = asking.waiting() {
            let found = self.read(&db, &digest).await;
            if found.is_err() {
                // Requests that arrived meanwhile would wait as long for the same error.
                waiting.extend(asking.others());
            }
            for answer in waiting {
                let again = match &found {
                    Ok(proof) => Ok(proof.clone()),
                    Err(Error::Store(db::Error::Unavailable(reason))) => {
                        Err(db::Error::Unavailable(reason.clone()).into())
                    }
                    Err(error) => Err(db::Error::Unavailable(error.to_string()).into()),
                };
                drop(answer.send(again));
            }
        }
    }

    async fn read(&self, db: &Db, digest: &Digest) -> Result<Option<Arc<VerifiedToken>>> {
        let (own, version) = (*digest, db.data_version());
        let proof = db.query_one_shot(work!(|conn| Ok(store::prove(conn, &own).await?))).await?;
        let proof = proof.map(Arc::new);
        if let (Some(version), Some(proof)) = (version, &proof) {
            let mut seen = locked(&self.0.seen);
            if seen.len() >= MOST {
                seen.clear();
            }
            seen.insert(*digest, (version, Arc::clone(proof)));
        }
        Ok(proof)
    }
}

/// A look-up in progress. When it is dropped early, waiting requests get an error.
struct Asking<'k> {
    known: &'k TokenCache,
    digest: Digest,
    is_over: bool,
}

impl Asking<'_> {
    /// The requests that arrived since the last look-up; `None` ends the task.
    fn waiting(&mut self) -> Option<Vec<Answer>> {
        let mut asked = locked(&self.known.0.asked);
        let waiting = std::mem::take(asked.get_mut(&self.digest)?);
        if waiting.is_empty() {
            asked.remove(&self.digest);
            self.is_over = true;
            return None;
        }
        Some(waiting)
    }

    /// The requests that arrived since the last look-up, which get no look-up of their own.
    fn others(&self) -> Vec<Answer> {
        locked(&self.known.0.asked).get_mut(&self.digest).map(std::mem::take).unwrap_or_default()
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            locked(&self.known.0.asked).remove(&self.digest);
        }
    }
}

fn locked<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
