//! Spans of time, to which lists are narrowed.

use base::clock::Time;

/// The instants from `start` on, up to but without `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "see the type")]
pub struct Span {
    pub start: Time,
    pub end: Time,
}

impl Default for Span {
    fn default() -> Self {
        Self::ALWAYS
    }
}

impl Span {
    /// Every instant.
    pub const ALWAYS: Self = Self::new(Time::MIN, Time::MAX);

    /// A span from an instant on, up to but without another.
    pub const fn new(start: Time, end: Time) -> Self {
        Self { start, end }
    }

    /// The instants that are in both spans.
    #[must_use]
    pub fn overlap(self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}
