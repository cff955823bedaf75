//! The schedule of backups: each day at a time in UTC, one for all processes of a store.

pub mod store;

use base::clock::Time;

/// The seconds of a day.
const DAY: i64 = 86_400;

/// How far the schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The last time at which a backup was due and was made.
    pub due_at: Time,
    /// When the last backup was made.
    pub made_at: Option<Time>,
}

/// The last time at which a backup was due, which is at this second of each day in UTC.
pub const fn last_due(now: Time, second_of_day: i64) -> Time {
    let today = now.day().plus_seconds(second_of_day);
    if today.0 <= now.0 { today } else { today.plus_seconds(-DAY) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_due_at_its_time_and_until_the_next_day() {
        for (now, due) in [
            ("2026-02-04T01:59:59Z", "2026-02-03T02:00:00Z"),
            ("2026-02-04T02:00:00Z", "2026-02-04T02:00:00Z"),
            ("2026-02-05T01:59:59Z", "2026-02-04T02:00:00Z"),
        ] {
            let at = |text: &str| text.parse::<Time>().expect("an instant");
            assert_eq!(last_due(at(now), 2 * 3_600), at(due), "{now}");
        }
    }
}
