//! Who gets which events, and what nobody gets.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{PATH, PEOPLE, events};
use crate::browser::Browser;
use crate::{Engine, NOW, TestApp, activity, factors, lines, oauth, package};
use domain::feed;
use domain::ids::AccountId;

/// Members that no event may have.
const SECRETS: [&str; 5] = ["sha256", "secret_sha256", "code_sha256", "code_challenge", "password_hash"];

#[both_engines]
async fn people_get_the_events_of_the_workspaces_whose_health_they_see(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let of: [&[Option<i64>]; 8] = [
        &[None, Some(53760), Some(53800), Some(53900)],
        &[Some(53760), Some(53900)],
        &[Some(53760)],
        &[Some(53760)],
        &[Some(53760), Some(53800)],
        &[],
        &[],
        &[None, Some(60000)],
    ];
    for (token, expected) in PEOPLE.into_iter().zip(of) {
        let answer = app.own(token, Method::GET, &format!("{PATH}?limit=200")).await;
        let found: BTreeSet<_> = events(&answer).iter().map(|event| event["workspace_id"].as_i64()).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{token}");
        assert_eq!(answer.json()["next_after"], answer.json()["last"], "{token}");
    }
    let hidden = app.own("bo", Method::GET, &format!("{PATH}?workspace_id=53800")).await;
    assert_eq!(events(&hidden), [Value::Null; 0]);
}

