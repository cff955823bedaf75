//! When reports are due by a rule: its days, and their instants in its time zone.

use jiff::civil::{Date, Time as Clock, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, ToSpan};

use base::clock::Time;

/// The days on which a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Every week, on a day.
    Week(Weekday),
    /// Every other week, on a day. Weeks begin on Monday.
    TwoWeeks {
        /// The day.
        on: Weekday,
        /// A day of a week that counts.
        counting_from: Date,
    },
    /// Every month, on a day from 1 to 31; on the last one where the month has no such day.
    Month(i8),
}

/// A rule by which reports are due.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The days.
    pub every: Every,
    /// The time of the day.
    pub at: Clock,
    /// The zone of the days and the time.
    pub zone: TimeZone,
    /// Nothing is due on earlier days.
    pub starting: Option<Date>,
}

impl Every {
    /// The first day that is due on or after a day.
    fn on_or_after(self, day: Date) -> Option<Date> {
        match self {
            Self::Week(on) => weekday_from(day, on),
            Self::TwoWeeks { on, counting_from } => {
                let due = weekday_from(day, on)?;
                let days = monday(counting_from)?.until(monday(due)?).ok()?.get_days();
                if (days / 7) % 2 == 0 { Some(due) } else { due.checked_add(1.week()).ok() }
            }
            Self::Month(on) => {
                let of = |month: Date| {
                    let last = month.last_of_month().day();
                    month.with().day(on.clamp(1, last)).build().ok()
                };
                let due = of(day)?;
                if due >= day { Some(due) } else { of(day.first_of_month().checked_add(1.month()).ok()?) }
            }
        }
    }

    /// The seconds of [`Self::longest`].
    pub const fn longest_seconds(self) -> i64 {
        let days = match self {
            Self::Week(_) => 8,
            Self::TwoWeeks { .. } => 15,
            Self::Month(_) => 32,
        };
        days * 86_400
    }

    /// A span that is longer than any between two days that are due one after the other.
    fn longest(self) -> Span {
        match self {
            Self::Week(_) => 8.days(),
            Self::TwoWeeks { .. } => 15.days(),
            Self::Month(_) => 32.days(),
        }
    }
}

/// The first day on or after a day that is a weekday.
fn weekday_from(day: Date, on: Weekday) -> Option<Date> {
    day.checked_add(i64::from(day.weekday().until(on)).days()).ok()
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok()
}

impl Rule {
    /// The first instant after another one at which a report is due; `None` at the end of the calendar.
    pub fn next(&self, after: Time) -> Option<Time> {
        // A day earlier: a time in a gap may be taken on the next day.
        let local = after.timestamp().to_zoned(self.zone.clone()).date().checked_sub(1.day()).ok()?;
        let mut day = self.starting.map_or(local, |starting| local.max(starting));
        loop {
            let due = self.every.on_or_after(day)?;
            let instant = self.instant(due)?;
            if instant > after {
                return Some(instant);
            }
            day = due.tomorrow().ok()?;
        }
    }

    /// The last instant before another one at which a report is due.
    pub fn previous(&self, before: Time) -> Option<Time> {
        let local = before.timestamp().to_zoned(self.zone.clone()).date().checked_add(1.day()).ok()?;
        // Far enough for a due day before the day of the instant.
        let mut day = local.checked_sub(self.every.longest()).ok()?.checked_sub(2.days()).ok()?;
        if let Some(starting) = self.starting {
            day = day.max(starting);
        }
        let mut found = None;
        loop {
            let due = self.every.on_or_after(day)?;
            let instant = self.instant(due)?;
            if instant >= before {
                return found;
            }
            found = Some(instant);
            day = due.tomorrow().ok()?;
        }
    }

    /// The day of an instant in the zone of the rule.
    pub fn day(&self, time: Time) -> Date {
        Self::day_in(&self.zone, time)
    }

    /// The day of an instant in a zone.
    pub fn day_in(zone: &TimeZone, time: Time) -> Date {
        time.timestamp().to_zoned(zone.clone()).date()
    }

