//! Stories of the page of people, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Engine, TestApp, lines};

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
        let row = page.text.split(&format!("data-item>{name}</a>")).nth(1).expect("a row");
        row.split("</tr>").next().unwrap_or_default().to_owned()
    };
    assert!(
        row("Root Admin").contains(">Administrator</span>") && row("Root Admin").contains(">None</span>")
    );
    // Olaf never signed in, and takes part nowhere; archived workspaces do not count.
    assert!(row("Max Prime").contains("<td>2</td>") && row("Max Prime").contains(">Invited</span>"));
    assert!(row("Ada Park").contains("<td>1</td>"));
    let max = root.get("/people/2561").await;
    let harbor = "<a href=\"/workspaces/53760/people\" dir=\"auto\" data-item>Harbor rollout</a> <span class=\"soft\">Admin";
    assert!(max.text.contains(harbor) && max.text.contains("Quay extension"), "{}", max.text);
    let cleo = root.get("/people/2570").await.text;
    assert!(cleo.contains("Harbor rollout</a> <span class=\"soft\">Client</span>"), "{cleo}");
    assert_eq!(root.get("/people/3000").await.status, 404);
    assert!(!page.text.contains("Zoe"));
    // Others have neither access nor a link.
    for token in ["ada", "max", "cleo"] {
        let mut browser = Browser::of(&app, token).await;
        assert_eq!(browser.get("/people").await.status, 403, "{token}");
        assert_eq!(browser.get("/people/2545").await.status, 403, "{token}");
        assert_eq!(browser.submit("/people/2545/hand_over", &[("to", token)]).await.status, 403, "{token}");
        assert_eq!(browser.submit("/people/invitations", &[("rows", "a@b.example")]).await.status, 403);
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

#[both_engines]
async fn five_thousand_people_are_searched_and_paged(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let person = |id: i64| {
        json!({"kind": "user", "id": id, "account_id": 415, "full_name": format!("Person Öztürk {id}"),
            "email_address": format!("person.oeztuerk.{id}@synthetic.example"), "headline": "Consultant"})
    };
    app.import(&lines((10_000..15_000).map(person))).await.expect("an archive");
    let mut root = Browser::of(&app, "root").await;
    for path in ["/people", "/people?page=101", "/people?q=PERSON+%C3%96&page=3"] {
        let page = root.get(path).await;
        assert!(page.status == 200 && page.text.len() < 60_000, "{path}: {}", page.text.len());
        assert!(page.text.contains("</tr>") && page.text.contains("page="), "{path}");
    }
    let found = root.get("/people?q=%C3%96ZT%C3%9CRK+14999").await.text;
    assert!(found.contains("1 person") && found.contains("Person Öztürk 14999"), "{found}");
    assert!(root.get("/people?q=nobody").await.text.contains("No matching people"));
    root.submit("/people/2580", &[("change", "deactivate")]).await;
    let gone = root.get("/people?show=deactivated").await.text;
    assert!(gone.contains("Olaf Out") && !gone.contains("Ada Park"), "{gone}");
    assert!(!root.get("/people?show=active&q=out").await.text.contains("Olaf Out"));
}

#[both_engines]
async fn people_of_pasted_rows_are_invited(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let rows = "Eve Kai <eve@example.com>\nben.okafor@example.com\n\nAda <ADA@example.com>\nnobody\n";
    let page = root.get("/people").await;
    let form = page.forms().into_iter().find(|form| form.action == "/people/invitations").expect("a form");
    let answer = root.send(&form.clone().with("rows", rows)).await;
    assert!(answer.text.contains("<h1>2 people added</h1>"), "{}", answer.text);
    assert!(
        answer
            .text
            .contains("<li>Row 4 (<bdi>Ada ADA@example.com</bdi>): E-mail address: Already in use.</li>")
    );
    assert!(answer.text.contains("<li>Row 5 (<bdi>nobody</bdi>): E-mail address: Invalid value.</li>"));
    let links: Vec<_> =
        answer.text.split("/invitations/").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(links.len(), 2, "{}", answer.text);
    for secret in links {
        assert_eq!(Browser::new(&app).get(&format!("/invitations/{secret}")).await.status, 200);
    }
    // The same form adds nobody twice.
    assert_eq!(root.send(&form.clone().with("rows", rows)).await.text, answer.text);
    assert_eq!(root.send(&form.with("rows", "x@example.com")).await.status, 409);
    for (rows, said) in [("", "Paste at least one row."), (&"a@b.example\n".repeat(501), "At most 500 rows")]
    {
        let answer = root.submit("/people/invitations", &[("rows", rows), ("key", "1")]).await;
        assert!(answer.status == 422 && answer.text.contains(said), "{said}: {}", answer.text);
    }
}

#[both_engines]
async fn projects_are_handed_over(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let lead = async |id: i64| {
        app.own("root", Method::GET, &format!("/workspaces/{id}")).await.json()["lead"]["id"].clone()
    };
    let to =
        async |root: &mut Browser<'_>, to: &str| root.submit("/people/2561/hand_over", &[("to", to)]).await;
    let answer = to(&mut root, "Olaf Out <olaf@example.com>").await;
    assert!(answer.text.contains("1 project has a new lead."), "{}", answer.text);
    assert_eq!((lead(53800).await, lead(53760).await), (json!(2580), json!(2545)));
    assert_eq!(Browser::of(&app, "olaf").await.get("/workspaces/53800/edit").await.status, 200);
    assert_eq!(app.last_writer("workspace").await, (Some(2500), "pages".into()));
    // Who is on the client side of a workspace cannot lead it.
    let answer = root.submit("/people/2545/hand_over", &[("to", "cleo@example.com")]).await;
    assert!(
        answer.text.contains("0 projects have")
            && answer.text.contains("<li dir=\"auto\">Harbor rollout</li>")
    );
    for wrong in ["", "nobody@example.com", "max@example.com", "zoe@example.com"] {
        assert_eq!(to(&mut root, wrong).await.status, 422, "{wrong}");
    }
    root.submit("/people/2551", &[("change", "deactivate")]).await;
    assert_eq!(to(&mut root, "bo@example.com").await.status, 422);
    assert_eq!(root.submit("/people/3000/hand_over", &[("to", "ada@example.com")]).await.status, 404);
}
