//! Lists of workspaces: visibility, filters and orders.

use macros::both_engines;
use serde_json::json;

use crate::{Engine, TestApp};

/// Three more workspaces of `max`, created at the same time, with titles that differ only in case and accents.
const WORKSPACES: &str = r#"
{"kind":"workspace","id":54001,"account_id":415,"title":"berth B","description":"100% of the quay_side","archived":false,"status_key":605,"creator_id":2561,"created_at":"2026-02-03T00:00:00Z","updated_at":"2026-02-03T00:00:00.5Z"}
{"kind":"workspace","id":54002,"account_id":415,"title":"Berth A","description":null,"archived":false,"status_key":100,"creator_id":2561,"created_at":"2026-02-03T00:00:00Z","updated_at":"2026-02-03T00:00:00.5Z"}
{"kind":"workspace","id":54003,"account_id":415,"title":"Äußerer Berth","description":null,"archived":false,"status_key":100,"creator_id":2561,"created_at":"2026-02-03T00:00:00Z","updated_at":"2026-02-03T00:00:00.5Z"}
{"kind":"participation","id":21,"workspace_id":54001,"user_id":2561,"side":"provider","permission":"view"}
{"kind":"participation","id":22,"workspace_id":54002,"user_id":2561,"side":"provider","permission":"view"}
{"kind":"participation","id":23,"workspace_id":54003,"user_id":2561,"side":"client","permission":"view"}"#;

async fn with_workspaces(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    app.import(WORKSPACES).await.expect("an archive");
    app
}

#[both_engines]
async fn a_list_is_newest_first_with_members_in_the_vendors_order(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("max", "/workspaces.json?optional_fields=stage,%20bogus")
        .await
        .is_exactly(include_str!("list.json"));
}

#[both_engines]
async fn an_empty_list_has_the_requested_includes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("olaf", "/workspaces?include=creator,participations&page=3").await.is_exactly(
        r#"{"count":0,"results":[],"workspaces":{},
        "meta":{"count":0,"page_count":0,"page_number":0,"page_size":20},"users":{},"participations":{}}"#,
    );
}

#[both_engines]
async fn archived_workspaces_are_listed_on_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("by default", "", &[53760, 53800]),
        ("apply default filters", "?apply_default_filters=true", &[53760, 53800]),
        ("without default filters", "?apply_default_filters=false", &[53760, 53800, 53900]),
        ("without default filters as zero", "?apply_default_filters=0", &[53760, 53800, 53900]),
        ("included", "?include_archived=true", &[53760, 53800, 53900]),
        ("not included", "?include_archived=false", &[53760, 53800]),
        ("a blank is not applied", "?include_archived=", &[53760, 53800]),
        (
            "not included though defaults are off",
            "?include_archived=false&apply_default_filters=false",
            &[53760, 53800],
        ),
        ("included as ruby has it", "?include_archived=0", &[53760, 53800, 53900]),
        ("archived include", "?archived=include", &[53760, 53800, 53900]),
        ("archived exclude", "?archived=exclude&include_archived=true", &[53760, 53800]),
        ("archived only", "?archived=only", &[53900]),
        ("archived bogus", "?archived=bogus", &[53760, 53800]),
        ("by id", "?only=53900,53760", &[53760]),
        ("by id with the archived", "?only=53900,53760&include_archived=true", &[53760, 53900]),
    ];
    for (case, query, expected) in cases {
        assert_eq!(app.get("root", &format!("/workspaces{query}")).await.ids(), *expected, "{case}");
    }
}

#[both_engines]
async fn an_archived_workspace_is_shown_on_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("ada", "/workspaces/53900").await.is_system_error(404, "Record not found");
    for query in ["include_archived=true", "archived=only", "archived=include", "apply_default_filters=false"]
    {
        assert_eq!(app.get("ada", &format!("/workspaces/53900?{query}")).await.ids(), [53900], "{query}");
    }
    app.get("ada", "/workspaces/53760?archived=only").await.is_system_error(404, "Record not found");
}

#[both_engines]
async fn search_ignores_case_and_has_no_wildcards(engine: Engine) {
    let app = with_workspaces(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("in the title", "search=berth", &[54001, 54002, 54003]),
        ("in the description", "search=QUAY_SIDE", &[54001]),
        ("a percent sign is a letter", "search=100%25", &[54001]),
        ("an underscore is a letter", "search=t_a", &[]),
        ("beyond ascii", "search=%C3%A4U%C3%9FER", &[54003]),
        ("a blank is not applied", "search=%20", &[53760, 54001, 54002, 54003, 53800]),
        ("search wins over only", "search=berth&only=53760", &[54001, 54002, 54003]),
        ("matching is the title alone", "matching=quay", &[53800]),
        ("matching with only", "matching=berth&only=54002,53760", &[54002]),
        ("both", "search=quay&matching=berth", &[54001]),
    ];
    for (case, query, expected) in cases {
        assert_eq!(app.get("max", &format!("/workspaces?{query}")).await.ids(), *expected, "{case}");
    }
}

