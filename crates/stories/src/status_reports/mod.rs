//! Stories of status reports, through HTTP, on both engines.

mod blocks;
mod details;
mod filters;
mod hints;
mod pages;
mod polling;
mod references;
mod rules;
mod visibility;

use macros::both_engines;
use serde_json::json;

use super::{Engine, TestApp, lines, report, with};

#[both_engines]
async fn a_list_with_includes_is_the_worked_example(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/status_reports.json?workspace_id=53760&include=creator,workspace,external_references";
    app.get("ada", path).await.has_body(include_str!("list_with_includes.json"));
}

#[both_engines]
async fn an_empty_list_has_its_includes_as_empty_objects(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for unseen in ["1", "53800", "60000", "abc"] {
        let path = format!("/status_reports?workspace_id={unseen}");
        app.get("ada", &path).await.has_body(
            r#"{"count": 0, "results": [], "status_reports": {},
                "meta": {"count": 0, "page_count": 0, "page_number": 0, "page_size": 20}}"#,
        );
        let path = format!("{path}&include=creator,updater,workspace,external_references");
        app.get("ada", &path).await.has_body(
            r#"{"count": 0, "results": [], "status_reports": {},
                "meta": {"count": 0, "page_count": 0, "page_number": 0, "page_size": 20},
                "users": {}, "workspaces": {}, "external_references": {}}"#,
        );
    }
}

#[both_engines]
async fn creating_a_report_is_the_worked_example(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"status_report": {
        "workspace_id": "53760", "color": "yellow", "description": "Vendor slipped one week.",
        "details": [
            {"category": "Schedule", "color": "red", "description": "One week late"},
            {"category": "Client", "color": "yellow"},
        ],
        "external_reference": {"service_name": "jira", "service_model": "Issue", "service_model_ref": "HARB-12"},
    }});
    app.post("ada", "/status_reports?include=creator,external_references", &body)
        .await
        .has_body(include_str!("created_report.json"));
    assert_eq!(app.get("ada", "/status_reports?workspace_id=53760").await.ids(), [901, 907, 991]);
}

#[both_engines]
async fn changing_a_report_is_the_worked_example(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.wait_until("2026-02-17T19:30:00Z");
    let body = json!({"status_report": {"color": "green", "description": "Back on track",
        "details": [{"category": "Client", "color": "green"}]}});
    let expected = r#"{
        "count": 1, "results": [{"key": "status_reports", "id": "907"}],
        "status_reports": {"907": {
            "color": "green", "description": "Back on track",
            "details": [{"category": "Client", "color": "green", "description": null}],
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-17T19:30:00Z",
            "workspace_id": "53760", "creator_id": "2545", "updater_id": "2545", "id": "907"}},
        "meta": {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}}"#;
    app.put("ada", "/status_reports/907", &body).await.has_body(expected);
    app.get("ada", "/status_reports/907").await.has_body(expected);
}

#[both_engines]
async fn a_single_report_equals_its_list_entry(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let expected = r#"{
        "count": 1, "results": [{"key": "status_reports", "id": "901"}],
        "status_reports": {"901": {
            "color": "green", "description": "Kickoff done, team staffed.", "details": [],
            "created_at": "2026-02-02T17:15:00Z", "updated_at": "2026-02-02T17:15:00Z",
            "workspace_id": "53760", "creator_id": "2545", "updater_id": null, "id": "901"}},
        "meta": {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}}"#;
    for path in ["/status_reports/901", "/status_reports/901.json", "/status_reports/901/"] {
        app.get("vera", path).await.has_body(expected);
    }
    let included = app.get("vera", "/status_reports/907?include=updater,external_references").await;
    assert_eq!(
        included.members(),
        ["count", "results", "status_reports", "meta", "users", "external_references"]
    );
    assert_eq!(included.json()["users"]["2551"]["full_name"], "Bo Lind");
    assert_eq!(included.object()["external_reference_ids"], json!(["77"]));
}