/// A store with events of every kind of record.
async fn with_every_kind(engine: Engine) -> TestApp {
    let app = oauth::harbor(engine).await;
    app.tokens("ada", "board", "api_v3 openid").await;
    let mut root = Browser::of(&app, "root").await;
    let invited =
        root.submit("/people", &[("full_name", "Eve Late"), ("email_address", "eve@example.com")]).await;
    factors::add_first_app(&mut root, app.app.clock.now()).await;
    let link = invited.text.split("<code>http://").nth(1).and_then(|rest| rest.split("</code>").next());
    let link = link.and_then(|link| Some(link[link.find('/')?..].to_owned())).expect("a link");
    let mut eve = Browser::new(&app);
    assert_eq!(eve.post(&link, &[("password", "Kran & Kai 7")]).await.status, 303);
    let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
    let body = json!({"name": "Mine", "color": {"hexcode": "#00FF00"}}).to_string();
    app.request(Method::POST, "/api/v3/statuses", &headers, &body).await;
    let report = json!({"id": 901, "workspace_id": 53760, "color": "green", "description": "Fine.", "details": [],
        "creator_id": 2545, "updater_id": null, "created_at": NOW, "updated_at": NOW});
    let version = json!({"kind": "status_report_version", "id": 1, "status_report_id": 901, "version": 1,
        "change": "created", "at": NOW, "user_id": 2545, "surface": "native", "report": report});
    let identity = json!({"kind": "identity", "id": 700, "user_id": 2545, "issuer": "https://login.example.org",
        "subject": "f3a1c2", "created_at": NOW});
    let further = [package(7900), activity(7900), identity];
    app.import(&lines([version].into_iter().chain(further))).await.expect("a version and a work package");
    let calendar = app.request(Method::PUT, "/api/statuary/v1/calendar", &headers, "{}").await;
    assert_eq!(calendar.status, 200);
    let milestone = json!({"name": "Acceptance", "due_date": "2026-05-29"}).to_string();
    let note = json!({"kind": "decision", "text": "Go on."}).to_string();
    let cadence = json!({"every": "week", "on": "friday"}).to_string();
    let path = "/api/statuary/v1/workspaces/53760/cadence";
    assert_eq!(app.request(Method::PUT, path, &headers, &cadence).await.status, 200);
    for (list, body) in [("milestones", milestone), ("notes", note), ("report_requests", "{}".into())] {
        let path = format!("/api/statuary/v1/workspaces/53760/{list}");
        assert_eq!(app.request(Method::POST, &path, &headers, &body).await.status, 201, "{list}");
    }
    let sentences = json!([{"text": "So.", "sources": [{"type": "workspace", "id": 53760}]}]);
    let draft = json!({"color": "red", "sentences": sentences}).to_string();
    let path = "/api/statuary/v1/workspaces/53760/report_drafts";
    assert_eq!(app.request(Method::POST, path, &headers, &draft).await.status, 201);
    let path = "/api/statuary/v1/status_reports/901";
    let comment = json!({"text": "Good."}).to_string();
    assert_eq!(app.request(Method::POST, &format!("{path}/comments"), &headers, &comment).await.status, 201);
    assert_eq!(app.request(Method::PUT, &format!("{path}/acknowledgement"), &headers, "").await.status, 204);
    let link = json!({"workspace_ids": [53760]}).to_string();
    let path = "/api/statuary/v1";
    assert_eq!(app.request(Method::POST, &format!("{path}/share_links"), &headers, &link).await.status, 201);
    let watch = format!("{path}/workspaces/53760/watch");
    assert_eq!(app.request(Method::PUT, &watch, &headers, "").await.status, 204);
    let email = json!({"email": {"comment": false}}).to_string();
    assert_eq!(
        app.request(Method::PUT, &format!("{path}/me/notifications"), &headers, &email).await.status,
        200
    );
    let template = json!({"name": "Weekly", "sections": [{"heading": "Done"}]}).to_string();
    let path = "/api/statuary/v1/report_templates";
    assert_eq!(app.request(Method::POST, path, &headers, &template).await.status, 201);
    let programme = json!({"name": "Port", "members": [{"workspace_id": 53760}]});
    let saved = json!({"name": "Reds", "query": "health=red"});
    for (list, body) in [("fields", json!({"name": "Client"})), ("views", saved), ("programmes", programme)] {
        let path = format!("/api/statuary/v1/{list}");
        let answer = app.request(Method::POST, &path, &headers, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{list}: {answer}");
        if list == "views" {
            let path = format!("{path}/{}/pin", answer.json()["id"]);
            assert_eq!(app.request(Method::PUT, &path, &headers, "").await.status, 204);
        }
    }
    let labels = json!({"tags": ["key"]}).to_string();
    let path = "/api/statuary/v1/workspaces/53760/labels";
    assert_eq!(app.request(Method::PUT, path, &headers, &labels).await.status, 200);
    let endpoint = json!({"url": "https://hooks.example/a"}).to_string();
    let path = "/api/statuary/v1/webhook_endpoints";
    assert_eq!(app.request(Method::POST, path, &headers, &endpoint).await.status, 201);
    let watch = json!({"userName": "quay.watch@example.com"}).to_string();
    let watch = app.request(Method::POST, "/scim/v2/Users", &headers, &watch).await.json();
    let group = json!({"displayName": "Quay", "members": [{"value": watch["id"]}]}).to_string();
    assert_eq!(app.request(Method::POST, "/scim/v2/Groups", &headers, &group).await.status, 201);
    let path = format!("/api/statuary/v1/users/{}/erase", watch["id"].as_str().expect("an id"));
    assert_eq!(app.request(Method::POST, &path, &headers, "{}").await.status, 200);
    app
}

#[both_engines]
async fn no_event_carries_a_secret_or_its_digest(engine: Engine) {
    let app = with_every_kind(engine).await;
    // The log has them.
    let log =
        app.app.db.read(|conn| Box::pin(domain::events::store::chain(conn, AccountId(415), 0, i64::MAX)));
    let log = log.await.expect("a log");
    let kinds: BTreeSet<_> = log.iter().map(|link| link.event.subject_type.clone()).collect();
    let mut all: BTreeSet<_> = feed::subjects().iter().map(|name| (*name).to_owned()).collect();
    // The log has the report and its deletion.
    all.remove("deleted_status_report");
    assert_eq!(kinds, all, "this story writes every kind of record");
    let mut values = BTreeMap::new();
    for record in log.iter().flat_map(|link| [&link.event.before, &link.event.after]).flatten() {
        let record: Value = serde_json::from_str(record).expect("JSON");
        for name in SECRETS {
            if let Some(value) = record[name].as_str() {
                values.insert(value.to_owned(), name);
            }
        }
    }
    assert_eq!(
        values.values().copied().collect::<BTreeSet<_>>(),
        SECRETS.into(),
        "the story has every secret"
    );
    // The feed does not.
    let (mut after, mut seen) = (0, BTreeSet::new());
    loop {
        let answer = app.own("root", Method::GET, &format!("{PATH}?limit=200&after={after}")).await;
        for (value, name) in &values {
            assert!(!answer.text.contains(value), "{name}");
        }
        let page = events(&answer);
        for event in &page {
            seen.insert(event["subject"]["type"].as_str().expect("a text").to_owned());
            for record in [&event["before"], &event["after"]] {
                let members = record.as_object().into_iter().flatten();
                let secret = members.map(|(name, _)| name).find(|name| {
                    SECRETS.contains(&name.as_str()) || name.contains("sha256") || name.contains("hash")
                });
                assert_eq!(secret, None, "{event}");
                let text = record.to_string();
                assert!(!text.contains("$argon2"), "{event}");
                let is_digest =
                    |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(!text.split('"').any(is_digest), "{event}");
            }
        }
        if page.is_empty() {
            break;
        }
        after = answer.json()["next_after"].as_i64().expect("a number");
    }
    assert_eq!(seen, all);
}
