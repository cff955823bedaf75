//! Validation of reports; invalid ones change nothing.

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

const BLANK: (&str, &str) = ("color", "Color can't be blank");
const NOT_LISTED: (&str, &str) = ("color", "Color is not included in the list");
const NO_TEXT: (&str, &str) = ("description", "Description can't be blank");
const NO_WORKSPACE: (&str, &str) = ("workspace_id", "Workspace can't be blank");

#[both_engines]
async fn a_new_report_requires_its_fields_and_reports_each_error(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let cases: [(Value, &[_]); 14] = [
        (json!({}), &[NO_WORKSPACE, BLANK, NO_TEXT]),
        (json!({"workspace_id": null, "color": null, "description": null}), &[NO_WORKSPACE, BLANK, NO_TEXT]),
        (json!({"workspace_id": " ", "color": "green", "description": "x"}), &[NO_WORKSPACE]),
        (json!({"workspace_id": [53760], "color": "green", "description": "x"}), &[NO_WORKSPACE]),
        (json!({"workspace_id": {"id": 53760}, "color": "green", "description": "x"}), &[NO_WORKSPACE]),
        (json!({"workspace_id": 53760, "description": "x"}), &[BLANK]),
        (json!({"workspace_id": 53760, "color": "", "description": "x"}), &[BLANK]),
        (json!({"workspace_id": 53760, "color": ["green"], "description": "x"}), &[BLANK]),
        (json!({"workspace_id": 53760, "color": "GREEN", "description": "x"}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "color": true, "description": "x"}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "color": "green"}), &[NO_TEXT]),
        (json!({"workspace_id": 53760, "color": "green", "description": " \t\n"}), &[NO_TEXT]),
        (json!({"workspace_id": 53760, "color": "green", "description": {"a": 1}}), &[NO_TEXT]),
        (
            json!({"workspace_id": 53760, "color": "grey", "description": "", "details": 1, "external_reference": 1}),
            &[
                NOT_LISTED,
                NO_TEXT,
                ("details", "Details is invalid"),
                ("external_reference", "External reference is invalid"),
            ],
        ),
    ];
    for (report, rules) in cases {
        app.post("ada", "/status_reports", &json!({ "status_report": report }))
            .await
            .has_validation_errors(rules);
    }
    assert_eq!(app.export().await, before);
    assert_eq!(app.get("ada", "/status_reports?workspace_id=53760").await.meta().0, 2);
}

#[both_engines]
async fn a_changed_report_validates_the_sent_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let cases: [(Value, &[_]); 5] = [
        (json!({"color": "blue"}), &[NOT_LISTED]),
        (json!({"color": null}), &[BLANK]),
        (json!({"description": "  "}), &[NO_TEXT]),
        (json!({"description": null}), &[NO_TEXT]),
        (json!({"color": "Red", "description": ""}), &[NOT_LISTED, NO_TEXT]),
    ];
    for (report, rules) in cases {
        let body = json!({ "status_report": report });
        app.put("ada", "/status_reports/907", &body).await.has_validation_errors(rules);
        app.patch("ada", "/status_reports/907", &body).await.has_validation_errors(rules);
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_body_without_the_root_is_a_bad_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let good = json!({"workspace_id": 53760, "color": "green", "description": "x"});
    let bodies = [
        json!({}),
        json!([]),
        json!("status_report"),
        json!(null),
        json!({"status_report": null}),
        json!({"status_report": "green"}),
        json!({"status_report": [good]}),
        json!({"status_reports": [good]}),
        good,
    ];
    for body in bodies {
        let message = "param is missing or the value is empty: status_report";
        app.post("ada", "/status_reports", &body).await.is_bad_request(message);
        app.put("ada", "/status_reports/907", &body).await.is_bad_request(message);
        app.patch("ada", "/status_reports/907", &body).await.is_bad_request(message);
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn writes_are_checked_in_order_from_401_to_422(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let root_is_missing = "param is missing or the value is empty: status_report";
    let bad = |workspace: i64| json!({"status_report": {"workspace_id": workspace, "color": "blue"}});

    app.post("nobody", "/status_reports", &json!({})).await.has(401);
    app.post("olaf", "/status_reports", &json!({})).await.is_bad_request(root_is_missing);
    app.post("ada", "/status_reports?page[]=1", &bad(1)).await.is_bad_request("page is not a number");
    app.post("ada", "/status_reports", &bad(53800)).await.has(404);
    app.post("vera", "/status_reports", &bad(53760)).await.has(403);
    app.post("ada", "/status_reports", &bad(53760)).await.has_validation_errors(&[NOT_LISTED, NO_TEXT]);

    app.put("nobody", "/status_reports/foo", &json!({})).await.has(401);
    app.put("olaf", "/status_reports/foo", &json!({})).await.is_bad_request(root_is_missing);
    app.put("olaf", "/status_reports/907", &bad(1)).await.has(404);
    app.put("vera", "/status_reports/907", &bad(1)).await.has(403);
    app.put("ada", "/status_reports/907", &bad(1)).await.has_validation_errors(&[NOT_LISTED]);

    app.delete("nobody", "/status_reports/907?a=%zz").await.has(401);
    app.delete("olaf", "/status_reports/907?a=%zz").await.is_bad_request("invalid %-encoding");
    app.delete("olaf", "/status_reports/907").await.has(404);
    app.delete("vera", "/status_reports/907").await.has(403);
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn malformed_input_is_reported_before_missing_records(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/status_reports/foo?page[]=1", "/workspace_status_changes/foo?page[]=1"] {
        app.get("ada", path).await.is_bad_request("page is not a number");
    }
    let body = json!({"status_report": {"color": "red"}});
    app.put("ada", "/status_reports/foo?page[]=1", &body).await.is_bad_request("page is not a number");
    let path = "/workspace_status_changes?created_after=soon";
    app.get("ada", path).await.is_bad_request("created_after is not a date");
}

#[both_engines]
async fn every_character_of_a_description_is_kept(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let long = "🚢".repeat(100_000);
    for text in
        ["🚢 \u{10FFFF} ﷽", " '; drop table status_reports; -- \\ \"x\" ", "\u{1}\u{7f}\r\n\t.", &long]
    {
        let body = json!({"status_report": {"workspace_id": 53760, "color": "green", "description": text,
            "details": [{"category": "Scope", "color": "green", "description": text.get(..4)}]}});
        let report = app.post("ada", "/status_reports", &body).await.object();
        assert_eq!(report["description"], text);
        let path = format!("/status_reports/{}", report["id"].as_str().expect("an id"));
        assert_eq!(app.get("ada", &path).await.object(), report);
    }
}
