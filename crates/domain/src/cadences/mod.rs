//! Cadences: how often a workspace has to report. [`due`] has the instants, [`standing`] what a workspace owes.

pub mod archive;
pub mod draft;
pub mod due;
pub mod on_time;
pub mod standing;
pub mod store;

use std::collections::HashMap;

use jiff::civil::{self, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use self::due::{Every, Rule};
use self::standing::{Phase, Schedule};
use crate::calendar;
use crate::calendar::WorkingDay;
use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::named::named;
use crate::users::time_zone;
use base::clock::{Date, Time};

/// The longest grace, in hours: a year.
pub const LONGEST_GRACE: i64 = 8_760;
/// The grace if a request names none, in hours.
pub const USUAL_GRACE: i64 = 24;
/// The time of the day if a request names none.
pub const USUAL_TIME: &str = "16:00";
/// The maximum number of rules that a cadence keeps; beyond it, the second oldest goes.
const MOST_TERMS: usize = 100;
/// The last day of a month with one.
const LAST_DAY: u8 = 31;

/// The cadence of a workspace, or of an account for workspaces without their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The workspace; none for the cadence of the account.
    pub workspace_id: Option<WorkspaceId>,
    /// Who owes the reports; none for the lead.
    pub owner_id: Option<UserId>,
    /// Every rule that it had, the oldest first; the last one is in force.
    pub terms: Vec<Terms>,
    /// When it was first put.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A rule, from when it was put until the next one was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The length of a period.
    pub every: Frequency,
    /// The day of the week or of the month.
    pub on: On,
    /// The time of the day, as `HH:MM`.
    pub at: String,
    /// The zone of days and time, by its IANA name.
    pub time_zone: String,
    /// The hours from a missed instant until the report is overdue.
    pub grace_hours: i64,
    /// The first day that counts again.
    pub paused_until: Option<Date>,
    /// Nothing is due on earlier days. Periods of two weeks are counted from its week.
    pub starting: Option<Date>,
    /// When it was put.
    pub since: Time,
}

/// The length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Frequency {
    Week,
    TwoWeeks,
    Month,
}

/// The day of a period on which a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum On {
    /// A day of the week.
    Weekday(WorkingDay),
    /// A day of the month, from 1 to 31; the last one where the month has no such day.
    Day(u8),
}

named!(Frequency { Week = "week", TwoWeeks = "two_weeks", Month = "month" });

impl Frequency {
    /// Whether a day is one of a period of this length.
    const fn has(self, on: On) -> bool {
        match (self, on) {
            (Self::Week | Self::TwoWeeks, On::Weekday(_)) => true,
            (Self::Month, On::Day(day)) => day >= 1 && day <= LAST_DAY,
            _ => false,
        }
    }
}

impl On {
    /// The weekday of a name.
    pub fn weekday(name: &str) -> Option<Self> {
        WorkingDay::named(name).map(Self::Weekday)
    }

    /// The day of the month of a number.
    pub fn day(number: i64) -> Option<Self> {
        u8::try_from(number).ok().filter(|day| (1..=LAST_DAY).contains(day)).map(Self::Day)
    }
}

const fn civil_weekday(day: WorkingDay) -> Weekday {
    match day {
        WorkingDay::Monday => Weekday::Monday,
        WorkingDay::Tuesday => Weekday::Tuesday,
        WorkingDay::Wednesday => Weekday::Wednesday,
        WorkingDay::Thursday => Weekday::Thursday,
        WorkingDay::Friday => Weekday::Friday,
        WorkingDay::Saturday => Weekday::Saturday,
        WorkingDay::Sunday => Weekday::Sunday,
    }
}

/// The time of the day of a text of the form `HH:MM`.
fn time_of_day(text: &str) -> Option<civil::Time> {
    let minutes = i8::try_from;
    let of_day = calendar::minutes(text)?;
    civil::Time::new(minutes(of_day / 60).ok()?, minutes(of_day % 60).ok()?, 0, 0).ok()
}

