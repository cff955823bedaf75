//! Webhook endpoints in the native surface.

pub mod deliveries;

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check, integer};
use super::openapi as doc;
use super::{ApiResult, Bodiless, Body, Request, cursor};
use base::clock::Time;
use base::rng::random_bytes;
use domain::error::{Problem, Violation};
use domain::feed;
use domain::ids::WorkspaceId;
use domain::webhooks::store::Found;
use domain::webhooks::{
    DisabledReason, Draft, Format, MOST_OF_FILTER, TEXT_LIMIT, WebhookEndpoint, signature, store,
};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;
use service::webhooks as addresses;

const TAG: &str = "webhooks";
const WRITABLE: &[&str] = &["url", "description", "types", "workspace_ids", "format", "enabled"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookEndpoints")]
struct List {
    webhook_endpoints: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookEndpoint")]
struct Object {
    id: i64,
    /// Of a chat no more than its host is shown, because the URL is a credential; the answer to its creation has all of it.
    url: String,
    description: Option<String>,
    /// Null: all types.
    types: Option<Vec<String>>,
    /// Null: all events, also those without a workspace.
    workspace_ids: Option<Vec<i64>>,
    format: Format,
    /// Whether events are delivered; false without a secret, as in an endpoint that came with an archive.
    enabled: bool,
    /// Why the service disabled it: the receiver answered 410, or every attempt failed for five days.
    disabled_reason: Option<DisabledReason>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookEndpointWithSecret")]
struct WithSecret {
    #[serde(flatten)]
    object: Object,
    /// Shown here and never again.
    secret: String,
}

fn object(found: Found) -> Object {
    let Found { endpoint, version, has_secret, .. } = found;
    Object {
        id: endpoint.id,
        url: endpoint.shown_url().into_owned(),
        description: endpoint.description,
        types: endpoint.types,
        workspace_ids: endpoint.workspace_ids.map(|ids| ids.into_iter().map(|id| id.0).collect()),
        format: endpoint.format,
        enabled: endpoint.enabled && has_secret,
        disabled_reason: endpoint.disabled_reason,
        created_at: endpoint.created_at,
        updated_at: endpoint.updated_at,
        version,
    }
}

fn shown(found: Found) -> Response {
    let state = Validator::of(&found.endpoint);
    crate::record(&object(found), Some(&state))
}

fn shown_with_secret(found: Found, secret: String, url: Option<String>) -> Response {
    let state = Validator::of(&found.endpoint);
    let mut object = object(found);
    object.url = url.unwrap_or(object.url);
    crate::record(&WithSecret { object, secret }, Some(&state))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "For administrators. The newest first.",
    parameters: &[doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<List>),
    errors: &[403],
    ..Operation::new(TAG, "listWebhookEndpoints", "List the webhook endpoints")
};

/// `GET /webhook_endpoints`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.query(&["limit", "cursor"])?.page::<i64>()?;
    request.caller.require_administrator()?;
    let (account_id, limit) = (request.caller.account_id, page.limit);
    let after = page.after.unwrap_or(i64::MAX);
    let found = app.db.read(work!(|conn| Ok(store::page(conn, account_id, after, limit + 1).await?)));
    let mut found = found.await?;
    let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&last.endpoint.id));
    let list = List { webhook_endpoints: found.into_iter().map(object).collect(), next_cursor };
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn writable() -> Vec<(&'static str, Value)> {
    let mut description = doc::nullable_text();
    description["maxLength"] = TEXT_LIMIT.into();
    let one = format!(r"^({}|\*)\.({}|\*)$", feed::subjects().join("|"), domain::events::KINDS.join("|"));
    let list = |items: Value| json!({ "type": ["array", "null"], "items": items, "minItems": 1, "maxItems": MOST_OF_FILTER });
    let formats: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    vec![
        (
            "url",
            json!({ "type": "string", "format": "uri", "pattern": "^https?://", "maxLength": TEXT_LIMIT }),
        ),
        ("description", description),
        ("types", list(json!({ "type": "string", "pattern": one }))),
        ("workspace_ids", list(json!({ "type": "integer" }))),
        ("format", json!({ "type": "string", "enum": formats })),
        ("enabled", json!({ "type": "boolean" })),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    let types = list(members, "types", |item| Some(item.as_str()?.to_owned()));
    let workspace_ids = list(members, "workspace_ids", |item| Some(WorkspaceId(integer(item)?)));
    Draft {
        url: members.text("url"),
        description: members.nullable_text("description"),
        types,
        workspace_ids,
        format: members.text("format"),
        enabled: members.flag("enabled"),
    }
}

/// A list that may be null; the outer `None` means that the member is absent or has the wrong type.
fn list<T>(
    members: &mut Members<'_>,
    name: &'static str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Option<Vec<T>>> {
    let read = match members.value(name)? {
        Value::Null => return Some(None),
        Value::Array(items) => items.iter().map(read).collect(),
        _ => None,
    };
    if read.is_none() {
        members.violations.push(Violation::new(name, Problem::Malformed));
    }
    read.map(Some)
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. `secret` is shown here and never again. Deliveries follow Standard Webhooks 1.0 and begin \
        with the next event. `types` and `workspace_ids` choose events; without them, all are delivered. An address of this \
        machine or of a private network is refused, unless the operator allows it.",
    body: Some(|_| doc::closed(&["url"], &writable())),
    status: 201,
    answer: Some(schema::of::<WithSecret>),
    errors: &[403],
    ..Operation::new(TAG, "createWebhookEndpoint", "Add a webhook endpoint")
};

/// `POST /webhook_endpoints`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, caller) = (members.violations, body.request.caller.clone());
    check(types, violations(&app, &draft, true).await)?;
    let (list, secret) = (Request::address("/webhook_endpoints"), signature::secret(random_bytes()));
    let own = secret.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| store::create(conn, &caller, &write.change, &draft, &own).await),
        move |found: Found| {
            let (id, url) = (found.endpoint.id, found.endpoint.url.clone());
            crate::created(shown_with_secret(found, secret, Some(url)), &list, id)
        },
    );
    Ok(work.await?)
}

