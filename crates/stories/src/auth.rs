//! Stories of tokens: their page, and when they were last used.

use futures_util::future::join_all;
use macros::both_engines;
use serde_json::json;

use super::browser::Browser;
use super::{Answer, Engine, TestApp, lines};
use domain::auth::{digest, uses};
use domain::ids::{AccountId, TokenId};
use domain::verify;

/// The row of a token.
#[track_caller]
fn row<'a>(page: &'a Answer, name: &str) -> &'a str {
    let row = page.text.split(&format!("<th scope=\"row\"><bdi>{name}")).nth(1);
    row.unwrap_or_else(|| panic!("no {name}: {}", page.text)).split("</tr>").next().unwrap_or_default()
}

/// The text of a token that was just created.
#[track_caller]
fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = answer.text.split("<code>").nth(1).and_then(|rest| rest.split('<').next());
    text.expect("a text").to_owned()
}

#[both_engines]
async fn a_token_is_created_shown_once_used_and_revoked(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut ada = Browser::of(&app, "ada").await;
    let form = ada.get("/tokens").await.form_with("name", "").with("name", "Nightly <b>sync</b>");
    let made = ada.send(&form.with("expires_at", "2026-02-20").with("scope_api_v3", "on")).await;
    let text = text(&made);
    assert!(text.starts_with("stat_") && made.header("cache-control") == "no-store", "{made:?}");
    assert!(
        made.text.contains("“Nightly &#60;b&#62;sync&#60;/b&#62;”")
            && made.text.contains("21 Feb 2026, 00:00:00 UTC")
    );
    assert_eq!(app.last_writer("token").await, (Some(2545), "pages".into()));

    let page = ada.get("/tokens").await;
    assert!(!page.text.contains(&text) && !app.export().await.contains(&text));
    let nightly = row(&page, "Nightly");
    for part in [">api_v3</span>", "16 Feb 2026", "20 Feb 2026", "Never used"] {
        assert!(nightly.contains(part), "{part}: {nightly}");
    }
    // Tokens of other users are not listed and cannot be revoked.
    assert!(!page.text.contains("<th scope=\"row\"><bdi>root"));
    for path in ["/tokens/1/revoke", "/tokens/x/revoke", "/tokens/99999/revoke"] {
        assert_eq!(
            (ada.get(path).await.status, ada.submit(path, &[]).await.status.as_u16()),
            (404.try_into().expect("a status"), 404),
            "{path:?}"
        );
    }
    let bearer = format!("Bearer {text}");
    let ask = async |path: &str| {
        app.request(axum::http::Method::GET, path, &[("authorization", &bearer)], "").await.status.as_u16()
    };
    assert_eq!((ask("/api/v3/statuses").await, ask("/api/statuary/v1/me").await), (200, 403));

    let path = nightly.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let requested = ada.get(path).await;
    let requested = requested.forms().into_iter().find(|form| form.action == path).expect("a form");
    assert_eq!(ask("/api/v3/statuses").await, 200);
    let answer = ada.send(&requested).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/tokens"));
    assert_eq!(ask("/api/v3/statuses").await, 401);
    assert!(!ada.get("/tokens").await.text.contains("Nightly"));
}

#[both_engines]
async fn an_invalid_token_form_is_shown_again(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let mut ada = Browser::of(&app, "ada").await;
    let form =
        ada.get("/tokens").await.form_with("name", "").with("name", "Sync").with("scope_statuary", "on");
    for (field, value, said) in [
        ("name", "  ", "Required."),
        ("name", &"n".repeat(101), "At most 100 characters."),
        ("expires_at", "2026-02-15", "Invalid value."),
        ("expires_at", "soon", "Invalid value."),
        ("expires_at", "9999-12-31", ""),
    ] {
        let answer = ada.send(&form.clone().with(field, value)).await;
        if said.is_empty() {
            assert!(answer.status == 200 || answer.status == 422, "{value}");
            continue;
        }
        assert_eq!(answer.status, 422, "{field} {value}");
        let problem = format!("<p class=\"problem\" id=\"{field}-problem\">{said}</p>");
        assert!(
            answer.text.contains(&problem) && answer.text.contains("name=\"scope_statuary\" checked"),
            "{field:?} {value:?}"
        );
        assert_eq!(app.export().await, before, "{field:?} {value:?}");
    }
}

/// A token that expires must not create a token or session that lasts longer.
#[both_engines]
async fn tokens_and_sessions_end_no_later_than_the_token_that_created_them(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let brief = json!({"kind": "token", "id": 91, "user_id": 2545, "name": "brief",
        "sha256": hex::encode(digest("brief")), "expires_at": "2026-03-31T12:00:00Z"});
    app.import(&lines([brief])).await.expect("a token");
    let mut browser = Browser::of(&app, "brief").await;
    let page = browser.get("/tokens").await;
    assert!(
        page.text.contains("expires when yours does, or earlier: 31 Mar 2026, 12:00:00 UTC"),
        "{}",
        page.text
    );
    for last_day in ["", "2027-01-01"] {
        let form = page.form_with("name", "").with("name", "longer").with("expires_at", last_day);
        let text = text(&browser.send(&form).await);
        let token = app.own(&text, axum::http::Method::GET, "/me").await.json();
        assert_eq!(token["token"]["expires_at"], "2026-03-31T12:00:00Z", "{token}");
    }
    // Nor in two steps.
    let form = page.form_with("name", "").with("name", "second").with("expires_at", "2026-03-01");
    let second = text(&browser.send(&form).await);
    let page = Browser::of(&app, &second).await.get("/tokens").await;
    assert!(page.text.contains("expires when yours does, or earlier: 2 Mar 2026, 00:00:00 UTC"));
}

