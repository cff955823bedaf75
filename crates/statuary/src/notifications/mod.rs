//! The engine of notifications: it tells what time brings, such as that a report is overdue. Several processes may share a
//! store: each tells in a transaction what was not told yet. `statuary serve` runs it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::ids::AccountId;
use domain::notifications::store::reminders;
use domain::work;
use service::app::App;

/// The time between two looks. A commit and a move of the clock wake the engine earlier.
const LOOK: Duration = Duration::from_secs(1);
/// The time between two looks at what time brings, in seconds of the service's clock.
const APART: i64 = 30;

/// The engine.
pub struct Engine {
    app: App,
    /// The last look at what time brings.
    looked: Mutex<Option<Time>>,
}

impl Engine {
    /// An engine of a service.
    pub fn new(app: App) -> Arc<Self> {
        Arc::new(Self { app, looked: Mutex::default() })
    }

    /// Works until the service stops.
    pub async fn run(self: Arc<Self>) {
        let mut stopping = self.app.stopping.subscribe();
        let mut is_logged = false;
        while !*stopping.borrow() {
            match self.look().await {
                Ok(()) => is_logged = false,
                Err(error) if !std::mem::replace(&mut is_logged, true) => {
                    tracing::error!(%error, "notifications cannot be told; this is tried again");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                () = self.app.notifications.notified() => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }
    }

    /// Tells everything that is due now, for tests.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settle(&self) -> Result<(), Error> {
        self.tell_reminders(self.app.clock.now()).await
    }

    async fn look(&self) -> Result<(), Error> {
        let now = self.app.clock.now();
        if self.is_time(now) {
            self.tell_reminders(now).await?;
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
        Ok(())
    }

    /// Whether it is time to look at what time brings. A clock that was moved may go back.
    fn is_time(&self, now: Time) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.is_none_or(|looked| now < looked || now.seconds_since(looked) >= APART)
    }

    async fn tell_reminders(&self, now: Time) -> Result<(), Error> {
        let db = &self.app.db;
        let mut after = AccountId(0);
        loop {
            let found = db.read(work!(|conn| Ok(reminders::accounts(conn, after).await?))).await?;
            let Some(last) = found.last() else { return Ok(()) };
            after = *last;
            for account_id in found {
                let scope = Scope::Account(account_id.0);
                let mut is_pending =
                    db.read(work!(|conn| reminders::is_any_pending(conn, account_id, now).await)).await?;
                while is_pending && !*self.app.stopping.borrow() {
                    is_pending =
                        db.write(scope, work!(|conn| reminders::tell(conn, account_id, now).await)).await?;
                }
            }
        }
    }
}
