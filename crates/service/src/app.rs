//! All that a handler can reach.

use std::net::IpAddr;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::access_log::AccessLog;
use super::body_buffer::Unsent;
use super::concurrency::Concurrency;
use super::limits::Limits;
use super::metrics::Metrics;
use super::refusals::{Refusals, Refused};
use super::response_cache::ResponseCache;
use super::settings::Settings;
use base::clock::Clock;
use db::Db;
use domain::auth::token_cache::TokenCache;
use domain::auth::uses::Uses;
use domain::idempotency::Running;
use domain::sessions::LoginLink;
use domain::setup::Setup;
use domain::users::hash_queue::Queue;

/// The service, shared by all its requests, each of which holds it.
#[derive(Clone)]
pub struct App(Arc<Service>);

/// What the service consists of.
#[derive(Clone)]
pub struct Service {
    /// The store.
    pub db: Db,
    /// The only source of "now".
    pub clock: Clock,
    /// What the operator chose.
    pub settings: Arc<Settings>,
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// How many requests of a caller are worked on at once.
    pub concurrency: Arc<Concurrency>,
    /// The one-time link of a first start.
    pub setup: Setup,
    /// The one-time link that signs somebody in.
    pub login: LoginLink,
    /// The keyed requests that are worked on.
    pub running: Running,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whom tokens speak for.
    pub tokens: TokenCache,
    /// When tokens were used of late.
    pub uses: Uses,
    /// What was answered of late.
    pub response_cache: Arc<ResponseCache>,
    /// The long answers that are being sent.
    pub unsent: Arc<Unsent>,
    /// Whether the service was told to stop.
    pub stopping: Arc<AtomicBool>,
    /// The queue for hashing passwords.
    pub passwords: Queue,
    /// The log lines of refused requests.
    pub refusals: Arc<Refusals>,
    /// The access log, where there is one.
    pub access_log: Option<Arc<AccessLog>>,
}

impl App {
    /// A service that limits nobody, and where no one-time link leads.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        let metrics = Arc::new(Metrics::new(&db, clock.now()));
        let concurrency = Arc::new(Concurrency::new(settings.concurrency_limit));
        Self(Arc::new(Service {
            db,
            clock,
            settings: Arc::new(settings),
            limits: Arc::default(),
            concurrency,
            setup: Setup::default(),
            login: LoginLink::default(),
            running: Running::default(),
            metrics,
            tokens: TokenCache::default(),
            uses: Uses::default(),
            response_cache: Arc::default(),
            unsent: Arc::default(),
            stopping: Arc::default(),
            passwords: Queue::default(),
            refusals: Arc::default(),
            access_log: None,
        }))
    }
}

impl Service {
    /// Counts and logs a request that was refused for a limit.
    pub fn refused_by_limit(&self, limit: &'static str, address: Option<IpAddr>) {
        self.metrics.limited(limit);
        self.refusals.log(Refused::Limit(limit), address);
    }
}

impl Deref for App {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.0
    }
}

/// Before it is shared.
impl DerefMut for App {
    fn deref_mut(&mut self) -> &mut Service {
        Arc::make_mut(&mut self.0)
    }
}
