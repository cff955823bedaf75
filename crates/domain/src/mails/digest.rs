//! The weekly digest: on Monday at 7 in the zone of its reader.

use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

use crate::cadences::due::{Every, Rule};
use crate::changes::{Change, Window};
use crate::reporting_desk::Row;
use crate::users::{User, time_zone};
use base::clock::Time;

/// The hour of the day.
const HOUR: i8 = 7;
/// The maximum number of projects that changed, and of reports that are owed.
pub const MOST: usize = 30;

/// What changed and what is owed.
#[derive(Clone, Debug)]
pub struct Digest {
    /// The week.
    pub window: Window,
    /// The projects that changed; at most [`MOST`].
    pub changes: Vec<Change>,
    /// The people that the changes name.
    pub people: Vec<User>,
    /// The number of projects that are left out.
    pub more: usize,
    /// The reports that the reader owes; at most [`MOST`].
    pub owed: Vec<Row>,
}

fn mondays(zone: &TimeZone) -> Rule {
    Rule { every: Every::Week(Weekday::Monday), at: time(HOUR, 0, 0, 0), zone: zone.clone(), starting: None }
}

/// The zone of a person.
pub fn zone(name: Option<&str>) -> TimeZone {
    name.and_then(time_zone).unwrap_or(TimeZone::UTC)
}

/// The last instant of a digest in a zone.
pub fn last(zone: &TimeZone, now: Time) -> Option<Time> {
    mondays(zone).previous(Time(now.0 + 1))
}

/// The instant of the digest before one.
pub fn before(zone: &TimeZone, at: Time) -> Option<Time> {
    mondays(zone).previous(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_monday_morning_over_both_changes_of_clock() {
        let berlin = zone(Some("Europe/Berlin"));
        for (now, last_at, before_at) in [
            ("2026-03-23T05:59:59Z", "2026-03-16T06:00:00Z", "2026-03-09T06:00:00Z"),
            ("2026-03-23T06:00:00Z", "2026-03-23T06:00:00Z", "2026-03-16T06:00:00Z"),
            ("2026-03-30T05:00:00Z", "2026-03-30T05:00:00Z", "2026-03-23T06:00:00Z"),
            ("2026-10-25T12:00:00Z", "2026-10-19T05:00:00Z", "2026-10-12T05:00:00Z"),
            ("2026-10-26T06:00:00Z", "2026-10-26T06:00:00Z", "2026-10-19T05:00:00Z"),
        ] {
            let at = |text: &str| text.parse::<Time>().expect("an instant");
            assert_eq!(last(&berlin, at(now)), Some(at(last_at)), "{now}");
            assert_eq!(before(&berlin, at(last_at)), Some(at(before_at)), "{now}");
        }
        assert_eq!(zone(None), TimeZone::UTC);
        assert_eq!(zone(Some("Nowhere/At_All")), TimeZone::UTC);
    }
}
