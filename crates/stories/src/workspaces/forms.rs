//! Stories of the forms of a workspace: a new one, changes, and the archive.

use axum::http::Method;
use macros::both_engines;
use serde_json::Value;

use crate::browser::{Browser, PageForm};
use crate::{Answer, Engine, TestApp};

/// The form that is sent to a path.
#[track_caller]
fn form(answer: &Answer, action: &str) -> PageForm {
    let form = answer.forms().into_iter().find(|form| form.action == action);
    form.unwrap_or_else(|| panic!("no form: {}", answer.text))
}

async fn native(app: &TestApp, id: &str) -> Value {
    app.own("root", Method::GET, &format!("/workspaces/{id}")).await.json()
}

#[both_engines]
async fn a_workspace_is_created_with_a_form(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    assert!(browser.get("/").await.text.contains("href=\"/workspaces/new\" data-key=\"c\""));
    let blank = browser.get("/workspaces/new").await;
    assert!(
        blank.text.contains("<option value=\"Ada Park &#60;ada@example.com&#62;\" dir=\"auto\">"),
        "{}",
        blank.text
    );
    let sent = form(&blank, "/workspaces")
        .with("title", " Dock 4 ")
        .with("lead", "Ada Park <ada@example.com>")
        .with("start_date", "2026-03-01")
        .with("due_date", "2026-09-30")
        .with("description", "New\r\ncranes.")
        .with("access_level", "open");
    let answer = browser.send(&sent).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let id = answer.header("location").strip_prefix("/workspaces/").expect("a page").to_owned();
    let made = native(&app, &id).await;
    assert_eq!(
        (&made["title"], &made["description"], &made["access_level"]),
        (&"Dock 4".into(), &"New\ncranes.".into(), &"open".into())
    );
    assert_eq!((&made["start_date"], &made["due_date"]), (&"2026-03-01".into(), &"2026-09-30".into()));
    assert_eq!(made["lead"]["full_name"], "Ada Park");
    assert_eq!(app.last_writer("workspace").await, (Some(2551), "pages".into()));
    // A form creates one workspace: a second click leads to the same, and another title is asked about first.
    assert_eq!(browser.send(&sent).await.header("location"), format!("/workspaces/{id}"));
    let other = browser.send(&sent.clone().with("title", "Dock 5")).await;
    assert_eq!(other.status, 409);
    assert!(other.text.contains("This form already created a project."), "{}", other.text);
    assert_eq!(browser.send(&form(&other, "/workspaces")).await.status, 303);
    // A name is enough where one person has it; without a lead, the creator leads.
    for (lead, leads) in [("Vera View", "Vera View"), ("", "Bo Lind")] {
        let blank = form(&browser.get("/workspaces/new").await, "/workspaces");
        let answer = browser.send(&blank.with("title", "Dock").with("lead", lead)).await;
        let id = answer.header("location").rsplit('/').next().expect("an id").to_owned();
        assert_eq!(native(&app, &id).await["lead"]["full_name"], leads);
    }
}

#[both_engines]
async fn what_is_wrong_with_a_form_is_beside_its_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let sent = form(&browser.get("/workspaces/new").await, "/workspaces");
    let sent = sent
        .with("title", " ")
        .with("lead", "Nobody")
        .with("start_date", "2026-02-30")
        .with("access_level", "x");
    let answer = browser.send(&sent).await;
    assert_eq!(answer.status, 422);
    for field in ["title", "lead_id", "start_date", "access_level"] {
        assert!(answer.text.contains(&format!("id=\"{field}-problem\"")), "{field}: {}", answer.text);
    }
    assert!(answer.text.contains("name=\"lead\" value=\"Nobody\""));
    // Only administrators of the account invite.
    let sent = sent.with("title", "T").with("start_date", "").with("access_level", "");
    let answer = browser.send(&sent.with("lead", "new@example.com")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("id=\"lead_id-problem\""));
}

