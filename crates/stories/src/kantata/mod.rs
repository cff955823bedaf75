//! Stories of conventions that apply to every route, through HTTP, on both engines.

mod bodies;
mod bounds;
mod includes;
mod only;
mod paging;
pub mod same;
pub mod visibility;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use macros::both_engines;
use serde_json::json;

use super::{Engine, TestApp, change, lines, report, with};

/// The harbor, with reports 1 to 205 and moves 1 to 205 of "Quay extension", all of the same instant.
async fn long_lists(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let at_quay = json!({"workspace_id": 53800});
    let reports = (1..=205).map(|id| with(report(id), &at_quay));
    let changes = (1..=205).map(|id| with(change(id, crate::NOW), &at_quay));
    app.import(&lines(reports.chain(changes))).await.unwrap();
    app
}

/// Both lists, of that workspace.
const LISTS: [&str; 2] =
    ["/status_reports?workspace_id=53800", "/workspace_status_changes?workspace_id=53800"];

fn request(path: &str) -> axum::http::request::Builder {
    Request::builder().uri(format!("/api/v1{path}"))
}

#[both_engines]
async fn callers_authenticate_with_a_bearer_token(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for good in ["Bearer ada", "bearer ada", "BEARER  ada "] {
        let requested = request("/status_reports/901").header(header::AUTHORIZATION, good);
        app.send(requested.body(Body::empty()).unwrap()).await.has(200);
    }
    for bad in [
        "",
        "Bearer",
        "Bearer ",
        "ada",
        "Bearer:ada",
        "Basic ada",
        "Token ada",
        "Bearer nobody",
        "Bearer ADA",
        "Bearer \u{e4}da",
    ] {
        let requested = request("/status_reports/901")
            .header(header::AUTHORIZATION, HeaderValue::from_bytes(bad.as_bytes()).unwrap());
        app.send(requested.body(Body::empty()).unwrap()).await.has(401);
    }
    app.send(request("/status_reports/901").body(Body::empty()).unwrap()).await.has(401);
    let parameter = request("/status_reports/901?access_token=ada");
    app.send(parameter.body(Body::empty()).unwrap()).await.has(401);
}

#[both_engines]
async fn a_refused_token_gets_the_documented_body(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("nobody", "/status_reports").await;
    assert_eq!(answer.text, r#"{"errors":[{"type":"oauth","message":"Invalid OAuth 2 Request"}]}"#);
    assert!(!answer.headers.contains_key(header::WWW_AUTHENTICATE));
}

#[both_engines]
async fn responses_are_json_whatever_the_accept_header(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for accept in
        ["*/*", "text/html", "application/xml", "application/json, text/javascript, */*; q=0.01", "nonsense"]
    {
        for (token, status) in [("ada", 200), ("nobody", 401)] {
            let requested = request("/status_reports/901")
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::ACCEPT, accept);
            let answer = app.send(requested.body(Body::empty()).unwrap()).await;
            answer.has(status);
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json; charset=utf-8", "{accept}");
        }
    }
}

#[both_engines]
async fn every_response_has_a_request_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let name = async |given: Option<&str>| {
        let mut requested = request("/nowhere");
        if let Some(given) = given {
            requested = requested.header("x-request-id", given);
        }
        let answer = app.send(requested.body(Body::empty()).unwrap()).await;
        answer.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(name(Some("0f3a-Trace7")).await, "0f3a-Trace7");
    let long = "a".repeat(256);
    for refused in [None, Some(""), Some("a b"), Some("a\"b"), Some(&*long)] {
        let name = name(refused).await;
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    }
    assert_ne!(name(None).await, name(None).await);
}

#[both_engines]
async fn a_204_has_neither_body_nor_content_type(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.delete("ada", "/status_reports/901").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    for header in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        assert!(!answer.headers.contains_key(&header), "{header}");
    }
}

#[both_engines]
async fn a_json_suffix_and_a_trailing_slash_are_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/status_reports/901", "/workspace_status_changes/4077", "/status_reports"] {
        let expected = app.get("ada", path).await.text;
        for ending in [".json", "/", ".json/", "//"] {
            assert_eq!(app.get("ada", &format!("{path}{ending}")).await.text, expected, "{path}{ending}");
        }
    }
    let body = json!({"status_report": {"color": "red"}});
    app.put("ada", "/status_reports/901.json", &body).await.has(200);
    app.patch("ada", "/status_reports/901/", &body).await.has(200);
    app.delete("ada", "/status_reports/901.json").await.has(204);
}

#[both_engines]
async fn unknown_paths_and_methods_get_page_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let brew = Method::from_bytes(b"BREW").unwrap();
    let odd = [Method::OPTIONS, Method::TRACE, Method::CONNECT, brew];
    let collection = [Method::PUT, Method::PATCH, Method::DELETE];
    let all = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let cases: [(&str, &[Method]); 9] = [
        ("/status_reports", &collection),
        ("/workspace_status_changes", &collection),
        ("/status_reports/901", &[Method::POST]),
        ("/workspace_status_changes/4077", &[Method::POST, Method::PUT, Method::PATCH, Method::DELETE]),
        ("/status_reports/901/details", &all),
        ("/workspace_statuses", &all),
        ("/project_statuses.json", &all),
        ("", &all),
        ("/", &all),
    ];
    let before = app.export().await;
    for (path, methods) in cases {
        for method in methods.iter().chain(&odd) {
            app.call("ada", method.clone(), path, None).await.is_page_not_found();
            app.call("ada", method.clone(), path, Some(("application/json", "{"))).await.is_page_not_found();
            app.call("nobody", method.clone(), path, None).await.has(401);
        }
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn no_response_has_an_allow_header(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/api/v1/status_reports", "/healthz"] {
        let requested =
            Request::builder().method(Method::PUT).uri(path).header(header::AUTHORIZATION, "Bearer ada");
        let answer = app.send(requested.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.headers.get(header::ALLOW)), (404, None), "{path}");
    }
}
