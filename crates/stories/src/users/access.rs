//! Stories of people who are deactivated, promoted and demoted, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines};
use db::Scope;
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId};
use domain::users::access;
use domain::users::{Changes, password, store};
use domain::verify::verify;
use domain::work;

const ACTIVE: Changes = Changes {
    full_name: None,
    headline: None,
    administrator: None,
    active: Some(true),
    language: None,
    time_zone: None,
};
const INACTIVE: Changes = Changes { active: Some(false), ..ACTIVE };
const DEMOTED: Changes = Changes { administrator: Some(false), active: None, ..ACTIVE };

fn command_line_change(app: &TestApp) -> Change {
    let (surface, at) = (Source::CommandLine, app.app.clock.now());
    Change { account_id: AccountId(415), actor_id: None, token_id: None, surface, at }
}

async fn change(app: &TestApp, id: i64, changes: &Changes) {
    let (change, changes) = (command_line_change(app), changes.clone());
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let before = store::find(conn, AccountId(415), UserId(id)).await?;
            access::change(conn, &change, &before, &changes).await
        }),
    );
    work.await.expect("a change");
}

async fn own(
    app: &TestApp,
    token: &str,
    method: Method,
    path: &str,
    more: (&str, &str),
    body: &Value,
) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", &*authorization), ("content-type", "application/json"), more];
    app.request(method, &format!("/api/statuary/v1{path}"), &headers, &body.to_string()).await
}

async fn refresh_token(app: &TestApp, token: &str) -> Answer {
    app.token("board", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn report() -> Value {
    json!({"status_report": {"workspace_id": 53760, "color": "green", "description": "Kept"}})
}

/// All kinds of access: tokens on all surfaces, sessions, passwords, OAuth grants, links, replays and stored
/// responses, in two
/// processes.
#[both_engines]
async fn a_deactivated_person_is_refused_at_once_by_every_process(engine: Engine) {
    const PASSWORD: &str = "Kran & Kai 7";
    let app = crate::oauth::harbor(engine).await;
    let (app, other) = app.with_second_process().await;
    let given = app.tokens("ada", "board", "api_v3").await;
    let (access, refresh) = (&given["access_token"], &given["refresh_token"]);
    let (access, refresh) = (access.as_str().expect("a token"), refresh.as_str().expect("a token"));
    let mut session = Browser::of(&app, "ada").await;
    let hash = password::hash(PASSWORD.into()).await.expect("a hash");
    let work = command_line_change(&app);
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let ada = store::find(conn, AccountId(415), UserId(2545)).await?;
            store::set_password(conn, &work, &ada, &hash).await
        }),
    );
    work.await.expect("a password");
    let key =
        [("authorization", "Bearer ada"), ("content-type", "application/json"), ("idempotency-key", "k")];
    let (path, body) = ("/api/v1/status_reports", report().to_string());
    assert_eq!(app.request(Method::POST, path, &key, &body).await.status, 200);
    // Twice, so that both processes cache the responses.
    for _ in 0..2 {
        for app in [&app, &other] {
            assert_eq!(app.get("ada", "/status_reports").await.status, 200);
            assert_eq!(app.own(access, Method::GET, "/me").await.status, 403);
            assert_eq!(app.get(access, "/users/me").await.status, 200);
        }
    }
    assert_eq!(app.v3_get("root", "/users/2545").await.json()["status"], "active");
    change(&app, 2545, &INACTIVE).await;
    for app in [&app, &other] {
        assert_eq!(app.v3_get("root", "/users/2545").await.json()["status"], "locked");
        for token in ["ada", access] {
            assert_eq!(app.get(token, "/status_reports").await.status, 401, "{token}");
            assert_eq!(app.own(token, Method::GET, "/me").await.status, 401, "{token}");
            let bearer = format!("Bearer {token}");
            for path in ["/api/v3/statuses", "/openid/userinfo"] {
                let answer = app.request(Method::GET, path, &[("authorization", &*bearer)], "").await;
                assert_eq!(answer.status, 401, "{path} {token}");
            }
        }
        assert_eq!(app.request(Method::POST, path, &key, &body).await.status, 401);
        for sent in
            [[("email", "ada@example.com"), ("password", PASSWORD)], [("token", "ada"), ("email", "")]]
        {
            let answer = Browser::new(app).post("/login", &sent).await;
            assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (422, ""));
        }
        let refreshed = refresh_token(app, refresh).await;
        assert_eq!((refreshed.status.as_u16(), &refreshed.json()["error"]), (400, &json!("invalid_grant")));
        for token in [access, refresh] {
            let introspection = app.as_client("/oauth/introspect", "board", &[("token", token)]).await;
            assert_eq!(introspection.json(), json!({"active": false}));
        }
    }
    assert_eq!(session.get("/").await.header("location"), "/login");
    // Written records stay, and name their author.
    let reports = app.get("bo", "/status_reports?include=creator").await;
    assert!(reports.text.contains("Kept") && reports.text.contains("Ada Park"), "{}", reports.text);
    assert_eq!(app.get("bo", "/users/2545").await.status, 200);
    // After reactivation, tokens and grants work; sessions have ended.
    change(&app, 2545, &ACTIVE).await;
    assert_eq!(other.get("ada", "/status_reports").await.status, 200);
    assert_eq!(other.get(access, "/users/me").await.status, 200);
    assert_eq!(refresh_token(&other, refresh).await.status, 200);
    assert_eq!(session.get("/").await.header("location"), "/login");
    assert_eq!(app.request(Method::POST, path, &key, &body).await.header("idempotent-replayed"), "true");
}

