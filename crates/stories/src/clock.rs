//! Stories of the virtual clock.

use axum::body::Body;
use axum::http::Request;
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Answer, Engine, NOW, TestApp, report, time};
use base::clock::Date;
use service::settings::Settings;

async fn harbor(engine: Engine) -> TestApp {
    let mut harbor = TestApp::harbor(engine).await;
    harbor.rebuild(|app| app.settings(Settings { clock: Some(time(NOW)), ..Settings::default() }));
    harbor
}

async fn clock(app: &TestApp, token: &str, method: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri("/api/statuary/v1/clock")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body.to_owned()));
    app.send(request.expect("a request")).await
}

#[track_caller]
fn is_at(answer: &Answer, now: &str) {
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "now": now })));
}

#[track_caller]
fn is_problem(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    let said = ["type", "detail"].map(|member| problem[member].as_str().unwrap_or_default());
    assert!(said.iter().any(|text| text.contains(says)), "{problem}");
    assert_eq!(problem["status"], status);
}

#[both_engines]
async fn the_clock_stands_still_until_an_administrator_moves_it(engine: Engine) {
    let app = harbor(engine).await;
    is_at(&clock(&app, "root", "GET", "").await, NOW);
    is_at(
        &clock(&app, "root", "PUT", r#"{"now": "2026-03-01T09:00:00+01:00"}"#).await,
        "2026-03-01T08:00:00Z",
    );
    is_at(&clock(&app, "zoe", "PUT", r#"{"advance": "9d"}"#).await, "2026-03-10T08:00:00Z");
    is_at(&clock(&app, "root", "PUT", r#"{"advance": 90}"#).await, "2026-03-10T08:01:30Z");
    is_at(&clock(&app, "root", "PUT", r#"{"advance": "1h 30m"}"#).await, "2026-03-10T09:31:30Z");
    is_at(&clock(&app, "root", "GET", "").await, "2026-03-10T09:31:30Z");
}

#[both_engines]
async fn one_request_advances_the_clock_by_nine_days(engine: Engine) {
    let app = harbor(engine).await;
    let change = json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": 605}});
    app.post("ada", "/workspace_status_changes", &change).await.has(200);
    let feed = "/subscribed_events?event_types=workspace_status_change:created";
    // The imported report, and this one.
    assert_eq!(app.get("root", feed).await.ids().len(), 2);
    clock(&app, "root", "PUT", r#"{"advance": "9d"}"#).await;
    assert_eq!(app.get("root", feed).await.ids().len(), 2);
    clock(&app, "root", "PUT", r#"{"advance": 1}"#).await;
    assert_eq!(app.get("root", feed).await.ids().len(), 0);
}

#[both_engines]
async fn only_administrators_read_or_move_the_clock(engine: Engine) {
    let app = harbor(engine).await;
    let token = json!({"kind": "token", "id": 99, "user_id": 2500, "name": "narrow",
        "sha256": hex::encode(domain::auth::digest("narrow")), "scopes": ["api_v3"]});
    app.import(&token.to_string()).await.expect("an archive");
    for (method, body) in [("GET", ""), ("PUT", r#"{"advance": "9d"}"#)] {
        is_problem(&clock(&app, "ada", method, body).await, 403, "/problems/forbidden");
        is_problem(&clock(&app, "narrow", method, body).await, 403, "/problems/forbidden");
        let nobody = clock(&app, "nobody", method, body).await;
        is_problem(&nobody, 401, "/problems/unauthenticated");
        assert_eq!(nobody.headers["www-authenticate"], "Bearer", "{method:?} {body:?}");
    }
    is_at(&clock(&app, "root", "GET", "").await, NOW);
}

#[rstest]
#[tokio::test]
async fn the_clock_resource_exists_only_with_a_virtual_clock() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    for method in ["GET", "PUT"] {
        assert_eq!(clock(&app, "root", method, r#"{"advance": 1}"#).await.status.as_u16(), 404, "{method:?}");
    }
}

#[rstest]
#[case("", 400, "cannot be read")]
#[case("[]", 400, "cannot be read")]
#[case(r#"{"now": "tomorrow"}"#, 400, "RFC 3339")]
#[case(r#"{"later": 1}"#, 400, "later")]
#[case("{}", 422, "`now` and `advance`")]
#[case(r#"{"now": "2027-01-01T00:00:00Z", "advance": 1}"#, 422, "`now` and `advance`")]
#[case(r#"{"advance": "soon"}"#, 422, "`soon` is not a span")]
#[case(r#"{"advance": "1 month"}"#, 422, "no fixed length")]
#[case(r#"{"advance": 9223372036854775807}"#, 422, "that far")]
#[case(r#"{"advance": "7000y"}"#, 422, "no fixed length")]
#[case(r#"{"advance": 300000000000}"#, 422, "that far")]
#[tokio::test]
async fn an_invalid_clock_change_is_refused(#[case] body: &str, #[case] status: u16, #[case] detail: &str) {
    let app = harbor(Engine::Sqlite).await;
    is_problem(&clock(&app, "root", "PUT", body).await, status, detail);
    is_at(&clock(&app, "root", "GET", "").await, NOW);
}

#[both_engines]
async fn the_clock_moves_back_only_to_the_last_event(engine: Engine) {
    let app = harbor(engine).await;
    is_at(&clock(&app, "root", "PUT", r#"{"advance": "2d"}"#).await, "2026-02-18T16:00:03Z");
    is_at(&clock(&app, "root", "PUT", r#"{"advance": "-1d"}"#).await, "2026-02-17T16:00:03Z");
    app.delete("ada", "/status_reports/907").await.has(204);
    is_at(&clock(&app, "root", "PUT", r#"{"advance": 60}"#).await, "2026-02-17T16:01:03Z");

    let refused = clock(&app, "root", "PUT", r#"{"now": "2026-02-17T16:00:02Z"}"#).await;
    is_problem(&refused, 409, "the last event was at 2026-02-17T16:00:03Z");
    is_at(&clock(&app, "root", "PUT", r#"{"now": "2026-02-17T16:00:03Z"}"#).await, "2026-02-17T16:00:03Z");
}

#[both_engines]
async fn time_dependent_values_follow_the_clock(engine: Engine) {
    let app = harbor(engine).await;
    let token = json!({"kind": "token", "id": 99, "user_id": 2545, "name": "short",
        "sha256": hex::encode(domain::auth::digest("short")), "expires_at": "2026-02-18T00:00:00Z"});
    app.import(&format!("{}\n{token}", report(950))).await.expect("an archive");
    let current = async || {
        let workspace = app.get("ada", "/workspaces/53760?include=current_status_report").await;
        workspace.object()["current_status_report_id"].clone()
    };
    assert_eq!(current().await, "950");
    app.get("short", "/users/me").await.has(200);

    clock(&app, "root", "PUT", r#"{"advance": "1d"}"#).await;
    assert_eq!(current().await, Value::Null, "it is of yesterday");
    app.get("short", "/users/me").await.has(200);

    clock(&app, "root", "PUT", r#"{"advance": "1d"}"#).await;
    app.get("short", "/users/me").await.has(401);
}

#[test]
fn every_date_has_a_first_instant() {
    let start = |text: &str| text.parse::<Date>().unwrap().start().0;
    assert_eq!(start("1970-01-02"), 86_400_000_000);
    assert_eq!(start("0000-01-01"), -62_167_219_200_000_000);
    assert_eq!(start("9999-12-31"), 253_402_214_400_000_000);
}
