//! The consent page.

use axum::http::Method;
use macros::both_engines;

use super::{CALLBACK, CHALLENGE, INVALID_SCOPE, consent_url, harbor};
use crate::Engine;
use crate::browser::{Browser, FORM};

#[both_engines]
async fn a_signed_in_person_is_asked_and_the_redirect_has_code_and_state(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let page =
        browser.get(&consent_url("board", &[("scope", "api_v3 openid"), ("state", "a&b <\"c\">")])).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    for said in [
        "The board",
        "Ada Park",
        "ada@example.com",
        "Harbor",
        "api_v3",
        "Know who you are",
        "https://board.example",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("<script"));
    let allowed = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        form-action 'self' https://board.example; frame-ancestors 'none'; base-uri 'none'";
    assert_eq!(page.header("content-security-policy"), allowed);
    assert_eq!(page.header("x-frame-options"), "DENY");

    // A browser decodes what askama escapes.
    let form = page.form_with("decision", "allow").with("state", "a&b <\"c\">");
    let answer = browser.send(&form).await;
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}?code=")), "{answer:?}");
    assert_eq!(answer.member("state").as_deref(), Some("a&b <\"c\">"));
    assert!(answer.member("code").is_some_and(|code| code.len() >= 32));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[both_engines]
async fn an_anonymous_person_signs_in_first(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::new(&app);
    let path = consent_url("board", &[("state", "s t")]);
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, 303);
    let login = browser.get(answer.header("location")).await;
    let form = login.form_with("return_to", &path).with("token", "ada");
    let answer = browser.send(&form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, path.as_str()));
    let page = browser.get(&path).await;
    assert_eq!(
        browser.send(&page.form_with("decision", "deny")).await.member("state").as_deref(),
        Some("s t")
    );
}

#[both_engines]
async fn denying_redirects_with_access_denied(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let page = browser.get(&consent_url("board", &[("state", "7")])).await;
    let answer = browser.send(&page.form_with("decision", "deny")).await;
    assert_eq!(
        answer.header("location"),
        "https://board.example/cb?error=access_denied&error_description=The+resource+owner+or+authorization+server+\
         denied+the+request.&state=7&iss=http%3A%2F%2F127.0.0.1%3A8080"
    );
}

/// RFC 8252, section 7.3: a native application uses a different port each time.
#[both_engines]
async fn a_loopback_redirect_uri_matches_any_port(engine: Engine) {
    let app = harbor(engine).await;
    let place = "http://127.0.0.1:50123/callback?from=here";
    let code = app.code("ada", "board", &[("redirect_uri", place)]).await;
    let exchange = [("grant_type", "authorization_code"), ("code", &*code)];
    let other = [&exchange[..], &[("redirect_uri", "http://127.0.0.1:8765/callback?from=here")]].concat();
    assert_eq!(app.token("board", &other).await.json()["error"], "invalid_grant");
    let same = [&exchange[..], &[("redirect_uri", place)]].concat();
    assert_eq!(app.token("board", &same).await.status, 200);
}

/// RFC 9207: `iss` tells a client of several servers which one responded.
#[both_engines]
async fn every_authorization_response_names_the_issuer(engine: Engine) {
    let app =
        harbor(engine).await.set(|settings| settings.public_url = Some("https://status.example".into()));
    let mut browser = Browser::of(&app, "ada").await;
    let page = browser.get(&consent_url("board", &[])).await;
    for decision in ["allow", "deny"] {
        let answer = browser.send(&page.form_with("decision", decision)).await;
        assert_eq!(answer.member("iss").as_deref(), Some("https://status.example"), "{decision}");
    }
    let refused = browser.get(&consent_url("board", &[("scope", "bogus")])).await;
    assert_eq!(refused.member("iss").as_deref(), Some("https://status.example"));
    let page = browser.get(&consent_url("board", &[("response_mode", "form_post")])).await;
    let posted = browser.send(&page.form_with("decision", "allow")).await;
    assert!(posted.text.contains("name=\"iss\" value=\"https://status.example\""), "{}", posted.text);
}

#[both_engines]
async fn errors_without_a_valid_redirect_uri_are_shown_on_a_page(engine: Engine) {
    let app = harbor(engine).await;
    let mut stranger = Browser::new(&app);
    let redirect = "This redirect_uri is not registered for the app.";
    for (client, more, said) in [
        ("nobody", ("state", "7"), "No app has this client_id."),
        ("-", ("client_id", "-"), "The parameter client_id is missing."),
        ("board", ("redirect_uri", "-"), "The parameter redirect_uri is missing."),
        ("board", ("redirect_uri", "https://evil.example/cb"), redirect),
        ("board", ("redirect_uri", "https://board.example/cb/"), redirect),
        ("board", ("redirect_uri", "https://board.example/cb?x=1"), redirect),
        ("board", ("redirect_uri", "http://127.0.0.1:8766/callback"), redirect),
        ("board", ("redirect_uri", "http://localhost:8766/callback?from=here"), redirect),
        ("board", ("redirect_uri", "https://board.example:8443/cb"), redirect),
    ] {
        let page = stranger.get(&consent_url(client, &[more])).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "{client} {more:?}");
        assert!(page.text.contains(said), "{client} {more:?}: {}", page.text);
    }
}