    /// The instant at which a report is due on a day. A time that the clock skips is taken an hour later; of two, the first.
    fn instant(&self, day: Date) -> Option<Time> {
        let local = day.to_datetime(self.at);
        let found = self.zone.to_ambiguous_timestamp(local);
        let found = if let AmbiguousOffset::Gap { .. } = found.offset() {
            let later = self.zone.to_ambiguous_timestamp(local.checked_add(1.hour()).ok()?);
            // A zone may skip more than an hour, such as a whole day.
            if let AmbiguousOffset::Gap { .. } = later.offset() { found } else { later }
        } else {
            found
        };
        found.compatible().ok().map(|instant| Time(instant.as_microsecond()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use base::rng::Rng;
    use jiff::civil::{date, time};

    use super::*;

    const ZONES: [&str; 6] =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];
    const DAYS: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    const MINUTE: i64 = 60_000_000;

    fn rule(every: Every, at: Clock, zone: &str) -> Rule {
        Rule { every, at, zone: TimeZone::get(zone).expect("a zone"), starting: None }
    }

    fn at(text: &str) -> Time {
        text.parse().expect("an instant")
    }

    /// The instant of a local time, found by looking at the clock minute by minute.
    fn by_the_clock(zone: &TimeZone, day: Date, at: Clock) -> Option<Time> {
        let wanted = day.to_datetime(at);
        let noon = wanted.to_zoned(TimeZone::UTC).expect("an instant").timestamp().as_microsecond();
        let minutes = (-16 * 60..=16 * 60).map(|minute| Time(noon + minute * MINUTE));
        minutes.into_iter().find(|time| time.timestamp().to_zoned(zone.clone()).datetime() == wanted)
    }

    fn is_due(rule: &Rule, day: Date) -> bool {
        if rule.starting.is_some_and(|starting| day < starting) {
            return false;
        }
        match rule.every {
            Every::Week(on) => day.weekday() == on,
            Every::TwoWeeks { on, counting_from } => {
                let mut monday = counting_from;
                while monday.weekday() != Weekday::Monday {
                    monday = monday.yesterday().expect("a day");
                }
                let days = (day - monday).get_days();
                day.weekday() == on && days.rem_euclid(14) < 7
            }
            Every::Month(on) => {
                let is_last = day.tomorrow().expect("a day").day() == 1;
                day.day() == on || is_last && day.day() < on
            }
        }
    }

    /// All instants of a rule in some days, by the definition.
    /// The instants of a rule from a day on, found by looking at each day and at the clock.
    pub fn naive(rule: &Rule, from: Date, days: i32) -> Vec<Time> {
        let all = (0..days).map(|number| from + number.days());
        let due = all.filter(|day| is_due(rule, *day)).filter_map(|day| {
            by_the_clock(&rule.zone, day, rule.at)
                .or_else(|| {
                    let later = day.to_datetime(rule.at) + 1.hour();
                    by_the_clock(&rule.zone, later.date(), later.time())
                })
                .or_else(|| {
                    // A day that the zone skips.
                    let later = day.to_datetime(rule.at) + 24.hours();
                    by_the_clock(&rule.zone, later.date(), later.time())
                })
        });
        due.collect()
    }

    #[test]
    fn instants_are_those_of_a_model_that_looks_at_the_clock() {
        let mut rng = Rng(7);
        let starts =
            [date(2026, 3, 1), date(2026, 10, 1), date(2024, 2, 1), date(2011, 12, 10), date(2026, 12, 1)];
        for _ in 0..100 {
            let on = *rng.pick(&DAYS);
            let start = *rng.pick(&starts);
            let every = match rng.below(3) {
                0 => Every::Week(on),
                1 => Every::TwoWeeks {
                    on,
                    counting_from: start + i64::try_from(rng.below(40)).unwrap().days(),
                },
                _ => Every::Month(i8::try_from(rng.below(31) + 1).unwrap()),
            };
            let minutes = [0, 29, 30, 59, 120, 135, 150, 179, 210, 960, 1439];
            let minute = i8::try_from(rng.pick(&minutes) % 60).unwrap();
            let hour = i8::try_from(rng.pick(&minutes) / 60).unwrap();
            let mut rule = rule(every, time(hour, minute, 0, 0), rng.pick::<&str>(&ZONES));
            if rng.below(4) == 0 {
                rule.starting = Some(start + i64::try_from(rng.below(30)).unwrap().days());
            }
            let expected = naive(&rule, start - 60.days(), 220);
            for _ in 0..6 {
                let seconds = i64::try_from(rng.below(70 * 86_400)).unwrap();
                let mut now = Time(start.to_zoned(TimeZone::UTC).unwrap().timestamp().as_microsecond())
                    .plus_seconds(seconds);
                if rng.below(3) == 0
                    && let Some(exact) = expected.iter().find(|due| **due >= now)
                {
                    now = *exact;
                }
                let next = expected.iter().find(|due| **due > now);
                assert_eq!(rule.next(now).as_ref(), next, "after {now}: {rule:?}");
                let previous = expected.iter().rfind(|due| **due < now);
                assert_eq!(rule.previous(now).as_ref(), previous, "before {now}: {rule:?}");
            }
        }
    }

    #[test]
    fn both_changes_of_clock_in_berlin() {
        let early = rule(Every::Week(Weekday::Sunday), time(2, 30, 0, 0), "Europe/Berlin");
        // 02:30 does not exist on 29 March 2026, and comes twice on 25 October.
        assert_eq!(early.next(at("2026-03-28T00:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(early.next(at("2026-10-24T00:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
        let friday = rule(Every::Week(Weekday::Friday), time(16, 0, 0, 0), "Europe/Berlin");
        assert_eq!(friday.next(at("2026-03-20T15:00:00Z")), Some(at("2026-03-27T15:00:00Z")));
        assert_eq!(friday.next(at("2026-03-27T15:00:00Z")), Some(at("2026-04-03T14:00:00Z")));
        assert_eq!(friday.previous(at("2026-03-27T15:00:00Z")), Some(at("2026-03-20T15:00:00Z")));
    }

    #[test]
    fn a_month_without_the_day_has_its_last_one() {
        let last = rule(Every::Month(31), time(9, 0, 0, 0), "UTC");
        let mut now = at("2026-01-31T09:00:00Z");
        let mut found = Vec::new();
        for _ in 0..4 {
            now = last.next(now).expect("a day");
            found.push(now.to_string());
        }
        let expected =
            ["2026-02-28T09:00:00Z", "2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z", "2026-05-31T09:00:00Z"];
        assert_eq!(found, expected);
    }
}
