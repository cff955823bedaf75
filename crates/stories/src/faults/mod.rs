//! Stories of injected faults.

mod files;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Answer, Engine, TestApp};
use service::faults::{Fault, Faults, file};
use service::settings::Settings;

/// Parses a fault file.
fn faults(text: &str) -> Faults {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("a text");
    file::read(file.path()).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The harbor with a fault file.
async fn harbor(engine: Engine, text: &str) -> TestApp {
    let mut harbor = TestApp::harbor(engine).await;
    let faults = Some(Arc::new(faults(text)));
    harbor.rebuild(|app| app.settings(Settings { faults, ..Settings::default() }));
    harbor
}

fn request(token: &str, method: &str, path: &str, fault: Option<&str>, body: &Value) -> Request<Body> {
    let mut request =
        Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    if let Some(fault) = fault {
        request = request.header("x-statuary-fault", fault);
    }
    if body.is_null() {
        return request.body(Body::empty()).expect("a request");
    }
    request.header("content-type", "application/json").body(body.to_string().into()).expect("a request")
}

async fn get(app: &TestApp, token: &str, path: &str, fault: Option<&str>) -> Answer {
    app.send(request(token, "GET", path, fault, &Value::Null)).await
}

/// Sends a request whose response may be cut off. Returns the head, the received part of the body, and whether it
/// was cut off.
async fn receive_partially(app: &TestApp, request: Request<Body>) -> (u16, HeaderMap, String, bool) {
    let response: Response<Body> = app.service().oneshot(request).await.expect("an answer");
    let (parts, mut body) = response.into_parts();
    let mut text = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => text.extend_from_slice(&frame.into_data().expect("no trailers")),
            Err(_) => {
                return (parts.status.as_u16(), parts.headers, String::from_utf8(text).expect("UTF-8"), true);
            }
        }
    }
    (parts.status.as_u16(), parts.headers, String::from_utf8(text).expect("UTF-8"), false)
}

fn fault_header(answer: &Answer) -> Option<&str> {
    answer.headers.get("x-statuary-fault").map(|name| name.to_str().expect("a text"))
}

fn report(description: &str) -> Value {
    json!({"status_report": {"workspace_id": "53760", "color": "green", "description": description}})
}

async fn count_of_reports(app: &TestApp) -> i64 {
    app.get("root", "/status_reports?workspace_id=53760").await.meta().0
}

#[rstest]
#[case("429", 429, "Too many requests. Please try again later.", "TooManyRequests", "Too many requests")]
#[case(
    "503",
    503,
    "The service is unavailable. Please try again later.",
    "InternalServerError",
    "Temporarily unavailable"
)]
#[case("504", 504, "The request took too long.", "InternalServerError", "Timed out")]
#[case(
    "506",
    400,
    "x-statuary-fault: `506` is not a fault; the faults are 429, 503, 504, delay=2s, cut, cut-body, stale and ok",
    "BadRequest",
    "Unreadable request"
)]
#[tokio::test]
async fn each_surface_formats_a_fault_in_its_own_error_format(
    #[case] fault: &str,
    #[case] status: u16,
    #[case] message: &str,
    #[case] identifier: &str,
    #[case] title: &str,
) {
    let app = harbor(Engine::Sqlite, "").await;
    let named_as = (status != 400).then_some(fault);
    let retry_after = (status == 429).then_some("1");
    let check = |answer: &Answer, content_type: &str| {
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert_eq!(fault_header(answer), named_as);
        assert_eq!(answer.headers["content-type"], content_type);
        assert_eq!(
            answer.headers.get("retry-after").map(|value| value.to_str().expect("a text")),
            retry_after
        );
        assert!(answer.headers.contains_key("x-request-id"), "{answer:?}");
    };

    let kantata = get(&app, "ada", "/api/v1/status_reports/907.json", Some(fault)).await;
    check(&kantata, "application/json; charset=utf-8");
    assert_eq!(kantata.json(), json!({"errors": [{"type": "system", "message": message}]}));

    let open_project = get(&app, "ada", "/api/v3/statuses", Some(fault)).await;
    check(&open_project, "application/hal+json; charset=utf-8");
    let identifier = format!("urn:openproject-org:api:v3:errors:{identifier}");
    let expected = json!({"_type": "Error", "errorIdentifier": identifier, "message": message});
    assert_eq!(open_project.json(), expected);
    assert!(open_project.headers.contains_key("link"), "{open_project:?}");

    let own = get(&app, "ada", "/api/statuary/v1/anything", Some(fault)).await;
    check(&own, "application/problem+json");
    let problem = own.json();
    assert_eq!(problem["title"], title);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["detail"], message);
    assert!(problem["instance"].is_string(), "{problem}");

    let page = get(&app, "ada", "/setup/secret", Some(fault)).await;
    check(&page, "text/html; charset=utf-8");
    assert!(
        page.text.contains(&message.replace('`', "&#96;")) || page.text.contains(message),
        "{}",
        page.text
    );

    let elsewhere = get(&app, "ada", "/assets/style.css", Some(fault)).await;
    check(&elsewhere, "text/plain; charset=utf-8");
    assert_eq!(elsewhere.text, format!("{message}\n"));
}

