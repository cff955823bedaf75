//! Writing participations, and the right to do so.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

const FORBIDDEN: &str = "You are not authorized to perform this action";

fn olaf(workspace: i64) -> Value {
    json!({"workspace_id": workspace, "user_id": 2580, "role": "maven"})
}

#[both_engines]
async fn an_added_user_has_access_at_once(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/participations?optional_fields=access_level";
    app.post("max", path, &json!({ "participation": olaf(53760) })).await.is_exactly(
        r#"{"count":1,"results":[{"key":"participations","id":"8"}],
        "participations":{
            "8":{"role":"maven","show_as_read_only":false,"can_invite":false,"created_at":"2026-02-16T16:00:03Z",
                "updated_at":"2026-02-16T16:00:03Z","access_level":"edit_tasks","user_id":"2580",
                "workspace_id":"53760","id":"8"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
    assert_eq!(app.get("olaf", "/workspaces").await.ids(), [53760]);
    assert_eq!(app.get("olaf", "/status_reports").await.ids(), [901, 907]);
    app.delete("max", "/participations/8").await.is_no_content();
    app.get("olaf", "/workspaces/53760").await.is_system_error(404, "Record not found");
    app.delete("max", "/participations/8").await.is_system_error(404, "Record not found");
}

#[both_engines]
async fn the_vendors_access_levels_map_to_view_edit_and_admin(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (vendors, level, role) in [
        ("view_tasks", "view_tasks", "maven"),
        ("view_financials", "view_tasks", "consultant"),
        ("edit_time_and_expenses", "edit_tasks", "maven"),
        ("admin", "admin", "buyer"),
        ("edit_tasks", "edit_tasks", "client"),
    ] {
        let part = json!({"workspace_id": "53800", "user_id": "2580", "role": role, "access_level": vendors});
        let requested = json!({ "participation": part });
        let made =
            app.post("root", "/participations?optional_fields=access_level", &requested).await.object();
        let side = if matches!(role, "maven" | "consultant") { "maven" } else { "buyer" };
        assert_eq!((&made["access_level"], &made["role"]), (&json!(level), &json!(side)), "{vendors}");
        let id = made["id"].as_str().expect("an id").to_owned();
        app.delete("root", &format!("/participations/{id}")).await.is_no_content();
    }
}

#[both_engines]
async fn several_participations_are_created_together_or_not_at_all(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let ada = json!({"workspace_id": 53800, "user_id": 2545, "role": "buyer", "access_level": "view_tasks"});
    let taken = json!([{"type": "validation", "message": "User has already been taken", "field": "user_id",
        "index": 2}]);
    let thrice = json!({"participations": [olaf(53800), ada, olaf(53800)]});
    let before = app.export().await;
    app.post("root", "/participations", &thrice).await.is_error(422, &taken);
    assert_eq!(app.export().await, before);
    let both = json!({"participations": [olaf(53800), ada], "include": "user"});
    let made = app.post("root", "/participations", &both).await;
    assert_eq!((made.ids(), &made.json()["count"]), (vec![8, 9], &json!(2)));
    assert_eq!(made.json()["users"].as_object().map(serde_json::Map::len), Some(2));
    let many = vec![olaf(53760); 101];
    let too_many = app.post("root", "/participations", &json!({ "participations": many })).await;
    too_many.is_system_error(400, "participations holds more than 100 objects");
}

#[both_engines]
async fn a_failed_request_uses_no_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let twice = json!({"participations": [olaf(53800), olaf(53800)]});
    assert_eq!(app.post("root", "/participations", &twice).await.status, 422);
    assert_eq!(app.post("root", "/participations", &json!({"participation": olaf(53800)})).await.ids(), [8]);
}

#[both_engines]
async fn validation_errors_name_the_field(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let with = |name: &str, value: Value| {
        let mut part = olaf(53760);
        part[name] = value;
        part
    };
    let cases = [
        (with("workspace_id", json!(null)), "workspace_id", "Workspace can't be blank"),
        (with("user_id", json!("")), "user_id", "User can't be blank"),
        (with("user_id", json!(1)), "user_id", "User must exist"),
        (with("user_id", json!(3000)), "user_id", "User must exist"),
        (with("user_id", json!(2545)), "user_id", "User has already been taken"),
        (with("role", json!(null)), "role", "Role can't be blank"),
        (with("role", json!("Maven")), "role", "Role is not included in the list"),
        (with("access_level", json!("all")), "access_level", "Access level is not included in the list"),
    ];
    for (part, field, message) in cases {
        let answer = app.post("root", "/participations", &json!({ "participation": part })).await;
        answer.is_invalid(field, message);
    }
    let several = json!([
        {"type": "validation", "message": "User can't be blank", "field": "user_id"},
        {"type": "validation", "message": "Role can't be blank", "field": "role"}]);
    let bare = json!({"participation": {"workspace_id": 53760}});
    app.post("root", "/participations", &bare).await.is_error(422, &several);
    let message = "param is missing or the value is empty: participation";
    app.post("root", "/participations", &json!({})).await.is_system_error(400, message);
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn only_account_and_project_administrators_manage_participations(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["ada", "bo", "vera", "cleo"] {
        let answer = app.post(token, "/participations", &json!({ "participation": olaf(53760) })).await;
        answer.is_system_error(403, FORBIDDEN);
        let put = app.put(token, "/participations/3", &json!({"participation": {"role": "buyer"}})).await;
        put.is_system_error(403, FORBIDDEN);
        app.delete(token, "/participations/3").await.is_system_error(403, FORBIDDEN);
    }
    for token in ["olaf", "zoe"] {
        let answer = app.post(token, "/participations", &json!({ "participation": olaf(53760) })).await;
        answer.is_system_error(404, "Record not found");
        let put = app.put(token, "/participations/3", &json!({"participation": {"role": "bogus"}})).await;
        put.is_system_error(404, "Record not found");
        app.get(token, "/participations/3").await.is_system_error(404, "Record not found");
        app.delete(token, "/participations/3").await.is_system_error(404, "Record not found");
    }
    for token in ["root", "max"] {
        let put = app.put(token, "/participations/3", &json!({"participation": {"role": "buyer"}})).await;
        assert_eq!(put.object()["role"], "buyer", "{token}");
    }
}

#[both_engines]
async fn only_side_and_level_can_be_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(60);
    let requested = "participation[access_level]=admin&participation[user_id]=2580&participation[workspace_id]=53800\
        &optional_fields=access_level";
    let put = app.form("root", Method::PATCH, "/participations/5", requested).await;
    let expected = json!({"role": "buyer", "show_as_read_only": false, "can_invite": true,
        "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-02-16T16:01:03Z", "access_level": "admin",
        "user_id": "2570", "workspace_id": "53760", "id": "5"});
    assert_eq!(put.object(), expected);
    let put = app.put("root", "/participations/5", &json!({"participation": {"role": "maven"}})).await;
    assert_eq!(put.object()["role"], "maven");
    assert_eq!(app.get("cleo", "/status_reports").await.ids(), [901, 907]);
    let put = app.put("root", "/participations/5", &json!({"participation": {"role": "boss"}})).await;
    put.is_invalid("role", "Role is not included in the list");
    let put = app.put("root", "/participations/5", &json!({"participation": {"access_level": ""}})).await;
    put.is_invalid("access_level", "Access level is not included in the list");
    let message = "param is missing or the value is empty: participation";
    app.put("olaf", "/participations/5", &json!({})).await.is_system_error(400, message);
}

#[both_engines]
async fn removing_a_participant_keeps_what_they_wrote(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.delete("root", "/participations/1").await.is_no_content();
    app.get("ada", "/workspaces/53760").await.is_system_error(404, "Record not found");
    let answer = app.get("bo", "/status_reports?include=creator").await;
    assert_eq!(
        (answer.ids(), &answer.json()["users"]["2545"]["full_name"]),
        (vec![901, 907], &json!("Ada Park"))
    );
}

#[both_engines]
async fn a_right_that_any_process_changes_holds_for_the_next_report(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let report =
        json!({"status_report": {"workspace_id": 53760, "color": "green", "description": "On track."}});
    let write = async |app: &TestApp| app.post("ada", "/status_reports", &report).await.status;
    let change = async |app: &TestApp, level: &str| {
        let part = json!({"participation": {"access_level": level}});
        assert_eq!(app.put("root", "/participations/1", &part).await.status, 200);
    };
    for (app, other) in [(&app, &other), (&other, &app), (&app, &app)] {
        // What a process knows holds after the reports of another one.
        assert_eq!([write(app).await, write(other).await, write(app).await], [200; 3]);
        change(other, "view_tasks").await;
        assert_eq!([write(app).await, write(other).await], [403; 2]);
        change(app, "edit_tasks").await;
    }
    assert_eq!([write(&app).await, write(&other).await], [200; 2]);
    other.delete("root", "/participations/1").await.is_no_content();
    assert_eq!([write(&app).await, write(&other).await], [404; 2]);
    app.post(
        "root",
        "/participations",
        &json!({"participation": {"workspace_id": 53760, "user_id": 2545, "role": "maven"}}),
    )
    .await
    .object();
    assert_eq!([write(&app).await, write(&other).await], [200; 2]);
}
