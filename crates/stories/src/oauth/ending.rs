//! Removing applications, and limits of codes, sessions and tokens.

use macros::both_engines;
use serde_json::json;

use super::{CALLBACK, consent_url, harbor};
use crate::browser::Browser;
use crate::{Engine, TestApp};
use db::Scope;
use domain::auth;
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId};
use domain::oauth::store;
use domain::work;

fn command_line_change(app: &TestApp) -> Change {
    let (surface, at) = (Source::CommandLine, app.app.clock.now());
    Change { account_id: AccountId(415), actor_id: None, token_id: None, surface, at }
}

#[both_engines]
async fn removing_an_application_ends_its_grants_and_tokens(engine: Engine) {
    let app = harbor(engine).await;
    let (app, other) = app.with_second_process().await;
    let given = app.tokens("ada", "board", "api_v3").await;
    let itself = app.token("board", &[("grant_type", "client_credentials")]).await.json();
    let code = app.code("bo", "board", &[]).await;
    let others = app.tokens("ada", "other", "").await;
    for token in [&given, &itself, &others] {
        assert!(other.opens(&token["access_token"]).await.0);
    }
    let change = command_line_change(&app);
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let board = store::with_client_id(conn, "board").await?.expect("an application");
            store::remove(conn, &change, &board).await
        }),
    );
    work.await.expect("an end");
    for app in [&app, &other] {
        for token in [&given, &itself] {
            assert_eq!(app.opens(&token["access_token"]).await, (false, 401));
        }
        assert!(app.opens(&others["access_token"]).await.0);
        assert_eq!(app.exchange("board", &code, &[]).await.json()["error"], "invalid_client");
    }
    let page = Browser::of(&app, "ada").await.get(&consent_url("board", &[])).await;
    assert_eq!(page.status, 400, "{}", page.text);
    assert!(!app.export().await.contains("The board"));
    assert_eq!(app.last_writer("application").await, (None, "command_line".into()));
}

#[both_engines]
async fn a_replaced_secret_is_refused_and_tokens_stay_valid(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "").await;
    let change = command_line_change(&app);
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            let board = store::with_client_id(conn, "board").await?.expect("an application");
            store::set_secret(conn, &change, &board, &auth::digest("another")).await
        }),
    );
    work.await.expect("a secret");
    let itself = ("grant_type", "client_credentials");
    assert_eq!(app.token("board", &[itself]).await.status, 401);
    let fields = [itself, ("client_id", "board"), ("client_secret", "another")];
    let sent = crate::browser::encoded(&fields);
    let form = [crate::browser::FORM];
    assert_eq!(app.request(axum::http::Method::POST, "/oauth/token", &form, &sent).await.status, 200);
    assert!(app.opens(&given["access_token"]).await.0);
}

#[both_engines]
async fn a_twenty_first_code_ends_the_oldest_code_of_the_person(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let page = browser.get(&consent_url("board", &[])).await;
    let form = page.form_with("decision", "allow");
    let mut codes = Vec::new();
    for _ in 0..21 {
        codes.push(browser.send(&form).await.member("code").expect("a code"));
    }
    assert_eq!(app.exchange("board", &codes[0], &[]).await.json()["error"], "invalid_grant");
    assert_eq!(app.exchange("board", &codes[1], &[]).await.status, 200);
    assert_eq!(app.exchange("board", &codes[20], &[("redirect_uri", CALLBACK)]).await.status, 200);
    let token = json!({"a": codes[20]});
    assert_eq!(app.opens(&token["a"]).await, (false, 401));
}

#[both_engines]
async fn a_person_can_have_fifty_sessions_and_two_hundred_tokens(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut first = Browser::of(&app, "ada").await;
    let mut second = Browser::of(&app, "ada").await;
    let mut last = Browser::of(&app, "bo").await;
    for _ in 0..49 {
        last = Browser::of(&app, "ada").await;
    }
    assert_eq!(first.get("/").await.header("location"), "/login");
    assert_eq!((second.get("/").await.status.as_u16(), last.get("/").await.status.as_u16()), (200, 200));
    let change = command_line_change(&app);
    let work = app.app.db.write(
        Scope::Account(415),
        work!(|conn| {
            for number in 0..199_u8 {
                let new = auth::NewToken {
                    user_id: UserId(2545),
                    name: "many",
                    sha256: auth::digest(&number.to_string()),
                    ..auth::NewToken::default()
                };
                auth::store::create_own(conn, &change, new).await?;
            }
            Ok(())
        }),
    );
    work.await.expect("tokens");
    let before = app.export().await;
    let answer = last.submit("/tokens", &[("name", "One more")]).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(app.export().await, before);
}