#[both_engines]
async fn a_code_and_a_link_of_a_deactivated_person_end(engine: Engine) {
    let app = crate::oauth::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let invited = root.submit("/people/2545/invitation", &[]).await;
    let link = invited.text.split("/invitations/").nth(1).expect("a link");
    let path = format!("/invitations/{}", link.split('<').next().unwrap_or_default());
    assert_eq!(Browser::new(&app).get(&path).await.status, 200);
    let code = app.code("ada", "board", &[]).await;
    assert_eq!(
        root.submit("/people/2545", &[("change", "deactivate")]).await.header("location"),
        "/people/2545"
    );
    assert_eq!(app.last_writer("user").await, (Some(2500), "pages".into()));
    assert_eq!(Browser::new(&app).get(&path).await.status, 404);
    assert_eq!(root.submit("/people/2545/invitation", &[]).await.status, 404);
    assert!(root.get("/people").await.text.contains("<span class=\"tag\">Deactivated</span>"));
    assert_eq!(
        root.submit("/people/2545", &[("change", "activate")]).await.header("location"),
        "/people/2545"
    );
    // Nothing that ended becomes valid again.
    assert_eq!(Browser::new(&app).get(&path).await.status, 404);
    assert_eq!(app.exchange("board", &code, &[]).await.json()["error"], "invalid_grant");
}

#[both_engines]
async fn the_last_active_administrator_can_be_neither_demoted_nor_deactivated(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let sentence = "is the last active administrator of the account";
    for (body, pointers) in [
        (json!({"active": false}), vec!["/active"]),
        (json!({"administrator": false}), vec!["/administrator"]),
        (json!({"administrator": false, "active": false}), vec!["/administrator", "/active"]),
    ] {
        let answer = own(&app, "root", Method::PATCH, "/users/2500", ("x-request-id", "a"), &body).await;
        let errors: Vec<_> =
            pointers.iter().map(|pointer| json!({"detail": sentence, "pointer": pointer})).collect();
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"]),
            (422, &json!(errors)),
            "{body:?} {pointers:?}"
        );
    }
    let mut root = Browser::of(&app, "root").await;
    for what in ["deactivate", "demote"] {
        let answer = root.submit("/people/2500", &[("change", what)]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("last active administrator"), "{}", answer.text);
    }
    assert_eq!(root.submit("/people/2500", &[("change", "x")]).await.status, 400);
    assert_eq!(root.submit("/people/3000", &[("change", "demote")]).await.status, 404);
    assert_eq!(app.export().await, before);
    // With a second administrator this is allowed, and then the second one is the last; deactivated
    // administrators do not count.
    let mut ada = Browser::of(&app, "ada").await;
    assert_eq!(ada.submit("/people/2545", &[("change", "promote")]).await.status, 403);
    assert_eq!(root.submit("/people/2545", &[("change", "promote")]).await.status, 303);
    assert_eq!(ada.submit("/people/2500", &[("change", "deactivate")]).await.status, 303);
    assert_eq!(root.get("/people").await.header("location"), "/login?return_to=%2Fpeople");
    assert_eq!(ada.submit("/people/2545", &[("change", "demote")]).await.status, 422);
}

