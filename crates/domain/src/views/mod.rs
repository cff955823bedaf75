//! Saved views: filters, groups and order of the portfolio under a name, for one person or for everybody on the provider side.

pub mod archive;
pub mod query;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::fields::broken_line;
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// The maximum length of a name, in characters.
pub const NAME_LIMIT: usize = 80;
/// The maximum number of views of a person.
pub const MOST: i64 = 50;
/// The maximum number of shared views of an account.
pub const MOST_SHARED: i64 = 500;

/// The problem of one view too many.
pub const TOO_MANY: Problem = Problem::Sentence("A person has at most 50 saved views");
/// The problem of one shared view too many.
pub const TOO_MANY_SHARED: Problem = Problem::Sentence("An account has at most 500 shared views");
/// The problem of a start page that is another person's view.
pub const NOT_OWN: Problem = Problem::Sentence("The start page of a person is a view of their own");

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// Its owner.
    pub user_id: UserId,
    /// The name; not blank, unique among the views of its owner ignoring case.
    pub name: String,
    /// The query of the portfolio's page, as [`query::normal`] writes it; empty for all projects.
    pub query: String,
    /// Whether others see it.
    #[serde(default)]
    pub shared: bool,
    /// Whether it is the start page of its owner; at most one of a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
    /// When it was saved.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl View {
    /// The path of the portfolio's page with its query.
    pub fn path(&self) -> String {
        if self.query.is_empty() { "/".to_owned() } else { format!("/?{}", self.query) }
    }
}

/// A view in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Required for a new one.
    pub name: Option<String>,
    /// All projects without it.
    pub query: Option<String>,
    /// Whether others see it.
    pub shared: Option<bool>,
    /// Whether it is the start page of its owner.
    pub is_default: Option<bool>,
}

impl Draft {
    /// The view after this change, and the violations of its own attributes.
    fn apply(&self, before: &View) -> (View, Vec<Violation>) {
        let mut after = before.clone();
        let mut violations = Vec::new();
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut after.name);
        }
        if let Some(problem) = broken_line(&after.name, NAME_LIMIT) {
            violations.push(Violation::new("name", problem));
        }
        match self.query.as_deref().map(query::normal) {
            Some(Ok(query)) => after.query = query,
            Some(Err(problem)) => violations.push(Violation::new("query", problem)),
            None => {}
        }
        after.shared = self.shared.unwrap_or(after.shared);
        after.is_default = self.is_default.unwrap_or(after.is_default);
        (after, violations)
    }
}
