//! Metrics in the text format 0.0.4 of Prometheus (docs/reference/metrics.md). `front::counting` counts and serves them.
//!
//! Each `App` has a registry of its own, so that services in one process do not count each other's requests. The counters of
//! a route are kept under its text, so that a request creates no labels.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use super::collectors::{counters, registered};
use super::figures::StoreFigures;
use super::surface::Surface;
use base::clock::Time;
use db::Db;

/// Labels of methods; the last one is for every other method.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"];
/// Labels of statuses.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Label of the route of a path that is not served.
const NO_ROUTE: &str = "none";
/// Bounds of the buckets of durations, in seconds.
const DURATIONS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Labels of results of attempts to deliver a webhook: the class of the answer's status, or why there was none.
pub const WEBHOOK_RESULTS: [&str; 7] =
    ["2xx", "3xx", "4xx", "5xx", "timeout", "connection", "private_address"];

/// Labels of results of attempts to send a mail.
pub const MAIL_RESULTS: [&str; 4] = ["sent", "later", "refused", "given_up"];

/// All metrics.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: [Histogram; Surface::ALL.len()],
    in_flight: IntGauge,
    connections: IntGauge,
    limited: IntCounterVec,
    replays: IntCounter,
    backup_failures: IntCounter,
    forwarded: IntCounter,
    webhook_attempts: IntCounterVec,
    webhook_queue_age: IntGauge,
    mail_attempts: IntCounterVec,
    store_figures: StoreFigures,
    /// The files of the embedded store: the database and its write-ahead log.
    store: Option<[(Box<Path>, IntGauge); 2]>,
    /// By the text of the route in the router.
    routes: RwLock<HashMap<String, Arc<Route>, foldhash::fast::RandomState>>,
    unserved: [Route; Surface::ALL.len()],
}

/// The counters of a route, each created at its first use.
#[derive(Debug, Default)]
struct Route([[OnceLock<IntCounter>; CLASSES.len()]; METHODS.len()]);

/// Adds one to a gauge until it is dropped.
#[derive(Debug)]
pub struct Held(IntGauge);

/// The label of a surface.
const fn label(surface: Surface) -> &'static str {
    match surface {
        Surface::Kantata => "kantata",
        Surface::OpenProject => "openproject",
        Surface::Native => "native",
        Surface::OAuth | Surface::Discovery => "oauth",
        Surface::Scim => "scim",
        Surface::Operators => "operators",
        Surface::Assets | Surface::Pages => "pages",
    }
}

impl Metrics {
    /// Metrics of a service on a store that starts at this time.
    pub fn new(db: &Db, start: Time) -> Self {
        let registry = Registry::new();
        for collector in db.meter().collectors() {
            registry.register(collector).expect("unique names");
        }
        let engine = db.engine_name().to_lowercase();
        let build = Opts::new("statuary_build_info", "Always 1: the running version and its database.")
            .const_label("version", env!("CARGO_PKG_VERSION"))
            .const_label("engine", engine);
        registered(&registry, IntGauge::with_opts(build)).set(1);
        let started = Gauge::new(
            "process_start_time_seconds",
            "Start of the process, in seconds since 1970-01-01T00:00:00Z.",
        );
        #[expect(clippy::cast_precision_loss, reason = "seconds are small beside 2^53")]
        registered(&registry, started).set(start.unix_seconds() as f64);
        let durations = HistogramOpts::new(
            "statuary_http_request_duration_seconds",
            "Time from the end of the head of a request to the start of its answer.",
        );
        let durations = HistogramVec::new(durations.buckets(DURATIONS.to_vec()), &["surface"]);
        let durations = registered(&registry, durations);
        let store = db.file().map(|file| {
            let bytes = Opts::new("statuary_store_bytes", "Size of the files of the embedded store.");
            let bytes = registered(&registry, IntGaugeVec::new(bytes, &["file"]));
            let mut log = file.as_os_str().to_owned();
            log.push("-wal");
            [("database", file), ("wal", Path::new(&log))]
                .map(|(name, path)| (Box::from(path), bytes.with_label_values(&[name])))
        });
        let limited = counters(
            &registry,
            "statuary_http_limited_requests_total",
            "Requests that were refused by a limit.",
            &["policy"],
        );
        for policy in ["token", "address", "login", "concurrency"] {
            limited.with_label_values(&[policy]);
        }
        let in_flight = IntGauge::new("statuary_http_requests_in_flight", "Requests in progress.");
        let connections = IntGauge::new("statuary_http_connections", "Open connections.");
        let replays = IntCounter::new(
            "statuary_idempotent_replays_total",
            "Requests that got the stored answer of their Idempotency-Key.",
        );
        let forwarded = IntCounter::new(
            "statuary_http_untrusted_forwarded_requests_total",
            "Requests with X-Forwarded-For or Forwarded from an address that is not a trusted proxy.",
        );
        let backup_failures = IntCounter::new(
            "statuary_backup_failures_total",
            "Backups of the schedule that could not be made.",
        );
        let webhook_attempts = counters(
            &registry,
            "statuary_webhook_attempts_total",
            "Attempts to deliver a webhook, by their result.",
            &["result"],
        );
        for result in WEBHOOK_RESULTS {
            webhook_attempts.with_label_values(&[result]);
        }
        let mail_attempts = counters(
            &registry,
            "statuary_mail_attempts_total",
            "Attempts to send a mail, by their result.",
            &["result"],
        );
        for result in MAIL_RESULTS {
            mail_attempts.with_label_values(&[result]);
        }
        let queue_age = IntGauge::new(
            "statuary_webhook_queue_age_seconds",
            "Age of the oldest webhook delivery that is due.",
        );
        Self {
            webhook_attempts,
            mail_attempts,
            store_figures: StoreFigures::new(&registry),
            webhook_queue_age: registered(&registry, queue_age),
            requests: counters(
                &registry,
                "statuary_http_requests_total",
                "Answered requests.",
                &["surface", "method", "route", "status"],
            ),
            durations: Surface::ALL.map(|surface| durations.with_label_values(&[label(surface)])),
            in_flight: registered(&registry, in_flight),
            connections: registered(&registry, connections),
            limited,
            forwarded: registered(&registry, forwarded),
            replays: registered(&registry, replays),
            backup_failures: registered(&registry, backup_failures),
            store,
            routes: RwLock::default(),
            unserved: Default::default(),
            registry,
        }
    }

