//! Stories of webhooks: the engine delivers to a receiver on this machine, and the clock moves by hand.

mod deliveries;
mod endpoints;
mod formats;
mod pages;
mod receiver;
mod retries;
mod traces;

use axum::http::Method;
use serde_json::{Value, json};

use self::receiver::Receiver;
use crate::{Answer, Engine, TestApp};
use statuary::webhooks::Engine as Deliveries;

const LIST: &str = "/webhook_endpoints";

/// The harbor, which may deliver to this machine.
async fn harbor(engine: Engine) -> TestApp {
    TestApp::harbor(engine).await.set(|settings| {
        settings.webhook_private_networks = true;
        settings.public_url = Some("https://status.example".into());
    })
}

/// Adds an endpoint with further members, and returns it with its path.
async fn add(app: &TestApp, receiver: &Receiver, more: &Value) -> (Value, String) {
    let mut body = json!({"url": format!("{}/hook?a=b", receiver.url)});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    let own = format!("{LIST}/{}", answer.json()["id"]);
    (answer.json(), own)
}

/// Writes a report of the workspace, and returns the sequence of its event.
async fn report(app: &TestApp, description: &str) -> i64 {
    let body = json!({"color": "red", "description": description});
    let answer = app.write("ada", Method::POST, "/workspaces/53760/status_reports", &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    let events = app.own("root", Method::GET, "/events?types=status_report.created&limit=200").await.json();
    let last = events["events"].as_array().and_then(|all| all.last()).expect("an event");
    last["sequence"].as_i64().expect("a number")
}

/// Delivers everything that is due.
async fn settle(app: &TestApp) {
    Deliveries::new(app.app.clone()).settle().await.expect("a queue");
}

/// The deliveries of an endpoint, the newest first.
async fn deliveries(app: &TestApp, own: &str, state: &str) -> Vec<Value> {
    let answer = app.own("root", Method::GET, &format!("{own}/deliveries?state={state}")).await;
    answer.json()["deliveries"].as_array().expect("a list").clone()
}

async fn post(app: &TestApp, path: &str, body: &Value) -> Answer {
    app.write("root", Method::POST, path, body, &[]).await
}
