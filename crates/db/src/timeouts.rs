//! Timeouts of PostgreSQL.

use std::time::Duration;

/// Timeouts of PostgreSQL. SQLite has none of these.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// To get a connection, new or pooled.
    pub(crate) connection: Duration,
    /// To get a lock.
    pub(crate) lock: Duration,
    /// For the response to a short query.
    pub(crate) short: Duration,
    /// Without a response, before the network is suspected to have failed.
    pub(crate) suspicion: Duration,
    /// For one statement on the server; `None` for no limit.
    pub(crate) statement: Option<Duration>,
    /// On the server, between two statements of a transaction.
    pub(crate) idle: Duration,
    /// How long a transaction takes in further writes, so that the first one does not wait for all.
    pub(crate) batch: Duration,
}

const BATCH: Duration = Duration::from_millis(50);

impl Timeouts {
    /// The timeouts of a service, whose statements may take this long.
    pub fn for_service(statement: Duration) -> Self {
        let (half, quarter) = (statement / 2, statement / 4);
        Self {
            connection: half,
            lock: half,
            short: half,
            suspicion: quarter,
            statement: Some(statement),
            idle: statement,
            batch: BATCH,
        }
    }

    /// The timeouts of a command, whose statements may take any time.
    pub const fn for_command() -> Self {
        let (few_seconds, minute) = (Duration::from_secs(10), Duration::from_mins(1));
        Self {
            connection: few_seconds,
            lock: minute,
            short: few_seconds,
            suspicion: few_seconds,
            statement: None,
            idle: Duration::from_mins(5),
            batch: BATCH,
        }
    }

    /// For the check of a connection that was idle.
    pub(crate) fn check(&self) -> Duration {
        self.connection / 4
    }

    /// For the response to a statement: longer than the server's own timeout, whose error names the cause.
    pub(crate) fn response(&self) -> Option<Duration> {
        self.statement.map(with_reserve)
    }

    /// For the response to a short query, likewise longer than the server's.
    pub(crate) fn short_response(&self) -> Duration {
        with_reserve(self.short)
    }
}

fn with_reserve(time: Duration) -> Duration {
    time + time / 10
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::for_service(Duration::from_secs(10))
    }
}
