//! Stories of invitations, through HTTP, on both engines.

use macros::both_engines;

use super::browser::Browser;
use super::{Answer, Engine, TestApp};
use domain::auth::digest;
use domain::events;
use domain::ids::AccountId;
use domain::verify::verify;
use domain::work;

const PASSWORD: &str = "Kran & Kai 7";

/// The path of the link that an answer shows.
#[track_caller]
fn link(answer: &Answer) -> String {
    let shown = answer.text.split("<code>http://").nth(1).expect("a link");
    let address = shown.split("</code>").next().unwrap_or_default();
    address[address.find('/').expect("a path")..].to_owned()
}

async fn invite(root: &mut Browser<'_>, id: i64) -> Answer {
    let answer = root.submit(&format!("/people/{id}/invitation"), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let sent = [("email", email), ("password", password)];
    Browser::new(app).post("/login", &sent).await.status.as_u16()
}

/// Asserts the page for a link that is no longer valid.
#[track_caller]
fn is_over(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (404, ""), "{}", answer.text);
    assert!(answer.text.contains("It has expired or been used"), "{}", answer.text);
}

#[both_engines]
async fn an_added_person_sets_a_password_through_a_link(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let sent = [("full_name", "Eve Late"), ("email_address", "eve@example.com")];
    let shown = root.submit("/people", &sent).await;
    assert!(
        shown.text.contains("Invite link for Eve Late") && shown.text.contains("23 Feb 2026"),
        "{}",
        shown.text
    );
    assert!(shown.text.contains("Send this link only to Eve Late."), "{}", shown.text);
    let path = link(&shown);
    let people = root.get("/people").await.text;
    assert!(!people.contains("/invitations/"));
    let mut eve = Browser::new(&app);
    let page = eve.get(&path).await;
    assert!(page.text.contains("Welcome, Eve Late.") && page.text.contains("value=\"eve@example.com\""));
    let before = app.export().await;
    for wrong in ["", "short 7", &"long ".repeat(300)] {
        let answer = eve.post(&path, &[("password", wrong)]).await;
        assert!(answer.status == 422 && answer.text.contains("role=\"alert\""), "{wrong}: {}", answer.text);
    }
    assert_eq!(app.export().await, before);
    let answer = eve.post(&path, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{}", answer.text);
    assert!(eve.get("/tokens").await.text.contains("Eve Late"));
    assert_eq!(app.last_writer("user").await.1, "pages");
    // A link works only once.
    is_over(&eve.get(&path).await);
    is_over(&eve.post(&path, &[("password", "another one")]).await);
    assert_eq!(sign_in(&app, "eve@example.com", PASSWORD).await, 303);
    assert_eq!(sign_in(&app, "eve@example.com", "another one").await, 422);
}

#[both_engines]
async fn a_new_link_replaces_the_previous_one(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (mut root, mut ada) = (Browser::of(&app, "root").await, Browser::of(&app, "ada").await);
    let first = link(&invite(&mut root, 2545).await);
    let second = link(&invite(&mut root, 2545).await);
    let mut browser = Browser::new(&app);
    is_over(&browser.get(&first).await);
    is_over(&browser.post(&first, &[("password", PASSWORD)]).await);
    // Opening the page does not use the link.
    assert_eq!(browser.get(&second).await.status, 200);
    assert_eq!(ada.get("/").await.status, 200);
    assert_eq!(browser.post(&second, &[("password", PASSWORD)]).await.status, 303);
    // Earlier sessions of the person have ended.
    assert_eq!(ada.get("/").await.header("location"), "/login");
    assert_eq!(sign_in(&app, "ada@example.com", PASSWORD).await, 303);
}

#[both_engines]
async fn a_link_lasts_seven_days(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let path = link(&invite(&mut root, 2551).await);
    app.wait_until("2026-02-23T16:00:02Z");
    assert_eq!(Browser::new(&app).get(&path).await.status, 200);
    app.wait_until("2026-02-23T16:00:03Z");
    is_over(&Browser::new(&app).get(&path).await);
    is_over(&Browser::new(&app).post(&path, &[("password", PASSWORD)]).await);
    // A new link can be created.
    assert_eq!(Browser::new(&app).get(&link(&invite(&mut root, 2551).await)).await.status, 200);
}

#[both_engines]
async fn only_administrators_of_the_account_can_invite(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, id, status) in [
        ("ada", "2545", 403),
        ("max", "2551", 403),
        ("root", "3000", 404),
        ("root", "1", 404),
        ("root", "x", 404),
        ("zoe", "2545", 404),
    ] {
        let mut browser = Browser::of(&app, token).await;
        let answer = browser.submit(&format!("/people/{id}/invitation"), &[]).await;
        assert_eq!(answer.status, status, "{token} {id}");
        assert!(!answer.text.contains("/invitations/"), "{token} {id}");
    }
}

/// The log has the inviting and the invited user and the digest of the secret, and agrees with the store.
#[both_engines]
async fn invitations_are_logged_without_their_secrets(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let taken = link(&invite(&mut root, 2545).await);
    assert_eq!(app.last_writer("invitation").await, (Some(2500), "pages".into()));
    Browser::new(&app).post(&taken, &[("password", PASSWORD)]).await;
    assert_eq!(app.last_writer("invitation").await, (Some(2545), "pages".into()));
    let waiting = link(&invite(&mut root, 2551).await);
    let work = app.app.db.read(work!(|conn| {
        let summary = verify(conn, &mut |_| {}).await?;
        Ok((events::store::chain(conn, AccountId(415), 0, i64::MAX).await?, summary))
    }));
    let (links, summary) = work.await.expect("a log");
    assert_eq!((summary.findings, summary.records["invitation"]), (0, 1));
    let logged = format!("{links:?}");
    for path in [taken, waiting] {
        let secret = path.trim_start_matches("/invitations/");
        let sha256 = hex::encode(digest(secret));
        assert!(logged.contains(&sha256) && !logged.contains(secret), "{path}");
        assert!(!app.export().await.contains(&sha256), "{path}");
    }
}
