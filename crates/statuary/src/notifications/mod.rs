//! The engine of notifications: it tells what time brings, such as that a report is overdue, and sends mails. Several processes may
//! share a store: each tells in a transaction what was not told yet, and takes mails for some time. `statuary serve` runs it.

mod accounts;
mod message;
mod outbox;
mod transport;

pub use self::transport::Transport;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use self::outbox::Outbox;
use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::mails::store as mails;
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
    /// What sends mails, if the settings say so.
    outbox: Option<Arc<Outbox>>,
    /// The last look at what time brings.
    looked: Mutex<Option<Time>>,
}

/// Waits until a mail under way has ended; none if there is none.
async fn ended(sending: &mut JoinSet<()>) -> Option<()> {
    sending.join_next().await.map(drop)
}

impl Engine {
    /// An engine of a service.
    ///
    /// # Errors
    /// If the settings of mails cannot be used.
    pub fn new(app: App) -> anyhow::Result<Arc<Self>> {
        let outbox = Outbox::new(app.clone())?;
        Ok(Arc::new(Self { app, outbox, looked: Mutex::default() }))
    }

    /// Works until the service stops. Mails under way end first.
    pub async fn run(self: Arc<Self>) {
        if let Err(error) = self.start().await {
            tracing::error!(%error, "the outbox cannot be prepared; this is tried again");
        }
        tokio::join!(self.tell(), self.send());
    }

    /// Tells everything and sends every mail that is due now, for tests.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settle(&self) -> Result<(), Error> {
        self.start().await?;
        self.tell_all(self.app.clock.now()).await?;
        if let Some(outbox) = &self.outbox {
            let mut sending = JoinSet::new();
            while !outbox.look(&mut sending).await? || !sending.is_empty() {
                while sending.join_next().await.is_some() {}
            }
        }
        Ok(())
    }

    async fn start(&self) -> Result<(), Error> {
        if let Some(outbox) = &self.outbox {
            outbox.end_old_turns().await?;
            return outbox.switch_on().await;
        }
        let db = &self.app.db;
        if db.read(work!(|conn| Ok(mails::is_any_on(conn).await?))).await? {
            db.write(Scope::Store, work!(|conn| mails::switch_off(conn).await)).await?;
        }
        Ok(())
    }

    async fn tell(&self) {
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

    async fn send(&self) {
        let Some(outbox) = &self.outbox else { return };
        let mut stopping = self.app.stopping.subscribe();
        let mut commits = self.app.db.subscribe_to_all();
        let mut sending = JoinSet::new();
        let mut is_logged = false;
        while !*stopping.borrow() {
            match outbox.look(&mut sending).await {
                Ok(is_done) => {
                    is_logged = false;
                    if !is_done {
                        continue;
                    }
                }
                Err(error) if !std::mem::replace(&mut is_logged, true) => {
                    tracing::error!(%error, "the outbox cannot be read; this is tried again");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                () = commits.woken() => {}
                Some(()) = ended(&mut sending) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }
        while sending.join_next().await.is_some() {}
    }

    async fn look(&self) -> Result<(), Error> {
        let now = self.app.clock.now();
        if let Some(outbox) = &self.outbox {
            outbox.switch_on().await?;
        }
        if self.is_time(now) {
            self.tell_all(now).await?;
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
        Ok(())
    }

    /// Whether it is time to look at what time brings. A clock that was moved may go back.
    fn is_time(&self, now: Time) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.is_none_or(|looked| now < looked || now.seconds_since(looked) >= APART)
    }

    async fn tell_all(&self, now: Time) -> Result<(), Error> {
        self.tell_reminders(now).await?;
        if let Some(outbox) = &self.outbox {
            outbox.queue_digests(now).await?;
        }
        Ok(())
    }

    async fn tell_reminders(&self, now: Time) -> Result<(), Error> {
        let db = &self.app.db;
        accounts::each(
            &self.app,
            |after| Box::pin(db.read(work!(|conn| Ok(reminders::accounts(conn, after).await?)))),
            |id| Box::pin(db.read(work!(|conn| reminders::is_any_pending(conn, id, now).await))),
            |id| Box::pin(db.write(Scope::Account(id.0), work!(|conn| reminders::tell(conn, id, now).await))),
        )
        .await
    }
}
