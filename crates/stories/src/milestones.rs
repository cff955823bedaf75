//! Stories of milestones, natively and on the pages.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, TestApp};

const LIST: &str = "/workspaces/53760/milestones";

async fn add(app: &TestApp, name: &str, due: &str) -> Value {
    let answer = app.write("bo", Method::POST, LIST, &json!({"name": name, "due_date": due}), &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.header("location").ends_with(&format!("/milestones/{}", answer.json()["id"])));
    answer.json()
}

#[both_engines]
async fn a_milestone_keeps_its_earlier_due_dates(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (later, first) =
        (add(&app, "Handover", "2026-12-19").await, add(&app, " Pilot ", "2026-12-05").await);
    let own = format!("/milestones/{}", first["id"]);
    assert_eq!(
        first,
        json!({"id": first["id"], "workspace_id": 53760, "name": "Pilot", "due_date": "2026-12-05", "done_date": null,
            "slip": null, "earlier_due_dates": [], "created_at": first["created_at"], "updated_at": first["created_at"],
            "version": 1})
    );
    for due in ["2026-12-12", "2026-12-19"] {
        let moved = app.write("bo", Method::PATCH, &own, &json!({"due_date": due}), &[]).await;
        assert_eq!((moved.status.as_u16(), &moved.json()["due_date"]), (200, &json!(due)), "{moved}");
    }
    let moved = app.own("vera", Method::GET, &own).await.json();
    assert_eq!(moved["slip"], json!({"from": "2026-12-05", "days": 14}));
    let earlier: Vec<_> = moved["earlier_due_dates"].as_array().expect("a list").iter().collect();
    assert_eq!(
        (earlier.len(), &earlier[1]["due_date"], &moved["version"]),
        (2, &json!("2026-12-12"), &json!(3))
    );
    // What changes nothing is no write.
    let same = app.write("bo", Method::PATCH, &own, &json!({"name": "Pilot"}), &[]).await;
    assert_eq!(same.json(), moved);
    let done = app.write("bo", Method::PATCH, &own, &json!({"done_date": "2026-12-18"}), &[]).await;
    assert_eq!(done.json()["done_date"], "2026-12-18");
    let list = app.own("vera", Method::GET, LIST).await.json();
    assert_eq!(list, json!({"milestones": [later, done.json()], "next_cursor": null}));

    // The archive has them, and the store that imports it.
    let archive = app.export().await;
    assert!(
        archive.contains("\"kind\":\"milestone\"")
            && archive.contains("\"earlier\":[{\"due_date\":\"2026-12-05\"")
    );
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);

    let tag = done.header("etag").to_owned();
    let late =
        app.write("bo", Method::PATCH, &own, &json!({"name": "x"}), &[("if-match", "\"other\"")]).await;
    assert_eq!(late.status, 412, "{late}");
    let named = app.write("bo", Method::PATCH, &own, &json!({"name": "x"}), &[("if-match", &tag)]).await;
    assert_eq!(named.status, 200, "{named}");
    assert_eq!(app.write("bo", Method::DELETE, &own, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("bo", Method::GET, &own).await.status, 404);
    assert_eq!(app.last_writer("milestone").await, (Some(2551), "native".into()));
}

#[both_engines]
async fn milestones_have_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (body, field) in [
        (json!({}), "/name"),
        (json!({"name": "x"}), "/due_date"),
        (json!({"name": " ", "due_date": "2026-12-05"}), "/name"),
        (json!({"name": "x".repeat(256), "due_date": "2026-12-05"}), "/name"),
        (json!({"name": "x", "due_date": "soon"}), "/due_date"),
        (json!({"name": "x", "due_date": null}), "/due_date"),
        (json!({"name": "x", "due_date": "2026-12-05", "done_date": 1}), "/done_date"),
    ] {
        let answer = app.write("bo", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(field), "{body}: {answer}");
    }
    assert_eq!(app.write("bo", Method::POST, LIST, &json!({"title": "x"}), &[]).await.status, 400);
    for number in 0..100 {
        add(&app, &number.to_string(), "2026-12-05").await;
    }
    let more =
        app.write("bo", Method::POST, LIST, &json!({"name": "x", "due_date": "2026-12-05"}), &[]).await;
    assert!(more.status == 422 && more.text.contains("at most 100"), "{more}");
    for token in ["cleo", "olaf", "zoe"] {
        assert_eq!(app.own(token, Method::GET, LIST).await.status, 404, "{token}");
    }
}

#[both_engines]
async fn milestones_are_kept_on_the_page_of_the_project(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let wrong = browser.submit(LIST, &[("name", ""), ("due_date", "soon")]).await;
    assert_eq!(wrong.status, 422);
    for part in ["href=\"#name\"", "href=\"#due_date\"", "value=\"soon\"", "<h1>Add milestone</h1>"] {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    // The clock of the stories stands at 2026-02-16.
    let added = browser.submit(LIST, &[("name", "Pilot <b>"), ("due_date", "2026-02-05")]).await;
    assert_eq!(
        (added.status.as_u16(), added.header("location")),
        (303, "/workspaces/53760#milestones-title")
    );
    let id = app.own("bo", Method::GET, LIST).await.json()["milestones"][0]["id"].clone();
    let page = browser.get("/workspaces/53760").await.text;
    for part in [
        &*format!("href=\"/milestones/{id}\" dir=\"auto\">Pilot &#60;b&#62;</a>"),
        "5 Feb 2026</span>",
        ">Past due<",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let path = format!("/milestones/{id}");
    let form = browser.get(&path).await.form_with("name", "Pilot <b>");
    let _ = browser.send(&form.with("name", "Pilot").with("due_date", "2026-02-19")).await;
    for path in ["/workspaces/53760", "/status_reports/907", "/workspaces/53760/reports/new"] {
        assert!(browser.get(path).await.text.contains("5 Feb 2026 → 19 Feb 2026, +14 d"), "{path}");
    }
    assert_eq!(browser.submit(&format!("{path}/done"), &[]).await.status, 303);
    assert!(browser.get("/workspaces/53760").await.text.contains("Done 16 Feb 2026"));
    assert_eq!(browser.submit(&format!("{path}/done"), &[("undo", "1")]).await.status, 303);
    let mut reader = Browser::of(&app, "vera").await;
    let seen = reader.get("/workspaces/53760").await.text;
    assert!(seen.contains("<bdi>Pilot</bdi>") && !seen.contains("/milestones/"), "{seen}");
    assert_eq!(reader.get(&path).await.status, 403);
    assert_eq!(Browser::of(&app, "cleo").await.get(&path).await.status, 404);
    assert!(!Browser::of(&app, "cleo").await.get("/workspaces/53760").await.text.contains("Pilot"));
    assert!(browser.get(&format!("{path}/delete")).await.text.contains("Delete the milestone “Pilot”?"));
    assert_eq!(browser.submit(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(browser.get(&path).await.status, 404);
}
