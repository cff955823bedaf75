//! Creating, changing and deleting references.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

const PATH: &str = "/external_references/create_or_update";

fn jira(subject_type: &str, subject_id: i64) -> Value {
    json!({"subject_type": subject_type, "subject_id": subject_id, "service_name": "jira",
        "service_model": "Issue", "service_model_ref": "HARB-1"})
}

fn rooted(reference: &Value) -> Value {
    json!({ "external_reference": reference })
}

#[both_engines]
async fn the_first_reference_to_a_service_is_created(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.post("ada", PATH, &rooted(&jira("StatusReport", 901))).await.is_exactly(
        r#"{"count":1,"results":[{"key":"external_references","id":"78"}],
        "external_references":{"78":{"service_name":"jira","service_model":"Issue",
            "service_model_ref":"HARB-1","status":null,"external_link":null,"external_message":null,
            "external_status":null,"locked":false,"last_synced_at":null,"subject_id":901,
            "subject_type":"StatusReport","created_at":"2026-02-16T16:00:03Z",
            "updated_at":"2026-02-16T16:00:03Z","id":"78"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
}

#[both_engines]
async fn a_second_write_updates_the_reference_and_keeps_omitted_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut again = jira("StatusReport", 907);
    again["external_status"] = Value::Null;
    again["locked"] = json!("true");
    let answer = app.post("bo", &format!("{PATH}.json?include=subject"), &rooted(&again)).await;
    let expected = json!({"service_name": "jira", "service_model": "Issue", "service_model_ref": "HARB-1",
        "status": "successful", "external_link": "https://jira.example/HARB-12", "external_message": null,
        "external_status": null, "locked": true, "last_synced_at": "2026-02-10T00:02:10Z", "subject_id": 907,
        "subject_type": "StatusReport", "created_at": "2026-02-09T17:20:41Z",
        "updated_at": "2026-02-16T16:00:03Z", "subject_ref": {"key": "status_reports", "id": "907"}, "id": "77"});
    assert_eq!((answer.object(), &answer.json()["status_reports"]["907"]["id"]), (expected, &json!("907")));
    assert_eq!(app.get("bo", "/external_references?subject_type=StatusReport").await.ids(), [77]);
}

#[both_engines]
async fn a_success_sets_the_time_of_the_last_synchronisation(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let said = async |status: &str| {
        app.app.clock.advance(1);
        let form = format!(
            "external_reference[subject_type]=Workspace&external_reference[subject_id]=53800\
            &external_reference[service_name]=jira&external_reference[service_model]=Project\
            &external_reference[service_model_ref]=QUAY&external_reference[status]={status}"
        );
        let object = app.form("max", Method::POST, PATH, &form).await.object();
        (object["status"].clone(), object["last_synced_at"].clone())
    };
    assert_eq!(said("pending").await, (json!("pending"), Value::Null));
    assert_eq!(said("successful").await, (json!("successful"), json!("2026-02-16T16:00:05Z")));
    assert_eq!(said("failed").await, (json!("failed"), json!("2026-02-16T16:00:05Z")));
    assert_eq!(said("").await, (Value::Null, json!("2026-02-16T16:00:05Z")));
}

#[both_engines]
async fn validation_errors_name_the_field(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let with = |name: &str, value: Value| {
        let mut reference = jira("StatusReport", 901);
        reference[name] = value;
        reference
    };
    let cases = [
        (with("subject_type", json!("")), "subject_type", "Subject type can't be blank"),
        (with("subject_type", json!("Story")), "subject_type", "Subject type is not included in the list"),
        (with("subject_id", Value::Null), "subject_id", "Subject can't be blank"),
        (with("service_name", json!(" ")), "service_name", "Service name can't be blank"),
        (with("service_model", Value::Null), "service_model", "Service model can't be blank"),
        (with("service_model_ref", json!([1])), "service_model_ref", "Service model ref can't be blank"),
        (with("status", json!("fail")), "status", "Status is not included in the list"),
    ];
    for (reference, field, message) in cases {
        app.post("ada", PATH, &rooted(&reference)).await.is_invalid(field, message);
    }
    let all = app.post("ada", PATH, &rooted(&json!({}))).await;
    let fields: Vec<_> =
        all.json()["errors"].as_array().expect("errors").iter().map(|one| one["field"].clone()).collect();
    let expected = ["subject_type", "subject_id", "service_name", "service_model", "service_model_ref"];
    assert_eq!((all.status.as_u16(), fields), (422, expected.map(Value::from).to_vec()));
    let message = "param is missing or the value is empty: external_reference";
    app.post("ada", PATH, &jira("StatusReport", 901)).await.is_system_error(400, message);
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn writing_a_reference_requires_write_access_to_the_subject(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("root", 200, 200),
        ("ada", 200, 200),
        ("bo", 200, 200),
        ("max", 200, 200),
        ("vera", 403, 403),
        ("cleo", 404, 403),
        ("olaf", 404, 404),
        ("zoe", 404, 404),
    ];
    for (token, on_report, on_workspace) in cases {
        let report = app.post(token, PATH, &rooted(&jira("StatusReport", 901))).await;
        let workspace = app.post(token, PATH, &rooted(&jira("Workspace", 53760))).await;
        assert_eq!((report.status.as_u16(), workspace.status.as_u16()), (on_report, on_workspace), "{token}");
    }
    // Visibility and permission are checked before the rules.
    let mut blank = jira("StatusReport", 907);
    blank["service_model"] = json!("");
    app.post("olaf", PATH, &rooted(&blank)).await.is_system_error(404, "Record not found");
    let forbidden = app.post("vera", PATH, &rooted(&blank)).await;
    forbidden.is_system_error(403, "You are not authorized to perform this action");
}

#[both_engines]
async fn deleting_a_reference_requires_write_access_to_the_subject(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, status) in [("vera", 403), ("cleo", 404), ("olaf", 404), ("zoe", 404)] {
        let answer = app.delete(token, "/external_references/77").await;
        assert_eq!(answer.status, status, "{token}: {}", answer.text);
    }
    app.delete("bo", "/external_references/77.json").await.is_no_content();
    app.delete("bo", "/external_references/77").await.is_system_error(404, "Record not found");
    assert_eq!(app.get("bo", "/status_reports?has_external_references=true").await.ids(), [0; 0]);
    assert_eq!(app.get("bo", "/status_reports/907").await.status, 200);
}

#[both_engines]
async fn a_single_reference_can_only_be_deleted(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("root", "/external_references/77").await.is_system_error(404, "Page not found");
    app.put("root", "/external_references/77", &json!({})).await.is_system_error(404, "Page not found");
    app.post("root", "/external_references", &json!({})).await.is_system_error(404, "Page not found");
    app.get("root", PATH).await.is_system_error(404, "Page not found");
}
