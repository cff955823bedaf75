//! Stories of deleting a report, restoring it, and its versions, on Statuary's own surface and all others.

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use crate::verify::findings;
use crate::{Engine, TestApp};

const RED: &str = r#"{"color":"red"}"#;

async fn versions(app: &TestApp, token: &str, id: i64) -> Vec<Value> {
    let answer = app.own(token, Method::GET, &format!("/status_reports/{id}/versions")).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()["versions"].as_array().unwrap().clone()
}

async fn patched(app: &TestApp, id: i64, body: &str) -> Value {
    let body: Value = serde_json::from_str(body).unwrap();
    let answer = app.write("bo", Method::PATCH, &format!("/status_reports/{id}"), &body, &[]).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

async fn delete(app: &TestApp, token: &str, id: i64) -> u16 {
    app.own(token, Method::DELETE, &format!("/status_reports/{id}")).await.status.as_u16()
}

#[both_engines]
async fn a_deleted_report_is_restored_with_its_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(delete(&app, "bo", 907).await, 204);
    assert_eq!(delete(&app, "bo", 907).await, 404);
    app.own("bo", Method::GET, "/status_reports/907").await.is_problem(404, "not-found", &Value::Null);
    let deleted = app.own("vera", Method::GET, "/status_reports/907?include_deleted=true").await.json();
    assert_eq!(deleted["deleted_at"], "2026-02-16T16:00:03Z");
    assert_eq!((&deleted["updated_at"], &deleted["version"]), (&json!("2026-02-10T00:02:10Z"), &json!(2)));
    let listed = async |query: &str| {
        let list = app.own("bo", Method::GET, &format!("/status_reports?{query}")).await.json();
        let ids = list["status_reports"].as_array().unwrap().iter();
        ids.map(|one| (one["id"].as_i64().unwrap(), !one["deleted_at"].is_null())).collect::<Vec<_>>()
    };
    assert_eq!(listed("").await, [(901, false)]);
    assert_eq!(listed("include_deleted=true").await, [(907, true), (901, false)]);
    assert_eq!(listed("include_deleted=true&order=created_at").await, [(901, false), (907, true)]);
    assert_eq!(
        listed("include_deleted=true&workspace_id=53760&color=yellow&search=slipped").await,
        [(907, true)]
    );
    let workspace = app.own("bo", Method::GET, "/workspaces/53760").await.json();
    assert_eq!(workspace["health"]["report_id"], 901);

    app.app.clock.advance(60);
    let restored = app.write("ada", Method::POST, "/status_reports/907/restore", &json!({}), &[]).await;
    assert_eq!(restored.status, 200, "{restored}");
    let again = app.own("ada", Method::GET, "/status_reports/907").await;
    assert_eq!(
        (&restored.text, &restored.headers[header::ETAG]),
        (&again.text, &again.headers[header::ETAG])
    );
    let report = restored.json();
    assert_eq!(
        (&report["id"], &report["deleted_at"], &report["version"]),
        (&json!(907), &Value::Null, &json!(3))
    );
    assert_eq!(report["updated_at"], "2026-02-16T16:01:03Z");
    assert_eq!(report["updater"]["full_name"], "Ada Park");
    assert_eq!(report["created_at"], "2026-02-09T17:20:41Z");
    let polled = app.get("ada", "/status_reports?updated_after=2026-02-16T16:01:00Z").await.json();
    assert_eq!(polled["results"].as_array().unwrap().len(), 1, "{polled}");
    assert_eq!(findings(&app).await, Vec::<String>::new());
}

#[both_engines]
async fn only_a_deleted_report_is_restored_and_only_by_who_may_write(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let restore =
        async |token: &str, path: &str, body: &Value| app.write(token, Method::POST, path, body, &[]).await;
    let path = "/status_reports/907/restore";
    restore("bo", path, &json!({})).await.is_problem(409, "not-deleted", &Value::Null);
    assert_eq!(restore("vera", path, &json!({})).await.status, 403);
    assert_eq!(delete(&app, "vera", 907).await, 403);
    assert_eq!(delete(&app, "cleo", 907).await, 404);
    assert_eq!(delete(&app, "bo", 907).await, 204);
    for (token, status) in [("vera", 403), ("cleo", 404), ("olaf", 404), ("zoe", 404)] {
        assert_eq!(restore(token, path, &json!({})).await.status, status, "{token}");
    }
    let errors = json!([{"detail": "is not known here; known: none", "pointer": "/color"}]);
    restore("bo", path, &json!({"color": "red"})).await.is_problem(400, "unknown-member", &errors);
    for token in ["cleo", "zoe"] {
        let path = "/status_reports/907?include_deleted=true";
        assert_eq!(app.own(token, Method::GET, path).await.status, 404, "{token}");
        assert_eq!(app.own(token, Method::GET, "/status_reports/907/versions").await.status, 404, "{token}");
    }
    assert_eq!(patched_status(&app).await, 404);
    let authorization = [("authorization", "Bearer bo"), ("idempotency-key", "one")];
    let path = format!("/api/statuary/v1{path}");
    let first = app.request(Method::POST, &path, &authorization, "").await;
    let again = app.request(Method::POST, &path, &authorization, "").await;
    assert_eq!((first.status.as_u16(), &first.text), (200, &again.text));
}

