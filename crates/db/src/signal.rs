//! Wakes readers that wait for events. Every engine tells after a commit, so a reader that subscribes before it reads misses
//! none; a wake-up may come without a new event.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::Scope;

/// Stands for all accounts.
const ALL: i64 = 0;

/// Who waits for events, by account.
#[derive(Debug, Default)]
pub struct Signal(Mutex<HashMap<i64, watch::Sender<()>>>);

/// A reader that waits for events of one account.
#[derive(Debug)]
pub struct Subscription(watch::Receiver<()>);

impl Signal {
    /// Subscribes to the events of an account from now on.
    pub fn subscribe(&self, account_id: i64) -> Subscription {
        let mut waiting = self.waiting();
        waiting.retain(|id, sender| *id == account_id || sender.receiver_count() > 0);
        Subscription(waiting.entry(account_id).or_default().subscribe())
    }

    /// Subscribes to the events of all accounts from now on.
    pub fn subscribe_to_all(&self) -> Subscription {
        self.subscribe(ALL)
    }

    /// Wakes the readers of what a committed transaction may have written.
    pub fn tell(&self, scope: Scope) {
        let waiting = self.waiting();
        match scope {
            Scope::Account(id) => [id, ALL].iter().filter_map(|id| waiting.get(id)).for_each(|sender| {
                sender.send_replace(());
            }),
            Scope::Store => waiting.values().for_each(|sender| {
                sender.send_replace(());
            }),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<i64, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Waits for a wake-up since the last one. Never returns once the store is closed.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_commit_wakes_those_who_wait_for_its_account_once() {
        let signal = Signal::default();
        let [mut one, mut other] = [7, 8].map(|id| signal.subscribe(id));
        signal.tell(Scope::Account(7));
        signal.tell(Scope::Account(7));
        let woken = |reader: &mut Subscription| reader.woken().now_or_never().is_some();
        assert_eq!([woken(&mut one), woken(&mut one), woken(&mut other)], [true, false, false]);
        signal.tell(Scope::Store);
        assert_eq!([woken(&mut one), woken(&mut other)], [true, true]);
        let mut all = signal.subscribe_to_all();
        signal.tell(Scope::Account(9));
        assert_eq!([woken(&mut all), woken(&mut all), woken(&mut one)], [true, false, false]);
    }

    #[test]
    fn an_account_for_which_nobody_waits_is_forgotten() {
        let signal = Signal::default();
        drop(signal.subscribe(7));
        let _kept = signal.subscribe(8);
        assert_eq!(signal.waiting().len(), 1);
    }
}
