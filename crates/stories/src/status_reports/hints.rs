//! Stories of hints: on the pages, in Statuary's own surface, and where an account refuses reports with them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::{Browser, PageForm};
use crate::{Answer, Engine, TestApp, lines, report, with};

const REPORTS: &str = "/workspaces/53760/reports";

/// The form of a page without what is filled in.
#[track_caller]
fn blank(page: &Answer, action: &str) -> PageForm {
    let form = page.forms().into_iter().find(|form| form.action == action).expect("a form");
    let names = ["Scope", "Budget", "Schedule", "Client"];
    names
        .into_iter()
        .fold(form.without("color"), |form, name| form.without(name).without(&format!("{name}_words")))
}

fn hint(kind: &str, more: &Value) -> Value {
    let mut hint = json!({"kind": kind, "category": null, "color": null, "since": null, "weeks": null, "due_date": null});
    for (name, value) in more.as_object().expect("members") {
        hint[name] = value.clone();
    }
    hint
}

/// A report about the Harbor rollout that repeats report 907 a fortnight later.
fn repeated() -> Value {
    let own = json!({"color": "yellow", "description": "Vendor slipped one week.\n", "created_at": "2026-02-20T17:20:41Z",
        "details": [{"category": "Schedule", "color": "red", "description": "One week late"},
            {"category": "Client", "color": "yellow", "description": "Asks for a plan"}]});
    with(report(950), &own)
}

#[both_engines]
async fn a_report_has_hints_for_its_readers(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([repeated()])).await.expect("an archive");
    let better = hint("better_than_category", &json!({"category": "Schedule", "color": "red"}));
    for (id, hints) in [
        (901, json!([])),
        (
            907,
            json!([
                better,
                hint("category_without_reason", &json!({"category": "Client", "color": "yellow"}))
            ]),
        ),
        (
            950,
            json!([
                better,
                hint("unchanged", &json!({"since": "2026-02-09T17:20:41Z", "weeks": 2})),
                hint(
                    "category_unchanged",
                    &json!({"category": "Schedule", "since": "2026-02-09T17:20:41Z", "weeks": 2})
                ),
            ]),
        ),
    ] {
        let answer = app.own("vera", Method::GET, &format!("/status_reports/{id}/hints")).await;
        assert_eq!(answer.json(), json!({"hints": hints}), "{id}");
    }
    let mut browser = Browser::of(&app, "vera").await;
    for (path, parts) in [
        (
            "/status_reports/907",
            &[
                "<li>Overall is better than Schedule, which is Red.</li>",
                "<li>Client is Yellow without a comment.</li>",
            ][..],
        ),
        (
            "/workspaces/53760",
            &[
                "<li>Text unchanged, 2nd week (since 9 Feb 2026).</li>",
                "<li>Comment on Schedule unchanged, 2nd week (since 9 Feb 2026).</li>",
            ],
        ),
    ] {
        let page = browser.get(path).await.text;
        for part in parts {
            assert!(page.contains(part), "{path}: no {part}: {page}");
        }
    }
    assert!(!browser.get("/status_reports/901").await.text.contains("class=\"hints\""));
}

#[both_engines]
async fn hints_are_shown_while_a_report_is_written_and_write_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let path = "/workspaces/53760/status_report_hints";
    for (body, hints) in [
        (json!({}), json!([])),
        (
            json!({"color": "red", "description": "Late."}),
            json!([hint("no_reason", &json!({"color": "red"}))]),
        ),
        (
            json!({"color": "green", "description": "Vendor slipped one week."}),
            json!([hint("unchanged", &json!({"since": "2026-02-09T17:20:41Z", "weeks": 2}))]),
        ),
    ] {
        let answer = app.write("bo", Method::POST, path, &body, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"hints": hints})), "{body}");
    }
    for body in [json!({"color": "blue"}), json!({"details": 1}), json!({"description": " "})] {
        assert_eq!(app.write("bo", Method::POST, path, &body, &[]).await.status, 422, "{body}");
    }
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get("/workspaces/53760/reports/new").await;
    // The copied categories have hints from the beginning.
    assert!(
        page.text.contains("<li>Comment on Schedule unchanged, 2nd week (since 9 Feb 2026).</li>"),
        "{page}"
    );
    let form = blank(&page, REPORTS).with("color", "green").with("description", "All is well here.");
    let form = form.with("Schedule", "red").with("Schedule_words", "One week late");
    let part = browser.send(&form.clone().with("hints", "1")).await;
    let better = "<li>Overall is better than Schedule, which is Red.</li>";
    assert!(part.text.starts_with("<ul class=\"hints\">") && part.text.contains(better), "{part}");
    let preview = browser.send(&form.clone().with("preview", "1")).await;
    assert!(preview.status == 200 && preview.text.contains(better), "{preview}");
    assert_eq!(app.export().await, before);
    // They do not block.
    assert_eq!(browser.send(&form).await.status, 303);
}

