//! External references of reports.

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp, lines, reference, report, with};

/// Reports 1 to 5: 1 has no reference; 2 is JIRA-2; 3 is JIRA-3 and Trello T-3; 4 is Trello T-4; 5 is Trello JIRA-2.
fn reports_with_references() -> String {
    lines((1..=5).map(report).chain([
        with(
            reference(1, 2, "jira", "JIRA-2"),
            &json!({"status": "failed", "external_status": "open", "external_message": "It broke."}),
        ),
        with(reference(2, 3, "jira", "JIRA-3"), &json!({"status": "pending", "external_status": "done"})),
        with(reference(3, 3, "trello", "T-3"), &json!({"service_model": "Card", "external_status": "open"})),
        with(reference(4, 4, "trello", "T-4"), &json!({"service_model": "Card", "status": "successful"})),
        reference(5, 5, "trello", "JIRA-2"),
    ]))
}

#[both_engines]
async fn reference_filters_apply_to_the_same_reference(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&reports_with_references()).await.unwrap();
    let cases: [(&str, &[i64]); 38] = [
        ("external_reference_service_name=jira", &[2, 3]),
        ("external_reference_service_name=Jira", &[]),
        ("external_reference_service_name=", &[1, 2, 3, 4, 5]),
        ("external_reference_service_name[]=jira&external_reference_service_name[]=trello", &[2, 3, 4, 5]),
        ("external_reference_service_model=Card", &[3, 4]),
        ("external_reference_service_model_ref=JIRA-2", &[2, 5]),
        ("external_reference_service_model_ref=2", &[]),
        ("external_reference_service_model_ref=JIRA-2,T-4", &[]),
        ("external_reference_service_model_refs=JIRA-2,T-4", &[2, 4, 5]),
        ("external_reference_service_model_refs=T-4", &[4]),
        ("external_reference_service_model_refs=JIRA-2, T-4", &[2, 5]),
        ("external_reference_service_model_refs[]=T-3&external_reference_service_model_refs[]=T-4", &[3, 4]),
        ("external_reference_external_status=open", &[2, 3]),
        ("external_reference_external_message=It broke.", &[2]),
        ("external_reference_external_message=It", &[]),
        ("external_reference_external_message=It broke.&external_reference_status=failed", &[2]),
        ("external_reference_status=successful", &[4]),
        ("external_reference_status=pending", &[3]),
        ("external_reference_status=failed", &[2]),
        ("external_reference_status=bogus", &[]),
        ("external_reference_service_name=jira&external_reference_service_model=Issue", &[2, 3]),
        ("external_reference_service_name=jira&external_reference_service_model=Card", &[]),
        ("external_reference_service_name=jira&external_reference_external_status=open", &[2]),
        ("external_reference_service_name=trello&external_reference_service_model_ref=JIRA-2", &[5]),
        ("external_reference_service_name=trello&external_reference_service_model_refs=JIRA-2,T-3", &[3, 5]),
        ("has_external_references=true", &[2, 3, 4, 5]),
        ("has_external_references=TRUE", &[2, 3, 4, 5]),
        ("has_external_references=1", &[2, 3, 4, 5]),
        ("has_external_references=0", &[2, 3, 4, 5]),
        ("has_external_references=False", &[2, 3, 4, 5]),
        ("has_external_references=false", &[1]),
        ("has_external_references=FALSE", &[1]),
        ("has_external_references=", &[1, 2, 3, 4, 5]),
        ("has_external_references=false&external_reference_service_name=jira", &[]),
        ("without_external_reference_service_name=jira", &[1, 4, 5]),
        ("without_external_reference_service_name=trello&has_external_references=true", &[2]),
        ("without_external_reference_service_name=trello&external_reference_service_name=jira", &[2]),
        ("without_external_reference_service_name=", &[1, 2, 3, 4, 5]),
    ];
    for (query, ids) in cases {
        let path = format!("/status_reports?updated_after=2026-02-16&{}", query.replace(' ', "%20"));
        let answer = app.get("ada", &path).await;
        assert_eq!(answer.ids(), ids, "{query}");
        assert_eq!(answer.meta().0, i64::try_from(ids.len()).unwrap(), "{query}");
    }
}

