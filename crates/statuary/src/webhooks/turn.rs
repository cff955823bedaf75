//! A turn at an endpoint: deliveries start in the order of the queue, one after the other while the receiver answers within a
//! second. A slow receiver gets the next one meanwhile, so that no delivery holds up others.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use url::Url;

use super::client::{Client, Failure, Reply};
use super::message;
use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::feed::Published;
use domain::ids::AccountId;
use domain::webhooks::delivery::{Attempt, Delivery};
use domain::webhooks::store::queue;
use domain::webhooks::store::queue::{Ended, Work};
use domain::webhooks::{signature, target};
use domain::work;
use service::app::App;

/// The time in which a turn starts deliveries.
const SLICE: Duration = Duration::from_secs(10);
/// The time after which the next delivery starts, if the one before has not ended.
const APART: Duration = Duration::from_secs(1);
/// The number of deliveries to an endpoint at the same time.
const IN_FLIGHT: usize = 8;
/// The number of deliveries that a read finds.
const READ: i64 = 8;

/// An endpoint, with its account.
pub type Place = (AccountId, i64);

/// Sends deliveries.
pub struct Sender {
    app: App,
    client: Client,
}

impl Sender {
    /// A sender of a service.
    pub fn new(app: App) -> Arc<Self> {
        Arc::new(Self { app, client: Client::default() })
    }
}

/// Sends what is due for an endpoint, and ends the turn.
pub async fn run(sender: &Arc<Sender>, place: Place) {
    let mut flights = JoinSet::new();
    if let Err(error) = start_all(sender, place, &mut flights).await {
        tracing::error!(%error, endpoint = place.1, "the deliveries of a webhook cannot be read");
    }
    while flights.join_next().await.is_some() {}
    let now = sender.app.clock.now();
    let ended =
        sender.app.db.write(Scope::Account(place.0.0), work!(|conn| queue::release(conn, place, now).await));
    if let Err(error) = ended.await {
        tracing::error!(%error, endpoint = place.1, "the turn at a webhook cannot be ended; it ends by itself");
    }
}

async fn start_all(sender: &Arc<Sender>, place: Place, flights: &mut JoinSet<()>) -> Result<(), Error> {
    let (started, mut after) = (Instant::now(), (Time::MIN, 0));
    loop {
        let now = sender.app.clock.now();
        let read = sender.app.db.read(work!(|conn| queue::work(conn, place, after, now, READ).await));
        let Some(work) = read.await? else { return Ok(()) };
        if work.deliveries.is_empty() {
            return Ok(());
        }
        let work = Arc::new(work);
        for (delivery, event) in &work.deliveries {
            if started.elapsed() >= SLICE || *sender.app.stopping.borrow() {
                return Ok(());
            }
            after = (delivery.next_attempt_at.unwrap_or(now), delivery.id);
            while flights.len() >= IN_FLIGHT {
                flights.join_next().await;
            }
            let (sender, work) = (Arc::clone(sender), Arc::clone(&work));
            let (delivery, event) = (delivery.clone(), event.clone());
            flights.spawn(async move {
                if let Err(error) = attempt(&sender, place, &work, &delivery, event.as_ref()).await {
                    tracing::error!(%error, delivery = delivery.id, "the attempt of a webhook cannot be recorded");
                }
            });
            drop(timeout(APART, flights.join_next()).await);
        }
    }
}

/// Sends a delivery once, and records how that ended.
async fn attempt(
    sender: &Sender,
    place: Place,
    work: &Work,
    delivery: &Delivery,
    event: Option<&Published>,
) -> Result<(), Error> {
    let (app, at) = (&sender.app, sender.app.clock.now());
    let message = message::build(app, &work.endpoint, delivery, event).await?;
    let started = Instant::now();
    let timestamp = at.unix_seconds();
    let signature = signature::sign(&work.secrets, &delivery.message_id, timestamp, &message.body);
    let mut headers = vec![
        ("content-type", message.content_type.to_owned()),
        ("webhook-id", delivery.message_id.clone()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ];
    let url = target(&work.endpoint.url);
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let mut span = app.traces.as_ref().map(|traces| traces.delivery(host, message.trace));
    let own = || Some(message.trace?.with_span(rand::random()));
    if let Some(trace) = span.as_ref().map_or_else(own, |span| span.context()) {
        headers.push(("traceparent", trace.to_string()));
    }
    let reply = match url {
        Some(url) => sender.client.post(&app.settings, &url, &headers, message.body).await,
        None => Err(Failure::Connection("the URL is not valid".to_owned())),
    };
    match (&mut span, &reply) {
        (Some(span), Ok(reply)) => {
            span.answered(None, StatusCode::from_u16(reply.status).unwrap_or_default());
        }
        (Some(span), Err(failure)) => span.failed(&failure.to_string()),
        (None, _) => {}
    }
    drop(span);
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    app.metrics.webhook_attempt(result(&reply));
    let ended = ended(place.1, delivery.id, (at, app.clock.now()), milliseconds, &reply);
    let account_id = place.0;
    let write = app
        .db
        .write(Scope::Account(account_id.0), work!(|conn| queue::ended(conn, account_id, &ended).await));
    if let Some(endpoint) = write.await? {
        let reason = endpoint.disabled_reason.map(domain::webhooks::DisabledReason::name);
        tracing::warn!(
            endpoint = endpoint.id,
            account = endpoint.account_id.0,
            reason,
            "a webhook was disabled"
        );
    }
    Ok(())
}

/// The label of a result in the metrics.
fn result(reply: &Result<Reply, Failure>) -> &'static str {
    match reply {
        Ok(reply) => match reply.status {
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        },
        Err(Failure::Timeout) => "timeout",
        Err(Failure::Private) => "private_address",
        Err(Failure::Connection(_)) => "connection",
    }
}

fn ended(
    endpoint_id: i64,
    delivery_id: i64,
    (at, end): (Time, Time),
    milliseconds: u64,
    reply: &Result<Reply, Failure>,
) -> Ended {
    let (status, error) = match reply {
        Ok(Reply { status: status @ 200..=299, .. }) => (Some(*status), None),
        Ok(Reply { status: status @ 300..=399, .. }) => {
            (Some(*status), Some(format!("the receiver answered {status}; redirects are not followed")))
        }
        Ok(Reply { status, .. }) => (Some(*status), Some(format!("the receiver answered {status}"))),
        Err(failure) => (None, Some(failure.to_string())),
    };
    Ended {
        ids: (endpoint_id, delivery_id),
        attempt: Attempt { at: at.second(), status, milliseconds, error },
        retry_after: reply.as_ref().ok().and_then(|reply| reply.retry_after(end)),
        random: rand::random(),
        at: end,
    }
}
