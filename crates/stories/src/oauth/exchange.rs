//! Exchanging authorization codes.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{CALLBACK, CHALLENGE, INVALID_CLIENT, INVALID_GRANT, VERIFIER, basic, harbor};
use crate::browser::{FORM, encoded};
use crate::{Engine, TestApp, time};

#[both_engines]
async fn without_the_openproject_scope_the_token_response_is_kantatas(engine: Engine) {
    let app = harbor(engine).await;
    let code = app.code("ada", "board", &[]).await;
    let answer = app.exchange("board", &code, &[]).await;
    answer.is_not_cached();
    assert_eq!(
        (answer.status.as_u16(), answer.members()),
        (200, vec!["access_token".into(), "token_type".into()])
    );
    let body = answer.json();
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(app.opens(&body["access_token"]).await, (true, 200));
    let me = app.get(body["access_token"].as_str().expect("a token"), "/users/me").await.object();
    assert_eq!(me["full_name"], "Ada Park");

    let scoped = app.tokens("ada", "board", "api_only mcp").await;
    assert_eq!((&scoped["token_type"], &scoped["scope"]), (&json!("bearer"), &json!("api_only mcp")));
    assert_eq!((scoped.get("expires_in"), scoped.get("refresh_token")), (None, None));
    assert_eq!(app.opens(&scoped["access_token"]).await, (true, 403));
    app.app.clock.advance(10 * 365 * 86_400);
    assert_eq!(app.opens(&scoped["access_token"]).await, (true, 403));
}

#[both_engines]
async fn with_the_openproject_scope_the_token_response_is_openprojects(engine: Engine) {
    let app = harbor(engine).await;
    let code = app.code("ada", "board", &[("scope", "openid api_v3")]).await;
    let answer = app.exchange("board", &code, &[]).await;
    answer.is_not_cached();
    assert_eq!(
        answer.members(),
        ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"]
    );
    let body = answer.json();
    let now = time(crate::NOW).unix_seconds();
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["scope"], &body["created_at"]),
        (&json!("Bearer"), &json!(7200), &json!("openid api_v3"), &json!(now))
    );
    assert_eq!(app.opens(&body["access_token"]).await, (true, 200));
    app.app.clock.advance(7199);
    assert_eq!(app.opens(&body["access_token"]).await, (true, 200));
    app.app.clock.advance(1);
    assert_eq!(app.opens(&body["access_token"]).await, (false, 401));
}

#[both_engines]
async fn a_request_without_scopes_grants_the_scopes_of_the_application(engine: Engine) {
    let app = harbor(engine).await;
    assert_eq!(app.tokens("ada", "narrow", "").await["scope"], "api_v3 openid");
    let openid = app.tokens("ada", "narrow", "openid").await;
    assert_eq!(app.opens(&openid["access_token"]).await, (true, 403));
}

