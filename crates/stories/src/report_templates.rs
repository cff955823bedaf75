//! Stories of report templates, natively, on their pages and in the form of a report.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, TestApp};

const LIST: &str = "/report_templates";
const NEW: &str = "/workspaces/53760/reports/new";
const REPORTS: &str = "/workspaces/53760/reports";

async fn add(app: &TestApp, body: &Value) -> Value {
    let answer = app.write("root", Method::POST, LIST, body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.header("location").ends_with(&format!("/report_templates/{}", answer.json()["id"])));
    answer.json()
}

fn weekly() -> Value {
    json!({"name": "Weekly report", "is_default": true, "sections": [
        {"heading": "Done", "hint": "What was <finished>."}, {"heading": "Next"}, {"heading": "Risks", "hint": null}]})
}

#[both_engines]
async fn administrators_keep_report_templates(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let first = add(&app, &weekly()).await;
    assert_eq!(
        first,
        json!({"id": first["id"], "name": "Weekly report", "is_default": true, "sections": [
                {"heading": "Done", "hint": "What was <finished>."}, {"heading": "Next", "hint": null},
                {"heading": "Risks", "hint": null}],
            "created_at": first["created_at"], "updated_at": first["created_at"], "version": 1})
    );
    let own = format!("{LIST}/{}", first["id"]);
    // A new default takes the place of the one that was.
    let second = add(
        &app,
        &json!({"name": " Steering ", "is_default": true, "sections": [{"heading": " Decisions "}]}),
    )
    .await;
    assert_eq!(
        (&second["name"], &second["sections"][0]["heading"]),
        (&json!("Steering"), &json!("Decisions"))
    );
    let before = app.own("vera", Method::GET, &own).await;
    assert_eq!((&before.json()["is_default"], &before.json()["version"]), (&json!(false), &json!(2)));
    let list = app.own("cleo", Method::GET, LIST).await.json();
    assert_eq!(list, json!({"report_templates": [before.json(), second], "next_cursor": null}));
    // What changes nothing is no write.
    let same = app.write("root", Method::PATCH, &own, &json!({"name": "Weekly report"}), &[]).await;
    assert_eq!(same.json(), before.json());
    let stale = [("if-match", "\"other\"")];
    assert_eq!(app.write("root", Method::PATCH, &own, &json!({"name": "x"}), &stale).await.status, 412);
    let tag = [("if-match", before.header("etag"))];
    let usual = app.write("root", Method::PATCH, &own, &json!({"is_default": true}), &tag).await;
    assert_eq!((&usual.json()["is_default"], &usual.json()["version"]), (&json!(true), &json!(3)));
    assert_eq!(app.last_writer("report_template").await, (Some(2500), "native".into()));

    // The archive has them, and the store that imports it.
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"report_template\"") && archive.contains("\"hint\":\"What was <"));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(app.write("root", Method::DELETE, &own, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("root", Method::GET, &own).await.status, 404);
}

