//! Stories of drafts of reports: programs write them, people publish or discard them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, TestApp, lines};
use domain::auth;

const LIST: &str = "/workspaces/53760/report_drafts";

/// The harbor, in which a program of Ada has a token that is limited to drafts.
pub async fn harbor(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let token = json!({"kind": "token", "id": 90, "user_id": 2545, "name": "Scribe", "scopes": ["draft"],
        "sha256": hex::encode(auth::digest("scribe"))});
    app.import(&lines([token])).await.expect("a token");
    app
}

fn sentence(text: &str, sources: &Value) -> Value {
    json!({"text": text, "sources": sources})
}

fn draft() -> Value {
    let (report, url) =
        (json!({"type": "status_report", "id": 907}), json!({"url": "https://board.example/7"}));
    json!({"color": "red", "sentences": [sentence("The crane waits.", &json!([report, url])),
            sentence("\n\nIt needs a part.", &json!([report]))],
        "details": [{"category": "Schedule", "color": "red", "sentences": [sentence("Two weeks.", &json!([url]))]},
            {"category": "Client", "color": "green"}]})
}

async fn drafted(app: &TestApp) -> Value {
    let answer = app.write("scribe", Method::POST, LIST, &draft(), &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

#[both_engines]
async fn a_program_drafts_and_a_person_publishes(engine: Engine) {
    let app = harbor(engine).await;
    let made = drafted(&app).await;
    let own = format!("/report_drafts/{}", made["id"]);
    assert_eq!(
        made,
        json!({"id": made["id"], "workspace": {"id": 53760, "title": "Harbor rollout"}, "state": "open", "color": "red",
            "description": "The crane waits.\n\nIt needs a part.",
            "details": [{"category": "Schedule", "color": "red", "description": "Two weeks."},
                {"category": "Client", "color": "green", "description": null}],
            "sentences": [
                {"category": null, "text": "The crane waits.", "kept": true,
                    "sources": [{"type": "status_report", "id": 907}, {"url": "https://board.example/7"}]},
                {"category": null, "text": "It needs a part.", "kept": true,
                    "sources": [{"type": "status_report", "id": 907}]},
                {"category": "Schedule", "text": "Two weeks.", "kept": true,
                    "sources": [{"url": "https://board.example/7"}]}],
            "agent": "Scribe", "author": {"id": 2545, "full_name": "Ada Park"}, "updater": null, "closed_by": null,
            "closed_at": null, "report_id": null, "created_at": made["created_at"], "updated_at": made["created_at"],
            "version": 1})
    );
    // The program publishes through no route; the person edits and publishes.
    for (method, path, body) in [
        (Method::POST, format!("{own}/publish"), json!({})),
        (Method::POST, format!("{own}/discard"), json!({})),
        (Method::PATCH, own.clone(), json!({"color": "green"})),
        (
            Method::POST,
            "/workspaces/53760/status_reports".into(),
            json!({"color": "red", "description": "So."}),
        ),
    ] {
        assert_eq!(app.write("scribe", method, &path, &body, &[]).await.status, 403, "{path}");
    }
    let edited = app
        .write("bo", Method::PATCH, &own, &json!({"description": "The crane waits. Ask."}), &[])
        .await
        .json();
    let kept: Vec<_> =
        edited["sentences"].as_array().expect("a list").iter().map(|one| &one["kept"]).collect();
    assert_eq!(kept, [true, false, true]);
    assert_eq!((&edited["updater"]["id"], &edited["version"]), (&json!(2551), &json!(2)));
    let published = app.write("bo", Method::POST, &format!("{own}/publish"), &json!({}), &[]).await;
    assert_eq!(published.status, 201, "{published}");
    let report = published.json();
    assert_eq!(
        (&report["author"]["id"], &report["description"], &report["color"]),
        (&json!(2551), &json!("The crane waits. Ask."), &json!("red"))
    );
    assert!(published.header("location").ends_with(&format!("/status_reports/{}", report["id"])));
    // The draft is closed, and the log has it with the sources.
    for act in ["publish", "discard"] {
        let again = app.write("bo", Method::POST, &format!("{own}/{act}"), &json!({}), &[]).await;
        assert!(again.status == 409 && again.text.contains("/problems/draft-closed"), "{again}");
    }
    let closed = app.own("scribe", Method::GET, &own).await.json();
    assert_eq!(
        (&closed["state"], &closed["closed_by"]["id"], &closed["report_id"]),
        (&json!("published"), &json!(2551), &report["id"])
    );
    let log = app.own("bo", Method::GET, "/events?types=report_draft.*").await.json();
    let log = log["events"].as_array().expect("events");
    assert_eq!(log.len(), 3);
    assert_eq!((&log[0]["actor"]["id"], &log[2]["actor"]["id"]), (&json!(2545), &json!(2551)));
    let last = &log[2]["after"];
    assert_eq!((&last["agent"], &last["report_id"]), (&json!("Scribe"), &report["id"]));
    assert_eq!(last["sentences"][0]["sources"][0], json!({"type": "status_report", "id": 907}));
    // It survives an archive.
    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
}

#[both_engines]
async fn a_person_discards_and_readers_see_no_draft(engine: Engine) {
    let app = harbor(engine).await;
    let made = drafted(&app).await;
    let own = format!("/report_drafts/{}", made["id"]);
    let listed = app.own("max", Method::GET, "/report_drafts?workspace_id=53760").await.json();
    assert_eq!(listed, json!({"report_drafts": [made], "next_cursor": null}));
    for (reader, status) in [("vera", 403), ("cleo", 404), ("olaf", 404), ("zoe", 404)] {
        assert_eq!(app.own(reader, Method::GET, &own).await.status, status, "{reader}");
        assert_eq!(app.own(reader, Method::GET, "/report_drafts").await.json()["report_drafts"], json!([]));
        let log = app.own(reader, Method::GET, "/events?types=report_draft.created").await.json();
        assert_eq!(log["events"], json!([]), "{reader}");
    }
    let discarded = app.write("max", Method::POST, &format!("{own}/discard"), &json!({}), &[]).await;
    assert_eq!((discarded.status.as_u16(), &discarded.json()["state"]), (200, &json!("discarded")));
    assert_eq!(app.own("max", Method::GET, "/report_drafts").await.json()["report_drafts"], json!([]));
    let listed = app.own("max", Method::GET, "/report_drafts?state=discarded").await.json();
    assert_eq!(listed["report_drafts"][0]["closed_by"]["id"], json!(2561));
    // Reports are what they were.
    assert_eq!(app.own("max", Method::GET, "/status_reports/907").await.json()["color"], "yellow");
}

#[both_engines]
async fn every_sentence_rests_on_what_its_reader_can_see(engine: Engine) {
    let app = harbor(engine).await;
    let of = |sources: Value| json!({"color": "red", "sentences": [sentence("So.", &sources)]});
    for (sources, status) in [
        (json!([{"type": "workspace", "id": 53760}, {"type": "workspace_status_change", "id": 551}]), 422),
        (json!([{"type": "workspace", "id": 53760}]), 201),
        (json!([{"type": "workspace", "id": 53800}]), 422),
        (json!([{"type": "status_report", "id": 990}]), 422),
        (json!([{"type": "note", "id": 1}]), 422),
        (json!([{"type": "user", "id": 2545}]), 422),
        (json!([{"type": "status_report"}]), 422),
        (json!([{"url": "javascript:alert(1)"}]), 422),
        (json!([]), 422),
        (json!("report 907"), 422),
    ] {
        let answer = app.write("scribe", Method::POST, LIST, &of(sources.clone()), &[]).await;
        let is_pointed = status == 201 || answer.text.contains("\"pointer\":\"/sentences\"");
        assert!(answer.status == status && is_pointed, "{sources}: {answer}");
    }
    let unknown = json!({"color": "red", "description": "So.", "sentences": []});
    assert_eq!(app.write("scribe", Method::POST, LIST, &unknown, &[]).await.status, 400);
    // A workspace has at most 20 open drafts.
    let good = of(json!([{"type": "workspace", "id": 53760}]));
    for _ in 1..20 {
        assert_eq!(app.write("scribe", Method::POST, LIST, &good, &[]).await.status, 201);
    }
    let more = app.write("scribe", Method::POST, LIST, &good, &[]).await;
    assert!(more.status == 422 && more.text.contains("20 drafts"), "{more}");
}

#[both_engines]
async fn a_draft_waits_on_the_desk(engine: Engine) {
    let app = harbor(engine).await;
    let hostile = json!({"color": "red", "sentences": [sentence("<b>Sign</b> here.", &json!([
        {"url": "https://evil.example/\"onclick=alert(1)"}, {"type": "status_report", "id": 907}]))]});
    let made = app.write("scribe", Method::POST, LIST, &hostile, &[]).await.json();
    let second = drafted(&app).await;
    let mut browser = Browser::of(&app, "bo").await;
    let desk = browser.get("/desk").await.text;
    assert!(desk.contains("href=\"/desk/drafts\">Drafts by agents <b>2</b>"), "{desk}");
    let list = browser.get("/desk/drafts").await.text;
    for part in ["<bdi>Scribe</bdi>", "<bdi>Ada Park</bdi>", "The crane waits.", "Harbor rollout"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let path = format!("/desk/drafts/{}", made["id"]);
    let shown = browser.get(&path).await;
    for part in [
        "Drafted by",
        "Scribe",
        "&#60;b&#62;Sign&#60;/b&#62; here.",
        "href=\"/status_reports/907\"",
        "rel=\"noopener noreferrer nofollow\"",
    ] {
        assert!(shown.text.contains(part), "{part}: {shown}");
    }
    assert!(!shown.text.contains("<b>Sign") && !shown.text.contains("\"onclick"), "{shown}");
    // Saving keeps it open; a form that is older than the last change is refused.
    let state = |page: &str| {
        let rest = page.split("name=\"state\" value=\"").nth(1).expect("a state");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let old = state(&shown.text);
    app.wait_until("2026-02-16T17:00:00Z");
    let form = [("state", old.as_str()), ("color", "yellow"), ("description", "Signed.")];
    let saved = browser.submit(&path, &form).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, format!("{path}?saved").as_str()));
    assert_eq!(browser.submit(&path, &form).await.status, 409);
    let page = browser.get(&path).await.text;
    assert!(page.contains("changed since"), "{page}");
    let new = state(&page);
    let blank = [("state", new.as_str()), ("color", "yellow"), ("description", " "), ("publish", "1")];
    let wrong = browser.submit(&path, &blank).await;
    assert!(wrong.status == 422 && wrong.text.contains("href=\"#description\""), "{wrong}");
    let form = [("state", new.as_str()), ("color", "yellow"), ("description", "Signed."), ("publish", "1")];
    let published = browser.submit(&path, &form).await;
    assert!(
        published.status == 303 && published.header("location").starts_with("/status_reports/"),
        "{published}"
    );
    let report = browser.get(published.header("location")).await.text;
    assert!(report.contains(&format!("<a href=\"{path}\"><bdi>Scribe</bdi></a>")), "{report}");
    let ended = browser.get(&path).await.text;
    assert!(ended.contains(published.header("location")) && !ended.contains("name=\"publish\""), "{ended}");
    // A reader sees the agent, and no draft.
    let mut reader = Browser::of(&app, "vera").await;
    assert!(reader.get(published.header("location")).await.text.contains("<bdi>Scribe</bdi></dd>"));
    assert_eq!(reader.get(&path).await.status, 403);
    let other = format!("/desk/drafts/{}", second["id"]);
    let discarded = browser.submit(&other, &[("discard", "1")]).await;
    assert_eq!(discarded.header("location"), "/desk/drafts?discarded");
    assert!(browser.get("/desk/drafts?discarded").await.text.contains("No drafts"));
    assert_eq!(browser.submit(&other, &[("discard", "1")]).await.header("location"), other);
}
