//! What the work packages of a workspace say beside the color of its reports: figures, and no color of their own.

use super::hours::{Hours, divide};
use crate::ids::WorkspaceId;
use crate::statuses::Status;
use base::clock::{Date, Time};

/// The number of weeks without a change or a comment after which a work package is *unchanged*, if it was begun: if its status
/// is open and not the default one.
pub const UNCHANGED_WEEKS: i64 = 3;

/// The work packages of a workspace that are in one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InStatus {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The status.
    pub status_id: i64,
    /// Their number.
    pub count: i64,
    /// The number of those whose last day is before today.
    pub past_due: i64,
    /// The number of those without a change or a comment for [`UNCHANGED_WEEKS`].
    pub unchanged: i64,
    /// The sum of Work.
    pub work: Option<Hours>,
    /// The sum of Remaining work.
    pub remaining: Option<Hours>,
}

/// The figures of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The number of work packages.
    pub count: i64,
    /// The number of those in an open status.
    pub open: i64,
    /// The number of open ones whose last day has passed.
    pub overdue: i64,
    /// The number of those that were begun, without a change or a comment for [`UNCHANGED_WEEKS`].
    pub unchanged: i64,
    /// The sum of Work, without statuses that totals leave out.
    pub work: Option<Hours>,
    /// The sum of Remaining work, without statuses that totals leave out.
    pub remaining: Option<Hours>,
}

/// The instant before which the last change of an *unchanged* work package was.
pub const fn unchanged_since(now: Time) -> Time {
    now.plus_weeks(-UNCHANGED_WEEKS)
}

/// Whether work packages in a status were begun and are not finished.
pub const fn is_begun(status: &Status) -> bool {
    !status.is_closed && !status.is_default
}

impl InStatus {
    /// % Complete of the sums, as in a hierarchy.
    pub fn percent(&self) -> Option<i64> {
        percent(self.work, self.remaining)
    }
}

impl Evidence {
    /// The figures of a workspace, from its work packages by status.
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r InStatus>, statuses: &[Status]) -> Self {
        let mut all = Self::default();
        for row in rows {
            let status = statuses.iter().find(|status| status.id == row.status_id);
            all.count += row.count;
            if status.is_some_and(|status| !status.is_closed) {
                all.open += row.count;
                all.overdue += row.past_due;
            }
            if status.is_some_and(is_begun) {
                all.unchanged += row.unchanged;
            }
            if status.is_some_and(|status| !status.excluded_from_totals) {
                all.work = sum(all.work, row.work);
                all.remaining = sum(all.remaining, row.remaining);
            }
        }
        all
    }

    /// The share of Work that does not remain, in percent; `None` without work.
    pub fn percent(&self) -> Option<i64> {
        percent(self.work, self.remaining)
    }
}

/// The share of the days from the first to the last one that have begun by a day, in percent; `None` if a day is missing, or
/// if the last one is before the first.
pub fn time_gone(start: Option<Date>, due: Option<Date>, today: Option<Date>) -> Option<i64> {
    let (start, due, today) = (start?, due?, today?);
    let all = due.days_since(start) + 1;
    let gone = (today.days_since(start) + 1).clamp(0, all.max(0));
    (all > 0).then(|| divide(100 * gone, all))
}

/// % Complete of two sums.
pub fn percent(work: Option<Hours>, remaining: Option<Hours>) -> Option<i64> {
    let (work, left) = work.zip(remaining)?;
    (work.0 > 0).then(|| divide(100 * (work.0 - left.0), work.0))
}

/// The sum of two values, of which one or both may be missing.
pub fn sum(one: Option<Hours>, other: Option<Hours>) -> Option<Hours> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Hours(one.0 + other.0)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AccountId;

    fn row(status_id: i64, count: i64, work: Option<i64>, remaining: Option<i64>) -> InStatus {
        let (work, remaining) = (work.map(Hours), remaining.map(Hours));
        InStatus {
            workspace_id: WorkspaceId(1),
            status_id,
            count,
            past_due: 2,
            unchanged: 1,
            work,
            remaining,
        }
    }

    fn status(id: i64, is_closed: bool, [is_default, excluded_from_totals]: [bool; 2]) -> Status {
        Status {
            id,
            account_id: AccountId(1),
            name: "One".into(),
            is_closed,
            color: None,
            is_default,
            is_readonly: false,
            excluded_from_totals,
            default_done_ratio: 0,
            position: id,
        }
    }

    #[test]
    fn only_open_ones_are_overdue_and_only_begun_ones_unchanged() {
        let statuses = [
            status(1, false, [false, false]),
            status(2, true, [false, false]),
            status(3, false, [true, true]),
        ];
        let rows =
            [row(1, 5, Some(1000), Some(700)), row(2, 4, Some(500), None), row(3, 3, Some(9000), Some(9000))];
        let all = Evidence::of(&rows, &statuses);
        assert_eq!((all.count, all.open, all.overdue, all.unchanged), (12, 8, 4, 1));
        assert_eq!((all.work, all.remaining, all.percent()), (Some(Hours(1500)), Some(Hours(700)), Some(53)));
        assert_eq!(rows[0].percent(), Some(30));
        assert_eq!(Evidence::of(&[row(3, 1, Some(1), Some(1))], &statuses).percent(), None);
        assert_eq!(Evidence::of(&[row(1, 1, Some(0), Some(0))], &statuses).percent(), None);
    }

    #[test]
    fn time_goes_from_the_first_day_to_the_last() {
        let day = |text: &str| text.parse::<Date>().ok();
        for (start, due, today, expected) in [
            ("2026-03-02", "2026-03-11", "2026-03-02", Some(10)),
            ("2026-03-02", "2026-03-11", "2026-03-06", Some(50)),
            ("2026-03-02", "2026-03-11", "2026-03-11", Some(100)),
            ("2026-03-02", "2026-03-11", "2026-04-01", Some(100)),
            ("2026-03-02", "2026-03-11", "2026-02-01", Some(0)),
            ("2026-03-02", "2026-03-01", "2026-03-02", None),
            ("", "2026-03-01", "2026-03-02", None),
        ] {
            assert_eq!(time_gone(day(start), day(due), day(today)), expected, "{start} {due} {today}");
        }
    }
}
