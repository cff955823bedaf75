//! Conventions of every response: `docs/contracts/openproject.md#requests`, `docs/contracts/openproject.md#responses`,
//! `docs/contracts/openproject.md#unsupported-methods`, `docs/contracts/openproject.md#unusual-status-ids` and
//! `docs/contracts/openproject.md#content-type`.

use std::io::{Read, Write};

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;
use http_body_util::BodyExt;
use macros::both_engines;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use tower::ServiceExt;

use super::{HAL, NO_CREDENTIALS, SERVICE_DESC, basic, error};
use crate::{Answer, Engine, TestApp};

const JSON: &str = "application/json; charset=utf-8";
const ADA: (&str, &str) = ("authorization", "Bearer ada");

#[both_engines]
async fn responses_are_hal_whatever_the_accept_header(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for accept in ["*/*", "application/json", "application/hal+json", "text/html", "image/png", "bogus", ""] {
        // Clients send a content type even without a body.
        let headers = [ADA, ("accept", accept), ("content-type", "application/json")];
        for (path, status) in [("/statuses", 200), ("/statuses/999", 404)] {
            let answer = app.v3(Method::GET, path, &headers, "").await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, HAL), "{accept}");
            assert_eq!(answer.header("link"), SERVICE_DESC, "{accept:?} {path:?}");
            assert_eq!(
                answer.header("cache-control"),
                "max-age=0, private, must-revalidate",
                "{accept:?} {path:?}"
            );
            assert_eq!(answer.header("vary").to_ascii_lowercase(), "accept-encoding", "{accept:?} {path:?}");
        }
    }
}

#[both_engines]
async fn format_json_gets_the_same_as_json(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let paths =
        ["/statuses", "/statuses/1", "/statuses/999", "/project_statuses/at_risk", "/projects", "/no/such"];
    for path in paths {
        let hal = app.v3_get("ada", path).await;
        for spelling in
            [format!("{path}.json"), format!("{path}?format=json"), format!("{path}.json?format=json")]
        {
            let json = app.v3_get("ada", &spelling).await;
            assert_eq!((json.status, &json.text), (hal.status, &hal.text), "{spelling}");
            assert_eq!(
                (json.header("content-type"), json.header("etag")),
                (JSON, hal.header("etag")),
                "{path:?}"
            );
        }
        for spelling in ["format=hal%2Bjson", "format=hal+json", "format="] {
            let same = app.v3_get("ada", &format!("{path}?{spelling}")).await;
            assert_eq!((same.header("content-type"), &same.text), (HAL, &hal.text), "{path:?} {spelling:?}");
        }
    }
}

#[both_engines]
async fn other_formats_are_refused_as_plain_text_before_other_checks(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["ada", "olaf", ""] {
        for path in ["/statuses", "/no/such"] {
            let answer = app.v3_get(token, &format!("{path}?format=xml")).await;
            answer.is_plain_text(406, "The requested format 'xml' is not supported.");
        }
    }
}

#[both_engines]
async fn extra_slashes_are_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let same = [
        ("/api/v3", "/api/v3/"),
        ("/api/v3", "//api//v3//"),
        ("/api/v3/statuses", "/api/v3/statuses/"),
        ("/api/v3/statuses", "//api/v3/statuses"),
        ("/api/v3/statuses", "/api//v3///statuses//"),
        ("/api/v3/statuses/1", "/api/v3/statuses//1/"),
    ];
    for (path, spelling) in same {
        let get = async |path: &str| {
            let request = Request::builder().uri(path).header("authorization", basic("ada"));
            app.send(request.body(Body::empty()).expect("a request")).await
        };
        let (one, other) = (get(path).await, get(spelling).await);
        assert_eq!((other.status.as_u16(), &other.text), (200, &one.text), "{spelling}");
    }
}

