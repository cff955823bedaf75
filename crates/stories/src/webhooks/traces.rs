//! The trace context of a request goes on to the deliveries of what it wrote.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::receiver::Receiver;
use super::{add, harbor, settle};
use crate::Engine;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[both_engines]
async fn a_trace_goes_on_from_a_request_to_its_deliveries(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    add(&app, &receiver, &json!({"types": ["status_report.created"]})).await;
    let sent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    for (number, header) in ["", &sent, "00-1-2-3", ""].into_iter().enumerate() {
        let body = json!({"color": "red", "description": format!("Report {number}")});
        let headers = [("traceparent", header)];
        let headers = if header.is_empty() { &headers[..0] } else { &headers[..] };
        let path = "/workspaces/53760/status_reports";
        let answer = app.write("ada", Method::POST, path, &body, headers).await;
        assert_eq!(answer.status, 201, "{answer}");
    }
    settle(&app).await;
    let messages = receiver.take();
    assert_eq!(messages.len(), 4);
    for message in messages {
        let is_traced = message.json()["data"]["after"]["description"] == "Report 1";
        let passed_on = message.headers.get("traceparent").map(String::as_str);
        assert_eq!(passed_on.is_some(), is_traced, "{message:?}");
        if let Some(passed_on) = passed_on {
            let parts: Vec<_> = passed_on.split('-').collect();
            assert_eq!((parts[0], parts[1], parts[3]), ("00", TRACE, "01"), "{passed_on}");
            // The delivery is a span of its own.
            assert!(parts[2].len() == 16 && parts[2] != "00f067aa0ba902b7", "{passed_on}");
        }
    }
}