/// Even if rights are changed in the database, without an event.
#[both_engines]
async fn stored_responses_require_the_same_rights(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let seen = async |app: &TestApp| app.get("max", "/workspaces").await.ids();
    change(&app, 2561, &Changes { administrator: Some(true), active: None, ..ACTIVE }).await;
    for _ in 0..3 {
        assert_eq!(seen(&app).await, [53760, 53800]);
        assert_eq!(app.get("max", "/users").await.ids().len(), 7);
    }
    change(&app, 2561, &DEMOTED).await;
    assert_eq!(app.get("max", "/users").await.ids().len(), 5);
    app.by_hand("update users set administrator = true where id = 2560").await;
    for _ in 0..3 {
        assert_eq!(app.get("vera", "/workspaces?include_archived=true").await.ids().len(), 3);
    }
    app.by_hand("update users set administrator = false where id = 2560").await;
    assert_eq!(app.get("vera", "/workspaces?include_archived=true").await.ids(), [53760]);
}

#[both_engines]
async fn a_new_password_can_end_tokens_and_grants(engine: Engine) {
    let app = crate::oauth::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let given = app.tokens("ada", "board", "api_v3").await;
    let access = given["access_token"].as_str().expect("a token").to_owned();
    for (ends, status) in [(false, 200), (true, 401)] {
        let invited = root.submit("/people/2545/invitation", &[]).await;
        let link = invited.text.split("/invitations/").nth(1).expect("a link");
        let path = format!("/invitations/{}", link.split('<').next().unwrap_or_default());
        let mut fields = vec![("password", "Kran & Kai 7")];
        fields.extend(ends.then_some(("end_tokens", "on")));
        let mut browser = Browser::new(&app);
        assert_eq!(browser.post(&path, &fields).await.status, 303, "{ends:?}");
        for token in ["ada", &access] {
            assert_eq!(app.get(token, "/users/me").await.status, status, "{token} {ends}");
        }
        assert_eq!(browser.get("/").await.status, 200, "{ends:?}");
    }
    assert_eq!(app.get("bo", "/users/me").await.status, 200);
}

#[both_engines]
async fn deactivation_is_in_the_archive_and_the_log(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert!(!app.export().await.contains("\"active\""));
    change(&app, 2551, &INACTIVE).await;
    let archive = app.export().await;
    let line = archive.lines().find(|line| line.contains("\"id\":2551,")).expect("a line");
    assert!(line.ends_with("\"active\":false}"), "{line}");
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("lines").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(copy.get("bo", "/users/me").await.status, 401);
    let work = app.app.db.read(work!(|conn| verify(conn, &mut |finding| panic!("{finding}")).await));
    assert_eq!(work.await.expect("a look").findings, 0);
    // Administrators can sign in as before.
    let eve = json!({"kind": "user", "id": 71, "account_id": 415, "full_name": "Eve", "email_address": "e@x.de",
        "administrator": true, "active": true});
    copy.import(&lines([eve])).await.expect("a person");
}

