//! Stories of limits and of timeouts, through HTTP.

mod addresses;
mod methods;
pub mod response_cache;
pub mod tag;
mod unserved;
mod wire;

use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use bytes::Bytes;
use futures_util::FutureExt;
use macros::both_engines;
use rstest::rstest;
use serde_json::{Value, json};

use super::browser::FORM;
use super::{Answer, Engine, NOW, TestApp, lines};
use domain::auth::digest;
use front::concurrency;
use service::client::Client;
use service::concurrency::Concurrency;
use service::limits::Limits;
use service::settings::Settings;
use service::{Peer, RequestId};

/// The harbor with limits; those that are not set are off.
async fn limited(engine: Engine, set: impl FnOnce(&mut Settings)) -> TestApp {
    let mut app = TestApp::harbor(engine).await.set(|settings| {
        (settings.rate_limit, settings.address_limit, settings.login_limit) = (None, None, None);
        set(settings);
    });
    let limits = Limits::new(&app.app.settings, &app.app.clock);
    app.rebuild(|app| app.limits(limits));
    app
}

/// A request that comes from an address.
async fn from(app: &TestApp, address: &str, request: (Method, &str, &[(&str, &str)], &str)) -> Answer {
    let (method, path, headers, body) = request;
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer = Peer(address.parse::<IpAddr>().expect("an address"));
    app.send(request.extension(peer).body(Body::from(body.to_owned())).expect("a request")).await
}

async fn get(app: &TestApp, address: &str, path: &str, token: &str) -> Answer {
    from(app, address, (Method::GET, path, &[("authorization", &format!("Bearer {token}"))], "")).await
}

async fn sign_in(app: &TestApp, address: &str, token: &str) -> Answer {
    from(app, address, (Method::POST, "/login", &[FORM], &format!("token={token}"))).await
}

fn limit_headers(answer: &Answer) -> [&str; 6] {
    let names = ["ratelimit-policy", "ratelimit", "x-ratelimit-limit", "x-ratelimit-remaining"];
    let [policy, left, limit, remaining] = names.map(|name| answer.header(name));
    [policy, left, limit, remaining, answer.header("x-ratelimit-reset"), answer.header("retry-after")]
}

const HERE: &str = "192.0.2.1";
const THERE: &str = "192.0.2.2";
const NONE: [&str; 6] = [""; 6];

#[both_engines]
#[case("/api/v1/users", json!({"errors": [{"type": "system", "message": SAYS}]}))]
#[case("/api/v3/statuses", json!({
    "_type": "Error", "errorIdentifier": "urn:openproject-org:api:v3:errors:TooManyRequests", "message": SAYS
}))]
#[case("/api/statuary/v1/me", json!({
    "type": "/problems/too-many-requests", "title": "Too many requests", "status": 429, "detail": SAYS,
    "instance": "urn:statuary:request:story"
}))]
#[case("/openid/userinfo", json!({"error": "temporarily_unavailable", "error_description": SAYS}))]
async fn the_rate_limit_of_a_token_affects_no_other_token(
    #[case] path: &str,
    #[case] refusal: Value,
    engine: Engine,
    #[values(false, true)] strict: bool,
) {
    let app = limited(engine, |settings| {
        (settings.rate_limit, settings.strict) = (NonZeroU32::new(3), strict);
    })
    .await;
    let ask = async |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str()), ("x-request-id", "story")];
        app.request(Method::GET, path, &headers, "").await
    };
    // 2026-02-16T16:00:03Z
    for (remaining, left, reset) in [
        ("2", "\"token\";r=2;t=20", "1771257623"),
        ("1", "\"token\";r=1;t=40", "1771257643"),
        ("0", "\"token\";r=0;t=60", "1771257663"),
    ] {
        let answer = ask("ada").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            limit_headers(&answer),
            ["\"token\";q=3;w=60", left, "3", remaining, reset, ""],
            "{remaining:?} {left:?}"
        );
    }
    let refused = ask("ada").await;
    assert_eq!((refused.status.as_u16(), refused.json()), (429, refusal.clone()));
    assert_eq!(
        limit_headers(&refused),
        ["\"token\";q=3;w=60", "\"token\";r=0;t=60", "3", "0", "1771257663", "20"]
    );
    assert!(refused.headers.contains_key("x-request-id"), "{refused:?}");
    assert_eq!(ask("bo").await.status, 200);

    app.app.clock.advance(19);
    let refused = ask("ada").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"));
    app.app.clock.advance(1);
    assert_eq!(ask("ada").await.status, 200);
    assert_eq!(ask("ada").await.status, 429);
}

