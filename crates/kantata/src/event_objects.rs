//! How Kantata spells the log: event types, payloads, and the description of both
//! (docs/contracts/kantata.md#subscribed-events). Payloads are not documented by the vendor; these have the members
//! that its objects have.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::objects;
use super::objects::{Id, Seconds, SubjectRef};
use base::clock::Date;

use domain::error::{Error, StoreError};
use domain::events::Event;
use domain::participations::Participation;
use domain::record::Logged;
use domain::status_changes::StatusChange;
use domain::status_reports::StatusReport;
use domain::users::User;
use domain::workspaces::{AccessLevel, Workspace};

/// A kind of record whose events are shown.
pub struct Subject {
    /// The name in the log, which is the vendor's in event types.
    pub name: &'static str,
    /// The class name, as `subject_type`.
    pub class: &'static str,
    /// The top-level member in which such objects stand.
    pub key: &'static str,
    /// What people call it.
    label: &'static str,
    /// What happens to it.
    kinds: &'static [&'static str],
    /// The vendor has no such events.
    is_ours: bool,
    /// The members of its payloads: name, type, description.
    fields: &'static [(&'static str, &'static str, &'static str)],
}

const ALWAYS: &[&str] = &["created", "updated", "deleted"];

const SUBJECTS: [Subject; 5] = [
    Subject {
        name: Participation::KIND,
        class: "Participation",
        key: "participations",
        label: "participation",
        kinds: ALWAYS,
        is_ours: false,
        fields: &[
            ("role", "string", "maven on the provider side, buyer on the client side"),
            ("access_level", "string", "What the person may do in the project"),
            ("user_id", "string", "The person"),
            ("workspace_id", "string", "The project"),
            ("id", "string", "The participation"),
        ],
    },
    Subject {
        name: StatusReport::KIND,
        class: "StatusReport",
        key: "status_reports",
        label: "status report",
        kinds: ALWAYS,
        is_ours: true,
        fields: &[
            ("color", "string", "green, yellow or red"),
            ("description", "string", "Why"),
            ("details", "array", "The color of single categories"),
            ("created_at", "datetime", "When it was written"),
            ("updated_at", "datetime", "When it last changed"),
            ("workspace_id", "string", "The project"),
            ("creator_id", "string", "Who wrote it"),
            ("updater_id", "string", "Who last changed it"),
            ("id", "string", "The status report"),
        ],
    },
    Subject {
        name: User::KIND,
        class: "User",
        key: "users",
        label: "user",
        kinds: ALWAYS,
        is_ours: false,
        fields: &[
            ("full_name", "string", "First and last name"),
            ("photo_path", "string", "Where a picture is"),
            ("email_address", "string", "The e-mail address"),
            ("headline", "string", "What the person does"),
            ("account_id", "string", "The account"),
            ("id", "string", "The user"),
        ],
    },
    Subject {
        name: Workspace::KIND,
        class: "Workspace",
        key: "workspaces",
        label: "project",
        kinds: ALWAYS,
        is_ours: false,
        fields: &[
            ("title", "string", "What people call it"),
            ("account_id", "integer", "The account"),
            ("archived", "boolean", "Whether it is put away"),
            ("description", "string", "What it is about"),
            ("start_date", "date", "The first day"),
            ("due_date", "date", "The last day"),
            ("created_at", "datetime", "When it was made"),
            ("updated_at", "datetime", "When it last changed"),
            ("access_level", "string", "Who may join"),
            ("status_key", "integer", "The number of its project status"),
            ("creator_id", "string", "Who made it"),
            ("id", "string", "The project"),
        ],
    },
    Subject {
        name: StatusChange::KIND,
        class: "WorkspaceStatusChange",
        key: "workspace_status_changes",
        label: "project status change",
        kinds: &["created"],
        is_ours: true,
        fields: &[
            ("from_status_key", "string", "The number of the status before"),
            ("from_message", "string", "The label of the status before"),
            ("from_color", "string", "The color of the status before"),
            ("to_status_key", "string", "The number of the status after"),
            ("to_message", "string", "The label of the status after"),
            ("to_color", "string", "The color of the status after"),
            ("created_at", "datetime", "When it moved"),
            ("updated_at", "datetime", "The same"),
            ("workspace_id", "string", "The project"),
            ("user_id", "string", "Who moved it"),
            ("id", "string", "The change"),
        ],
    },
];

