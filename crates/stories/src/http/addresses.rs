//! Stories of a service whose public URL has a path.

use crate::policy;
use axum::http::{Method, StatusCode};
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};
use service::address::SERVED;

use crate::browser::{Browser, FORM};
use crate::policy::{groups, others};
use crate::{Answer, Engine, NOW, TestApp, activity, lines, package, report_draft, with};

const PUBLIC: &str = "https://example.org/statuary";

async fn harbor(engine: Engine) -> TestApp {
    let app = crate::oauth::harbor(engine).await;
    // What the policy's rows read.
    let own =
        json!({"id": 7000, "workspace_id": 53760, "creator_id": 2545, "created_at": NOW, "updated_at": NOW});
    let milestone = json!({"kind": "milestone", "name": "Steel delivered", "due_date": "2026-04-01"});
    let note = json!({"kind": "note", "is_action": true, "text": "Call the yard."});
    let template = json!({"kind": "report_template", "id": 7000, "account_id": 415, "name": "Weekly report",
        "sections": [{"heading": "Done"}], "created_at": NOW, "updated_at": NOW});
    let endpoint = json!({"kind": "webhook_endpoint", "id": 7000, "account_id": 415, "enabled": true,
        "url": "https://hooks.example/a", "created_at": NOW, "updated_at": NOW});
    let comment = json!({"kind": "comment", "id": 7900, "status_report_id": 907, "text": "Which week?",
        "author_id": 2500, "created_at": NOW, "edited_at": null});
    let link = json!({"kind": "share_link", "id": 7900, "account_id": 415, "workspace_ids": [53760], "weeks": 4,
        "with": ["health"], "sha256": hex::encode(domain::auth::digest("link")), "creator_id": 2500, "created_at": NOW});
    let field = json!({"kind": "field", "id": 7000, "account_id": 415, "name": "Client", "type": "choice",
        "choices": ["Acme", "Umbrella"], "position": 1, "created_at": NOW, "updated_at": NOW});
    let view = json!({"kind": "view", "id": 7000, "account_id": 415, "user_id": 2500, "name": "Reds",
        "query": "health=red", "shared": true, "created_at": NOW, "updated_at": NOW});
    let labels = json!({"kind": "workspace_labels", "id": 7000, "account_id": 415, "workspace_id": 53760,
        "tags": ["Key account"], "fields": [{"field_id": 7000, "value": "Acme"}], "created_at": NOW, "updated_at": NOW});
    let programme = json!({"kind": "programme", "id": 7000, "account_id": 415, "name": "Port",
        "rule": {"kind": "weighted", "red_below": 40, "yellow_below": 75}, "members": [{"workspace_id": 53760, "weight": 2}],
        "created_at": NOW, "updated_at": NOW});
    app.import(&lines([
        field,
        view,
        labels,
        programme,
        with(own.clone(), &milestone),
        with(own, &note),
        report_draft(7000),
        template,
        endpoint,
        comment,
        link,
        package(7900),
        activity(7900),
    ]))
    .await
    .expect("an archive");
    app.set(|settings| settings.public_url = Some(PUBLIC.into()))
}

/// The URLs in a text whose path is not below `/statuary`. Keys of JSON are not URLs.
fn urls_outside(text: &str) -> Vec<&str> {
    let begins = |(at, _): (usize, &str)| {
        let before = text[..at].chars().next_back()?;
        let rest = &text[at..];
        let end = rest.find(['"', '\'', '<', '>', ')', ' ', '\n', ';']).unwrap_or(rest.len());
        let path = &rest[..end];
        let first = path[1..].split(['/', '?', '#', '&']).next().unwrap_or_default();
        let is_key = rest[end..].starts_with("\":");
        // The return path in a form is the one that the router knows.
        let is_address = !text[..at].ends_with(" value=\"") && matches!(before, '"' | '\'' | '<' | '=');
        let is_start =
            ["href=\"", "action=\"", "get=\"", "\": \""].iter().any(|name| text[..at].ends_with(name));
        let is_ours = SERVED.contains(&first) || path == "/" && is_start;
        (is_address && is_ours && !is_key && !rest.starts_with("/>")).then_some(path)
    };
    text.match_indices('/').filter_map(begins).collect()
}

