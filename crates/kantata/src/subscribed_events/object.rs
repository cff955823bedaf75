//! The wire object of an event, and its payloads. The vendor does not document payloads; these have the members of its
//! objects (docs/contracts/kantata.md#subscribed-events).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::subjects::Subject;
use crate::envelope::Object;
use crate::participations::role;
use crate::status_changes::StatusChangeObject;
use crate::status_reports::StatusReportObject;
use crate::users::UserObject;
use crate::values::{Id, Seconds, SubjectRef};
use base::clock::Date;
use domain::error::{Error, StoreError};
use domain::events::Event;
use domain::participations::Participation;
use domain::status_changes::StatusChange;
use domain::status_reports::StatusReport;
use domain::users::User;
use domain::workspaces::{AccessLevel, Workspace};

/// The creation, change or deletion of a record.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SubscribedEvent")]
pub struct EventObject<'e> {
    event_type: String,
    account_id: i64,
    user_id: Option<i64>,
    subject_type: &'static str,
    subject_id: i64,
    subject_changed_at: Seconds,
    created_at: Seconds,
    #[serde(flatten)]
    payloads: &'e Payloads,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_ref: Option<Option<SubjectRef>>,
    id: Id,
}

/// The optional fields of an event.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Payloads {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_payload: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_payload: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_changes: Option<Value>,
}

impl Object for EventObject<'_> {
    const KEY: &'static str = "subscribed_events";
}

impl<'e> EventObject<'e> {
    /// The wire object of an event; `subject_exists` is `None` if subjects are not included.
    pub fn of(
        account_id: i64,
        event: &Event,
        subject: &Subject,
        payloads: &'e Payloads,
        subject_exists: Option<bool>,
    ) -> Self {
        let reference = SubjectRef { key: subject.key, id: Id(event.subject_id) };
        Self {
            event_type: format!("{}:{}", subject.name, event.kind),
            account_id,
            user_id: event.actor_id.map(i64::from),
            subject_type: subject.class,
            subject_id: event.subject_id,
            subject_changed_at: Seconds(event.at),
            created_at: Seconds(event.at),
            payloads,
            subject_ref: subject_exists.map(|exists| exists.then_some(reference)),
            id: Id(event.sequence),
        }
    }
}

/// The record of an event as a payload; an empty object if there was none, because clients read its members.
///
/// # Errors
/// [`Error::Store`] if the log contains something else.
pub fn payload(subject: &Subject, record: Option<&str>) -> Result<Value, Error> {
    record.map_or_else(|| Ok(json!({})), |record| read(subject, record).map_err(|error| foreign(&error)))
}

fn foreign(error: &serde_json::Error) -> Error {
    StoreError::Other(format!("an event holds no such record: {error}")).into()
}

fn read(subject: &Subject, record: &str) -> serde_json::Result<Value> {
    match subject.class {
        "Workspace" => serde_json::to_value(workspace(&serde_json::from_str(record)?)),
        "Participation" => serde_json::to_value(participation(&serde_json::from_str(record)?)),
        "User" => serde_json::to_value(UserObject::of(&serde_json::from_str::<User>(record)?)),
        "StatusReport" => {
            let report: StatusReport = serde_json::from_str(record)?;
            serde_json::to_value(StatusReportObject::of(&report, None))
        }
        _ => {
            let change: StatusChange = serde_json::from_str(record)?;
            serde_json::to_value(StatusChangeObject::of(&change))
        }
    }
}

/// The differences between two payloads: each member with its old and its new value.
pub fn changes(before: &Value, after: &Value) -> Value {
    let empty = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let changed = names.filter_map(|name| {
        let (from, to) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
        (from != to).then(|| (name.clone(), json!({ "from": from, "to": to })))
    });
    Value::Object(changed.collect())
}

#[derive(Serialize)]
struct WorkspacePayload<'o> {
    title: &'o str,
    account_id: i64,
    archived: bool,
    description: Option<&'o str>,
    start_date: Option<Date>,
    due_date: Option<Date>,
    created_at: Seconds,
    updated_at: Seconds,
    access_level: &'static str,
    status_key: i64,
    creator_id: Id,
    id: Id,
}

fn workspace(workspace: &Workspace) -> WorkspacePayload<'_> {
    WorkspacePayload {
        title: &workspace.title,
        account_id: workspace.account_id.0,
        archived: workspace.archived,
        description: workspace.description.as_deref(),
        start_date: workspace.start_date,
        due_date: workspace.due_date,
        created_at: Seconds(workspace.created_at),
        updated_at: Seconds(workspace.updated_at),
        access_level: AccessLevel::name(workspace.access_level),
        status_key: workspace.status_key,
        creator_id: Id::of(workspace.creator_id),
        id: Id::of(workspace.id),
    }
}

#[derive(Serialize)]
struct ParticipationPayload {
    role: &'static str,
    access_level: &'static str,
    user_id: Id,
    workspace_id: Id,
    id: Id,
}

/// The payload of a participation, without instants, which the log does not store.
fn participation(part: &Participation) -> ParticipationPayload {
    ParticipationPayload {
        role: role(part.side),
        access_level: part.permission.level(),
        user_id: Id::of(part.user_id),
        workspace_id: Id::of(part.workspace_id),
        id: Id(part.id),
    }
}