#[both_engines]
async fn people_are_listed_searched_added_and_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let list = async |token: &str, path: &str| {
        let answer = app.own(token, Method::GET, path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let users = answer.json()["users"].as_array().expect("a list").clone();
        users.iter().map(|user| user["id"].as_i64().expect("an id")).collect::<Vec<_>>()
    };
    assert_eq!(list("root", "/users").await, [2580, 2570, 2561, 2560, 2551, 2545, 2500]);
    assert_eq!(list("ada", "/users").await, [2570, 2561, 2560, 2551, 2545]);
    assert_eq!(list("olaf", "/users").await, [2580]);
    assert_eq!(list("zoe", "/users").await, [3000]);
    let none = ("x-request-id", "a");
    let made = json!({"full_name": " Éva Žižek ", "email_address": "Eva@example.com", "headline": null});
    let key = ("idempotency-key", "eva");
    let answer = own(&app, "root", Method::POST, "/users", key, &made).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let (id, location) = (answer.json()["id"].clone(), answer.header("location").to_owned());
    assert_eq!(location, format!("/api/statuary/v1/users/{id}"));
    assert_eq!(answer.json()["full_name"], "Éva Žižek");
    assert_eq!(app.last_writer("user").await, (Some(2500), "native".into()));
    let again = own(&app, "root", Method::POST, "/users", key, &made).await;
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &answer.text));
    let path = location.trim_start_matches("/api/statuary/v1").to_owned();
    for (search, found) in [("éVA%20žiž", 1), ("eva@", 1), ("example.com", 8), ("nobody", 0)] {
        assert_eq!(list("root", &format!("/users?search={search}")).await.len(), found, "{search}");
    }
    // Pages of a list and of a search.
    let mut path_of_page = "/users?search=EXAMPLE&limit=3".to_owned();
    let mut pages = Vec::new();
    loop {
        let answer = app.own("root", Method::GET, &path_of_page).await;
        pages.push(answer.json()["users"].as_array().expect("a list").len());
        let Some(cursor) = answer.json()["next_cursor"].as_str().map(str::to_owned) else { break };
        assert!(answer.header("link").contains("rel=\"next\""));
        path_of_page = format!("/users?search=EXAMPLE&limit=3&cursor={cursor}");
    }
    assert_eq!(pages, [3, 3, 2]);
    // A conditional change.
    let tag = app.own("root", Method::GET, &path).await.header("etag").to_owned();
    let change = json!({"headline": "Site manager", "administrator": true});
    let answer = own(&app, "root", Method::PATCH, &path, ("if-match", &tag), &change).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["headline"]), (200, &json!("Site manager")));
    let stale = own(&app, "root", Method::PATCH, &path, ("if-match", &tag), &change).await;
    assert_eq!(stale.status, 412);
    let answer =
        own(&app, "root", Method::PATCH, &path, none, &json!({"headline": null, "active": false})).await;
    assert_eq!((&answer.json()["headline"], &answer.json()["active"]), (&Value::Null, &json!(false)));
    assert_eq!(list("root", "/users?active=false").await, [id.as_i64().expect("an id")]);
    assert_eq!(list("root", "/users?active=true").await.len(), 7);
    // Invalid requests.
    let before = app.export().await;
    for (method, path, body, status, named) in [
        (Method::POST, "/users", json!({}), 422, "/full_name"),
        (
            Method::POST,
            "/users",
            json!({"full_name": "E", "email_address": "ADA@example.com"}),
            422,
            "/email_address",
        ),
        (Method::POST, "/users", json!({"full_name": 7, "email_address": "e@x.de"}), 422, "/full_name"),
        (
            Method::POST,
            "/users",
            json!({"full_name": "E", "email_address": "e@x.de", "a/b": 1}),
            400,
            "/a~1b",
        ),
        (Method::PATCH, "/users/2545", json!({"full_name": null}), 422, "/full_name"),
        (Method::PATCH, "/users/2545", json!({"full_name": "é".repeat(256)}), 422, "/full_name"),
        (Method::PATCH, "/users/2545", json!({"administrator": "yes"}), 422, "/administrator"),
        (Method::PATCH, "/users/2545", json!({"email_address": "e@x.de"}), 400, "/email_address"),
    ] {
        let answer = own(&app, "root", method, path, none, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["pointer"]),
            (status, &json!(named)),
            "{body}"
        );
    }
    for body in ["[]", "{", "", "7", "{\"full_name\":\"\\u0000\"}"] {
        let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
        let answer = app.request(Method::PATCH, "/api/statuary/v1/users/2545", &headers, body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    let headers = [("authorization", "Bearer root"), ("content-type", "text/plain")];
    assert_eq!(app.request(Method::PATCH, "/api/statuary/v1/users/2545", &headers, "{}").await.status, 415);
    assert_eq!(app.export().await, before);
}
