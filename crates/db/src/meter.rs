//! Metrics of the store. `/metrics` shows them.

use prometheus::core::Collector;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts};

use crate::Error;
use crate::unit::Ended;

/// The upper bounds of the buckets for writes per commit.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The metrics of a store since it was opened.
#[derive(Debug)]
pub struct Meter {
    writes: IntCounter,
    events: IntCounter,
    /// On SQLite and on PostgreSQL.
    batches: [Histogram; 2],
    errors: IntCounterVec,
    waiting_reads: IntGauge,
    large_reads: IntCounter,
    refused_reads: IntCounter,
    /// Before and after they started.
    abandoned_reads: [IntCounter; 2],
    abandoned: IntCounterVec,
}

impl Meter {
    pub(crate) fn new() -> Self {
        let counter = |name, help| IntCounter::new(name, help).expect("a valid name");
        let batches = |name, help| {
            let options = HistogramOpts::new(name, help).buckets(BATCHES.to_vec());
            Histogram::with_opts(options).expect("a valid name")
        };
        let errors = Opts::new("statuary_database_errors_total", "Units of work that the database refused.");
        let errors = IntCounterVec::new(errors, &["kind"]).expect("a valid name");
        for kind in [Error::UNAVAILABLE, Error::CONSTRAINT, Error::OTHER] {
            errors.with_label_values(&[kind]);
        }
        let abandoned = Opts::new(
            "statuary_abandoned_reads_total",
            "Reads whose client disconnected, before they started or while they ran.",
        );
        let abandoned = IntCounterVec::new(abandoned, &["stage"]).expect("a valid name");
        let waiting = IntGauge::new("statuary_waiting_reads", "Reads waiting for a thread or connection.");
        Self {
            waiting_reads: waiting.expect("a valid name"),
            large_reads: counter("statuary_large_reads_total", "Reads that became large reads; SQLite only."),
            refused_reads: counter(
                "statuary_refused_reads_total",
                "Large reads refused because too many were in progress; SQLite only.",
            ),
            abandoned_reads: ["waiting", "running"].map(|stage| abandoned.with_label_values(&[stage])),
            abandoned,
            writes: counter("statuary_writes_total", "Committed units of work."),
            events: counter("statuary_events_appended_total", "Events committed to the log."),
            batches: [
                batches("statuary_sqlite_batch_writes", "Writes per commit; SQLite only."),
                batches("statuary_postgres_batch_writes", "Writes per commit; PostgreSQL only."),
            ],
            errors,
        }
    }

    /// All metrics, for a registry.
    pub fn collectors(&self) -> [Box<dyn Collector>; 9] {
        [
            Box::new(self.writes.clone()),
            Box::new(self.events.clone()),
            Box::new(self.batches[0].clone()),
            Box::new(self.batches[1].clone()),
            Box::new(self.errors.clone()),
            Box::new(self.waiting_reads.clone()),
            Box::new(self.large_reads.clone()),
            Box::new(self.refused_reads.clone()),
            Box::new(self.abandoned.clone()),
        ]
    }

    /// A read begins to wait.
    pub(crate) fn read_queued(&self) {
        self.waiting_reads.inc();
    }

    /// A read no longer waits.
    pub(crate) fn read_dequeued(&self) {
        self.waiting_reads.dec();
    }

    /// A read became a large read.
    pub(crate) fn read_is_large(&self) {
        self.large_reads.inc();
    }

    /// A large read was refused.
    pub(crate) fn read_refused(&self) {
        self.refused_reads.inc();
    }

    /// The caller of a read disconnected, before or after the read started.
    pub(crate) fn read_abandoned(&self, had_started: bool) {
        self.abandoned_reads[usize::from(had_started)].inc();
    }

    /// The numbers of reads that were abandoned before and after they started.
    #[cfg(test)]
    pub(crate) fn abandoned(&self) -> [u64; 2] {
        [0, 1].map(|stage: usize| self.abandoned_reads[stage].get())
    }

    /// The number of reads that became large reads.
    #[cfg(test)]
    pub(crate) fn large(&self) -> u64 {
        self.large_reads.get()
    }

    /// Adds committed events.
    pub(crate) fn add_events(&self, events: u64) {
        self.events.inc_by(events);
    }

    /// Records the number of writes in a commit of SQLite.
    pub(crate) fn record_sqlite_batch(&self, writes: usize) {
        record_batch(&self.batches[0], writes);
    }

    /// Records the number of writes in a commit of PostgreSQL.
    pub(crate) fn record_postgres_batch(&self, writes: usize) {
        record_batch(&self.batches[1], writes);
    }

    /// Records the outcome of a write.
    pub(crate) fn record_write(&self, ended: Ended<'_>) {
        if ended.is_ok() {
            self.writes.inc();
        }
        self.record(ended.err().flatten());
    }

    /// Records an error of the engine, if there is one.
    pub(crate) fn record(&self, error: Option<&Error>) {
        if let Some(error) = error {
            self.errors.with_label_values(&[error.kind()]).inc();
        }
    }
}

fn record_batch(batches: &Histogram, writes: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
    batches.observe(writes as f64);
}
