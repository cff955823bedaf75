//! Own fields of an account: what its people want to know of every project, as a text or as one of several choices. The
//! values are in [`crate::labels`].

pub mod archive;
pub mod store;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::AccountId;
use crate::named::named;
use base::clock::Time;

/// The maximum length of a name and of a choice, in characters.
pub const NAME_LIMIT: usize = 80;
/// The maximum number of choices.
pub const MOST_CHOICES: usize = 50;
/// The maximum number of fields of an account.
pub const MOST: usize = 20;
/// The highest position.
pub const LAST_POSITION: i64 = 1_000;

/// The problem of one field too many.
pub const TOO_MANY: Problem = Problem::Sentence("An account has at most 20 own fields");
/// The problem of a field with choices that has none, or too many.
pub const CHOICES: Problem = Problem::Sentence("A field with choices has 1 to 50 of them");
/// The problem of two choices that are the same.
pub const SAME_CHOICE: Problem = Problem::Sentence("Each choice occurs once");
/// The problem of a text that is not one line.
pub const BROKEN: Problem = Problem::Sentence("The text is one line");

/// An own field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Unique in the store.
    pub id: i64,
    /// The account that it belongs to.
    pub account_id: AccountId,
    /// The name; not blank, unique in the account ignoring case.
    pub name: String,
    /// What its values are, in the archive `type`.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The choices in their order; empty for a text.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Its place among the fields; ties go by id.
    pub position: i64,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any line of text.
    #[default]
    Text,
    /// One of the choices of the field.
    Choice,
}

named!(Kind { Text = "text", Choice = "choice" });

/// A field in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub name: Option<String>,
    /// The name of a [`Kind`]; a new field has texts without it.
    pub kind: Option<String>,
    /// The choices; they are dropped where the values are texts.
    pub choices: Option<Vec<String>>,
    /// A new field is the last one without it.
    pub position: Option<i64>,
}

impl Draft {
    /// The field after this change, which may break rules.
    fn apply(&self, before: &Field) -> Field {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut after.name);
        }
        if let Some(kind) = self.kind.as_deref().and_then(Kind::named) {
            after.kind = kind;
        }
        if let Some(choices) = &self.choices {
            after.choices = choices.iter().map(|choice| choice.trim().to_owned()).collect();
        }
        // A text has none; those that break a rule stay for the check to name.
        if after.kind == Kind::Text && broken_choices(&after.choices).is_none() {
            after.choices.clear();
        }
        after.position = self.position.unwrap_or(after.position);
        after
    }

    /// The violations of the draft alone.
    fn violations(&self) -> Vec<Violation> {
        let is_wrong = self.kind.as_deref().is_some_and(|name| Kind::named(name).is_none());
        is_wrong.then(|| Violation::new("type", Problem::NotIncluded)).into_iter().collect()
    }
}

impl Field {
    /// The violations, in the order of the members.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem: Option<Problem>| {
            violations.extend(problem.map(|problem| Violation::new(field, problem)));
        };
        add("name", broken_line(&self.name, NAME_LIMIT));
        add("choices", self.broken_choices());
        let is_placed = (0..=LAST_POSITION).contains(&self.position);
        add("position", (!is_placed).then_some(Problem::OutOfRange(0, LAST_POSITION)));
        violations
    }

    fn broken_choices(&self) -> Option<Problem> {
        let is_empty = self.kind == Kind::Choice && self.choices.is_empty();
        if is_empty { Some(CHOICES) } else { broken_choices(&self.choices) }
    }
}

/// The first rule that choices break.
fn broken_choices(choices: &[String]) -> Option<Problem> {
    if choices.len() > MOST_CHOICES {
        return Some(CHOICES);
    }
    let mut seen = HashSet::new();
    let is_again = |choice: &String| !seen.insert(choice.to_lowercase());
    let broken = choices.iter().find_map(|choice| broken_line(choice, NAME_LIMIT));
    broken.or_else(|| choices.iter().any(is_again).then_some(SAME_CHOICE))
}

/// The first rule that a text breaks which has to be one line of at most `limit` characters, and not blank.
pub fn broken_line(text: &str, limit: usize) -> Option<Problem> {
    if text.trim().is_empty() {
        Some(Problem::Blank)
    } else if text.chars().count() > limit {
        Some(Problem::TooLong(limit))
    } else {
        text.contains(char::is_control).then_some(BROKEN)
    }
}