#[rstest]
#[tokio::test]
async fn without_the_setting_no_request_can_cause_a_fault() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    for fault in ["503", "cut", "no fault at all"] {
        let answer = get(&app, "ada", "/api/v1/users/me", Some(fault)).await;
        assert_eq!((answer.status.as_u16(), fault_header(&answer)), (200, None), "{fault:?}");
    }
}

#[rstest]
#[tokio::test]
async fn probes_and_metrics_are_exempt_from_faults() {
    let app = harbor(Engine::Sqlite, "[[rule]]\npath = '/*'\nfault = '503'").await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = get(&app, "nobody", path, Some("503")).await;
        assert_eq!((answer.status.as_u16(), fault_header(&answer)), (200, None), "{path:?}");
    }
    assert_eq!(get(&app, "ada", "/api/v1/users/me", None).await.status.as_u16(), 503);
}

#[both_engines]
#[case::too_many("429", false)]
#[case::unavailable("503, retry-after=7", false)]
#[case::timed_out("504", false)]
#[case::cut("cut", false)]
#[case::timed_out_and_done("504,done", true)]
#[case::cut_in_the_middle("cut-body", true)]
async fn each_fault_defines_whether_the_write_takes_effect(
    engine: Engine,
    #[case] fault: &str,
    #[case] is_done: bool,
) {
    let app = harbor(engine, "").await;
    let before = count_of_reports(&app).await;
    let post = request("ada", "POST", "/api/v1/status_reports", Some(fault), &report("Is it there?"));
    let (status, headers, body, broke) = receive_partially(&app, post).await;
    assert_eq!(broke, fault.starts_with("cut"), "{status} {headers:?} {body}");
    assert_eq!(count_of_reports(&app).await - before, i64::from(is_done));
    match fault {
        "cut" => assert_eq!(body, ""),
        "cut-body" => {
            let whole: usize = headers["content-length"].to_str().expect("a text").parse().expect("a number");
            assert!(body.starts_with("{\"count\":1") && body.len() == whole / 2, "{whole} {body}");
            assert_eq!(headers["x-statuary-fault"], "cut-body");
        }
        "503, retry-after=7" => assert_eq!(headers["retry-after"], "7"),
        _ => assert_eq!(headers["x-statuary-fault"], fault),
    }
}

#[both_engines]
async fn a_response_without_a_body_is_cut_off_after_its_request_took_effect(engine: Engine) {
    let app = harbor(engine, "").await;
    let delete = request("ada", "DELETE", "/api/v1/status_reports/907", Some("cut-body"), &Value::Null);
    let (_, _, body, broke) = receive_partially(&app, delete).await;
    assert!(broke && body.is_empty());
    app.get("ada", "/status_reports/907").await.has(404);
    let head = request("ada", "HEAD", "/api/v1/status_reports/901", Some("cut"), &Value::Null);
    let (status, headers, _, broke) = receive_partially(&app, head).await;
    assert!(status == 200 && !broke && !headers.contains_key("x-statuary-fault"), "{headers:?}");
}

