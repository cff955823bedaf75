//! Rights under `/api/v1` (docs/contracts/kantata.md#who-may-do-what).

use axum::http::Method;
use serde_json::{Value, json};

use super::rows::Row;

/// The statuses by caller. The bodies of permitted writes are invalid, so that nothing changes.
pub fn rows() -> Vec<Row> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let workspace = json!({"workspace": {"title": ""}});
    let part = json!({"participation": {"workspace_id": 53760, "role": "boss", "user_id": 2580}});
    let reference =
        |kind: &str, id: i64| json!({"external_reference": {"subject_type": kind, "subject_id": id}});
    let report = json!({"status_report": {"workspace_id": 53760, "color": "blue"}});
    let change = |to: i64| json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": to}});
    let none = Value::Null;
    let rows = vec![
        (get.clone(), "/workspaces", none.clone(), [200; 8]),
        (get.clone(), "/workspaces/53760", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/workspaces/53800", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (get.clone(), "/workspaces/53900", none.clone(), [404; 8]),
        (
            get.clone(),
            "/workspaces/53900?include_archived=true",
            none.clone(),
            [200, 200, 404, 404, 404, 404, 404, 404],
        ),
        (get.clone(), "/workspaces/60000", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (post.clone(), "/workspaces", workspace.clone(), [422, 422, 422, 403, 422, 403, 403, 422]),
        (put.clone(), "/workspaces/53760", workspace.clone(), [422, 422, 422, 403, 422, 403, 404, 404]),
        (put.clone(), "/workspaces/53800", workspace.clone(), [422, 404, 404, 404, 422, 404, 404, 404]),
        (put.clone(), "/workspaces/53900", workspace.clone(), [422, 422, 404, 404, 404, 404, 404, 404]),
        (put.clone(), "/workspaces/60000", workspace, [404, 404, 404, 404, 404, 404, 404, 422]),
        (get.clone(), "/users", none.clone(), [200; 8]),
        (get.clone(), "/users/me", none.clone(), [200; 8]),
        (get.clone(), "/users/2545", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/users/2580", none.clone(), [200, 404, 404, 404, 404, 404, 200, 404]),
        (get.clone(), "/users/3000", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (get.clone(), "/participations", none.clone(), [422; 8]),
        (get.clone(), "/participations?workspace_id=53760", none.clone(), [200; 8]),
        (get.clone(), "/participations/1", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/participations/6", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (post.clone(), "/participations", part.clone(), [422, 403, 403, 403, 422, 403, 404, 404]),
        (put.clone(), "/participations/1", part.clone(), [422, 403, 403, 403, 422, 403, 404, 404]),
        (put.clone(), "/participations/6", part, [422, 404, 404, 404, 422, 404, 404, 404]),
        (get.clone(), "/external_references", none.clone(), [422; 8]),
        (get.clone(), "/external_references?subject_type=Workspace", none.clone(), [200; 8]),
        (
            post.clone(),
            "/external_references/create_or_update",
            reference("StatusReport", 907),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (
            post.clone(),
            "/external_references/create_or_update",
            reference("Workspace", 53760),
            [422, 422, 422, 403, 422, 403, 404, 404],
        ),
        (
            post.clone(),
            "/external_references/create_or_update",
            reference("StatusReport", 990),
            [404, 404, 404, 404, 404, 404, 404, 422],
        ),
        (get.clone(), "/subscribed_events", none.clone(), [200, 403, 403, 403, 403, 403, 403, 200]),
        (
            get.clone(),
            "/subscribed_events/event_types",
            none.clone(),
            [200, 403, 403, 403, 403, 403, 403, 200],
        ),
        (get.clone(), "/status_reports", none.clone(), [200; 8]),
        (get.clone(), "/status_reports/907", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (get.clone(), "/status_reports/990", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (post.clone(), "/status_reports", report.clone(), [422, 422, 422, 403, 422, 403, 404, 404]),
        (put, "/status_reports/907", report, [422, 422, 422, 403, 422, 404, 404, 404]),
        (get.clone(), "/workspace_status_changes", none.clone(), [422; 8]),
        (get.clone(), "/workspace_status_changes?workspace_id=53760", none.clone(), [200; 8]),
        (get, "/workspace_status_changes/4077", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (post, "/workspace_status_changes", change(310), [422, 422, 422, 403, 422, 403, 404, 404]),
        (delete.clone(), "/status_reports/{own}", none.clone(), [204, 204, 204, 403, 204, 404, 404, 404]),
        (
            delete.clone(),
            "/external_references/{own}",
            none.clone(),
            [204, 204, 204, 403, 204, 404, 404, 404],
        ),
        (delete, "/participations/{own}", none, [204, 403, 403, 403, 204, 403, 404, 404]),
    ];
    // PATCH is an alias of PUT.
    let changes = rows.iter().filter(|row| row.0 == Method::PUT).cloned();
    let patches: Vec<Row> =
        changes.map(|(_, path, body, people)| (Method::PATCH, path, body, people)).collect();
    [rows, patches].concat()
}