async fn patched_status(app: &TestApp) -> u16 {
    let body = serde_json::from_str(RED).unwrap();
    app.write("bo", Method::PATCH, "/status_reports/907", &body, &[]).await.status.as_u16()
}

#[both_engines]
async fn a_report_has_all_its_versions(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let tag = app.own("bo", Method::GET, "/status_reports/901").await;
    let tag = tag.headers[header::ETAG].to_str().unwrap().to_owned();
    app.app.clock.advance(1);
    patched(&app, 901, r#"{"color":"red","details":[{"category":"Scope","color":"red"}]}"#).await;
    app.app.clock.advance(1);
    let conditional =
        app.write("bo", Method::DELETE, "/status_reports/901", &json!({}), &[("if-match", &tag)]).await;
    assert_eq!(conditional.status, 412, "{conditional}");
    assert_eq!(app.delete("ada", "/status_reports/901").await.status, 204);
    app.app.clock.advance(1);
    app.write("bo", Method::POST, "/status_reports/901/restore", &json!({}), &[]).await;
    let seen = versions(&app, "vera", 901).await;
    let seen: Vec<_> = seen
        .iter()
        .map(|one| {
            let by = one["by"]["full_name"].as_str().unwrap_or_default().to_owned();
            let texts = ["kind", "surface", "at"].map(|name| one[name].as_str().unwrap().to_owned());
            let [kind, surface, at] = texts;
            (
                one["version"].as_i64().unwrap(),
                kind,
                surface,
                at,
                by,
                one["changed"].clone(),
                one["status_report"]["color"].clone(),
            )
        })
        .collect();
    let row = |version: i64, kind: &str, surface: &str, at: &str, by: &str, changed: Value, color: &str| {
        (
            version,
            kind.to_owned(),
            surface.to_owned(),
            format!("2026-02-16T16:00:0{at}Z"),
            by.to_owned(),
            changed,
            json!(color),
        )
    };
    let expected = [
        row(4, "restored", "native", "6", "Bo Lind", json!([]), "red"),
        row(3, "deleted", "kantata", "5", "Ada Park", json!([]), "red"),
        row(2, "updated", "native", "4", "Bo Lind", json!(["color", "details"]), "red"),
        row(1, "created", "command_line", "3", "", json!([]), "green"),
    ];
    assert_eq!(seen, expected);
    let page = app.own("vera", Method::GET, "/status_reports/901/versions?limit=3").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("/status_reports/901/versions?limit=3&cursor={cursor}");
    let rest = app.own("vera", Method::GET, &path).await.json();
    assert_eq!((rest["versions"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    let mut current = app.own("vera", Method::GET, "/status_reports/901").await.json();
    // A version has no comments of its own.
    for name in ["comments", "acknowledged_by"] {
        assert!(current.as_object_mut().unwrap().remove(name).is_some());
    }
    assert_eq!(versions(&app, "vera", 901).await[0]["status_report"], current);
}

#[both_engines]
async fn versions_and_deleted_reports_survive_an_export(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let new = json!({"color": "green", "description": "New"});
    app.write("bo", Method::POST, "/workspaces/53760/status_reports", &new, &[]).await;
    app.app.clock.advance(1);
    patched(&app, 907, RED).await;
    patched(&app, 901, RED).await;
    assert_eq!(delete(&app, "ada", 901).await, 204);
    let archive = app.export().await;
    assert!(archive.contains(r#"{"kind":"deleted_status_report","id":901,"#), "{archive}");
    let (_, lines) = archive.split_once('\n').unwrap();
    let unchanged = app.import(lines).await.expect("its own archive");
    assert_eq!(unchanged.added.len(), 0, "{unchanged:?}");

    let other = TestApp::with(engine, lines).await;
    assert_eq!(other.export().await, archive);
    other.app.clock.advance(100);
    for id in [901, 907, 991] {
        assert_eq!(versions(&other, "vera", id).await, versions(&app, "vera", id).await, "{id}");
    }
    let restored =
        other.write("ada", Method::POST, "/status_reports/901/restore", &json!({}), &[]).await.json();
    assert_eq!(restored["version"], 4);
    patched(&other, 907, r#"{"color":"green"}"#).await;
    let numbers = async |id: i64| {
        let all = versions(&other, "vera", id).await;
        all.iter().map(|one| one["version"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((numbers(901).await, numbers(907).await), (vec![4, 3, 2, 1], vec![3, 2, 1]));
    assert_eq!(findings(&app).await, Vec::<String>::new());
    assert_eq!(findings(&other).await, Vec::<String>::new());
    let third = TestApp::with(engine, other.export().await.split_once('\n').unwrap().1).await;
    assert_eq!(versions(&third, "vera", 901).await, versions(&other, "vera", 901).await);
    let made = third.write("bo", Method::POST, "/workspaces/53760/status_reports", &new, &[]).await.json();
    assert_eq!(made["id"], 992);
}

#[both_engines]
async fn the_id_of_a_deleted_report_is_not_given_again(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let line = r#"{"kind":"deleted_status_report","id":1200,"workspace_id":53760,"color":"red","description":"Old","details":[],"creator_id":2551,"updater_id":null,"created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","deleted_at":"2026-01-03T00:00:00Z"}"#;
    app.import(line).await.unwrap();
    let new = json!({"color": "green", "description": "New"});
    let made = app.write("bo", Method::POST, "/workspaces/53760/status_reports", &new, &[]).await.json();
    assert_eq!(made["id"], 1201);
    let present = line
        .replace("deleted_status_report", "status_report")
        .replace(r#","deleted_at":"2026-01-03T00:00:00Z""#, "");
    let refused = app.import(&present).await.unwrap_err().to_string();
    assert!(refused.contains("it is deleted"), "{refused}");
    let refused = app.import(&line.replace("1200", "907")).await.unwrap_err().to_string();
    assert!(refused.contains("status_report 907 is there already and is not deleted"), "{refused}");
    assert_eq!(findings(&app).await, Vec::<String>::new());
}

#[both_engines]
async fn a_store_from_before_versions_is_completed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    patched(&app, 907, RED).await;
    assert_eq!(delete(&app, "bo", 901).await, 204);
    for sql in [
        "delete from versions",
        "delete from deleted_status_reports",
        "update accounts set versions_sequence = 0",
    ] {
        app.by_hand(sql).await;
    }
    assert_eq!(versions(&app, "bo", 907).await.len(), 0);
    app.complete_versions().await;
    assert_eq!(versions(&app, "bo", 907).await.len(), 2);
    assert_eq!(versions(&app, "bo", 901).await.len(), 2);
    let restored = app.write("bo", Method::POST, "/status_reports/901/restore", &json!({}), &[]).await;
    assert_eq!(restored.json()["version"], 3);
    assert_eq!(findings(&app).await, Vec::<String>::new());
}

#[both_engines]
#[case::a_version(
    "update versions set effective = effective + 1 where subject_id = 907",
    "event 27: its version is not as the event says"
)]
#[case::a_lost_version(
    "delete from versions where subject_id = 907",
    "event 27: its version is not as the event says"
)]
#[case::a_number(
    "update versions set number = 9 where subject_id = 907",
    "status_report 907: its versions are not numbered without a gap"
)]
#[case::a_deleted_report(
    "update deleted_status_reports set description = 'Calm' where id = 901",
    "deleted_status_report 901: it is not as event"
)]
#[case::when_it_was_deleted(
    "update deleted_status_reports set deleted_at = 5 where id = 901",
    "in deleted_at"
)]
#[case::a_lost_report(
    "delete from deleted_status_reports where id = 901",
    "deleted_status_report 901: it is not there, and event"
)]
async fn manual_changes_of_versions_are_found(engine: Engine, #[case] sql: &str, #[case] expected: &str) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(delete(&app, "bo", 901).await, 204);
    app.by_hand(sql).await;
    let found = findings(&app).await;
    assert!(found.iter().any(|finding| finding.contains(expected)), "{expected}: {found:#?}");
}
