//! How long the database is waited for.

use std::time::Duration;

/// How long PostgreSQL is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a new connection, or one that others use.
    pub(super) connection: Duration,
    /// For a lock.
    pub(super) lock: Duration,
    /// For the answer to a question that is always light.
    pub(super) light: Duration,
    /// Before the network is suspected to have lost a statement.
    pub(super) doubt: Duration,
    /// For the server's work on one statement; none: as long as it takes.
    pub(super) statement: Option<Duration>,
    /// By the server, for the next statement of a transaction.
    pub(super) idle: Duration,
}

impl Timeouts {
    /// For a service, which may take this long for one statement.
    pub fn of_a_service(statement: Duration) -> Self {
        let (half, quarter) = (statement / 2, statement / 4);
        Self {
            connection: half,
            lock: half,
            light: half,
            doubt: quarter,
            statement: Some(statement),
            idle: statement,
        }
    }

    /// For a command, which may take its time.
    pub const fn of_a_command() -> Self {
        let (little, minute) = (Duration::from_secs(10), Duration::from_mins(1));
        let idle = Duration::from_mins(5);
        Self { connection: little, lock: minute, light: little, doubt: little, statement: None, idle }
    }

    /// For a connection that rested to show that it still answers.
    pub(super) fn look(&self) -> Duration {
        self.connection / 4
    }

    /// For the answer to a statement: longer than the server works on it, for that one says what is wrong.
    pub(super) fn answer(&self) -> Option<Duration> {
        self.statement.map(with_reserve)
    }

    /// The same, of a light question.
    pub(super) fn light_answer(&self) -> Duration {
        with_reserve(self.light)
    }
}

fn with_reserve(time: Duration) -> Duration {
    time + time / 10
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::of_a_service(Duration::from_secs(10))
    }
}
