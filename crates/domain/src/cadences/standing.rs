//! What a workspace owes by its cadence at an instant, and when that changes.

use jiff::civil::Date;

use super::due::Rule;
use base::clock::Time;

/// A report is expected from this many seconds before it is due.
pub const AHEAD: i64 = 48 * 3_600;

/// A rule, from when it was put until the next one was.
#[derive(Clone, Debug)]
pub struct Phase {
    /// The rule.
    pub rule: Rule,
    /// When it was put.
    pub began: Time,
    /// The first day that counts again, in the zone of the rule.
    pub paused_until: Option<Date>,
    /// The time from a missed instant until the report is overdue, in seconds.
    pub grace: i64,
}

/// The instants of a cadence: every rule that it had, the oldest first. What was missed under an earlier rule stays missed.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub(super) phases: Vec<Phase>,
}

/// An instant at which a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The instant.
    pub at: Time,
    /// From when on the report is overdue if it was missed.
    pub overdue_at: Time,
}

/// What a workspace owes by its cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    UpToDate,
    /// A report within 48 hours, or one that was missed within the grace.
    Due,
    /// A report that was missed before the grace.
    Overdue,
    /// Nothing for now.
    Paused,
}

/// A state, and the instant that it is about: the first one that was missed, or else the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is owed.
    pub state: State,
    /// For when.
    pub due: Option<Due>,
}

impl Due {
    /// From when on the report is expected.
    pub const fn expected_from(self) -> Time {
        self.at.plus_seconds(-AHEAD)
    }
}

impl Schedule {
    /// The schedule of these rules, of which the last one is in force; there is at least one.
    pub fn new(mut phases: Vec<Phase>) -> Self {
        phases.sort_by_key(|phase| phase.began);
        for phase in &mut phases {
            // Nothing is due during a pause.
            phase.rule.starting = phase.rule.starting.max(phase.paused_until);
        }
        Self { phases }
    }

    /// The first instant after another one at which a report is due.
    pub fn next(&self, after: Time) -> Option<Due> {
        self.phases.iter().enumerate().find_map(|(number, phase)| {
            let end = self.phases.get(number + 1).map_or(Time::MAX, |next| next.began);
            if after >= end {
                return None;
            }
            let at = phase.rule.next(after.max(phase.began)).filter(|due| *due <= end)?;
            Some(Due { at, overdue_at: at.plus_seconds(phase.grace) })
        })
    }

    /// Whether nothing is due for now.
    pub fn is_paused(&self, now: Time) -> bool {
        self.phases
            .last()
            .is_some_and(|last| last.paused_until.is_some_and(|until| last.rule.day(now) < until))
    }

    /// What a workspace owes, which exists since `created_at` and whose newest report is of `reported_at`.
    pub fn standing(&self, created_at: Time, reported_at: Option<Time>, now: Time) -> Standing {
        let next = self.next(now.max(created_at));
        if self.is_paused(now) {
            return Standing { state: State::Paused, due: next };
        }
        let answered = reported_at.and_then(|at| self.answered(created_at, at));
        let first_open = match answered {
            Some(due) => self.next(due.at),
            None => self.next(self.beginning(created_at)),
        };
        let owed = first_open.filter(|due| due.at <= now);
        let state = match (owed, next) {
            (Some(due), _) if now < due.overdue_at => State::Due,
            (Some(_), _) => State::Overdue,
            (None, Some(due)) if answered != next && due.expected_from() <= now => State::Due,
            (None, _) => State::UpToDate,
        };
        Standing { state, due: owed.or(next) }
    }

    /// When reports of a workspace began to be due.
    pub(super) fn beginning(&self, created_at: Time) -> Time {
        self.phases.first().map_or(created_at, |first| first.began.max(created_at))
    }