#[both_engines]
async fn an_object_as_a_filter_is_a_bad_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for name in [
        "external_reference_service_name",
        "external_reference_service_model",
        "external_reference_service_model_ref",
        "external_reference_service_model_refs",
        "external_reference_external_status",
        "external_reference_external_message",
        "external_reference_status",
        "without_external_reference_service_name",
    ] {
        let answer = app.get("ada", &format!("/status_reports?{name}[a]=1")).await;
        answer.is_bad_request(&format!("{name} is not a value"));
    }
}

async fn put(app: &TestApp, reference: Value) -> Value {
    let body = json!({"status_report": {"external_reference": reference}, "include": "external_references"});
    let answer = app.put("ada", "/status_reports/907", &body).await;
    answer.object();
    answer.json()["external_references"].clone()
}

#[both_engines]
async fn a_change_updates_the_reference_of_the_same_service(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let sent = json!({"service_name": "jira", "service_model": "Bug", "service_model_ref": 13,
        "external_message": "Moved", "external_status": null, "locked": "true"});
    let expected = json!({"77": {
        "service_name": "jira", "service_model": "Bug", "service_model_ref": "13", "status": "successful",
        "external_link": "https://jira.example/HARB-12", "external_message": "Moved", "external_status": null,
        "locked": true, "last_synced_at": "2026-02-10T00:02:10Z", "subject_id": 907,
        "subject_type": "StatusReport", "created_at": "2026-02-09T17:20:41Z",
        "updated_at": "2026-02-16T16:00:03Z", "id": "77",
    }});
    assert_eq!(put(&app, sent).await, expected);
}

#[both_engines]
async fn a_change_adds_the_reference_of_another_service(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let sent = json!({"service_name": "trello", "service_model": "Card", "service_model_ref": "T-1",
        "status": "successful", "external_link": "https://trello.example/T-1"});
    let all = put(&app, sent).await;
    assert_eq!(all["77"]["service_model_ref"], "HARB-12");
    // A report's reference takes no `status`.
    let expected = json!({
        "service_name": "trello", "service_model": "Card", "service_model_ref": "T-1", "status": null,
        "external_link": "https://trello.example/T-1", "external_message": null, "external_status": null,
        "locked": false, "last_synced_at": null, "subject_id": 907, "subject_type": "StatusReport",
        "created_at": "2026-02-16T16:00:03Z", "updated_at": "2026-02-16T16:00:03Z", "id": "78",
    });
    assert_eq!(all["78"], expected);
    assert_eq!(
        app.get("ada", "/status_reports/907?include=external_references").await.object()["external_reference_ids"],
        json!(["77", "78"])
    );
}

#[both_engines]
async fn null_or_an_empty_string_means_no_reference(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for none in [json!(null), json!("")] {
        let shown = none.to_string();
        assert_eq!(put(&app, none).await.as_object().map(serde_json::Map::len), Some(1), "{shown}");
    }
}

#[both_engines]
async fn a_reference_requires_its_three_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let (name, model, model_ref) = (
        "External reference service name can't be blank",
        "External reference service model can't be blank",
        "External reference service model ref can't be blank",
    );
    let cases = [
        (json!({}), vec![name, model, model_ref]),
        (json!({"service_name": "jira", "service_model": " "}), vec![model, model_ref]),
        (json!({"service_name": null, "service_model": ["x"], "service_model_ref": 1}), vec![name, model]),
        (json!("jira"), vec!["External reference is invalid"]),
        (json!([{"service_name": "jira"}]), vec!["External reference is invalid"]),
    ];
    for (reference, messages) in cases {
        let rules: Vec<_> = messages.into_iter().map(|message| ("external_reference", message)).collect();
        let body = json!({"status_report": {"color": "red", "external_reference": reference}});
        app.put("ada", "/status_reports/907", &body).await.has_validation_errors(&rules);
        let body = json!({"status_report":
            {"workspace_id": 53760, "color": "green", "description": "x", "external_reference": reference}});
        app.post("ada", "/status_reports", &body).await.has_validation_errors(&rules);
    }
    assert_eq!(app.export().await, before);
}
