//! Drafts of status reports. A program writes a draft, and names the sources of each sentence; a person edits it, and publishes
//! or discards it. The person who publishes a draft is the author of the report.

pub mod archive;
pub mod input;
pub mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::status_reports::{Category, Color, Detail, DraftDetail, StatusReport};
use crate::{status_reports, text};
use base::clock::Time;

/// The maximum number of open drafts about a workspace.
pub const MOST_OPEN: i64 = 20;

/// A draft of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportDraft {
    /// Unique in the store.
    pub id: i64,
    /// The account of the workspace.
    #[serde(skip)]
    pub account_id: AccountId,
    /// The workspace that it is about.
    pub workspace_id: WorkspaceId,
    /// The overall health.
    pub color: Color,
    /// The explanation; not blank.
    pub description: String,
    /// The health of categories; each category at most once.
    pub details: Vec<Detail>,
    /// The sentences as the program wrote them, with their sources. A person's edits do not change them.
    pub sentences: Vec<Sentence>,
    /// The name of the token, or of the application to which the token was issued.
    pub agent: String,
    /// The person for whom the program acted.
    pub creator_id: UserId,
    /// The person who last edited it.
    pub updater_id: Option<UserId>,
    /// What became of it.
    pub state: State,
    /// The person who published or discarded it.
    pub closer_id: Option<UserId>,
    /// When it was published or discarded.
    pub closed_at: Option<Time>,
    /// The report that came from it, which may be deleted.
    pub report_id: Option<ReportId>,
    /// When it was written.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A sentence of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DraftSentence")]
pub struct Sentence {
    /// The category under which it is; none for the description of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The text.
    pub text: String,
    /// What it rests on; at least one.
    pub sources: Vec<Source>,
}

/// What a sentence rests on: a record of the account, by its type and its id, or an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DraftSource")]
pub struct Source {
    /// The type of the record.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SourceKind>,
    /// The id of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// An address with http or https, instead of a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The types of records on which a sentence can rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as the kinds of the log")]
pub enum SourceKind {
    Workspace,
    StatusReport,
    WorkspaceStatusChange,
    Milestone,
    Note,
    Comment,
    WorkPackage,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DraftState")]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum State {
    Open,
    Published,
    Discarded,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Workspace,
        Self::StatusReport,
        Self::WorkspaceStatusChange,
        Self::Milestone,
        Self::Note,
        Self::Comment,
        Self::WorkPackage,
    ];

    /// The name on the wire and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::StatusReport => "status_report",
            Self::WorkspaceStatusChange => "workspace_status_change",
            Self::Milestone => "milestone",
            Self::Note => "note",
            Self::Comment => "comment",
            Self::WorkPackage => "work_package",
        }
    }
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Published, Self::Discarded];

    /// The name on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Published => "published",
            Self::Discarded => "discarded",
        }
    }

    /// The state of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl ReportDraft {
    /// The report that publishing would write now, without an id.
    pub fn report(&self) -> StatusReport {
        let blank = StatusReport::blank(self.account_id, self.workspace_id, self.creator_id, self.created_at);
        StatusReport {
            color: self.color,
            description: self.description.clone(),
            details: self.details.clone(),
            ..blank
        }
    }

    /// The request for that report.
    pub fn request(&self) -> status_reports::Draft {
        let detail = |detail: &Detail| DraftDetail {
            category: Some(detail.category.name().into()),
            color: Some(detail.color.name().into()),
            description: detail.description.clone(),
        };
        status_reports::Draft {
            workspace_id: Some(self.workspace_id),
            color: Some(self.color.name().into()),
            description: Some(self.description.clone()),
            details: Some(Some(self.details.iter().map(detail).collect())),
            external_reference: None,
            checks_hints: true,
        }
    }

    /// Whether a sentence still is in the text as the program wrote it.
    pub fn has_kept(&self, sentence: &Sentence) -> bool {
        let text = match sentence.category {
            None => Some(self.description.as_str()),
            Some(category) => {
                let detail = self.details.iter().find(|detail| detail.category == category);
                detail.and_then(|detail| detail.description.as_deref())
            }
        };
        text.is_some_and(|text| text.contains(sentence.text.trim()))
    }

    /// Its first sentence.
    pub fn summary(&self) -> String {
        text::first_sentence(&self.description)
    }
}