const SAYS: &str = "Too many requests. Please try again later.";

#[both_engines]
async fn a_token_has_one_rate_limit_across_surfaces_and_schemes(engine: Engine) {
    let app = limited(engine, |settings| settings.rate_limit = NonZeroU32::new(2)).await;
    // apikey:ada
    let basic = [("authorization", "Basic YXBpa2V5OmFkYQ==")];
    assert_eq!(app.get("ada", "/users").await.status, 200);
    assert_eq!(app.request(Method::GET, "/api/v3/statuses", &basic, "").await.status, 200);
    assert_eq!(app.request(Method::GET, "/api/v3/statuses", &basic, "").await.status, 429);
    assert_eq!(app.get("ada", "/users").await.status, 429);
}

#[both_engines]
async fn health_checks_pages_and_an_unlimited_service_are_not_rate_limited(engine: Engine) {
    let app = limited(engine, |settings| {
        settings.rate_limit = NonZeroU32::new(1);
        (settings.address_limit, settings.login_limit) = (NonZeroU32::new(1), NonZeroU32::new(1));
    })
    .await;
    for path in ["/healthz", "/readyz", "/login"] {
        for _ in 0..3 {
            let answer = get(&app, HERE, path, "ada").await;
            assert_eq!((answer.status.as_u16(), limit_headers(&answer)), (200, NONE), "{path}");
        }
    }
    let app = limited(engine, |_| {}).await;
    for token in ["ada", "wrong"] {
        assert_eq!(limit_headers(&get(&app, HERE, "/api/v1/users", token).await), NONE);
    }
}

#[both_engines]
async fn wrong_tokens_slow_an_address_but_not_its_known_good_tokens(
    engine: Engine,
    #[values("/api/v1/users", "/api/v3/statuses", "/api/statuary/v1/me")] path: &str,
) {
    let app = limited(engine, |settings| settings.address_limit = NonZeroU32::new(3)).await;
    let status = async |address, token| get(&app, address, path, token).await.status.as_u16();
    assert_eq!(status(HERE, "ada").await, 200);
    for wrong in ["wrong", "nothing"] {
        assert_eq!(status(HERE, wrong).await, 401, "{wrong:?}");
    }
    let without = from(&app, HERE, (Method::GET, path, &[], "")).await;
    assert_eq!(without.status, 401);
    assert_eq!(limit_headers(&without)[..4], ["\"address\";q=3;w=60", "\"address\";r=0;t=60", "3", "0"]);
    let refused = get(&app, HERE, path, "wrong").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"));
    assert_eq!(from(&app, HERE, (Method::GET, path, &[], "")).await.status, 429);
    // The token may be valid, but a caller who guesses must not learn that.
    assert_eq!(status(HERE, "bo").await, 429);
    assert_eq!(status(HERE, "ada").await, 200);
    assert_eq!((status(THERE, "bo").await, status(THERE, "wrong").await), (200, 401));

    app.app.clock.advance(60);
    assert_eq!((status(HERE, "bo").await, status(HERE, "wrong").await), (200, 401));
}

#[both_engines]
async fn an_expired_token_no_longer_counts_as_known_good(engine: Engine) {
    let app = limited(engine, |settings| settings.address_limit = NonZeroU32::new(1)).await;
    let token = json!({"kind": "token", "id": 90, "user_id": 2545, "name": "brief",
        "sha256": hex::encode(digest("brief")), "expires_at": "2026-02-16T17:00:00Z"});
    app.import(&lines([token])).await.expect("a token");
    assert_eq!(get(&app, HERE, "/api/v1/users", "brief").await.status, 200);
    app.wait_until("2026-02-16T17:00:00Z");
    assert_eq!(get(&app, HERE, "/api/v1/users", "brief").await.status, 401);
    assert_eq!(get(&app, HERE, "/api/v1/users", "brief").await.status, 429);
}

