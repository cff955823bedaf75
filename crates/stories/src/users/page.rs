//! Stories of the page of people, on both engines.

use macros::both_engines;

use crate::browser::Browser;
use crate::{Engine, TestApp};

#[both_engines]
async fn administrators_see_all_participations(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let page = root.get("/people").await;
    assert!(
        page.text.contains("7 people in this account")
            && page.text.contains("<a href=\"/people\" aria-current")
    );
    let row = |name: &str| {
        let row = page.text.split(&format!("<th scope=\"row\"><bdi>{name}")).nth(1).expect("a row");
        row.split("</tr>").next().unwrap_or_default().to_owned()
    };
    assert!(
        row("Root Admin").contains(">Administrator</span>") && row("Root Admin").contains(">None</span>")
    );
    let max = row("Max Prime");
    let harbor = "<a href=\"/workspaces/53760/people\" dir=\"auto\" data-item>Harbor rollout</a> <span class=\"soft\">Admin";
    assert!(max.contains(harbor) && max.contains("Quay extension"), "{max}");
    assert!(row("Cleo Client").contains("Harbor rollout</a> <span class=\"soft\">Client</span>"));
    assert!(!page.text.contains("Zoe"));
    // Others have neither access nor a link.
    for token in ["ada", "max", "cleo"] {
        let mut browser = Browser::of(&app, token).await;
        assert_eq!(browser.get("/people").await.status, 403, "{token}");
        let sent = [("full_name", "Eve"), ("email_address", "eve@example.com")];
        assert_eq!(browser.submit("/people", &sent).await.status, 403, "{token}");
        let (page, palette) = (browser.get("/tokens").await, browser.get("/palette?q=peo").await);
        assert!(!page.text.contains("\"/people\"") && !palette.text.contains("/people"), "{token}");
    }
    assert!(root.get("/palette?q=peo").await.text.contains("/people"));
}

#[both_engines]
async fn an_administrator_adds_a_person(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let before = app.export().await;
    for (name, email, field, said) in [
        ("", "eve@example.com", "full_name", "Required."),
        ("Eve", "eve", "email_address", "Invalid value."),
        ("Eve", " ADA@example.com", "email_address", "Already in use."),
    ] {
        let sent = [("full_name", name), ("email_address", email), ("administrator", "on")];
        let answer = root.submit("/people", &sent).await;
        let problem = format!("<p class=\"problem\" id=\"{field}-problem\">{said}</p>");
        assert!(answer.status == 422 && answer.text.contains(&problem), "{name} {email}: {}", answer.text);
        assert!(answer.text.contains("name=\"administrator\" checked"), "{name:?} {email:?}");
    }
    assert_eq!(app.export().await, before);
    let answer =
        root.submit("/people", &[("full_name", "Eve <b>"), ("email_address", "eve@example.com")]).await;
    assert!(
        answer.status == 200 && answer.text.contains("Invite link for Eve &#60;b&#62;"),
        "{}",
        answer.text
    );
    assert_eq!(app.last_writer("user").await, (Some(2500), "pages".into()));
    assert!(root.get("/people").await.text.contains("eve@example.com"));
    assert!(root.get("/people?page=2").await.text.contains("href=\"/people?page=1\""));
    assert_eq!(root.get("/people?page=99999999999999999999").await.status, 200);
}
