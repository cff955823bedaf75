//! Stories of conventions that apply to every path of Statuary's own surface.

mod calendar;
mod changes;
mod events;
mod past;
mod past_model;
mod past_packages;
mod past_replay;
pub mod random;
mod report_history;
mod status_changes;
mod status_reports;
mod statuses;
mod time_in_status;
mod work_packages;
mod workspaces;

use axum::body::Body;
use axum::http::{Method, Request, header};
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};
use native::problem::Kind;

impl Answer {
    /// Asserts a problem with its status, name and errors.
    #[track_caller]
    pub fn is_problem(&self, status: u16, name: &str, errors: &Value) {
        let body = self.json();
        let seen = (self.status.as_u16(), body["status"].clone(), body["type"].clone());
        assert_eq!(seen, (status, json!(status), json!(format!("/problems/{name}"))), "{self}");
        assert_eq!(&body["errors"], errors, "{self}");
    }
}

impl TestApp {
    /// A write to Statuary's own surface, with further headers.
    pub async fn write(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: &Value,
        more: &[(&str, &str)],
    ) -> Answer {
        let authorization = format!("Bearer {token}");
        let mut headers = vec![("authorization", &*authorization), ("content-type", "application/json")];
        headers.extend(more);
        self.request(method, &format!("/api/statuary/v1{path}"), &headers, &body.to_string()).await
    }
}

const PEOPLE: [&str; 8] = ["root", "ada", "bo", "vera", "max", "cleo", "olaf", "zoe"];

const PATHS: [&str; 7] = [
    "/events",
    "/me",
    "/status_keys",
    "/status_keys/310",
    "/portfolio",
    "/time_in_status",
    "/workspaces/53760/timeline",
];

#[both_engines]
async fn callers_get_the_documented_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let table: [(&str, [u16; 8]); 10] = [
        ("/me", [200; 8]),
        ("/status_keys", [200; 8]),
        ("/status_keys/310", [200; 8]),
        ("/status_keys/999", [404; 8]),
        ("/portfolio", [200; 8]),
        ("/workspaces/53760/timeline", [200, 200, 200, 200, 200, 404, 404, 404]),
        ("/workspaces/53800/timeline", [200, 404, 404, 404, 200, 404, 404, 404]),
        ("/workspaces/53900/timeline", [200, 200, 404, 404, 404, 404, 404, 404]),
        ("/workspaces/60000/timeline", [404, 404, 404, 404, 404, 404, 404, 200]),
        ("/workspaces/abc/timeline", [404; 8]),
    ];
    for (path, statuses) in table {
        let mut seen = Vec::new();
        for token in PEOPLE {
            seen.push(app.own(token, Method::GET, path).await.status.as_u16());
        }
        assert_eq!(seen, statuses, "{path} by {PEOPLE:?}");
    }
}

#[both_engines]
async fn unauthenticated_callers_get_401_everywhere(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in PATHS.into_iter().chain(["/nowhere", "", "/me?bogus=1"]) {
        for method in [Method::GET, Method::DELETE] {
            let answer = app.own("nobody", method, path).await;
            answer.is_problem(401, "unauthenticated", &Value::Null);
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer", "{answer}");
        }
    }
    let bare = Request::get("/api/statuary/v1/me").body(Body::empty()).unwrap();
    let answer = app.send(bare).await;
    let instance = answer.headers["x-request-id"].to_str().unwrap();
    assert_eq!(
        answer.text,
        format!(
            r#"{{"type":"/problems/unauthenticated","title":"Not authenticated","status":401,"instance":"urn:statuary:request:{instance}"}}"#
        )
    );
}

