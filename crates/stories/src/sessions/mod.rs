//! Stories of sessions, through HTTP, on both engines.

mod limits;

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::browser::{Browser, FORM, encoded};
use super::{Answer, Engine, NOW, TestApp, lines};
use domain::auth::digest;
use domain::ids::{AccountId, UserId};
use domain::sessions::{LoginLink, local};
use domain::users::password;

const PASSWORD: &str = "Kran & Kai 7";

/// The harbor, where Ada of account 415 and Zoe of account 500, who has her address, have passwords.
async fn with_passwords(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let person = |id: i64, account: i64, name: &str, hash: String| {
        json!({"kind": "user", "id": id, "account_id": account, "full_name": name,
            "email_address": "Pat@example.com", "password_hash": hash})
    };
    let (one, other) =
        (password::hash(PASSWORD.into()).await.expect("a hash"), password::hash("another one".into()).await);
    let people =
        [person(71, 415, "Pat Harbor", one), person(72, 500, "Pat Elsewhere", other.expect("a hash"))];
    app.import(&lines(people)).await.expect("people");
    app
}

async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", password)]).await
}

#[both_engines]
async fn a_password_signs_in_to_the_account_of_its_user(engine: Engine) {
    let app = with_passwords(engine).await;
    for (email, secret, name, account) in [
        ("pat@example.com", PASSWORD, "Pat Harbor", "Harbor"),
        (" PAT@example.com", "another one", "Pat Elsewhere", "Elsewhere"),
    ] {
        let mut browser = Browser::new(&app);
        let page = browser.get("/").await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, "/login"), "{email:?} {secret:?}");
        let answer = sign_in(&mut browser, email, secret).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{email:?} {secret:?}");
        let page = browser.get("/applications").await;
        assert!(
            page.text.contains(name) && page.text.contains(&format!("), <bdi>{account}</bdi>")),
            "{}",
            page.text
        );
        assert_eq!(browser.get("/login").await.header("location"), "/", "{email:?} {secret:?}");
    }
}

#[both_engines]
async fn an_unknown_address_and_a_wrong_password_get_the_same_response(engine: Engine) {
    let app = with_passwords(engine).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("pat@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        // She has no password.
        ("ada@example.com", PASSWORD),
        ("ada@example.com", ""),
        ("pat@example.com", &"long".repeat(1000)),
    ] {
        let answer = sign_in(&mut Browser::new(&app), email, password).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (422, ""), "{email}");
        answers.push(answer.text.replace(email, "E"));
    }
    for token in ["nothing", "", " "] {
        let answer = Browser::new(&app).post("/login", &[("token", token)]).await;
        answers.push(answer.text.replace("value=\"\" required", "value=\"E\" required"));
    }
    assert!(answers[0].contains("Wrong e-mail address, password or token."));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[both_engines]
async fn a_personal_token_signs_in_until_it_expires(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let token = |id: i64, name: &str, more: (&str, serde_json::Value)| {
        let mut token = json!({"kind": "token", "id": id, "user_id": 2545, "name": name, "sha256": hex::encode(digest(name))});
        token[more.0] = more.1;
        token
    };
    let archive = lines([
        json!({"kind": "application", "id": 1, "account_id": 415, "name": "A", "client_id": "a", "redirect_uris": [],
            "creator_id": 2500, "created_at": NOW}),
        token(91, "given away", ("application_id", json!(1))),
        token(92, "limited", ("scopes", json!(["api_v3"]))),
        token(93, "ended", ("expires_at", json!(NOW))),
        token(94, "brief", ("expires_at", json!("2026-02-16T17:00:00Z"))),
    ]);
    app.import(&archive).await.expect("tokens");
    for text in ["given away", "limited", "ended"] {
        let answer = Browser::new(&app).post("/login", &[("token", text)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (422, ""), "{text}");
    }
    let mut brief = Browser::of(&app, "brief").await;
    let mut cacheable = Browser::of(&app, " ada\n").await;
    assert!(cacheable.get("/").await.text.contains("Ada Park"));
    app.wait_until("2026-02-16T17:00:00Z");
    assert_eq!((brief.get("/").await.status.as_u16(), cacheable.get("/").await.status.as_u16()), (303, 200));
}

#[both_engines]
async fn a_session_lasts_two_weeks_or_until_sign_out(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (mut one, mut other) = (Browser::of(&app, "ada").await, Browser::of(&app, "ada").await);
    let forms = one.get("/").await.forms();
    let form = forms.into_iter().find(|form| form.action == "/logout").expect("a form");
    assert_eq!(one.send(&form.clone().without("csrf")).await.status, 403);
    assert_eq!(other.send(&form).await.status, 403);
    assert_eq!(one.get("/logout").await.status, 404);
    assert_eq!(one.get("/").await.status, 200);

    let before = one.cookie.clone();
    let answer = one.send(&form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login"));
    assert_eq!(one.cookie, "statuary_session=");
    one.cookie = before;
    assert_eq!((one.get("/").await.status.as_u16(), other.get("/").await.status.as_u16()), (303, 200));

    app.app.clock.advance(domain::sessions::SECONDS - 1);
    assert_eq!(other.get("/").await.status, 200);
    app.app.clock.advance(1);
    assert_eq!(other.get("/").await.status, 303);
}

#[tokio::test]
async fn the_session_cookie_is_host_only_and_http_only() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let cookie = async |app: &TestApp| {
        let answer = Browser::new(app).post("/login", &[("token", "ada")]).await;
        let cookie = answer.header("set-cookie").to_owned();
        let (pair, rest) = cookie.split_once(';').expect("attributes");
        let secret = pair.strip_prefix("statuary_session=").expect("the name");
        assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "{pair}");
        rest.to_owned()
    };
    assert_eq!(cookie(&app).await, " Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax");
    let app = app.set(|settings| settings.public_url = Some("https://status.example".into()));
    assert_eq!(cookie(&app).await, " Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure");
}

