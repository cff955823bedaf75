//! Stories of methods, charsets and headers as clients send them.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use macros::both_engines;
use serde_json::{Value, json};

use super::wire::send;
use crate::{Answer, Engine, TestApp};

const ADA: (&str, &str) = ("authorization", "Bearer ada");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const REPORT: &str = "/api/v1/status_reports/901";
const PROJECT: &str = "/api/v3/projects/53760";
const TIMELINE: &str = "/api/statuary/v1/workspaces/53760/timeline";

async fn request(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    send(app, method, path, headers, Vec::new()).await
}

#[both_engines]
async fn each_surface_answers_options_in_its_own_way(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("/api/v3/statuses", 204, "OPTIONS, GET, HEAD"),
        ("/api/v3/projects", 204, "OPTIONS, GET, HEAD, POST"),
        ("/api/v3/projects/schema", 204, "OPTIONS, GET, HEAD"),
        ("/api/v3/projects/form", 204, "OPTIONS, POST"),
        ("/api/v3/projects/53760/form", 204, "OPTIONS, POST"),
        (PROJECT, 204, "OPTIONS, GET, HEAD, PATCH"),
        (TIMELINE, 405, "GET,HEAD"),
        ("/api/v1/status_reports", 404, ""),
    ];
    for (path, status, allow) in cases {
        let answer = request(&app, "OPTIONS", path, &[ADA]).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (status, allow), "{path}");
    }
    for path in
        ["*", "/", "/login", "/healthz", "/api/v3/nothing", "/api/statuary/v1/nothing", "/oauth/token"]
    {
        for token in [&[ADA][..], &[]] {
            let answer = request(&app, "OPTIONS", path, token).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
    }
}

#[both_engines]
async fn head_has_the_headers_of_get(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // These headers differ in each response.
    let kept = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        for name in ["x-request-id", "content-security-policy", "set-cookie"] {
            headers.remove(name);
        }
        headers.remove(header::TRANSFER_ENCODING);
        (answer.status, headers)
    };
    for path in [
        REPORT,
        "/api/v1/status_reports",
        "/api/v1/workspace_status_changes",
        "/api/v1/workspaces/53760",
        "/api/v1/users/me",
        "/api/v1/subscribed_events",
        "/api/v1/nothing",
        PROJECT,
        "/api/v3",
        "/api/v3/projects",
        "/api/v3/statuses",
        "/api/v3/project_statuses/at_risk",
        "/api/v3/openapi.json",
        "/api/v3/nothing",
        TIMELINE,
        "/api/statuary/v1/me",
        "/api/statuary/v1/portfolio",
        "/api/statuary/v1/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/login",
        "/robots.txt",
        "/",
    ] {
        let (get, head) =
            (request(&app, "GET", path, &[ADA]).await, request(&app, "HEAD", path, &[ADA]).await);
        assert_eq!(head.text, "", "{path}");
        if path != "/metrics" {
            assert_eq!(kept(&head), kept(&get), "{path}");
        }
    }
}

