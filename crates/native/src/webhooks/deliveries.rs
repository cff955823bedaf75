//! Deliveries of webhooks in the native surface: their list, tests, retries and replays.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::TAG;
use crate::body::check;
use crate::openapi as doc;
use crate::{ApiResult, Bodiless, Body, Error, Request, cursor};
use base::clock::Time;
use domain::error::{Problem, Violation};
use domain::webhooks::delivery::{Attempt, Delivery, State as DeliveryState};
use domain::webhooks::store;
use domain::webhooks::store::deliveries;
use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookDeliveries")]
struct List {
    deliveries: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookDelivery")]
struct Object {
    id: i64,
    message_id: String,
    /// Null for a test.
    event_sequence: Option<i64>,
    r#type: String,
    state: DeliveryState,
    /// The latest 50, in their order.
    attempts: Vec<Attempt>,
    next_attempt_at: Option<Time>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QueuedWebhookTest")]
struct Tested {
    delivery_id: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QueuedWebhookReplay")]
struct Replayed {
    /// The number of deliveries that were queued.
    deliveries: usize,
}

fn object(delivery: Delivery) -> Object {
    Object {
        id: delivery.id,
        message_id: delivery.message_id,
        event_sequence: delivery.event_sequence,
        r#type: delivery.type_name,
        state: delivery.state,
        attempts: delivery.attempts,
        next_attempt_at: delivery.next_attempt_at,
    }
}

fn accepted(object: &impl Serialize) -> Response {
    let mut response = crate::json(object);
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// `state`
const STATE: Parameter = Parameter::query(
    "state",
    || json!({ "type": "string", "enum": DeliveryState::ALL }),
    "Only deliveries in this state.",
);

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "For administrators. The newest first.",
    parameters: &[STATE, doc::LIMIT, doc::CURSOR],
    answer: Some(schema::of::<List>),
    errors: &[403],
    ..Operation::new(TAG, "listWebhookDeliveries", "List the deliveries to a webhook endpoint")
};

/// `GET /webhook_endpoints/{id}/deliveries`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["state", "limit", "cursor"])?;
    let page = query.page::<i64>()?;
    let named = |name: String| {
        DeliveryState::named(&name)
            .ok_or_else(|| Error::parameter("state", "must be one of pending, succeeded, failed"))
    };
    let state = query.value("state")?.map(named).transpose()?;
    request.caller.require_administrator()?;
    let (id, account_id) = (request.id()?, request.caller.account_id);
    let (after, limit) = (page.after.unwrap_or(i64::MAX), page.limit);
    let found = app.db.read(work!(|conn| {
        store::require(conn, account_id, id).await?;
        Ok(deliveries::page(conn, account_id, id, state, (after, limit + 1)).await?)
    }));
    let mut found = found.await?;
    let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&last.id));
    let list = List { deliveries: found.into_iter().map(object).collect(), next_cursor };
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`test`].
pub const TEST: Operation = Operation {
    description: "For administrators. Queues a message of the type `statuary.test`, whatever types the endpoint takes. 422 while \
        the endpoint is disabled.",
    status: 202,
    answer: Some(schema::of::<Tested>),
    errors: &[403, 422],
    ..Operation::new(TAG, "testWebhookEndpoint", "Send a test to a webhook endpoint")
};

/// `POST /webhook_endpoints/{id}/test`
pub async fn test(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| deliveries::test(conn, &caller, &write.change, id).await),
        |delivery_id: i64| accepted(&Tested { delivery_id }),
    );
    let response = work.await?;
    app.webhooks.notify_one();
    Ok(response)
}

/// OpenAPI description of [`retry`].
pub const RETRY: Operation = Operation {
    description: "For administrators. Queues the delivery again, whatever its state: its message keeps its id. 422 while the \
        endpoint is disabled.",
    status: 202,
    answer: Some(schema::of::<Object>),
    errors: &[403, 422],
    ..Operation::new(TAG, "retryWebhookDelivery", "Try a delivery again")
};

/// `POST /webhook_deliveries/{id}/retry`
pub async fn retry(State(app): State<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| deliveries::retry(conn, &caller, &write.change, id).await),
        |delivery: Delivery| accepted(&object(delivery)),
    );
    let response = work.await?;
    app.webhooks.notify_one();
    Ok(response)
}

/// OpenAPI description of [`replay`].
pub const REPLAY: Operation = Operation {
    description: "For administrators. Queues the events after `after`, up to and with `until`, that the endpoint takes, at most \
        10,000. Their messages keep their ids. What an import brought in is left out. 422 while the endpoint is disabled.",
    body: Some(|_| {
        let number = || json!({ "type": "integer", "format": "int64", "minimum": 0 });
        doc::closed(&["after", "until"], &[("after", number()), ("until", number())])
    }),
    status: 202,
    answer: Some(schema::of::<Replayed>),
    errors: &[403],
    ..Operation::new(TAG, "replayWebhookEvents", "Deliver past events to a webhook endpoint again")
};

/// `POST /webhook_endpoints/{id}/replay`
pub async fn replay(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(&["after", "until"])?;
    let span = [members.number("after"), members.number("until")];
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            store::require(conn, caller.account_id, id).await?;
            let fields = ["after", "until"].into_iter().zip(span);
            let missing = fields.filter_map(|(field, value)| match value {
                None => Some(Violation::new(field, Problem::Blank)),
                Some(number) => (number < 0).then(|| Violation::new(field, Problem::NotAbove(-1))),
            });
            check(types, missing.collect())?;
            let [after, until] = span.map(Option::unwrap_or_default);
            deliveries::replay(conn, &caller, &write.change, id, (after, until)).await
        }),
        |deliveries: usize| accepted(&Replayed { deliveries }),
    );
    let response = work.await?;
    app.webhooks.notify_one();
    Ok(response)
}
