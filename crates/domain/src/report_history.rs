//! The history of reports, as kinds of records: deleted reports, and versions. Deleted reports can be restored; until then, only
//! those who ask for deleted reports see them. The versions of this store follow from the log; those from before an import came
//! with the archive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::status_reports::{Color, Detail, ReportState, StatusReport};
use base::clock::Time;

/// A report as it was when it was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the report")]
pub struct DeletedReport {
    pub id: ReportId,
    #[serde(skip)]
    pub account_id: AccountId,
    pub workspace_id: WorkspaceId,
    pub color: Color,
    pub description: String,
    pub details: Vec<Detail>,
    pub creator_id: UserId,
    pub updater_id: Option<UserId>,
    pub created_at: Time,
    pub updated_at: Time,
    /// When it was deleted.
    pub deleted_at: Time,
}

impl DeletedReport {
    /// A report that was deleted at an instant.
    pub fn new(report: StatusReport, deleted_at: Time) -> Self {
        let StatusReport { id, account_id, workspace_id, color, description, details, .. } = report;
        let StatusReport { creator_id, updater_id, created_at, updated_at, .. } = report;
        Self {
            id,
            account_id,
            workspace_id,
            color,
            description,
            details,
            creator_id,
            updater_id,
            created_at,
            updated_at,
            deleted_at,
        }
    }

    /// The report with the number of its last version.
    pub fn state(&self, version: i64) -> ReportState {
        ReportState { report: self.report(), version, deleted_at: Some(self.deleted_at) }
    }

    /// The report itself.
    pub fn report(&self) -> StatusReport {
        let Self { id, account_id, workspace_id, color, creator_id, updater_id, .. } = *self;
        StatusReport {
            id,
            account_id,
            workspace_id,
            color,
            description: self.description.clone(),
            details: self.details.clone(),
            creator_id,
            updater_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A version of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportVersion {
    /// Unique in the archive.
    pub id: i64,
    /// The account of the report.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The report.
    pub status_report_id: ReportId,
    /// Its number, from 1 without a gap.
    pub version: i64,
    /// What made it.
    pub change: Change,
    /// When.
    pub at: Time,
    /// Who; none for the command line.
    pub user_id: Option<UserId>,
    /// The way in, by its name in the log.
    pub surface: String,
    /// The report as it was then.
    pub report: StatusReport,
}

/// What makes a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Change {
    Created,
    Updated,
    Deleted,
    Restored,
}

impl Change {
    /// The name in the log, in the archive and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }

    /// The change of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted, Self::Restored]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

/// The members that differ between a version and the one before it.
pub fn changed(before: &StatusReport, after: &StatusReport) -> Vec<&'static str> {
    let differ = [
        ("color", before.color != after.color),
        ("description", before.description != after.description),
        ("details", before.details != after.details),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
