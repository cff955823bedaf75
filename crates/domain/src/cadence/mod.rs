//! How often a workspace has to report, and what it owes.

pub mod due;

use jiff::civil::Date;

use self::due::Rule;
use base::clock::Time;

/// A report is expected from this many seconds before it is due.
const AHEAD: i64 = 48 * 3_600;

/// A rule, from when it was put until the next one was.
#[derive(Clone, Debug)]
pub struct Phase {
    /// The rule.
    pub rule: Rule,
    /// When it was put.
    pub began: Time,
    /// The first day that counts again, in the zone of the rule.
    pub paused_until: Option<Date>,
}

/// A cadence: every rule that it had, the oldest first. What was missed under an earlier rule stays missed.
#[derive(Clone, Debug)]
pub struct Cadence {
    phases: Vec<Phase>,
    /// The time from a missed instant until the report is overdue, in seconds.
    grace: i64,
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
    pub due_at: Option<Time>,
}

impl Cadence {
    /// A cadence with these rules, of which the last one is in force; `None` without any.
    pub fn new(mut phases: Vec<Phase>, grace_hours: i64) -> Option<Self> {
        phases.sort_by_key(|phase| phase.began);
        for phase in &mut phases {
            // Nothing is due during a pause.
            phase.rule.starting = phase.rule.starting.max(phase.paused_until);
        }
        (!phases.is_empty()).then_some(Self { phases, grace: grace_hours * 3_600 })
    }

    /// The first instant after another one at which a report is due.
    pub fn next(&self, after: Time) -> Option<Time> {
        self.phases.iter().enumerate().find_map(|(number, phase)| {
            let end = self.phases.get(number + 1).map_or(Time::MAX, |next| next.began);
            if after >= end {
                return None;
            }
            phase.rule.next(after.max(phase.began)).filter(|due| *due <= end)
        })
    }

    /// What a workspace owes, which exists since `created_at` and whose newest report is of `reported_at`.
    pub fn standing(&self, created_at: Time, reported_at: Option<Time>, now: Time) -> Standing {
        let next = self.next(now.max(created_at));
        let last = &self.phases[self.phases.len() - 1];
        if last.paused_until.is_some_and(|until| last.rule.day(now) < until) {
            return Standing { state: State::Paused, due_at: next };
        }
        let answered = reported_at.and_then(|at| self.answered(created_at, at));
        let first_open = match answered {
            Some(due) => self.next(due),
            None => self.next(self.beginning(created_at)),
        };
        let owed = first_open.filter(|due| *due <= now);
        let state = match (owed, next) {
            (Some(due), _) if now <= due.plus_seconds(self.grace) => State::Due,
            (Some(_), _) => State::Overdue,
            (None, Some(due)) if answered != next && due <= now.plus_seconds(AHEAD) => State::Due,
            (None, _) => State::UpToDate,
        };
        Standing { state, due_at: owed.or(next) }
    }

    /// When reports of a workspace began to be due.
    fn beginning(&self, created_at: Time) -> Time {
        self.phases[0].began.max(created_at)
    }