#[both_engines]
async fn an_administrator_invites_the_lead_by_naming_them(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    let sent = form(&browser.get("/workspaces/new").await, "/workspaces").with("title", "Dock 5");
    let answer = browser.send(&sent.with("lead", "ines.kai@example.com")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Invite link for Ines Kai"), "{}", answer.text);
    let link = answer.text.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("a link");
    let path = link
        .rsplit_once("/invitations/")
        .map(|(_, secret)| format!("/invitations/{secret}"))
        .expect("a path");
    assert_eq!(Browser::new(&app).get(&path).await.status, 200);
    let id =
        answer.text.split("/reports/new").next().and_then(|text| text.rsplit('/').next()).expect("an id");
    let made = native(&app, id).await;
    assert_eq!((&made["title"], &made["lead"]["full_name"]), (&"Dock 5".into(), &"Ines Kai".into()));
}

#[both_engines]
async fn a_workspace_is_changed_where_the_form_differs(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "max").await;
    let page = browser.get("/workspaces/53760").await;
    assert!(page.text.contains("href=\"/workspaces/53760/edit\""), "{}", page.text);
    let shown = form(&browser.get("/workspaces/53760/edit").await, "/workspaces/53760");
    assert_eq!(shown.field("lead"), Some("Ada Park <ada@example.com>"));
    let before = native(&app, "53760").await;
    // Nothing differs: nothing is written.
    assert_eq!(browser.send(&shown).await.header("location"), "/workspaces/53760");
    assert_eq!(native(&app, "53760").await, before);
    // Who administers the workspace may choose a lead who does not take part yet, and needs no more rights for that.
    let sent = shown.clone().with("title", "Harbor").with("lead", "olaf@example.com");
    assert_eq!(browser.send(&sent).await.status, 303);
    let after = native(&app, "53760").await;
    assert_eq!((&after["title"], &after["lead"]["full_name"]), (&"Harbor".into(), &"Olaf Out".into()));
    assert_eq!(after["description"], before["description"]);
    assert_eq!(Browser::of(&app, "olaf").await.get("/workspaces/53760/edit").await.status, 200);
    // The form was shown before that.
    let answer = browser.send(&shown.clone().with("title", "Late")).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("Someone else changed this project"), "{}", answer.text);
    let again = form(&answer, "/workspaces/53760");
    assert_eq!(again.field("title"), Some("Late"));
    assert_eq!(browser.send(&again).await.status, 303);
    assert_eq!(native(&app, "53760").await["title"], "Late");
    // Editors choose among the provider side; clients lead nothing.
    let mut editor = Browser::of(&app, "bo").await;
    let shown = form(&editor.get("/workspaces/53760/edit").await, "/workspaces/53760");
    assert_eq!(editor.send(&shown.clone().with("lead", "vera@example.com")).await.status, 303);
    let shown = form(&editor.get("/workspaces/53760/edit").await, "/workspaces/53760");
    for lead in ["cleo@example.com", "root@example.com", "zoe@example.com"] {
        assert_eq!(editor.send(&shown.clone().with("lead", lead)).await.status, 422, "{lead}");
    }
}

#[both_engines]
async fn archiving_is_undone(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let archive = "/workspaces/53760/archived";
    let shown = form(&browser.get("/workspaces/53760").await, archive);
    let answer = browser.send(&shown.with("archived", "true")).await;
    assert_eq!(answer.header("location"), "/workspaces/53760?done=archived");
    let page = browser.get("/workspaces/53760?done=archived").await;
    assert!(page.text.contains("value=\"false\">Undo</button>"), "{}", page.text);
    assert!(!browser.get("/").await.text.contains("Harbor rollout"));
    let list = browser.get("/workspaces/archived").await;
    assert!(list.text.contains("Harbor rollout"), "{}", list.text);
    // Viewers see the list, and cannot bring anything back.
    let viewed = Browser::of(&app, "vera").await.get("/workspaces/archived").await;
    assert!(
        viewed.text.contains("Harbor rollout") && viewed.forms().iter().all(|form| form.action != archive)
    );
    let answer = browser.send(&form(&list, archive).with("archived", "false")).await;
    assert_eq!(answer.header("location"), "/workspaces/53760");
    assert!(browser.get("/").await.text.contains("Harbor rollout"));
    assert_eq!(browser.submit(archive, &[("archived", "maybe")]).await.status, 400);
}

#[both_engines]
async fn others_get_403_or_404(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (who, status) in [("vera", 403), ("cleo", 403), ("olaf", 404), ("zoe", 404)] {
        let mut browser = Browser::of(&app, who).await;
        assert_eq!(browser.get("/workspaces/53760/edit").await.status, status, "{who}");
        let fields = [("title", "X"), ("archived", "true"), ("version", "1")];
        assert_eq!(browser.submit("/workspaces/53760", &fields).await.status, status, "{who}");
        assert_eq!(browser.submit("/workspaces/53760/archived", &fields).await.status, status, "{who}");
        let makes = if who == "zoe" { 200 } else { 403 };
        assert_eq!(browser.get("/workspaces/new").await.status, makes, "{who}");
    }
    let page = Browser::of(&app, "vera").await.get("/workspaces/53760").await;
    assert!(!page.text.contains("/edit") && !page.text.contains("/archived"), "{}", page.text);
}

#[both_engines]
async fn the_first_steps_lead_to_a_project_a_colleague_and_a_report(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "max").await;
    let page = browser.get("/start").await;
    // An editor of workspaces does not add people.
    assert!(page.text.contains("2 projects") && !page.text.contains("action=\"/people\""), "{}", page.text);
    assert_eq!(page.text.matches("<li class=\"done\">").count(), 2);
    let empty = Browser::of(&app, "zoe").await.get("/start").await;
    assert!(empty.text.contains("action=\"/people\""), "{}", empty.text);
    for who in ["vera", "cleo", "olaf"] {
        assert_eq!(Browser::of(&app, who).await.get("/start").await.status, 403, "{who}");
    }
    let waiting = Browser::of(&app, "olaf").await.get("/").await;
    assert!(waiting.text.contains("as soon as someone adds you"), "{}", waiting.text);
}