#[both_engines]
async fn a_stale_response_is_an_earlier_response_to_the_same_caller(engine: Engine) {
    let app = harbor(engine, "").await;
    let path = "/api/v1/status_reports/907";
    let before = get(&app, "ada", path, None).await;
    let put = app.put("bo", "/status_reports/907", &json!({"status_report": {"color": "red"}})).await;
    assert_eq!(put.object()["color"], "red");

    let stale = get(&app, "ada", &format!("{path}.json"), Some("stale")).await;
    assert_eq!((stale.text.as_str(), fault_header(&stale)), (before.text.as_str(), Some("stale")));
    let never_asked = get(&app, "bo", path, Some("stale")).await;
    assert_eq!((&never_asked.object()["color"], fault_header(&never_asked)), (&json!("red"), None));
    let present = get(&app, "ada", path, None).await;
    assert_eq!(present.object()["color"], "red");
    let stale = get(&app, "ada", path, Some("stale")).await;
    assert_eq!(stale.object()["color"], "yellow", "the last answer that was another one");

    app.delete("ada", "/status_reports/907").await.has(204);
    let stale = get(&app, "ada", path, Some("stale")).await;
    assert_eq!((&stale.object()["color"], fault_header(&stale)), (&json!("red"), Some("stale")));
}

#[both_engines]
async fn stale_responses_are_not_served_after_access_is_revoked(engine: Engine) {
    let app = harbor(engine, "").await;
    let token = json!({"kind": "token", "id": 99, "user_id": 2545, "name": "short",
        "sha256": hex::encode(domain::auth::digest("short")), "expires_at": "2026-02-17T00:00:00Z"});
    app.import(&token.to_string()).await.expect("an archive");
    assert_eq!(get(&app, "short", "/api/v1/users/me", None).await.status.as_u16(), 200);
    app.wait_until("2026-02-17T00:00:00Z");
    let refused = get(&app, "short", "/api/v1/users/me", Some("stale")).await;
    assert_eq!((refused.status.as_u16(), fault_header(&refused)), (401, None));
}

#[rstest]
#[tokio::test]
async fn a_matching_etag_does_not_prevent_a_stale_response() {
    let app = harbor(Engine::Sqlite, "").await;
    let path = "/api/v3/projects/53760";
    let before = get(&app, "ada", path, None).await;
    let put = json!({"workspace": {"title": "Renamed"}});
    assert_eq!(app.put("ada", "/workspaces/53760", &put).await.object()["title"], "Renamed");
    let present = get(&app, "ada", path, None).await;
    let mut requested = request("ada", "GET", path, Some("stale"), &Value::Null);
    requested.headers_mut().insert("if-none-match", present.headers["etag"].clone());
    let stale = app.send(requested).await;
    assert_eq!(
        (stale.text.as_str(), &stale.headers["etag"]),
        (before.text.as_str(), &before.headers["etag"])
    );
}

#[rstest]
#[tokio::test]
async fn a_sequence_advances_by_request_and_ends_or_repeats(#[values(true, false)] repeat: bool) {
    let text = format!(
        "[[rule]]\nmethod = 'GET'\npath = '/api/v1/users/{{id}}'\nscript = ['ok', '503', '429']\nrepeat = {repeat}"
    );
    let app = harbor(Engine::Sqlite, &text).await;
    let mut seen = Vec::new();
    for path in ["2545", "2551.json", "2545", "2545", "2545"] {
        seen.push(get(&app, "ada", &format!("/api/v1/users/{path}"), None).await.status.as_u16());
        // Requests to other routes and methods have no fault and do not advance the sequence.
        for (method, other) in [("GET", "me"), ("POST", "2545"), ("GET", "")] {
            let other = request("ada", method, &format!("/api/v1/users/{other}"), None, &Value::Null);
            assert_eq!(fault_header(&app.send(other).await), None, "{path:?} {method:?}");
        }
    }
    assert_eq!(seen, if repeat { [200, 503, 429, 200, 503] } else { [200, 503, 429, 200, 200] });
}