#[both_engines]
async fn an_account_refuses_reports_with_hints_if_it_says_so(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let account = json!({"id": 415, "name": "Harbor", "blocks_hints": false, "requires_factor": false});
    assert_eq!(app.own("vera", Method::GET, "/account").await.json(), account);
    let mut browser = Browser::of(&app, "root").await;
    assert_eq!(Browser::of(&app, "bo").await.get("/settings").await.status, 403);
    assert_eq!(browser.submit("/settings", &[("blocks_hints", "1")]).await.status, 303);
    assert!(browser.get("/settings").await.text.contains("name=\"blocks_hints\" value=\"1\" checked"));
    assert_eq!(app.own("vera", Method::GET, "/account").await.json()["blocks_hints"], true);

    let with_hints = json!({"color": "red", "description": "Late."});
    let without = json!({"color": "red", "description": "The vendor stopped."});
    let path = "/workspaces/53760/status_reports";
    let refused = app.write("bo", Method::POST, path, &with_hints, &[]).await;
    assert!(refused.status == 422 && refused.text.contains("Open hints"), "{refused}");
    let written = app.write("bo", Method::POST, path, &without, &[]).await;
    assert_eq!(written.status, 201, "{written}");
    let own = format!("/status_reports/{}", written.json()["id"]);
    assert_eq!(app.write("bo", Method::PATCH, &own, &json!({"description": "Late."}), &[]).await.status, 422);

    let mut browser = Browser::of(&app, "bo").await;
    let form = blank(&browser.get("/workspaces/53760/reports/new").await, REPORTS);
    let answer = browser.send(&form.with("color", "red").with("description", "Late.")).await;
    assert_eq!(answer.status, 422);
    for part in
        ["doesn’t publish reports with open hints", "<li>Overall is Red, but the text doesn’t say why.</li>"]
    {
        assert!(answer.text.contains(part), "{part}: {answer}");
    }
    // The vendor's surface has no such rule.
    let vendor = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Late."}});
    assert_eq!(app.post("bo", "/status_reports", &vendor).await.status, 200);

    // The setting is in the archive.
    assert!(app.export().await.contains("\"blocks_hints\":true"));
    let off = app.write("root", Method::PATCH, "/account", &json!({"blocks_hints": false}), &[]).await;
    assert_eq!(off.json(), account);
    assert_eq!(app.write("bo", Method::POST, path, &with_hints, &[]).await.status, 201);
}

/// The pages render Markdown; the APIs have the text as it was written.
#[both_engines]
async fn the_source_of_a_text_is_kept(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let text = "# Done\n\n* **quay**  \n\n\t<b>crane</b> &amp; \\* \u{a0}https://x.example/a_b\n ";
    let body = json!({"status_report": {"workspace_id": 53760, "color": "green", "description": text,
        "details": [{"category": "Budget", "color": "green", "description": "*all* of it "}]}});
    let written = app.post("bo", "/status_reports", &body).await.object();
    assert_eq!(written["description"], text);
    let id = written["id"].as_str().expect("an id").to_owned();
    let own = app.own("bo", Method::GET, &format!("/status_reports/{id}")).await.json();
    assert_eq!(
        (&own["description"], &own["details"][0]["description"]),
        (&json!(text), &json!("*all* of it "))
    );
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get(&format!("/status_reports/{id}")).await.text;
    for part in
        ["<h3>Done</h3>", "<strong>quay</strong>", "&lt;b&gt;crane&lt;/b&gt; &amp; * ", "<em>all</em> of it"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The form has the source, and saving it unchanged keeps it.
    let page = browser.get(&format!("/status_reports/{id}/edit")).await;
    let form = blank(&page, &format!("/status_reports/{id}")).with("color", "green");
    let area =
        page.text.split_once("<textarea").and_then(|(_, rest)| rest.split_once(">\n")).expect("a text").1;
    let shown =
        area.split("</textarea>").next().unwrap_or_default().replace("&#60;", "<").replace("&#62;", ">");
    let form = form.with("description", &shown.replace("&#38;", "&").replace('\n', "\r\n"));
    assert_eq!(browser.send(&form).await.status, 303);
    assert_eq!(
        app.own("bo", Method::GET, &format!("/status_reports/{id}")).await.json()["description"],
        text
    );
}
