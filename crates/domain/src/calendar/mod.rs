//! The working calendar of an account: the days and hours at which its people work.

pub mod archive;
pub mod store;
pub mod working_time;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::working_time::WorkingTime;
use crate::error::{Problem, Violation};
use crate::ids::AccountId;
use crate::named::named;
use crate::users::time_zone;
use base::clock::Date;

/// The maximum number of holidays.
pub const MOST_HOLIDAYS: usize = 1000;

const MINUTES_OF_DAY: i64 = 24 * 60;

/// A working calendar. An account has at most one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Unique in the store; 0 for the usual calendar, which is not stored.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The zone of the days and hours, by its IANA name.
    pub time_zone: String,
    /// The days of the week, from Monday on.
    pub working_days: Vec<WorkingDay>,
    /// When work begins, as `HH:MM`.
    #[serde(rename = "from")]
    pub opens: String,
    /// When it ends, as `HH:MM`; later than `opens`, at most `24:00`.
    #[serde(rename = "to")]
    pub closes: String,
    /// Days without work, by date.
    pub holidays: Vec<Date>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as the days")]
pub enum WorkingDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

named!(WorkingDay {
    Monday = "monday",
    Tuesday = "tuesday",
    Wednesday = "wednesday",
    Thursday = "thursday",
    Friday = "friday",
    Saturday = "saturday",
    Sunday = "sunday",
});

impl Calendar {
    /// The calendar of an account that has none: Monday to Friday, 9 to 17, UTC.
    pub fn usual(account_id: AccountId) -> Self {
        Self {
            id: 0,
            account_id,
            time_zone: "UTC".into(),
            working_days: WorkingDay::ALL[..5].to_vec(),
            opens: "09:00".into(),
            closes: "17:00".into(),
            holidays: Vec::new(),
        }
    }

    /// Its arithmetic.
    pub fn working_time(&self) -> WorkingTime {
        let minutes = |text: &str| minutes(text).unwrap_or_default();
        WorkingTime::new(
            time_zone(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC),
            WorkingDay::ALL.map(|day| self.working_days.contains(&day)),
            (minutes(&self.opens), minutes(&self.closes)),
            self.holidays.iter().map(|day| day.civil()),
        )
    }
}

/// The minutes from midnight to a time of the form `HH:MM`, at most `24:00`.
pub(crate) fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let has_form = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|_| has_form)
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Some(hours * 60 + minutes).filter(|minutes| *minutes <= MINUTES_OF_DAY)
}

/// A calendar in a request; an absent member keeps the value of another calendar.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// An IANA name.
    pub time_zone: Option<String>,
    /// Names of days of the week; at least one.
    pub working_days: Option<Vec<String>>,
    /// `HH:MM`
    pub opens: Option<String>,
    /// `HH:MM`
    pub closes: Option<String>,
    /// Dates.
    pub holidays: Option<Vec<String>>,
}

impl Draft {
    /// The draft that leads to a calendar.
    pub fn of(calendar: &Calendar) -> Self {
        Self {
            time_zone: Some(calendar.time_zone.clone()),
            working_days: Some(calendar.working_days.iter().map(|day| day.name().to_owned()).collect()),
            opens: Some(calendar.opens.clone()),
            closes: Some(calendar.closes.clone()),
            holidays: Some(calendar.holidays.iter().map(Date::to_string).collect()),
        }
    }

    fn days(&self) -> Option<Option<BTreeSet<WorkingDay>>> {
        let day = |name: &String| WorkingDay::named(name);
        self.working_days.as_ref().map(|names| names.iter().map(day).collect())
    }

    fn free_days(&self) -> Option<Option<Vec<Date>>> {
        let days = |texts: &Vec<String>| texts.iter().map(|text| text.parse().ok()).collect();
        self.holidays.as_ref().map(days)
    }