#[both_engines]
async fn request_errors_are_sent_to_the_application(engine: Engine) {
    let app = harbor(engine).await;
    let mut stranger = Browser::new(&app);
    let s256 = ("code_challenge_method", "S256");
    let challenge = ("code_challenge", CHALLENGE);
    for (client, more, error, said) in [
        (
            "board",
            &[("response_type", "-")][..],
            "invalid_request",
            "Missing required parameter: response_type.",
        ),
        (
            "board",
            &[("response_type", "token")],
            "unsupported_response_type",
            "The authorization server does not support this response type.",
        ),
        (
            "board",
            &[("response_mode", "pigeon")],
            "invalid_request",
            "The authorization server does not support this response mode.",
        ),
        ("board", &[("scope", "read")], "invalid_scope", INVALID_SCOPE),
        ("narrow", &[("scope", "mcp")], "invalid_scope", INVALID_SCOPE),
        (
            "board",
            &[challenge, ("code_challenge_method", "S512")],
            "invalid_request",
            "The code_challenge_method must be plain or S256.",
        ),
        (
            "board",
            &[("code_challenge", "short"), s256],
            "invalid_request",
            "The code challenge is malformed.",
        ),
        ("board", &[s256], "invalid_request", "Code challenge is required."),
        ("pocket", &[], "invalid_request", "Code challenge is required."),
    ] {
        let more = [more, &[("state", "7")]].concat();
        let answer = stranger.get(&consent_url(client, &more)).await;
        let seen = ["error", "error_description", "state", "code"].map(|name| answer.member(name));
        let seen = seen.each_ref().map(Option::as_deref);
        assert_eq!(seen, [Some(error), Some(said), Some("7"), None], "{client} {more:?}");
    }
}

#[both_engines]
async fn the_response_uses_the_requested_mode(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let own = ("redirect_uri", "http://127.0.0.1:8765/callback?from=here");
    for (mode, start) in [
        ("query", "http://127.0.0.1:8765/callback?from=here&code="),
        ("fragment", "http://127.0.0.1:8765/callback?from=here#code="),
    ] {
        let page = browser.get(&consent_url("board", &[own, ("response_mode", mode)])).await;
        let answer = browser.send(&page.form_with("decision", "allow")).await;
        assert!(answer.header("location").starts_with(start), "{answer:?}");
        let wrong = browser.get(&consent_url("board", &[own, ("response_mode", mode), ("scope", "x")])).await;
        assert!(
            wrong.header("location").starts_with(&start.replace("code=", "error=invalid_scope")),
            "{wrong:?}"
        );
    }
    let page = browser.get(&consent_url("board", &[("response_mode", "form_post"), ("state", "7")])).await;
    let answer = browser.send(&page.form_with("decision", "allow")).await;
    let form = answer.form_with("state", "7");
    assert_eq!((answer.status.as_u16(), form.action.as_str()), (200, CALLBACK));
    assert!(form.field("code").is_some());
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("form-action 'self' https://board.example;"), "{policy}");
    let script = answer.text.split_once("<script src=\"").and_then(|(_, rest)| rest.split('"').next());
    assert_eq!(
        browser.get(script.expect("a script")).await.header("content-type"),
        "text/javascript; charset=utf-8"
    );
}

#[both_engines]
async fn a_forged_consent_form_grants_nothing(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let form = browser.get(&consent_url("board", &[])).await.form_with("decision", "allow");
    let other =
        Browser::of(&app, "bo").await.get(&consent_url("board", &[])).await.form_with("decision", "allow");
    let foreign_csrf = other.field("csrf").expect("a field").to_owned();
    for wrong in [
        form.clone().without("csrf"),
        form.clone().with("csrf", ""),
        form.clone().with("csrf", &foreign_csrf),
    ] {
        assert_eq!(browser.send(&wrong).await.status, 403, "{wrong:?}");
    }
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let headers = [FORM, ("cookie", &browser.cookie), ("host", "here"), (name, value)];
        let body = crate::browser::encoded(&form.fields);
        let answer = app.request(Method::POST, "/oauth/authorize", &headers, &body).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    assert_eq!(browser.send(&form.clone().without("decision")).await.status, 400);
    assert_eq!(browser.send(&form.clone().with("redirect_uri", "https://evil.example/")).await.status, 400);
    let answer = Browser::new(&app).send(&form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login"));
    assert!(browser.send(&form).await.member("code").is_some());
}

#[both_engines]
async fn people_of_another_account_cannot_grant(engine: Engine) {
    let app = harbor(engine).await;
    let form =
        Browser::of(&app, "ada").await.get(&consent_url("board", &[])).await.form_with("decision", "allow");
    let mut zoe = Browser::of(&app, "zoe").await;
    let page = zoe.get(&consent_url("board", &[])).await;
    assert_eq!(page.status, 403);
    assert!(!page.text.contains("Harbor") && !page.text.contains("The board"), "{}", page.text);
    let csrf = page.forms()[0].field("csrf").expect("a field").to_owned();
    assert_eq!(zoe.send(&form.with("csrf", &csrf)).await.status, 403);
    assert_eq!(zoe.get(&consent_url("elsewhere", &[])).await.status, 200);
}

#[both_engines]
async fn the_page_lists_a_persons_authorised_applications(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    app.code("ada", "other", &[]).await;
    app.tokens("ada", "board", "").await;
    app.tokens("bo", "narrow", "").await;
    let page = browser.get("/applications").await;
    assert!(page.text.contains("The board"), "{}", page.text);
    assert!(!page.text.contains("The other") && !page.text.contains("The narrow"), "{}", page.text);
}
