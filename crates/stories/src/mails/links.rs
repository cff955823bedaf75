//! Invitations, and links for people who forgot their password.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{harbor, mails, readers, send};
use crate::browser::Browser;
use crate::{Engine, TestApp};

const PASSWORD: &str = "Kran & Kai 7";

async fn ask(app: &TestApp, address: &str) -> String {
    let answer = Browser::new(app).post("/forgotten", &[("email", address)]).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.text
}

#[both_engines]
async fn an_invitation_comes_by_mail(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let fields = [("full_name", "Eve Late"), ("email_address", "eve@example.com")];
    let shown = root.submit("/people", &fields).await;
    assert!(shown.text.contains("It has also been sent by e-mail."), "{}", shown.text);
    let rows = root
        .submit(
            "/people/invitations",
            &[("rows", "Gus One <gus@example.com>"), ("key", "0123456789abcdef0123456789abcdef")],
        )
        .await;
    assert_eq!(rows.status, 200, "{rows}");
    let sent = mails(&app, &folder).await;
    assert_eq!(readers(&sent), ["eve@example.com", "gus@example.com"]);
    let eve = &sent[0];
    assert_eq!(eve.header("subject"), "Your invitation to Statuary");
    assert!(eve.text.contains("Root Admin") && eve.html.contains("Root Admin"));
    assert!(!eve.headers.contains_key("list-unsubscribe") && !eve.headers.contains_key("references"));
    // The link on the page and that in the mail are the same, and work once.
    let path = eve.path("/invitations/");
    assert!(shown.text.contains(&path));
    let mut browser = Browser::new(&app);
    assert_eq!(browser.post(&path, &[("password", PASSWORD)]).await.status, 303);
    assert_eq!(Browser::new(&app).get(&path).await.status, 404);
    assert!(mails(&app, &folder).await.is_empty());
    // People whom a program adds are invited, too.
    let new = json!({"full_name": "Ivy Two", "email_address": "ivy@example.com"});
    send(&app, "root", Method::POST, "/users", new).await;
    let sent = mails(&app, &folder).await;
    assert_eq!(readers(&sent), ["ivy@example.com"]);
    assert_eq!(Browser::new(&app).get(&sent[0].path("/invitations/")).await.status, 200);
}

#[both_engines]
async fn a_forgotten_password_is_replaced_by_a_link(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    assert!(Browser::new(&app).get("/login").await.text.contains("href=\"/forgotten\""));
    assert!(Browser::new(&app).get("/forgotten").await.text.contains("type=\"email\""));
    send(&app, "bo", Method::PATCH, "/me", json!({"language": "de"})).await;
    send(&app, "root", Method::PATCH, "/users/2560", json!({"active": false})).await;
    let answers = [
        ask(&app, "BO@example.com").await,
        ask(&app, "nobody@example.com").await,
        ask(&app, "vera@example.com").await,
        ask(&app, "not an address").await,
    ];
    let id = |text: &str| text.replace(char::is_whitespace, "");
    assert!(answers.iter().all(|answer| id(answer) == id(&answers[0])), "{answers:?}");
    let sent = mails(&app, &folder).await;
    assert_eq!(readers(&sent), ["bo@example.com"]);
    assert_eq!(sent[0].header("subject"), "Neues Passwort für Statuary festlegen");
    let path = sent[0].path("/invitations/");
    // One link in five minutes.
    ask(&app, "bo@example.com").await;
    assert!(mails(&app, &folder).await.is_empty());
    assert_eq!(Browser::new(&app).get(&path).await.status, 200);
    app.app.clock.advance(301);
    ask(&app, "bo@example.com").await;
    ask(&app, "bo@example.com").await;
    let sent = mails(&app, &folder).await;
    assert_eq!(sent.len(), 1);
    let newer = sent[0].path("/invitations/");
    assert_eq!(Browser::new(&app).get(&path).await.status, 404, "the newer link replaces it");
    let mut bo = Browser::new(&app);
    assert_eq!(bo.post(&newer, &[("password", PASSWORD)]).await.status, 303);
    assert_eq!(Browser::new(&app).get(&newer).await.status, 404);
    let fields = [("email", "bo@example.com"), ("password", PASSWORD)];
    assert_eq!(Browser::new(&app).post("/login", &fields).await.status, 303);
    // A link that waits for seven days ends.
    app.app.clock.advance(301);
    ask(&app, "max@example.com").await;
    let path = mails(&app, &folder).await[0].path("/invitations/");
    app.app.clock.advance(7 * 86_400);
    assert_eq!(Browser::new(&app).get(&path).await.status, 404);
}
