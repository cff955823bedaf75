//! Stories of the page of one's own account, on both engines.

use axum::http::Method;
use macros::both_engines;

use crate::browser::{Browser, FORM, encoded};
use crate::{Engine, TestApp};

#[both_engines]
async fn people_change_their_account(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut ada = Browser::of(&app, "ada").await;
    ada.cookie += "; language=en; chosen_zone=Asia/Tokyo";
    let fields =
        [("full_name", "Ada Strand"), ("headline", ""), ("language", "de"), ("time_zone", "Europe/Berlin")];
    let answer = ada.submit("/account", &fields).await;
    assert_eq!(answer.header("location"), "/account?saved=profile", "{}", answer.text);
    // The choices of the browser end.
    let page = ada.get("/account?saved=profile").await;
    assert!(page.text.contains("<html lang=\"de\"") && page.text.contains("Ihr Konto ist gespeichert."));
    let me = app.own("ada", Method::GET, "/me").await.json();
    assert_eq!((&me["full_name"], &me["time_zone"]), (&"Ada Strand".into(), &"Europe/Berlin".into()));
    assert_eq!((&me["headline"], &me["language"]), (&serde_json::Value::Null, &"de".into()));
    for (field, value) in
        [("full_name", ""), ("language", "tlh"), ("time_zone", "Mars"), ("headline", &"x".repeat(256))]
    {
        let sent: Vec<_> =
            fields.iter().map(|(name, own)| (*name, if *name == field { value } else { *own })).collect();
        let answer = ada.submit("/account", &sent).await;
        let problem = format!("id=\"{field}-problem\"");
        assert!(answer.status == 422 && answer.text.contains(&problem), "{field}: {}", answer.text);
    }
}

#[both_engines]
async fn a_new_password_ends_the_other_sessions(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (mut ada, mut other) = (Browser::of(&app, "ada").await, Browser::of(&app, "ada").await);
    assert!(!ada.get("/account").await.text.contains("id=\"current\""));
    let first = [("password", "tide and timber")];
    let answer = ada.submit("/account/password", &first).await;
    assert_eq!(answer.header("location"), "/account?saved=password", "{}", answer.text);
    assert!(ada.get("/account?saved=password").await.text.contains("Your password is changed."));
    assert_eq!(other.get("/").await.header("location"), "/login");
    for (current, new, field) in [
        ("tide and timbers", "rope and rust", "current"),
        ("", "rope and rust", "current"),
        ("tide and timber", "short", "password"),
    ] {
        let answer = ada.submit("/account/password", &[("current", current), ("password", new)]).await;
        let problem = format!("id=\"{field}-problem\"");
        assert!(answer.status == 422 && answer.text.contains(&problem), "{field}: {}", answer.text);
    }
    let fields = [("current", "tide and timber"), ("password", "rope and rust")];
    assert_eq!(ada.submit("/account/password", &fields).await.status, 303);
    let answer = other.post("/login", &[("email", "ada@example.com"), ("password", "rope and rust")]).await;
    assert_eq!(answer.status, 303);
}

#[both_engines]
async fn sessions_have_their_device_and_last_use(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let headers = [FORM, ("user-agent", agent), ("sec-fetch-site", "same-origin")];
    let answer = app.request(Method::POST, "/login", &headers, &encoded(&[("token", "ada")])).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    app.app.clock.advance(5 * 3600);
    let mut own = Browser::of(&app, "ada").await;
    let page = own.get("/tokens").await;
    assert!(page.text.contains("<td>Firefox on Linux</td>"), "{}", page.text);
    // A use is written at most once an hour.
    let mut firefox = Browser::new(&app);
    firefox.cookie = cookie;
    let before = app.export().await;
    assert_eq!(firefox.get("/tokens").await.status, 200);
    app.app.clock.advance(48 * 3600);
    let page = own.get("/tokens").await.text;
    let row =
        page.split("Firefox on Linux").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("a row");
    assert!(row.contains(">2 d<"), "{row}");
    assert_eq!(app.export().await, before);
}
