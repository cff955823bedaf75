//! Sends the spans of requests and deliveries to a collector of OpenTelemetry, as its `OTEL_*` variables say
//! (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use db::TraceParent;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanKind, Status, TraceContextExt, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue, SpanId, TraceFlags, TraceId};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span};
use service::outgoing::Client;
use service::traces;
use url::Url;

/// Maximum time for the last spans when the service stops.
const FLUSHING: Duration = Duration::from_secs(5);
/// The time for a batch, and the longest answer to it, in bytes.
const LIMITS: (Duration, usize) = (Duration::from_secs(15), 64 * 1024);
/// Any of them says where the collector is.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Makes spans, which a thread sends in batches. Spans that its queue has no room for are dropped.
pub struct Exporter {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Exporter {
    /// The exporter, if the variables name a collector and do not switch traces off.
    ///
    /// # Errors
    /// A variable has an invalid value.
    pub fn from_environment() -> Result<Option<Arc<Self>>> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || set("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none");
        if is_off || !ENDPOINTS.iter().any(|name| set(name).is_some()) {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().with_http_client(Sender::default()).build();
        let mut resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        if set("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("statuary");
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter.context("the OTEL_* variables cannot be used")?)
            .with_resource(resource.build())
            .build();
        Ok(Some(Arc::new(Self { tracer: provider.tracer("statuary"), provider })))
    }

    /// Sends the last spans, at most for a few seconds.
    pub fn flush(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSHING) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }

    fn begin(
        &self,
        name: String,
        kind: SpanKind,
        parent: Option<TraceParent>,
        of: KeyValue,
    ) -> Box<dyn traces::Span> {
        let context = parent.and_then(remote).map(|parent| Context::new().with_remote_span_context(parent));
        let builder = self.tracer.span_builder(name.clone()).with_kind(kind).with_attributes([of]);
        let span = builder.start_with_context(&self.tracer, &context.unwrap_or_default());
        Box::new(Begun { span, name })
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exporter")
    }
}

impl traces::Traces for Exporter {
    fn request(&self, method: &Method, parent: Option<TraceParent>) -> Box<dyn traces::Span> {
        let of = KeyValue::new("http.request.method", method.to_string());
        self.begin(method.to_string(), SpanKind::Server, parent, of)
    }

    fn delivery(&self, host: &str, parent: Option<TraceParent>) -> Box<dyn traces::Span> {
        let of = KeyValue::new("server.address", host.to_owned());
        self.begin("POST".to_owned(), SpanKind::Client, parent, of)
    }
}

/// A span, and its name as far as it is known at its beginning.
struct Begun {
    span: Span,
    name: String,
}

impl traces::Span for Begun {
    fn context(&self) -> Option<TraceParent> {
        let own = self.span.span_context();
        format!("00-{}-{}-{:02x}", own.trace_id(), own.span_id(), own.trace_flags()).parse().ok()
    }

    fn answered(&mut self, route: Option<&str>, status: StatusCode) {
        self.span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        if let Some(route) = route {
            self.span.update_name(format!("{} {route}", self.name));
            self.span.set_attribute(KeyValue::new("http.route", route.to_owned()));
        }
        if status.is_server_error() {
            self.span.set_status(Status::error(""));
        }
    }

    fn failed(&mut self, reason: &str) {
        self.span.set_status(Status::error(reason.to_owned()));
    }
}

/// A context that came from elsewhere, in the SDK's form.
fn remote(parent: TraceParent) -> Option<SpanContext> {
    let text = parent.to_string();
    let mut parts = text.split('-').skip(1);
    let trace = TraceId::from_hex(parts.next()?).ok()?;
    let span = SpanId::from_hex(parts.next()?).ok()?;
    let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
    Some(SpanContext::new(trace, span, TraceFlags::new(flags), true, TraceState::default()))
}

/// Sends batches, on the runtime in which it was made: the SDK calls it from a thread of its own.
#[derive(Clone)]
struct Sender {
    client: Arc<Client>,
    runtime: tokio::runtime::Handle,
}

impl Default for Sender {
    fn default() -> Self {
        Self { client: Arc::default(), runtime: tokio::runtime::Handle::current() }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

#[async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = Arc::clone(&self.client);
        let sent = self.runtime.spawn(async move { send(&client, request).await });
        sent.await?
    }
}

async fn send(client: &Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (head, body) = request.into_parts();
    let url: Url = head.uri.to_string().parse()?;
    let mut request = axum::http::Request::builder().method(head.method);
    for (name, value) in &head.headers {
        request = request.header(name, value);
    }
    let (status, body) = client.read(&url, request, body.to_vec(), LIMITS).await?;
    Ok(Response::builder().status(status).body(Bytes::from(body))?)
}