/// The kinds of records whose events are shown: as `strict` says, the vendor's alone or ours too.
pub fn subjects(strict: bool) -> impl Iterator<Item = &'static Subject> {
    SUBJECTS.iter().filter(move |subject| !(strict && subject.is_ours))
}

/// The kind of record of an event.
pub fn subject_of(event: &Event) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == event.subject_type)
}

/// The body of the list of event types.
pub fn types(strict: bool) -> Value {
    let mut described: Vec<(String, String, &Subject)> = subjects(strict)
        .flat_map(|subject| subject.kinds.iter().map(move |kind| (subject, kind)))
        .map(|(subject, kind)| {
            (format!("{}:{kind}", subject.name), format!("A {} was {kind}.", subject.label), subject)
        })
        .collect();
    described.sort_by(|one, other| one.0.cmp(&other.0));
    let names: Vec<&str> = described.iter().map(|(name, ..)| name.as_str()).collect();
    let schemas: Map<String, Value> = described
        .iter()
        .map(|(name, description, subject)| {
            let fields: Map<String, Value> = subject
                .fields
                .iter()
                .map(|&(field, kind, about)| {
                    (field.to_owned(), json!({ "name": field, "type": kind, "description": about }))
                })
                .collect();
            (name.clone(), json!({ "name": name, "description": description, "fields": fields }))
        })
        .collect();
    json!({ "subscribed_event_types": names, "subscribed_event_type_schemas": schemas })
}

/// A change of a record.
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
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Payloads {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_payload: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_payload: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_changes: Option<Value>,
}

/// An event; `subject_is_there` where the subject is included, and then whether it is there still.
pub fn event(
    account_id: i64,
    event: &Event,
    subject: &Subject,
    payloads: &Payloads,
    subject_is_there: Option<bool>,
) -> impl Serialize {
    let reference = SubjectRef { key: subject.key, id: Id(event.subject_id) };
    EventObject {
        event_type: format!("{}:{}", subject.name, event.kind),
        account_id,
        user_id: event.actor_id,
        subject_type: subject.class,
        subject_id: event.subject_id,
        subject_changed_at: Seconds(event.at),
        created_at: Seconds(event.at),
        payloads,
        subject_ref: subject_is_there.map(|is_there| is_there.then_some(reference)),
        id: Id(event.sequence),
    }
}

/// The record of an event as a payload: an object without members where there was none, since clients read into it.
///
/// # Errors
/// When the log holds what is no such record.
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
        "User" => serde_json::to_value(objects::user(&serde_json::from_str::<User>(record)?)),
        "StatusReport" => {
            let report: StatusReport = serde_json::from_str(record)?;
            serde_json::to_value(objects::status_report(&report, None))
        }
        _ => {
            let change: StatusChange = serde_json::from_str(record)?;
            serde_json::to_value(objects::status_change(&change))
        }
    }
}

/// What differs between two payloads: each member with what it was and what it is.
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
        account_id: workspace.account_id,
        archived: workspace.archived,
        description: workspace.description.as_deref(),
        start_date: workspace.start_date,
        due_date: workspace.due_date,
        created_at: Seconds(workspace.created_at),
        updated_at: Seconds(workspace.updated_at),
        access_level: AccessLevel::name(workspace.access_level),
        status_key: workspace.status_key,
        creator_id: Id(workspace.creator_id),
        id: Id(workspace.id),
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

/// Without the instants, which the log does not keep of participations.
fn participation(part: &Participation) -> ParticipationPayload {
    ParticipationPayload {
        role: objects::role(part.side),
        access_level: part.permission.level(),
        user_id: Id(part.user_id),
        workspace_id: Id(part.workspace_id),
        id: Id(part.id),
    }
}