#[both_engines]
async fn failed_logins_are_rate_limited_and_successful_ones_do_not_count(engine: Engine) {
    let app = limited(engine, |settings| settings.login_limit = NonZeroU32::new(2)).await;
    for _ in 0..3 {
        assert_eq!(sign_in(&app, HERE, "ada").await.status, 303);
    }
    for _ in 0..2 {
        assert_eq!(sign_in(&app, HERE, "wrong").await.status, 422);
    }
    for token in ["wrong", "ada"] {
        let refused = sign_in(&app, HERE, token).await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"));
        assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
        assert!(refused.text.contains(SAYS) && refused.header("set-cookie").is_empty(), "{refused:?}");
    }
    assert_eq!(sign_in(&app, THERE, "ada").await.status, 303);
    app.app.clock.advance(60);
    assert_eq!(sign_in(&app, HERE, "ada").await.status, 303);
}

#[both_engines]
async fn concurrent_login_attempts_count_like_sequential_ones(engine: Engine) {
    let app = limited(engine, |settings| settings.login_limit = NonZeroU32::new(2)).await;
    let attempts = futures_util::future::join_all((0..8).map(|_| sign_in(&app, HERE, "wrong"))).await;
    let refused = attempts.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(refused, 6, "{attempts:?}");
}

#[both_engines]
async fn failed_client_authentication_is_rate_limited(
    engine: Engine,
    #[values("/oauth/token", "/oauth/revoke", "/oauth/introspect")] path: &str,
) {
    let app = limited(engine, |settings| settings.address_limit = NonZeroU32::new(2)).await;
    let application = json!({"kind": "application", "id": 1, "account_id": 415, "name": "Board",
        "client_id": "board", "secret_sha256": hex::encode(digest("secret")), "redirect_uris": [],
        "scopes": null, "creator_id": 2500, "created_at": NOW});
    app.import(&lines([application])).await.expect("an application");
    let ask = async |address, secret: &str| {
        let body = format!("grant_type=client_credentials&token=x&client_id=board&client_secret={secret}");
        from(&app, address, (Method::POST, path, &[FORM], &body)).await
    };
    for _ in 0..3 {
        assert_eq!(ask(HERE, "secret").await.status, 200);
    }
    for _ in 0..2 {
        assert_eq!(ask(HERE, "wrong").await.status, 401);
    }
    let refused = ask(HERE, "secret").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"));
    assert_eq!(refused.json(), json!({"error": "temporarily_unavailable", "error_description": SAYS}));
    assert_eq!(ask(THERE, "secret").await.status, 200);
}

#[rstest]
#[case::a_proxy_that_is_not_trusted("192.0.2.1", Some("203.0.113.7"), "192.0.2.1")]
#[case::a_proxy_that_is("192.0.2.9", Some("203.0.113.7"), "203.0.113.7")]
#[case::what_the_client_made_up("192.0.2.9", Some("198.51.100.1, 203.0.113.7"), "203.0.113.7")]
#[case::proxies_in_a_row("192.0.2.9", Some("203.0.113.7, 192.0.2.8"), "203.0.113.7")]
#[case::a_proxy_that_says_nothing("192.0.2.9", None, "192.0.2.9")]
#[case::a_proxy_that_says_nonsense("192.0.2.9", Some("203.0.113.7, unknown"), "192.0.2.9")]
#[case::an_address_of_version_4_in_the_other_form("::ffff:192.0.2.9", Some("203.0.113.7"), "203.0.113.7")]
#[case::a_network_of_version_6("2001:db8:1:2:3::4", None, "2001:db8:1:2:ffff::1")]
#[tokio::test]
async fn the_client_address_is_the_peer_or_named_by_a_trusted_proxy(
    #[case] peer: &str,
    #[case] forwarded: Option<&str>,
    #[case] counted: &str,
) {
    let app = limited(Engine::Sqlite, |settings| {
        settings.login_limit = NonZeroU32::new(1);
        settings.trusted_proxies = ["192.0.2.9", "192.0.2.8"].map(|text| text.parse().expect("one")).into();
    })
    .await;
    let headers: Vec<_> = forwarded.iter().map(|list| ("x-forwarded-for", *list)).chain([FORM]).collect();
    let answer = from(&app, peer, (Method::POST, "/login", &headers, "token=wrong")).await;
    assert_eq!(answer.status, 422);
    assert_eq!(sign_in(&app, counted, "ada").await.status, 429);
    assert_eq!(sign_in(&app, "198.51.100.1", "ada").await.status, 303);
}

