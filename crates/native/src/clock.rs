//! The virtual clock in the native surface, for a service that was started with `--clock`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap};
use axum::response::Response;
use jiff::{Span, SpanRelativeTo, Timestamp};
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ApiResult;
use super::problem::{Error as Problem, Kind};
use base::clock::Time;
use domain::error::Error;
use domain::events::store;

use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::{Expected, Validator};
use service::{body, caller};

/// The target of the clock: an instant, or a span from now.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    now: Option<Time>,
    advance: Option<Advance>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Advance {
    Seconds(i64),
    Text(String),
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(answer),
    errors: &[403],
    ..Operation::new("clock", "showClock", "Show the virtual clock")
};

/// `GET /api/statuary/v1/clock`
pub async fn show(State(app): State<App>, headers: HeaderMap) -> ApiResult {
    authorise(&app, &headers).await?;
    Ok(present(app.clock.now()))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    body: Some(|_| {
        let span = json!({ "anyOf": [{ "type": "integer" }, schema::text()] });
        let members = [("now", json!({ "type": "string", "format": "date-time" })), ("advance", span)];
        schema::object(&[], &members)
    }),
    answer: Some(answer),
    errors: &[403, 409],
    ..Operation::new("clock", "moveClock", "Move the virtual clock")
};

fn answer(_: &mut SchemaGenerator) -> Value {
    schema::object(&["now"], &[("now", json!({ "type": "string", "format": "date-time" }))])
}

/// `PUT /api/statuary/v1/clock`
pub async fn update(State(app): State<App>, headers: HeaderMap, body: Body) -> ApiResult {
    authorise(&app, &headers).await?;
    let bytes = body::read(&headers, body).await?;
    let requested: Move = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(Kind::Unreadable).with_detail(format!("The body cannot be read: {error}."))
    })?;
    let now = app.clock.now();
    let to = target(&requested, now).map_err(|detail| Problem::new(Kind::Invalid).with_detail(detail))?;
    if to < now
        && let Some(latest) = app.db.read(|conn| Box::pin(store::latest(conn))).await?
        && to < latest
    {
        let detail = format!(
            "The clock cannot move back to {to}: the last event was at {latest}, and the next would come before it."
        );
        return Err(Problem::new(Kind::Conflict).with_detail(detail));
    }
    match Expected::read(&headers) {
        None => app.clock.set(to),
        Some(expected) => {
            expected.check(&now)?;
            if !app.clock.set_from(now, to) {
                return Err(Error::Changed.into());
            }
        }
    }
    app.webhooks.notify_one();
    app.notifications.notify_one();
    tracing::info!(from = %now, %to, "the clock was moved");
    Ok(present(to))
}

/// Returns `Ok` for administrators with a token without scopes, because the clock belongs to the whole service.
async fn authorise(app: &App, headers: &HeaderMap) -> Result<(), Error> {
    let caller = caller::bearer(app, headers, &Extensions::new()).await?;
    if caller.administrator && caller.scopes.is_empty() { Ok(()) } else { Err(Error::Forbidden) }
}

fn target(requested: &Move, now: Time) -> Result<Time, String> {
    let micros = match (&requested.now, &requested.advance) {
        (Some(now), None) => return Ok(*now),
        (None, Some(Advance::Seconds(seconds))) => seconds.checked_mul(1_000_000),
        (None, Some(Advance::Text(text))) => {
            let span: Span = text.parse().map_err(|_| {
                format!("`{text}` is not a span: write it as 9d, 36h, 1h 30m or a number of seconds.")
            })?;
            let span = span.to_duration(SpanRelativeTo::days_are_24_hours());
            let span =
                span.map_err(|_| format!("`{text}` has no fixed length: use weeks, days and less."))?;
            i64::try_from(span.as_micros()).ok()
        }
        _ => return Err("Exactly one of `now` and `advance` is required.".into()),
    };
    let to = micros.and_then(|micros| now.0.checked_add(micros)).map(Time);
    let can_be_written = |to: &Time| Timestamp::from_microsecond(to.0).is_ok();
    to.filter(can_be_written).ok_or_else(|| "The clock cannot move that far.".into())
}

fn present(now: Time) -> Response {
    crate::record(&json!({ "now": now }), Some(&Validator::of(&now)))
}
