//! Reads that wait for events.

use std::time::Duration;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{MOVES, PATH, REPORTS, events, last, moved, report};
use crate::{Engine, TestApp};
use service::streams::Streams;

#[both_engines]
async fn a_wait_ends_with_the_first_event_that_matches(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = last(&app).await;
    let start = Instant::now();
    let path = format!("{PATH}?after={before}&wait=60&types=workspace_status_change.*");
    let (answer, ()) = tokio::join!(app.own("vera", Method::GET, &path), async {
        report(&app, "ada", REPORTS).await;
        report(&app, "bo", "/workspaces/53760/status_reports").await;
        moved(&app, "bo", MOVES, 403).await;
    });
    let found = events(&answer);
    assert_eq!(found.len(), 1, "{answer}");
    assert_eq!(found[0]["type"], "workspace_status_change.created");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[both_engines]
async fn a_wait_does_not_end_with_events_that_the_caller_does_not_see(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = last(&app).await;
    let path = format!("{PATH}?after={before}&wait=2");
    let (answer, ()) = tokio::join!(app.own("bo", Method::GET, &path), async {
        report(&app, "max", "/workspaces/53800/status_reports").await;
    });
    let page = answer.json();
    assert_eq!((&page["events"], &page["next_after"]), (&json!([]), &page["last"]), "{answer}");
    assert!(page["last"].as_i64() > Some(before));
}

#[both_engines]
async fn a_wait_without_events_ends_in_time(engine: Engine) {
    let app = TestApp::harbor(engine).await.set(|settings| {
        settings.timeouts.request = Duration::from_millis(900);
    });
    let (before, start) = (last(&app).await, Instant::now());
    let answer = app.own("root", Method::GET, &format!("{PATH}?after={before}&wait=1")).await;
    assert_eq!((events(&answer), answer.json()["next_after"].as_i64()), (Vec::<Value>::new(), Some(before)));
    assert!((1..20).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    // With events there is nothing to wait for.
    let start = Instant::now();
    assert_eq!(events(&app.own("root", Method::GET, &format!("{PATH}?wait=60&limit=3")).await).len(), 3);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[both_engines]
async fn a_wait_ends_when_the_caller_or_the_service_does(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = format!("{PATH}?after={}&wait=60", last(&app).await);
    let (answer, ()) = tokio::join!(app.own("bo", Method::GET, &path), async {
        let body = json!({"active": false});
        assert_eq!(app.write("root", Method::PATCH, "/users/2551", &body, &[]).await.status, 200);
    });
    answer.is_problem(401, "unauthenticated", &Value::Null);
    let path = format!("{PATH}?after={}&wait=60", last(&app).await);
    let (answer, ()) = tokio::join!(app.own("ada", Method::GET, &path), async {
        app.app.stopping.send_replace(true);
    });
    assert_eq!(events(&answer), [Value::Null; 0]);
}

#[both_engines]
async fn the_number_of_waiting_requests_is_bounded(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    app.rebuild(|builder| builder.streams(Streams::new(1)));
    let place = app.app.streams.enter();
    let answer =
        app.request(Method::GET, "/api/statuary/v1/events?wait=1", &[("authorization", "Bearer root")], "");
    let answer = answer.await;
    answer.is_problem(503, "unavailable", &Value::Null);
    assert_eq!(answer.headers["retry-after"], "5");
    assert_eq!(app.own("root", Method::GET, PATH).await.status, 200);
    drop(place);
    assert_eq!(app.own("root", Method::GET, &format!("{PATH}?wait=1")).await.status, 200);
}