#[both_engines]
async fn unknown_methods_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for method in ["TRACE", "CONNECT", "PROPFIND", "BREW", "get", "LINK"] {
        for (path, status) in [(REPORT, 404), (PROJECT, 404), (TIMELINE, 405)] {
            let answer = request(&app, method, path, &[ADA, ("content-type", "application/json")]).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        }
        for path in ["/", "/login", "/healthz", "/oauth/token", "/nothing"] {
            let answer = request(&app, method, path, &[]).await;
            assert!(!answer.status.is_success() && !answer.status.is_server_error(), "{method} {path}");
        }
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_method_cannot_be_overridden(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for method in ["DELETE", "PUT", "PATCH"] {
        let form = format!("_method={method}&status_report[color]=red").into_bytes();
        for path in [REPORT, PROJECT] {
            for headers in [vec![ADA, FORM], vec![ADA, FORM, ("x-http-method-override", method)]] {
                let answer = send(&app, Method::POST, path, &headers, form.clone()).await;
                assert!(matches!(answer.status.as_u16(), 404 | 415), "{method} {path}: {}", answer.text);
            }
        }
        // A GET stays a GET.
        let answer = request(
            &app,
            "GET",
            &format!("{REPORT}?_method={method}"),
            &[ADA, ("x-http-method-override", method)],
        )
        .await;
        assert_eq!(answer.status, 200, "{method:?}");
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn date_conditions_are_ignored_without_a_last_modified_time(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in [REPORT, "/api/v1/status_reports", PROJECT, "/api/v3/projects", "/api/statuary/v1/me"] {
        let plain = request(&app, "GET", path, &[ADA]).await;
        assert_eq!(plain.header("last-modified"), "", "{path}");
        for date in ["Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"] {
            for name in ["if-modified-since", "if-unmodified-since"] {
                let answer = request(&app, "GET", path, &[ADA, (name, date)]).await;
                assert_eq!(
                    (answer.status, &answer.text),
                    (plain.status, &plain.text),
                    "{path} {name} {date}"
                );
            }
        }
    }
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a letter of Latin 1")).collect()
}

fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[both_engines]
async fn text_is_utf_8_whatever_the_declared_charset(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let report = json!({"status_report": {"color": "red", "description": "Größe"}}).to_string();
    let project = json!({"name": "Größe"}).to_string();
    let cases = [
        (Method::PUT, REPORT, &report),
        (Method::PATCH, PROJECT, &project),
        (Method::POST, "/api/statuary/v1/users", &project),
    ];
    for (method, path, body) in &cases {
        let token = if path.contains("users") { ("authorization", "Bearer root") } else { ADA };
        for charset in ["", "; charset=iso-8859-1", "; charset=\"utf-16\"", "; charset=utf-8"] {
            let content_type = format!("application/json{charset}");
            for bytes in [latin_1(body), utf_16(body)] {
                let headers = [token, ("content-type", &*content_type)];
                let answer = send(&app, method.clone(), path, &headers, bytes).await;
                assert_eq!(answer.status.as_u16(), 400, "{path} {content_type}: {}", answer.text);
            }
        }
    }
    for charset in ["", "; charset=iso-8859-1", "; charset=windows-1252"] {
        let content_type = format!("application/x-www-form-urlencoded{charset}");
        for form in ["status_report[description]=Größe", "status_report[description]=Gr%F6%DFe"] {
            let headers = [ADA, ("content-type", &*content_type)];
            let answer = send(&app, Method::PUT, REPORT, &headers, latin_1(form)).await;
            answer.is_bad_request("invalid UTF-8");
        }
    }
    assert_eq!(app.export().await, before);
    for (method, path, body) in &cases[..2] {
        let headers = [ADA, ("content-type", "application/json; charset=ISO-8859-1")];
        let answer = send(&app, method.clone(), path, &headers, body.as_bytes().to_vec()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("Größe"), "{}", answer.text);
    }
}

#[both_engines]
async fn non_ascii_bytes_in_headers_are_harmless(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let odd = [&b"\xff\xfe"[..], b"\xc3\xa4", b"a\tb", b"\"", b";=,;", b""];
    let names = [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-encoding",
        "content-type",
        "cookie",
        "host",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "origin",
        "prefer",
        "range",
        "referer",
        "traceparent",
        "user-agent",
        "x-authentication-scheme",
        "x-forwarded-for",
        "x-request-id",
    ];
    for (method, path) in [
        (Method::GET, REPORT),
        (Method::POST, "/api/v1/status_reports"),
        (Method::PATCH, PROJECT),
        (Method::GET, "/api/v3/projects"),
        (Method::GET, TIMELINE),
        (Method::GET, "/login"),
        (Method::POST, "/login"),
    ] {
        for name in names {
            for value in odd {
                let mut request = Request::builder().method(method.clone()).uri(path);
                let headers = request.headers_mut().expect("a request");
                headers.insert("authorization", HeaderValue::from_static("Bearer ada"));
                headers.insert("content-type", HeaderValue::from_static("application/json"));
                headers.insert(name, HeaderValue::from_bytes(value).expect("a header"));
                let answer = app.send(request.body(Body::from("{}")).expect("a request")).await;
                assert!(
                    !answer.status.is_server_error(),
                    "{method} {path} {name} {value:?}: {}",
                    answer.text
                );
                if path.starts_with("/api/") {
                    let _: Value =
                        serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{}", answer.text));
                }
            }
        }
    }
}