#[both_engines]
async fn unknown_paths_and_methods_are_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let paths = [
        "/no/such/path",
        "/wiki_pages",
        "/project_statuses",
        "/project_statuses/",
        "/project_statuses/On_Track",
        "/project_statuses/5",
        "/project_statuses/%FF",
        "/users",
        "/statuses/1/2",
        "/Statuses",
        "/projects/53760/statuses",
    ];
    for path in paths {
        app.v3_get("ada", path).await.is_not_found();
    }
    // With and without permission.
    app.v3_get("olaf", "/no/such/path").await.is_not_found();
}

#[both_engines]
async fn writes_check_credentials_then_content_type_then_path(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let served = [
        (Method::POST, "/statuses"),
        (Method::PATCH, "/statuses/1"),
        (Method::POST, "/projects"),
        (Method::PATCH, "/projects/53760"),
    ];
    let unserved = [
        (Method::PUT, "/statuses"),
        (Method::PATCH, "/statuses"),
        (Method::PUT, "/statuses/1"),
        (Method::POST, "/statuses/1"),
        (Method::POST, "/project_statuses/on_track"),
        (Method::POST, ""),
        (Method::PUT, "/projects/53760"),
        (Method::POST, "/users/me"),
        (Method::PATCH, "/no/such"),
    ];
    let not_supported = |given: &str| {
        let expected = "Expected CONTENT-TYPE to be 'application/json application/hal+json' but got";
        error("TypeNotSupported", &format!("{expected} '{given}'."), None)
    };
    for (method, path) in served.iter().chain(&unserved) {
        let send = async |headers: &[(&str, &str)]| app.v3(method.clone(), path, headers, "{").await;
        send(&[("content-type", "text/plain")]).await.is_refusal(401, "Unauthenticated", NO_CREDENTIALS);
        send(&[ADA]).await.is_plain_text(406, "Missing content-type header");
        for (given, reported) in [
            ("text/plain", "text/plain"),
            ("Text/XML; charset=utf-8", "Text/XML"),
            ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
            ("", ""),
            ("application/jsonp", "application/jsonp"),
        ] {
            send(&[ADA, ("content-type", given)]).await.is_hal_error(415, &not_supported(reported));
        }
    }
    for (method, path) in unserved {
        for given in ["application/json", "application/hal+json", "APPLICATION/JSON; charset=utf-8"] {
            let answer = app.v3(method.clone(), path, &[ADA, ("content-type", given)], "{").await;
            answer.is_not_found();
            assert_eq!(answer.header("allow"), "", "{method:?} {path:?} {given:?}");
        }
    }
    for (method, path) in served {
        for given in ["application/json", "application/hal+json", "APPLICATION/JSON; charset=utf-8"] {
            let headers = [("authorization", "Bearer root"), ("content-type", given)];
            let answer = app.v3(method.clone(), path, &headers, "{").await;
            let parser = json!({"parseError": "EOF while parsing an object at line 1 column 1"});
            let message = "The request could not be parsed as JSON.";
            answer.is_hal_error(400, &error("InvalidRequestBody", message, Some(&parser)));
        }
    }
}

#[both_engines]
async fn a_delete_needs_no_content_type(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["", "/statuses", "/statuses/bogus", "/projects/53760", "/users/2545", "/no/such"] {
        app.v3_delete("ada", path).await.is_not_found();
        app.v3(Method::DELETE, path, &[], "").await.is_refusal(401, "Unauthenticated", NO_CREDENTIALS);
    }
    let headers = [("authorization", "Bearer root"), ("content-type", "text/plain")];
    assert_eq!(app.v3(Method::DELETE, "/statuses/2", &headers, "").await.status, 204);
}