    /// The instant for which a report was written: it lies between the one before and this one.
    fn answered(&self, created_at: Time, reported_at: Time) -> Option<Due> {
        let beginning = self.beginning(created_at);
        if reported_at > beginning {
            return self.next(Time(reported_at.0 - 1));
        }
        // Before the beginning, the rule says which span a report is in.
        let first = self.next(beginning)?;
        let phase = self.phases.iter().rfind(|phase| phase.began < first.at)?;
        let rule = Rule { starting: None, ..phase.rule.clone() };
        rule.previous(first.at).is_none_or(|before| reported_at > before).then_some(first)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use base::rng::Rng;
    use jiff::ToSpan;
    use jiff::civil::{Weekday, date, time};
    use jiff::tz::TimeZone;

    use super::super::due::Every;
    use super::super::due::tests::naive;
    use super::*;

    const HOUR: i64 = 3_600;

    pub(crate) fn at(text: &str) -> Time {
        text.parse().expect("an instant")
    }

    pub(crate) fn phase(every: Every, began: &str, paused_until: Option<Date>) -> Phase {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let rule = Rule { every, at: time(16, 0, 0, 0), zone, starting: None };
        Phase { rule, began: at(began), paused_until, grace: 24 * HOUR }
    }

    /// Friday at 16:00 in Berlin from Wednesday, 4 February 2026, with a grace of a day.
    pub(crate) fn friday(paused_until: Option<Date>) -> Schedule {
        let phase = phase(Every::Week(Weekday::Friday), "2026-02-04T10:00:00Z", paused_until);
        Schedule::new(vec![phase])
    }

    #[track_caller]
    fn assert_standing(cadence: &Schedule, reported_at: Option<&str>, now: &str, state: State, due_at: &str) {
        let found = cadence.standing(at("2026-01-01T00:00:00Z"), reported_at.map(at), at(now));
        assert_eq!(
            (found.state, found.due.map(|due| due.at)),
            (state, Some(at(due_at))),
            "{reported_at:?} at {now}"
        );
    }

    #[test]
    fn a_week_from_a_report_to_the_one_that_is_missed() {
        use State::{Due, Overdue, UpToDate};
        let (one, two, three) = ("2026-02-06T15:00:00Z", "2026-02-13T15:00:00Z", "2026-02-20T15:00:00Z");
        let cadence = friday(None);
        // Begun, and nothing was due yet.
        assert_standing(&cadence, None, "2026-02-04T11:00:00Z", UpToDate, one);
        assert_standing(&cadence, None, "2026-02-04T15:00:00Z", Due, one);
        assert_standing(&cadence, None, one, Due, one);
        assert_standing(&cadence, None, "2026-02-07T14:59:59Z", Due, one);
        assert_standing(&cadence, None, "2026-02-07T15:00:00Z", Overdue, one);
        // It stays overdue when the next instant passes.
        assert_standing(&cadence, None, "2026-02-13T15:00:01Z", Overdue, one);
        // A report in the week answers for the week, and for no other.
        let monday = Some("2026-02-09T09:00:00Z");
        assert_standing(&cadence, monday, "2026-02-12T15:00:00Z", UpToDate, two);
        assert_standing(&cadence, monday, two, UpToDate, three);
        assert_standing(&cadence, monday, "2026-02-18T15:00:00Z", Due, three);
        assert_standing(&cadence, monday, three, Due, three);
        assert_standing(&cadence, Some(two), "2026-02-14T00:00:00Z", UpToDate, three);
        // One of the days before the cadence began, too, if they belong to its first week.
        assert_standing(&cadence, Some("2026-01-31T09:00:00Z"), "2026-02-05T15:00:00Z", UpToDate, one);
        assert_standing(&cadence, Some("2026-01-30T14:59:59Z"), "2026-02-05T15:00:00Z", Due, one);
    }

    #[test]
    fn a_pause_forgives_nothing_that_was_missed_before() {
        use State::{Overdue, Paused, UpToDate};
        let week = Every::Week(Weekday::Friday);
        let paused = phase(week, "2026-02-09T10:00:00Z", Some(date(2026, 3, 2)));
        let cadence = Schedule::new(vec![phase(week, "2026-02-04T10:00:00Z", None), paused]);
        let (missed, next) = ("2026-02-06T15:00:00Z", "2026-03-06T15:00:00Z");
        assert_standing(&cadence, None, "2026-03-01T22:59:59Z", Paused, next);
        assert_standing(&cadence, None, "2026-03-01T23:00:00Z", Overdue, missed);
        assert_standing(&cadence, Some("2026-02-10T00:00:00Z"), "2026-03-01T23:00:00Z", UpToDate, next);
        let only = friday(Some(date(2026, 3, 2)));
        assert_standing(&only, None, "2026-03-02T00:00:00Z", UpToDate, next);
    }

    /// The state by the text of the contract, from the list of all instants, each with the one from which on it is overdue.
    fn by_the_text(
        dues: &[(Time, Time)],
        before_first: Option<Time>,
        reported_at: Option<Time>,
        now: Time,
    ) -> (State, Option<Time>) {
        let next = dues.iter().copied().find(|(due, _)| *due > now);
        let begins = |number: usize| if number == 0 { before_first } else { Some(dues[number - 1].0) };
        let span_of = |at: Time| {
            (0..dues.len())
                .find(|number| begins(*number).is_none_or(|begins| begins < at) && at <= dues[*number].0)
        };
        let answered = reported_at.and_then(span_of);
        let missed = (0..dues.len())
            .find(|number| dues[*number].0 <= now && answered.is_none_or(|span| *number > span));
        if let Some(number) = missed {
            let (due, overdue) = dues[number];
            return (if now < overdue { State::Due } else { State::Overdue }, Some(due));
        }
        let is_answered = next.is_some_and(|next| answered.is_some_and(|span| dues[span] == next));
        let is_near = next.is_some_and(|(next, _)| next.0 - now.0 <= 48 * HOUR * 1_000_000);
        let state = if is_near && !is_answered { State::Due } else { State::UpToDate };
        (state, next.map(|(next, _)| next))
    }

    const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const DAYS: [Weekday; 4] = [Weekday::Monday, Weekday::Wednesday, Weekday::Friday, Weekday::Sunday];

    fn number(rng: &mut Rng, below: usize) -> i64 {
        i64::try_from(rng.below(below)).unwrap()
    }

    /// A rule at random that is put some days after `start`.
    fn any_phase(rng: &mut Rng, start: Date, began: Time) -> Phase {
        let on = *rng.pick(&DAYS);
        let every = match rng.below(3) {
            0 => Every::Week(on),
            1 => Every::TwoWeeks { on, counting_from: start + number(rng, 20).days() },
            _ => Every::Month(i8::try_from(rng.below(31) + 1).unwrap()),
        };
        let zone = TimeZone::get(rng.pick::<&str>(&ZONES)).expect("a zone");
        let hour = *rng.pick(&[0_i8, 2, 9, 16, 23]);
        let starting = (rng.below(5) == 0).then(|| start + number(rng, 60).days());
        let paused_until = (rng.below(3) == 0).then(|| start + number(rng, 90).days());
        let rule = Rule { every, at: time(hour, 30, 0, 0), zone, starting };
        Phase { rule, began, paused_until, grace: number(rng, 100) * HOUR }
    }

    /// Every instant of some rules in some months, found by looking at each day and at the clock.
    fn all_dues(phases: &[Phase], start: Date, beginning: Time) -> Vec<(Time, Time)> {
        let mut dues = Vec::new();
        for (place, phase) in phases.iter().enumerate() {
            let end = phases.get(place + 1).map_or(Time::MAX, |next| next.began);
            let of_rule = naive(&phase.rule, start - 40.days(), 220).into_iter().filter(|due| {
                let day = phase.rule.day(*due);
                let is_paused = phase.paused_until.is_some_and(|until| day < until);
                !is_paused && *due > phase.began && *due <= end && *due > beginning
            });
            dues.extend(of_rule.map(|due| (due, Time(due.0 + phase.grace * 1_000_000))));
        }
        dues
    }

    #[test]
    fn states_are_those_of_the_text_over_both_changes_of_clock() {
        let mut rng = Rng(11);
        for _ in 0..60 {
            let start = *rng.pick(&[date(2026, 2, 2), date(2026, 9, 20), date(2027, 12, 30)]);
            let midnight = Time(start.to_zoned(TimeZone::UTC).unwrap().timestamp().as_microsecond());
            let mut began = midnight.plus_seconds(number(&mut rng, 10 * 86_400));
            let mut phases = vec![any_phase(&mut rng, start, began)];
            for _ in 0..rng.below(3) {
                began = began.plus_seconds(1 + number(&mut rng, 30 * 86_400));
                phases.push(any_phase(&mut rng, start, began));
            }
            let created_at = midnight.plus_seconds(number(&mut rng, 40 * 86_400) - 20 * 86_400);
            let beginning = phases[0].began.max(created_at);
            let dues = all_dues(&phases, start, beginning);
            let schedule = Schedule::new(phases.clone());
            for _ in 0..15 {
                let mut now = began.max(beginning).plus_seconds(number(&mut rng, 60 * 86_400));
                if rng.below(5) == 0
                    && let Some((due, overdue)) = dues.iter().find(|(due, _)| *due > now)
                {
                    now = *rng.pick(&[*due, *overdue]);
                }
                let last = phases.last().expect("one");
                let is_paused = last.paused_until.is_some_and(|until| last.rule.day(now) < until);
                let span = usize::try_from(now.seconds_since(beginning)).unwrap() + 1;
                let reported_at = match rng.below(4) {
                    0 => None,
                    1 => dues.iter().map(|(due, _)| *due).rfind(|due| *due <= now),
                    _ => Some(beginning.plus_seconds(1 + number(&mut rng, span))),
                };
                let reported_at = reported_at.filter(|at| *at <= now);
                let (mut state, mut due) = by_the_text(&dues, Some(beginning), reported_at, now);
                if is_paused {
                    state = State::Paused;
                    due = dues.iter().map(|(due, _)| *due).find(|due| *due > now);
                }
                let found = schedule.standing(created_at, reported_at, now);
                assert_eq!(
                    (found.state, found.due.map(|due| due.at)),
                    (state, due),
                    "{schedule:?}, created {created_at}, reported {reported_at:?}, at {now}"
                );
            }
        }
    }

    #[test]
    fn a_grace_is_that_of_the_rule_under_which_a_report_was_missed() {
        let mut long = phase(Every::Week(Weekday::Friday), "2026-02-08T10:00:00Z", None);
        long.grace = 500 * HOUR;
        let first = phase(Every::Week(Weekday::Friday), "2026-02-04T10:00:00Z", None);
        let cadence = Schedule::new(vec![first, long]);
        let (one, two) = ("2026-02-06T15:00:00Z", "2026-02-13T15:00:00Z");
        assert_standing(&cadence, None, "2026-02-09T00:00:00Z", State::Overdue, one);
        assert_standing(
            &cadence,
            Some("2026-02-09T00:00:00Z"),
            "2026-02-20T00:00:00Z",
            State::Due,
            "2026-02-20T15:00:00Z",
        );
        assert_standing(&cadence, Some(one), "2026-02-20T00:00:00Z", State::Due, two);
    }
}
