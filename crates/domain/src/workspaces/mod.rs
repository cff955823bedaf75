//! Workspaces: the projects whose health is reported. All surfaces and the pages call this module.

pub mod archive;
pub mod dates;
pub mod identifier;
pub mod import;
pub mod store;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use super::error::{Error, Problem, Violation};
use super::external_references;
use super::participations::{Access, side_of_role};
use super::status_keys;
use crate::ids::{AccountId, UserId, WorkspaceId};
use base::clock::{Date, Time};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Unique in the store.
    pub id: WorkspaceId,
    /// The account that owns it.
    pub account_id: AccountId,
    /// The title.
    pub title: String,
    /// The chosen identifier, which addresses of the OpenProject surface contain; unique in the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The first day.
    pub start_date: Option<Date>,
    /// The last day.
    pub due_date: Option<Date>,
    /// Archived workspaces are hidden from lists by default.
    pub archived: bool,
    /// Its status: a key of the table in [`status_keys`].
    pub status_key: i64,
    /// How users may join.
    #[serde(default, deserialize_with = "null_is_default")]
    pub access_level: AccessLevel,
    /// The project status of OpenProject; kept beside the status key.
    pub project_status: Option<ProjectStatus>,
    /// The explanation of the project status, in Markdown.
    pub status_explanation: Option<String>,
    /// The chosen lead, who leads it as long as they are on the provider side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<UserId>,
    /// The user who created it.
    pub creator_id: UserId,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// How users may join a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessLevel {
    /// By invitation.
    #[default]
    Invitation,
    /// Every user of the account may join.
    Open,
    /// Administrators add users.
    #[serde(alias = "admin")]
    Admins,
}

/// The six project statuses of OpenProject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum ProjectStatus {
    OnTrack,
    AtRisk,
    OffTrack,
    NotStarted,
    Finished,
    Discontinued,
}

/// A workspace as a caller sees it.
#[derive(Clone, Debug)]
pub struct VisibleWorkspace {
    /// The workspace.
    pub workspace: Workspace,
    /// The caller's access to it.
    pub access: Access,
    /// Whether the caller participates in it.
    pub takes_part: bool,
    /// The lead: the chosen one if they are on the provider side, else its creator, or the first participant of the
    /// provider side if the creator is on the client side.
    pub primary_maven_id: Option<UserId>,
    /// The lead if none is chosen.
    pub usual_lead_id: Option<UserId>,
    /// The first participant of the client side.
    pub primary_counterpart_id: Option<UserId>,
    /// The number of its writes, including its creation.
    pub version: i64,
}

impl VisibleWorkspace {
    /// The workspace if the caller sees its health, which the client side does not.
    pub fn whole(&self) -> Option<&Workspace> {
        self.access.sees_health().then_some(&self.workspace)
    }
}

/// A workspace in a request: an absent attribute keeps its value, or gets its default.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub title: Option<String>,
    /// Its name in addresses of the OpenProject surface.
    pub identifier: Option<String>,
    /// `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// `Some(None)` clears it.
    pub start_date: Option<Option<Date>>,
    /// `Some(None)` clears it.
    pub due_date: Option<Option<Date>>,
    /// Whether it is archived.
    pub archived: Option<bool>,
    /// A row of the table of status keys.
    pub status_key: Option<i64>,
    /// The name of a level.
    pub access_level: Option<String>,
    /// The project status; `Some(None)` clears it.
    pub project_status: Option<Option<ProjectStatus>>,
    /// The explanation of the project status; `Some(None)` clears it.
    pub status_explanation: Option<Option<String>>,
    /// The lead; `Some(None)` leaves it to the rule of [`VisibleWorkspace::primary_maven_id`].
    pub lead_id: Option<Option<UserId>>,
    /// The role of the creator.
    pub creator_role: Option<String>,
    /// The record of another system to which it belongs.
    pub external_reference: Option<Option<external_references::Draft>>,
}

fn null_is_default<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccessLevel, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl AccessLevel {
    /// The name on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Open => "open",
            Self::Admins => "admins",
        }
    }

    /// The level with a name; `admin` is accepted, too.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "invitation" => Some(Self::Invitation),
            "open" => Some(Self::Open),
            "admins" | "admin" => Some(Self::Admins),
            _ => None,
        }
    }
}

impl ProjectStatus {
    /// All, in the order of the pages.
    pub const LISTED: [Self; 6] =
        [Self::NotStarted, Self::OnTrack, Self::AtRisk, Self::OffTrack, Self::Finished, Self::Discontinued];

