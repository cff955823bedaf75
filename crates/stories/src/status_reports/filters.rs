//! Filters and orders of lists.

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp, lines, report, with};

async fn filtered_ids(app: &TestApp, query: &str) -> Vec<i64> {
    app.get("max", &format!("/status_reports?{query}")).await.ids()
}

/// Reports 1 to 3 of "Quay extension", half a second after full seconds.
fn quay() -> String {
    let at = |id: i64, created: &str, updated: &str| {
        with(
            report(id),
            &json!({"workspace_id": 53800, "creator_id": 2561, "created_at": created, "updated_at": updated}),
        )
    };
    lines([
        at(1, "2026-01-01T10:00:00.5Z", "2026-01-03T10:00:00.5Z"),
        at(2, "2026-01-01T10:00:01.5Z", "2026-01-02T10:00:00.5Z"),
        at(3, "2026-01-01T10:00:02.5Z", "2026-01-02T10:00:01.5Z"),
    ])
}

#[both_engines]
async fn a_workspace_id_can_be_sent_as_a_ruby_array(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&quay()).await.unwrap();
    let cases: [(&str, &[i64]); 15] = [
        ("", &[1, 2, 3, 901, 907]),
        ("workspace_id=", &[1, 2, 3, 901, 907]),
        ("workspace_id=%20", &[1, 2, 3, 901, 907]),
        ("workspace_id", &[1, 2, 3, 901, 907]),
        ("workspace_id=53760", &[901, 907]),
        ("workspace_id=53760x", &[901, 907]),
        ("workspace_id=%20%2B53760", &[901, 907]),
        ("workspace_id=abc", &[]),
        ("workspace_id=-53760", &[]),
        ("workspace_id=99999999999999999999", &[]),
        ("workspace_id=-99999999999999999999", &[]),
        ("workspace_id[]=53760&workspace_id[]=53800x", &[1, 2, 3, 901, 907]),
        ("workspace_id[]=53800&workspace_id[]=60000", &[1, 2, 3]),
        ("workspace_id[]", &[]),
        ("has_external_references[]=true", &[1, 2, 3, 901, 907]),
    ];
    for (query, ids) in cases {
        assert_eq!(filtered_ids(&app, query).await, ids, "{query}");
    }
    app.get("max", "/status_reports?workspace_id[a]=1").await.is_bad_request("workspace_id is not a value");
}

#[both_engines]
async fn time_filters_are_exclusive_and_compare_whole_seconds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&quay()).await.unwrap();
    let cases: [(&str, &[i64]); 18] = [
        ("created_after=2026-01-01T10:00:00Z", &[2, 3]),
        ("created_before=2026-01-01T10:00:02Z", &[1, 2]),
        ("created_after=2026-01-01T10:00:01.2Z", &[3]),
        ("created_before=2026-01-01T10:00:01.2Z", &[1, 2]),
        ("created_after=2026-01-01T10:00:00Z&created_before=2026-01-01T10:00:02Z", &[2]),
        ("created_after=2026-01-01T11:00:01%2B01:00", &[3]),
        ("created_after=2026-01-01T11:00:01+01:00", &[3]),
        ("created_after=2026-01-01T10:00:01", &[3]),
        ("created_after=2026-01-01", &[1, 2, 3]),
        ("created_before=2026-01-01", &[]),
        ("created_before=2026-01-02", &[1, 2, 3]),
        ("created_after=&created_before=%20", &[1, 2, 3]),
        ("updated_after=2026-01-02T10:00:00Z", &[1, 3]),
        ("updated_before=2026-01-02T10:00:01Z", &[2]),
        ("updated_after=2026-01-02&updated_before=2026-01-03", &[2, 3]),
        ("updated_after=2026-01-02T10:00:01Z&created_before=2026-01-01T10:00:01Z", &[1]),
        ("created_after=9999-12-30T22:00:00Z", &[]),
        ("created_before=-009999-01-02T01:59:59Z", &[]),
    ];
    for (query, ids) in cases {
        assert_eq!(filtered_ids(&app, &format!("workspace_id=53800&{query}")).await, ids, "{query}");
    }
}

#[both_engines]
async fn a_malformed_time_is_a_bad_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for name in ["created_after", "created_before", "updated_after", "updated_before"] {
        for value in [
            "=soon",
            "=2026-13-01",
            "=2026-02-30",
            "=5",
            "[]=2026-01-01",
            "[a]=2026-01-01",
            "=2026-01-01T25:00:00Z",
        ] {
            let answer = app.get("ada", &format!("/status_reports?{name}{value}")).await;
            answer.is_bad_request(&format!("{name} is not a date"));
        }
    }
}

#[both_engines]
async fn the_order_is_always_by_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&quay()).await.unwrap();
    for order in ["id:desc", "created_at:desc", "updated_at:asc", "bogus:asc", "", "%27"] {
        assert_eq!(filtered_ids(&app, &format!("order={order}")).await, [1, 2, 3, 901, 907], "{order}");
    }
    let answer = app.get("max", "/status_reports?only=907,3,901&order=created_at:desc").await;
    assert_eq!(answer.ids(), [3, 901, 907]);
    let positions = ["\"3\":{", "\"901\":{", "\"907\":{"].map(|key| answer.text.find(key).expect(key));
    assert!(positions.is_sorted(), "{}", answer.text);
}

#[both_engines]
async fn filters_apply_together_with_only(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&quay()).await.unwrap();
    let cases: [(&str, &[i64]); 5] = [
        ("only=1,901,907&workspace_id=53760", &[901, 907]),
        ("only=1,901,907&created_after=2026-02-03", &[907]),
        ("only=1,901,907&has_external_references=true", &[907]),
        ("only=1,901,907&workspace_id=53800&updated_before=2026-01-01", &[]),
        ("workspace_id=53760&created_before=2026-02-03&has_external_references=false", &[901]),
    ];
    for (query, ids) in cases {
        let answer = app.get("max", &format!("/status_reports?{query}")).await;
        assert_eq!(answer.ids(), ids, "{query}");
        assert_eq!(answer.meta().0, i64::try_from(ids.len()).unwrap(), "{query}");
    }
}

#[both_engines]
async fn search_and_unknown_names_are_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for query in [
        "search=foo",
        "bogus=1",
        "filters=",
        "optional_fields=",
        "apply_default_filters=false",
        "status_report[color]=red",
    ] {
        assert_eq!(filtered_ids(&app, query).await, [901, 907], "{query}");
    }
}

#[both_engines]
async fn list_parameters_can_be_sent_in_the_body(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let send = async |body: Value| {
        let body = body.to_string();
        app.call("ada", axum::http::Method::GET, "/status_reports", Some(("application/json", &body))).await
    };
    assert_eq!(send(json!({"workspace_id": 53760, "only": 907})).await.ids(), [907]);
    assert_eq!(send(json!({"workspace_id": [53760, 53800], "per_page": 1, "page": 2})).await.ids(), [907]);
    assert_eq!(send(json!({"has_external_references": false})).await.ids(), [901]);
    assert_eq!(send(json!({"include": "creator"})).await.members()[4..], ["users"]);
    assert_eq!(send(json!([1, 2])).await.ids(), [901, 907]);
}
