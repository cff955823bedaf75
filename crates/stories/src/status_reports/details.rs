//! The details of status reports.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

async fn put(app: &TestApp, details: Value) -> Value {
    let body = json!({"status_report": {"details": details}});
    app.put("ada", "/status_reports/907", &body).await.object()["details"].clone()
}

#[both_engines]
async fn details_are_replaced_in_the_given_order(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let details = json!([
        {"category": "Client", "color": "red", "description": "Unhappy"},
        {"category": "Budget", "color": "yellow", "description": null},
        {"category": "Schedule", "color": "green", "description": ""},
        {"category": "Scope", "color": "green", "description": "As agreed"},
    ]);
    assert_eq!(put(&app, details.clone()).await, details);
    assert_eq!(
        put(&app, json!([{"category": "Budget", "color": "green", "weight": 3}])).await,
        json!([
            {"category": "Budget", "color": "green", "description": null},
        ])
    );
}

#[both_engines]
async fn an_empty_list_clears_details_and_null_keeps_them(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(put(&app, Value::Null).await.as_array().map(Vec::len), Some(3));
    assert_eq!(put(&app, json!([])).await, json!([]));
}

#[both_engines]
async fn an_empty_list_in_a_form_clears_details(
    engine: Engine,
    #[values("status_report[details][]", "status_report%5Bdetails%5D%5B%5D", "status_report[details][]=")]
    body: &str,
) {
    let app = TestApp::harbor(engine).await;
    let answer = app.form("ada", Method::PUT, "/status_reports/907", body).await;
    assert_eq!(answer.object()["details"], json!([]));
}

#[both_engines]
async fn a_form_creates_a_report_with_details_and_a_reference(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = "include=creator%2Cexternal_references&status_report[color]=green\
        &status_report[description]=d+%26+%C3%A9\
        &status_report[details][][category]=Scope&status_report[details][][color]=green\
        &status_report[details][][description]=ok&status_report[details][][category]=Budget\
        &status_report[details][][color]=red&status_report[external_reference][locked]=false\
        &status_report[external_reference][service_model]=Issue\
        &status_report[external_reference][service_model_ref]=12\
        &status_report[external_reference][service_name]=jira&status_report[workspace_id]=53760";
    let answer = app.form("ada", Method::POST, "/status_reports", body).await;
    let report = answer.object();
    assert_eq!(report["description"], "d & é");
    assert_eq!(
        report["details"],
        json!([
            {"category": "Scope", "color": "green", "description": "ok"},
            {"category": "Budget", "color": "red", "description": null},
        ])
    );
    assert_eq!(report["external_reference_ids"], json!(["78"]));
    assert_eq!(answer.json()["external_references"]["78"]["service_model_ref"], "12");
    assert_eq!(answer.members()[4..], ["users", "external_references"]);
}

#[both_engines]
async fn a_form_changes_a_report_in_the_format_of_the_ruby_gem(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = "include=creator&only=907&status_report[color]=red&status_report[description]=Worse";
    let answer = app.form("bo", Method::PUT, "/status_reports/907", body).await;
    assert_eq!((answer.ids(), answer.meta()), (vec![907], (1, 1, 1, 20)));
    assert_eq!(answer.object()["color"], "red");
    assert_eq!(answer.json()["users"]["2545"]["full_name"], "Ada Park");
}

#[both_engines]
async fn each_invalid_detail_is_reported(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let cases = [
        (json!([{"color": "green"}]), vec!["Details category can't be blank"]),
        (json!([{"category": "Scope"}]), vec!["Details color can't be blank"]),
        (
            json!([{"category": "scope", "color": "green"}]),
            vec!["Details category is not included in the list"],
        ),
        (json!([{"category": "Scope", "color": "Green"}]), vec!["Details color is not included in the list"]),
        (json!([{"category": "Scope", "color": "blue"}]), vec!["Details color is not included in the list"]),
        (
            json!([{"category": ["Scope"], "color": 7}]),
            vec!["Details category can't be blank", "Details color is not included in the list"],
        ),
        (
            json!([{}, {"category": "Risk", "color": ""}]),
            vec![
                "Details category can't be blank",
                "Details color can't be blank",
                "Details category is not included in the list",
                "Details color can't be blank",
            ],
        ),
        (
            json!([{"category": "Scope", "color": "green"}, {"category": "Scope", "color": "red"}]),
            vec!["Details can't have the same category twice"],
        ),
        (json!("Scope"), vec!["Details is invalid"]),
        (json!(7), vec!["Details is invalid"]),
        (json!({"category": "Scope", "color": "green"}), vec!["Details is invalid"]),
        (json!(["Scope"]), vec!["Details is invalid"]),
        (json!([["Scope"]]), vec!["Details is invalid"]),
    ];
    for (details, messages) in cases {
        let rules: Vec<_> = messages.into_iter().map(|message| ("details", message)).collect();
        let body = json!({"status_report": {"details": details}});
        app.put("ada", "/status_reports/907", &body).await.has_validation_errors(&rules);
        let body = json!({"status_report":
            {"workspace_id": 53760, "color": "green", "description": "x", "details": details}});
        app.post("ada", "/status_reports", &body).await.has_validation_errors(&rules);
    }
    assert_eq!(app.export().await, before);
}
