//! The rest of a limit.

use std::time::Duration;

/// The period of every limit.
pub const WINDOW: Duration = Duration::from_mins(1);

/// The rest of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The name of the limit.
    pub policy: &'static str,
    /// Requests per window.
    pub limit: u32,
    /// Requests that are left in this window.
    pub remaining: u32,
    /// Time until the whole limit is available again.
    pub reset: Duration,
}

/// A limit of which nothing is left.
#[derive(Clone, Copy, Debug)]
pub struct Exhausted {
    /// The limit.
    pub left: Left,
    /// Time until a request is allowed.
    pub wait: Duration,
}

impl Left {
    /// Returns itself.
    ///
    /// # Errors
    /// [`Exhausted`] if nothing is left.
    pub const fn unless_exhausted(self) -> Result<Self, Exhausted> {
        if self.remaining == 0 { Err(Exhausted { left: self, wait: self.reset }) } else { Ok(self) }
    }

    /// Seconds until the whole limit is available again, rounded up.
    pub fn seconds(&self) -> u64 {
        whole_seconds(self.reset)
    }
}

impl Exhausted {
    /// Seconds until a request is allowed, at least one.
    pub fn seconds(&self) -> u64 {
        whole_seconds(self.wait).max(1)
    }
}

/// Rounded up.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