    /// The violations that do not depend on the calendar before, in the order of the members.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut wrong = |field, problem| violations.push(Violation::new(field, problem));
        if self.time_zone.as_ref().is_some_and(|name| time_zone(name).is_none()) {
            wrong("time_zone", Problem::NotIncluded);
        }
        match self.days() {
            Some(None) => wrong("working_days", Problem::NotIncluded),
            Some(Some(days)) if days.is_empty() => wrong("working_days", Problem::Blank),
            _ => {}
        }
        for (field, text) in [("from", &self.opens), ("to", &self.closes)] {
            if text.as_ref().is_some_and(|text| minutes(text).is_none()) {
                wrong(field, Problem::Malformed);
            }
        }
        match self.free_days() {
            Some(None) => wrong("holidays", Problem::Malformed),
            Some(Some(days)) if days.len() > MOST_HOLIDAYS => {
                wrong("holidays", Problem::Sentence(TOO_MANY_HOLIDAYS));
            }
            _ => {}
        }
        if violations.is_empty()
            && let (Some(opens), Some(closes)) = (&self.opens, &self.closes)
            && minutes(opens) >= minutes(closes)
        {
            violations.push(ENDS_EARLY);
        }
        violations
    }

    /// The calendar after this change.
    ///
    /// # Errors
    /// The violations.
    pub fn apply(&self, before: &Calendar) -> Result<Calendar, Vec<Violation>> {
        let violations = self.violations();
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut holidays = self.free_days().flatten().unwrap_or_else(|| before.holidays.clone());
        holidays.sort_unstable();
        holidays.dedup();
        let days = self.days().flatten().map(|days| days.into_iter().collect());
        let after = Calendar {
            id: before.id,
            account_id: before.account_id,
            time_zone: self.time_zone.clone().unwrap_or_else(|| before.time_zone.clone()),
            working_days: days.unwrap_or_else(|| before.working_days.clone()),
            opens: self.opens.clone().unwrap_or_else(|| before.opens.clone()),
            closes: self.closes.clone().unwrap_or_else(|| before.closes.clone()),
            holidays,
        };
        if minutes(&after.opens) < minutes(&after.closes) { Ok(after) } else { Err(vec![ENDS_EARLY]) }
    }
}

/// The problem of working hours that end before they begin.
pub const NOT_LATER: &str = "must be later than `from`";
/// The problem of one holiday too many.
pub const TOO_MANY_HOLIDAYS: &str = "A calendar has at most 1000 holidays";

const ENDS_EARLY: Violation = Violation::new("to", Problem::Sentence(NOT_LATER));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_two_digits_each_and_a_day_ends_at_24() {
        for (text, expected) in [("00:00", Some(0)), ("09:30", Some(570)), ("24:00", Some(1440))] {
            assert_eq!(minutes(text), expected);
        }
        for text in ["", "9:00", "09:0", "09:60", "24:01", "+9:00", "09:00:00", "09", "٠٩:00"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_draft_names_what_is_wrong() {
        let usual = Calendar::usual(AccountId(1));
        let list = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        let with = |change: &dyn Fn(&mut Draft)| {
            let mut draft = Draft::default();
            change(&mut draft);
            draft.apply(&usual).map_err(|wrong| wrong.iter().map(|one| one.field).collect::<Vec<_>>())
        };
        assert_eq!(with(&|_| {}), Ok(usual.clone()));
        assert_eq!(with(&|draft| draft.time_zone = Some("Mars/Olympus".into())), Err(vec!["time_zone"]));
        assert_eq!(with(&|draft| draft.working_days = list(&["moonday"])), Err(vec!["working_days"]));
        assert_eq!(with(&|draft| draft.working_days = list(&[])), Err(vec!["working_days"]));
        assert_eq!(with(&|draft| draft.opens = Some("9".into())), Err(vec!["from"]));
        assert_eq!(with(&|draft| draft.opens = Some("17:00".into())), Err(vec!["to"]));
        assert_eq!(with(&|draft| draft.holidays = list(&["2026-02-30"])), Err(vec!["holidays"]));
        let days = with(&|draft| draft.working_days = list(&["sunday", "monday", "sunday"]));
        assert_eq!(days.map(|after| after.working_days), Ok(vec![WorkingDay::Monday, WorkingDay::Sunday]));
        let free = with(&|draft| draft.holidays = list(&["2026-12-26", "2026-12-25", "2026-12-26"]));
        assert_eq!(free.map(|after| after.holidays.len()), Ok(2));
    }
}
