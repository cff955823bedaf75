//! Stories of the response cache, through HTTP, on both engines: no cached response is older than the last write.

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt;
use macros::both_engines;
use serde_json::json;
use tower::ServiceExt;

use crate::{Answer, Engine, NOW, TestApp, lines, time};
use db::Scope;
use domain::auth;
use domain::events::{Change, Source};
use domain::ids::AccountId;
use domain::work;

const REPORTS: &str = "/api/v1/status_reports";
const STATUSES: &str = "/api/v3/statuses";

async fn get(app: &TestApp, token: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [&[("authorization", &*authorization)], headers].concat();
    app.request(Method::GET, path, &headers, "").await
}

#[both_engines]
async fn a_cached_response_is_valid_until_any_process_writes(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let list = format!("{REPORTS}?workspace_id=53760&include=creator");
    for round in 0..3 {
        let before = get(&app, "ada", &list, &[]).await;
        for reader in [&app, &app, &other, &other, &other] {
            assert_eq!(get(reader, "ada", &list, &[]).await.text, before.text, "{round:?}");
        }
        let writer = if round == 1 { &app } else { &other };
        let body = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": round.to_string()}});
        let id = writer.post("ada", "/status_reports", &body).await.ids()[0];
        for reader in [&app, &other] {
            let after = get(reader, "ada", &list, &[]).await;
            assert_eq!(after.ids().last(), Some(&id), "{round}");
            assert_eq!(after.json()["count"], json!(before.ids().len() + 1), "{round:?}");
        }
        let path = format!("{REPORTS}/{id}");
        assert_eq!(get(&app, "ada", &path, &[]).await.object()["color"], "red", "{round:?}");
        other
            .put("bo", &format!("/status_reports/{id}"), &json!({"status_report": {"color": "green"}}))
            .await;
        assert_eq!(get(&app, "ada", &path, &[]).await.object()["color"], "green", "{round:?}");
    }
}

#[both_engines]
async fn responses_are_cached_per_caller_and_representation(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for _ in 0..3 {
        for (token, count) in [("ada", 2), ("cleo", 0), ("olaf", 0), ("zoe", 0), ("root", 2)] {
            let list = get(&app, token, &format!("{REPORTS}?workspace_id=53760"), &[]).await;
            assert_eq!(list.ids().len(), count, "{token}");
        }
        for (token, status) in [("ada", 200), ("cleo", 404), ("zoe", 404), ("nobody", 401)] {
            let one = get(&app, token, &format!("{REPORTS}/907"), &[]).await;
            assert_eq!(one.status, status, "{token}");
        }
        for (path, content_type) in [
            (STATUSES, "application/hal+json; charset=utf-8"),
            ("/api/v3/statuses.json", "application/json; charset=utf-8"),
            ("/api/v3/statuses?format=json", "application/json; charset=utf-8"),
            ("/api/v3//statuses/", "application/hal+json; charset=utf-8"),
        ] {
            let answer = get(&app, "ada", path, &[]).await;
            assert_eq!(
                (answer.header("content-type"), answer.json()["total"].as_i64()),
                (content_type, Some(14)),
                "{path:?} {content_type:?}"
            );
            assert_eq!(
                answer.header("link"),
                "</api/v3/openapi.json>; rel=\"service-desc\"",
                "{path:?} {content_type:?}"
            );
        }
        let plain = get(&app, "ada", STATUSES, &[("accept-encoding", "identity")]).await;
        assert!(plain.headers.get("content-encoding").is_none());
        let packed = axum::http::Request::get(STATUSES).header("authorization", "Bearer ada");
        let packed = packed.header("accept-encoding", "gzip").body(Body::empty()).expect("a request");
        let packed = app.service().oneshot(packed).await.expect("an answer");
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let packed = packed.into_body().collect().await.expect("a body").to_bytes();
        assert!(packed.len() < plain.text.len());
    }
    // The scopes of a token apply to cached responses, too.
    let key = app.request(Method::GET, REPORTS, &[("authorization", "Basic YXBpa2V5OmFkYQ==")], "").await;
    assert_eq!(key.status, 401, "{key:?}");
    let key = app.request(Method::GET, STATUSES, &[("authorization", "Basic YXBpa2V5OmFkYQ==")], "").await;
    assert_eq!(key.status, 200, "{key:?}");
}

#[both_engines]
async fn not_modified_is_served_from_the_cache_with_all_headers(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in [STATUSES, "/api/v3/statuses/1", "/api/v1/status_reports/907"] {
        let whole = get(&app, "ada", path, &[]).await;
        for _ in 0..3 {
            let known = get(&app, "ada", path, &[("if-none-match", whole.header("etag"))]).await;
            assert_eq!((known.status.as_u16(), &*known.text), (304, ""), "{path:?}");
            for name in ["etag", "link", "cache-control", "vary"] {
                assert_eq!(known.headers.get(name), whole.headers.get(name), "{path} {name}");
            }
            let unknown = get(&app, "ada", path, &[("if-none-match", "\"another\"")]).await;
            assert_eq!(unknown.text, whole.text, "{path:?}");
        }
        let head = app.request(Method::HEAD, path, &[("authorization", "Bearer ada")], "").await;
        assert_eq!((head.status.as_u16(), &*head.text), (200, ""), "{path:?}");
    }
}

