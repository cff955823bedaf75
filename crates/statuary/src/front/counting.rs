//! Where requests are counted, and where the figures are read.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};

use service::app::App;
use service::metrics::{Held, Metrics};
use service::surface::Surface;

/// A request that is worked on. One whose client goes away before its answer has none.
pub struct Counting<'m> {
    metrics: &'m Metrics,
    _working: Held,
    surface: Surface,
    method: Method,
    start: Instant,
}

impl<'m> Counting<'m> {
    /// A request begins.
    pub fn begin(metrics: &'m Metrics, request: &Request) -> Self {
        let (surface, method) = (Surface::of(request.uri().path()), request.method().clone());
        Self { metrics, _working: metrics.request(), surface, method, start: Instant::now() }
    }

    /// It is answered.
    pub fn end(self, response: &Response) {
        let route = response.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        self.metrics.answered(self.surface, &self.method, route, response.status(), self.start.elapsed());
    }
}

/// `GET /metrics`
pub async fn show(State(app): State<App>) -> Response {
    let headers = [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    (headers, app.metrics.text()).into_response()
}
