//! Work packages: the units of work of a workspace, whose states are the account's statuses.
//! `docs/contracts/openproject-work-packages.md` has the rules.

pub mod activities;
pub mod archive;
pub mod attribute;
pub mod changes;
pub mod constants;
pub mod evidence;
pub mod hours;
pub mod progress;
pub mod rules;
pub mod store;

pub use self::activities::Activity;

use serde::{Deserialize, Serialize};

use self::constants::{NORMAL, TASK, type_of};
use self::hours::Hours;
use self::progress::{Given, Mode, Progress};
use crate::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
use crate::statuses::Status;
use base::clock::{Date, Time};

/// A unit of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkPackage {
    /// Unique in the store.
    pub id: WorkPackageId,
    /// The account of its workspace; not part of the archive, which takes the workspace's.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace, for good.
    pub workspace_id: WorkspaceId,
    /// One of [`constants::TYPES`].
    pub type_id: i64,
    /// One of the account's statuses.
    pub status_id: i64,
    /// One of [`constants::PRIORITIES`].
    pub priority_id: i64,
    /// The person who created it.
    pub author_id: UserId,
    /// The person who does it.
    pub assignee_id: Option<UserId>,
    /// The person who is accountable for it.
    pub responsible_id: Option<UserId>,
    /// The work package above it, of the same workspace.
    pub parent_id: Option<WorkPackageId>,
    /// 1 to 255 characters, no blanks at its ends.
    pub subject: String,
    /// Markdown.
    pub description: Option<String>,
    /// The first day; that of a milestone is the last one, too.
    pub start_date: Option<Date>,
    /// The last day.
    pub due_date: Option<Date>,
    /// Work.
    pub work: Option<Hours>,
    /// Remaining work.
    pub remaining: Option<Hours>,
    /// % Complete, 0 to 100.
    pub percent: Option<i64>,
    /// The number of changes; a write names it.
    pub lock_version: i64,
    /// When it was created.
    pub created_at: Time,
    /// When it, or a comment on it, was last written.
    pub updated_at: Time,
}

/// A work package in a request: an absent attribute keeps its value, or gets its default. The inner `None` is `null`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Draft {
    pub subject: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub type_id: Option<Option<i64>>,
    pub status_id: Option<Option<i64>>,
    pub priority_id: Option<Option<i64>>,
    pub assignee_id: Option<Option<UserId>>,
    pub responsible_id: Option<Option<UserId>>,
    pub parent_id: Option<Option<WorkPackageId>>,
    pub start_date: Option<Option<Date>>,
    pub due_date: Option<Option<Date>>,
    pub progress: Given,
}

impl WorkPackage {
    /// A work package with default values; `statuses` are those of the account.
    pub fn blank(
        (account_id, workspace_id): (AccountId, WorkspaceId),
        author_id: UserId,
        statuses: &[Status],
        at: Time,
    ) -> Self {
        let status = statuses.iter().find(|status| status.is_default);
        Self {
            id: WorkPackageId(0),
            account_id,
            workspace_id,
            type_id: TASK,
            status_id: status.map_or(0, |status| status.id),
            priority_id: NORMAL,
            author_id,
            assignee_id: None,
            responsible_id: None,
            parent_id: None,
            subject: String::new(),
            description: None,
            start_date: None,
            due_date: None,
            work: None,
            remaining: None,
            percent: None,
            lock_version: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether it has one date.
    pub fn is_milestone(&self) -> bool {
        type_of(self.type_id).is_some_and(|one| one.is_milestone)
    }

    /// Work, Remaining work and % Complete.
    pub const fn progress(&self) -> Progress {
        Progress { work: self.work, remaining: self.remaining, percent: self.percent }
    }

    /// The work package with other values of progress.
    #[must_use]
    pub fn with_progress(self, Progress { work, remaining, percent }: Progress) -> Self {
        Self { work, remaining, percent, ..self }
    }

    /// The number of calendar days from the first to the last one; `None` unless it has both.
    pub fn duration(&self) -> Option<i64> {
        let days = self.due_date?.days_since(self.start_date?) + 1;
        (!self.is_milestone()).then_some(days)
    }

    /// Its making, by its author, as an activity whose id is that of the work package with another sign.
    pub const fn making(&self) -> Activity {
        Activity {
            id: -self.id.0,
            account_id: self.account_id,
            workspace_id: self.workspace_id,
            work_package_id: self.id,
            version: 1,
            user_id: Some(self.author_id),
            comment: None,
            details: Vec::new(),
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }

    /// The description in the form in which it is searched.
    pub(crate) fn description_key(&self) -> String {
        self.description.as_deref().unwrap_or_default().to_lowercase()
    }

    /// The key by which subjects are sorted and searched.
    pub(crate) fn subject_key(&self) -> String {
        self.subject.to_lowercase()
    }
}

impl Draft {
    /// The work package after this change. Ids that do not exist are kept, for [`rules::violations`].
    pub fn apply(&self, before: &WorkPackage, statuses: &[Status], mode: Mode) -> WorkPackage {
        let mut after = before.clone();
        if let Some(subject) = &self.subject {
            subject.as_deref().unwrap_or_default().trim().clone_into(&mut after.subject);
        }
        if let Some(description) = &self.description {
            after.description = description.clone().filter(|text| !text.is_empty());
        }
        after.type_id = self.type_id.flatten().unwrap_or(before.type_id);
        after.status_id = self.status_id.flatten().unwrap_or(before.status_id);
        after.priority_id = self.priority_id.flatten().unwrap_or(before.priority_id);
        after.assignee_id = self.assignee_id.unwrap_or(before.assignee_id);
        after.responsible_id = self.responsible_id.unwrap_or(before.responsible_id);
        after.parent_id = self.parent_id.unwrap_or(before.parent_id);
        after.start_date = self.start_date.unwrap_or(before.start_date);
        after.due_date = self.due_date.unwrap_or(before.due_date);
        if after.is_milestone() && self.start_date.is_none() && self.due_date.is_none() {
            let day = after.due_date.or(after.start_date);
            (after.start_date, after.due_date) = (day, day);
        }
        let progress = match mode {
            Mode::Work => before.progress().derive(self.progress),
            Mode::Status => {
                let status = statuses.iter().find(|status| status.id == after.status_id);
                let ratio = status.map_or(0, |status| status.default_done_ratio);
                let is_given = self.status_id.is_some() || before.id == WorkPackageId(0);
                before.progress().follow(self.progress.work, ratio, is_given)
            }
        };
        after.with_progress(progress)
    }
}
