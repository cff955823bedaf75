//! Stories of a provider that is away, lies, or changes its keys.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::peer::Peer;
use super::{is_signed_in, sign_in, verified, with_password, with_provider};
use crate::browser::{Browser, FORM};
use crate::{Engine, NOW, TestApp, time};
use domain::users::password;

fn ada() -> Value {
    verified("f3", "ada@example.com")
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = ada();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_is_refused() {
    let (app, peer) = with_provider(Engine::Sqlite, |_| {}).await;
    let now = time(NOW).unix_seconds();
    for (name, value) in [
        ("aud", json!("another-service")),
        ("aud", json!(["statuary", "another-service"])),
        ("azp", json!("another-service")),
        ("iss", json!("https://evil.example")),
        ("nonce", json!("of another sign-in")),
        ("nonce", Value::Null),
        ("exp", json!(now - 61)),
        ("iat", json!(now + 61)),
        ("sub", json!("")),
    ] {
        let mut browser = Browser::new(&app);
        let answer = sign_in(&mut browser, &peer, &with(name, value.clone())).await;
        assert!(answer.status == 403 && answer.text.contains("is not valid"), "{name} {value}: {answer:?}");
        assert!(!is_signed_in(&mut browser, "Ada Park").await, "{name} {value}");
    }
    // The clocks differ by a minute.
    for (name, value) in [("exp", json!(now - 59)), ("iat", json!(now + 60))] {
        assert_eq!(sign_in(&mut Browser::new(&app), &peer, &with(name, value)).await.status, 303, "{name}");
    }
}

#[tokio::test]
async fn the_answer_of_the_provider_counts_once_and_in_the_browser_that_asked() {
    let (app, peer) = with_provider(Engine::Sqlite, |_| {}).await;
    peer.signs_in(&ada());
    let mut browser = Browser::new(&app);
    let begun = browser.get("/login/openid").await;
    let cookie = browser.cookie.clone();
    assert!(
        begun.header("set-cookie").contains("; Max-Age=600; HttpOnly; SameSite=Lax; Secure"),
        "{begun:?}"
    );
    let back = peer.agrees(begun.header("location"));
    // Without the cookie, as in the browser of somebody whom the link was sent to, and with that of another attempt.
    let mut other = Browser::new(&app);
    assert_eq!(other.get(&back).await.status, 403);
    other.get("/login/openid").await;
    let lost = other.get(&back).await;
    assert!(lost.status == 403 && lost.text.contains("began in another browser"), "{lost:?}");
    for changed in [
        back.replace("state=", "state=0"),
        back.replace("state=", "s="),
        format!("{back}&iss=https%3A%2F%2Fevil.example"),
    ] {
        browser.cookie.clone_from(&cookie);
        assert_eq!(browser.get(&changed).await.status, 403, "{changed}");
    }
    assert_eq!(peer.asked("/realm/token"), 0, "no code is exchanged for another browser");
    browser.cookie.clone_from(&cookie);
    assert_eq!(browser.get(&back).await.status, 303);
    // The same answer again: without the cookie, which is gone, and with it.
    let mut again = Browser::new(&app);
    assert_eq!(again.get(&back).await.status, 403);
    again.cookie.clone_from(&cookie);
    assert_eq!(again.get(&back).await.status, 403);
    assert!(!is_signed_in(&mut again, "Ada Park").await);
    // After ten minutes.
    let mut late = Browser::new(&app);
    let back = peer.agrees(late.get("/login/openid").await.header("location"));
    app.app.clock.advance(600);
    assert_eq!(late.get(&back).await.status, 403);
    // The person refuses.
    let mut refusing = Browser::new(&app);
    let back = peer.agrees(refusing.get("/login/openid").await.header("location"));
    let answer = refusing.get(&back.replace("code=", "error=access_denied&code=")).await;
    assert!(answer.status == 403 && answer.text.contains("was cancelled"), "{answer:?}");
}

#[both_engines]
async fn passwords_go_on_without_the_provider_unless_they_are_switched_off(engine: Engine) {
    let (app, peer) = with_provider(engine, |_| {}).await;
    let hash = password::hash("Kran & Kai 7".into()).await.expect("a hash");
    app.import(&with_password(&hash)).await.expect("a person");
    let by_password = async |app: &TestApp| {
        let fields = [("email", "pat@example.com"), ("password", "Kran & Kai 7")];
        Browser::new(app).post("/login", &fields).await.status.as_u16()
    };
    let large = format!("HTTP/1.1 200 OK\r\n\r\n{{\"issuer\":\"{}\"}}", "a".repeat(300 * 1024));
    for broken in [
        "HTTP/1.1 500 Oh\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\n\r\n",
        "",
        "no HTTP",
        "HTTP/1.1 200 OK\r\n\r\n{}",
        large.as_str(),
    ] {
        peer.answers(Some(broken.to_owned()));
        let answer = Browser::new(&app).get("/login/openid").await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "10"), "{broken:.30}");
        assert!(answer.text.contains("Harbor ID can’t be reached"), "{answer:?}");
        app.app.clock.advance(5);
    }
    assert_eq!(by_password(&app).await, 303);
    assert_eq!(peer.asked("/realm/elsewhere"), 0);
    // A failure is not asked for again at once.
    let asked = peer.asked("/realm/.well-known/openid-configuration");
    app.app.clock.advance(-1);
    assert_eq!(Browser::new(&app).get("/login/openid").await.status, 503);
    assert_eq!(peer.asked("/realm/.well-known/openid-configuration"), asked);
    peer.answers(None);
    app.app.clock.advance(5);
    let mut browser = Browser::new(&app);
    assert_eq!(sign_in(&mut browser, &peer, &verified("p", "pat@example.com")).await.status, 303);
    // What is known goes on for as long as the provider is away.
    let begun = Browser::new(&app).get("/login/openid").await;
    peer.answers(Some(String::new()));
    app.app.clock.advance(7200);
    assert_eq!(Browser::new(&app).get("/login/openid").await.status, begun.status);

    let cookie = browser.cookie.clone();
    let app = app.set(|settings| settings.password_login = false);
    assert_eq!(by_password(&app).await, 403);
    assert_eq!(Browser::new(&app).post("/login", &[("token", "ada")]).await.status, 403);
    let login = Browser::new(&app).get("/login").await.text;
    assert!(login.contains("Sign in with Harbor ID") && !login.contains("name=\"password\""), "{login}");
    assert_eq!(Browser::new(&app).get("/forgotten").await.status, 404);
    let mut signed_in = Browser::new(&app);
    signed_in.cookie = cookie;
    let account = signed_in.get("/account").await.text;
    assert!(account.contains("Pat Harbor") && !account.contains("name=\"password\""), "{account}");
    assert_eq!(signed_in.submit("/account/password", &[("password", "another one")]).await.status, 403);
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_an_unknown_one_once_in_a_while() {
    let (app, peer) = with_provider(Engine::Sqlite, |_| {}).await;
    let attempt = async |peer: &Peer| sign_in(&mut Browser::new(&app), peer, &ada()).await.status.as_u16();
    assert_eq!((attempt(&peer).await, attempt(&peer).await), (303, 303));
    assert_eq!((peer.asked("/realm/keys"), peer.asked("/realm/.well-known/openid-configuration")), (1, 1));
    app.app.clock.advance(30);
    peer.rotate("second", true);
    assert_eq!((attempt(&peer).await, peer.asked("/realm/keys")), (303, 2));
    // A key that the provider does not have, under a new name and under the known one.
    peer.rotate("third", false);
    for _ in 0..3 {
        assert_eq!((attempt(&peer).await, peer.asked("/realm/keys")), (403, 2));
    }
    app.app.clock.advance(30);
    assert_eq!((attempt(&peer).await, peer.asked("/realm/keys")), (403, 3));
    peer.rotate("second", false);
    assert_eq!((attempt(&peer).await, peer.asked("/realm/keys")), (403, 3));
    let answer = app.request(Method::POST, "/login/openid/logout", &[FORM], "").await;
    assert_eq!(answer.status, 400);
}