/// A body that stalls.
fn halted() -> Body {
    let nothing = futures_util::stream::pending::<Result<Bytes, Infallible>>();
    Body::from_stream(nothing)
}

#[rstest]
#[case("/api/v1/status_reports", "application/json; charset=utf-8")]
#[case("/api/v3/projects", "application/hal+json; charset=utf-8")]
#[case("/login", "text/html; charset=utf-8")]
#[case("/oauth/token", "application/json; charset=utf-8")]
#[tokio::test]
async fn a_request_times_out_on_a_slow_body_or_response(
    #[case] path: &str,
    #[case] content_type: &str,
    #[values(408, 504)] status: u16,
) {
    let app = TestApp::harbor(Engine::Sqlite).await.set(|settings| {
        let (short, long) = (Duration::from_millis(20), Duration::from_hours(1));
        let timeouts = &mut settings.timeouts;
        (timeouts.body, timeouts.request) = if status == 408 { (short, long) } else { (long, short) };
    });
    let request = Request::post(path)
        .header("authorization", "Bearer ada")
        .header("content-type", if path.starts_with("/api") { "application/json" } else { FORM.1 });
    let answer = app.send(request.body(halted()).expect("a request")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, content_type), "{answer:?}");
    assert!(answer.headers.contains_key("x-request-id"), "{answer:?}");
    assert_eq!(answer.header("connection"), if status == 408 { "close" } else { "" });
}

#[both_engines]
async fn concurrent_requests_of_one_caller_queue_behind_each_other_only(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    app.rebuild(|app| app.concurrency(Concurrency::new(NonZeroU32::new(2))));
    let (app, begun) = (app.app.clone(), std::sync::atomic::AtomicU32::new(0));
    let (release, released) = tokio::sync::watch::channel(false);
    let ask = async |token: &str, path: &str| {
        let request = Request::get(path).header("authorization", token).body(Body::empty());
        let mut request = request.expect("a request");
        let (id, root) = (HeaderValue::from_static("1"), String::new());
        let caller = app.concurrency.caller(request.headers());
        request.extensions_mut().insert(RequestId { id, root, caller, client: Client::default() });
        let (begun, mut released) = (&begun, released.clone());
        concurrency::layer(&app, request, async |_| {
            begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            released.wait_for(|is_released| *is_released).await.expect("a test");
            axum::response::Response::new(Body::empty())
        })
        .await
    };
    let begun = || begun.load(std::sync::atomic::Ordering::Relaxed);
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    let mut held = Box::pin(async { tokio::join!(ask("one", "/"), ask("one", "/"), ask("other", "/")) });
    assert!((&mut held).now_or_never().is_none());
    assert_eq!(begun(), 3);
    // A request that waits too long is refused in the error format of its surface.
    let shapes = [
        ("/api/v1/users", "{\"errors\":["),
        ("/api/v3/projects", "urn:openproject-org:api:v3:errors:TooManyRequests"),
        ("/api/statuary/v1/me", "/problems/too-many-requests"),
    ];
    for (path, shape) in shapes {
        let refused = ask("one", path).await;
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()["retry-after"]),
            (429, &"1".parse().unwrap()),
            "{path:?} {shape:?}"
        );
        let body = axum::body::to_bytes(refused.into_body(), usize::MAX).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains(shape), "{path}: {body:?}");
    }
    assert_eq!((begun(), start.elapsed().as_secs()), (3, 90));
    let mut probe = Box::pin(ask("one", "/healthz"));
    assert!((&mut probe).now_or_never().is_none());
    assert_eq!(begun(), 4, "a probe waits for nobody");
    let mut waiting = Box::pin(ask("one", "/"));
    assert!((&mut waiting).now_or_never().is_none());
    // A request that is cancelled while it waits takes no slot.
    let mut gone = Box::pin(ask("one", "/"));
    assert!((&mut gone).now_or_never().is_none());
    drop(gone);
    release.send(true).expect("a receiver");
    held.await;
    assert_eq!((waiting.await.status().as_u16(), probe.await.status().as_u16()), (200, 200));
    assert_eq!(begun(), 5);
}
