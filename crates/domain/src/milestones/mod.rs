//! Milestones of a workspace. A milestone keeps its earlier due dates, which say how far it slipped.

pub mod archive;
pub mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::{Date, Time};

/// The maximum length of a name, in characters.
pub const NAME_LIMIT: usize = 255;
/// The maximum number of milestones of a workspace.
pub const MOST: usize = 100;
/// The maximum number of earlier due dates; beyond it, the second oldest goes.
const MOST_EARLIER: usize = 100;

/// The problem of one milestone too many.
pub const TOO_MANY: Problem = Problem::Sentence("A workspace has at most 100 milestones");

/// A milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name; not blank.
    pub name: String,
    /// The day on which it is due.
    pub due_date: Date,
    /// The day on which it was reached.
    pub done_date: Option<Date>,
    /// The due dates before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// The person who added it.
    pub creator_id: UserId,
    /// When it was added.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A due date that another one replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The day.
    pub due_date: Date,
    /// When another day replaced it.
    pub until: Time,
}

/// By how much a milestone moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slip {
    /// The first due date.
    pub from: Date,
    /// The number of days from the first due date to the present one; negative if it is earlier.
    pub days: i64,
}

/// A milestone in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub name: Option<String>,
    /// Required for a new one; `Some(None)` is an error.
    pub due_date: Option<Option<Date>>,
    /// `Some(None)` clears it.
    pub done_date: Option<Option<Date>>,
}

impl Milestone {
    /// It as it was at an instant, as far as it still says: due dates and the day on which it was reached, not earlier names.
    /// `None` if it was added later.
    pub fn at(mut self, instant: Time, day: Date) -> Option<Self> {
        if self.created_at > instant {
            return None;
        }
        if let Some(place) = self.earlier.iter().position(|earlier| earlier.until > instant) {
            self.due_date = self.earlier[place].due_date;
            self.earlier.truncate(place);
        }
        self.done_date = self.done_date.filter(|done| *done <= day);
        Some(self)
    }

    /// By how much it moved since it was added; `None` if it is due on the first day.
    pub fn slip(&self) -> Option<Slip> {
        let from = self.earlier.first()?.due_date;
        let days = self.due_date.days_since(from);
        (days != 0).then_some(Slip { from, days })
    }

    /// Whether it is due before a day and not reached.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.done_date.is_none() && self.due_date < today
    }
}

impl Draft {
    /// The violations, in the order of the fields.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        match &self.name {
            None if !is_new => {}
            Some(name) if name.chars().count() > NAME_LIMIT => {
                violations.push(Violation::new("name", Problem::TooLong(NAME_LIMIT)));
            }
            Some(name) if !name.trim().is_empty() => {}
            _ => violations.push(Violation::new("name", Problem::Blank)),
        }
        match self.due_date {
            None if !is_new => {}
            Some(Some(_)) => {}
            _ => violations.push(Violation::new("due_date", Problem::Blank)),
        }
        violations
    }

    /// The milestone after this change, whose violations were checked.
    pub fn apply(&self, before: &Milestone, at: Time) -> Milestone {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut after.name);
        }
        if let Some(Some(due)) = self.due_date
            && due != before.due_date
        {
            after.due_date = due;
            after.earlier.push(Earlier { due_date: before.due_date, until: at });
            if after.earlier.len() > MOST_EARLIER {
                after.earlier.remove(1);
            }
        }
        if let Some(done) = self.done_date {
            after.done_date = done;
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_from_the_first_due_date_to_the_present_one() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let mut milestone = Milestone {
            id: 1,
            account_id: AccountId(1),
            workspace_id: WorkspaceId(1),
            name: "Launch".into(),
            due_date: day("2026-12-05"),
            done_date: None,
            earlier: Vec::new(),
            creator_id: UserId(1),
            created_at: Time(0),
            updated_at: Time(0),
        };
        assert_eq!(milestone.slip(), None);
        let mut moved = |to: &str| {
            milestone =
                Draft { due_date: Some(Some(day(to))), ..Draft::default() }.apply(&milestone, Time(1));
            milestone.slip()
        };
        assert_eq!(moved("2026-12-12"), Some(Slip { from: day("2026-12-05"), days: 7 }));
        assert_eq!(moved("2026-12-19"), Some(Slip { from: day("2026-12-05"), days: 14 }));
        assert_eq!(moved("2026-12-01"), Some(Slip { from: day("2026-12-05"), days: -4 }));
        assert_eq!(moved("2026-12-05"), None);
        for number in 0..300 {
            moved(if number % 2 == 0 { "2026-12-20" } else { "2026-12-21" });
        }
        assert_eq!(
            (milestone.earlier.len(), milestone.earlier[0].due_date),
            (MOST_EARLIER, day("2026-12-05"))
        );
        assert!(milestone.is_overdue(day("2026-12-31")) && !milestone.is_overdue(milestone.due_date));
    }
}
