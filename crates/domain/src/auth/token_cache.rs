//! Whom tokens speak for, from memory where the store tells that nothing was committed since, and otherwise from the
//! store, which requests with one token ask together. A token that was revoked is nobody's from that version on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{VerifiedToken, store};
use base::clock::Time;

use crate::error::Result;
use crate::work;
use db::{DataVersion, Db};

/// Beyond so many tokens all are forgotten, rather than that they fill the memory.
const MOST: usize = 16 * 1024;

type Digest = [u8; 32];
type Answer = oneshot::Sender<Result<Option<Arc<VerifiedToken>>>>;

/// By digest, which is as good as a hash.
type Map<V> = HashMap<Digest, V, foldhash::fast::RandomState>;

/// The tokens that were seen of late.
#[derive(Clone, Debug, Default)]
pub struct TokenCache(Arc<Tables>);

#[derive(Debug, Default)]
struct Tables {
    seen: Mutex<Map<(DataVersion, Arc<VerifiedToken>)>>,
    /// Those that the store is asked about, and who waits for the next time that it is.
    asked: Mutex<Map<Vec<Answer>>>,
}

impl TokenCache {
    /// What a token proves at this version, by what is kept of its text.
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

    /// Asks the store, together with all who come while it is asked before: an answer holds for those only who were there
    /// when its question was put.
    async fn ask(&self, db: &Db, digest: &Digest) -> Result<Option<Arc<VerifiedToken>>> {
        let (answer, answered) = oneshot::channel();
        match locked(&self.0.asked).entry(*digest) {
            Entry::Occupied(mut asked) => asked.get_mut().push(answer),
            Entry::Vacant(place) => {
                place.insert(vec![answer]);
                // In a task of its own, which whoever came first does not end by going away.
                tokio::spawn(self.clone().answer(db.clone(), *digest));
            }
        }
        answered.await.map_err(|_| db::Error::Unavailable("the look-up of a token ended early".into()))?
    }

    /// Answers those who wait, until nobody does.
    async fn answer(self, db: Db, digest: Digest) {
        let mut asking = Asking { known: &self, digest, is_over: false };
        while let Some(mut waiting) = asking.waiting() {
            let found = self.read(&db, &digest).await;
            if found.is_err() {
                // Those who came meanwhile would wait as long again to be told the same.
                waiting.extend(asking.others());
            }
            for answer in waiting {
                let again = match &found {
                    Ok(proof) => Ok(proof.clone()),
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

/// A token that the store is asked about; whoever waits when that ends is told so.
struct Asking<'k> {
    known: &'k TokenCache,
    digest: Digest,
    is_over: bool,
}

impl Asking<'_> {
    /// Those who came since this was asked last; none ends it.
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

    /// Those who came since this was asked last, who are not asked for again.
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
