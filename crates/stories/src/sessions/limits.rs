//! Stories of logins that are refused or limited, on both engines.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::pin;

use axum::body::Body;
use axum::http::{Method, Request};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use macros::both_engines;

use super::{PASSWORD, sign_in, with_passwords};
use crate::browser::{Browser, FORM, encoded};
use crate::{Answer, Engine, TestApp};
use domain::users::{hash_queue as queue, password};
use service::Peer;
use service::limits::Limits;

async fn limited(engine: Engine, login_limit: u32) -> TestApp {
    let mut app = with_passwords(engine).await.set(|settings| {
        settings.login_limit = NonZeroU32::new(login_limit);
    });
    let limits = Limits::new(&app.app.settings, &app.app.clock);
    app.rebuild(|app| app.limits(limits));
    app
}

/// A login from an address, with a cookie.
async fn from(app: &TestApp, address: [u8; 4], cookie: &str, email: &str, password: &str) -> Answer {
    let body = encoded(&[("email", email), ("password", password)]);
    let request = Request::post("/login").header(FORM.0, FORM.1).extension(Peer(IpAddr::from(address)));
    // Requests with the same cookie, even an empty one, count as those of one caller.
    let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
    app.send(request.body(Body::from(body)).expect("a request")).await
}

/// Guesses from many addresses limit only that e-mail address, and not the browser that its owner uses.
#[both_engines]
async fn guesses_at_one_persons_password_slow_neither_others_nor_a_known_browser(engine: Engine) {
    const PAT: &str = "pat@example.com";
    let app = limited(engine, 3).await;
    let mut own = Browser::new(&app);
    assert_eq!(sign_in(&mut own, PAT, PASSWORD).await.status, 303);
    let device = own.cookie.split("; ").find(|pair| pair.starts_with("statuary_device=")).expect("a cookie");
    for last in 1..=3 {
        assert_eq!(
            from(&app, [192, 0, 2, last], "", " PAT@example.com", "wrong").await.status,
            422,
            "{last:?}"
        );
    }
    // The right password from an unknown browser is limited, too, and the response says for how long.
    let refused = from(&app, [192, 0, 2, 9], "", PAT, PASSWORD).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"));
    assert_eq!(
        (refused.header("content-type"), refused.header("set-cookie")),
        ("text/html; charset=utf-8", "")
    );
    let forged = format!("statuary_device={}", "0".repeat(96));
    assert_eq!(from(&app, [192, 0, 2, 9], &forged, PAT, PASSWORD).await.status, 429);
    // An unknown e-mail address gets the same response.
    for last in 11..=13 {
        assert_eq!(
            from(&app, [192, 0, 2, last], "", "nobody@example.com", "wrong").await.status,
            422,
            "{last:?}"
        );
    }
    assert_eq!(from(&app, [192, 0, 2, 14], "", "nobody@example.com", "wrong").await.status, 429);
    assert_eq!(from(&app, [192, 0, 2, 15], device, PAT, PASSWORD).await.status, 303);
    // The known browser has its own limit.
    for status in [422, 422, 422, 429] {
        assert_eq!(from(&app, [192, 0, 2, 16], device, PAT, "wrong").await.status.as_u16(), status);
    }
    let token = [("token", "bo"), ("email", "")];
    assert_eq!(Browser::new(&app).post("/login", &token).await.status, 303);
    app.app.clock.advance(60);
    assert_eq!(from(&app, [192, 0, 2, 9], "", PAT, PASSWORD).await.status, 303);
}

