//! Stories of programmes in the past.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{LIST, add};
use crate::browser::Browser;
use crate::verify::findings;
use crate::{Engine, TestApp, lines};

#[both_engines]
async fn programmes_are_read_as_they_were(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let imported = json!({"kind": "programme", "id": 70, "account_id": 415, "name": "Old", "rule": {"kind": "worst"},
        "members": [{"workspace_id": 53760, "weight": 1}], "created_at": "2026-02-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z"});
    app.import(&lines([imported])).await.expect("a programme");
    let port = add(&app, json!({"name": "Port", "members": [{"workspace_id": 53760}]})).await;
    let path = format!("{LIST}/{}", port["id"]);
    app.app.clock.advance(3600);
    // 17:00: a red report, another rule and another project.
    let red = json!({"color": "red", "description": "The crane broke."});
    assert_eq!(
        app.write("bo", Method::POST, "/workspaces/53760/status_reports", &red, &[]).await.status,
        201
    );
    let rule = json!({"kind": "weighted", "red_below": 40, "yellow_below": 50});
    let change = json!({"name": "Harbor", "rule": rule, "members": [{"workspace_id": 53760}, {"workspace_id": 53800}]});
    assert_eq!(app.write("root", Method::PATCH, &path, &change, &[]).await.status, 200);
    app.app.clock.advance(3600);
    assert_eq!(app.own("root", Method::DELETE, &path).await.status, 204);
    let then = async |query: &str| app.own("root", Method::GET, &format!("{path}?{query}")).await;

    let before = then("as_of=2026-02-16T16:30:00Z").await;
    assert!(before.status == 200 && before.headers.get("etag").is_none(), "{before}");
    let before = before.json();
    let mut first = port.clone();
    first["as_of"] = json!("2026-02-16T16:30:00Z");
    first["known_at"] = json!("2026-02-16T18:00:03Z");
    assert_eq!(before, first);
    let after = then("as_of=2026-02-16T17:30:00Z").await.json();
    assert_eq!(
        (&after["name"], &after["health"]["color"], &after["health"]["score"], &after["version"]),
        (&json!("Harbor"), &json!("red"), &json!(0), &json!(2)),
        "{after}"
    );
    assert_eq!(after["health"]["inputs"].as_array().map(Vec::len), Some(2));
    assert_eq!(after["health"]["flips"][0]["color"], "green", "{after}");
    // What was not known then: the programme, which came with an archive, and the report.
    let old = async |query: &str| app.own("root", Method::GET, &format!("{LIST}/70?{query}")).await;
    assert_eq!(old("as_of=2026-02-10").await.json()["health"]["color"], "yellow");
    assert_eq!(old("as_of=2026-02-05").await.json()["health"]["color"], "green");
    assert_eq!(old("known_at=2026-02-16T16:30:00Z").await.json()["health"]["color"], "yellow");
    for query in ["as_of=2026-01-31", "as_of=2026-02-10&known_at=2026-02-16T16:00:00Z"] {
        assert_eq!(old(query).await.status, 404, "{query}");
    }
    for query in ["as_of=2026-02-16T16:00:00Z", "as_of=2026-02-16T18:00:03Z", "known_at=2026-02-16T16:00:00Z"]
    {
        assert_eq!(then(query).await.status, 404, "{query}");
    }
    for wrong in ["as_of=soon", "as_of=2026-02-17", "at=2026-02-01"] {
        assert_eq!(then(wrong).await.status, 400, "{wrong}");
    }
    let names = async |token: &str, query: &str| {
        let list = app.own(token, Method::GET, &format!("{LIST}?{query}")).await.json();
        let programmes = list["programmes"].as_array().expect("a list").clone();
        programmes.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("root", "as_of=2026-02-16T16:30:00Z").await, ["Old", "Port"]);
    assert_eq!(names("vera", "as_of=2026-02-16T17:30:00Z").await, ["Harbor", "Old"]);
    assert_eq!(names("root", "as_of=2026-02-10").await, ["Old"]);
    assert_eq!(names("cleo", "as_of=2026-02-16T17:30:00Z").await, [""; 0]);
    assert_eq!(names("root", "").await, ["Old"]);

    // The pages show the end of a day, and offer nothing to write.
    app.app.clock.advance(2 * 86_400);
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/programmes/70?as_of=2026-02-10").await.text;
    for part in [
        "As it was on 10 Feb 2026",
        "1 yellow",
        "/workspaces/53760?as_of=2026-02-10\"",
        "value=\"2026-02-10\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("/programmes/70/edit") && !page.contains("/programmes/70/delete"), "{page}");
    assert!(browser.get("/programmes/70?as_of=2026-02-16").await.text.contains("1 red"));
    let list = browser.get("/programmes?as_of=2026-02-10").await.text;
    assert!(
        list.contains("/programmes/70?as_of=2026-02-10\"") && !list.contains("/programmes/new"),
        "{list}"
    );
    assert_eq!(browser.get(&format!("{path}?as_of=2026-02-16")).await.status, 404);
    assert_eq!(findings(&app).await, [""; 0]);
}
