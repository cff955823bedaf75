//! Counting requests for the metrics, and the page of the metrics. `front::service` and the router call this.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};

use service::app::App;
use service::metrics::{Held, Metrics};
use service::surface::Surface;

/// A request in progress. If its client disconnects before the answer, it is not counted.
pub struct Counting<'m> {
    metrics: &'m Metrics,
    _working: Held,
    surface: Surface,
    method: Method,
    start: Instant,
}

impl<'m> Counting<'m> {
    /// Starts to measure a request.
    pub fn begin(metrics: &'m Metrics, request: &Request) -> Self {
        let (surface, method) = (Surface::of(request.uri().path()), request.method().clone());
        Self { metrics, _working: metrics.request(), surface, method, start: Instant::now() }
    }

    /// Counts the request with its answer.
    pub fn end(self, response: &Response) {
        let route = response.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        self.metrics.answered(self.surface, &self.method, route, response.status(), self.start.elapsed());
    }
}

/// `GET /metrics`
pub async fn show(State(app): State<App>) -> Response {
    app.metrics.store_figures().refresh(&app.db, &app.clock).await;
    let headers = [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    (headers, app.metrics.text()).into_response()
}