/// The queue is full of guesses; the last login is served next. A rejected guess does not count.
#[both_engines]
async fn a_burst_of_guesses_does_not_starve_a_correct_login(engine: Engine) {
    let app = limited(engine, 1).await;
    let turn = async || app.app.passwords.turn(queue::Client::default()).await.expect("a turn");
    let (first, second) = (turn().await, turn().await);
    let guess = async |last: u8| {
        let email = format!("guess{last}@example.com");
        (from(&app, [198, 51, 100, last], "", &email, "wrong").await, email)
    };
    let mut guesses: FuturesUnordered<_> = (0..70).map(guess).collect();
    let mut turned_away = String::new();
    for _ in 0..6 {
        let (answer, email) = guesses.next().await.expect("a guess");
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"));
        turned_away = email;
    }
    let good = pin!(from(&app, [192, 0, 2, 1], "", "pat@example.com", PASSWORD));
    // It replaces a guess in the queue.
    let Either::Right((Some((answer, _)), good)) = select(good, guesses.next()).await else {
        panic!("a login without a turn")
    };
    assert_eq!(answer.status, 503);
    drop(first);
    // It has the first turn. While its session is written, the next guess can be answered.
    let (mut good, mut earlier) = (good, 0);
    let answer = loop {
        match select(good, guesses.next()).await {
            Either::Left((answer, _)) => break answer,
            Either::Right((_, waiting)) => (good, earlier) = (waiting, earlier + 1),
        }
    };
    assert!(earlier <= 2, "{earlier} guesses were answered earlier");
    assert_eq!(answer.status, 303, "{}", answer.text);
    drop((guesses, second));
    assert_eq!(from(&app, [192, 0, 2, 2], "", &turned_away, "wrong").await.status, 422);
}

#[both_engines]
async fn a_login_over_http_is_directed_to_the_https_address(engine: Engine) {
    let app = with_passwords(engine).await;
    let app = app.set(|settings| settings.public_url = Some("https://status.example".into()));
    let body = encoded(&[("email", "pat@example.com"), ("password", PASSWORD)]);
    let send = async |path: &str, headers: &[(&str, &str)]| {
        app.request(Method::POST, path, &[&[FORM], headers].concat(), &body).await
    };
    let (host, origin) = (("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080"));
    for headers in
        [&[host, origin][..], &[host], &[("host", "status.example"), ("x-forwarded-proto", "http")]]
    {
        let answer = send("/login", headers).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, ""), "{headers:?}");
        assert!(answer.text.contains("https://status.example"), "{}", answer.text);
    }
    let looked = app.request(Method::GET, "/login", &[host, ("x-forwarded-proto", "http")], "").await;
    assert!(looked.status == 403 && looked.text.contains("https://status.example"), "{}", looked.text);
    for headers in [
        &[("host", "status.example"), ("origin", "https://status.example")][..],
        &[host, ("origin", "https://status.example")],
        &[("host", "status.example")],
        &[host, ("x-forwarded-proto", "https")],
    ] {
        let answer = send("/login", headers).await;
        assert_eq!(answer.status, 303, "{headers:?}: {}", answer.text);
        assert!(answer.header("set-cookie").ends_with("; Secure"), "{headers:?}");
    }
    assert_eq!(app.request(Method::GET, "/login", &[host], "").await.status, 200);
}

/// RFC 8265: keyboards send a letter and its accent as one or as two code points.
#[both_engines]
async fn passwords_are_compared_after_unicode_normalisation(engine: Engine) {
    let app = with_passwords(engine).await;
    let hash = password::hash("Gr\u{fc}\u{df}e aus K\u{f6}ln".into()).await.expect("a hash");
    let person = serde_json::json!({"kind": "user", "id": 73, "account_id": 415, "full_name": "Kai",
        "email_address": "kai@example.com", "password_hash": hash});
    app.import(&crate::lines([person])).await.expect("a person");
    for typed in ["Gr\u{fc}\u{df}e aus K\u{f6}ln", "Gru\u{308}\u{df}e aus\u{a0}Ko\u{308}ln"] {
        let answer = sign_in(&mut Browser::new(&app), "kai@example.com", typed).await;
        assert_eq!(answer.status, 303, "{typed}");
    }
    let answer = sign_in(&mut Browser::new(&app), "kai@example.com", "Gruße aus Koln").await;
    assert_eq!(answer.status, 422);
}