#[both_engines]
async fn an_unknown_report_is_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"status_report": {"color": "red"}});
    for id in ["1", "990", "foo", "901x", "-901", "0", "%00", "%ff", "99999999999999999999"] {
        let path = format!("/status_reports/{id}");
        app.get("ada", &path).await.has(404);
        app.put("ada", &path, &body).await.has(404);
        app.patch("ada", &path, &body).await.has(404);
        app.delete("ada", &path).await.has(404);
    }
}

#[both_engines]
async fn a_deleted_report_is_gone_with_its_references(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.delete("ada", "/status_reports/907").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    app.delete("ada", "/status_reports/907").await.has(404);
    app.get("ada", "/status_reports/907").await.has(404);
    assert_eq!(app.get("ada", "/status_reports?workspace_id=53760").await.ids(), [901]);
    assert_eq!(app.get("root", "/status_reports").await.meta(), (1, 1, 1, 20));
    assert!(!app.export().await.contains(r#""kind":"external_reference""#));
}

#[both_engines]
async fn the_id_of_a_deleted_report_is_not_reused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"status_report": {"workspace_id": 53760, "color": "green", "description": "Fine."}});
    assert_eq!(app.post("ada", "/status_reports", &body).await.ids(), [991]);
    app.delete("ada", "/status_reports/991").await.has(204);
    assert_eq!(app.post("ada", "/status_reports", &body).await.ids(), [992]);
}

#[both_engines]
async fn the_creator_is_the_caller_and_ids_are_strings_or_numbers(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for id in [json!(53760), json!("53760")] {
        let body = json!({"status_report": {"workspace_id": id, "creator_id": "2545", "updater_id": "2545",
            "id": "5", "created_at": "2020-01-01T00:00:00Z", "color": "red", "description": "Late."}});
        let report = app.post("bo", "/status_reports", &body).await.object();
        let kept = json!({"color": "red", "description": "Late.", "details": [],
            "created_at": "2026-02-16T16:00:03Z", "updated_at": "2026-02-16T16:00:03Z", "workspace_id": "53760",
            "creator_id": "2551", "updater_id": null, "id": report["id"]});
        assert_eq!(report, kept, "{id:?}");
    }
}

#[both_engines]
async fn a_whole_report_can_be_sent_back(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.get("ada", "/status_reports/907").await.object();
    let mut sent = before.clone();
    sent["workspace_id"] = json!("53800");
    sent["creator_id"] = json!("2561");
    let body = json!({"status_report": sent, "include": "", "filters": "", "optional_fields": ""});
    for answer in [
        app.put("max", "/status_reports/907", &body).await,
        app.patch("max", "/status_reports/907", &body).await,
    ] {
        let mut expected = before.clone();
        expected["updater_id"] = json!("2561");
        expected["updated_at"] = json!("2026-02-16T16:00:03Z");
        assert_eq!(answer.object(), expected);
    }
}

#[both_engines]
async fn times_are_shown_in_whole_seconds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let times =
        json!({"created_at": "2026-02-01T10:00:00.999999Z", "updated_at": "2026-02-01T12:00:01.5+01:00"});
    app.import(&lines([with(report(1), &times)])).await.unwrap();
    let report = app.get("ada", "/status_reports/1").await.object();
    assert_eq!(report["created_at"], "2026-02-01T10:00:00Z");
    assert_eq!(report["updated_at"], "2026-02-01T11:00:01Z");
}

#[both_engines]
async fn omitted_fields_stay_unchanged(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.get("ada", "/status_reports/907").await.object();
    let report =
        app.put("ada", "/status_reports/907", &json!({"status_report": {"color": "red"}})).await.object();
    assert_eq!(report["color"], "red");
    for kept in ["description", "details", "created_at", "workspace_id", "creator_id"] {
        assert_eq!(report[kept], before[kept], "{kept}");
    }
}
