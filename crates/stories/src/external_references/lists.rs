//! Lists of references: visibility, filters and orders.

use macros::both_engines;
use serde_json::json;

use crate::{Engine, TestApp};

/// In addition to reference 77 of report 907: two of report 901, one of the workspace, and one of each in the other
/// account.
const REFERENCES: &str = r#"
{"kind":"external_reference","id":80,"subject_type":"StatusReport","subject_id":901,"service_name":"jira","service_model":"Epic","service_model_ref":"HARB-1","status":"failed","external_message":"no such issue","locked":false,"last_synced_at":null,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"external_reference","id":81,"subject_type":"StatusReport","subject_id":901,"service_name":"github","service_model":"Issue","service_model_ref":"12","status":"pending","locked":false,"last_synced_at":"2026-02-11T00:00:00.5Z","created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"external_reference","id":82,"subject_type":"Workspace","subject_id":53760,"service_name":"jira","service_model":"Project","service_model_ref":"HARB","locked":false,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"external_reference","id":83,"subject_type":"StatusReport","subject_id":990,"service_name":"jira","service_model":"Issue","service_model_ref":"HARB-12","locked":false,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}
{"kind":"external_reference","id":84,"subject_type":"Workspace","subject_id":60000,"service_name":"jira","service_model":"Project","service_model_ref":"HARB","locked":false,"created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-12T00:00:00Z"}"#;

async fn with_references(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    app.import(REFERENCES).await.expect("an archive");
    app
}

#[both_engines]
async fn a_reference_is_listed_with_its_subject(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/external_references.json?subject_type=StatusReport&subject_id=907&include=subject";
    app.get("vera", path).await.is_exactly(
        r#"{"count":1,"results":[{"key":"external_references","id":"77"}],
        "external_references":{"77":{"service_name":"jira","service_model":"Issue",
            "service_model_ref":"HARB-12","status":"successful","external_link":"https://jira.example/HARB-12",
            "external_message":null,"external_status":"open","locked":false,
            "last_synced_at":"2026-02-10T00:02:10Z","subject_id":907,"subject_type":"StatusReport",
            "created_at":"2026-02-09T17:20:41Z","updated_at":"2026-02-10T00:02:10Z",
            "subject_ref":{"key":"status_reports","id":"907"},"id":"77"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20},
        "status_reports":{"907":{"color":"yellow","description":"Vendor slipped one week.","details":[
            {"category":"Scope","color":"green","description":"No change"},
            {"category":"Schedule","color":"red","description":"One week late"},
            {"category":"Client","color":"yellow","description":null}],
            "created_at":"2026-02-09T17:20:41Z","updated_at":"2026-02-10T00:02:10Z","workspace_id":"53760",
            "creator_id":"2545","updater_id":"2551","id":"907"}}}"#,
    );
}

#[both_engines]
async fn without_an_include_there_is_no_subject_reference(engine: Engine) {
    let app = with_references(engine).await;
    let answer = app.get("ada", "/external_references?subject_type=Workspace").await;
    let reference = answer.object();
    assert_eq!((reference.get("subject_ref"), &reference["subject_id"]), (None, &json!(53760)));
    assert_eq!(answer.json().get("workspaces"), None);
}

#[both_engines]
async fn subjects_of_both_types_are_side_loaded_without_empty_members(engine: Engine) {
    let app = with_references(engine).await;
    let both = "/external_references?subject_type[]=Workspace&subject_type[]=StatusReport&include=subject";
    let answer = app.get("ada", both).await;
    assert_eq!(answer.ids(), [81, 77, 80, 82]);
    let body = answer.json();
    assert_eq!(body["external_references"]["82"]["subject_ref"], json!({"key": "workspaces", "id": "53760"}));
    let keys: Vec<_> = body["status_reports"].as_object().expect("reports").keys().cloned().collect();
    assert_eq!(
        (keys, &body["workspaces"]["53760"]["title"]),
        (vec!["901".into(), "907".into()], &json!("Harbor rollout"))
    );
    let none = app.get("olaf", both).await;
    none.is_exactly(
        r#"{"count":0,"results":[],"external_references":{},
        "meta":{"count":0,"page_count":0,"page_number":0,"page_size":20}}"#,
    );
}

