//! The delivery engine of webhooks. It queues the events of the log after their commits, and sends what is due. The queue is in
//! the store, so that a crash skips nothing, and a process takes its turn at an endpoint, so that several processes share
//! the work. `statuary serve` runs it.

mod chat;
mod client;
mod message;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use self::turn::{Place, Sender};
use base::clock::{Clock, Time};
use db::Scope;
use domain::error::Error;
use domain::ids::AccountId;
use domain::webhooks::store::queue;
use domain::work;
use service::app::App;

/// The time between two looks at the queue. A commit and a request wake the engine earlier.
const LOOK: Duration = Duration::from_secs(1);
/// The least time between two looks: a look serves all commits of this time.
const GATHER: Duration = Duration::from_millis(20);
/// The number of endpoints to which deliveries are sent at the same time.
const TURNS: usize = 64;
/// The number of transactions that queue events before deliveries are sent.
const ROUNDS: usize = 20;
/// The length of a turn after which another process takes over, in seconds. A turn gives up earlier.
const LEASE: i64 = 30;

/// The turns of processes are measured by the clock of the machine, also where the service has a virtual clock.
const MACHINE: Clock = Clock::System;

/// The engine.
pub struct Engine {
    app: App,
    sender: Arc<Sender>,
}

impl Engine {
    /// An engine of a service.
    pub fn new(app: App) -> Arc<Self> {
        Arc::new(Self { sender: Sender::new(app.clone()), app })
    }

    /// Delivers until the service stops. Deliveries under way end first.
    pub async fn run(self: Arc<Self>) {
        let mut stopping = self.app.stopping.subscribe();
        let mut commits = self.app.db.subscribe_to_all();
        let mut turns = JoinSet::new();
        if let Err(error) = self.end_old_turns().await {
            tracing::error!(%error, "the turns of webhooks cannot be ended");
        }
        let mut is_logged = false;
        while !*stopping.borrow() {
            let began = Instant::now();
            match self.look(&mut turns).await {
                Ok(_) => is_logged = false,
                Err(error) if !std::mem::replace(&mut is_logged, true) => {
                    tracing::error!(%error, "the queue of webhooks cannot be read");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                () = commits.woken() => {}
                () = self.app.webhooks.notified() => {}
                Some(_) = turns.join_next() => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
            tokio::select! {
                () = sleep_until(began + GATHER) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }
        while turns.join_next().await.is_some() {}
    }

    /// Ends the turns of a process that is gone, where this process is the only one: the embedded store has one server. It writes
    /// only if there are some, because a write says that the store can be written.
    async fn end_old_turns(&self) -> Result<(), Error> {
        let db = &self.app.db;
        if db.file().is_some() && db.read(work!(|conn| Ok(queue::is_any_leased(conn).await?))).await? {
            db.write(Scope::Store, work!(|conn| queue::release_all(conn).await)).await?;
        }
        Ok(())
    }

    /// Delivers everything that is due now, for tests.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settle(self: &Arc<Self>) -> Result<(), Error> {
        let mut turns = JoinSet::new();
        loop {
            let is_done = self.look(&mut turns).await?;
            if is_done && turns.is_empty() {
                return Ok(());
            }
            while turns.join_next().await.is_some() {}
        }
    }

    /// Queues new events, and starts the turns that are due. Returns whether there was nothing to do.
    async fn look(self: &Arc<Self>, turns: &mut JoinSet<()>) -> Result<bool, Error> {
        let behind = self.app.db.read(work!(|conn| Ok(queue::behind(conn).await?))).await?;
        for account_id in &behind {
            self.enqueue(*account_id).await?;
        }
        let (now, machine) = (self.app.clock.now(), MACHINE.now());
        let read = self
            .app
            .db
            .read(work!(|conn| Ok((queue::due(conn, now, machine).await?, queue::oldest(conn).await?))));
        let (due, oldest) = read.await?;
        let age = oldest.map_or(0, |at| now.seconds_since(at).max(0));
        self.app.metrics.set_webhook_queue_age(age);
        let is_done = behind.is_empty() && due.is_empty();
        for place in due.into_iter().take(TURNS.saturating_sub(turns.len())) {
            if self.lease(place).await? {
                let sender = Arc::clone(&self.sender);
                turns.spawn(async move { turn::run(&sender, place).await });
            }
        }
        Ok(is_done)
    }

    async fn enqueue(&self, account_id: AccountId) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let (now, scope) = (self.app.clock.now(), Scope::Account(account_id.0));
            let write = self.app.db.write(scope, work!(|conn| queue::enqueue(conn, account_id, now).await));
            if !write.await? {
                break;
            }
        }
        Ok(())
    }

    async fn lease(&self, place: Place) -> Result<bool, Error> {
        let (now, machine) = (self.app.clock.now(), MACHINE.now());
        let turn: (Time, Time) = (machine, machine.plus_seconds(LEASE));
        let scope = Scope::Account(place.0.0);
        self.app.db.write(scope, work!(|conn| queue::lease(conn, place, now, turn).await)).await
    }
}
