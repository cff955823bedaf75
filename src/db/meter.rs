//! What the store does, counted.

use prometheus::core::Collector;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts};

use super::{Error, Result};

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
        Self {
            writes: counter("statuary_writes_total", "Units of work that were committed."),
            events: counter("statuary_events_appended_total", "Events that were committed to the log."),
            batches: Histogram::with_opts(batches.buckets(BATCHES.to_vec())).expect("a plain name"),
            errors,
        }
    }

    /// Each count, for who shows them.
    pub fn collectors(&self) -> [Box<dyn Collector>; 4] {
        [
            Box::new(self.writes.clone()),
            Box::new(self.events.clone()),
            Box::new(self.batches.clone()),
            Box::new(self.errors.clone()),
        ]
    }

    pub(super) fn appended(&self, events: u64) {
        self.events.inc_by(events);
    }

    pub(super) fn wrote<T>(&self, done: &Result<T>) {
        if done.is_ok() {
            self.writes.inc();
        }
        self.ended(done);
    }

    pub(super) fn ended<T>(&self, done: &Result<T>) {
        if let Err(crate::error::Error::Store(error)) = done {
            self.errors.with_label_values(&[error.kind()]).inc();
        }
    }
}