#[both_engines]
async fn unknown_parameters_are_refused_by_name(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in PATHS {
        let answer = app.own("root", Method::GET, &format!("{path}?colour=red")).await;
        assert_eq!(answer.json()["errors"][0]["parameter"], "colour", "{path}");
        assert_eq!(answer.json()["type"], "/problems/unknown-parameter", "{path}");
    }
    let many = &*format!("/portfolio?status_key={}", vec!["100"; 201].join(","));
    let cases = [
        (
            "/me?a=1&b[]=2",
            "unknown-parameter",
            vec![("a", "is not known here; known: none"), ("b", "is not known here; known: none")],
        ),
        ("/portfolio?weeks=0", "invalid-parameter", vec![("weeks", "must be a number from 1 to 104")]),
        ("/portfolio?weeks=105", "invalid-parameter", vec![("weeks", "must be a number from 1 to 104")]),
        ("/portfolio?limit=201", "invalid-parameter", vec![("limit", "must be a number from 1 to 200")]),
        ("/portfolio?limit[]=2", "invalid-parameter", vec![("limit", "must be one value")]),
        (many, "invalid-parameter", vec![("status_key", "has more than 200 numbers")]),
        (
            "/portfolio?from=today",
            "invalid-parameter",
            vec![("from", "must be a date of the form YYYY-MM-DD")],
        ),
        (
            "/portfolio?from=2026-02-01&weeks=3",
            "invalid-parameter",
            vec![("weeks", "and `from` exclude each other")],
        ),
        ("/portfolio?from=2026-02-02&to=2026-02-01", "invalid-parameter", vec![("from", "is after `to`")]),
        (
            "/portfolio?from=0001-01-01",
            "invalid-parameter",
            vec![("from", "is more than 104 weeks before the last")],
        ),
        (
            "/portfolio?from=9999-12-31",
            "invalid-parameter",
            vec![("from", "is in a week that has not begun")],
        ),
        (
            "/portfolio?status_key=310,x",
            "invalid-parameter",
            vec![("status_key", "must be whole numbers, with commas between")],
        ),
        (
            "/portfolio?include_archived=yes",
            "invalid-parameter",
            vec![("include_archived", "must be true or false")],
        ),
        (
            "/portfolio?order=age",
            "invalid-parameter",
            vec![("order", "must be one of title, updated_at, health")],
        ),
        ("/portfolio?cursor=abc", "invalid-cursor", vec![("cursor", "is not a cursor of this list")]),
        (
            "/workspaces/53760/timeline?cursor=%C3%A9",
            "invalid-cursor",
            vec![("cursor", "is not a cursor of this list")],
        ),
        (
            "/workspaces/53760/timeline?from=2026-02-02&to=2026-02-01",
            "invalid-parameter",
            vec![("from", "is after `to`")],
        ),
    ];
    for (path, name, errors) in cases {
        let errors =
            errors.iter().map(|(parameter, detail)| json!({"detail": detail, "parameter": parameter}));
        app.own("root", Method::GET, path).await.is_problem(400, name, &errors.collect());
    }
    let broken = app.own("root", Method::GET, "/portfolio?search=%FF").await;
    broken.is_problem(400, "unreadable", &Value::Null);
}

