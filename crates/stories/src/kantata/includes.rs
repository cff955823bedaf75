//! Side-loads (docs/contracts/kantata.md#includes).

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp};

fn names(group: &Value) -> Vec<&str> {
    group.as_object().unwrap().keys().map(String::as_str).collect()
}

async fn reports(app: &TestApp, include: &str) -> Answer {
    app.get("ada", &format!("/status_reports?workspace_id=53760&include={include}")).await
}

#[both_engines]
async fn includes_appear_once_in_the_requested_order(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: [(&str, &[&str]); 11] = [
        ("", &[]),
        ("creator", &["users"]),
        ("creator,updater", &["users"]),
        ("creator,workspace,updater", &["users", "workspaces"]),
        ("workspace,creator", &["workspaces", "users"]),
        ("external_references,workspace,creator", &["external_references", "workspaces", "users"]),
        ("creator,creator", &["users"]),
        ("creator,bogus", &["users"]),
        ("creator, workspace", &["users"]),
        ("Creator", &[]),
        ("creator;workspace", &[]),
    ];
    for (include, members) in cases {
        let answer = reports(&app, &include.replace(' ', "%20")).await;
        assert_eq!(answer.members()[..4], ["count", "results", "status_reports", "meta"], "{include}");
        assert_eq!(answer.members()[4..], *members, "{include}");
    }
    for none in ["include[]=creator", "include[a]=creator", "include"] {
        let answer = app.get("ada", &format!("/status_reports?{none}")).await;
        assert_eq!(answer.members().len(), 4, "{none}");
    }
}

#[both_engines]
async fn two_includes_of_one_type_share_one_object(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(names(&reports(&app, "creator").await.json()["users"]), ["2545"]);
    assert_eq!(names(&reports(&app, "updater").await.json()["users"]), ["2551"]);
    assert_eq!(names(&reports(&app, "updater,creator").await.json()["users"]), ["2551", "2545"]);
}

#[both_engines]
async fn an_include_without_rows_is_an_empty_object(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("ada", "/status_reports/901?include=updater,external_references").await;
    assert_eq!((&answer.json()["users"], &answer.json()["external_references"]), (&json!({}), &json!({})));
    assert_eq!(answer.object()["updater_id"], Value::Null);
    assert_eq!(answer.object()["external_reference_ids"], json!([]));
}

#[both_engines]
async fn column_ids_are_always_present_and_reference_ids_on_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let report = app.get("ada", "/status_reports/907").await.object();
    assert_eq!(names(&report).len(), 9);
    let ids = ["workspace_id", "creator_id", "updater_id", "id"].map(|name| &report[name]);
    assert_eq!(ids, ["53760", "2545", "2551", "907"]);
    let change = app.get("ada", "/workspace_status_changes/4077").await.object();
    assert_eq!(["workspace_id", "user_id", "id"].map(|name| &change[name]), ["53760", "2545", "4077"]);
}

#[both_engines]
async fn included_records_have_no_includes_of_their_own(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/status_reports/907?include=workspace,external_references&optional_fields=stage";
    let body = app.get("ada", path).await.json();
    let workspace = names(&body["workspaces"]["53760"]);
    for absent in ["stage", "status_report_ids", "external_reference_ids", "participant_ids"] {
        assert!(!workspace.contains(&absent), "{absent}");
    }
    assert!(!names(&body["external_references"]["77"]).contains(&"subject_ref"));
}

#[both_engines]
async fn changes_include_user_and_workspace(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/workspace_status_changes/4077?include=workspace,user,creator";
    let answer = app.get("ada", path).await;
    assert_eq!(answer.members()[2..], ["workspace_status_changes", "meta", "workspaces", "users"]);
    let body = answer.json();
    assert_eq!(body["workspaces"]["53760"]["title"], "Harbor rollout");
    assert_eq!(body["users"]["2545"]["full_name"], "Ada Park");
    let path = "/workspace_status_changes?workspace_id=53800&include=user,workspace";
    let body = app.get("max", path).await.json();
    assert_eq!((&body["users"], &body["workspaces"]), (&json!({}), &json!({})));
}
