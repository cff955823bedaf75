//! The caller: `docs/contracts/openproject.md#authentication`, `docs/contracts/openproject.md#login-required` and
//! `docs/contracts/openproject.md#account-of-the-caller`.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use macros::both_engines;
use serde_json::json;

use super::{HAL, NO_CREDENTIALS, NOT_FOUND, WRONG_CREDENTIALS, basic, error};
use crate::{Engine, NOW, TestApp};
use domain::auth;
use domain::ids::{AccountId, TokenId};
use domain::table;
use domain::work;

const BASIC: &str = "Basic realm=\"OpenProject API\"";
const BEARER: &str = "Bearer realm=\"OpenProject API\"";
const INVALID_TOKEN: &str = "Bearer realm=\"OpenProject API\" error=\"invalid_token\"";

/// Paths of every kind: served, not served, and without required permissions.
const PATHS: [&str; 9] = [
    "",
    "/statuses",
    "/statuses/1",
    "/statuses/bogus",
    "/project_statuses/on_track",
    "/projects",
    "/users/me",
    "/configuration",
    "/no/such/path",
];

#[both_engines]
async fn a_token_is_accepted_as_basic_and_bearer(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for header in
        [basic("ada"), basic("ada").replace("Basic", "bAsIc"), "Bearer ada".into(), "bearer  ada ".into()]
    {
        let answer = app.v3(Method::GET, "/users/me", &[("authorization", &header)], "").await;
        assert_eq!(answer.json()["id"], 2545, "{header}: {}", answer.text);
    }
}

#[both_engines]
async fn anonymous_callers_get_401_if_login_is_required(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in PATHS {
        app.v3_get("", path).await.challenges(BASIC, NO_CREDENTIALS);
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        app.v3(method, "/statuses/1", &[], "no JSON").await.challenges(BASIC, NO_CREDENTIALS);
    }
    // An unknown scheme does not identify a caller.
    for header in ["Digest ada", "Token ada", "ada", ""] {
        let answer = app.v3(Method::GET, "/statuses", &[("authorization", header)], "").await;
        answer.challenges(BASIC, NO_CREDENTIALS);
    }
}

#[both_engines]
async fn an_error_is_an_object_of_three_members(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.v3_get("", "/statuses").await;
    assert_eq!(
        answer.text,
        "{\"_type\":\"Error\",\
        \"errorIdentifier\":\"urn:openproject-org:api:v3:errors:Unauthenticated\",\
        \"message\":\"You need to be authenticated to access this resource.\"}"
    );
    assert_eq!((answer.header("content-type"), answer.header("etag")), (HAL, ""));
    assert_eq!(answer.header("cache-control"), "max-age=0, private, must-revalidate");
}

#[both_engines]
async fn wrong_credentials_get_401_on_an_open_instance_too(
    engine: Engine,
    #[values(true, false)] open: bool,
) {
    let app = TestApp::harbor(engine).await;
    let app = if open { app.open() } else { app };
    let encoded = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    let wrong = [
        basic("nobody's"),
        encoded("ada:ada"),
        encoded("APIKEY:ada"),
        encoded("apikey"),
        encoded("apikey:"),
        encoded("apikey:ada "),
        encoded(":ada"),
        encoded("ada@example.com:secret"),
        format!("Basic {}", BASE64_STANDARD.encode(b"apikey:\xff")),
        "Basic apikey:ada".into(),
        "Basic !!!".into(),
        "Basic YXBpa2V5OmFkYQ".into(),
        "Basic".into(),
        "Basic ".into(),
    ];
    for header in &wrong {
        for path in PATHS {
            let answer = app.v3(Method::GET, path, &[("authorization", header)], "").await;
            answer.challenges(BASIC, WRONG_CREDENTIALS);
        }
    }
    for header in ["Bearer nobody's", "Bearer", "Bearer ", "Bearer apikey:ada", "Bearer ADA"] {
        for path in PATHS {
            let answer = app.v3(Method::GET, path, &[("authorization", header)], "").await;
            answer.challenges(INVALID_TOKEN, WRONG_CREDENTIALS);
        }
    }
}

#[both_engines]
async fn non_ascii_credentials_are_wrong(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    for (header, challenge) in [(&b"Basic \xff\xfe"[..], BASIC), (b"Bearer caf\xc3\xa9", INVALID_TOKEN)] {
        let header = HeaderValue::from_bytes(header).expect("a header");
        let request = Request::builder().uri("/api/v3/users/me").header("authorization", header);
        let answer = app.send(request.body(Body::empty()).expect("a request")).await;
        answer.challenges(challenge, WRONG_CREDENTIALS);
    }
}