#[both_engines]
async fn report_templates_have_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let with = |section: Value| json!({"name": "x", "sections": [section]});
    for (body, field, detail) in [
        (json!({}), "/name", "blank"),
        (json!({"name": "x"}), "/sections", "blank"),
        (json!({"name": "x".repeat(81), "sections": [{"heading": "Done"}]}), "/name", "80"),
        (json!({"name": "x", "sections": []}), "/sections", "1 to 12"),
        (json!({"name": "x", "sections": "Done"}), "/sections", ""),
        (json!({"name": "x", "sections": null}), "/sections", ""),
        (json!({"name": "x", "sections": vec![json!({"heading": "Done"}); 13]}), "/sections", "1 to 12"),
        (json!({"name": "x", "sections": vec![json!({"heading": "Done"}); 2]}), "/sections", "once"),
        (json!({"name": "x", "is_default": 1, "sections": [{"heading": "Done"}]}), "/is_default", ""),
        (with(json!({})), "/sections", "heading"),
        (with(json!({"heading": 1})), "/sections", ""),
        (with(json!("Done")), "/sections", ""),
        (with(json!({"heading": "x".repeat(81)})), "/sections", "80"),
        (with(json!({"heading": "a\nb"})), "/sections", "one line"),
        (with(json!({"heading": "Done", "hint": "x".repeat(501)})), "/sections", "500"),
    ] {
        let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
        let is_told = answer.text.contains(field) && answer.text.contains(detail);
        assert!(answer.status == 422 && is_told, "{body}: {answer}");
    }
    let unknown =
        app.write("root", Method::POST, LIST, &with(json!({"heading": "x", "text": ""})), &[]).await;
    assert!(unknown.status == 400 && unknown.text.contains("/sections/0/text"), "{unknown}");
    for number in 0..20 {
        add(&app, &json!({"name": number.to_string(), "sections": [{"heading": "Done"}]})).await;
    }
    let more = app.write("root", Method::POST, LIST, &with(json!({"heading": "Done"})), &[]).await;
    assert!(more.status == 422 && more.text.contains("at most 20"), "{more}");
    // Another account has its own.
    assert_eq!(app.own("zoe", Method::GET, LIST).await.json()["report_templates"], json!([]));
}

