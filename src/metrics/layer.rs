//! Where requests are counted, and where the figures are read.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Metrics, Surface};
use crate::app::App;

/// Counts a request and its answer. One whose client goes away before has no answer.
pub async fn layer(
    metrics: &Metrics,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let working = metrics.request();
    let surface = Surface::of(request.uri().path());
    let method = request.method().clone();
    let start = Instant::now();
    let response = next(request).await;
    let route = response.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    metrics.answered(surface, &method, route, response.status(), start.elapsed());
    drop(working);
    response
}

/// `GET /metrics`
pub async fn show(State(app): State<App>) -> Response {
    let headers = [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    (headers, app.metrics.text()).into_response()
}