#[both_engines]
async fn a_client_with_a_session_cookie_gets_a_session_challenge(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let session = ("x-authentication-scheme", "Session");
    let challenge = "Session realm=\"OpenProject API\"";
    app.v3(Method::GET, "/statuses", &[session], "").await.challenges(challenge, NO_CREDENTIALS);
    for header in ["Basic !!!", "Bearer nobody's"] {
        let answer = app.v3(Method::GET, "/statuses", &[session, ("authorization", header)], "").await;
        answer.challenges(challenge, WRONG_CREDENTIALS);
    }
    let other = [("x-authentication-scheme", "Basic")];
    app.v3(Method::GET, "/statuses", &other, "").await.challenges(BASIC, NO_CREDENTIALS);
}

#[both_engines]
async fn a_token_ends_when_it_expires_or_is_revoked(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let token = |id: i64, name: &str, expires_at: &str| {
        json!({"kind": "token", "id": id, "user_id": 2545, "name": name, "expires_at": expires_at,
            "sha256": hex::encode(auth::digest(name))})
        .to_string()
    };
    let lines = [token(91, "ending", NOW), token(92, "cacheable", "2026-02-16T16:00:04Z")];
    app.import(&lines.join("\n")).await.expect("tokens");
    app.v3_get("ending", "/statuses").await.challenges(BASIC, WRONG_CREDENTIALS);
    let bearer = [("authorization", "Bearer ending")];
    app.v3(Method::GET, "/statuses", &bearer, "").await.challenges(INVALID_TOKEN, WRONG_CREDENTIALS);
    assert_eq!(app.v3_get("cacheable", "/statuses").await.status, 200);

    let change = domain::events::Change {
        token_id: None,
        account_id: AccountId(415),
        actor_id: None,
        surface: domain::events::Source::CommandLine,
        at: app.app.clock.now(),
    };
    let revoked = app.app.db.write(
        db::Scope::Account(415),
        work!(|conn| {
            for token in table::with_ids(conn, &[TokenId(92)].into()).await? {
                auth::store::revoke(conn, &change, &token).await?;
            }
            Ok(())
        }),
    );
    revoked.await.expect("a revoked token");
    app.v3_get("cacheable", "/statuses").await.challenges(BASIC, WRONG_CREDENTIALS);
}

#[both_engines]
async fn a_scoped_token_needs_the_scope_of_the_surface(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let token = |id: i64, name: &str, scopes: &[&str]| {
        json!({"kind": "token", "id": id, "user_id": 2500, "name": name, "scopes": scopes,
            "sha256": hex::encode(auth::digest(name))})
        .to_string()
    };
    let lines =
        [token(91, "reads", &["read"]), token(92, "both", &["read", "api_v3"]), token(93, "all", &[])];
    app.import(&lines.join("\n")).await.expect("tokens");
    let message = "The token lacks the scope api_v3 that this resource needs.";
    for path in PATHS {
        let answer = app.v3_get("reads", path).await;
        answer.is_hal_error(403, &error("InsufficientScope", message, None));
        assert_eq!(
            answer.header("www-authenticate"),
            format!("{BEARER} error=\"insufficient_scope\""),
            "{path:?}"
        );
    }
    for caller in ["both", "all"] {
        assert_eq!(app.v3_get(caller, "/statuses").await.status, 200, "{caller}");
    }
}

#[both_engines]
async fn anonymous_callers_are_accepted_if_login_is_not_required(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    for path in ["", "/project_statuses/on_track", "/projects", "/users/me", "/configuration"] {
        assert_eq!(app.v3_get("", path).await.status, 200, "{path}");
    }
    for path in ["/no/such/path", "/statuses/bogus", "/users/2500", "/projects/53760"] {
        app.v3_get("", path).await.is_hal_error(404, &error("NotFound", NOT_FOUND, None));
    }
    let digest = [("authorization", "Digest ada")];
    assert_eq!(app.v3(Method::GET, "/users/me", &digest, "").await.json()["name"], "Anonymous");
    assert_eq!(app.v3_get("ada", "/users/me").await.json()["name"], "Ada Park");
    let json = [("content-type", "application/json")];
    app.v3(Method::POST, "/projects", &json, r#"{"name": "Mine"}"#).await.is_not_authorized();
    app.v3(Method::PATCH, "/projects/53760", &json, r#"{"name": "Mine"}"#).await.is_not_found();
}

#[both_engines]
async fn an_empty_store_shows_nothing_to_anonymous_callers(engine: Engine) {
    let app = TestApp::empty(engine).await.open();
    let hidden = "You are not allowed to see the statuses.";
    app.v3_get("", "/statuses").await.is_refusal(403, "MissingPermission", hidden);
    assert_eq!(app.v3_get("", "/projects").await.json()["total"], 0);
    assert_eq!(app.v3_get("", "/users/me").await.json()["name"], "Anonymous");
    app.v3_get("ada", "/users/me").await.challenges(BASIC, WRONG_CREDENTIALS);
}
