//! Webhook endpoints: rules, secrets, log and archive.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, NOW, TestApp, lines};

const LIST: &str = "/webhook_endpoints";

async fn add(app: &TestApp, body: &Value) -> Value {
    let answer = app.write("root", Method::POST, LIST, body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.header("location").ends_with(&format!("{LIST}/{}", answer.json()["id"])));
    answer.json()
}

#[both_engines]
async fn administrators_keep_webhook_endpoints(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut first = add(&app, &json!({"url": "https://hooks.example/a"})).await;
    let secret = first["secret"].take();
    assert!(secret.as_str().is_some_and(|text| text.starts_with("whsec_") && text.len() == 50), "{secret}");
    first.as_object_mut().expect("an object").remove("secret");
    assert_eq!(
        first,
        json!({"id": first["id"], "url": "https://hooks.example/a", "description": null, "types": null,
            "workspace_ids": null, "format": "standard", "enabled": true, "disabled_reason": null,
            "created_at": NOW, "updated_at": NOW, "version": 1})
    );
    let own = format!("{LIST}/{}", first["id"]);
    let shown = app.own("root", Method::GET, &own).await;
    assert_eq!(shown.json(), first);
    let second = add(
        &app,
        &json!({"url": "http://1.1.1.1:8080/x?y=z", "description": " Chat ", "types": ["status_report.*", "*.deleted"],
            "workspace_ids": [53760], "format": "slack", "enabled": false}),
    )
    .await;
    assert_eq!(
        (&second["types"], &second["enabled"]),
        (&json!(["status_report.*", "*.deleted"]), &json!(false))
    );
    let list = app.own("root", Method::GET, LIST).await.json();
    let ids: Vec<_> =
        list["webhook_endpoints"].as_array().expect("a list").iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&second["id"], &first["id"]]);
    assert!(!list.to_string().contains("whsec_"), "{list}");
    let changed =
        app.write("root", Method::PATCH, &own, &json!({"format": "teams", "types": ["*.*"]}), &[]).await;
    assert_eq!((&changed.json()["format"], &changed.json()["version"]), (&json!("teams"), &json!(2)));
    let same = app.write("root", Method::PATCH, &own, &json!({"format": "teams"}), &[]).await;
    assert_eq!(same.json(), changed.json());
    let tag = shown.header("etag").to_owned();
    let stale =
        app.write("root", Method::PATCH, &own, &json!({"format": "slack"}), &[("if-match", &tag)]).await;
    stale.is_problem(412, "precondition-failed", &Value::Null);
    assert_eq!(app.own("root", Method::DELETE, &own).await.status, 204);
    assert_eq!(app.own("root", Method::GET, &own).await.status, 404);
}

#[both_engines]
async fn an_invalid_endpoint_is_refused_and_the_member_named(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (body, pointer) in [
        (json!({}), "/url"),
        (json!({"url": "ftp://hooks.example/"}), "/url"),
        (json!({"url": "https://user:password@hooks.example/"}), "/url"),
        (json!({"url": "http://localhost:8080/"}), "/url"),
        (json!({"url": "http://127.0.0.1/"}), "/url"),
        (json!({"url": "http://[::ffff:192.168.0.1]/"}), "/url"),
        (json!({"url": "http://169.254.169.254/"}), "/url"),
        (json!({"url": "https://a.example/", "types": ["status_report"]}), "/types"),
        (json!({"url": "https://a.example/", "types": []}), "/types"),
        (json!({"url": "https://a.example/", "types": "status_report.*"}), "/types"),
        (json!({"url": "https://a.example/", "workspace_ids": [60000]}), "/workspace_ids"),
        (json!({"url": "https://a.example/", "workspace_ids": ["x"]}), "/workspace_ids"),
        (json!({"url": "https://a.example/", "format": "fax"}), "/format"),
        (json!({"url": "https://a.example/", "enabled": null}), "/enabled"),
    ] {
        let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
        let pointers = &answer.json()["errors"];
        assert_eq!((answer.status.as_u16(), &pointers[0]["pointer"]), (422, &json!(pointer)), "{answer}");
        assert_eq!(pointers.as_array().map(Vec::len), Some(1), "{answer}");
    }
    let unknown = json!({"url": "https://a.example/", "secret": "mine"});
    assert_eq!(app.write("root", Method::POST, LIST, &unknown, &[]).await.status, 400);
}

#[both_engines]
async fn secrets_are_shown_once_and_are_neither_in_the_log_nor_in_an_archive(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let key = [("idempotency-key", "one")];
    let body = json!({"url": "https://hooks.example/a"});
    let answer = app.write("root", Method::POST, LIST, &body, &key).await;
    let again = app.write("root", Method::POST, LIST, &body, &key).await;
    assert_eq!((again.status.as_u16(), &again.text), (201, &answer.text));
    let added = answer.json();
    let own = format!("{LIST}/{}", added["id"]);
    let rotated =
        app.write("root", Method::POST, &format!("{own}/rotate_secret"), &json!({}), &[]).await.json();
    let secrets =
        [&added["secret"], &rotated["secret"]].map(|one| one.as_str().expect("a secret").to_owned());
    assert_ne!(secrets[0], secrets[1]);
    let events = app.own("root", Method::GET, "/events?types=webhook_endpoint.*").await;
    assert_eq!(events.json()["events"].as_array().map(Vec::len), Some(2));
    for text in [app.own("root", Method::GET, &own).await.text, events.text, app.export().await] {
        assert!(text.contains("https://hooks.example/a") && !text.contains("whsec_"), "{text}");
        assert!(secrets.iter().all(|secret| !text.contains(&secret[6..])), "{text}");
    }
}

#[both_engines]
async fn an_endpoint_of_an_archive_is_enabled_by_a_new_secret(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let line = json!({"kind": "webhook_endpoint", "id": 70, "account_id": 415, "url": "https://hooks.example/a",
        "enabled": true, "created_at": NOW, "updated_at": NOW});
    app.import(&lines([line])).await.expect("an archive");
    let own = format!("{LIST}/70");
    assert_eq!(app.own("root", Method::GET, &own).await.json()["enabled"], false);
    let refused = app.write("root", Method::PATCH, &own, &json!({"enabled": true}), &[]).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "/enabled", "{refused}");
    let test = app.write("root", Method::POST, &format!("{own}/test"), &json!({}), &[]).await;
    assert_eq!(test.status, 422);
    let rotated = app.write("root", Method::POST, &format!("{own}/rotate_secret"), &json!({}), &[]).await;
    assert_eq!((rotated.status.as_u16(), &rotated.json()["enabled"]), (200, &json!(true)));
    let foreign = json!({"kind": "webhook_endpoint", "id": 71, "account_id": 500, "url": "https://hooks.example/a",
        "workspace_ids": [53760], "enabled": true, "created_at": NOW, "updated_at": NOW});
    assert!(app.import(&lines([foreign])).await.is_err());
}
