//! Stories of entity tags and conditional requests, through HTTP, on both engines.

use axum::http::Method;
use futures_util::future::join_all;
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp};

const REPORT: &str = "/api/v1/status_reports/907";
const CHANGED: &str = "Record has changed since it was read";

async fn get(app: &TestApp, token: &str, path: &str, header: (&str, &str)) -> Answer {
    let authorization = format!("Bearer {token}");
    app.request(Method::GET, path, &[("authorization", &authorization), header], "").await
}

async fn tag(app: &TestApp, token: &str, path: &str) -> String {
    get(app, token, path, ("accept", "*/*")).await.header("etag").to_owned()
}

async fn write(app: &TestApp, method: &Method, path: &str, tag: &str, body: &Value) -> Answer {
    let headers = [("authorization", "Bearer root"), ("content-type", "application/json"), ("if-match", tag)];
    app.request(method.clone(), path, &headers, &body.to_string()).await
}

#[both_engines]
#[case("/api/v1/status_reports/907?include=creator,workspace", false)]
#[case("/api/v1/workspaces/53760.json", false)]
#[case("/api/v1/workspace_status_changes/4077", false)]
#[case("/api/v1/users/2545", false)]
#[case("/api/v1/users/me", false)]
#[case("/api/v1/participations/1", false)]
#[case("/api/v3/projects/53760", true)]
#[case("/api/v3/projects", true)]
#[case("/api/v3/statuses", true)]
#[case("/api/v3/users/2545", true)]
#[case("/api/statuary/v1/me", false)]
#[case("/api/statuary/v1/status_keys", false)]
#[case("/api/statuary/v1/status_keys/310", false)]
#[case("/api/statuary/v1/workspaces/53760/timeline", false)]
async fn a_matching_etag_gets_304_not_modified(engine: Engine, #[case] path: &str, #[case] is_weak: bool) {
    let app = TestApp::harbor(engine).await;
    let tag = tag(&app, "ada", path).await;
    assert!(tag.starts_with(if is_weak { "W/\"" } else { "\"" }) && tag.ends_with('"'), "{tag}");
    let other_form = tag.strip_prefix("W/").map_or_else(|| format!("W/{tag}"), str::to_owned);
    for known in [&*tag, &other_form, "*", &format!("\"a\", {tag} ,W/\"b\"")] {
        let answer = get(&app, "ada", path, ("if-none-match", known)).await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), tag, "{known:?}");
        assert!(answer.header("cache-control").contains("private"), "{answer:?}");
    }
    for unknown in ["", "\"\"", "\"other\"", tag.trim_matches('W').trim_start_matches('/').split_at(5).0] {
        let answer = get(&app, "ada", path, ("if-none-match", unknown)).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, &*tag), "{unknown}");
    }
    let headers = [("authorization", "Bearer ada"), ("if-none-match", &*tag)];
    let head = app.request(Method::HEAD, path, &headers, "").await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (304, &*tag));
    assert_eq!(get(&app, "nobody", path, ("if-none-match", "*")).await.status.as_u16(), 401);
}

#[both_engines]
async fn kantata_lists_have_no_etag(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/api/v1/status_reports", "/api/v1/workspaces", "/api/v1/participations?workspace_id=53760"]
    {
        let answer = get(&app, "ada", path, ("if-none-match", "*")).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, ""), "{path}");
    }
    let several = json!({"workspaces": [{"title": "One"}, {"title": "Two"}]});
    assert_eq!(app.post("root", "/workspaces", &several).await.header("etag"), "");
}

#[both_engines]
async fn a_changed_representation_is_never_304(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/api/v1/workspaces/53800?include=participants";
    let before = tag(&app, "root", path).await;
    let part = json!({"participation": {"workspace_id": 53800, "user_id": 2580, "role": "maven"}});
    app.post("root", "/participations", &part).await.has(200);
    let after = get(&app, "root", path, ("if-none-match", &before)).await;
    assert_eq!(after.status.as_u16(), 200, "the workspace is the same, who takes part is not");
    let put = json!({"workspace": {"title": "Still the same"}});
    assert_eq!(write(&app, &Method::PUT, path, &before, &put).await.status.as_u16(), 200);
}

#[both_engines]
#[case::report(REPORT, "/api/v1/status_reports/907", json!({"status_report": {"color": "red"}}), true)]
#[case::report_with_includes("/api/v1/status_reports/907?include=creator,workspace,external_references", REPORT,
    json!({"status_report": {"color": "red"}}), true)]
