//! The working time between two instants.

use jiff::civil;
use jiff::tz::TimeZone;

use base::clock::Time;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// A Monday, from which days are counted.
const FIRST_MONDAY: civil::Date = civil::Date::constant(1970, 1, 5);
/// The local time of its beginning, in microseconds since 1970.
const FIRST: i64 = 4 * DAY;

/// Working hours in a time zone. An instant is working time if the local clock shows a working hour of a working day; so a
/// day on which clocks change has as many working hours as the clock shows.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    zone: TimeZone,
    /// Whether the days of a week are working days, from Monday on.
    days: [bool; 7],
    /// The beginning and the end of work, from midnight.
    opens: i64,
    closes: i64,
    /// The holidays on working days of the week, in order, as the number of days since [`FIRST_MONDAY`].
    holidays: Vec<i64>,
}

impl WorkingTime {
    /// The days from Monday on, the minutes of the day from and to which people work, and the days without work.
    pub fn new(
        zone: TimeZone,
        days: [bool; 7],
        (opens, closes): (i64, i64),
        holidays: impl Iterator<Item = civil::Date>,
    ) -> Self {
        let number = |day: civil::Date| day.duration_since(FIRST_MONDAY).as_hours() / 24;
        let mut holidays: Vec<i64> = holidays.map(number).filter(|day| days[weekday(*day)]).collect();
        holidays.sort_unstable();
        holidays.dedup();
        Self { zone, days, opens: opens * MINUTE, closes: closes * MINUTE, holidays }
    }

    /// The whole seconds of working time from an instant to a later one.
    pub fn seconds(&self, start: Time, end: Time) -> i64 {
        if end <= start {
            return 0;
        }
        let (mut at, mut sum) = (start, 0);
        // Between two changes of the clock, local time is as regular as the calendar.
        let changes = self.zone.following(start.timestamp());
        let changes = changes.map(|change| Time(change.timestamp().as_microsecond()));
        for next in changes.take_while(|change| *change < end).chain([end]) {
            let offset = i64::from(self.zone.to_offset(at.timestamp()).seconds()) * SECOND;
            sum += self.until(next.0 + offset) - self.until(at.0 + offset);
            at = next;
        }
        sum / SECOND
    }

    /// The working time from the first Monday to a local time; negative before it.
    fn until(&self, local: i64) -> i64 {
        let (day, within) = ((local - FIRST).div_euclid(DAY), (local - FIRST).rem_euclid(DAY));
        let is_working = |weekday: usize| i64::from(self.days[weekday]);
        let days_before: i64 = (0..weekday(day)).map(is_working).sum();
        let days_of_week: i64 = (0..7).map(is_working).sum();
        let holidays_before = self.holidays.partition_point(|holiday| *holiday < day);
        let is_free = self.holidays.get(holidays_before) == Some(&day) || !self.days[weekday(day)];
        let today = if is_free { 0 } else { within.clamp(self.opens, self.closes) - self.opens };
        let holidays_before = i64::try_from(holidays_before).unwrap_or(i64::MAX);
        let whole = day.div_euclid(7) * days_of_week + days_before - holidays_before;
        whole * (self.closes - self.opens) + today
    }
}