    /// The instant for which a report was written: it lies between the one before and this one.
    fn answered(&self, created_at: Time, reported_at: Time) -> Option<Time> {
        let beginning = self.beginning(created_at);
        if reported_at > beginning {
            return self.next(Time(reported_at.0 - 1));
        }
        // Before the beginning, the rule says which span a report is in.
        let first = self.next(beginning)?;
        let phase = self.phases.iter().rfind(|phase| phase.began < first)?;
        let rule = Rule { starting: None, ..phase.rule.clone() };
        rule.previous(first).is_none_or(|before| reported_at > before).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use base::rng::Rng;
    use jiff::ToSpan;
    use jiff::civil::{Weekday, date, time};
    use jiff::tz::TimeZone;

    use super::due::Every;
    use super::*;

    const HOUR: i64 = 3_600;

    fn at(text: &str) -> Time {
        text.parse().expect("an instant")
    }

    fn phase(every: Every, began: &str, paused_until: Option<Date>) -> Phase {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let rule = Rule { every, at: time(16, 0, 0, 0), zone, starting: None };
        Phase { rule, began: at(began), paused_until }
    }

    /// Friday at 16:00 in Berlin from Wednesday, 4 February 2026, with a grace of a day.
    fn friday(paused_until: Option<Date>) -> Cadence {
        let phase = phase(Every::Week(Weekday::Friday), "2026-02-04T10:00:00Z", paused_until);
        Cadence::new(vec![phase], 24).expect("a cadence")
    }

    #[track_caller]
    fn assert_standing(cadence: &Cadence, reported_at: Option<&str>, now: &str, state: State, due_at: &str) {
        let found = cadence.standing(at("2026-01-01T00:00:00Z"), reported_at.map(at), at(now));
        assert_eq!(found, Standing { state, due_at: Some(at(due_at)) }, "{reported_at:?} at {now}");
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
        assert_standing(&cadence, None, "2026-02-07T15:00:00Z", Due, one);
        assert_standing(&cadence, None, "2026-02-07T15:00:01Z", Overdue, one);
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
        let cadence =
            Cadence::new(vec![phase(week, "2026-02-04T10:00:00Z", None), paused], 24).expect("a cadence");
        let (missed, next) = ("2026-02-06T15:00:00Z", "2026-03-06T15:00:00Z");
        assert_standing(&cadence, None, "2026-03-01T22:59:59Z", Paused, next);
        assert_standing(&cadence, None, "2026-03-01T23:00:00Z", Overdue, missed);
        assert_standing(&cadence, Some("2026-02-10T00:00:00Z"), "2026-03-01T23:00:00Z", UpToDate, next);
        let only = friday(Some(date(2026, 3, 2)));
        assert_standing(&only, None, "2026-03-02T00:00:00Z", UpToDate, next);
    }

    /// The state by the text of the contract, from the list of all instants.
    fn by_the_text(
        dues: &[Time],
        before_first: Time,
        reported_at: Option<Time>,
        now: Time,
        grace: i64,
    ) -> Standing {
        let next = dues.iter().copied().find(|due| *due > now);
        let begins = |number: usize| if number == 0 { before_first } else { dues[number - 1] };
        let span_of = |at: Time| (0..dues.len()).find(|number| begins(*number) < at && at <= dues[*number]);
        let answered = reported_at.and_then(span_of);
        let missed =
            (0..dues.len()).find(|number| dues[*number] <= now && answered.is_none_or(|span| *number > span));
        if let Some(number) = missed {
            let due = dues[number];
            let state = if now.0 <= due.0 + grace * 1_000_000 { State::Due } else { State::Overdue };
            return Standing { state, due_at: Some(due) };
        }
        let is_answered = next.is_some_and(|next| answered.is_some_and(|span| dues[span] == next));
        let is_near = next.is_some_and(|next| next.0 - now.0 <= 48 * HOUR * 1_000_000);
        let state = if is_near && !is_answered { State::Due } else { State::UpToDate };
        Standing { state, due_at: next }
    }

    #[test]
    fn states_are_those_of_the_text() {
        let mut rng = Rng(11);
        let days = [Weekday::Monday, Weekday::Wednesday, Weekday::Friday, Weekday::Sunday];
        for _ in 0..400 {
            let on = *rng.pick(&days);
            let every = match rng.below(3) {
                0 => Every::Week(on),
                1 => Every::TwoWeeks {
                    on,
                    counting_from: date(2026, 2, 2) + i64::try_from(rng.below(20)).unwrap().days(),
                },
                _ => Every::Month(i8::try_from(rng.below(31) + 1).unwrap()),
            };
            let phase = phase(every, "2026-02-04T10:00:00Z", None);
            let created_at =
                at("2026-01-20T00:00:00Z").plus_seconds(i64::try_from(rng.below(40 * 86_400)).unwrap());
            let beginning = phase.began.max(created_at);
            let mut dues = vec![phase.rule.next(beginning).unwrap()];
            while dues.len() < 30 {
                dues.push(phase.rule.next(dues[dues.len() - 1]).unwrap());
            }
            let before_first = phase.rule.previous(dues[0]).unwrap();
            let grace = i64::try_from(rng.below(100)).unwrap();
            let cadence = Cadence::new(vec![phase], grace).expect("a cadence");
            for _ in 0..20 {
                let mut now = beginning.plus_seconds(i64::try_from(rng.below(80 * 86_400)).unwrap());
                if rng.below(5) == 0 {
                    now = *rng.pick(&dues[..8]);
                }
                let span = usize::try_from(now.seconds_since(created_at)).unwrap() + 1;
                let reported_at = match rng.below(4) {
                    0 => None,
                    1 => dues.iter().copied().rfind(|due| *due <= now),
                    _ => Some(created_at.plus_seconds(i64::try_from(rng.below(span)).unwrap())),
                };
                let expected = by_the_text(&dues, before_first, reported_at, now, grace * HOUR);
                let found = cadence.standing(created_at, reported_at, now);
                assert_eq!(
                    found, expected,
                    "{cadence:?}, created {created_at}, reported {reported_at:?}, at {now}"
                );
            }
        }
    }
}