#[case::workspace("/api/v1/workspaces/53760?optional_fields=stage&include=status_reports",
    "/api/v1/workspaces/53760", json!({"workspace": {"title": "New"}}), false)]
#[case::participation("/api/v1/participations/1?optional_fields=access_level", "/api/v1/participations/1.json",
    json!({"participation": {"access_level": "admin"}}), true)]
#[case::project("/api/v3/projects/harbor-rollout-53760", "/api/v3/projects/53760", json!({"name": "New"}), false)]
async fn a_conditional_write_succeeds_if_nothing_changed(
    engine: Engine,
    #[case] read: &str,
    #[case] path: &str,
    #[case] body: Value,
    #[case] can_be_deleted: bool,
) {
    let app = TestApp::harbor(engine).await;
    let seen = tag(&app, "root", read).await;
    let method = if path.starts_with("/api/v3") { Method::PATCH } else { Method::PUT };
    let before = app.export().await;
    for wrong in ["\"other\"", "", "W/\"a.b\"", "\"*\"", &seen.replace('.', "")] {
        refused(&write(&app, &method, path, wrong, &body).await, path);
    }
    assert_eq!(app.export().await, before);

    app.app.clock.advance(60);
    let list = format!("\"other\", {seen}");
    let first = write(&app, &method, path, &list, &body).await;
    assert_eq!(first.status.as_u16(), 200, "{first:?}");
    let after = app.export().await;
    refused(&write(&app, &method, path, &seen, &body).await, path);
    if can_be_deleted {
        refused(&write(&app, &Method::DELETE, path, &seen, &Value::Null).await, path);
    }
    assert_eq!(app.export().await, after, "what was seen is not what is there");

    // The response to a write has the new ETag; `*` matches any version.
    app.app.clock.advance(60);
    let next = write(&app, &method, path, first.header("etag"), &body).await;
    assert_eq!(next.status.as_u16(), 200, "{next:?}");
    assert_eq!(write(&app, &method, path, "*", &body).await.status.as_u16(), 200);
    if can_be_deleted {
        let last = tag(&app, "root", read).await;
        assert_eq!(write(&app, &Method::DELETE, path, &last, &Value::Null).await.status.as_u16(), 204);
        write(&app, &Method::DELETE, path, "*", &Value::Null).await.has(404);
    }
}

#[track_caller]
fn refused(answer: &Answer, path: &str) {
    if path.starts_with("/api/v3") {
        let message = "Could not update the resource because of conflicting modifications.";
        answer.is_refusal(412, "UpdateConflict", message);
    } else {
        answer.is_system_error(412, CHANGED);
    }
    assert_eq!(answer.header("etag"), "");
}

#[both_engines]
async fn openproject_statuses_and_references_support_conditional_writes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let reference = json!({"external_reference": {"subject_type": "StatusReport", "subject_id": 901,
        "service_name": "jira", "service_model": "Issue", "service_model_ref": "1"}});
    let made = app.post("root", "/external_references/create_or_update", &reference).await;
    let path = format!("/api/v1/external_references/{}", made.ids()[0]);
    refused(&write(&app, &Method::DELETE, &path, "\"a.b\"", &Value::Null).await, &path);
    assert_eq!(
        write(&app, &Method::DELETE, &path, made.header("etag"), &Value::Null).await.status.as_u16(),
        204
    );

    let status = app.v3_post("root", "/statuses", &json!({"name": "Waiting"})).await;
    let path = format!("/api/v3/statuses/{}", status.json()["id"]);
    let seen = tag(&app, "root", &path).await;
    assert_eq!(status.header("etag"), seen);
    let renamed = write(&app, &Method::PATCH, &path, &seen, &json!({"name": "Blocked"})).await;
    assert_eq!(renamed.status.as_u16(), 200, "{renamed:?}");
    refused(&write(&app, &Method::PATCH, &path, &seen, &json!({"name": 7})).await, &path);
    refused(&write(&app, &Method::DELETE, &path, &seen, &Value::Null).await, &path);
    let deleted = write(&app, &Method::DELETE, &path, renamed.header("etag"), &Value::Null).await;
    assert_eq!(deleted.status.as_u16(), 204, "{deleted:?}");
}

