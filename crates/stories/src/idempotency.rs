//! Stories of idempotency keys, through HTTP, on both engines.

use axum::http::Method;
use futures_util::future::join_all;
use macros::both_engines;
use serde_json::{Value, json};

use super::{Answer, Engine, TestApp};
use db::Query;
use domain::idempotency::Key;
use domain::ids::TokenId;

const REPORTS: &str = "/api/v1/status_reports";
const STATUSES: &str = "/api/v3/statuses";

async fn send(app: &TestApp, token: &str, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers =
        [("authorization", &*authorization), ("content-type", "application/json"), ("idempotency-key", key)];
    app.request(method, path, &headers, &body.to_string()).await
}

async fn post(app: &TestApp, token: &str, path: &str, key: &str, body: &Value) -> Answer {
    send(app, token, Method::POST, path, key, body).await
}

fn report(description: &str) -> Value {
    json!({"status_report": {"workspace_id": "53760", "color": "green", "description": description}})
}

async fn reports(app: &TestApp) -> i64 {
    app.get("root", "/status_reports?workspace_id=53760").await.meta().0
}

async fn count(app: &TestApp) -> i64 {
    const COUNT: &str = "select count(*) from idempotency_keys";
    let counted = app.app.db.read(|conn| Box::pin(async { conn.scalar(&Query::plain(COUNT)).await }));
    counted.await.expect("a number")
}

#[track_caller]
fn is_new(answer: &Answer) {
    assert!(answer.status.is_success(), "{answer:?}");
    assert_eq!(answer.header("idempotent-replayed"), "", "{answer:?}");
}

#[track_caller]
fn repeats(again: &Answer, first: &Answer) {
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotent-replayed"), "true");
    for name in ["content-type", "etag", "cache-control", "link", "location"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
}

#[both_engines]
#[case::report("/api/v1/status_reports.json?include=creator", report("Once"))]
#[case::change("/api/v1/workspace_status_changes",
    json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": 605}}))]
#[case::workspaces("/api/v1/workspaces", json!({"workspaces": [{"title": "One"}, {"title": "Two"}]}))]
#[case::participation("/api/v1/participations",
    json!({"participation": {"workspace_id": 53800, "user_id": 2580, "role": "maven"}}))]
#[case::reference("/api/v1/external_references/create_or_update", json!({"external_reference": {
    "subject_type": "StatusReport", "subject_id": 907, "service_name": "github", "service_model": "Issue",
    "service_model_ref": "12", "status": "successful"}}))]
#[case::project("/api/v3/projects", json!({"name": "Dock gate"}))]
#[case::status("/api/v3/statuses?format=json", json!({"name": "Waiting"}))]
async fn a_request_with_a_key_is_executed_once(engine: Engine, #[case] path: &str, #[case] body: Value) {
    let app = TestApp::harbor(engine).await;
    let first = post(&app, "root", path, "one", &body).await;
    is_new(&first);
    let store = app.export().await;
    app.app.clock.advance(60);
    repeats(&post(&app, "root", path, "one", &body).await, &first);
    assert_eq!(app.export().await, store);
}

#[both_engines]
async fn a_key_belongs_to_one_request(engine: Engine) {
    const REUSED: &str = "Idempotency-Key was used for another request";
    let app = TestApp::harbor(engine).await;
    is_new(&post(&app, "root", REPORTS, "one", &report("First")).await);
    let before = reports(&app).await;
    post(&app, "root", REPORTS, "one", &report("Second")).await.is_system_error(422, REUSED);
    let query = format!("{REPORTS}?include=creator");
    post(&app, "root", &query, "one", &report("First")).await.is_system_error(422, REUSED);
    post(&app, "root", &format!("{REPORTS}?"), "one", &report("First")).await.is_system_error(422, REUSED);
    let change = json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": 605}});
    post(&app, "root", "/api/v1/workspace_status_changes", "one", &change).await.is_system_error(422, REUSED);
    let typed = [
        ("authorization", "Bearer root"),
        ("content-type", "application/json; charset=utf-8"),
        ("idempotency-key", "one"),
    ];
    let body = report("First").to_string();
    app.request(Method::POST, REPORTS, &typed, &body).await.is_system_error(422, REUSED);
    let other = post(&app, "root", STATUSES, "one", &json!({"name": "Waiting"})).await;
    let details = json!({"attribute": "Idempotency-Key"});
    other.is_hal_error(
        422,
        &crate::openproject::error("PropertyConstraintViolation", &format!("{REUSED}."), Some(&details)),
    );
    assert_eq!(reports(&app).await, before);
}

