//! The bodies of deliveries, in the formats of endpoints.

use serde_json::json;

use super::chat;
use super::chat::Context;
use db::{Conn, List, TraceParent};
use domain::error::Error;
use domain::events;
use domain::feed::Published;
use domain::ids::{AccountId, UserId};
use domain::users;
use domain::users::User;
use domain::webhooks::delivery::{Delivery, TEST};
use domain::webhooks::{Format, WebhookEndpoint};
use domain::work;
use domain::workspaces::Workspace;
use native::events::object::{cloud_event, event as object};
use service::app::App;

/// A body with its media type.
pub struct Message {
    /// The media type.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// The trace context of the request that caused it.
    pub trace: Option<TraceParent>,
}

const JSON: &str = "application/json";
const CLOUD_EVENT: &str = "application/cloudevents+json";

/// The message of a delivery. A delivery without an event is a test.
///
/// # Errors
/// Those of the store.
pub async fn build(
    app: &App,
    endpoint: &WebhookEndpoint,
    delivery: &Delivery,
    event: Option<&Published>,
) -> Result<Message, Error> {
    let url = app.settings.url();
    let account_id = endpoint.account_id;
    let (context, trace) = match event {
        None => (Context { people: Vec::new(), title: None, url }, None),
        Some(published) => {
            let actor = published.link.event.actor_id;
            let (place, sequence) = (published.workspace_id, published.link.event.sequence);
            let read = app.db.read(work!(|conn| {
                let people = people(conn, account_id, actor).await?;
                let workspace = match place {
                    Some(id) => domain::table::find::<Workspace>(conn, account_id, id).await?,
                    None => None,
                };
                let trace = events::store::trace_of(conn, account_id, sequence).await?;
                Ok((people, workspace.map(|workspace| workspace.title), trace))
            }));
            let (people, title, trace) = read.await?;
            (Context { people, title, url }, trace)
        }
    };
    let content_type = if endpoint.format == Format::CloudEvents { CLOUD_EVENT } else { JSON };
    let body = match (endpoint.format, event) {
        (Format::Standard, Some(event)) => json!({
            "type": event.type_name(), "timestamp": event.link.event.at, "data": object(event, &context.people),
        }),
        (Format::Standard, None) => json!({
            "type": TEST, "timestamp": delivery.created_at, "data": { "webhook_endpoint_id": endpoint.id },
        }),
        (Format::CloudEvents, Some(event)) => {
            json!(cloud_event(app, account_id, object(event, &context.people)))
        }
        (Format::CloudEvents, None) => json!({
            "specversion": "1.0", "id": delivery.message_id, "source": context.url, "type": TEST,
            "time": delivery.created_at, "datacontenttype": JSON, "data": { "webhook_endpoint_id": endpoint.id },
        }),
        (format, event) => chat::body(format, event, &context),
    };
    let body = serde_json::to_vec(&body).expect("JSON is made of texts, numbers and lists");
    Ok(Message { content_type, body, trace })
}

async fn people(conn: &mut Conn, account_id: AccountId, id: Option<UserId>) -> Result<Vec<User>, Error> {
    let ids: List<UserId> = id.into_iter().collect();
    users::store::of_account(conn, account_id, &ids).await
}
