//! Reminders: the owner of a report is told before it is due and when it is overdue, and is told when somebody asks for one.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{at, friday, report, set, with};
use crate::browser::Browser;
use crate::notifications::{inbox, kinds};
use crate::{Engine, TestApp};
use statuary::notifications::Engine as Notifications;

const HARBOR: i64 = 53760;

/// Tells what is due at an instant.
async fn tell_at(app: &TestApp, text: &str) {
    at(app, text);
    Notifications::new(app.app.clone()).expect("settings").settle().await.expect("a store");
}

async fn owed_by_bo(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    set(&app, HARBOR, &with(friday(), &json!({"owner_id": 2551}))).await;
    app
}

#[both_engines]
async fn the_owner_is_reminded_once_and_then_the_project_administrator(engine: Engine) {
    let app = owed_by_bo(engine).await;
    tell_at(&app, "2026-02-18T14:59:59Z").await;
    assert_eq!(kinds(&app, "bo").await, [""; 0]);
    for instant in
        ["2026-02-18T15:00:00Z", "2026-02-18T15:00:01Z", "2026-02-20T15:00:00Z", "2026-02-21T14:59:59Z"]
    {
        tell_at(&app, instant).await;
        assert_eq!(kinds(&app, "bo").await, ["report_due"], "{instant}");
    }
    let item = inbox(&app, "bo").await["items"][0].clone();
    assert_eq!(
        item,
        json!({"id": item["id"], "kind": "report_due", "at": "2026-02-18T15:00:00Z", "read": false,
            "workspace": {"id": HARBOR, "title": "Harbor rollout"}, "report_id": null, "comment_id": null,
            "by": null, "text": "2026-02-20T15:00:00Z"})
    );
    let page = Browser::of(&app, "bo").await.get("/inbox").await.text;
    assert!(page.contains("Your report is due") && page.contains("Due: 20 Feb 2026, 15:00 (UTC)"), "{page}");
    for instant in ["2026-02-21T15:00:00Z", "2026-02-22T14:59:59Z"] {
        tell_at(&app, instant).await;
        assert_eq!(kinds(&app, "bo").await, ["report_due", "report_overdue"], "{instant}");
        assert_eq!(kinds(&app, "max").await, [""; 0], "{instant}");
    }
    for instant in ["2026-02-22T15:00:00Z", "2026-02-27T15:00:00Z", "2026-03-20T15:00:00Z"] {
        tell_at(&app, instant).await;
        assert_eq!(kinds(&app, "bo").await, ["report_due", "report_overdue", "report_overdue"], "{instant}");
        // Who administers the project, and not the account; nobody else.
        assert_eq!(kinds(&app, "max").await, ["report_overdue"], "{instant}");
    }
    for token in ["root", "ada", "vera", "cleo", "olaf", "zoe"] {
        assert_eq!(kinds(&app, token).await, [""; 0], "{token}");
    }
    // A report ends that, and the next period begins.
    report(&app, HARBOR).await;
    let before = kinds(&app, "bo").await.len();
    tell_at(&app, "2026-03-25T14:59:59Z").await;
    assert_eq!(kinds(&app, "bo").await.len(), before);
    tell_at(&app, "2026-03-25T15:00:00Z").await;
    assert_eq!(kinds(&app, "bo").await[before..], ["report_due"]);
    report(&app, HARBOR).await;
    tell_at(&app, "2026-03-30T15:00:00Z").await;
    assert_eq!(kinds(&app, "bo").await[before..], ["report_due", "report_published"]);
}

#[both_engines]
async fn a_service_that_was_away_and_several_processes_tell_once(engine: Engine) {
    let app = owed_by_bo(engine).await;
    let (app, other) = app.with_second_process().await;
    at(&app, "2026-03-10T09:00:00Z");
    let (one, two) = (
        Notifications::new(app.app.clone()).expect("settings"),
        Notifications::new(other.app.clone()).expect("settings"),
    );
    let (first, second) = tokio::join!(one.settle(), two.settle());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    for token in ["bo", "max"] {
        assert_eq!(kinds(&app, token).await, ["report_overdue"], "{token}");
    }
    assert_eq!(inbox(&app, "max").await["items"][0]["text"], "2026-02-20T15:00:00Z");
}

