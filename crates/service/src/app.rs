//! The state of the service, which handlers and layers share. `statuary serve` and the tests build it.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify, watch};

use super::access_log::AccessLog;
use super::body_buffer::Unsent;
use super::concurrency::Concurrency;
use super::limits::Limits;
use super::metrics::Metrics;
use super::openid::OpenId;
use super::outage::Outage;
use super::refusals::{Refusals, Refused};
use super::response_cache::ResponseCache;
use super::settings::Settings;
use super::streams::Streams;
use super::traces::Traces;
use base::clock::Clock;
use db::Db;
use domain::auth::token_cache::TokenCache;
use domain::auth::uses::Uses;
use domain::idempotency::Running;
use domain::sessions::LoginLink;
use domain::setup::Setup;
use domain::users::hash_queue::Queue;

/// The state of the service; a clone shares it.
#[derive(Clone)]
pub struct App(Arc<Service>);

/// The parts of an [`App`].
#[derive(Clone)]
pub struct Service {
    /// The store.
    pub db: Db,
    /// The only source of "now".
    pub clock: Clock,
    /// The settings of the operator.
    pub settings: Arc<Settings>,
    /// The rate limits.
    pub limits: Arc<Limits>,
    /// The bound of concurrent requests of a caller.
    pub concurrency: Arc<Concurrency>,
    /// The one-time link of a first start.
    pub setup: Setup,
    /// The one-time link that signs a person in.
    pub login: LoginLink,
    /// The requests with an idempotency key that are in progress.
    pub running: Running,
    /// Held for each slice of a recalculation, so that other writes wait for one at the most.
    pub recalculation: Arc<Mutex<()>>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Verified tokens.
    pub tokens: TokenCache,
    /// Uses of tokens that are not in the store yet.
    pub uses: Uses,
    /// Answers to recent reads.
    pub response_cache: Arc<ResponseCache>,
    /// Long answers that are being sent.
    pub unsent: Arc<Unsent>,
    /// Whether the service is stopping.
    pub stopping: Arc<watch::Sender<bool>>,
    /// Wakes the delivery engine of webhooks.
    pub webhooks: Arc<Notify>,
    /// Wakes the engine of notifications.
    pub notifications: Arc<Notify>,
    /// Requests that wait for events.
    pub streams: Arc<Streams>,
    /// The queue for hashing passwords.
    pub passwords: Queue,
    /// The provider with which people sign in, if the settings name one.
    pub openid: Option<Arc<OpenId>>,
    /// Writes the log lines of refused requests.
    pub refusals: Arc<Refusals>,
    /// The outage of the store that is in progress.
    pub outage: Arc<Outage>,
    /// The access log, if the settings name one.
    pub access_log: Option<Arc<AccessLog>>,
    /// What records the spans of requests, if anything does.
    pub traces: Option<Arc<dyn Traces>>,
}

/// Builds an [`App`].
#[derive(Clone)]
pub struct Builder(Service);

impl App {
    /// An app without limits, one-time links and access log.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        Self::builder(db, clock, settings).build()
    }

    /// A builder of an app without limits, one-time links and access log.
    pub fn builder(db: Db, clock: Clock, settings: Settings) -> Builder {
        let metrics = Arc::new(Metrics::new(&db, clock.now()));
        let concurrency = Arc::new(Concurrency::new(settings.concurrency_limit));
        let streams = Arc::new(Streams::new(settings.max_connections));
        let openid = settings.openid.clone().map(OpenId::new).map(Arc::new);
        Builder(Service {
            db,
            clock,
            settings: Arc::new(settings),
            limits: Arc::default(),
            concurrency,
            setup: Setup::default(),
            login: LoginLink::default(),
            running: Running::default(),
            recalculation: Arc::default(),
            metrics,
            tokens: TokenCache::default(),
            uses: Uses::default(),
            response_cache: Arc::default(),
            unsent: Arc::default(),
            stopping: Arc::default(),
            webhooks: Arc::default(),
            notifications: Arc::default(),
            streams,
            passwords: Queue::default(),
            openid,
            refusals: Arc::default(),
            outage: Arc::default(),
            access_log: None,
            traces: None,
        })
    }

    /// After an erasure: removes from the store's file what the erased rows have left there. The erasure itself is done, so a
    /// failure is only logged.
    pub async fn scrub(&self) {
        if let Err(error) = self.db.scrub().await {
            tracing::warn!(%error, "the file of the store cannot be written anew after an erasure");
        }
    }

    /// Starts an app that shares the parts of this one, to replace some of them.
    pub fn to_builder(&self) -> Builder {
        Builder(Service::clone(self))
    }
}

impl Builder {
    /// Builds the app.
    pub fn build(self) -> App {
        App(Arc::new(self.0))
    }

    /// Sets the source of the current time.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self(Service { clock, ..self.0 })
    }

    /// Sets the settings, but neither the limits nor the bound of concurrent requests.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        let openid = settings.openid.clone().map(OpenId::new).map(Arc::new);
        Self(Service { settings: Arc::new(settings), openid, ..self.0 })
    }

    /// Sets the rate limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self(Service { limits: Arc::new(limits), ..self.0 })
    }

    /// Sets the bound of concurrent requests of a caller.
    #[must_use]
    pub fn concurrency(self, concurrency: Concurrency) -> Self {
        Self(Service { concurrency: Arc::new(concurrency), ..self.0 })
    }

    /// Sets the bound of requests that wait for events.
    #[must_use]
    pub fn streams(self, streams: Streams) -> Self {
        Self(Service { streams: Arc::new(streams), ..self.0 })
    }

    /// Sets the one-time link of a first start.
    #[must_use]
    pub fn setup(self, setup: Setup) -> Self {
        Self(Service { setup, ..self.0 })
    }

    /// Sets the one-time link that signs a person in.
    #[must_use]
    pub fn login(self, login: LoginLink) -> Self {
        Self(Service { login, ..self.0 })
    }

    /// Sets the requests with an idempotency key that are in progress.
    #[must_use]
    pub fn running(self, running: Running) -> Self {
        Self(Service { running, ..self.0 })
    }

    /// Sets the access log.
    #[must_use]
    pub fn access_log(self, access_log: Option<Arc<AccessLog>>) -> Self {
        Self(Service { access_log, ..self.0 })
    }

    /// Sets what records the spans of requests.
    #[must_use]
    pub fn traces(self, traces: Option<Arc<dyn Traces>>) -> Self {
        Self(Service { traces, ..self.0 })
    }
}

impl Service {
    /// Counts and logs a request that was refused because of the limit of this name.
    pub fn refused_by_limit(&self, limit: &'static str, address: Option<IpAddr>) {
        self.metrics.limited(limit);
        self.refusals.log(Refused::Limit(limit), address);
    }

    /// Counts a request that was refused because the store is unavailable, and logs the first one of an outage.
    pub fn refused_by_store(&self, reason: &str) {
        self.outage.refused(&self.db, reason);
    }
}

impl Deref for App {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.0
    }
}
