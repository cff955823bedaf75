//! Stories of request bodies, content codings and paths.

use std::io::Write;

use axum::body::Body;
use axum::http::{Method, Request, header};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp};
use service::body::LIMIT;

const REPORTS: &str = "/api/v1/status_reports";
const JSON: &str = "application/json";
const BOUNDARY: &str = "multipart/form-data; boundary=\"a b\"";

pub async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::from(body)).expect("a request")).await
}

async fn report(app: &TestApp, content_type: &str, coding: &str, body: Vec<u8>) -> Answer {
    let headers =
        [("authorization", "Bearer ada"), ("content-type", content_type), ("content-encoding", coding)];
    send(app, Method::POST, REPORTS, &headers, body).await
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::best());
    coder.write_all(text).expect("a text");
    coder.finish().expect("a text")
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut coder = ZlibEncoder::new(Vec::new(), Compression::fast());
    coder.write_all(text).expect("a text");
    coder.finish().expect("a text")
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut coder = DeflateEncoder::new(Vec::new(), Compression::fast());
    coder.write_all(text).expect("a text");
    coder.finish().expect("a text")
}

fn draft() -> Vec<u8> {
    json!({ "status_report": { "workspace_id": 53760, "color": "green", "description": "On plan" } })
        .to_string()
        .into_bytes()
}

#[both_engines]
async fn request_bodies_are_decompressed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let long = format!("{{\"status_report\":{{\"description\":\"{}\"}}}}", "x".repeat(LIMIT));
    let cases = [
        ("gzip", gzip(&draft()), 200),
        ("X-GZIP", gzip(&draft()), 200),
        ("identity, gzip", gzip(&draft()), 200),
        ("gzip", [gzip(&draft()[..9]), gzip(&draft()[9..])].concat(), 200),
        ("deflate", zlib(&draft()), 200),
        ("deflate", deflate(&draft()), 200),
        ("identity", draft(), 200),
        ("", draft(), 200),
        ("gzip", draft(), 400),
        ("gzip", gzip(&draft())[..40].to_vec(), 400),
        ("deflate", b"{\"nothing\": \"packed\"}".to_vec(), 400),
        ("gzip", gzip(long.as_bytes()), 413),
        ("deflate", zlib(long.as_bytes()), 413),
        ("br", draft(), 415),
        ("gzip, gzip", gzip(&gzip(&draft())), 415),
    ];
    for (coding, body, status) in cases {
        let answer = report(&app, JSON, coding, body).await;
        assert_eq!(answer.status, status, "{coding}: {}", answer.text);
        assert_eq!(
            answer.header("accept-encoding"),
            if status == 415 { "gzip, deflate" } else { "" },
            "{coding}"
        );
    }
}

/// The other surfaces, the OAuth endpoints and the pages decompress bodies, too, each with its own error format.
#[rstest]
#[tokio::test]
async fn every_surface_decompresses_request_bodies() {
    let app = crate::oauth::harbor(Engine::Sqlite).await;
    let form = "application/x-www-form-urlencoded";
    let cases = [
        (Method::PATCH, "/api/v3/projects/53760", JSON, json!({ "name": "Harbor" }).to_string(), 200),
        (Method::POST, "/login", form, "token=root".to_owned(), 303),
        (Method::POST, "/oauth/token", form, "grant_type=none".to_owned(), 401),
    ];
    for (method, path, content_type, body, status) in cases {
        for (coding, expected) in [("gzip", status), ("br", 415)] {
            let headers = [
                ("authorization", "Bearer root"),
                ("content-type", content_type),
                ("content-encoding", coding),
            ];
            let answer = send(&app, method.clone(), path, &headers, gzip(body.as_bytes())).await;
            assert_eq!(answer.status, expected, "{path} {coding}: {}", answer.text);
            assert_eq!(
                answer.header("accept-encoding"),
                if expected == 415 { "gzip, deflate" } else { "" },
                "{path}"
            );
        }
    }
}