#[both_engines]
async fn a_list_requires_the_type_of_the_subject(engine: Engine) {
    let app = with_references(engine).await;
    for query in ["", "?subject_type=", "?subject_id=907"] {
        let answer = app.get("root", &format!("/external_references{query}")).await;
        answer.is_system_error(422, "subject_type is required");
    }
    let answer = app.get("root", "/external_references?updated_after=soon").await;
    answer.is_system_error(400, "updated_after is not a date");
    assert_eq!(app.get("root", "/external_references?subject_type=Story").await.ids(), [0; 0]);
    assert_eq!(app.get("root", "/external_references?subject_type=statusreport").await.ids(), [0; 0]);
}

#[both_engines]
async fn filters_are_combined_with_and(engine: Engine) {
    let app = with_references(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("all", "", &[77, 80, 81]),
        ("one subject", "subject_id=901", &[80, 81]),
        ("several subjects", "subject_id[]=901&subject_id[]=907&subject_id[]=990", &[77, 80, 81]),
        ("of another account", "subject_id=990", &[]),
        ("of another type", "subject_id=53760", &[]),
        ("a service", "service_name=jira", &[77, 80]),
        ("letter for letter", "service_name=Jira", &[]),
        ("a model", "service_model=Issue", &[77, 81]),
        ("a record", "service_model_ref=HARB-12", &[77]),
        ("a record with a number", "service_model_ref=12", &[81]),
        ("how it went", "status=failed", &[80]),
        ("what it is there", "external_status=open", &[77]),
        ("what is said there", "external_message=no%20such%20issue", &[80]),
        ("a blank is not applied", "external_message=", &[77, 80, 81]),
        ("service and model", "service_name=jira&service_model=Issue", &[77]),
        ("created", "created_after=2026-02-09T17:20:40Z&created_before=2026-02-09T17:20:42Z", &[77]),
        ("strictly", "created_after=2026-02-09T17:20:41Z", &[]),
        ("updated", "updated_after=2026-02-11", &[80, 81]),
        ("synchronised", "last_synced_after=2000-01-01", &[77, 81]),
        ("synchronised before", "last_synced_before=2026-02-11", &[77]),
        ("synchronised in that second", "last_synced_before=2026-02-11T00:00:01Z", &[77, 81]),
        ("by id", "only=83,82,81", &[81]),
    ];
    for (case, query, expected) in cases {
        let path = format!("/external_references?subject_type=StatusReport&order=bogus&{query}");
        let answer = app.get("ada", &path).await;
        let mut ids = answer.ids();
        ids.sort_unstable();
        assert_eq!((ids, &answer.json()["count"]), (expected.to_vec(), &json!(expected.len())), "{case}");
    }
}

#[both_engines]
async fn orders_break_ties_by_id_and_never_synchronised_sorts_oldest(engine: Engine) {
    let app = with_references(engine).await;
    let cases: &[(&str, &[i64])] = &[
        ("", &[81, 77, 80, 82]),
        ("&order=bogus", &[81, 77, 80, 82]),
        ("&order=last_synced_at:desc", &[81, 77, 80, 82]),
        ("&order=last_synced_at:asc", &[80, 82, 77, 81]),
        ("&order=created_at:asc", &[80, 81, 82, 77]),
        ("&order=created_at:desc", &[77, 80, 81, 82]),
    ];
    for (order, expected) in cases {
        let path =
            format!("/external_references?subject_type[]=Workspace&subject_type[]=StatusReport{order}");
        assert_eq!(app.get("root", &path).await.ids(), *expected, "{order}");
    }
    let path = "/external_references?subject_type=StatusReport&per_page=2&page=2";
    let page = app.get("root", path).await;
    let meta = json!({"count": 3, "page_count": 2, "page_number": 2, "page_size": 2});
    assert_eq!((page.ids(), &page.json()["meta"]), (vec![80], &meta));
}

#[both_engines]
async fn a_client_sees_the_references_of_a_workspace_but_not_of_its_reports(engine: Engine) {
    let app = with_references(engine).await;
    assert_eq!(app.get("cleo", "/external_references?subject_type=StatusReport").await.ids(), [0; 0]);
    let answer = app.get("cleo", "/external_references?subject_type=Workspace&include=subject").await;
    assert_eq!((answer.ids(), answer.json()["workspaces"]["53760"].get("status")), (vec![82], None));
}
