//! The arithmetic of Work, Remaining work and % Complete: `docs/contracts/openproject-work-packages.md#progress`.
//!
//! Work and Remaining work are hundredths of an hour, % Complete is an integer.

use std::str::FromStr;

use super::hours::{Hours, divide};
use crate::error::{Problem, Violation};

/// The three values of a work package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Work.
    pub work: Option<Hours>,
    /// Remaining work.
    pub remaining: Option<Hours>,
    /// % Complete, 0 to 100.
    pub percent: Option<i64>,
}

/// The values in a request; the outer `None` is an absent member, the inner one `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the values")]
pub struct Given {
    pub work: Option<Option<Hours>>,
    pub remaining: Option<Option<Hours>>,
    pub percent: Option<Option<i64>>,
}

/// How % Complete is found: the setting `STATUARY_OPENPROJECT_PROGRESS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// From Work and Remaining work.
    #[default]
    Work,
    /// From the status.
    Status,
}

impl Mode {
    /// The name in settings and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Status => "status",
        }
    }
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "work" => Ok(Self::Work),
            "status" => Ok(Self::Status),
            _ => Err("is neither work nor status"),
        }
    }
}

impl Progress {
    /// The values after a request in the mode [`Mode::Work`]: what the request does not give is derived from what it gives.
    #[must_use]
    pub fn derive(self, given: Given) -> Self {
        let before = self;
        let mut after = Self {
            work: given.work.unwrap_or(before.work),
            remaining: given.remaining.unwrap_or(before.remaining),
            percent: given.percent.unwrap_or(before.percent),
        };
        if after.is_underivable(before, given) {
            return after;
        }
        let mut keeps_percent = false;
        if given.work.is_none() && after.derives_work(before, given) {
            after.work = match (after.remaining, after.percent) {
                (Some(remaining), Some(percent)) => {
                    keeps_percent = true;
                    Some(Hours(divide(remaining.0 * 100, 100 - percent)))
                }
                (remaining, _) => remaining,
            };
        }
        if given.remaining.is_none() && after.derives_remaining(before) {
            after.remaining = match (after.work, after.percent) {
                (Some(work), None) if before.remaining.is_none() => Some(work),
                (Some(work), _) if after.moves_remaining(before, given) => {
                    let moved =
                        |(old, left): (Hours, Hours)| Hours((left.0 + work.0 - old.0).clamp(0, work.0));
                    before.work.zip(before.remaining).map(moved)
                }
                (Some(work), Some(percent)) => {
                    keeps_percent = true;
                    Some(work.without(percent))
                }
                _ => None,
            };
        }
        let is_moved = after.work != before.work || after.remaining != before.remaining;
        if given.percent.is_none() && is_moved && !keeps_percent && after.work.is_some() {
            after.percent = after.work.zip(after.remaining).and_then(|(work, left)| percent_of(work, left));
        }
        after
    }

    /// Values from which nothing can be derived.
    fn is_underivable(self, before: Self, given: Given) -> bool {
        let is_negative = |hours: Option<Hours>| hours.is_some_and(|hours| hours.0 < 0);
        let is_out_of_range = self.percent.is_some_and(|percent| !PERCENT.contains(&percent));
        let is_above = self.work.zip(self.remaining).is_some_and(|(work, left)| left > work);
        is_negative(self.work)
            || is_negative(self.remaining)
            || is_out_of_range
            || (is_above && given.percent.is_none() && (before.work.is_none() || given.remaining.is_some()))
    }

    fn derives_work(self, before: Self, given: Given) -> bool {
        let is_remaining_moved = self.remaining != before.remaining;
        let is_known = self.remaining.is_some() || (is_remaining_moved && self.percent.is_some());
        let is_wanted = self.work.is_none()
            || (given.remaining.is_some() && given.percent.is_some())
            || given.remaining == Some(None);
        (is_remaining_moved || self.percent != before.percent)
            && is_known
            && self.percent != Some(100)
            && is_wanted
    }

    fn derives_remaining(self, before: Self) -> bool {
        (self.work != before.work || self.percent != before.percent)
            && (self.work.is_some() || self.percent.is_some())
            && !(before.work.is_none() && self.remaining.is_some())
    }

    /// Whether Remaining work moves by as much as Work.
    fn moves_remaining(self, before: Self, given: Given) -> bool {
        self.work != before.work
            && before.work.is_some()
            && before.remaining.is_some()
            && given.percent.is_none()
    }