#[both_engines]
async fn a_code_works_for_five_minutes(engine: Engine) {
    let app = harbor(engine).await;
    let (early, late) = (app.code("ada", "board", &[]).await, app.code("ada", "board", &[]).await);
    app.app.clock.advance(299);
    assert_eq!(app.exchange("board", &early, &[]).await.status, 200);
    app.app.clock.advance(1);
    app.exchange("board", &late, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    // The next code of the person deletes it.
    app.code("ada", "board", &[]).await;
    app.exchange("board", &late, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
}

#[both_engines]
async fn reusing_a_code_revokes_the_tokens_of_its_first_use(engine: Engine) {
    let app = harbor(engine).await;
    let kept = app.tokens("ada", "board", "api_v3").await;
    let code = app.code("ada", "board", &[("scope", "api_v3")]).await;
    let given = app.exchange("board", &code, &[]).await.json();
    assert_eq!(app.opens(&given["access_token"]).await, (true, 200));
    app.exchange("board", &code, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    assert_eq!(app.opens(&given["access_token"]).await, (false, 401));
    let refresh = given["refresh_token"].as_str().expect("a token");
    let answer = app.token("board", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await;
    answer.is_refused(400, "invalid_grant", INVALID_GRANT);
    assert_eq!(app.opens(&kept["access_token"]).await, (true, 200));
}

#[both_engines]
async fn concurrent_exchanges_of_a_code_succeed_once(engine: Engine) {
    let app = harbor(engine).await;
    let code = app.code("ada", "board", &[]).await;
    let (one, other) = tokio::join!(app.exchange("board", &code, &[]), app.exchange("board", &code, &[]));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[both_engines]
async fn a_code_is_bound_to_client_redirect_uri_and_challenge(engine: Engine) {
    let app = harbor(engine).await;
    let s256 = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = app.code("ada", "board", &s256).await;
    let verifier = ("code_verifier", VERIFIER);
    let refused = async |client: &str, uri: &str, more: &[(&str, &str)]| {
        let usual = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", uri)];
        app.token(client, &[&usual, more].concat()).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    };
    refused("other", CALLBACK, &[verifier]).await;
    refused("elsewhere", CALLBACK, &[verifier]).await;
    refused("pocket", CALLBACK, &[verifier]).await;
    refused("board", "http://127.0.0.1:8765/callback?from=here", &[verifier]).await;
    refused("board", "https://board.example/cb?", &[verifier]).await;
    refused("board", CALLBACK, &[]).await;
    refused("board", CALLBACK, &[("code_verifier", "")]).await;
    refused("board", CALLBACK, &[("code_verifier", CHALLENGE)]).await;
    // None of these attempts used the code.
    assert_eq!(app.exchange("board", &code, &[verifier]).await.status, 200);

    // A verifier for a code without a challenge may be a downgrade attack.
    let bare = app.code("ada", "board", &[]).await;
    app.exchange("board", &bare, &[verifier]).await.is_refused(400, "invalid_grant", INVALID_GRANT);

    let plain =
        app.code("ada", "pocket", &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]).await;
    app.exchange("pocket", &plain, &[("code_verifier", CHALLENGE)]).await.is_refused(
        400,
        "invalid_grant",
        INVALID_GRANT,
    );
    assert_eq!(app.exchange("pocket", &plain, &[verifier]).await.status, 200);
}

#[both_engines]
async fn clients_authenticate_by_header_or_body(engine: Engine) {
    let app = harbor(engine).await;
    let exchange = async |headers: &[(&str, &str)], more: &[(&str, &str)], app: &TestApp| {
        let code = app.code("ada", "board", &[]).await;
        let usual =
            [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        let body = encoded(&[&usual, more].concat());
        app.request(Method::POST, "/oauth/token", &[&[FORM], headers].concat(), &body).await
    };
    let right = basic("board", "board-secret");
    // RFC 6749, 2.3.1: user name and password are form-encoded.
    let escaped = basic("%62oard", "board%2Dsecret");
    let id = ("client_id", "board");
    for (header, more) in
        [(&right, &[][..]), (&right, &[id]), (&escaped, &[]), (&right.replace("Basic", "basic"), &[])]
    {
        let answer = exchange(&[("authorization", header)], more, &app).await;
        assert_eq!(answer.status, 200, "{header}: {answer:?}");
    }
    for header in [
        basic("board", "other-secret"),
        basic("board", ""),
        basic("nobody", "board-secret"),
        "Basic ???".into(),
        "Basic".into(),
        "Basic Ym9hcmQ=".into(),
    ] {
        let answer = exchange(&[("authorization", &header)], &[], &app).await;
        answer.is_refused(401, "invalid_client", INVALID_CLIENT);
        let challenge = answer.header("www-authenticate");
        let scheme = if header == "Basic" { "Bearer" } else { "Basic" };
        assert!(
            challenge.starts_with(&format!("{scheme} realm=\"Doorkeeper\", error=\"invalid_client\"")),
            "{challenge}"
        );
    }
    let mixed = exchange(&[("authorization", &right)], &[("client_id", "other")], &app).await;
    mixed.is_refused(401, "invalid_client", INVALID_CLIENT);
    for more in [
        &[][..],
        &[id],
        &[id, ("client_secret", "wrong")],
        &[id, ("client_secret", "")],
        &[("client_id", "nobody"), ("client_secret", "board-secret")],
        &[("client_id", "pocket"), ("client_secret", "pocket-secret")],
    ] {
        let answer = exchange(&[], more, &app).await;
        answer.is_refused(401, "invalid_client", INVALID_CLIENT);
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\"Doorkeeper\""), "{answer:?}");
    }
    let body = json!({"grant_type": "authorization_code", "code": app.code("ada", "board", &[]).await,
        "redirect_uri": CALLBACK, "client_id": "board", "client_secret": "board-secret"});
    let json = [("content-type", "application/json")];
    assert_eq!(app.request(Method::POST, "/oauth/token", &json, &body.to_string()).await.status, 200);
}

#[both_engines]
async fn invalid_token_requests_are_refused(engine: Engine) {
    let app = harbor(engine).await;
    let code = [("grant_type", "authorization_code"), ("code", "x")];
    for (fields, error, said) in [
        (&[][..], "invalid_request", "Missing required parameter: grant_type."),
        (
            &[("grant_type", "password")],
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ),
        (&code[..1], "invalid_request", "Missing required parameter: code."),
        (&code, "invalid_request", "Missing required parameter: redirect_uri."),
        (&[("grant_type", "refresh_token")], "invalid_request", "Missing required parameter: refresh_token."),
    ] {
        app.token("board", fields).await.is_refused(400, error, said);
    }
    app.exchange("board", "nothing", &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    app.exchange("board", "a\u{0}b", &[]).await.is_refused(
        400,
        "invalid_request",
        "a text contains a null byte",
    );
    let broken = app.request(Method::POST, "/oauth/token", &[FORM], "grant_type=%zz").await;
    broken.is_refused(400, "invalid_request", "invalid %-encoding");
    // Secrets in a URL would be logged.
    let path = "/oauth/token?client_id=board&client_secret=board-secret&grant_type=client_credentials";
    app.request(Method::POST, path, &[FORM], "").await.is_refused(401, "invalid_client", INVALID_CLIENT);
    assert_eq!(app.request(Method::GET, path, &[], "").await.status, 404);
}