    /// The English label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnTrack => "On track",
            Self::AtRisk => "At risk",
            Self::OffTrack => "Off track",
            Self::NotStarted => "Not started",
            Self::Finished => "Finished",
            Self::Discontinued => "Discontinued",
        }
    }

    /// The code on the wire and in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::OffTrack => "off_track",
            Self::NotStarted => "not_started",
            Self::Finished => "finished",
            Self::Discontinued => "discontinued",
        }
    }

    /// The status of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::LISTED.into_iter().find(|status| status.code() == code)
    }
}

impl Draft {
    /// The violations, in the order of the fields.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        match &self.title {
            Some(title) if title.trim().is_empty() => add("title", Problem::Blank),
            None if is_new => add("title", Problem::Blank),
            _ => {}
        }
        violations.extend(self.identifier.as_deref().map(identifier::violations).unwrap_or_default());
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        if is_new && self.creator_role.as_deref().is_some_and(|role| side_of_role(role).is_none()) {
            add("creator_role", Problem::NotIncluded);
        }
        if self.status_key.is_some_and(|key| status_keys::find(key).is_none()) {
            add("status_key", Problem::NotIncluded);
        }
        if self.access_level.as_deref().is_some_and(|name| AccessLevel::named(name).is_none()) {
            add("access_level", Problem::NotIncluded);
        }
        match &self.external_reference {
            Some(Some(reference)) => violations.extend(reference.violations_inside("external_reference")),
            Some(None) => add("external_reference", Problem::Malformed),
            None => {}
        }
        violations
    }

    /// The workspace after this change.
    pub fn apply(&self, before: &Workspace, at: Time) -> Workspace {
        let mut after = before.clone();
        if let Some(title) = &self.title {
            after.title.clone_from(title);
        }
        if self.identifier.is_some() {
            after.identifier.clone_from(&self.identifier);
        }
        if let Some(description) = &self.description {
            after.description.clone_from(description);
        }
        after.start_date = self.start_date.unwrap_or(before.start_date);
        after.due_date = self.due_date.unwrap_or(before.due_date);
        after.archived = self.archived.unwrap_or(before.archived);
        after.status_key = self.status_key.unwrap_or(before.status_key);
        if let Some(level) = self.access_level.as_deref().and_then(AccessLevel::named) {
            after.access_level = level;
        }
        after.project_status = self.project_status.unwrap_or(before.project_status);
        if let Some(explanation) = &self.status_explanation {
            after.status_explanation.clone_from(explanation);
        }
        after.lead_id = self.lead_id.unwrap_or(before.lead_id);
        after.updated_at = at;
        after
    }

    /// A new workspace; the store sets its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all violations.
    pub fn make(&self, account_id: AccountId, creator_id: UserId, at: Time) -> Result<Workspace, Error> {
        Error::check(self.violations(true))?;
        Ok(self.apply(&Workspace::blank(account_id, creator_id, at), at))
    }
}

/// The key by which titles are sorted and searched.
pub(crate) fn title_key(title: &str) -> String {
    title.to_lowercase()
}

/// The text that is searched for words in title or description.
pub(crate) fn search_text(title: &str, description: Option<&str>) -> String {
    format!("{}\n{}", title_key(title), description.unwrap_or_default().to_lowercase())
}

impl Workspace {
    /// The chosen identifier, or else the derived one.
    pub fn shown_identifier(&self) -> Cow<'_, str> {
        self.identifier.as_deref().map_or_else(|| self.derived_identifier().into(), Cow::Borrowed)
    }

    /// The identifier that it has as long as none is chosen.
    pub fn derived_identifier(&self) -> String {
        identifier::derived(&self.title, self.id)
    }

    /// The key by which titles are sorted and searched.
    pub(crate) fn title_key(&self) -> String {
        title_key(&self.title)
    }

    /// The text that is searched for words in title or description.
    pub(crate) fn search_text(&self) -> String {
        search_text(&self.title, self.description.as_deref())
    }

    /// A workspace with default values.
    pub fn blank(account_id: AccountId, creator_id: UserId, at: Time) -> Self {
        Self {
            id: WorkspaceId(0),
            account_id,
            title: String::new(),
            identifier: None,
            description: None,
            start_date: None,
            due_date: None,
            archived: false,
            status_key: status_keys::BACKLOG,
            access_level: AccessLevel::default(),
            project_status: None,
            status_explanation: None,
            lead_id: None,
            creator_id,
            created_at: at,
            updated_at: at,
        }
    }
}
