//! The layer that bounds the concurrent requests of a caller, and the one that gives reads their origin. `front::service`
//! calls both.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::health::PROBES;
use crate::refusal::refused;
use service::app::App;
use service::request_id::client;
use service::{RequestId, streams};

/// Maximum time that a request waits for others of its caller.
const WAIT: Duration = Duration::from_secs(30);
/// `Retry-After` of a refusal, in seconds.
const RETRY_AFTER: u64 = 1;

/// Processes a request as soon as a permit of its caller is free.
pub async fn layer(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    // A request that waits for events counts towards a bound of its own.
    let place = app.concurrency.place(caller(&request)).filter(|_| streams::wait(&request).is_zero());
    let Some(place) = place else { return next(request).await };
    let permit = match place.try_acquire() {
        Ok(permit) => Some(permit),
        // Probes do not wait.
        Err(_) if PROBES.contains(&request.uri().path()) => None,
        Err(_) => {
            let permit = Box::pin(waited(place)).await;
            if permit.is_none() {
                app.refused_by_limit("concurrency", client(&request).address);
                let id = request.extensions().get::<RequestId>();
                let status = StatusCode::TOO_MANY_REQUESTS;
                return refused(request.uri().path(), id, status, Some(RETRY_AFTER));
            }
            permit
        }
    };
    let response = next(request).await;
    drop(permit);
    response
}

fn caller(request: &Request) -> Option<u64> {
    request.extensions().get::<RequestId>()?.caller
}

async fn waited(place: &Semaphore) -> Option<SemaphorePermit<'_>> {
    timeout(WAIT, place.acquire()).await.ok()?.ok()
}

/// Sets the origin of the reads of a request.
pub async fn with_origin(
    app: &App,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next(request).await;
    }
    let origin = app.concurrency.origin(caller(&request).unwrap_or_default(), &request);
    origin.scope(next(request)).await
}
