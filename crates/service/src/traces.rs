//! The spans of requests and deliveries, for what exports them. The binary has an exporter behind a feature.

use std::fmt::Debug;

use axum::http::{Method, StatusCode};
use db::TraceParent;

/// Records spans.
pub trait Traces: Debug + Send + Sync {
    /// Begins the span of a request; `parent` is the span of the client, if it sent one.
    fn request(&self, method: &Method, parent: Option<TraceParent>) -> Box<dyn Span>;
    /// Begins the span of a delivery to `host`; `parent` is the span of the request that caused it.
    fn delivery(&self, host: &str, parent: Option<TraceParent>) -> Box<dyn Span>;
}

/// A span that has begun. It ends when it is dropped.
pub trait Span: Send {
    /// The context of the work in the span.
    fn context(&self) -> Option<TraceParent>;
    /// Keeps how the work ended: the route of a request, if it has one, and the status of the response.
    fn answered(&mut self, route: Option<&str>, status: StatusCode);
    /// Keeps why there was no response.
    fn failed(&mut self, reason: &str);
}
