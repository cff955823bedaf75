//! Creating and changing workspaces.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

async fn changes(app: &TestApp, workspace: i64) -> Vec<i64> {
    app.get("root", &format!("/workspace_status_changes?workspace_id={workspace}")).await.ids()
}

#[both_engines]
async fn a_title_is_enough_to_create_a_workspace_in_the_backlog(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let made = app.post("ada", "/workspaces", &json!({"workspace": {"title": "Lock"}, "include": ""})).await;
    made.is_exactly(
        r#"{"count":1,"results":[{"key":"workspaces","id":"60001"}],
        "workspaces":{"60001":{"title":"Lock","account_id":415,"archived":false,"description":null,
            "start_date":null,"due_date":null,"created_at":"2026-02-16T16:00:03Z",
            "updated_at":"2026-02-16T16:00:03Z","access_level":"invitation",
            "consultant_role_name":"Consultants","client_role_name":"Clients","budgeted":false,
            "percentage_complete":0,"currency":"USD","currency_symbol":"$","currency_base_unit":100,
            "status":{"color":"grey","key":100,"message":"Backlog"},
            "permissions":{"can_edit":true,"can_post":true,"can_join":false,"can_invite":true,
                "is_participant":true,"team_lead":true,"user_is_client":false,"restricted":false,
                "can_see_financials":false,"is_guest_on_project":false,"access_level":"admin"},
            "creator_id":"2545","primary_maven_id":"2545","id":"60001"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
    assert_eq!(changes(&app, 60001).await, [0; 0]);
    assert_eq!(app.get("ada", "/workspaces?matching=lock").await.ids(), [60001]);
}

#[both_engines]
async fn a_workspace_is_created_with_all_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let described = json!({"workspace": {
        "title": "Schleuse", "description": "größer ✓", "start_date": "2026-03-01", "due_date": "2026-12-24",
        "archived": true, "status_key": "605", "access_level": "open",
        "external_reference": {"service_name": "jira", "service_model": "Project", "service_model_ref": 7,
            "status": "successful"}}});
    let made = app.post("root", "/workspaces?include=external_references", &described).await;
    let object = made.object();
    for (name, value) in [
        ("title", json!("Schleuse")),
        ("description", json!("größer ✓")),
        ("start_date", json!("2026-03-01")),
        ("due_date", json!("2026-12-24")),
        ("archived", json!(true)),
        ("status", json!({"color": "blue", "key": 605, "message": "Completed"})),
        ("access_level", json!("open")),
        ("external_reference_ids", json!(["78"])),
    ] {
        assert_eq!(object[name], value, "{name}");
    }
    let reference = &made.json()["external_references"]["78"];
    assert_eq!((&reference["status"], &reference["service_model_ref"]), (&json!("successful"), &json!("7")));
    assert_eq!(changes(&app, 60001).await, [0; 0]);
}

#[both_engines]
async fn the_creator_joins_on_the_requested_side(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (requested, role) in
        [("maven", "maven"), ("consultant", "maven"), ("buyer", "buyer"), ("client", "buyer")]
    {
        let new = json!({"workspace": {"title": "Lock", "creator_role": requested}});
        let made = app.post("bo", "/workspaces?include=current_user_participation", &new).await;
        let (object, body) = (made.object(), made.json());
        let part = object["current_user_participation_id"].as_str().expect("an id");
        assert_eq!(body["participations"][part]["role"], role, "{requested}");
        let provides = role == "maven";
        assert_eq!(
            object["primary_maven_id"],
            if provides { json!("2551") } else { Value::Null },
            "{requested}"
        );
        assert_eq!(object.get("status").is_some(), provides, "{requested}");
    }
}

#[both_engines]
async fn several_workspaces_are_created_together(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let list = |number: usize| {
        let titles: Vec<_> = (0..number).map(|index| json!({"title": format!("Pier {index}")})).collect();
        json!({ "workspaces": titles })
    };
    let made = app.post("root", "/workspaces", &list(3)).await;
    assert_eq!(made.ids(), [60001, 60002, 60003]);
    let meta = json!({"count": 3, "page_count": 1, "page_number": 1, "page_size": 20});
    assert_eq!((&made.json()["count"], &made.json()["meta"]), (&json!(3), &meta));
    assert_eq!(app.post("root", "/workspaces", &list(100)).await.ids().len(), 100);
    let too_many = app.post("root", "/workspaces", &list(101)).await;
    too_many.is_system_error(400, "workspaces holds more than 100 objects");
    let none = app.post("root", "/workspaces", &list(0)).await;
    none.is_system_error(400, "param is missing or the value is empty: workspaces");
    let form = "workspaces[][title]=One&workspaces[][status_key]=310&workspaces[][title]=Two";
    let made = app.form("root", Method::POST, "/workspaces", form).await;
    assert_eq!(made.ids(), [60104, 60105]);
    assert_eq!(made.json()["workspaces"]["60104"]["status"]["key"], 310);
}

#[both_engines]
async fn one_invalid_workspace_refuses_the_whole_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let bad = json!({"workspaces": [{"title": "Lock"}, {"title": " ", "status_key": 999}]});
    let at = |message: &str, field: &str| json!({"type": "validation", "message": message, "field": field, "index": 1});
    let errors =
        [at("Title can't be blank", "title"), at("Status key is not included in the list", "status_key")];
    app.post("root", "/workspaces", &bad).await.is_error(422, &json!(errors));
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_failed_request_uses_no_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let bad = json!({"workspaces": [{"title": "Lock"}, {"title": " "}]});
    assert_eq!(app.post("root", "/workspaces", &bad).await.status, 422);
    assert_eq!(
        app.post("root", "/workspaces", &json!({"workspace": {"title": "Lock"}})).await.ids(),
        [60001]
    );
}

#[both_engines]
async fn validation_errors_of_a_workspace_name_the_field(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let with = |name: &str, value: Value| json!({"title": "Lock", name: value});
    let reference = |rest: Value| with("external_reference", rest);
    let cases = [
        (json!({}), "title", "Title can't be blank"),
        (with("title", json!(" \n")), "title", "Title can't be blank"),
        (with("title", json!(["a"])), "title", "Title can't be blank"),
        (with("creator_role", json!("Maven")), "creator_role", "Creator role is not included in the list"),
        (with("status_key", json!(101)), "status_key", "Status key is not included in the list"),
        (with("status_key", json!("abc")), "status_key", "Status key is not included in the list"),
        (with("access_level", json!("Open")), "access_level", "Access level is not included in the list"),
        (
            reference(json!({"service_name": "a", "service_model": "b"})),
            "external_reference",
            "External reference service model ref can't be blank",
        ),
        (
            reference(
                json!({"service_name": "a", "service_model": "b", "service_model_ref": "c", "status": "fail"}),
            ),
            "external_reference",
            "External reference status is not included in the list",
        ),
        (reference(json!([1])), "external_reference", "External reference is invalid"),
    ];
    for (fields, field, message) in cases {
        app.post("ada", "/workspaces", &json!({ "workspace": fields })).await.is_invalid(field, message);
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_malformed_request_is_a_bad_request_even_without_access(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let due = |date: Value| json!({"workspace": {"title": "a", "due_date": date}});
    let cases = [
        (json!({}), "param is missing or the value is empty: workspace"),
        (json!({"workspace": null}), "param is missing or the value is empty: workspace"),
        (json!({"workspace": "Lock"}), "param is missing or the value is empty: workspace"),
        (due(json!("soon")), "due_date is not a date"),
        (due(json!(["2026-01-01"])), "due_date is not a date"),
        (due(json!("-000100-01-01")), "due_date is not a date"),
        (json!({"workspace": {"title": "a\u{0}"}}), "a text contains a null byte"),
    ];
    for (body, message) in cases {
        app.post("vera", "/workspaces", &body).await.is_system_error(400, message);
        app.put("ada", "/workspaces/60000", &body).await.is_system_error(400, message);
    }
    for path in ["/workspaces/abc?page[]=1", "/users/abc?page[]=1", "/participations/abc?page[]=1"] {
        app.get("olaf", path).await.is_system_error(400, "page is not a number");
    }
    let bulk = app.post("root", "/workspaces", &json!({"workspaces": ["Lock"]})).await;
    bulk.is_system_error(400, "param is missing or the value is empty: workspaces");
}

#[both_engines]
async fn creating_workspaces_requires_write_access_somewhere(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, status) in
        [("root", 200), ("ada", 200), ("max", 200), ("vera", 403), ("cleo", 403), ("olaf", 403)]
    {
        let answer = app.post(token, "/workspaces", &json!({"workspace": {"title": "Lock"}})).await;
        assert_eq!(answer.status, status, "{token}");
    }
    let refused = app.post("vera", "/workspaces", &json!({"workspace": {}})).await;
    refused.is_system_error(403, "You are not authorized to perform this action");
}

#[both_engines]
async fn a_change_keeps_omitted_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(60);
    let mut expected = app.get("ada", "/workspaces/53760").await.object();
    let put = app.put("ada", "/workspaces/53760", &json!({"workspace": {"title": "Harbour"}})).await;
    (expected["title"], expected["updated_at"]) = (json!("Harbour"), json!("2026-02-16T16:01:03Z"));
    assert_eq!(put.object(), expected);
    let cleared =
        json!({"workspace": {"description": null, "start_date": "", "due_date": "2026-03-01T23:59:59Z"}});
    let cleared = cleared.to_string();
    let content = Some(("application/json", cleared.as_str()));
    let patched = app.call("ada", Method::PATCH, "/workspaces/53760", content).await;
    (expected["description"], expected["start_date"], expected["due_date"]) =
        (Value::Null, Value::Null, json!("2026-03-01"));
    assert_eq!(patched.object(), expected);
    assert_eq!(app.get("ada", "/workspaces/53760").await.object(), expected);
}

#[both_engines]
async fn a_workspace_can_be_sent_back_unchanged(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let read = app.get("root", "/workspaces/53760").await.object();
    let put = app.put("root", "/workspaces/53760", &json!({ "workspace": read })).await.object();
    let mut expected = read;
    expected["updated_at"] = json!("2026-02-16T16:00:03Z");
    assert_eq!((put, changes(&app, 53760).await), (expected, vec![4077]));
}

#[both_engines]
async fn a_new_status_key_creates_a_status_change(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let put = app.put("bo", "/workspaces/53760", &json!({"workspace": {"status_key": 605}})).await;
    assert_eq!(put.object()["status"], json!({"color": "blue", "key": 605, "message": "Completed"}));
    let written = app.get("bo", "/workspace_status_changes/4078").await.object();
    let expected = json!({
        "from_status_key": "310", "from_message": "In Progress", "from_color": "green",
        "to_status_key": "605", "to_message": "Completed", "to_color": "blue",
        "created_at": "2026-02-16T16:00:03Z", "updated_at": "2026-02-16T16:00:03Z",
        "workspace_id": "53760", "user_id": "2551", "id": "4078"});
    assert_eq!(written, expected);
    assert_eq!(changes(&app, 53760).await, [4078, 4077]);
}

#[both_engines]
async fn the_same_status_key_again_is_no_change_and_no_error(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for key in [json!(310), json!("310"), json!(null), json!("")] {
        let put = app.put("bo", "/workspaces/53760", &json!({"workspace": {"status_key": key}})).await;
        assert_eq!(put.object()["status"]["key"], 310, "{key}");
    }
    assert_eq!(changes(&app, 53760).await, [4077]);
}

#[both_engines]
async fn a_failed_change_has_no_effect(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let blank = json!({"workspace": {"status_key": 605, "title": ""}});
    app.put("ada", "/workspaces/53760", &blank).await.is_invalid("title", "Title can't be blank");
    let unknown = json!({"workspace": {"title": "New", "status_key": 999}});
    let message = "Status key is not included in the list";
    app.put("ada", "/workspaces/53760", &unknown).await.is_invalid("status_key", message);
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn the_access_level_admin_means_admins(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (requested, level) in
        [("admin", "admins"), ("open", "open"), ("admins", "admins"), ("invitation", "invitation")]
    {
        let put =
            app.put("max", "/workspaces/53800", &json!({"workspace": {"access_level": requested}})).await;
        assert_eq!(put.object()["access_level"], level);
    }
    let message = "Access level is not included in the list";
    let bogus = json!({"workspace": {"access_level": "everybody"}});
    app.put("max", "/workspaces/53800", &bogus).await.is_invalid("access_level", message);
}

#[both_engines]
async fn archiving_returns_the_workspace_and_hides_it_from_lists(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let put = app.form("max", Method::PUT, "/workspaces/53800", "workspace[archived]=true&page=7").await;
    assert_eq!(put.object()["archived"], true);
    let meta = json!({"count": 1, "page_count": 1, "page_number": 7, "page_size": 20});
    assert_eq!(put.json()["meta"], meta);
    assert_eq!(app.get("max", "/workspaces").await.ids(), [53760]);
    let put = app.form("max", Method::PUT, "/workspaces/53800", "workspace[archived]=false").await;
    assert_eq!(put.object()["archived"], false);
    assert_eq!(app.get("max", "/workspaces").await.ids(), [53800, 53760]);
}

#[both_engines]
async fn a_reference_on_put_is_added_or_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let refer = |service: &str, to: &str| {
        json!({"workspace": {"external_reference": {"service_name": service, "service_model": "Project",
            "service_model_ref": to}}, "include": "external_references"})
    };
    let put = app.put("ada", "/workspaces/53760", &refer("jira", "A")).await;
    assert_eq!(put.object()["external_reference_ids"], json!(["78"]));
    let put = app.put("ada", "/workspaces/53760", &refer("jira", "B")).await;
    assert_eq!(put.json()["external_references"]["78"]["service_model_ref"], "B");
    let put = app.put("ada", "/workspaces/53760", &refer("github", "C")).await;
    assert_eq!(put.object()["external_reference_ids"], json!(["78", "79"]));
}

#[both_engines]
async fn workspaces_cannot_be_deleted(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.delete("root", "/workspaces/53760").await.is_system_error(404, "Page not found");
    app.get("root", "/workspaces/abc").await.is_system_error(404, "Record not found");
    app.get("root", "/workspaces/1").await.is_system_error(404, "Record not found");
}
