//! Stories of decisions and actions, and of the meeting that notes them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, TestApp, lines, report, with};

const LIST: &str = "/workspaces/53760/notes";

async fn add(app: &TestApp, body: &Value) -> Value {
    let answer = app.write("bo", Method::POST, LIST, body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

#[both_engines]
async fn a_decision_or_an_action_has_its_owner_and_its_days(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let decision = add(&app, &json!({"kind": "decision", "text": "We keep the vendor."})).await;
    let action =
        add(&app, &json!({"kind": "action", "text": "Ask.", "owner_id": 2545, "due_date": "2026-02-20"}))
            .await;
    assert_eq!(
        action,
        json!({"id": action["id"], "workspace_id": 53760, "kind": "action", "text": "Ask.",
            "owner": {"id": 2545, "full_name": "Ada Park"}, "due_date": "2026-02-20", "done_date": null,
            "author": {"id": 2551, "full_name": "Bo Lind"}, "created_at": action["created_at"],
            "updated_at": action["created_at"], "version": 1})
    );
    let own = format!("/notes/{}", action["id"]);
    let done = app
        .write("ada", Method::PATCH, &own, &json!({"done_date": "2026-02-18", "owner_id": null}), &[])
        .await;
    assert_eq!((&done.json()["done_date"], &done.json()["owner"]), (&json!("2026-02-18"), &Value::Null));
    let first = app.own("vera", Method::GET, &format!("{LIST}?limit=1")).await.json();
    assert_eq!(first["notes"], json!([done.json()]));
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = app.own("vera", Method::GET, &format!("{LIST}?limit=1&cursor={cursor}")).await.json();
    assert_eq!(rest, json!({"notes": [decision], "next_cursor": null}));
    for (body, field) in [
        (json!({}), "/kind"),
        (json!({"kind": "wish", "text": "x"}), "/kind"),
        (json!({"kind": "action", "text": " "}), "/text"),
        (json!({"kind": "action", "text": "x".repeat(10_001)}), "/text"),
        (json!({"kind": "action", "text": "x", "owner_id": 3000}), "/owner_id"),
        (json!({"kind": "action", "text": "x", "owner_id": "2545"}), "/owner_id"),
        (json!({"kind": "action", "text": "x", "due_date": "soon"}), "/due_date"),
    ] {
        let answer = app.write("bo", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(field), "{field}: {answer}");
    }
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"note\""));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(app.write("bo", Method::DELETE, &own, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("bo", Method::GET, &own).await.status, 404);
    assert_eq!(app.last_writer("note").await, (Some(2551), "native".into()));
}

#[both_engines]
async fn a_meeting_goes_through_the_projects_and_takes_notes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let red = json!({"workspace_id": 53800, "creator_id": 2561, "color": "red", "description": "The crane is down."});
    app.import(&lines([with(report(950), &red)])).await.expect("an archive");
    let mut browser = Browser::of(&app, "max").await;
    let first = browser.get("/meeting").await;
    assert_eq!(first.status, 200);
    for part in [
        "Quay extension",
        "1 of 2",
        "The crane is down.",
        "href=\"/meeting?slide=2\" rel=\"next\" data-key=\"j\"",
    ] {
        assert!(first.text.contains(part), "{part}: {first}");
    }
    let second = browser.get("/meeting?slide=2").await;
    for part in [
        "Harbor rollout",
        "2 of 2",
        "One week late",
        "href=\"/meeting?end=1\" rel=\"next\"",
        "data-key=\"d\"",
    ] {
        assert!(second.text.contains(part), "{part}: {second}");
    }
    // A note of the meeting comes back to its slide.
    let note = [
        ("meeting", "/meeting?slide=2"),
        ("kind", "action"),
        ("text", "Ask the <vendor>."),
        ("owner_id", "2545"),
        ("due_date", "2026-02-20"),
    ];
    let sent = browser.submit(LIST, &note).await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/meeting?slide=2"));
    let wrong = browser
        .submit(LIST, &[("meeting", "https://evil.example"), ("kind", ""), ("due_date", "soon")])
        .await;
    assert_eq!(wrong.status, 422);
    for part in ["href=\"#text\"", "href=\"#due_date\"", "href=\"/workspaces/53760#notes-title\""] {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    for path in ["/workspaces/53760", "/meeting?slide=2", "/meeting?end=1", "/meeting?slide=9"] {
        let page = browser.get(path).await.text;
        for part in ["Ask the &#60;vendor&#62;.", "<bdi>Ada Park</bdi>", "due 20 Feb 2026"] {
            assert!(page.contains(part), "{path}: {part}: {page}");
        }
    }
    let filtered = browser.get("/meeting?health=yellow").await.text;
    assert!(
        filtered.contains("1 of 1") && filtered.contains("href=\"/meeting?health=yellow&#38;end=1\""),
        "{filtered}"
    );
    let id = app.own("max", Method::GET, LIST).await.json()["notes"][0]["id"].clone();
    assert_eq!(browser.submit(&format!("/notes/{id}/done"), &[]).await.status, 303);
    assert!(browser.get("/workspaces/53760").await.text.contains("Done 16 Feb 2026"));
    // Readers see it, the client side does not.
    let seen = Browser::of(&app, "vera").await.get("/workspaces/53760").await.text;
    assert!(seen.contains("Ask the &#60;vendor&#62;.") && !seen.contains(&format!("/notes/{id}")), "{seen}");
    let mut client = Browser::of(&app, "cleo").await;
    assert!(!client.get("/workspaces/53760").await.text.contains("Ask the"));
    assert!(!client.get("/meeting").await.text.contains("Harbor rollout"));
    assert_eq!(browser.submit(&format!("/notes/{id}/delete"), &[]).await.status, 303);
    assert_eq!(app.own("max", Method::GET, LIST).await.json()["notes"], json!([]));
}