    /// The values after a request in the mode [`Mode::Status`]; `ratio` is that of the status. Remaining work follows if the
    /// request has Work or a status.
    #[must_use]
    pub fn follow(self, work: Option<Option<Hours>>, ratio: i64, is_status_given: bool) -> Self {
        let after = Self { work: work.unwrap_or(self.work), percent: Some(ratio), ..self };
        let is_given = work.is_some() || is_status_given;
        Self { remaining: if is_given { after.rest(ratio) } else { self.remaining }, ..after }
    }

    /// The values after the ratio of the status changed, or after the switch to the mode [`Mode::Status`].
    #[must_use]
    pub fn recompute(self, ratio: i64) -> Self {
        let work = self.work.or_else(|| {
            let remaining = self.remaining?;
            Some(match self.percent {
                Some(percent) if percent < 100 => Hours(divide(remaining.0 * 100, 100 - percent)),
                _ => remaining,
            })
        });
        let after = Self { work, percent: Some(ratio), ..self };
        Self { remaining: after.rest(ratio), ..after }
    }

    fn rest(self, ratio: i64) -> Option<Hours> {
        self.work.map(|work| work.without(ratio))
    }

    /// The rules that the values violate after a request. They are checked if a value changed.
    pub fn violations(self, before: Self, mode: Mode) -> Vec<Violation> {
        let mut found = Vec::new();
        if self == before {
            return found;
        }
        let mut add = |field, sentence| found.push(Violation::new(field, Problem::Sentence(sentence)));
        let Self { work, remaining, percent } = self;
        let is_negative = |hours: Option<Hours>| hours.is_some_and(|hours| hours.0 < 0);
        if is_negative(work) {
            add(WORK, "Work must be greater than or equal to 0.");
        }
        if is_negative(remaining) {
            add(REMAINING, "Remaining work must be greater than or equal to 0.");
        }
        if mode == Mode::Status {
            return found;
        }
        if work.zip(remaining).is_some_and(|(work, left)| left > work) {
            if work != before.work {
                add(WORK, "Work cannot be lower than Remaining work.");
            }
            if remaining != before.remaining {
                add(REMAINING, "Remaining work cannot be higher than Work.");
            }
        }
        match (work, remaining, percent) {
            (None, Some(_), Some(percent)) if percent < 100 => {
                add(WORK, "Work required when Remaining work and % Complete are set.");
            }
            (Some(_), None, Some(_)) => {
                add(REMAINING, "Remaining work required when Work and % Complete are set.");
            }
            (Some(_), Some(left), Some(100)) if left.0 > 0 => {
                add(REMAINING, "Remaining work must be 0h when Work is set and % Complete is 100%.");
            }
            (None, Some(_), Some(100)) => {
                add(REMAINING, "Remaining work must be empty when Work is empty and % Complete is 100%.");
            }
            _ => {}
        }
        if found.is_empty()
            && let Some(sentence) = self.wrong_percent()
        {
            found.push(Violation::new(PERCENT_DONE, Problem::Sentence(sentence)));
        }
        found
    }

    /// The rule that % Complete violates.
    fn wrong_percent(self) -> Option<&'static str> {
        match (self.work, self.remaining, self.percent) {
            (_, _, Some(percent)) if !PERCENT.contains(&percent) => {
                Some("% Complete must be between 0 and 100.")
            }
            (Some(Hours(0)), _, Some(_)) => Some("% Complete cannot be set when Work is 0h"),
            (Some(Hours(1..)), Some(_), None) => {
                Some("% Complete required when Work and Remaining work are set.")
            }
            (Some(work @ Hours(1..)), Some(left), Some(percent)) => {
                let floor = (100 * (work.0 - left.0)).div_euclid(work.0);
                let is_near = (floor..=floor + 1).contains(&percent);
                (!is_near).then_some("% Complete does not match Work and Remaining work")
            }
            _ => None,
        }
    }
}

/// The range of % Complete.
pub const PERCENT: std::ops::RangeInclusive<i64> = 0..=100;
/// The names of the attributes, as the OpenProject surface has them.
const WORK: &str = "estimatedTime";
const REMAINING: &str = "remainingTime";
const PERCENT_DONE: &str = "percentageDone";

/// % Complete from Work and Remaining work: between 1 and 99 unless nothing, or everything, is done. `None` without Work.
pub fn percent_of(work: Hours, remaining: Hours) -> Option<i64> {
    let (done, whole) = (100 * (work.0 - remaining.0), work.0);
    match done {
        _ if whole == 0 => None,
        0 => Some(0),
        _ if done == 100 * whole => Some(100),
        _ => Some(divide(done, whole).clamp(1, 99)),
    }
}

#[cfg(test)]
mod tests;
