//! Status reports: dated snapshots of a workspace's health. The surfaces and the pages call this module.

pub mod archive;
pub mod compare;
pub mod hints;
pub mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{Error, Problem, Violation};
use super::external_references;
use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use base::clock::Time;

/// A snapshot of a workspace's health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusReport {
    /// Unique in the store.
    pub id: ReportId,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace that it is about.
    pub workspace_id: WorkspaceId,
    /// The overall health.
    pub color: Color,
    /// The explanation; not blank.
    pub description: String,
    /// The health of categories, in the given order; each category at most once.
    pub details: Vec<Detail>,
    /// The author.
    pub creator_id: UserId,
    /// The user who last changed it.
    pub updater_id: Option<UserId>,
    /// When it was written.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A report in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportState {
    /// The report.
    pub report: StatusReport,
    /// The number of its last version.
    pub version: i64,
    /// When it was deleted; none for one that is there.
    pub deleted_at: Option<Time>,
}

/// The health of one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The category.
    pub category: Category,
    /// Its health.
    pub color: Color,
    /// Why.
    pub description: Option<String>,
}

/// Health, as a traffic light.
// In the order of the variants, the worse color is the greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Color {
    Green,
    Yellow,
    Red,
}

/// An aspect of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Category {
    Scope,
    Budget,
    Schedule,
    Client,
}

/// A report in a request: an absent attribute keeps its value, and is an error for a new report.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The workspace, for a new one.
    pub workspace_id: Option<WorkspaceId>,
    /// The name of a colour.
    pub color: Option<String>,
    /// Not blank.
    pub description: Option<String>,
    /// Replaces all details; `Some(None)` stands for a value that is not a list of objects.
    pub details: Option<Option<Vec<DraftDetail>>>,
    /// The record of another system to which it belongs; `Some(None)` stands for a value that is not an object.
    pub external_reference: Option<Option<external_references::Draft>>,
    /// Whether an account that refuses reports with hints refuses this one; the vendors' surfaces have no such rule.
    pub checks_hints: bool,
}

/// A detail in a request.
#[derive(Clone, Debug, Default)]
pub struct DraftDetail {
    /// The name of a category.
    pub category: Option<String>,
    /// The name of a colour.
    pub color: Option<String>,
    /// Why.
    pub description: Option<String>,
}

impl StatusReport {
    /// A report with default values.
    pub const fn blank(
        account_id: AccountId,
        workspace_id: WorkspaceId,
        creator_id: UserId,
        at: Time,
    ) -> Self {
        Self {
            id: ReportId(0),
            account_id,
            workspace_id,
            color: Color::Green,
            description: String::new(),
            details: Vec::new(),
            creator_id,
            updater_id: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether it changed after it was written.
    pub fn is_edited(&self) -> bool {
        self.updated_at != self.created_at
    }
}

impl Color {
    /// All colours, the best first.
    pub const ALL: [Self; 3] = [Self::Green, Self::Yellow, Self::Red];

    /// The name on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The colour of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.name() == name)
    }
}

impl Category {
    /// All categories, in the order of the pages.
    pub const ALL: [Self; 4] = [Self::Scope, Self::Budget, Self::Schedule, Self::Client];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scope => "Scope",
            Self::Budget => "Budget",
            Self::Schedule => "Schedule",
            Self::Client => "Client",
        }
    }

    /// The category of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

/// Whether no category occurs twice.
pub fn categories_differ(details: &[Detail]) -> bool {
    details
        .iter()
        .enumerate()
        .all(|(index, detail)| details[..index].iter().all(|earlier| earlier.category != detail.category))
}

impl Draft {
    /// The violations, in the order of the fields.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        if is_new && self.workspace_id.is_none() {
            add("workspace_id", Problem::Blank);
        }
        match self.color.as_deref() {
            Some("") => add("color", Problem::Blank),
            None if is_new => add("color", Problem::Blank),
            Some(name) if Color::named(name).is_none() => add("color", Problem::NotIncluded),
            _ => {}
        }
        match &self.description {
            Some(text) if text.trim().is_empty() => add("description", Problem::Blank),
            None if is_new => add("description", Problem::Blank),
            _ => {}
        }
        match &self.details {
            None => {}
            Some(None) => add("details", Problem::Malformed),
            Some(Some(details)) => {
                details.iter().flat_map(DraftDetail::problems).for_each(|problem| add("details", problem));
                let read: Vec<_> = details.iter().filter_map(DraftDetail::read).collect();
                if !categories_differ(&read) {
                    add("details", Problem::Sentence("Details can't have the same category twice"));
                }
            }
        }
        match &self.external_reference {
            Some(Some(reference)) => violations.extend(reference.violations_inside("external_reference")),
            Some(None) => add("external_reference", Problem::Malformed),
            None => {}
        }
        violations
    }

    /// The report after this change, whose violations were checked.
    pub fn apply(&self, before: &StatusReport) -> StatusReport {
        let mut after = before.clone();
        if let Some(color) = self.color.as_deref().and_then(Color::named) {
            after.color = color;
        }
        if let Some(description) = &self.description {
            after.description.clone_from(description);
        }
        if let Some(Some(details)) = &self.details {
            after.details = details.iter().filter_map(DraftDetail::read).collect();
        }
        after
    }

    /// A new report; the store sets its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all violations.
    pub fn make(&self, account_id: AccountId, creator_id: UserId, at: Time) -> Result<StatusReport, Error> {
        Error::check(self.violations(true))?;
        let workspace_id = self.workspace_id.unwrap_or_default();
        Ok(self.apply(&StatusReport::blank(account_id, workspace_id, creator_id, at)))
    }
}

impl DraftDetail {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        match self.category.as_deref().unwrap_or_default() {
            "" => problems.push(Problem::PartBlank("category")),
            name if Category::named(name).is_none() => problems.push(Problem::PartNotIncluded("category")),
            _ => {}
        }
        match self.color.as_deref().unwrap_or_default() {
            "" => problems.push(Problem::PartBlank("color")),
            name if Color::named(name).is_none() => problems.push(Problem::PartNotIncluded("color")),
            _ => {}
        }
        problems
    }

    pub(crate) fn read(&self) -> Option<Detail> {
        Some(Detail {
            category: Category::named(self.category.as_deref()?)?,
            color: Color::named(self.color.as_deref()?)?,
            description: self.description.clone(),
        })
    }
}