fn parts(parts: &[(&str, &str)]) -> Vec<u8> {
    let part = |(head, text): &(&str, &str)| {
        format!("--a b\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
    };
    (parts.iter().map(part).collect::<String>() + "--a b--\r\n").into_bytes()
}

#[both_engines]
async fn multipart_forms_are_parsed_as_in_rails(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let fields = [
        ("name=\"status_report[workspace_id]\"", "53760"),
        ("name=\"status_report[color]\"", "yellow"),
        ("name=\"status_report[description]\"\r\nContent-Type: text/plain; charset=utf-8", "Two\r\nlines é"),
        ("name=\"status_report[details][][category]\"", "Scope"),
        ("name=\"status_report[details][][color]\"", "green"),
        ("name=\"status_report[details][][category]\"", "Budget"),
        ("name=\"status_report[details][][color]\"", "red"),
        ("name=\"nothing\"; filename=\"\"", ""),
    ];
    let made = report(&app, BOUNDARY, "", parts(&fields)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.object();
    assert_eq!(made["description"], "Two\r\nlines é");
    let details: Vec<_> =
        made["details"].as_array().expect("a list").iter().map(|one| &one["category"]).collect();
    assert_eq!(details, ["Scope", "Budget"]);

    let file = [fields[0], fields[1], ("name=\"status_report[description]\"; filename=\"a.txt\"", "a file")];
    let cases = [
        (parts(&file), 422, "can't be blank"),
        (parts(&[fields[0], ("name=\"status_report\"", "x")]), 400, "param is missing"),
        (parts(&fields)[..200].to_vec(), 400, "not multipart"),
        (
            b"--a b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xFF\r\n--a b--".to_vec(),
            400,
            "invalid UTF-8",
        ),
    ];
    for (body, status, message) in cases {
        let answer = report(&app, BOUNDARY, "", body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(message), "{}", answer.text);
    }
    let unbounded = report(&app, "multipart/form-data", "", parts(&fields)).await;
    assert_eq!(unbounded.status, 400, "{}", unbounded.text);
}

#[rstest]
#[tokio::test]
async fn the_token_endpoint_parses_multipart_forms() {
    let app = crate::oauth::harbor(Engine::Sqlite).await;
    let read = async |content_type: &str, body: Vec<u8>| {
        send(&app, Method::POST, "/oauth/token", &[("content-type", content_type)], body).await
    };
    let form =
        read("application/x-www-form-urlencoded", b"client_id=pocket&grant_type=nonsense".to_vec()).await;
    let multipart =
        read(BOUNDARY, parts(&[("name=client_id", "pocket"), ("name=\"grant_type\"", "nonsense")])).await;
    assert_eq!((multipart.status, multipart.text), (form.status, form.text));
    assert_ne!(multipart.status, 401);
}

#[rstest]
#[tokio::test]
async fn content_types_are_parsed_as_in_rails() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let marked = [b"\xEF\xBB\xBF".to_vec(), draft()].concat();
    let form =
        b"status_report[workspace_id]=53760&status_report%5Bcolor%5D=green&status_report[description]=a+b%2B"
            .to_vec();
    let cases = [
        ("application/json", draft(), 200),
        ("APPLICATION/JSON;charset=UTF-8", draft(), 200),
        ("text/x-json", draft(), 200),
        ("application/json", marked, 200),
        ("application/json", b"{\"status_report\":{\"color\":\"x\"},\"status_report\":{\"workspace_id\":53760,\"color\":\"green\",\"description\":\"d\"}}".to_vec(), 200),
        ("application/json", b"[]".to_vec(), 400),
        ("application/json", Vec::new(), 400),
        ("application/json", b"{\"status_report\":{\"color\":\"\xE9\"}}".to_vec(), 400),
        ("text/plain", draft(), 400),
        ("application/x-www-form-urlencoded", form.clone(), 200),
        ("application/x-www-form-urlencoded; charset=utf-8", form.clone(), 200),
        ("", form, 200),
    ];
    for (content_type, body, status) in cases {
        let answer = report(&app, content_type, "", body).await;
        assert_eq!(answer.status, status, "{content_type}: {}", answer.text);
    }
}

#[both_engines]
async fn kantata_responses_are_compressed_on_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let get = async |method: Method, path: &str, accept: &str, tag: &str| {
        let mut headers = vec![("authorization", "Bearer ada"), ("if-none-match", tag)];
        if !accept.is_empty() {
            headers.push(("accept-encoding", accept));
        }
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (parts, body) = app.raw(request).await;
        (parts, body)
    };
    for path in ["/api/v1", "/api/v1/nothing", "/api/v1/users", "/api/v1/status_reports/907"] {
        let (packed, _) = get(Method::GET, path, "gzip", "\"x\"").await;
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip", "{path}");
    }
    let one = "/api/v1/status_reports/907?include=creator";
    // The third response comes from the cache.
    for _ in 0..3 {
        let (plain, whole) = get(Method::GET, one, "", "\"x\"").await;
        let (packed, body) = get(Method::GET, one, "gzip", "\"x\"").await;
        assert!(!plain.headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
        assert!(
            packed.headers[header::VARY].to_str().expect("a text").eq_ignore_ascii_case("accept-encoding")
        );
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&body[..]), &mut text).expect("gzip");
        assert_eq!(text, whole);
        let tag = plain.headers[header::ETAG].to_str().expect("a text");
        let weak = packed.headers[header::ETAG].to_str().expect("a text");
        assert_eq!(weak, format!("W/{tag}"));
        for known in [tag, weak] {
            let (same, body) = get(Method::GET, one, "gzip", known).await;
            assert_eq!((same.status.as_u16(), body.len()), (304, 0), "{known:?}");
        }
        let (head, body) = get(Method::HEAD, one, "gzip", "\"x\"").await;
        assert_eq!((head.status.as_u16(), body.len()), (200, 0));
    }
    for (accept, coding) in [
        ("deflate", "deflate"),
        ("gzip;q=0", ""),
        ("br", ""),
        ("gzip;q=0.1, deflate;q=0.5", "deflate"),
        ("*", "gzip"),
    ] {
        let (parts, _) = get(Method::GET, one, accept, "\"x\"").await;
        let given =
            parts.headers.get(header::CONTENT_ENCODING).map_or("", |value| value.to_str().expect("a text"));
        assert_eq!(given, coding, "{accept}");
    }
}