/// The position in its week of a day, by its number.
fn weekday(day: i64) -> usize {
    usize::try_from(day.rem_euclid(7)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base::rng::Rng;
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    const ZONES: [&str; 6] =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn at(text: &str) -> Time {
        text.parse().expect("an instant")
    }

    #[track_caller]
    fn assert_hours(hours: &WorkingTime, start: &str, end: &str, expected: i64) {
        assert_eq!(hours.seconds(at(start), at(end)), expected * 3600, "{start} to {end}");
    }

    #[test]
    fn a_week_a_holiday_and_both_changes_of_the_clock() {
        let weekdays = [true, true, true, true, true, false, false];
        let christmas = [date(2026, 12, 25), date(2026, 12, 26)];
        let office =
            WorkingTime::new(zone("Europe/Berlin"), weekdays, (9 * 60, 17 * 60), christmas.into_iter());
        assert_hours(&office, "2026-02-09T00:00:00Z", "2026-02-16T00:00:00Z", 40);
        assert_hours(&office, "2026-12-21T00:00:00Z", "2026-12-28T00:00:00Z", 32);
        // From Friday at 16 to Monday at 10, in winter and over the change to summer time.
        assert_hours(&office, "2026-02-13T15:00:00Z", "2026-02-16T09:00:00Z", 2);
        assert_hours(&office, "2026-03-27T15:00:00Z", "2026-03-30T08:00:00Z", 2);
        assert_hours(&office, "2026-02-14T00:00:00Z", "2026-02-15T12:00:00Z", 0);
        assert_eq!(office.seconds(at("2026-02-16T00:00:00Z"), at("2026-02-09T00:00:00Z")), 0);
        // A night watch from 1 to 5 lasts three hours when clocks are set forward, and five when they are set back.
        let watch = WorkingTime::new(zone("Europe/Berlin"), [true; 7], (60, 5 * 60), std::iter::empty());
        assert_hours(&watch, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", 3);
        assert_hours(&watch, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", 5);
        assert_hours(&watch, "1000-01-01T00:00:00Z", "1000-01-08T00:00:00Z", 28);
    }

    /// The working seconds by a look at the clock in every minute.
    fn by_the_clock(
        zone: &TimeZone,
        days: [bool; 7],
        (opens, closes): (i64, i64),
        holidays: &[civil::Date],
        (start, end): (Time, Time),
    ) -> i64 {
        let is_working = |at: Time| {
            let local = at.timestamp().to_zoned(zone.clone());
            let weekday = local.weekday().to_monday_zero_offset();
            let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
            days[usize::try_from(weekday).unwrap()]
                && !holidays.contains(&local.date())
                && (opens..closes).contains(&minute)
        };
        let minutes = (0..).map(|minute| start.plus_seconds(minute * 60)).take_while(|at| *at < end);
        minutes.filter(|at| is_working(*at)).map(|_| 60).sum()
    }

    #[test]
    fn the_sum_is_that_of_the_clock() {
        let mut rng = Rng(5);
        for round in 0..240 {
            let zone = zone(rng.pick::<&str>(&ZONES));
            let day = i64::try_from(rng.below(16 * 365)).unwrap();
            // Half of the spans lie around a change of the clock, if the zone has any.
            let mut middle = Time(i64::from(date(2011, 1, 1).day()) + 1_293_840_000 * SECOND + day * DAY);
            if let Some(change) = zone.following(middle.timestamp()).next().filter(|_| round % 2 == 0) {
                middle = Time(change.timestamp().as_microsecond());
            }
            let middle = Time(middle.0.div_euclid(MINUTE) * MINUTE);
            let mut minutes = |most: usize| i64::try_from(rng.below(most)).unwrap();
            let start = middle.plus_seconds(-60 * minutes(3 * 1440));
            let end = start.plus_seconds(60 * minutes(6 * 1440));
            let opens = minutes(1440);
            let closes = opens + 1 + minutes(usize::try_from(1440 - opens).unwrap());
            let days: [bool; 7] = std::array::from_fn(|_| rng.below(4) > 0);
            let local = middle.timestamp().to_zoned(zone.clone()).date();
            let holidays: Vec<_> = (0..rng.below(3))
                .map(|_| local + (i64::try_from(rng.below(7)).unwrap() - 3).days())
                .collect();
            let hours = WorkingTime::new(zone.clone(), days, (opens, closes), holidays.iter().copied());
            let expected = by_the_clock(&zone, days, (opens, closes), &holidays, (start, end));
            assert_eq!(hours.seconds(start, end), expected, "{hours:?}, {start} to {end}");
            // A span is the sum of its parts.
            let inner = start.plus_seconds(end.seconds_since(start) / 2);
            assert!((hours.seconds(start, inner) + hours.seconds(inner, end) - expected).abs() <= 1);
        }
    }
}