#[both_engines]
async fn report_templates_are_kept_on_their_pages(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    assert!(browser.get(LIST).await.text.contains("No report templates"));
    let wrong = browser
        .submit(LIST, &[("name", ""), ("heading_1", ""), ("hint_1", "Why?"), ("heading_2", "Done")])
        .await;
    assert_eq!(wrong.status, 422);
    for part in
        ["href=\"#name\"", "href=\"#sections\"", "A section with a hint needs a heading.", "Why?</textarea>"]
    {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    // Rows are added and moved without a write.
    let fields = [("name", "Weekly <b>"), ("heading_1", "Next"), ("heading_2", "Done"), ("hint_2", "All.")];
    let moved = browser.submit(LIST, &[&fields[..], &[("up", "2")]].concat()).await;
    let more = browser.submit(LIST, &[&fields[..], &[("more", "1")]].concat()).await;
    assert!(moved.status == 200 && moved.text.contains("name=\"heading_1\" value=\"Done\""), "{moved}");
    assert!(more.text.contains("name=\"heading_3\"") && !more.text.contains("name=\"heading_4\""), "{more}");
    assert!(browser.get(LIST).await.text.contains("No report templates"));
    let saved =
        browser.submit(LIST, &[&fields[..], &[("heading_3", ""), ("is_default", "1")]].concat()).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, LIST));
    let list = browser.get(LIST).await.text;
    for part in ["Weekly &#60;b&#62;</a>", "<bdi>Next</bdi> · <bdi>Done</bdi>", ">Default</span>"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let id = app.own("root", Method::GET, LIST).await.json()["report_templates"][0]["id"].clone();
    let path = format!("{LIST}/{id}");
    let form = browser.get(&path).await.form_with("name", "Weekly <b>");
    let _ = browser
        .send(&form.with("name", "Weekly").with("heading_1", "").with("hint_2", "All.").without("is_default"))
        .await;
    let now = app.own("root", Method::GET, &path).await.json();
    assert_eq!(
        (&now["name"], &now["is_default"], &now["sections"]),
        (&json!("Weekly"), &json!(false), &json!([{"heading": "Done", "hint": "All."}]))
    );
    assert!(browser.get(&format!("{path}/delete")).await.text.contains("Delete the template “Weekly”?"));
    let mut other = Browser::of(&app, "bo").await;
    for page in [LIST, &path, "/report_templates/new"] {
        assert_eq!(other.get(page).await.status, 403, "{page}");
    }
    assert_eq!(other.submit(&path, &[("name", "x")]).await.status, 403);
    assert_eq!(browser.submit(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(browser.get(&path).await.status, 404);
}

#[both_engines]
async fn a_report_begins_with_the_sections_of_a_template(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    assert!(!browser.get(NEW).await.text.contains("name=\"template\""));
    let first = add(&app, &weekly()).await;
    let second = add(&app, &json!({"name": "Steering", "sections": [{"heading": "Decisions"}]})).await;
    let text = |page: &str| {
        let start = page.find("<textarea id=\"description\"").expect("a text");
        let start = start + page[start..].find(">\n").expect("its beginning") + 2;
        page[start..start + page[start..].find("</textarea>").expect("its end")].to_owned()
    };
    // The default, another one, none, and one that is not there.
    let usual = browser.get(NEW).await.text;
    assert_eq!(text(&usual), "## Done\n\n\n## Next\n\n\n## Risks\n\n\n");
    for part in [
        "<dt dir=\"auto\">Done</dt><dd dir=\"auto\">What was &#60;finished&#62;.</dd>",
        "selected dir=\"auto\">Weekly",
    ] {
        assert!(usual.contains(part), "{part}: {usual}");
    }
    let chosen = browser.get(&format!("{NEW}?template={}", second["id"])).await.text;
    assert_eq!(text(&chosen), "## Decisions\n\n\n");
    assert_eq!(text(&browser.get(&format!("{NEW}?template=")).await.text), "");
    for path in ["999999", "x"] {
        assert_eq!(browser.get(&format!("{NEW}?template={path}")).await.status, 404, "{path}");
    }
    // What was typed stays when sections are inserted.
    let typed = "We shipped.\r\n\r\n## Next\r\n\r\nRest.\r\n\r\n## Risks\r\n\r\n";
    let id = second["id"].to_string();
    let fields =
        [("color", "green"), ("description", typed), ("template", &*id), ("key", "a".repeat(64).leak())];
    let inserted = browser.submit(REPORTS, &[&fields[..], &[("insert", "1")]].concat()).await;
    assert_eq!(inserted.status, 200);
    assert_eq!(text(&inserted.text), "We shipped.\n\n## Next\n\nRest.\n\n## Decisions\n\n\n");
    // A form with headings alone has no text.
    let blank = text(&usual);
    let refused =
        browser.submit(REPORTS, &[("color", "green"), ("description", &*blank), ("key", fields[3].1)]).await;
    assert!(refused.status == 422 && text(&refused.text) == blank, "{refused}");
    // Sections without words are left out of the preview and of what is published.
    let preview = browser.submit(REPORTS, &[&fields[..], &[("preview", "1")]].concat()).await.text;
    assert!(preview.contains("<h3>Next</h3>") && !preview.contains("<h3>Risks</h3>"), "{preview}");
    let sent = browser.submit(REPORTS, &fields).await;
    assert_eq!(sent.status, 303, "{sent}");
    let page = sent.header("location").to_owned();
    let report = app.own("bo", Method::GET, &page).await.json();
    assert_eq!(report["description"], "We shipped.\n\n## Next\n\nRest.");
    assert!(browser.get(&page).await.text.contains("<h3>Next</h3>"));
    // An edit saves the text as it is, and so do the APIs.
    let own = "## Done\n\n## Next\n";
    let edit = browser.get(&format!("{page}/edit")).await;
    assert!(!edit.text.contains("name=\"template\""), "{edit}");
    let patched = app.write("bo", Method::PATCH, &page, &json!({"description": own}), &[]).await;
    assert_eq!(patched.json()["description"], own);
    let form = browser
        .get(&format!("{page}/edit"))
        .await
        .form_with("color", "green")
        .with("color", "red")
        .with("description", own);
    assert_eq!(browser.send(&form).await.status, 303);
    assert_eq!(app.own("bo", Method::GET, &page).await.json()["description"], own);
    assert_eq!(
        app.write("root", Method::DELETE, &format!("{LIST}/{}", first["id"]), &Value::Null, &[]).await.status,
        204
    );
    assert_eq!(text(&browser.get(NEW).await.text), "");
}
