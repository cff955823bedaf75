//! Spans of requests and deliveries reach a collector of OpenTelemetry.
#![cfg(feature = "opentelemetry")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;

use super::client::{assert_fails, send};
use crate::support::{Engine, PATIENCE, Process, Server, Store};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const CLOCK: [&str; 2] = ["--clock", "2026-02-16T19:40:03Z"];

/// A collector, which also receives the deliveries of webhooks.
struct Collector {
    url: String,
    listener: TcpListener,
}

/// A request that the collector received.
struct Received {
    head: String,
    body: Vec<u8>,
}

impl Collector {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self { url: format!("http://{}", listener.local_addr().expect("an address")), listener }
    }

    /// Answers each request with 200 and sends it on.
    fn run(self, sender: Sender<Received>) {
        // The thread ends with the process.
        thread::spawn(move || {
            for stream in self.listener.incoming() {
                let sender = sender.clone();
                thread::spawn(move || answer(stream.expect("a connection"), &sender));
            }
        });
    }
}

fn answer(stream: TcpStream, sender: &Sender<Received>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        (reader.read_line(&mut head).ok()? > 0).then_some(())?;
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    sender.send(Received { head, body }).ok()?;
    reader.into_inner().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()
}

fn attributes(span: &Span) -> BTreeMap<String, String> {
    let attributes = span.attributes.iter().map(|attribute| {
        let value = match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Value::StringValue(text)) => text.clone(),
            Some(Value::IntValue(number)) => number.to_string(),
            other => panic!("{other:?}"),
        };
        (attribute.key.clone(), value)
    });
    attributes.collect()
}

#[test]
fn spans_of_requests_and_of_their_deliveries_reach_a_collector() {
    let collector = Collector::new();
    let url = collector.url.clone();
    let (sender, received) = channel();
    collector.run(sender);
    let store = Store::harbor(Engine::Sqlite);
    let mut command = store.command(&[&["serve", "--listen", "127.0.0.1:0"], &CLOCK[..]].concat());
    command
        .env("STATUARY_WEBHOOK_PRIVATE_NETWORKS", "true")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &url)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=harbor")
        .env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
        .env("OTEL_BSP_SCHEDULE_DELAY", "50");
    let server = Server::start(command);
    let json = "authorization: Bearer root\r\ncontent-type: application/json\r\n";
    let write = |path: &str, headers: &str, body: &str| {
        let answer =
            send(&server.url, "POST", &format!("/api/statuary/v1{path}"), &format!("{json}{headers}"), body);
        assert!(answer.head.starts_with("HTTP/1.1 201"), "{} {}", answer.head, answer.body);
    };
    write(
        "/webhook_endpoints",
        "",
        &format!("{{\"url\":\"{url}/hook\",\"types\":[\"status_report.created\"]}}"),
    );
    let parent = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\n");
    write("/workspaces/53760/status_reports", &parent, "{\"color\":\"red\",\"description\":\"Late\"}");
    let not_found = send(&server.url, "GET", "/api/statuary/v1/nowhere?secret=1", json, "");
    assert!(not_found.head.starts_with("HTTP/1.1 404"), "{}", not_found.head);

    let (mut spans, mut delivered) = (Vec::new(), None);
    let is_complete = |spans: &[Span]| {
        let has = |kind| {
            spans.iter().any(|span: &Span| span.kind == kind as i32 && hex::encode(&span.trace_id) == TRACE)
        };
        has(SpanKind::Server) && has(SpanKind::Client) && spans.iter().any(|span| span.name == "GET")
    };
    while !is_complete(&spans) {
        let Received { head, body } = received.recv_timeout(PATIENCE).expect("a request");
        if head.starts_with("POST /hook ") {
            delivered = Some(head);
            continue;
        }
        assert!(head.starts_with("POST /v1/traces ") && head.contains("\r\nx-tenant: harbor\r\n"), "{head}");
        let export = ExportTraceServiceRequest::decode(&*body).expect("spans");
        for of_resource in export.resource_spans {
            let resource = of_resource.resource.expect("a resource");
            let about = attributes(&Span { attributes: resource.attributes, ..Span::default() });
            assert_eq!(about["service.name"], "statuary", "{about:?}");
            assert_eq!(about["deployment.environment.name"], "test", "{about:?}");
            spans.extend(of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let of = |kind: SpanKind| {
        spans.iter().find(|span| span.kind == kind as i32 && hex::encode(&span.trace_id) == TRACE)
    };
    let request = of(SpanKind::Server).expect("a span");
    assert_eq!(hex::encode(&request.parent_span_id), PARENT);
    assert_eq!(request.name, "POST /api/statuary/v1/workspaces/{id}/status_reports");
    assert_eq!(attributes(request)["http.response.status_code"], "201");
    let delivery = of(SpanKind::Client).expect("a span");
    assert_eq!(delivery.parent_span_id, request.span_id);
    assert_eq!(attributes(delivery)["http.response.status_code"], "200");
    let sent = format!("\r\ntraceparent: 00-{TRACE}-{}-01\r\n", hex::encode(&delivery.span_id));
    assert!(delivered.expect("a delivery").contains(&sent), "{sent}");
    // A path without a route may have anything in it.
    let other = spans.iter().find(|span| span.name == "GET").expect("a span");
    assert!(attributes(other).values().all(|value| !value.contains("nowhere")), "{other:?}");
    assert!(spans.iter().all(|span| span.end_time_unix_nano >= span.start_time_unix_nano));
    server.stop();
}

#[test]
fn a_collector_that_is_away_delays_nothing() {
    let store = Store::harbor(Engine::Sqlite);
    // The port was free, and nothing listens there.
    let url = Collector::new().url;
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
    let server = Server::start(command);
    let answer = send(&server.url, "GET", "/api/statuary/v1/me", "authorization: Bearer root\r\n", "");
    assert!(answer.head.starts_with("HTTP/1.1 200"), "{}", answer.head);
    server.stop();
    // A value that is no URL is an error.
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[");
    assert_fails(&Process::start(command, "").end(), "OTEL_");
}
