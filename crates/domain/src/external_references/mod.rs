//! External references: records of other systems to which a report or a workspace belongs.

pub mod archive;
pub mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{Problem, Violation};
use crate::ids::{AccountId, ReportId, WorkspaceId};
use base::clock::Time;

/// A record of another system; a subject has at most one per service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalReference {
    /// Unique in the store.
    pub id: i64,
    /// The account of the subject.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace that the subject is, or belongs to.
    #[serde(skip)]
    pub workspace_id: WorkspaceId,
    /// The type of the subject.
    pub subject_type: SubjectType,
    /// The id of the subject.
    pub subject_id: i64,
    /// The other system.
    pub service_name: String,
    /// The kind of record there.
    pub service_model: String,
    /// The id of the record there.
    pub service_model_ref: String,
    /// The result of the last synchronisation.
    pub status: Option<SyncStatus>,
    /// The address of the record there.
    pub external_link: Option<String>,
    /// A message from the other system.
    pub external_message: Option<String>,
    /// The status of the record there.
    pub external_status: Option<String>,
    /// Whether the subject is locked against changes.
    pub locked: bool,
    /// When a synchronisation last succeeded.
    pub last_synced_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// The types of subjects; the names are class names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum SubjectType {
    StatusReport,
    Workspace,
}

/// The subject of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Subject {
    StatusReport(ReportId),
    Workspace(WorkspaceId),
}

/// The result of a synchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum SyncStatus {
    Pending,
    Successful,
    Failed,
}

/// A reference in a request; an absent attribute of an existing reference keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required.
    pub service_name: Option<String>,
    /// Required.
    pub service_model: Option<String>,
    /// Required.
    pub service_model_ref: Option<String>,
    /// `pending`, `successful` or `failed`; `Some(None)` clears it.
    pub status: Option<Option<String>>,
    /// `Some(None)` clears it.
    pub external_link: Option<Option<String>>,
    /// `Some(None)` clears it.
    pub external_message: Option<Option<String>>,
    /// `Some(None)` clears it.
    pub external_status: Option<Option<String>>,
    /// Whether the subject is locked against changes.
    pub locked: Option<bool>,
}

impl SubjectType {
    /// The class name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StatusReport => "StatusReport",
            Self::Workspace => "Workspace",
        }
    }

    /// The type of a class name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::StatusReport, Self::Workspace].into_iter().find(|kind| kind.name() == name)
    }
}

impl Subject {
    /// The subject of a type and an id.
    pub const fn new(kind: SubjectType, id: i64) -> Self {
        match kind {
            SubjectType::StatusReport => Self::StatusReport(ReportId(id)),
            SubjectType::Workspace => Self::Workspace(WorkspaceId(id)),
        }
    }

    /// Its type and its id.
    pub const fn parts(self) -> (SubjectType, i64) {
        match self {
            Self::StatusReport(id) => (SubjectType::StatusReport, id.0),
            Self::Workspace(id) => (SubjectType::Workspace, id.0),
        }
    }
}

impl SyncStatus {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Successful, Self::Failed];

    /// The name on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Successful => "successful",
            Self::Failed => "failed",
        }
    }

    /// The status of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl Draft {
    fn required(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("service_name", self.service_name.as_deref()),
            ("service_model", self.service_model.as_deref()),
            ("service_model_ref", self.service_model_ref.as_deref()),
        ]
    }

    fn status_is_unknown(&self) -> bool {
        self.status.as_ref().and_then(Option::as_deref).is_some_and(|name| SyncStatus::named(name).is_none())
    }

    /// The violations, each for its own attribute.
    pub fn violations(&self) -> Vec<Violation> {
        let missing = self.required().into_iter().filter(|(_, value)| is_blank(*value));
        let mut violations: Vec<_> =
            missing.map(|(field, _)| Violation::new(field, Problem::Blank)).collect();
        if self.status_is_unknown() {
            violations.push(Violation::new("status", Problem::NotIncluded));
        }
        violations
    }

    /// The violations, as those of the attribute `field` of another object.
    pub fn violations_inside(&self, field: &'static str) -> Vec<Violation> {
        let missing = self.required().into_iter().filter(|(_, value)| is_blank(*value));
        let mut violations: Vec<_> =
            missing.map(|(part, _)| Violation::new(field, Problem::PartBlank(part))).collect();
        if self.status_is_unknown() {
            violations.push(Violation::new(field, Problem::PartNotIncluded("status")));
        }
        violations
    }

    /// The reference after this change, whose violations were checked.
    pub fn apply(&self, before: &ExternalReference, at: Time) -> ExternalReference {
        let mut after = before.clone();
        let text = |target: &mut String, given: &Option<String>| {
            if let Some(given) = given {
                target.clone_from(given);
            }
        };
        text(&mut after.service_name, &self.service_name);
        text(&mut after.service_model, &self.service_model);
        text(&mut after.service_model_ref, &self.service_model_ref);
        if let Some(status) = &self.status {
            after.status = status.as_deref().and_then(SyncStatus::named);
            if after.status == Some(SyncStatus::Successful) {
                after.last_synced_at = Some(at);
            }
        }
        let optional = |target: &mut Option<String>, given: &Option<Option<String>>| {
            if let Some(given) = given {
                target.clone_from(given);
            }
        };
        optional(&mut after.external_link, &self.external_link);
        optional(&mut after.external_message, &self.external_message);
        optional(&mut after.external_status, &self.external_status);
        after.locked = self.locked.unwrap_or(before.locked);
        after.updated_at = at;
        after
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