#[rstest]
#[tokio::test]
async fn the_request_header_takes_precedence_over_the_file() {
    let app = harbor(Engine::Sqlite, "[[rule]]\npath = '/api/v1/*'\nfault = '503'").await;
    assert_eq!(get(&app, "ada", "/api/v1/users/me", Some("ok")).await.status.as_u16(), 200);
    assert_eq!(get(&app, "ada", "/api/v1/users/me", Some("504")).await.status.as_u16(), 504);
    assert_eq!(get(&app, "ada", "/api/v1/users/me", None).await.status.as_u16(), 503);
}

#[test]
fn shares_are_accurate_and_reproducible_with_a_seed() {
    let walk = |seed: u64| {
        let text = format!(
            "seed = {seed}\n[[rule]]\npath = '/a'\nfault = '503'\nshare = 0.25\n\
             [[rule]]\npath = '/a'\nfault = '429'\nshare = 0.5"
        );
        let faults = faults(&text);
        (0..1000).map(|_| faults.next("GET", "/a", "/a").to_string()).collect::<Vec<_>>()
    };
    let seen = walk(7);
    assert_eq!(seen, walk(7));
    assert_ne!(seen, walk(8));
    let count = |name: &str| seen.iter().filter(|seen| *seen == name).count();
    assert!((200..300).contains(&count("503")), "{}", count("503"));
    // Half of the requests that the first rule does not match.
    assert!((325..425).contains(&count("429")), "{}", count("429"));
}

#[tokio::test(start_paused = true)]
async fn a_delay_takes_exactly_as_long_as_configured() {
    let faults = faults("");
    let start = tokio::time::Instant::now();
    faults.wait(Duration::from_mins(3)).await;
    assert_eq!(start.elapsed(), Duration::from_mins(3));
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_delays() {
    let faults = Arc::new(faults(""));
    let start = tokio::time::Instant::now();
    let waiting = {
        let faults = faults.clone();
        tokio::spawn(async move { faults.wait(Duration::from_mins(3)).await })
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    faults.stop();
    waiting.await.expect("no panic");
    faults.wait(Duration::from_mins(3)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

#[tokio::test]
async fn a_delayed_response_names_its_delay() {
    let app = harbor(Engine::Sqlite, "").await;
    let late = get(&app, "ada", "/api/v1/users/me", Some("delay=1ms")).await;
    assert_eq!((late.status.as_u16(), fault_header(&late)), (200, Some("delay=1ms")));
    let late = get(&app, "ada", "/api/v1/users/me", Some(" delay=2ms , 503 ")).await;
    assert_eq!((late.status.as_u16(), fault_header(&late)), (503, Some("delay=2ms,503")));
}

#[rstest]
#[case("ok", "ok")]
#[case("429,retry-after=5", "429")]
#[case("delay=1m 30s", "delay=90s")]
#[case("delay=1.5s,cut", "delay=1500ms,cut")]
#[case("504, done", "504,done")]
#[case("delay=3m,stale", "delay=180s,stale")]
fn a_fault_is_parsed_and_named(#[case] text: &str, #[case] name: &str) {
    assert_eq!(text.parse::<Fault>().expect("a fault").to_string(), name);
}

#[rstest]
#[case("", "`` is not a fault; the faults are 429, 503, 504, delay=2s, cut, cut-body, stale and ok")]
#[case("ok,503", "`ok` is not a fault; the faults are 429, 503, 504, delay=2s, cut, cut-body, stale and ok")]
#[case("delay=3m 1s", "`3m 1s` is not a delay such as 500ms, 2s or 1m, up to 3m")]
#[case("delay=-1s", "`-1s` is not a delay such as 500ms, 2s or 1m, up to 3m")]
#[case("delay=2", "`2` is not a delay such as 500ms, 2s or 1m, up to 3m")]
#[case("429,503", "`429,503` names more than one fault")]
#[case("503,done", "`done` is only for 504")]
#[case("cut,retry-after=3", "`retry-after` is only for 429 and 503, in whole seconds")]
#[case("429,retry-after=0.5", "`retry-after` is only for 429 and 503, in whole seconds")]
fn an_invalid_fault_is_refused(#[case] text: &str, #[case] message: &str) {
    assert_eq!(text.parse::<Fault>().expect_err("no fault").to_string(), message);
}