#[both_engines]
async fn refused_responses_are_not_stored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    post(&app, "ada", REPORTS, "one", &report(" "))
        .await
        .is_invalid("description", "Description can't be blank");
    post(&app, "vera", REPORTS, "one", &report("Not mine")).await.has(403);
    let wrong = post(&app, "root", STATUSES, "two", &json!({"name": 7})).await;
    assert_eq!(wrong.status.as_u16(), 422, "{wrong:?}");
    assert_eq!(count(&app).await, 0);
    is_new(&post(&app, "ada", REPORTS, "one", &report("Corrected")).await);
    is_new(&post(&app, "root", STATUSES, "two", &json!({"name": "Corrected"})).await);
    assert_eq!(count(&app).await, 2);
}

#[both_engines]
async fn responses_are_stored_for_a_day(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let first = post(&app, "ada", REPORTS, "one", &report("First")).await;
    is_new(&first);
    for number in 0..30 {
        is_new(&post(&app, "bo", REPORTS, &format!("old {number}"), &report("Old")).await);
    }
    app.app.clock.advance(24 * 3600 - 1);
    repeats(&post(&app, "ada", REPORTS, "one", &report("First")).await, &first);
    app.app.clock.advance(1);
    let next = post(&app, "ada", REPORTS, "one", &report("Next day")).await;
    is_new(&next);
    repeats(&post(&app, "ada", REPORTS, "one", &report("Next day")).await, &next);
    // The write deleted twenty expired responses; the next one deletes the rest.
    assert!(count(&app).await <= 12);
    is_new(&post(&app, "ada", REPORTS, "two", &report("Another")).await);
    assert_eq!(count(&app).await, 2);
}

#[both_engines]
async fn keys_are_scoped_to_a_token(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mine = post(&app, "ada", REPORTS, "one", &report("Same")).await;
    let yours = post(&app, "bo", REPORTS, "one", &report("Same")).await;
    is_new(&mine);
    is_new(&yours);
    assert_ne!(mine.text, yours.text);
    // The same token in the other scheme is the same token.
    let made = post(&app, "root", STATUSES, "two", &json!({"name": "Waiting"})).await;
    let basic = crate::openproject::basic("root");
    let headers =
        [("authorization", &*basic), ("content-type", "application/json"), ("idempotency-key", "two")];
    let again = app.request(Method::POST, STATUSES, &headers, &json!({"name": "Waiting"}).to_string()).await;
    repeats(&again, &made);

    app.by_hand("delete from tokens where id = 2").await;
    post(&app, "ada", REPORTS, "one", &report("Same")).await.has(401);
    let token = json!({"kind": "token", "id": 99, "user_id": 2545, "name": "next",
        "sha256": hex::encode(domain::auth::digest("next"))});
    app.import(&token.to_string()).await.expect("an archive");
    is_new(&post(&app, "next", REPORTS, "one", &report("Same")).await);
}

