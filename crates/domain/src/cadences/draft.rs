//! Cadences in requests.

use super::due::Rule;
use super::{Cadence, Frequency, On, Terms, USUAL_GRACE, USUAL_TIME};
use crate::calendar::WorkingDay;
use crate::error::{Problem, Violation};
use crate::ids::UserId;
use base::clock::{Date, Time};

/// A cadence in a request, which replaces the one before.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The name of a frequency; required.
    pub every: Option<String>,
    /// Required.
    pub on: Option<On>,
    /// `HH:MM`; [`USUAL_TIME`] without one.
    pub at: Option<String>,
    /// An IANA name; UTC without one.
    pub time_zone: Option<String>,
    /// [`USUAL_GRACE`] without one.
    pub grace_hours: Option<i64>,
    /// None for the lead.
    pub owner_id: Option<UserId>,
    /// The first day that counts again.
    pub paused_until: Option<Date>,
    /// For two weeks: a day of a week that counts; without one, the day of the request.
    pub starting: Option<Date>,
}

impl Draft {
    /// The draft that leads to a cadence.
    pub fn of(cadence: &Cadence) -> Self {
        let terms = cadence.current().clone();
        Self {
            every: Some(terms.every.name().into()),
            on: Some(terms.on),
            at: Some(terms.at),
            time_zone: Some(terms.time_zone),
            grace_hours: Some(terms.grace_hours),
            owner_id: cadence.owner_id,
            paused_until: terms.paused_until,
            starting: terms.starting,
        }
    }

    /// The rule that begins at an instant.
    ///
    /// # Errors
    /// The violations, in the order of the members.
    pub fn terms(&self, since: Time) -> Result<Terms, Vec<Violation>> {
        let every = match self.every.as_deref() {
            None => Err(Problem::Blank),
            Some(name) => Frequency::named(name).ok_or(Problem::NotIncluded),
        };
        let mut violations = Vec::new();
        if let Err(problem) = &every {
            violations.push(Violation::new("every", problem.clone()));
        }
        if self.on.is_none() {
            violations.push(Violation::new("on", Problem::Blank));
        }
        let every = every.unwrap_or(Frequency::Week);
        let usual = if every == Frequency::Month { On::Day(1) } else { On::Weekday(WorkingDay::Friday) };
        let mut terms = Terms {
            every,
            // The frequency is named first, so that its days are not compared with those of another one.
            on: self.on.filter(|_| violations.is_empty()).unwrap_or(usual),
            at: self.at.clone().unwrap_or_else(|| USUAL_TIME.into()),
            time_zone: self.time_zone.clone().unwrap_or_else(|| "UTC".into()),
            grace_hours: self.grace_hours.unwrap_or(USUAL_GRACE),
            paused_until: self.paused_until,
            starting: self.starting,
            since,
        };
        violations.extend(terms.violations());
        if !violations.is_empty() {
            return Err(violations);
        }
        if every == Frequency::TwoWeeks && terms.starting.is_none() {
            terms.starting = Date::from_civil(Rule::day_in(&terms.zone(), since));
        }
        Ok(terms)
    }

    /// The violations, in the order of the members.
    pub fn violations(&self) -> Vec<Violation> {
        self.terms(Time(0)).err().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LONGEST_GRACE, MOST_TERMS};
    use super::*;
    use crate::ids::AccountId;

    fn at(text: &str) -> Time {
        text.parse().expect("an instant")
    }

    fn weekly() -> Draft {
        let (every, on) = (Some("week".into()), On::weekday("friday"));
        Draft { every, on, time_zone: Some("Europe/Berlin".into()), ..Draft::default() }
    }

    #[test]
    fn a_draft_names_what_is_wrong() {
        let fields =
            |draft: Draft| draft.violations().iter().map(|violation| violation.field).collect::<Vec<_>>();
        assert_eq!(fields(Draft::default()), ["every", "on"]);
        assert_eq!(fields(weekly()), [""; 0]);
        assert_eq!(fields(Draft { every: Some("day".into()), ..weekly() }), ["every"]);
        assert_eq!(fields(Draft { every: Some("month".into()), ..weekly() }), ["on"]);
        assert_eq!(fields(Draft { on: On::day(31), ..weekly() }), ["on"]);
        assert_eq!(fields(Draft { every: Some("month".into()), on: On::day(31), ..weekly() }), [""; 0]);
        for time in ["", "4", "24:00", "16:60", "16.00", "+6:00", "16:00:00", "٠٩:00"] {
            assert_eq!(fields(Draft { at: Some(time.into()), ..weekly() }), ["at"], "{time}");
        }
        assert_eq!(fields(Draft { time_zone: Some("Mars/Olympus".into()), ..weekly() }), ["time_zone"]);
        for hours in [-1, LONGEST_GRACE + 1, i64::MAX] {
            assert_eq!(fields(Draft { grace_hours: Some(hours), ..weekly() }), ["grace_hours"]);
        }
        assert_eq!(
            (On::day(0), On::day(32), On::day(i64::MAX), On::weekday("Friday")),
            (None, None, None, None)
        );
    }

    #[test]
    fn two_weeks_are_counted_from_the_day_of_the_request_in_the_zone() {
        let draft =
            Draft { every: Some("two_weeks".into()), time_zone: Some("Pacific/Auckland".into()), ..weekly() };
        let terms = draft.terms(at("2026-02-08T12:00:00Z")).expect("a rule");
        assert_eq!(terms.starting.map(|day| day.to_string()).as_deref(), Some("2026-02-09"));
        assert_eq!(weekly().terms(at("2026-02-08T12:00:00Z")).expect("a rule").starting, None);
    }

    #[test]
    fn a_cadence_keeps_its_rules() {
        let first = weekly().terms(at("2026-02-04T10:00:00Z")).expect("a rule");
        let cadence = Cadence {
            id: 1,
            account_id: AccountId(1),
            workspace_id: None,
            owner_id: None,
            terms: vec![first.clone()],
            created_at: first.since,
            updated_at: first.since,
        };
        let again = weekly().terms(at("2026-02-05T10:00:00Z")).expect("a rule");
        assert_eq!(cadence.with(again, None), cadence);
        let monday = |at| Draft { on: On::weekday("monday"), ..weekly() }.terms(at).expect("a rule");
        assert_eq!(cadence.with(monday(first.since), Some(UserId(7))).terms, [monday(first.since)]);
        let later = at("2026-02-07T10:00:00Z");
        assert_eq!(cadence.with(monday(later), None).terms, [first.clone(), monday(later)]);
        let mut changed = cadence.clone();
        for number in 0..300 {
            let at = later.plus_seconds(number);
            changed = changed
                .with(if number % 2 == 0 { monday(at) } else { weekly().terms(at).expect("a rule") }, None);
        }
        assert_eq!((changed.terms.len(), &changed.terms[0]), (MOST_TERMS, &first));
        let text = serde_json::to_string(&cadence.terms).expect("a text");
        assert!(text.contains(r#""on":"friday""#), "{text}");
        let day: Terms = serde_json::from_str::<Vec<Terms>>(
            &text.replace("\"week\"", "\"month\"").replace("\"friday\"", "31"),
        )
        .expect("a rule")
        .pop()
        .expect("one");
        assert_eq!((day.every, day.on), (Frequency::Month, On::Day(31)));
    }
}