#[rstest]
#[tokio::test]
async fn percent_encoded_letters_are_decoded() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    for (path, status) in [
        ("/api/v1/status%5Freports/907.json", 200),
        ("/api/v1/status%5freports%2Ejson", 200),
        ("/api/v3/projects/%35%33760", 200),
        ("/api/statuary/v1/status%5Fkeys", 200),
        ("/%68ealthz", 200),
        ("/api/v1%2Fstatus_reports", 404),
        ("/api/v1/status_reports/907%2E%2E", 404),
        ("/api/v1/status_reports/%2e%2e/users", 404),
        ("/api/v1/status_reports/%00", 404),
    ] {
        let answer = send(&app, Method::GET, path, &[("authorization", "Bearer ada")], Vec::new()).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[rstest]
#[tokio::test]
async fn a_duplicate_parameter_is_reported() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let path = "/api/statuary/v1/portfolio?weeks=1&limit=5&w%65eks=2";
    let answer = send(&app, Method::GET, path, &[("authorization", "Bearer ada")], Vec::new()).await;
    let expected: Value = json!([{ "detail": "is there more than once", "parameter": "weeks" }]);
    assert_eq!((answer.status.as_u16(), &answer.json()["errors"]), (400, &expected));
    // The last one counts, as in Rails.
    let answer = send(
        &app,
        Method::GET,
        "/api/v1/users?per_page=1&per_page=2",
        &[("authorization", "Bearer ada")],
        Vec::new(),
    )
    .await;
    assert_eq!(answer.json()["meta"]["page_size"], 2);
}

#[rstest]
#[tokio::test]
async fn robots_txt_disallows_everything() {
    let app = TestApp::empty(Engine::Sqlite).await;
    let answer = send(&app, Method::GET, "/robots.txt", &[], Vec::new()).await;
    assert_eq!((answer.status.as_u16(), &*answer.text), (200, "User-agent: *\nDisallow: /\n"));
}
