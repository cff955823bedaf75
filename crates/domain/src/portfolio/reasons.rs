//! What a row says besides its colours: since when, why, and by how much its due date moved.

use base::clock::{Date, Time};

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// When the colour of the last report was reported first, without another one since.
    pub since: Option<Time>,
    /// The text of the last report; empty without one.
    pub text: String,
    /// The first due date that the workspace had.
    pub first_due: Option<Date>,
}

impl Reasons {
    /// The days by which a due date is later than the first one; negative if it is earlier.
    pub fn slip(&self, due: Option<Date>) -> i64 {
        self.first_due.zip(due).map_or(0, |(first, due)| due.days_since(first))
    }
}
