//! The types of records whose events are shown, and the event types of each
//! (docs/contracts/kantata.md#subscribed-events).

use serde_json::{Map, Value, json};

use domain::events::Event;
use domain::participations::Participation;
use domain::record::Logged;
use domain::status_changes::StatusChange;
use domain::status_reports::StatusReport;
use domain::users::User;
use domain::workspaces::Workspace;

/// A type of record whose events are shown.
pub struct Subject {
    /// The name in the log, which is also the one in the vendor's event types.
    pub name: &'static str,
    /// The class name, as `subject_type`.
    pub class: &'static str,
    /// The member of the envelope that holds such objects.
    pub key: &'static str,
    /// The name in descriptions.
    label: &'static str,
    /// The actions of its events.
    kinds: &'static [&'static str],
    /// Whether it is an extension that the vendor does not have.
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

/// The types of records whose events are shown; with `strict`, only those of the vendor.
pub fn subjects(strict: bool) -> impl Iterator<Item = &'static Subject> {
    SUBJECTS.iter().filter(move |subject| !(strict && subject.is_ours))
}

/// The type of the record of an event.
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