#[both_engines]
async fn checks_run_in_the_order_rights_conditions_rules(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let put = |token: &'static str, tag: &'static str, body: Value| {
        let (app, token) = (&app, format!("Bearer {token}"));
        async move {
            let headers =
                [("authorization", &*token), ("content-type", "application/json"), ("if-match", tag)];
            app.request(Method::PUT, REPORT, &headers, &body.to_string()).await
        }
    };
    let (good, bad) =
        (json!({"status_report": {"color": "red"}}), json!({"status_report": {"color": "blue"}}));
    put("nobody", "\"a.b\"", good.clone()).await.has(401);
    put("cleo", "\"a.b\"", good.clone()).await.has(404);
    put("vera", "\"a.b\"", good.clone()).await.has(403);
    put("ada", "\"a.b\"", bad.clone()).await.is_system_error(412, CHANGED);
    put("ada", "*", bad).await.has(422);
    put("ada", "*", good).await.has(200);
}

#[both_engines]
async fn etags_do_not_reveal_the_health_to_clients(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/api/v1/workspaces/53760", "/api/v3/projects/53760"] {
        let (client, provider) = (tag(&app, "cleo", path).await, tag(&app, "vera", path).await);
        assert!(!client.contains('.') && provider.contains('.'), "{client} {provider}");
    }
}

#[both_engines]
async fn of_two_writers_with_the_same_etag_one_succeeds(
    engine: Engine,
    #[values(REPORT, "/api/v1/workspaces/53760", "/api/v3/projects/53760")] path: &str,
) {
    let app = TestApp::harbor(engine).await;
    let seen = tag(&app, "root", path).await;
    let method = if path.starts_with("/api/v3") { Method::PATCH } else { Method::PUT };
    let bodies: Vec<Value> = (0..8)
        .map(|number| {
            let text = format!("Writer {number}");
            json!({"status_report": {"description": text}, "workspace": {"title": text}, "name": text})
        })
        .collect();
    let answers = join_all(bodies.iter().map(|body| write(&app, &method, path, &seen, body))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.is_success());
    assert_eq!((won.len(), lost.len()), (1, 7));
    for answer in &lost {
        refused(answer, path);
    }
    assert_eq!(tag(&app, "root", path).await, won[0].header("etag"));
}

#[rstest]
#[tokio::test]
async fn the_clock_supports_conditional_writes() {
    let path = "/api/statuary/v1/clock";
    let now = crate::NOW.parse().expect("a time");
    let app = TestApp::harbor(Engine::Sqlite).await.set(|settings| settings.clock = Some(now));
    let seen = tag(&app, "root", path).await;
    let on = json!({"advance": 60});
    let first = write(&app, &Method::PUT, path, &seen, &on).await;
    assert_eq!(first.status.as_u16(), 200, "{first:?}");
    let second = write(&app, &Method::PUT, path, &seen, &on).await;
    assert_eq!((second.status.as_u16(), second.header("content-type")), (412, "application/problem+json"));
    assert_eq!(second.json()["type"], "/problems/precondition-failed");
    assert_eq!(tag(&app, "root", path).await, first.header("etag"));
}

#[rstest]
#[tokio::test]
async fn a_compressed_response_has_a_weak_etag() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let path = "/api/statuary/v1/status_keys";
    let plain = tag(&app, "ada", path).await;
    let headers = [("authorization", "Bearer ada"), ("accept-encoding", "gzip"), ("if-none-match", &*plain)];
    assert_eq!(app.request(Method::GET, path, &headers, "").await.status.as_u16(), 304);
    let mut request = axum::http::Request::get(path);
    for (name, value) in &headers[..2] {
        request = request.header(*name, *value);
    }
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let service = app.service();
    let packed = tower::ServiceExt::oneshot(service, request).await.expect("an answer");
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["etag"], *format!("W/{plain}"));
}

#[rstest]
#[tokio::test]
async fn allowed_origins_can_read_and_send_the_headers() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let app = app.set(|settings| settings.cors_origins = vec!["https://board.example".into()]);
    let requested = [
        ("origin", "https://board.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "if-match"),
    ];
    let allowed = app.request(Method::OPTIONS, REPORT, &requested, "").await;
    let allowed = allowed.header("access-control-allow-headers").to_owned();
    for name in [
        "idempotency-key",
        "if-match",
        "if-none-match",
        "last-event-id",
        "mcp-protocol-version",
        "mcp-session-id",
    ] {
        assert!(allowed.split(',').any(|one| one == name), "{allowed}");
    }
    let shown = get(&app, "ada", REPORT, ("origin", "https://board.example")).await;
    let exposed = shown.header("access-control-expose-headers");
    for name in ["etag", "idempotent-replayed", "link", "mcp-session-id", "x-request-id", "retry-after"] {
        assert!(exposed.split(',').any(|one| one == name), "{exposed}");
    }
}