#[both_engines]
async fn unknown_paths_get_404_and_other_methods_405(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["", "/", "/nowhere", "/workspaces/53760/more", "/status_keys/310/more"] {
        app.own("ada", Method::GET, path).await.is_problem(404, "not-found", &Value::Null);
    }
    for path in PATHS {
        let allowed = if path == "/me" { "GET,HEAD,PATCH" } else { "GET,HEAD" };
        for method in [Method::POST, Method::DELETE, Method::PATCH] {
            if allowed.ends_with(method.as_str()) {
                continue;
            }
            let answer = app.own("ada", method, path).await;
            answer.is_problem(405, "method-not-allowed", &Value::Null);
            assert_eq!(answer.headers[header::ALLOW], allowed, "{path}");
        }
        let head = app.own("ada", Method::HEAD, path).await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn every_problem_type_has_a_page() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let page = async |path: &str| app.send(Request::get(path).body(Body::empty()).unwrap()).await;
    let all = page("/problems").await;
    assert_eq!(all.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let names: Vec<_> = all.text.matches("<dt>").collect();
    assert_eq!(names.len(), Kind::ALL.len());
    let one = page("/problems/invalid-cursor").await;
    assert!(one.text.contains("<h1>Invalid cursor</h1>") && one.text.contains("(400)"), "{}", one.text);
    assert_eq!(page("/problems/bogus").await.status, 404);
}

#[both_engines]
async fn the_table_of_status_keys_is_listed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let one = app.own("olaf", Method::GET, "/status_keys/310").await;
    assert_eq!(one.text, r#"{"key":310,"message":"In Progress","color":"green","position":27}"#);
    let all = app.own("olaf", Method::GET, "/status_keys").await.json();
    let all = all["status_keys"].as_array().unwrap();
    assert_eq!((all.len(), &all[26]), (73, &one.json()));
}

#[both_engines]
async fn me_returns_the_caller(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("max", Method::GET, "/me").await.is_exactly(
        r#"{"user":{"id":2561,"full_name":"Max Prime","email_address":"max@example.com","headline":null,"photo_path":null},
        "account":{"id":415,"name":"Harbor"},"administrator":false,
        "token":{"name":"max","scopes":[],"expires_at":null},
        "permissions":{"administer_account":false,"create_workspaces":true},
        "participations":{"client":0,"view":0,"edit":0,"admin":2},
        "full_name":"Max Prime","headline":null,"language":null,"time_zone":null}"#,
    );
    let cleo = app.own("cleo", Method::GET, "/me").await.json();
    assert_eq!(cleo["permissions"], json!({"administer_account": false, "create_workspaces": false}));
    assert_eq!(cleo["participations"], json!({"client": 1, "view": 0, "edit": 0, "admin": 0}));
    let root = app.own("root", Method::GET, "/me").await.json();
    assert_eq!(root["permissions"], json!({"administer_account": true, "create_workspaces": true}));
}

#[both_engines]
async fn people_change_themselves(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let patch = async |who: &str, body: Value| app.write(who, Method::PATCH, "/me", &body, &[]).await;
    let body = json!({"full_name": " Olaf Strand ", "headline": "Diver", "language": "de", "time_zone": "Europe/Berlin"});
    let mine = patch("olaf", body).await.json();
    assert_eq!(
        (&mine["full_name"], &mine["headline"], &mine["language"], &mine["time_zone"]),
        (&json!("Olaf Strand"), &json!("Diver"), &json!("de"), &json!("Europe/Berlin"))
    );
    assert_eq!(app.own("olaf", Method::GET, "/me").await.json(), mine);
    // Their pages follow, unless the browser has a choice of its own.
    let mut browser = Browser::of(&app, "olaf").await;
    let page = browser.get("/").await;
    assert!(page.text.contains("<html lang=\"de\"") && page.text.contains("Europe/Berlin"), "{}", page.text);
    browser.cookie += "; language=en; chosen_zone=Asia/Tokyo";
    let page = browser.get("/").await;
    assert!(page.text.contains("<html lang=\"en\"") && page.text.contains("Asia/Tokyo"), "{}", page.text);
    let none = patch("olaf", json!({"headline": null, "language": null, "time_zone": null})).await.json();
    assert_eq!(
        (&none["headline"], &none["language"], &none["time_zone"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    for (body, pointer, detail) in [
        (json!({"language": "tlh"}), "/language", "is not an allowed value"),
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone", "is not an allowed value"),
        (json!({"full_name": " "}), "/full_name", "is missing"),
        (json!({"full_name": null}), "/full_name", "is missing"),
        (json!({"headline": 1}), "/headline", "is malformed"),
    ] {
        let answer = patch("olaf", body).await;
        assert_eq!(answer.status, 422, "{pointer}: {answer}");
        let errors = &answer.json()["errors"];
        assert_eq!(errors[0]["pointer"], pointer, "{detail}: {errors}");
    }
    assert_eq!(patch("olaf", json!({"administrator": true})).await.status, 400);
    let stale = app.write("olaf", Method::PATCH, "/me", &json!({}), &[("if-match", "\"old\"")]).await;
    assert_eq!(stale.status, 412, "{stale}");
}