#[both_engines]
async fn keys_are_printable_and_of_limited_length(engine: Engine) {
    const MESSAGE: &str = "Idempotency-Key must be 1 to 255 printable ASCII characters";
    let app = TestApp::harbor(engine).await;
    for wrong in ["", "\u{e9}", "a\tb", &"x".repeat(256)] {
        post(&app, "ada", REPORTS, wrong, &report("No")).await.is_bad_request(MESSAGE);
        let other = post(&app, "root", STATUSES, wrong, &json!({"name": "No"})).await;
        other.is_refusal(400, "BadRequest", &format!("Bad request: {MESSAGE}"));
    }
    let twice = [
        ("authorization", "Bearer ada"),
        ("content-type", "application/json"),
        ("idempotency-key", "one"),
        ("idempotency-key", "two"),
    ];
    let answer = app.request(Method::POST, REPORTS, &twice, &report("No").to_string()).await;
    answer.is_bad_request("Idempotency-Key is there more than once");
    post(&app, "nobody", REPORTS, "", &report("No")).await.has(401);
    assert_eq!(reports(&app).await, 2);
    for good in ["\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "~ !", &"x".repeat(255)] {
        is_new(&post(&app, "ada", REPORTS, good, &report("Yes")).await);
    }
    // Other methods are safe to repeat without a key.
    let put = json!({"status_report": {"color": "red"}});
    for key in ["", "one", "one"] {
        is_new(&send(&app, "ada", Method::PUT, "/api/v1/status_reports/907", key, &put).await);
    }
}

#[both_engines]
async fn a_repeat_of_a_running_request_is_a_conflict(engine: Engine) {
    const MESSAGE: &str = "A request with this Idempotency-Key is still being processed";
    let app = TestApp::harbor(engine).await;
    let key = Key::new(TokenId(1), b"one", [0; 32]).expect("a key");
    let running = app.app.running.start(&key).expect("the only one");
    post(&app, "root", REPORTS, "one", &report("Twice")).await.is_system_error(409, MESSAGE);
    let other = post(&app, "root", STATUSES, "one", &json!({"name": "Twice"})).await;
    other.is_refusal(409, "UpdateConflict", &format!("{MESSAGE}."));
    is_new(&post(&app, "ada", REPORTS, "one", &report("Mine")).await);
    drop(running);
    is_new(&post(&app, "root", REPORTS, "one", &report("Twice")).await);
}

#[both_engines]
async fn concurrent_repeats_have_one_effect(engine: Engine, #[values(true, false)] in_one_process: bool) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let before = reports(&app).await;
    let body = report("At once").to_string();
    let headers = [
        ("authorization", "Bearer ada"),
        ("content-type", "application/json"),
        ("idempotency-key", "at once"),
    ];
    let mut sent = Vec::new();
    let services = if in_one_process { vec![&app; 12] } else { vec![&app, &other] };
    for app in services {
        let mut request = axum::http::Request::post(REPORTS);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let service = app.service();
        let request = request.body(axum::body::Body::from(body.clone())).expect("a request");
        sent.push(tower::ServiceExt::oneshot(service, request));
    }
    let answers = join_all(sent).await.into_iter().map(|answer| answer.expect("an answer"));
    let is_replay = |answer: &axum::response::Response| answer.headers().contains_key("idempotent-replayed");
    let (done, refused): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.status().is_success());
    assert_eq!(done.iter().filter(|answer| !is_replay(answer)).count(), 1);
    assert!(refused.iter().all(|answer| answer.status().as_u16() == 409));
    assert!(in_one_process || refused.is_empty(), "other processes wait for each other");
    assert_eq!(reports(&app).await, before + 1);
    let again = app.request(Method::POST, REPORTS, &headers, &body).await;
    assert_eq!(again.header("idempotent-replayed"), "true", "{again:?}");
}

#[both_engines]
async fn a_write_is_rolled_back_if_its_response_cannot_be_stored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.by_hand("create unique index only_one on idempotency_keys (account_id)").await;
    is_new(&post(&app, "ada", REPORTS, "one", &report("First")).await);
    let before = app.export().await;
    let failed = post(&app, "ada", REPORTS, "two", &report("Second")).await;
    failed.is_system_error(500, "A server error has occurred.");
    assert_eq!(app.export().await, before);
}