#[both_engines]
async fn nobody_is_reminded_of_what_is_not_owed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let paused = json!({"owner_id": 2551, "paused_until": "2026-04-01"});
    set(&app, HARBOR, &with(friday(), &paused)).await;
    set(&app, 53900, &friday()).await;
    set(&app, 53800, &friday()).await;
    let path = "/workspaces/53800/status_changes";
    let body = json!({"to_status_key": 600});
    let moved = app.write("root", Method::POST, path, &body, &[]).await;
    assert_eq!(moved.status, 201, "{moved}");
    tell_at(&app, "2026-03-10T09:00:00Z").await;
    for token in ["root", "ada", "bo", "max"] {
        assert_eq!(kinds(&app, token).await, [""; 0], "{token}");
    }
    // The owner who is on the client side by now, or is deactivated, is not told; the lead is, who owes the reports then.
    set(&app, HARBOR, &with(friday(), &json!({"owner_id": 2551}))).await;
    let body = json!({"active": false});
    assert_eq!(app.write("root", Method::PATCH, "/users/2551", &body, &[]).await.status, 200);
    tell_at(&app, "2026-03-12T09:00:00Z").await;
    assert_eq!(kinds(&app, "ada").await, ["report_due"]);
}

#[both_engines]
async fn an_import_reminds_nobody_of_its_past(engine: Engine) {
    let app = owed_by_bo(engine).await;
    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    at(&copy, "2026-03-01T09:00:00Z");
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    tell_at(&copy, "2026-03-01T09:00:01Z").await;
    for token in ["bo", "max"] {
        assert_eq!(kinds(&copy, token).await, [""; 0], "{token}");
    }
    // What comes after the import is told.
    report(&copy, HARBOR).await;
    tell_at(&copy, "2026-03-11T15:00:00Z").await;
    assert_eq!(kinds(&copy, "bo").await, ["report_published", "report_due"]);
}

#[both_engines]
async fn the_owner_is_told_of_a_request(engine: Engine) {
    let app = owed_by_bo(engine).await;
    let path = format!("/workspaces/{HARBOR}/report_requests");
    let body = json!({"message": "The board meets on Friday. Please."});
    let asked = app.write("ada", Method::POST, &path, &body, &[]).await;
    assert_eq!(asked.status, 201, "{asked}");
    let item = inbox(&app, "bo").await["items"][0].clone();
    assert_eq!(
        (&item["kind"], &item["by"]["id"], &item["text"]),
        (&json!("report_requested"), &json!(2545), &json!("The board meets on Friday."))
    );
    for token in ["ada", "root", "max", "vera", "cleo"] {
        assert_eq!(kinds(&app, token).await, [""; 0], "{token}");
    }
    // A request that is refused tells nobody, and nobody is told of their own.
    app.write("max", Method::POST, &path, &json!({}), &[]).await.is_problem(
        409,
        "already-requested",
        &Value::Null,
    );
    assert_eq!(kinds(&app, "bo").await.len(), 1);
    report(&app, HARBOR).await;
    let asked = app.write("bo", Method::POST, &path, &json!({}), &[]).await;
    assert_eq!(asked.status, 201, "{asked}");
    assert_eq!(kinds(&app, "bo").await, ["report_requested", "report_published"]);
    // Without an owner of the cadence, the lead is told.
    report(&app, HARBOR).await;
    set(&app, HARBOR, &friday()).await;
    let before = kinds(&app, "ada").await.len();
    assert_eq!(app.write("max", Method::POST, &path, &json!({}), &[]).await.status, 201);
    assert_eq!(kinds(&app, "ada").await[before..], ["report_requested"]);
}
