//! Stories of cadences, of the reporting desk and of requests for reports. The clock moves by hand.

mod cadences;
mod desk;
mod pages;
mod reminders;
mod requests;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{Answer, TestApp, time};

/// Every Friday at 16:00 in Berlin, with a grace of a day.
fn friday() -> Value {
    json!({"every": "week", "on": "friday", "at": "16:00", "time_zone": "Europe/Berlin", "grace_hours": 24})
}

/// A body with other members.
fn with(mut body: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

async fn put(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.write(token, Method::PUT, path, body, &[]).await
}

/// Puts the cadence of a workspace, and returns it.
async fn set(app: &TestApp, workspace: i64, body: &Value) -> Value {
    let answer = put(app, "root", &format!("/workspaces/{workspace}/cadence"), body).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

/// Sets the clock.
fn at(app: &TestApp, text: &str) {
    app.app.clock.set(time(text));
}

async fn report(app: &TestApp, workspace: i64) {
    let body = json!({"color": "green", "description": "On course."});
    let path = format!("/workspaces/{workspace}/status_reports");
    let answer = app.write("root", Method::POST, &path, &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
}

async fn desk(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.own(token, Method::GET, &format!("/reporting_desk{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

/// A workspace on the desk.
async fn row(app: &TestApp, workspace: i64) -> Value {
    let desk = desk(app, "root", "").await;
    let rows = desk["workspaces"].as_array().expect("a list");
    rows.iter().find(|row| row["workspace"]["id"] == workspace).expect("the workspace").clone()
}
