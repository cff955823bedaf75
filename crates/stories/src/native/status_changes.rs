//! Stories of status changes in Statuary's own surface.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp, change, lines};

const PATH: &str = "/workspaces/53760/status_changes";
const MOVED: &str = r#"{"id":4078,"workspace_id":53760,
        "from_status":{"key":310,"message":"In Progress","color":"green"},
        "to_status":{"key":403,"message":"At Risk","color":"yellow"},"reason":"The vendor slipped.",
        "user":{"id":2551,"full_name":"Bo Lind"},"created_at":"2026-02-16T16:00:03Z"}"#;

async fn move_to(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.write(token, Method::POST, PATH, body, &[]).await
}

#[both_engines]
async fn a_workspace_is_moved_with_a_reason(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let moved = move_to(&app, "bo", &json!({"to_status_key": 403, "reason": "The vendor slipped."})).await;
    moved.has_exactly(201, MOVED);
    let workspace = app.own("vera", Method::GET, "/workspaces/53760").await.json();
    assert_eq!((&workspace["status"]["key"], &workspace["version"]), (&json!(403), &json!(2)));
    app.own("vera", Method::GET, PATH).await.is_exactly(&format!(
        r#"{{"status_changes":[{MOVED},{{"id":4077,"workspace_id":53760,
        "from_status":{{"key":100,"message":"Backlog","color":"grey"}},
        "to_status":{{"key":310,"message":"In Progress","color":"green"}},"reason":null,
        "user":{{"id":2545,"full_name":"Ada Park"}},"created_at":"2026-01-12T16:00:00Z"}}],"next_cursor":null}}"#
    ));
    let lanes = app.own("vera", Method::GET, "/workspaces/53760/timeline").await.json();
    let reasons: Vec<_> = lanes["lifecycle"].as_array().unwrap().iter().map(|stay| &stay["reason"]).collect();
    assert_eq!(reasons, [&Value::Null, &Value::Null, &json!("The vendor slipped.")]);
    // The vendor's surface has the change, and no member for the reason.
    let vendor = app.get("vera", "/workspace_status_changes/4078").await;
    assert!(!vendor.text.contains("slipped") && !vendor.text.contains("reason"), "{vendor}");
    assert_eq!(vendor.json()["workspace_status_changes"]["4078"]["to_status_key"], "403", "{vendor}");
}

#[both_engines]
async fn a_move_to_the_present_status_changes_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let again = move_to(&app, "bo", &json!({"to_status_key": 310, "reason": "Again"})).await;
    assert_eq!((again.status.as_u16(), again.json()["id"].clone()), (200, json!(4077)), "{again}");
    assert_eq!(again.json()["reason"], Value::Null);
    let created = app
        .write("max", Method::POST, "/workspaces/53800/status_changes", &json!({"to_status_key": 100}), &[])
        .await;
    assert_eq!(created.status, 200);
    created.is_exactly(
        r#"{"id":null,"workspace_id":53800,"from_status":null,
        "to_status":{"key":100,"message":"Backlog","color":"grey"},"reason":null,"user":null,
        "created_at":"2026-01-05T18:00:00Z"}"#,
    );
    for id in [53760, 53800] {
        let workspace = app.own("max", Method::GET, &format!("/workspaces/{id}")).await.json();
        assert_eq!(workspace["version"], 1, "{id}");
    }
}

#[both_engines]
async fn changes_are_paged_by_time_and_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let same = "2026-02-01T00:00:00Z";
    let more =
        [(4090, same), (4080, same), (4081, "2026-02-01T00:00:00.000001Z"), (4070, "2026-01-01T00:00:00Z")];
    app.import(&lines(more.map(|(id, at)| change(id, at)))).await.unwrap();
    let (mut path, mut seen) = (format!("{PATH}?limit=2"), Vec::new());
    loop {
        let page = app.own("vera", Method::GET, &path).await.json();
        let changes = page["status_changes"].as_array().unwrap();
        seen.extend(changes.iter().map(|one| one["id"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{PATH}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [4081, 4090, 4080, 4077, 4070]);
}

#[both_engines]
async fn moves_that_break_rules_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let error = |member: &str, detail: &str| json!({"detail": detail, "pointer": format!("/{member}")});
    let cases = [
        (json!({}), vec![error("to_status_key", "must not be blank")]),
        (json!({"to_status_key": 1}), vec![error("to_status_key", "is not an allowed value")]),
        (
            json!({"to_status_key": "403", "reason": 5}),
            vec![
                error("to_status_key", "has the wrong type or format"),
                error("reason", "has the wrong type or format"),
            ],
        ),
    ];
    for (body, errors) in cases {
        move_to(&app, "ada", &body).await.is_problem(422, "invalid", &errors.into());
    }
    let unknown = move_to(&app, "ada", &json!({"to_status_key": 403, "comment": ""})).await;
    let detail = "is not known here; known: to_status_key, reason";
    unknown.is_problem(400, "unknown-member", &json!([error("comment", detail)]));
    let blank = move_to(&app, "ada", &json!({"to_status_key": 403, "reason": " "})).await;
    assert_eq!((blank.status.as_u16(), blank.json()["reason"].clone()), (201, Value::Null));
}