#[both_engines]
async fn any_search_text_is_accepted(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for text in ["!", "%", "_", "!%", "\\", "'", "\"", &"a".repeat(255), &"%".repeat(255)] {
        let body = json!({ "search": text, "matching": text }).to_string();
        let content = Some(("application/json", body.as_str()));
        let answer = app.call("root", axum::http::Method::GET, "/workspaces", content).await;
        assert_eq!(answer.ids(), [0; 0], "{}", &text[..1]);
    }
}

#[both_engines]
async fn every_order_breaks_ties_by_id(engine: Engine) {
    let app = with_workspaces(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("by default", "", &[53760, 54001, 54002, 54003, 53800]),
        ("updated at", "updated_at:asc", &[53800, 54001, 54002, 54003, 53760]),
        ("updated at descending", "updated_at:desc", &[53760, 54001, 54002, 54003, 53800]),
        ("only lower case descends", "updated_at:DESC", &[53800, 54001, 54002, 54003, 53760]),
        ("created at", "created_at", &[53760, 53800, 54001, 54002, 54003]),
        ("created at descending", "created_at:desc", &[54001, 54002, 54003, 53760, 53800]),
        ("title", "title:asc", &[54002, 54001, 53760, 53800, 54003]),
        ("title descending", "title:desc", &[54003, 53800, 53760, 54001, 54002]),
        ("status", "status:asc", &[54003, 53800, 54002, 53760, 54001]),
        ("status descending", "status:desc", &[54001, 53760, 53800, 54002, 54003]),
        ("bogus is the default", "bogus:asc", &[53760, 54001, 54002, 54003, 53800]),
    ];
    for (case, order, expected) in cases {
        assert_eq!(app.get("max", &format!("/workspaces?order={order}")).await.ids(), *expected, "{case}");
    }
}

#[both_engines]
async fn orders_do_not_reveal_the_status_to_clients(engine: Engine) {
    let app = with_workspaces(engine).await;
    let client = r#"{"kind":"participation","id":24,"workspace_id":54001,"user_id":2570,"side":"client","permission":"view"}
        {"kind":"participation","id":25,"workspace_id":54002,"user_id":2570,"side":"client","permission":"admin"}"#;
    app.import(&client.replace("        ", "")).await.expect("an archive");
    for order in ["status:asc", "status:desc"] {
        let answer = app.get("cleo", &format!("/workspaces?order={order}")).await;
        assert_eq!(answer.ids(), [53760, 54001, 54002], "{order}");
        assert!(!answer.text.contains("\"status\""), "{}", answer.text);
    }
    assert_eq!(app.get("root", "/workspaces/54001").await.object()["status"]["key"], 605);
}

#[both_engines]
async fn ranges_are_exclusive_and_compare_whole_seconds(engine: Engine) {
    let app = with_workspaces(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("created after", "created_after=2026-02-02T23:59:59Z", &[54001, 54002, 54003]),
        ("strictly", "created_after=2026-02-03", &[]),
        ("created before", "created_before=2026-02-03", &[53760, 53800]),
        ("updated after", "updated_after=2026-02-03T00:00:00Z", &[53760]),
        ("updated before", "updated_before=2026-02-03T00:00:01Z", &[54001, 54002, 54003, 53800]),
        ("an offset", "updated_before=2026-02-01T01:00:00%2B01:00", &[]),
        ("both", "created_after=2026-01-01&updated_after=2026-02-05", &[53760]),
    ];
    for (case, query, expected) in cases {
        assert_eq!(app.get("max", &format!("/workspaces?{query}")).await.ids(), *expected, "{case}");
    }
}

#[both_engines]
async fn pages_have_the_count_of_all_matches(engine: Engine) {
    let app = with_workspaces(engine).await;
    let page = async |query: &str| {
        let answer = app.get("max", &format!("/workspaces?order=created_at&{query}")).await;
        (answer.ids(), answer.json()["count"].clone(), answer.json()["meta"].clone())
    };
    let meta = |count, pages, number, size| {
        (json!(count), json!({"count": count, "page_count": pages, "page_number": number, "page_size": size}))
    };
    let is = |seen: (Vec<i64>, _, _), ids: &[i64], expected: (serde_json::Value, serde_json::Value)| {
        assert_eq!(seen, (ids.to_vec(), expected.0, expected.1));
    };
    is(page("per_page=2&page=2").await, &[54001, 54002], meta(5, 3, 2, 2));
    is(page("per_page=2&page=4").await, &[], meta(5, 3, 4, 2));
    is(page("limit=2&offset=3").await, &[54002, 54003], meta(5, 1, 1, 20));
    is(page("per_page=1&only=54002,53760&page=2").await, &[53760, 54002], meta(2, 2, 2, 1));
    is(page("search=berth&per_page=2").await, &[54001, 54002], meta(3, 2, 1, 2));
}