#[both_engines]
async fn an_expired_token_gets_no_cached_response(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let sha256 = |text: &str| hex::encode(auth::digest(text));
    let token = |id: i64, text: &str| {
        json!({"kind": "token", "id": id, "user_id": 2545, "name": text, "sha256": sha256(text),
            "expires_at": "2026-02-16T17:00:00Z"})
    };
    app.import(&lines([token(90, "brief"), token(91, "revoked")])).await.expect("an archive");
    for caller in ["brief", "revoked", "brief", "revoked", "brief", "revoked"] {
        assert_eq!(get(&app, caller, STATUSES, &[]).await.status, 200, "{caller}");
        assert_eq!(get(&other, caller, STATUSES, &[]).await.status, 200, "{caller}");
    }
    let revoked = other.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let (surface, at) = (Source::CommandLine, time(NOW));
            let change = Change { account_id: AccountId(415), actor_id: None, token_id: None, surface, at };
            let token = auth::store::with_digest(conn, &auth::digest("revoked"), at).await?;
            auth::store::revoke(conn, &change, &token.expect("a token")).await
        }),
    );
    revoked.await.expect("a token that was revoked");
    assert_eq!(get(&app, "revoked", STATUSES, &[]).await.status, 401);
    assert_eq!(get(&app, "brief", STATUSES, &[]).await.status, 200);
    app.wait_until("2026-02-16T17:00:00Z");
    assert_eq!(get(&app, "brief", STATUSES, &[]).await.status, 401);
}

#[both_engines]
async fn a_long_cached_response_is_byte_identical(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let long = "The pier, \u{2014} \"nearly there\"; ".repeat(1000) + "not yet";
    let body = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": long}});
    let id = app.post("ada", "/status_reports", &body).await.ids()[0];
    let list = format!("{REPORTS}?workspace_id=53760&include=creator,workspace");
    let first = get(&app, "ada", &list, &[]).await;
    assert_eq!(first.json()["status_reports"][id.to_string()]["description"], long);
    assert_eq!(get(&app, "ada", &list, &[]).await.text, first.text);
    // This response comes from the cache, because the record is different now.
    app.by_hand("update status_reports set description = 'short'").await;
    let again = get(&app, "ada", &list, &[]).await;
    assert_eq!((&again.text, again.header("etag")), (&first.text, first.header("etag")));
}

/// The tables that a write of a report changes.
const WRITTEN: [&str; 9] = [
    "accounts",
    "events",
    "versions",
    "workspaces",
    "workspace_counters",
    "status_reports",
    "status_report_blocks",
    "idempotency_keys",
    "tokens",
];

/// Saves the state of the store.
async fn save(app: &TestApp, engine: Engine) {
    let mut copies =
        WRITTEN.map(|table| format!("create table saved_{table} as select * from {table};")).concat();
    if engine == Engine::Postgres {
        // The last column, which the engine generates and nobody can write.
        copies += "alter table saved_status_reports drop column words;";
    }
    app.by_hand(&copies).await;
}

/// Restores the saved state of the store, including its next ids.
async fn put_back(app: &TestApp, engine: Engine) {
    let back = WRITTEN
        .map(|table| format!("delete from {table}; insert into {table} select * from saved_{table};"))
        .concat();
    let ids = match engine {
        Engine::Sqlite => "update sqlite_sequence set seq = 910 where name = 'status_reports'",
        Engine::Postgres => "alter table status_reports alter column id restart with 911",
    };
    app.by_hand(&format!("begin; {back} {ids}; commit")).await;
}

#[both_engines]
async fn cached_responses_are_dropped_after_a_restore(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    save(&app, engine).await;
    let post = async |app: &TestApp, description: &str| {
        let body =
            json!({"status_report": {"workspace_id": 53760, "color": "red", "description": description}});
        let headers = [
            ("authorization", "Bearer ada"),
            ("content-type", "application/json"),
            ("idempotency-key", "the same"),
        ];
        app.request(Method::POST, REPORTS, &headers, &body.to_string()).await
    };
    put_back(&app, engine).await;
    let lost = post(&app, "Lost").await.ids()[0];
    let collection = format!("{REPORTS}?workspace_id=53760");
    let one = format!("{REPORTS}/{lost}");
    for reader in [&app, &app, &app, &other, &other, &other] {
        assert_eq!(get(reader, "ada", &collection, &[]).await.ids().last(), Some(&lost));
        assert_eq!(get(reader, "ada", &one, &[]).await.object()["description"], "Lost");
    }
    put_back(&app, engine).await;
    for reader in [&app, &other] {
        assert!(!get(reader, "ada", &collection, &[]).await.ids().contains(&lost));
        assert_eq!(get(reader, "ada", &one, &[]).await.status, 404);
    }
    // The event has the sequence number of the lost event, and the report has the id of the lost report.
    let again = post(&app, "Again").await;
    assert_eq!((again.ids()[0], again.headers.contains_key("idempotent-replayed")), (lost, false));
    for reader in [&app, &other] {
        let found = get(reader, "ada", &collection, &[]).await;
        assert_eq!(found.json()["status_reports"][lost.to_string()]["description"], "Again");
        assert_eq!(get(reader, "ada", &one, &[]).await.object()["description"], "Again");
    }
}

#[both_engines]
async fn a_token_missing_from_a_restored_store_is_refused(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    save(&app, engine).await;
    let token = json!({"kind": "token", "id": 90, "user_id": 2545, "name": "lost",
        "sha256": hex::encode(auth::digest("lost"))});
    app.import(&lines([token])).await.expect("an archive");
    for reader in [&app, &other, &app, &other] {
        assert_eq!(get(reader, "lost", STATUSES, &[]).await.status, 200);
    }
    put_back(&app, engine).await;
    for reader in [&app, &other] {
        assert_eq!(get(reader, "lost", STATUSES, &[]).await.status, 401);
    }
}