/// The violations, also those that only a look at the network finds.
async fn violations(app: &App, draft: &Draft, is_new: bool) -> Vec<Violation> {
    let mut violations = draft.violations(is_new);
    violations.extend(addresses::violation(&app.settings, draft.url.as_deref()).await);
    violations
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "For administrators.",
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "showWebhookEndpoint", "Show a webhook endpoint")
};

/// `GET /webhook_endpoints/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let (id, account_id) = (request.id()?, request.caller.account_id);
    let found = app.db.read(work!(|conn| store::require(conn, account_id, id).await));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. While an endpoint is disabled, nothing is queued for it; enabled again, it goes on with \
        the next event.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateWebhookEndpoint", "Change a webhook endpoint")
};

/// `PATCH /webhook_endpoints/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, values) = (members.violations, violations(&app, &draft, false).await);
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, caller.account_id, id).await?.endpoint)?;
            check(types, values)?;
            store::update(conn, &caller, &write.change, id, &draft).await
        }),
        shown,
    );
    let response = work.await?;
    app.webhooks.notify_one();
    Ok(response)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. Its deliveries are deleted as well.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteWebhookEndpoint", "Delete a webhook endpoint")
};

/// `DELETE /webhook_endpoints/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, caller.account_id, id).await?.endpoint)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`rotate_secret`].
pub const ROTATE: Operation = Operation {
    description: "For administrators. `secret` is shown here and never again. For 24 hours, deliveries are signed with the secret \
        before as well.",
    answer: Some(schema::of::<WithSecret>),
    errors: &[403],
    ..Operation::new(TAG, "rotateWebhookSecret", "Replace the secret of a webhook endpoint")
};

/// `POST /webhook_endpoints/{id}/rotate_secret`
pub async fn rotate_secret(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let (id, caller, secret) = (request.id()?, request.caller.clone(), signature::secret(random_bytes()));
    let own = secret.clone();
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before: WebhookEndpoint = store::require(conn, caller.account_id, id).await?.endpoint;
            write.check(&before)?;
            store::rotate_secret(conn, &caller, &write.change, id, &own).await
        }),
        move |found: Found| shown_with_secret(found, secret, None),
    );
    Ok(work.await?)
}
