//! The layers of a request once its route is known: timeouts, fault injection, and the catch of panics. The router calls this.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;

use crate::{faults, refusal, response_cache, timeouts};
use service::app::App;
use service::surface::Surface;
use service::{RequestId, coding};

/// The layers of every request, from the outside to the inside.
pub async fn layer(
    State(app): State<App>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    // The other surfaces have a layer for compression.
    let is_kantata = Surface::of(request.uri().path()) == Surface::Kantata;
    let accepted = if is_kantata { coding::accepted(&request) } else { None };
    let caught = async |request| catch_panics(request, next).await;
    let mut response = match &app.settings.faults {
        None => timeouts::layer(&app, request, caught).await,
        Some(faults) => {
            // Inside of the faults, so that a delay does not count against the time limit.
            let answered = async |request| response_cache::layer(&app, request, caught).await;
            let awaited = async |request| timeouts::layer(&app, request, answered).await;
            faults::layer(faults, request, awaited).await
        }
    };
    if let Some(accepted) = accepted {
        response = Box::pin(coding::compressed(accepted, response)).await;
    }
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Answers with an error in the form of the surface if the handler panics, and keeps the connection open.
async fn catch_panics(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().cloned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(reason) => {
            log_panic(reason.as_ref());
            refusal::failure(&path, id.as_ref())
        }
    }
}

fn log_panic(reason: &(dyn Any + Send)) {
    let text = reason.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| reason.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(reason = text, "a handler panicked");
}