#[test]
fn urls_are_found_in_html_json_and_headers() {
    let text = r#"<a href="/people">x</a><a href=/login><form action="/">{"href":"/api/v3/x","/api/v1/y":{}}</api/v3/z>; <br/>"#;
    assert_eq!(urls_outside(text), ["/people", "/login", "/", "/api/v3/x", "/api/v3/z"]);
    assert!(
        urls_outside(r#"<a href="/statuary/people"> "https://example.org/login" a/login </p>"#).is_empty()
    );
}

#[track_caller]
fn assert_all_below(answer: &Answer, path: &str) {
    assert_eq!(urls_outside(&answer.text), [""; 0], "{path}");
    for name in ["location", "link", "set-cookie", "content-location", "hx-redirect", "www-authenticate"] {
        for value in answer.headers.get_all(name) {
            let value = value.to_str().expect("a text");
            assert!(!value.contains("/statuary/statuary"), "{path}: {name}: {value}");
            assert!(!value.starts_with('/') || value.starts_with("/statuary"), "{path}: {name}: {value}");
            assert!(urls_outside(value).is_empty(), "{path}: {name}: {value}");
            assert!(!value.contains("Path=") || value.contains("Path=/statuary;"), "{path}: {name}: {value}");
        }
    }
}

/// All URLs in responses have the public path, whether the proxy strips it or not.
#[rstest]
#[tokio::test]
async fn every_url_has_the_public_path(#[values("", "/statuary")] left: &str) {
    let app = harbor(Engine::Sqlite).await;
    let mut browser = Browser::new(&app);
    let signed_in = browser.post(&format!("{left}/login"), &[("token", "root")]).await;
    assert_eq!(signed_in.header("location"), "/statuary/");
    assert_all_below(&signed_in, "/login");
    let cookie = browser.cookie.clone();
    let get = Method::GET;
    for row in others().into_iter().filter(|row| row.method == get && row.path != "/metrics") {
        let path = format!("{left}{}", row.path);
        for (header, status) in [
            (("cookie", cookie.as_str()), row.statuses[1]),
            (("accept", "text/html"), row.statuses[0]),
            (("authorization", "Bearer root"), row.statuses[2]),
        ] {
            let answer = app.request(get.clone(), &path, &[header], "").await;
            assert_eq!(answer.status, status, "{path}");
            assert_all_below(&answer, &path);
        }
    }
    for group in groups() {
        for (method, path, body, _) in group.rows {
            let path = format!("{left}{}{path}", group.prefix);
            let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
            let answer = app.request(method.clone(), &path, &headers, &body.to_string()).await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.text);
            assert_all_below(&answer, &path);
            let nobody = app.request(method, &path, &[], "").await;
            assert_all_below(&nobody, &path);
        }
    }
    for (path, body) in [
        ("/users", json!({"full_name": "Eve Late", "email_address": "eve@example.com"})),
        ("/workspaces", json!({"title": "Pier"})),
        ("/workspaces/53760/status_reports", json!({"color": "green", "description": "On course."})),
    ] {
        let path = format!("{left}/api/statuary/v1{path}");
        let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
        let answer = app.request(Method::POST, &path, &headers, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        assert!(answer.header("location").starts_with("/statuary/api/"), "{}", answer.header("location"));
        assert_all_below(&answer, &path);
    }
    for path in [
        "/nowhere",
        "/workspaces/1",
        "/api/statuary/v1/nowhere",
        "/api/statuary/v1/portfolio?limit=1",
        "/api/v3/projects?pageSize=1",
    ] {
        let headers =
            [("authorization", "Bearer root"), ("cookie", cookie.as_str()), ("accept", "text/html")];
        assert_all_below(&app.request(Method::GET, &format!("{left}{path}"), &headers, "").await, path);
    }
}

/// Every link and every form of a page leads to an existing path.
#[rstest]
#[tokio::test]
async fn links_and_forms_of_pages_lead_to_existing_pages() {
    let app = harbor(Engine::Sqlite).await;
    let mut browser = Browser::new(&app);
    browser.post("/login", &[("token", "root")]).await;
    let mut seen =
        vec!["/statuary/".to_owned(), "/statuary/palette".to_owned(), "/statuary/docs/".to_owned()];
    let mut next = 0;
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        for attribute in ["href=\"", "src=\"", "hx-get=\"", "data-href=\""] {
            for rest in answer.text.split(attribute).skip(1) {
                let address = rest.split(['"', '#']).next().unwrap_or_default().replace("&#38;", "&");
                let is_new = address.starts_with('/') && !seen.contains(&address);
                if is_new && seen.len() < 120 {
                    seen.push(address);
                }
            }
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

async fn patch(app: &TestApp, body: &Value) -> Answer {
    let headers = [("authorization", "Bearer ada"), ("content-type", "application/json")];
    app.request(Method::PATCH, "/api/v3/projects/53760", &headers, &body.to_string()).await
}

/// A client can send back the links that it received.
#[both_engines]
async fn links_are_accepted_as_they_were_sent(engine: Engine) {
    let app = harbor(engine).await;
    for href in ["/statuary/api/v3/project_statuses/at_risk", "/api/v3/project_statuses/on_track"] {
        let body = json!({ "_links": { "status": { "href": href } } });
        let changed = patch(&app, &body).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        let changed = changed.json();
        let given = changed["_links"]["status"]["href"].as_str().expect("a link").to_owned();
        assert!(given.ends_with(href) && given.starts_with("/statuary/api/v3/"), "{given}");
    }
    let wrong = json!({ "_links": { "status": { "href": "/statuary/api/v3/statuses/1" } } });
    let refused = patch(&app, &wrong).await;
    assert!(refused.text.contains("'/statuary/api/v3/project_statuses/:id' is expected"), "{}", refused.text);
}

/// A browser names its origin without any path.
#[rstest]
#[tokio::test]
async fn the_public_origin_is_accepted() {
    let app = harbor(Engine::Sqlite).await;
    for (origin, status) in [("https://example.org", 303), ("https://evil.example", 403)] {
        let headers = [FORM, ("origin", origin), ("host", "127.0.0.1:8080")];
        let answer = app.request(Method::POST, "/login", &headers, "token=root").await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

/// RFC 8414, section 3.1, and RFC 9728, section 3.1: the path of an issuer or a resource comes after the well-known
/// one.
#[rstest]
#[tokio::test]
async fn metadata_of_an_issuer_with_a_path_is_found() {
    let app = harbor(Engine::Sqlite).await;
    for (path, member, value) in [
        ("/.well-known/oauth-authorization-server/statuary", "issuer", ""),
        ("/.well-known/openid-configuration/statuary", "issuer", ""),
        ("/statuary/.well-known/openid-configuration", "issuer", ""),
        ("/.well-known/openid-configuration", "token_endpoint", "/oauth/token"),
        ("/.well-known/oauth-protected-resource/statuary/api/v3", "resource", "/api/v3"),
    ] {
        let answer = app.request(Method::GET, path, &[], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json()[member], format!("{PUBLIC}{value}"), "{path}");
    }
    let elsewhere = app.request(Method::GET, "/.well-known/oauth-authorization-server/other", &[], "").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[test]
fn every_first_path_segment_is_listed() {
    for path in policy::others().iter().map(|row| row.path) {
        let first = path.split(['/', '?']).nth(1).unwrap_or_default();
        assert!(first.is_empty() || SERVED.contains(&first), "{path}");
    }
}
