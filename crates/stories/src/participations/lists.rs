//! Lists of participations: visibility, filters and orders.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::{Engine, TestApp};

#[both_engines]
async fn a_list_has_includes_and_the_access_level_on_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/participations.json?workspace_id=53760&only=5,3&include=external_references,user\
        &optional_fields=bogus,%20access_level";
    app.get("max", path).await.is_exactly(
        r#"{"count":2,"results":[{"key":"participations","id":"3"},{"key":"participations","id":"5"}],
        "participations":{
            "3":{"role":"maven","show_as_read_only":true,"can_invite":false,"created_at":"2026-01-05T18:00:00Z",
                "updated_at":"2026-01-05T18:00:00Z","access_level":"view_tasks","user_id":"2560",
                "workspace_id":"53760","external_reference_ids":[],"id":"3"},
            "5":{"role":"buyer","show_as_read_only":false,"can_invite":false,"created_at":"2026-01-05T18:00:00Z",
                "updated_at":"2026-01-05T18:00:00Z","access_level":"edit_tasks","user_id":"2570",
                "workspace_id":"53760","external_reference_ids":[],"id":"5"}},
        "meta":{"count":2,"page_count":1,"page_number":1,"page_size":20},
        "external_references":{},
        "users":{"2560":{"full_name":"Vera View","photo_path":null,"email_address":"vera@example.com",
                "headline":null,"account_id":"415","id":"2560"},
            "2570":{"full_name":"Cleo Client","photo_path":null,"email_address":"cleo@example.com",
                "headline":null,"account_id":"415","id":"2570"}}}"#,
    );
}

#[both_engines]
async fn a_single_participation_has_no_includes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("cleo", "/participations/4").await.is_exactly(
        r#"{"count":1,"results":[{"key":"participations","id":"4"}],
        "participations":{
            "4":{"role":"maven","show_as_read_only":false,"can_invite":true,"created_at":"2026-01-05T18:00:00Z",
                "updated_at":"2026-01-05T18:00:00Z","user_id":"2561","workspace_id":"53760","id":"4"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
}

#[both_engines]
async fn a_list_requires_a_workspace(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for query in ["", "?workspace_id=", "?workspace_id=%20", "?only=1"] {
        let answer = app.get("root", &format!("/participations{query}")).await;
        answer.is_system_error(422, "workspace_id is required");
    }
    let body = Some(("application/json", r#"{"workspace_id": 53800}"#));
    assert_eq!(app.call("root", Method::GET, "/participations", body).await.ids(), [6]);
    assert_eq!(app.get("root", "/participations?workspace_id=53800x").await.ids(), [6]);
    for unseen in ["60000", "abc", "1"] {
        let answer =
            app.get("root", &format!("/participations?workspace_id={unseen}&include=workspace")).await;
        answer.is_exactly(
            r#"{"count":0,"results":[],"participations":{},
            "meta":{"count":0,"page_count":0,"page_number":0,"page_size":20},"workspaces":{}}"#,
        );
    }
}

#[both_engines]
async fn malformed_parameters_are_reported_before_missing_ones(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.get("root", "/participations?created_after=soon").await;
    answer.is_system_error(400, "created_after is not a date");
}

#[both_engines]
async fn filters_are_combined_with_and(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: &[(&str, &str, &[i64])] = &[
        ("nothing asked", "", &[1, 2, 3, 4, 5]),
        ("one user", "&by_user=2551", &[2]),
        ("several users", "&by_user[]=2551&by_user[]=2570&by_user[]=2580", &[2, 5]),
        ("a user as ruby reads it", "&by_user=2551x", &[2]),
        ("no user", "&by_user=abc", &[]),
        ("a blank user", "&by_user=", &[1, 2, 3, 4, 5]),
        ("a name", "&by_user_full_name=Ada%20Park", &[1]),
        ("a name is exact", "&by_user_full_name=ada%20park", &[]),
        ("mavens", "&mavens_only=true", &[1, 2, 3, 4]),
        ("everybody", "&mavens_only=false", &[1, 2, 3, 4, 5]),
        ("mavens as ruby reads it", "&mavens_only=0", &[1, 2, 3, 4]),
        ("by id, not of others", "&only=2,6,5", &[2, 5]),
        ("mavens by id", "&only=2,6,5&mavens_only=true", &[2]),
        ("created later", "&created_after=2026-01-05T18:00:00Z", &[]),
        ("created since", "&created_after=2026-01-05T17:59:59Z&created_before=2026-01-06", &[1, 2, 3, 4, 5]),
        ("updated before", "&updated_before=2026-01-05T18:00:00Z", &[]),
    ];
    for (case, query, expected) in cases {
        let answer = app.get("ada", &format!("/participations?workspace_id=53760{query}")).await;
        assert_eq!(
            (answer.ids(), &answer.json()["count"]),
            (expected.to_vec(), &json!(expected.len())),
            "{case}"
        );
    }
}

#[both_engines]
async fn every_order_breaks_ties_by_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(1);
    let put =
        app.put("root", "/participations/3", &json!({"participation": {"access_level": "edit_time"}})).await;
    assert_eq!(put.object()["updated_at"], "2026-02-16T16:00:04Z");
    let cases: &[(&str, &[i64])] = &[
        ("", &[3, 1, 2, 4, 5]),
        ("&order=updated_at:asc", &[1, 2, 4, 5, 3]),
        ("&order=updated_at", &[1, 2, 4, 5, 3]),
        ("&order=updated_at:desc", &[3, 1, 2, 4, 5]),
        ("&order=user_name:asc", &[1, 2, 5, 4, 3]),
        ("&order=user_name:desc", &[3, 4, 5, 2, 1]),
        ("&order=created_at:asc", &[3, 1, 2, 4, 5]),
    ];
    for (order, expected) in cases {
        let answer = app.get("ada", &format!("/participations?workspace_id=53760{order}")).await;
        assert_eq!(answer.ids(), *expected, "{order}");
    }
    let page = app.get("ada", "/participations?workspace_id=53760&order=user_name&per_page=2&page=2").await;
    let meta = json!({"count": 5, "page_count": 3, "page_number": 2, "page_size": 2});
    assert_eq!((page.ids(), &page.json()["meta"]), (vec![5, 4], &meta));
}

#[both_engines]
async fn the_workspace_is_included_as_the_caller_sees_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let along = async |token: &str| {
        let answer = app.get(token, "/participations/1?include=workspace").await;
        answer.json()["workspaces"]["53760"].clone()
    };
    assert_eq!(along("vera").await["status"]["key"], 310);
    let client = along("cleo").await;
    assert_eq!((&client["title"], client.get("status")), (&json!("Harbor rollout"), None));
}
