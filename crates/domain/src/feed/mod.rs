//! The feed: the log of an account, as the people of the account may read it. The surfaces, and whatever else tells of events,
//! call this module.

pub mod store;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::events::{KINDS, Link};
use crate::external_references::SubjectType;
use crate::ids::{ReportId, WorkspaceId};
use crate::kinds;
use crate::record::Logged;
use crate::webhooks;
use crate::webhooks::WebhookEndpoint;
use crate::workspaces::Workspace;

/// Parts of the names of members that are secrets, their digests, or can be derived from them. The log has them; nothing that
/// leaves the store has.
const SECRET: [&str; 7] = ["sha256", "hash", "digest", "password", "secret", "challenge", "seal"];

/// Stands for every subject or every kind in the name of a type.
const ANY: &str = "*";

/// Which events to read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Names of types, as [`types`] returns them.
    pub types: Option<Vec<String>>,
    /// Of some workspaces.
    pub workspaces: Option<Vec<WorkspaceId>>,
}

/// An event that its reader may see.
#[derive(Clone, Debug)]
pub struct Published {
    /// The event.
    pub link: Link,
    /// The hash of the event.
    pub hash: [u8; 32],
    /// The workspace that it belongs to.
    pub workspace_id: Option<WorkspaceId>,
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Page {
    /// The oldest first.
    pub events: Vec<Published>,
    /// The number of the last event that was looked at: the next page begins after it.
    pub next_after: i64,
    /// The number of the account's last event.
    pub last: i64,
}

/// The workspace of a record, or what leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Workspace(WorkspaceId),
    Report(ReportId),
    Account,
}

/// The members of a record that lead to its workspace.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Leads {
    workspace_id: Option<WorkspaceId>,
    status_report_id: Option<ReportId>,
    subject_type: Option<SubjectType>,
    subject_id: i64,
}

impl Published {
    /// The name of its type, such as `status_report.created`.
    pub fn type_name(&self) -> String {
        let event = &self.link.event;
        format!("{}.{}", event.subject_type, event.kind)
    }
}

impl Page {
    /// Whether there are no more events.
    pub const fn is_last(&self) -> bool {
        self.next_after >= self.last
    }
}

/// The names of all types that a name stands for, in which `*` may be a part; `None` if it stands for none.
pub fn types(name: &str) -> Option<Vec<String>> {
    let (subject, kind) = name.split_once('.')?;
    let of = |part: &str, all: &[&'static str]| -> Vec<&'static str> {
        all.iter().copied().filter(|one| part == ANY || part == *one).collect()
    };
    let kinds = of(kind, &KINDS);
    let names: Vec<String> = of(subject, kinds::NAMES)
        .iter()
        .flat_map(|subject| kinds.iter().map(move |kind| format!("{subject}.{kind}")))
        .collect();
    (!names.is_empty()).then_some(names)
}

/// The names of all subjects.
pub const fn subjects() -> &'static [&'static str] {
    kinds::NAMES
}

/// A record of the log of a kind, without secrets and their digests.
pub fn record(kind: &str, text: &str) -> Map<String, Value> {
    let mut members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    members.retain(|name, _| !is_secret(name));
    if kind == WebhookEndpoint::KIND {
        webhooks::mask(&mut members);
    }
    members
}

fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|part| name.contains(part))
}

/// The workspace of an event's record, or what leads to it.
fn place(link: &Link) -> Place {
    let event = &link.event;
    if event.subject_type == Workspace::KIND {
        return Place::Workspace(WorkspaceId(event.subject_id));
    }
    let record = event.after.as_deref().or(event.before.as_deref()).unwrap_or("{}");
    let leads: Leads = serde_json::from_str(record).unwrap_or_default();
    match (leads.workspace_id, leads.status_report_id, leads.subject_type) {
        (Some(id), ..) => Place::Workspace(id),
        (None, Some(id), _) => Place::Report(id),
        (None, None, Some(SubjectType::Workspace)) => Place::Workspace(WorkspaceId(leads.subject_id)),
        (None, None, Some(SubjectType::StatusReport)) => Place::Report(ReportId(leads.subject_id)),
        (None, None, None) => Place::Account,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_type_may_stand_for_several() {
        assert_eq!(types("workspace.updated"), Some(vec!["workspace.updated".to_owned()]));
        let all = types("status_report.*").expect("a subject");
        assert_eq!(all.len(), KINDS.len());
        assert!(all.contains(&"status_report.created".to_owned()));
        assert_eq!(types("*.created").expect("a kind").len(), kinds::NAMES.len());
        assert_eq!(types("*.*").expect("all").len(), kinds::NAMES.len() * KINDS.len());
        for unknown in
            ["", "*", ".", "workspace", "workspace.", "Workspace.updated", "workspace.created.x", "a.*"]
        {
            assert_eq!(types(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_record_has_no_secrets() {
        let text = r#"{"id":7,"sha256":"a","password_hash":"b","secret_sha256":"c","code_sha256":"d",
            "code_challenge":"e","name":"n","code_expires_at":"2026-01-01T00:00:00Z"}"#;
        let names: Vec<_> = record("user", text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "name", "code_expires_at"]);
    }
}
