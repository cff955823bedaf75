//! Weeks of the calendar, from Monday to Sunday, in one time zone.

use jiff::ToSpan;
use jiff::civil;
use jiff::tz::TimeZone;

use base::clock::{Date, Time};

/// A Monday, from which weeks are counted.
const FIRST_MONDAY: civil::Date = civil::Date::constant(1970, 1, 5);

/// Consecutive weeks in a time zone. A week with a change to or from summer time is an hour shorter or longer.
#[derive(Clone, Debug)]
pub struct Weeks {
    zone: TimeZone,
    /// The numbers of the first and the last week, see [`number`].
    first: i64,
    last: i64,
    /// The first instant of each week, and of the week after the last.
    starts: Vec<Time>,
}

/// The number of the week of a day, counted from January 1970.
pub fn number(day: civil::Date) -> i64 {
    day.duration_since(FIRST_MONDAY).as_hours().div_euclid(7 * 24)
}

impl Weeks {
    /// `count` weeks (at least one) that end with the week of the given number.
    pub fn until(zone: TimeZone, last: i64, count: i64) -> Self {
        let first = last + 1 - count.max(1);
        let starts = (first..=last + 1).map(|number| start(&zone, number)).collect();
        Self { zone, first, last, starts }
    }

    /// The number of weeks.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The first instant of the first week.
    pub fn start(&self) -> Time {
        self.starts[0]
    }

    /// The first instant after the last week.
    pub fn end(&self) -> Time {
        self.starts[self.count()]
    }

    /// The number of the last week.
    pub const fn last(&self) -> i64 {
        self.last
    }

    /// The number of each week, and the first instant after it.
    pub fn each(&self) -> impl Iterator<Item = (i64, Time)> {
        (self.first..).zip(self.starts[1..].iter().copied())
    }

    /// The Monday of each week.
    pub fn mondays(&self) -> impl Iterator<Item = civil::Date> {
        (self.first..=self.last).map(monday)
    }

    /// The Monday of each week, as in the APIs; `None` before the year 0.
    pub fn dates(&self) -> Vec<Option<Date>> {
        self.mondays().map(Date::from_civil).collect()
    }

    /// The number of the week of an instant, in the zone of these weeks.
    pub fn number_of(&self, time: Time) -> i64 {
        number_of(&self.zone, time)
    }
}

/// The number of the week of an instant.
pub fn number_of(zone: &TimeZone, time: Time) -> i64 {
    let number = number(time.timestamp().to_zoned(zone.clone()).date());
    // When clocks are set back over midnight, the day before occurs again; the week has begun nevertheless.
    if time >= start(zone, number + 1) { number + 1 } else { number }
}

fn monday(number: i64) -> civil::Date {
    FIRST_MONDAY.saturating_add(number.saturating_mul(7).days())
}

/// The first instant of a week: midnight, or the next instant if clocks skip midnight.
fn start(zone: &TimeZone, number: i64) -> Time {
    match monday(number).to_zoned(zone.clone()) {
        Ok(midnight) => Time(midnight.timestamp().as_microsecond()),
        Err(_) if number < 0 => Time::MIN,
        Err(_) => Time::MAX,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    #[test]
    fn an_instant_is_in_the_week_that_the_readers_calendar_shows() {
        // Sunday 18:00 in Los Angeles is Monday in UTC.
        for (name, time, monday_of_week) in [
            ("UTC", "2026-02-16T02:00:00Z", "2026-02-16"),
            ("America/Los_Angeles", "2026-02-16T02:00:00Z", "2026-02-09"),
            ("Europe/Berlin", "2026-02-15T22:59:59.999999Z", "2026-02-09"),
            ("Europe/Berlin", "2026-02-15T23:00:00Z", "2026-02-16"),
            // Summer time began at 02:00 that Sunday.
            ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-23"),
            ("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"),
            ("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-19"),
            ("Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"),
            ("Asia/Kathmandu", "2026-02-15T18:14:59Z", "2026-02-09"),
            ("Asia/Kathmandu", "2026-02-15T18:15:00Z", "2026-02-16"),
            ("Pacific/Kiritimati", "2026-02-15T10:00:00Z", "2026-02-16"),
            ("Pacific/Pago_Pago", "2026-02-16T10:59:59Z", "2026-02-09"),
        ] {
            assert_eq!(monday(number_of(&zone(name), at(time))).to_string(), monday_of_week, "{name} {time}");
        }
    }

    #[test]
    fn a_week_of_the_change_of_clocks_is_an_hour_shorter_or_longer() {
        for (name, day, hours) in [
            ("Europe/Berlin", "2026-03-29", 167),
            ("Europe/Berlin", "2026-10-25", 169),
            ("America/Los_Angeles", "2026-03-08", 167),
            ("America/Los_Angeles", "2026-11-01", 169),
            ("UTC", "2026-03-29", 168),
            // The day before, clocks skipped midnight; half an hour, and no change at all.
            ("Africa/Cairo", "2026-04-24", 167),
            ("Australia/Lord_Howe", "2026-04-05", 168),
            ("Asia/Kathmandu", "2026-03-29", 168),
        ] {
            let weeks = Weeks::until(zone(name), number(day.parse().expect("a day")), 1);
            let found = weeks.end().seconds_since(weeks.start()) / 3600;
            assert_eq!(found, hours, "{name} {day}");
        }
    }

    proptest! {
        /// Every instant is in one week, which is the one that [`number_of`] has, and weeks follow one another.
        #[test]
        fn weeks_have_neither_gaps_nor_overlaps(
            name in prop::sample::select(vec![
                "UTC", "Europe/Berlin", "Europe/London", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo",
                "America/Havana", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe",
                "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Chatham", "Antarctica/Troll",
            ]),
            seconds in -2_000_000_000_i64..4_000_000_000,
        ) {
            let zone = zone(name);
            let time = Time(seconds * 1_000_000);
            let last = number_of(&zone, time);
            let weeks = Weeks::until(zone, last, 4);
            prop_assert_eq!(weeks.last(), last);
            prop_assert_eq!(weeks.mondays().count(), weeks.count());
            let starts: Vec<Time> = std::iter::once(weeks.start()).chain(weeks.each().map(|(_, end)| end)).collect();
            prop_assert!(starts.is_sorted_by(|one, other| one < other), "{:?}", starts);
            prop_assert!(starts[3] <= time && time < starts[4], "{} in {:?}", time, starts);
            for (place, (number, end)) in weeks.each().enumerate() {
                prop_assert_eq!(weeks.number_of(starts[place]), number);
                prop_assert_eq!(weeks.number_of(Time(end.0 - 1)), number);
            }
        }
    }
}
