//! Stories of the pages that show and edit a report.

use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines, reference, report, with};

const NEW: &str = "/workspaces/53760/reports/new";
const REPORTS: &str = "/workspaces/53760/reports";

/// What is typed into a form.
type Fields<'f> = &'f [(&'f str, &'f str)];

#[track_caller]
fn contains_all(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.text.contains(part), "no {part}: {}", answer.text);
    }
}

/// The hidden fields of the form: CSRF token, form id and version.
#[track_caller]
fn hidden_fields(answer: &Answer, action: &str) -> Vec<(&'static str, String)> {
    let form = answer.forms().into_iter().find(|form| form.action == action);
    let form = form.unwrap_or_else(|| panic!("no form: {}", answer.text));
    ["csrf", "key", "state"].map(|name| (name, form.field(name).unwrap_or_default().to_owned())).into()
}

async fn send(
    browser: &mut Browser<'_>,
    path: &str,
    unseen: &[(&'static str, String)],
    fields: Fields<'_>,
) -> Answer {
    let own = unseen.iter().map(|(name, value)| (*name, value.as_str()));
    browser.post(path, &own.chain(fields.iter().copied()).collect::<Vec<_>>()).await
}

#[both_engines]
async fn a_report_is_shown_beside_the_previous_one(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let next = json!({"color": "red", "description": "Vendor slipped two weeks.", "details": [
        {"category": "Scope", "color": "green", "description": "No change"},
        {"category": "Budget", "color": "yellow", "description": null},
        {"category": "Schedule", "color": "yellow", "description": "Two weeks late"}]});
    let failed =
        json!({"status": "failed", "external_link": "javascript:alert(1)", "external_message": "No <route>"});
    app.import(&lines([with(report(950), &next), with(reference(78, 950, "erp", "P-9"), &failed)]))
        .await
        .expect("an archive");
    let mut browser = Browser::of(&app, "vera").await;
    let answer = browser.get("/status_reports/950").await;
    assert_eq!(answer.status, 200);
    contains_all(
        &answer,
        &[
            "Yellow</span> <span class=\"to\" aria-label=\"then\" role=\"img\">→</span>",
            "Vendor slipped <del>one</del><ins>two</ins> <del>week.</del><ins>weeks.</ins>",
            "<div><dt>Scope</dt>",
            "<div class=\"differs\"><dt>Budget <span class=\"tag\">new</span></dt>",
            "<div class=\"differs\"><dt>Client <span class=\"tag\">no longer reported</span></dt>",
            "<del>One week late</del><ins>Two weeks late</ins>",
            "<li><bdi>erp Issue P-9</bdi> <span class=\"sync failed\">Failed</span>",
            "No &#60;route&#62;",
            "Command line or archive",
            "<a href=\"/status_reports/907\" rel=\"prev\" data-key=\"j\">",
        ],
    );
    assert!(!answer.text.contains("rel=\"next\"") && !answer.text.contains("/edit"), "{}", answer.text);
    let middle = browser.get("/status_reports/907").await;
    contains_all(
        &middle,
        &[
            "href=\"/status_reports/901\" rel=\"prev\"",
            "href=\"/status_reports/950\" rel=\"next\"",
            "<a href=\"https://jira.example/HARB-12\" rel=\"noopener noreferrer\" dir=\"auto\">jira Issue HARB-12</a>",
            "<span class=\"sync successful\">Synchronised</span>",
            "Text of the previous report",
            "Edited before import:",
        ],
    );
    for (token, status) in [("root", 200), ("cleo", 404), ("olaf", 404), ("zoe", 404)] {
        for path in ["/status_reports/907", "/status_reports/907/edit"] {
            assert_eq!(Browser::of(&app, token).await.get(path).await.status, status, "{token} {path}");
        }
    }
    assert_eq!(browser.get("/status_reports/907/edit").await.status, 403);
    assert_eq!(browser.get("/status_reports/nothing").await.status, 404);
}

#[both_engines]
async fn a_report_form_creates_one_report_however_often_it_is_sent(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get(NEW).await;
    contains_all(
        &page,
        &[
            // The form has the categories of the last report, but not its colours and texts.
            "Vendor slipped one week.",
            "Copied from the last report.",
            "value=\"yellow\" required> ",
            "<small>last</small>",
            "name=\"Schedule\" value=\"red\" checked data-last>",
            "\nOne week late</textarea>",
            "data-draft=\"draft 2551 workspace-53760\" data-fresh>",
        ],
    );
    let own = hidden_fields(&page, REPORTS);
    let fields = [
        ("color", "green"),
        ("description", "Caught up.\r\nAll of it."),
        ("Schedule", "green"),
        ("Schedule_words", " In time "),
        ("Client", "yellow"),
        ("Scope", ""),
    ];
    // The preview writes nothing.
    let before = app.export().await;
    let preview = send(&mut browser, REPORTS, &own, &[&fields[..], &[("preview", "1")]].concat()).await;
    assert_eq!(preview.status, 200);
    contains_all(
        &preview,
        &["not published", "Caught up.\nAll of it.", "<del>One week late</del><ins>In time</ins>"],
    );
    assert_eq!(app.export().await, before);

    let written = send(&mut browser, REPORTS, &own, &fields).await;
    let path = written.header("location").to_owned();
    assert_eq!(written.status, 303, "{written:?}");
    let id: i64 = path.strip_prefix("/status_reports/").expect("a report").parse().expect("an id");
    let report = app.get("bo", &format!("/status_reports/{id}")).await.object();
    assert_eq!(report["description"], "Caught up.\nAll of it.");
    assert_eq!(
        report["details"],
        json!([{"category": "Schedule", "color": "green", "description": "In time"},
            {"category": "Client", "color": "yellow", "description": null}])
    );
    let again = send(&mut browser, REPORTS, &own, &fields).await;
    assert_eq!((again.status.as_u16(), again.header("location")), (303, path.as_str()));

    // The same form with another text needs a confirmation, and is then saved.
    let others = [("color", "red"), ("description", "On second thought.")];
    let requested = send(&mut browser, REPORTS, &own, &others).await;
    assert_eq!(requested.status, 409);
    contains_all(&requested, &["You already published this.", "On second thought."]);
    assert_eq!(app.get("bo", "/status_reports?workspace_id=53760").await.ids(), [901, 907, id]);
    let second = send(&mut browser, REPORTS, &hidden_fields(&requested, REPORTS), &others).await;
    assert_eq!(second.status, 303);
    assert_ne!(second.header("location"), path);

    // Form ids are per user.
    let mut other = Browser::of(&app, "ada").await;
    let mut theirs = hidden_fields(&other.get(NEW).await, REPORTS);
    theirs[1].1.clone_from(&own[1].1);
    let third = send(&mut other, REPORTS, &theirs, &fields).await;
    assert!(third.status == 303 && third.header("location") != path, "{third:?}");
    contains_all(&browser.get(&path).await, &["Bo Lind", "Web"]);
}

#[both_engines]
async fn a_report_names_the_token_that_wrote_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let report = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Storm"}});
    let id = app.post("ada", "/status_reports", &report).await.ids()[0];
    let edit = json!({"status_report": {"color": "yellow"}});
    assert_eq!(app.put("bo", &format!("/status_reports/{id}"), &edit).await.status, 200);
    let mut browser = Browser::of(&app, "root").await;
    let path = format!("/status_reports/{id}");
    let origin = "<dd>Kantata API</dd>\n<dt>Token</dt><dd dir=\"auto\">ada</dd>";
    contains_all(&browser.get(&path).await, &[origin, "Kantata API · <bdi>bo</bdi></span>"]);
    let mut own = Browser::of(&app, "ada").await;
    let requested = own.get("/tokens/2/revoke").await;
    assert_eq!(
        send(&mut own, "/tokens/2/revoke", &hidden_fields(&requested, "/tokens/2/revoke"), &[]).await.status,
        303
    );
    contains_all(&browser.get(&path).await, &["<dd dir=\"auto\">token 2 (deleted)</dd>"]);
}

#[both_engines]
async fn errors_are_shown_beside_their_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "ada").await;
    let own = hidden_fields(&browser.get(NEW).await, REPORTS);
    let before = app.export().await;
    let cases: [(Fields<'_>, &[&str]); 4] = [
        (&[], &["Choose the health of the project.", "Add a short summary."]),
        (
            &[("color", "blue"), ("description", "Kept <words>.")],
            &["Choose the health", "Kept &#60;words&#62;."],
        ),
        (
            &[("color", "green"), ("description", " \r\n")],
            &["Add a short summary", "value=\"green\" required checked"],
        ),
        (
            &[("color", "green"), ("description", "Fine."), ("Budget_words", "Why")],
            &["Choose a colour for each category", "\nWhy</textarea>"],
        ),
    ];
    for (fields, said) in cases {
        for more in [&[][..], &[("preview", "1")]] {
            let answer = send(&mut browser, REPORTS, &own, &[fields, more].concat()).await;
            assert_eq!(answer.status, 422, "{fields:?}");
            contains_all(&answer, &["role=\"alert\" tabindex=\"-1\" autofocus", "<title>Error: "]);
            contains_all(&answer, said);
            assert!(!answer.text.contains("data-fresh"), "{fields:?} {more:?}");
        }
    }
    let fine = [("color", "green"), ("description", "Fine.")];
    let long = [(own[0].0, own[0].1.clone()), ("key", "k".repeat(400))];
    assert_eq!(send(&mut browser, REPORTS, &long, &fine).await.status, 400);
    assert_eq!(send(&mut browser, REPORTS, &own[1..], &fine).await.status, 403);
    for (token, status) in [("vera", 403), ("cleo", 403), ("olaf", 404), ("zoe", 404)] {
        let mut browser = Browser::of(&app, token).await;
        assert_eq!(browser.get(NEW).await.status, status, "{token}");
        let csrf = browser.get("/").await.forms()[0].field("csrf").expect("a mark").to_owned();
        let answer = send(&mut browser, REPORTS, &[("csrf", csrf), ("key", "k".into())], &fine).await;
        assert_eq!(answer.status, status, "{token}");
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_report_is_edited_unless_it_has_changed_and_deleted(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (path, edit) = ("/status_reports/907", "/status_reports/907/edit");
    let (mut bo, mut ada) = (Browser::of(&app, "bo").await, Browser::of(&app, "ada").await);
    let (his, hers) = (bo.get(edit).await, ada.get(edit).await);
    contains_all(
        &his,
        &[
            "Vendor slipped one week.</textarea>",
            "value=\"yellow\" required checked",
            "Kickoff done, team staffed.",
            "Save changes",
            "Previous report",
        ],
    );
    assert!(!his.text.contains("Publish") && !his.text.contains("Copied from"), "{}", his.text);
    let fields = [
        ("color", "red"),
        ("description", "Vendor slipped for good."),
        ("Schedule", "red"),
        ("Schedule_words", "One week late"),
    ];
    app.app.clock.advance(60);
    assert_eq!(send(&mut bo, path, &hidden_fields(&his, path), &fields).await.header("location"), path);
    let changed =
        send(&mut ada, path, &hidden_fields(&hers, path), &[("color", "green"), ("description", "Mine.")])
            .await;
    assert_eq!(changed.status, 409);
    contains_all(&changed, &["Someone else edited this report. Save again", "Mine."]);
    contains_all(
        &bo.get(path).await,
        &[
            "<h3>Edits</h3>",
            "<span class=\"change\" dir=\"auto\">Health ",
            "<span class=\"change\" dir=\"auto\">Text</span>",
            "<span class=\"change\" dir=\"auto\">Scope</span>",
            "<bdi>Bo Lind</bdi> · ",
        ],
    );
    app.app.clock.advance(60);
    let put =
        send(&mut ada, path, &hidden_fields(&changed, path), &[("color", "green"), ("description", "Mine.")])
            .await;
    assert_eq!(put.status, 303);
    assert_eq!(app.get("ada", path).await.object()["description"], "Mine.");

    let delete = "/status_reports/907/delete";
    let mut vera = Browser::of(&app, "vera").await;
    let csrf = vera.get("/").await.forms()[0].field("csrf").expect("a mark").to_owned();
    assert_eq!(vera.post(delete, &[("csrf", &csrf)]).await.status, 403);
    assert_eq!(ada.post(delete, &[("csrf", "guess")]).await.status, 403);
    let own = hidden_fields(&ada.get(path).await, delete);
    let deleted = send(&mut ada, delete, &own, &[]).await;
    assert_eq!((deleted.status.as_u16(), deleted.header("location")), (303, path));
    contains_all(&ada.get(path).await, &["This report was deleted on", "Restore report"]);
}

#[both_engines]
async fn the_form_of_a_written_report_saves_changes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut ada = Browser::of(&app, "ada").await;
    let new = ada.get("/workspaces/53760/reports/new").await;
    contains_all(
        &new,
        &["Publish <kbd", "Copied from the last report.", ">Last report</h2>", "<small>last</small>"],
    );
    assert!(
        new.text.contains("id=\"color-green\" name=\"color\" value=\"green\" required autofocus"),
        "{}",
        new.text
    );
    let edit = ada.get("/status_reports/907/edit").await;
    contains_all(
        &edit,
        &[
            "Save changes <kbd",
            ">Previous report</h2>",
            "<small>previous</small>",
            "autofocus dir=\"auto\">\nVendor slipped one week.",
        ],
    );
    for part in
        ["Publish", "Copied from the last report", "Last report", "<small>last</small>", "required autofocus"]
    {
        assert!(!edit.text.contains(part), "{part}: {}", edit.text);
    }
    assert_eq!(edit.text.matches("autofocus").count(), 1);
    // The first report of a workspace has none to copy from.
    let first = Browser::of(&app, "max").await.get("/workspaces/53800/reports/new").await;
    assert!(!first.text.contains("Copied from the last report"), "{}", first.text);
}
