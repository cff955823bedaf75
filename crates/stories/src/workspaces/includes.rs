//! Includes of workspaces.

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

/// A second jira project, so that the workspace itself has a reference.
async fn with_references(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let reference = r#"{"kind":"external_reference","id":90,"subject_type":"Workspace","subject_id":53760,"service_name":"jira","service_model":"Project","service_model_ref":"HARB","locked":true,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-01T00:00:00Z"}"#;
    app.import(reference).await.expect("an archive");
    app
}

/// The ids in a side-load, in their order there.
fn keys(body: &Value, name: &str) -> Vec<String> {
    body[name].as_object().unwrap_or_else(|| panic!("{name}")).keys().cloned().collect()
}

#[both_engines]
async fn each_type_is_included_once_in_the_requested_order(engine: Engine) {
    let app = with_references(engine).await;
    let includes = "external_references,primary_counterpart,creator,bogus,%20participants,workspace_groups,\
        current_user_participation,participations";
    let answer = app.get("vera", &format!("/workspaces/53760?include={includes}")).await;
    answer.is_exactly(include_str!("includes.json"));
}

#[both_engines]
async fn participants_of_several_workspaces_are_included_once(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("max", "/workspaces?include=participants,primary_maven,creator").await;
    let body = answer.json();
    assert_eq!(
        body["workspaces"]["53760"]["participant_ids"],
        json!(["2545", "2551", "2560", "2561", "2570"])
    );
    assert_eq!(body["workspaces"]["53800"]["participant_ids"], json!(["2561"]));
    assert_eq!(keys(&body, "users"), ["2545", "2551", "2560", "2561", "2570"]);
}

#[both_engines]
async fn missing_associations_are_null_or_empty(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let all = "primary_counterpart,current_user_participation,current_status_report,status_reports,\
        external_references,custom_field_values";
    let answer = app.get("root", &format!("/workspaces/53800?include={all}")).await;
    let (object, body) = (answer.object(), answer.json());
    for name in ["primary_counterpart_id", "current_user_participation_id", "current_status_report_id"] {
        assert_eq!(object.get(name), Some(&Value::Null), "{name}");
    }
    for name in ["status_report_ids", "external_reference_ids", "custom_field_value_ids"] {
        assert_eq!(object.get(name), Some(&json!([])), "{name}");
    }
    for name in ["users", "participations", "status_reports", "external_references", "custom_field_values"] {
        assert_eq!(body.get(name), Some(&json!({})), "{name}");
    }
}

#[both_engines]
async fn all_reports_of_a_workspace_can_be_included(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("root", "/workspaces?include=status_reports").await;
    let body = answer.json();
    assert_eq!(body["workspaces"]["53760"]["status_report_ids"], json!(["901", "907"]));
    assert_eq!(body["workspaces"]["53800"]["status_report_ids"], json!([]));
    let alone = app.get("root", "/status_reports/907").await.object();
    assert_eq!(
        (keys(&body, "status_reports"), &body["status_reports"]["907"]),
        (vec!["901".into(), "907".into()], &alone)
    );
}

#[both_engines]
async fn the_current_report_is_the_latest_that_was_created_today(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let current = async || {
        let answer = app.get("bo", "/workspaces/53760?include=current_status_report").await;
        let id = answer.object()["current_status_report_id"].clone();
        (id, keys(&answer.json(), "status_reports"))
    };
    assert_eq!(current().await, (Value::Null, vec![]));
    let report = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Storm"}});
    assert_eq!(app.post("bo", "/status_reports", &report).await.ids(), [991]);
    assert_eq!(app.post("bo", "/status_reports", &report).await.ids(), [992]);
    assert_eq!(current().await, (json!("992"), vec!["992".into()]));
    // From 16:00:03 to the last second of the day, and one second more.
    app.app.clock.advance(7 * 3600 + 59 * 60 + 56);
    assert_eq!(current().await, (json!("992"), vec!["992".into()]));
    app.app.clock.advance(1);
    assert_eq!(current().await, (Value::Null, vec![]));
}

#[both_engines]
async fn the_current_report_is_included_beside_all_reports(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let report = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Storm"}});
    app.post("bo", "/status_reports", &report).await.ids();
    let answer = app.get("bo", "/workspaces/53760?include=current_status_report,status_reports").await;
    let object = answer.object();
    assert_eq!(object["current_status_report_id"], "991");
    assert_eq!(object["status_report_ids"], json!(["901", "907", "991"]));
    assert_eq!(keys(&answer.json(), "status_reports").len(), 3);
}

#[both_engines]
async fn a_client_gets_no_included_reports(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("cleo", "/workspaces?include=status_reports,current_status_report").await;
    let object = answer.object();
    assert_eq!(
        (&object["status_report_ids"], &object["current_status_report_id"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(answer.json()["status_reports"], json!({}));
    assert_eq!(object.get("status"), None);
    assert_eq!(
        (&object["permissions"]["user_is_client"], &object["permissions"]["access_level"]),
        (&json!(true), &Value::Null)
    );
}