    /// Counts a request until the result is dropped.
    pub fn request(&self) -> Held {
        Held::one_of(&self.in_flight)
    }

    /// Counts a connection until the result is dropped.
    pub fn connection(&self) -> Held {
        Held::one_of(&self.connections)
    }

    /// Counts a request that was refused by this limit.
    pub fn limited(&self, policy: &'static str) {
        self.limited.with_label_values(&[policy]).inc();
    }

    /// Counts a request that an untrusted address forwarded.
    pub fn forwarded_by_untrusted(&self) {
        self.forwarded.inc();
    }

    /// Counts an attempt to deliver a webhook by its result, one of [`WEBHOOK_RESULTS`].
    pub fn webhook_attempt(&self, result: &'static str) {
        self.webhook_attempts.with_label_values(&[result]).inc();
    }

    /// Counts an attempt to send a mail by its result, one of [`MAIL_RESULTS`].
    pub fn mail_attempt(&self, result: &'static str) {
        self.mail_attempts.with_label_values(&[result]).inc();
    }

    /// The figures of the store.
    pub fn store_figures(&self) -> &StoreFigures {
        &self.store_figures
    }

    /// Sets the age of the oldest webhook delivery that is due, in seconds.
    pub fn set_webhook_queue_age(&self, seconds: i64) {
        self.webhook_queue_age.set(seconds);
    }

    /// Counts a backup of the schedule that could not be made.
    pub fn backup_failed(&self) {
        self.backup_failures.inc();
    }

    /// Counts a replay of a request with an idempotency key.
    pub fn replayed(&self) {
        self.replays.inc();
    }

    /// Counts an answer; `route` is the text of the route in the router, if the path is served.
    pub fn answered(
        &self,
        surface: Surface,
        method: &Method,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        self.durations[surface as usize].observe(took.as_secs_f64());
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        let method = METHODS.iter().position(|known| *known == method.as_str());
        let method = method.unwrap_or(METHODS.len() - 1);
        let count = |counters: &Route| {
            let create = || {
                let labels = [label(surface), METHODS[method], route.unwrap_or(NO_ROUTE), CLASSES[class]];
                self.requests.with_label_values(&labels)
            };
            counters.0[method][class].get_or_init(create).inc();
        };
        match route {
            None => count(&self.unserved[surface as usize]),
            Some(route) => count(&self.of_route(route)),
        }
    }

    fn of_route(&self, route: &str) -> Arc<Route> {
        if let Some(known) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(route) {
            return Arc::clone(known);
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(route.to_owned()).or_default())
    }

    /// All metrics in the text format.
    pub fn text(&self) -> String {
        for (path, bytes) in self.store.iter().flatten() {
            let length = std::fs::metadata(path).map_or(0, |file| file.len());
            bytes.set(length.try_into().unwrap_or(i64::MAX));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

impl Held {
    fn one_of(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}
