//! What the store does, counted.

use prometheus::core::Collector;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts};

use super::{Error, Failure, Result};

/// How many writes share a commit: up to these.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The counts of a store, from its opening on.
#[derive(Debug)]
pub struct Meter {
    writes: IntCounter,
    events: IntCounter,
    /// Of the embedded engine alone.
    pub(super) batches: Histogram,
    errors: IntCounterVec,
    waiting_reads: IntGauge,
    large_reads: IntCounter,
    refused_reads: IntCounter,
    abandoned_reads: [IntCounter; 2],
    abandoned: IntCounterVec,
}

impl Meter {
    pub(super) fn new() -> Self {
        let counter = |name, help| IntCounter::new(name, help).expect("a plain name");
        let batches = HistogramOpts::new(
            "statuary_sqlite_batch_writes",
            "Writes that shared one commit and its fsync; SQLite alone.",
        );
        let errors = Opts::new("statuary_database_errors_total", "Units of work that the database refused.");
        let errors = IntCounterVec::new(errors, &["kind"]).expect("a plain name");
        for kind in [Error::UNAVAILABLE, Error::CONSTRAINT, Error::OTHER] {
            errors.with_label_values(&[kind]);
        }
        let abandoned = Opts::new(
            "statuary_abandoned_reads_total",
            "Reads whose caller went away: before they began, and while they ran.",
        );
        let abandoned = IntCounterVec::new(abandoned, &["stage"]).expect("a plain name");
        let waiting = IntGauge::new("statuary_waiting_reads", "Reads that wait for a place in the store.");
        Self {
            waiting_reads: waiting.expect("a plain name"),
            large_reads: counter("statuary_large_reads_total", "Reads that turned out to be large."),
            refused_reads: counter(
                "statuary_refused_reads_total",
                "Large reads that were refused because too many others were under way.",
            ),
            abandoned_reads: ["waiting", "running"].map(|stage| abandoned.with_label_values(&[stage])),
            abandoned,
            writes: counter("statuary_writes_total", "Units of work that were committed."),
            events: counter("statuary_events_appended_total", "Events that were committed to the log."),
            batches: Histogram::with_opts(batches.buckets(BATCHES.to_vec())).expect("a plain name"),
            errors,
        }
    }

    /// Each count, for who shows them.
    pub fn collectors(&self) -> [Box<dyn Collector>; 8] {
        [
            Box::new(self.writes.clone()),
            Box::new(self.events.clone()),
            Box::new(self.batches.clone()),
            Box::new(self.errors.clone()),
            Box::new(self.waiting_reads.clone()),
            Box::new(self.large_reads.clone()),
            Box::new(self.refused_reads.clone()),
            Box::new(self.abandoned.clone()),
        ]
    }

    /// A read waits for its turn.
    pub(super) fn read_queued(&self) {
        self.waiting_reads.inc();
    }

    /// Its turn came.
    pub(super) fn read_dequeued(&self) {
        self.waiting_reads.dec();
    }

    /// A read turned out to be large.
    pub(super) fn read_is_large(&self) {
        self.large_reads.inc();
    }

    /// A large read was refused.
    pub(super) fn read_refused(&self) {
        self.refused_reads.inc();
    }

    /// The caller of a read went away, before or after it began.
    pub(super) fn read_abandoned(&self, had_begun: bool) {
        self.abandoned_reads[usize::from(had_begun)].inc();
    }

    /// How many reads were abandoned, before and after they began.
    #[cfg(test)]
    pub(super) fn abandoned(&self) -> [u64; 2] {
        [0, 1].map(|stage: usize| self.abandoned_reads[stage].get())
    }

    /// How many reads turned out to be large.
    #[cfg(test)]
    pub(super) fn large(&self) -> u64 {
        self.large_reads.get()
    }

    pub(super) fn appended(&self, events: u64) {
        self.events.inc_by(events);
    }

    pub(super) fn wrote<T, E: Failure>(&self, done: &Result<T, E>) {
        if done.is_ok() {
            self.writes.inc();
        }
        self.ended(done);
    }

    pub(super) fn ended<T, E: Failure>(&self, done: &Result<T, E>) {
        if let Some(error) = done.as_ref().err().and_then(Failure::of_store) {
            self.errors.with_label_values(&[error.kind()]).inc();
        }
    }
}