impl Terms {
    /// The arithmetic of this rule.
    fn phase(&self) -> Phase {
        let day = match self.on {
            On::Weekday(day) => civil_weekday(day),
            On::Day(_) => Weekday::Monday,
        };
        let since = Rule::day_in(&self.zone(), self.since);
        let every = match (self.every, self.on) {
            (Frequency::Month, On::Day(day)) => Every::Month(i8::try_from(day).unwrap_or(1)),
            (Frequency::TwoWeeks, _) => {
                Every::TwoWeeks { on: day, counting_from: self.starting.map_or(since, Date::civil) }
            }
            _ => Every::Week(day),
        };
        let at = time_of_day(&self.at).unwrap_or_default();
        let starting = self.starting.map(Date::civil);
        Phase {
            rule: Rule { every, at, zone: self.zone(), starting },
            began: self.since,
            paused_until: self.paused_until.map(Date::civil),
            grace: self.grace_hours * 3_600,
        }
    }

    fn zone(&self) -> TimeZone {
        time_zone(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Whether another rule differs in nothing but the instant at which it was put.
    fn is_like(&self, other: &Self) -> bool {
        *self == Self { since: self.since, ..other.clone() }
    }

    /// The violations, in the order of the members.
    fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut wrong = |field, problem| violations.push(Violation::new(field, problem));
        if !self.every.has(self.on) {
            wrong("on", Problem::NotIncluded);
        }
        if time_of_day(&self.at).is_none() {
            wrong("at", Problem::Malformed);
        }
        if time_zone(&self.time_zone).is_none() {
            wrong("time_zone", Problem::NotIncluded);
        }
        if !(0..=LONGEST_GRACE).contains(&self.grace_hours) {
            wrong("grace_hours", Problem::OutOfRange(0, LONGEST_GRACE));
        }
        violations
    }
}

impl Cadence {
    /// The rule in force.
    pub fn current(&self) -> &Terms {
        &self.terms[self.terms.len() - 1]
    }

    /// Its arithmetic.
    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.terms.iter().map(Terms::phase).collect())
    }

    /// The cadence after a rule was put in place of the one in force, which stays in force until then.
    #[must_use]
    pub fn with(&self, next: Terms, owner_id: Option<UserId>) -> Self {
        let mut after = Self { owner_id, ..self.clone() };
        if after.current().is_like(&next) {
            return after;
        }
        let since = next.since;
        // Of two rules of one instant, the first one was never in force.
        after.terms.retain(|terms| terms.since < since);
        after.terms.push(next);
        if after.terms.len() > MOST_TERMS {
            after.terms.remove(1);
        }
        after
    }
}

/// A cadence with its arithmetic.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who owes the reports; none for the lead.
    pub owner_id: Option<UserId>,
    /// The instants.
    pub schedule: Schedule,
}

/// The cadences of an account.
#[derive(Clone, Debug, Default)]
pub struct Cadences {
    own: HashMap<WorkspaceId, Plan>,
    usual: Option<Plan>,
}

impl Cadences {
    /// Those of these records.
    pub fn new(records: &[Cadence]) -> Self {
        let plan = |one: &Cadence| Plan { owner_id: one.owner_id, schedule: one.schedule() };
        let own = records.iter().filter_map(|one| Some((one.workspace_id?, plan(one))));
        let usual = records.iter().find(|one| one.workspace_id.is_none());
        Self { own: own.collect(), usual: usual.map(plan) }
    }

    /// The cadence of a workspace: its own, or else that of the account.
    pub fn of(&self, workspace_id: WorkspaceId) -> Option<&Plan> {
        self.own.get(&workspace_id).or(self.usual.as_ref())
    }

    /// Who owes the reports of a workspace: whom its cadence names, or else its lead. People who are not active owe nothing.
    pub fn owner(
        &self,
        workspace_id: WorkspaceId,
        lead: Option<UserId>,
        is_active: impl Fn(UserId) -> bool,
    ) -> Option<UserId> {
        let chosen = self.of(workspace_id).and_then(|plan| plan.owner_id);
        chosen.filter(|id| is_active(*id)).or_else(|| lead.filter(|id| is_active(*id)))
    }

    /// Everybody whom a cadence names.
    pub fn owners(&self) -> impl Iterator<Item = UserId> {
        self.own.values().chain(&self.usual).filter_map(|plan| plan.owner_id)
    }
}
