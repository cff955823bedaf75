//! The times at which tokens were last used, to the minute. They are collected in memory and written every minute, so that
//! no request waits for the store.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::store;
use crate::ids::{AccountId, TokenId};
use base::clock::Time;

use crate::error::Error;
use crate::work;
use db::{Db, Scope};

/// The interval between writes.
const EVERY: Duration = Duration::from_mins(1);
const MINUTE: i64 = 60_000_000;
/// The number of maps over which tokens are spread, so that requests rarely wait for the same lock.
const MAPS: usize = 16;

/// The latest minute, by account and token.
type Seen = HashMap<(AccountId, TokenId), Time, foldhash::fast::RandomState>;

/// The uses that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct Uses(Arc<[Mutex<Seen>; MAPS]>);

impl Uses {
    /// Records the use of a token; the pair is its account and its id.
    pub fn record(&self, token: (AccountId, TokenId), now: Time) {
        self.keep(token, Time(now.0 - now.0.rem_euclid(MINUTE)));
    }

    fn keep(&self, (account_id, token_id): (AccountId, TokenId), minute: Time) {
        let place = usize::try_from(token_id.0).unwrap_or_default() % MAPS;
        let mut seen = self.0[place].lock().unwrap_or_else(PoisonError::into_inner);
        let latest = seen.entry((account_id, token_id)).or_insert(minute);
        *latest = minute.max(*latest);
    }

    /// Takes the unwritten uses, by account.
    fn take(&self) -> BTreeMap<AccountId, Vec<(TokenId, Time)>> {
        let mut accounts: BTreeMap<AccountId, Vec<(TokenId, Time)>> = BTreeMap::new();
        for map in self.0.iter() {
            let seen = std::mem::take(&mut *map.lock().unwrap_or_else(PoisonError::into_inner));
            for ((account_id, token_id), minute) in seen {
                accounts.entry(account_id).or_default().push((token_id, minute));
            }
        }
        accounts
    }

    /// Writes the unwritten uses; those that cannot be written are kept for the next time.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn write(&self, db: &Db) -> db::Result<(), Error> {
        let mut last = Ok(());
        for (account_id, uses) in self.take() {
            let written = uses.clone();
            let work = db.write(
                Scope::Account(account_id.0),
                work!(|conn| Ok(store::used(conn, account_id, &written).await?)),
            );
            if let Err(error) = work.await {
                for (token_id, minute) in uses {
                    self.keep((account_id, token_id), minute);
                }
                last = Err(error);
            }
        }
        last
    }
}

/// Writes uses every minute, for as long as the service runs.
pub async fn run(uses: Uses, db: Db) {
    loop {
        tokio::time::sleep(EVERY).await;
        write(&uses, &db).await;
    }
}

/// Writes uses, and logs a warning on failure.
pub async fn write(uses: &Uses, db: &Db) {
    if let Err(error) = uses.write(db).await {
        tracing::warn!(%error, "when tokens were last used cannot be written");
    }
}
