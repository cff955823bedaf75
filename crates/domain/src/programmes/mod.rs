//! Programmes: projects whose health is rolled up to one colour by a rule. [`rule`] is the arithmetic, [`health`] what it is
//! given.

pub mod archive;
pub mod health;
pub mod rule;
pub mod store;

use serde::{Deserialize, Serialize};

use self::rule::{MOST_MEMBERS, MOST_WEIGHT, Rule};
use crate::error::{Problem, Violation};
use crate::fields::broken_line;
use crate::ids::{AccountId, WorkspaceId};
use base::clock::Time;

/// The maximum length of a name, in characters.
pub const NAME_LIMIT: usize = 120;
/// The maximum length of a description, in characters.
pub const DESCRIPTION_LIMIT: usize = 2_000;
/// The maximum number of programmes of an account.
pub const MOST: usize = 100;

/// The problem of one programme too many.
pub const TOO_MANY: Problem = Problem::Sentence("An account has at most 100 programmes");
/// The problem of a list of members that is too long, or names a project twice.
pub const MEMBERS: Problem = Problem::Sentence("A programme has at most 500 different projects");
/// The problem of a weight that is out of range.
pub const WEIGHT: Problem = Problem::Sentence("A weight is a whole number from 1 to 10");

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The name; not blank, unique in the account ignoring case.
    pub name: String,
    /// What it is about; may be empty.
    #[serde(default)]
    pub description: String,
    /// How its colour comes about.
    pub rule: Rule,
    /// Its workspaces, each once.
    pub members: Vec<Member>,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A workspace of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Its weight in a weighted rule.
    pub weight: i64,
}

/// A programme in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The worst colour without it.
    pub rule: Option<Rule>,
    /// All of its workspaces.
    pub members: Option<Vec<Member>>,
}

impl Draft {
    /// The programme after this change, which may break rules.
    fn apply(&self, before: &Programme) -> Programme {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut after.name);
        }
        if let Some(description) = &self.description {
            description.trim().clone_into(&mut after.description);
        }
        after.rule = self.rule.unwrap_or(after.rule);
        if let Some(members) = &self.members {
            after.members.clone_from(members);
        }
        after
    }
}

impl Programme {
    /// The violations that do not depend on the store, in the order of the members.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem: Option<Problem>| {
            violations.extend(problem.map(|problem| Violation::new(field, problem)));
        };
        add("name", broken_line(&self.name, NAME_LIMIT));
        let is_long = self.description.chars().count() > DESCRIPTION_LIMIT;
        add("description", is_long.then_some(Problem::TooLong(DESCRIPTION_LIMIT)));
        add("rule", self.rule.broken());
        let mut ids: Vec<WorkspaceId> = self.members.iter().map(|member| member.workspace_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let is_weighed = self.members.iter().all(|member| (1..=MOST_WEIGHT).contains(&member.weight));
        if self.members.len() > MOST_MEMBERS || ids.len() < self.members.len() {
            add("members", Some(MEMBERS));
        } else if !is_weighed {
            add("members", Some(WEIGHT));
        }
        violations
    }
}