#[both_engines]
async fn last_use_is_recorded_to_the_minute_without_an_event(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut ada = Browser::of(&app, "ada").await;
    let before = app.export().await;
    app.wait_until("2026-02-20T08:15:59Z");
    assert_eq!(app.get("ada", "/users/me").await.status, 200);
    let used = |page: &Answer| {
        row(page, "ada")
            .split("datetime=\"")
            .last()
            .and_then(|rest| rest.split('"').next())
            .expect("a time")
            .to_owned()
    };
    assert_eq!(used(&ada.get("/tokens").await), "2026-02-20T08:15:00Z");
    // A later use that another process recorded stays, whichever is written last.
    let elsewhere = uses::Uses::default();
    elsewhere.record((AccountId(415), TokenId(2)), "2026-02-20T09:59:10Z".parse().expect("a time"));
    elsewhere.record((AccountId(415), TokenId(2)), "2026-02-20T08:00:00Z".parse().expect("a time"));
    elsewhere.record((AccountId(415), TokenId(99_999)), "2026-02-20T08:00:00Z".parse().expect("a time"));
    elsewhere.write(&app.app.db).await.expect("written");
    assert_eq!(app.get("ada", "/users/me").await.status, 200);
    assert_eq!(used(&ada.get("/tokens").await), "2026-02-20T09:59:00Z");
    // A refused request is no use.
    assert_eq!(app.get("nobody", "/users/me").await.status, 401);
    assert_eq!(app.export().await, before);
    let findings = app.app.db.read(|conn| Box::pin(verify::store::undeclared(conn))).await.expect("a check");
    assert_eq!(findings, Vec::<String>::new());
}

#[both_engines]
async fn sessions_are_listed_and_can_be_ended(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (mut here, mut there) = (Browser::of(&app, "ada").await, Browser::of(&app, "ada").await);
    let mut root = Browser::of(&app, "root").await;
    let links = |page: &Answer| -> Vec<String> {
        let all = page.text.split("formaction=\"").skip(1);
        all.map(|rest| rest.split('"').next().expect("a path").to_owned()).collect()
    };
    let page = here.get("/tokens").await;
    let ends = links(&page);
    assert_eq!(ends.len(), 2);
    let first =
        page.text.split("id=\"sessions\"").nth(1).expect("the list").split("</tr>").nth(1).expect("a row");
    assert!(first.contains("this session") && first.contains("Sign out"), "{first}");
    // Sessions of other users cannot be ended.
    assert_eq!(root.submit(&ends[1], &[]).await.status, 404);
    assert_eq!(there.get("/tokens").await.status, 200);
    let answer = here.submit(&ends[1], &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/tokens#sessions"));
    assert_eq!(app.last_writer("session").await, (Some(2545), "pages".into()));
    assert_eq!(
        (there.get("/tokens").await.status.as_u16(), links(&here.get("/tokens").await).len()),
        (303, 1)
    );
    let answer = here.submit(&ends[0], &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login"));
    assert_eq!(here.cookie, "statuary_session=");
}

#[both_engines]
async fn the_access_of_an_application_can_be_revoked(engine: Engine) {
    let app = crate::oauth::harbor(engine).await;
    let given = app.tokens("ada", "board", "").await;
    let access = given["access_token"].as_str().expect("a token").to_owned();
    let (mut ada, mut bo) = (Browser::of(&app, "ada").await, Browser::of(&app, "bo").await);
    let page = ada.get("/tokens").await;
    assert!(page.text.contains("<span class=\"tag\">app</span>"), "{}", page.text);
    let page = ada.get("/applications").await.text;
    let path =
        page.split("href=\"/applications/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let path = format!("/applications/{path}");
    assert_eq!(
        (bo.get(&path).await.status.as_u16(), bo.submit(&path, &[]).await.status.as_u16()),
        (404, 404)
    );
    assert_eq!(app.get(&access, "/users/me").await.status, 200);
    let requested = ada.get(&path).await;
    let requested = requested.forms().into_iter().find(|form| form.action == path).expect("a form");
    assert_eq!(ada.send(&requested).await.header("location"), "/applications");
    assert_eq!(app.get(&access, "/users/me").await.status, 401);
    assert!(ada.get("/applications").await.text.contains("No connected apps."));
    assert_eq!(app.last_writer("grant").await, (Some(2545), "pages".into()));
}

#[both_engines]
async fn requests_with_different_tokens_at_the_same_time_each_get_their_own_caller(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let name = |number: usize| format!("token {number}");
    let tokens: Vec<_> = (0..20)
        .map(|number| {
            let user = [2545, 2551, 2560, 3000][number % 4];
            json!({"kind": "token", "id": 100 + number, "user_id": user, "name": name(number),
                "sha256": hex::encode(digest(&name(number)))})
        })
        .collect();
    app.import(&lines(tokens)).await.expect("tokens");
    let ask = async |number: usize| {
        let text = if number % 5 == 4 { "unknown".to_owned() } else { name(number) };
        let answer = app.own(&text, axum::http::Method::GET, "/me").await;
        (answer.status.as_u16(), answer.json()["token"]["name"].clone())
    };
    let answers = join_all((0..20).map(ask)).await;
    for (number, answer) in answers.into_iter().enumerate() {
        let expected = if number % 5 == 4 { (401, json!(null)) } else { (200, json!(name(number))) };
        assert_eq!(answer, expected, "{number}");
    }
}
