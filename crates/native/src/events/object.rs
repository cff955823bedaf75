//! The objects of events, as pages, streams and webhooks have them.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::users::{Person, person};
use base::clock::Time;
use domain::feed;
use domain::feed::Published;
use domain::ids::AccountId;
use domain::users::User;
use service::app::App;

/// An event.
#[derive(Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Event {
    pub sequence: i64,
    pub r#type: String,
    pub at: Time,
    pub actor: Option<Person>,
    pub surface: String,
    pub subject: Subject,
    pub workspace_id: Option<i64>,
    pub before: Option<Map<String, Value>>,
    pub after: Option<Map<String, Value>>,
    pub hash: String,
}

/// The record of an event.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EventSubject")]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Subject {
    pub r#type: String,
    pub id: i64,
}

/// An event in the envelope of `CloudEvents` 1.0.
#[derive(Serialize, JsonSchema)]
pub struct CloudEvent {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: String,
    subject: String,
    time: Time,
    datacontenttype: &'static str,
    data: Event,
}

/// The object of an event; `people` has its actor, sorted by id.
pub fn event(published: &Published, people: &[User]) -> Event {
    let (link, event) = (&published.link, &published.link.event);
    Event {
        sequence: event.sequence,
        r#type: published.type_name(),
        at: event.at,
        actor: event.actor_id.and_then(|id| person(people, id)),
        surface: link.surface.clone(),
        subject: Subject { r#type: event.subject_type.clone(), id: event.subject_id },
        workspace_id: published.workspace_id.map(|id| id.0),
        before: event.before.as_deref().map(|text| feed::record(&event.subject_type, text)),
        after: event.after.as_deref().map(|text| feed::record(&event.subject_type, text)),
        hash: hex::encode(published.hash),
    }
}

/// The envelope of an event.
pub fn cloud_event(app: &App, account_id: AccountId, event: Event) -> CloudEvent {
    let source = app.settings.url();
    CloudEvent {
        specversion: "1.0",
        id: format!("{account_id}-{}", event.sequence),
        source,
        r#type: format!("statuary.{}", event.r#type),
        subject: format!("{}/{}", event.subject.r#type, event.subject.id),
        time: event.at,
        datacontenttype: "application/json",
        data: event,
    }
}
