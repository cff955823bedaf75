//! Where requests are counted, and where the figures are read.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Metrics, Surface};
use crate::app::App;

/// Counts a request and its answer. One whose client goes away before has no answer.
pub async fn layer(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let working = metrics.request();
    let surface = Surface::of(request.uri().path());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let start = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map(MatchedPath::as_str);
    metrics.answered(surface, &method, route, response.status(), start.elapsed());
    drop(working);
    response
}

/// `GET /metrics`
pub async fn show(State(app): State<App>) -> Response {
    let headers = [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    (headers, app.metrics.text()).into_response()
}