#[both_engines]
async fn options_lists_the_methods_without_credentials(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let read = "OPTIONS, GET, HEAD";
    let paths = [
        ("", read),
        ("/statuses", read),
        ("/statuses/1", read),
        ("/project_statuses/on_track", read),
        ("/projects", "OPTIONS, GET, HEAD, POST"),
        ("/projects/53760", "OPTIONS, GET, HEAD, PATCH"),
        ("/projects/schema", read),
        ("/users/me", read),
        ("/users/2545", read),
        ("/configuration", read),
    ];
    for (path, methods) in paths {
        let answer = app.v3(Method::OPTIONS, path, &[("origin", "https://elsewhere.example")], "").await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (204, ""), "{path}");
        assert_eq!(
            (answer.header("allow"), answer.header("link")),
            (methods, SERVICE_DESC),
            "{path:?} {methods:?}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path:?} {methods:?}");
    }
    let answer = app.v3(Method::OPTIONS, "/no/such", &[], "").await;
    answer.is_refusal(401, "Unauthenticated", NO_CREDENTIALS);
}

#[both_engines]
async fn head_is_get_without_its_body(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (path, token) in [
        ("", "ada"),
        ("/statuses", "ada"),
        ("/statuses/999", "ada"),
        ("/statuses", "olaf"),
        ("/statuses", "nobody's"),
        ("/no/such", "ada"),
        ("/projects", "ada"),
    ] {
        let headers = [("authorization", &*basic(token))];
        let get = app.v3(Method::GET, path, &headers, "").await;
        let head = app.v3(Method::HEAD, path, &headers, "").await;
        assert_eq!((head.status, &*head.text), (get.status, ""), "{path}");
        for name in ["content-type", "link", "etag", "cache-control", "vary", "www-authenticate"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[both_engines]
async fn a_matching_etag_gets_an_empty_304(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let tag = app.v3_get("ada", "/statuses").await.header("etag").to_owned();
    assert_eq!(tag, app.v3_get("bo", "/statuses").await.header("etag"));
    assert_ne!(tag, app.v3_get("zoe", "/statuses").await.header("etag"));
    let strong = tag.trim_start_matches("W/").to_owned();
    let list = format!("\"other\", {tag}");
    for requested in [&*tag, &strong, &list, "*"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = app.v3(method, "/statuses", &[ADA, ("if-none-match", requested)], "").await;
            assert_eq!((answer.status.as_u16(), &*answer.text), (304, ""), "{requested}");
            assert_eq!((answer.header("etag"), answer.header("link")), (&*tag, SERVICE_DESC), "{answer}");
            assert_eq!(answer.header("content-type"), "", "{answer}");
        }
    }
    for requested in ["\"other\"", "", "W/"] {
        let answer = app.v3(Method::GET, "/statuses", &[ADA, ("if-none-match", requested)], "").await;
        assert_eq!(answer.status, 200, "{requested}");
    }
    // Errors and credentials are checked first.
    let requested = ("if-none-match", "*");
    app.v3(Method::GET, "/statuses/999", &[ADA, requested], "").await.is_not_found();
    assert_eq!(app.v3(Method::GET, "/statuses", &[requested], "").await.status, 401);
}

#[both_engines]
async fn responses_are_compressed_if_accepted(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let plain = app.v3_get("ada", "/statuses").await;
    assert_eq!(plain.header("content-encoding"), "");
    for encoding in ["gzip", "deflate"] {
        let request = Request::builder().uri("/api/v3/statuses").header("accept-encoding", encoding);
        let request = request.header("authorization", basic("ada")).body(Body::empty()).expect("a request");
        let response = app.service().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let packed = body.collect().await.expect("a body").to_bytes();
        let mut text = String::new();
        let read = match encoding {
            "gzip" => GzDecoder::new(&packed[..]).read_to_string(&mut text),
            _ => ZlibDecoder::new(&packed[..]).read_to_string(&mut text),
        };
        read.expect("a packed text");
        let unpacked = Answer {
            request: encoding.to_owned(),
            status: parts.status,
            headers: parts.headers,
            text,
            bytes: axum::body::Bytes::new(),
        };
        unpacked.shows_hal(200, &plain.text);
        assert_eq!(
            (unpacked.header("content-encoding"), unpacked.header("vary")),
            (encoding, "Accept-Encoding"),
            "{encoding:?}"
        );
    }
}

/// The value of `eprops`.
fn compressed(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[both_engines]
async fn eprops_can_contain_parameters(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let plain = app.v3_get("max", "/projects?pageSize=1&offset=2").await;
    let bytes = compressed(br#"{"pageSize": 1, "offset": "2"}"#);
    let standard = BASE64_STANDARD.encode(&bytes);
    for eprops in [percent_encoded(&standard), percent_encoded(&BASE64_URL_SAFE.encode(&bytes)), standard] {
        app.v3_get("max", &format!("/projects?eprops={eprops}")).await.shows_hal(200, &plain.text);
        // It overrides other parameters.
        let both = app.v3_get("max", &format!("/projects?offset=1&eprops={eprops}")).await;
        both.shows_hal(200, &plain.text);
    }
    let json = percent_encoded(&BASE64_STANDARD.encode(compressed(br#"{"format": "json"}"#)));
    let answer = app.v3_get("max", &format!("/statuses?eprops={json}")).await;
    assert_eq!(answer.header("content-type"), JSON);
}

#[both_engines]
async fn malformed_eprops_are_refused_before_credentials_are_checked(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let bomb = [b"{\"a\":\"".to_vec(), vec![b'x'; 4 * 1024 * 1024], b"\"}".to_vec()].concat();
    let encode = |bytes: &[u8]| percent_encoded(&BASE64_STANDARD.encode(bytes));
    let cases = [
        ("!!!".into(), "invalid gzip: "),
        (String::new(), "invalid gzip: "),
        (encode(b"not packed"), "invalid gzip: "),
        (encode(&compressed(b"no JSON")), "invalid json: "),
        (encode(&compressed(b"[1]")), "invalid json: "),
        (encode(&compressed(b"\xff")), "invalid json: "),
        (encode(&compressed(&bomb)), "invalid json: "),
    ];
    for (eprops, reason) in cases {
        for (token, path) in [("ada", "/statuses"), ("", "/projects"), ("", "/no/such")] {
            let answer = app.v3_get(token, &format!("{path}?eprops={eprops}")).await;
            let message = answer.json()["message"].as_str().expect("a message").to_owned();
            assert!(message.starts_with(&format!("Bad request: eprops is {reason}")), "{message}");
            answer.is_refusal(400, "BadRequest", &message);
        }
    }
}

#[both_engines]
async fn a_malformed_url_is_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("a=%zz", "invalid %-encoding"),
        ("a=%FF", "invalid UTF-8"),
        ("a=1&a[b]=2", "conflicting shapes for parameter `a`"),
        ("a=%00", "a text contains a null byte"),
    ];
    for (query, reason) in cases {
        let answer = app.v3_get("ada", &format!("/projects?{query}")).await;
        answer.is_refusal(400, "BadRequest", &format!("Bad request: {reason}"));
    }
}

#[both_engines]
async fn cors_allows_only_the_configured_origins(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let origin = ("origin", "https://board.example");
    assert_eq!(
        app.v3(Method::GET, "/statuses", &[ADA, origin], "").await.header("access-control-allow-origin"),
        ""
    );
    let app = app.set(|settings| settings.cors_origins = vec!["https://board.example".into()]);
    let answer = app.v3(Method::GET, "/statuses", &[ADA, origin], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://board.example");
    let answer = app.v3(Method::GET, "/statuses", &[ADA, ("origin", "https://other.example")], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[both_engines]
async fn internal_errors_reveal_no_details(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.by_hand("alter table statuses rename to hidden_statuses").await;
    for path in ["/statuses", "/statuses/1"] {
        let answer = app.v3_get("ada", path).await;
        answer.is_refusal(500, "InternalServerError", "An internal error has occurred.");
    }
    let answer = app.v3_post("root", "/statuses", &json!({"name": "New"})).await;
    answer.is_refusal(500, "InternalServerError", "An internal error has occurred.");
}