#[both_engines]
async fn a_session_cookie_gives_no_access_to_the_apis(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let browser = Browser::of(&app, "root").await;
    let secret = browser.cookie.split_once('=').expect("a cookie").1;
    let bearer = format!("Bearer {secret}");
    let headers =
        [("cookie", &*browser.cookie), ("authorization", &*bearer), ("sec-fetch-site", "same-origin")];
    for path in ["/api/v1/users/me", "/api/v3/users/me", "/openid/userinfo"] {
        for headers in [&headers[..1], &headers] {
            assert_eq!(app.request(Method::GET, path, headers, "").await.status, 401, "{path}");
        }
    }
}

#[both_engines]
async fn a_sign_in_link_works_once(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    app.rebuild(|app| app.login(LoginLink::for_user("one-time", AccountId(415), UserId(2545))));
    // A link preview, such as in a chat, does not use the link.
    for method in [Method::HEAD, Method::GET, Method::GET, Method::OPTIONS] {
        let answer = app.request(method, "/login/one-time", &[], "").await;
        assert_eq!(answer.header("set-cookie"), "", "{answer}");
    }
    let foreign = [FORM, ("sec-fetch-site", "cross-site")];
    assert_eq!(app.request(Method::POST, "/login/one-time", &foreign, "").await.status, 403);
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/login/another").await.status, 404);
    assert_eq!(browser.post("/login/another", &[]).await.status, 404);
    let page = browser.get("/login/one-time").await;
    let form = page.text.split("<form id=\"send\" method=\"post\">").nth(1).expect("a form");
    assert!(form.contains("<button>Sign in</button>") && page.text.contains("/assets/send_form-"), "{form}");
    let answer = browser.post("/login/one-time", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
    assert!(browser.get("/").await.text.contains("Ada Park"));
    let mut second = Browser::new(&app);
    for answer in [second.get("/login/one-time").await, second.post("/login/one-time", &[]).await] {
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (404, ""));
    }
}

#[both_engines]
async fn signing_in_redirects_only_to_own_paths(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (path, leads_to) in [
        ("/oauth/authorize?a=b", "/oauth/authorize?a=b"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nset-cookie: b=c", "/"),
        ("evil", "/"),
        ("", "/"),
    ] {
        let answer = Browser::new(&app).post("/login", &[("token", "ada"), ("return_to", path)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, leads_to), "{path:?}");
        assert_eq!(local(Some(path)).unwrap_or("/"), leads_to, "{path:?} {leads_to:?}");
    }
}

#[both_engines]
async fn cross_site_login_requests_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = encoded(&[("token", "ada")]);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer =
            app.request(Method::POST, "/login", &[FORM, ("host", "here"), (name, value)], &body).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, ""), "{name}");
    }
    let plain = app.request(Method::POST, "/login", &[FORM], &body).await;
    assert_eq!(plain.status, 303);
}
