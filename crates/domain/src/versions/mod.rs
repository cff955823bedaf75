//! Versions: the states of workspaces, status reports, status changes, statuses, programmes and work packages over time. Each holds from an instant
//! on (`effective`), and is known to the store from an instant on (`at`). The log writes them with its events.

pub mod completion;
pub mod past;
pub mod store;

use serde::Deserialize;

use crate::events::Event;
use crate::ids::WorkspaceId;
use crate::programmes::Programme;
use crate::record::Logged;
use crate::status_changes::StatusChange;
use crate::status_reports::{Color, StatusReport};
use crate::statuses::Status;
use crate::work_packages::WorkPackage;
use crate::workspaces::{Workspace, search_text, title_key};
use base::clock::Time;

/// A version, without the content of the record, which the event with its sequence has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version<'e> {
    /// The number of the event in its account.
    pub sequence: i64,
    /// The kind of the record.
    pub subject_type: &'e str,
    /// The record.
    pub subject_id: i64,
    /// The kind of the event.
    pub kind: &'e str,
    /// When the store came to know it.
    pub at: Time,
    /// From when on it holds.
    pub effective: Time,
    /// What lists are narrowed and ordered by.
    pub facts: Facts,
}

/// The members of a record by which lists are narrowed and ordered; those that its kind does not have are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the records")]
pub struct Facts {
    pub color: Option<Color>,
    pub archived: Option<bool>,
    pub status_key: Option<i64>,
    pub title_key: Option<String>,
    pub search_text: Option<String>,
    pub updated_at: Option<Time>,
    pub workspace_id: Option<WorkspaceId>,
    pub created_at: Option<Time>,
}

/// The members of a record that a version takes over.
#[derive(Debug, Default, Deserialize)]
struct Content {
    created_at: Option<Time>,
    updated_at: Option<Time>,
    color: Option<Color>,
    archived: Option<bool>,
    status_key: Option<i64>,
    title: Option<String>,
    description: Option<String>,
    workspace_id: Option<WorkspaceId>,
}

impl<'e> Version<'e> {
    /// Whether records of a kind have versions.
    pub fn has(kind: &str) -> bool {
        let kinds = [
            Workspace::KIND,
            StatusReport::KIND,
            StatusChange::KIND,
            Status::KIND,
            Programme::KIND,
            WorkPackage::KIND,
        ];
        kinds.contains(&kind)
    }

    /// The version that an event makes; `None` if records of its kind have none.
    pub fn of(event: &'e Event) -> Option<Self> {
        let content = event.after.as_deref().or(event.before.as_deref()).unwrap_or_default();
        let Event { sequence, at, subject_id, .. } = *event;
        Self::new((sequence, at), (&event.subject_type, subject_id), &event.kind, content)
    }

    /// The version from the parts of an event: its number and time, its subject, its kind, and the record after it or,
    /// if it was deleted, before.
    pub fn new(
        (sequence, at): (i64, Time),
        (subject_type, subject_id): (&'e str, i64),
        kind: &'e str,
        content: &str,
    ) -> Option<Self> {
        if !Self::has(subject_type) {
            return None;
        }
        // The color of a status is no health, and a status has none of the other members.
        let content: Content = serde_json::from_str(content).unwrap_or_default();
        let effective = match kind {
            "created" => content.created_at,
            "updated" => content.updated_at,
            _ => None,
        };
        let is_workspace = subject_type == Workspace::KIND;
        let is_report = subject_type == StatusReport::KIND;
        let title = content.title.as_deref().filter(|_| is_workspace);
        Some(Self {
            sequence,
            subject_type,
            subject_id,
            kind,
            at,
            effective: effective.unwrap_or(at),
            facts: Facts {
                color: content.color,
                archived: content.archived,
                status_key: content.status_key,
                title_key: title.map(title_key),
                search_text: title.map(|title| search_text(title, content.description.as_deref())),
                updated_at: content.updated_at.filter(|_| is_workspace),
                workspace_id: content.workspace_id.filter(|_| is_report),
                created_at: content.created_at.filter(|_| is_report),
            },
        })
    }
}
