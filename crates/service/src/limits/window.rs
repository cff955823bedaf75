//! What is left of a limit.

use std::time::Duration;

/// What every limit counts over.
pub const WINDOW: Duration = Duration::from_mins(1);

/// How much of a limit is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The name of the limit.
    pub policy: &'static str,
    /// Requests a window.
    pub limit: u32,
    /// Requests that are left in this window.
    pub remaining: u32,
    /// After which nothing of it is used.
    pub reset: Duration,
}

/// Nothing is left, and how long that stays so.
#[derive(Clone, Copy, Debug)]
pub struct Exhausted {
    /// The limit, of which nothing is left.
    pub left: Left,
    /// How long that stays so.
    pub wait: Duration,
}

impl Left {
    /// Seconds until nothing of the limit is used, rounded up.
    pub fn seconds(&self) -> u64 {
        whole_seconds(self.reset)
    }
}

impl Exhausted {
    /// Seconds after which a request may come again, at least one.
    pub fn seconds(&self) -> u64 {
        whole_seconds(self.wait).max(1)
    }
}

/// Rounded up.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
