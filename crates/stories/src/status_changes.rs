//! Stories of status changes, through HTTP, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{Engine, TestApp, change, harbor, lines, with};
use domain::status_keys;

const NOT_LISTED: (&str, &str) = ("to_status_key", "To status key is not included in the list");
const NO_KEY: (&str, &str) = ("to_status_key", "To status key can't be blank");
const NO_WORKSPACE: (&str, &str) = ("workspace_id", "Workspace can't be blank");

/// The harbor on 2026-02-09, when the rollout had become "At Risk".
async fn at_risk(engine: Engine) -> TestApp {
    let harbor = harbor().replace(r#""status_key":310"#, r#""status_key":403"#);
    let app = TestApp::with(engine, &harbor).await;
    app.import(&lines([change(4102, "2026-02-09T17:30:00Z")])).await.unwrap();
    app
}

fn to(key: impl Into<Value>) -> Value {
    json!({"workspace_status_change": {"workspace_id": 53760, "to_status_key": key.into()}})
}

#[both_engines]
async fn a_list_is_the_worked_example(engine: Engine) {
    let app = at_risk(engine).await;
    app.get("ada", "/workspace_status_changes?workspace_id=53760&include=user").await.has_body(
        r#"{
        "count": 2,
        "results": [
            {"key": "workspace_status_changes", "id": "4102"},
            {"key": "workspace_status_changes", "id": "4077"}
        ],
        "workspace_status_changes": {
            "4102": {"from_status_key": "310", "from_message": "In Progress", "from_color": "green",
                "to_status_key": "403", "to_message": "At Risk", "to_color": "yellow",
                "created_at": "2026-02-09T17:30:00Z", "updated_at": "2026-02-09T17:30:00Z",
                "workspace_id": "53760", "user_id": "2545", "id": "4102"},
            "4077": {"from_status_key": "100", "from_message": "Backlog", "from_color": "grey",
                "to_status_key": "310", "to_message": "In Progress", "to_color": "green",
                "created_at": "2026-01-12T16:00:00Z", "updated_at": "2026-01-12T16:00:00Z",
                "workspace_id": "53760", "user_id": "2545", "id": "4077"}
        },
        "meta": {"count": 2, "page_count": 1, "page_number": 1, "page_size": 20},
        "users": {"2545": {"full_name": "Ada Park", "photo_path": "https://files.example/ada.png",
            "email_address": "ada@example.com", "headline": "Delivery lead", "account_id": "415", "id": "2545"}}
    }"#,
    );
}

#[both_engines]
async fn creating_a_change_is_the_worked_example(engine: Engine) {
    let app = at_risk(engine).await;
    app.import(&lines([with(change(4109, "2026-02-10T00:00:00Z"), &json!({"workspace_id": 53800}))]))
        .await
        .unwrap();
    app.wait_until("2026-03-01T20:00:00Z");
    let expected = r#"{
        "count": 1, "results": [{"key": "workspace_status_changes", "id": "4110"}],
        "workspace_status_changes": {"4110": {
            "from_status_key": "403", "from_message": "At Risk", "from_color": "yellow",
            "to_status_key": "605", "to_message": "Completed", "to_color": "blue",
            "created_at": "2026-03-01T20:00:00Z", "updated_at": "2026-03-01T20:00:00Z",
            "workspace_id": "53760", "user_id": "2545", "id": "4110"}},
        "meta": {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}}"#;
    let body = json!({"workspace_status_change": {"workspace_id": "53760", "to_status_key": "605"}});
    app.post("ada", "/workspace_status_changes", &body).await.has_body(expected);
    app.get("ada", "/workspace_status_changes/4110").await.has_body(expected);
}

#[both_engines]
async fn a_change_moves_the_workspace(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.get("ada", "/workspaces/53760").await.object();
    let answer = app.post("bo", "/workspace_status_changes?include=user,workspace", &to(605)).await;
    assert_eq!(answer.object()["user_id"], "2551");
    assert_eq!(answer.members()[4..], ["users", "workspaces"]);
    let mut expected = before;
    expected["status"] = json!({"color": "blue", "key": 605, "message": "Completed"});
    expected["updated_at"] = json!("2026-02-16T16:00:03Z");
    assert_eq!(app.get("ada", "/workspaces/53760").await.object(), expected);
    assert_eq!(answer.json()["workspaces"]["53760"]["status"], expected["status"]);
    assert_eq!(app.get("ada", "/workspace_status_changes?workspace_id=53760").await.meta().0, 2);
}

#[both_engines]
async fn moving_a_workspace_creates_a_change(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let list = "/workspace_status_changes?workspace_id=53760";
    for (key, count) in [(310, 1), (605, 2), (605, 2)] {
        app.put("bo", "/workspaces/53760", &json!({"workspace": {"status_key": key}})).await.has(200);
        assert_eq!(app.get("ada", list).await.meta().0, count, "{key:?} {count:?}");
    }
    let change = app.get("ada", list).await.object();
    let members = ["from_status_key", "to_status_key", "user_id", "created_at"].map(|name| &change[name]);
    assert_eq!(members, ["310", "605", "2551", "2026-02-16T16:00:03Z"]);
}

#[both_engines]
async fn a_workspace_can_move_to_every_key(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut from = (json!("310"), json!("In Progress"), json!("green"));
    for row in status_keys::all() {
        if row.key == 310 {
            continue;
        }
        app.app.clock.advance(1);
        let change = app.post("ada", "/workspace_status_changes", &to(row.key)).await.object();
        let seen = |side: &str| {
            let part = |name: &str| change[format!("{side}_{name}")].clone();
            (part("status_key"), part("message"), part("color"))
        };
        let now = (json!(row.key.to_string()), json!(row.message), json!(row.color.name()));
        assert_eq!((seen("from"), seen("to")), (from, now.clone()), "{row:?}");
        from = now;
    }
}

#[both_engines]
async fn keys_and_ids_can_be_strings_numbers_or_form_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for key in [json!(605), json!("300"), json!(" 605")] {
        app.post("ada", "/workspace_status_changes.json", &to(key)).await.has(200);
    }
    let body =
        "include=user&workspace_status_change[to_status_key]=300&workspace_status_change[workspace_id]=53760";
    let answer = app.form("ada", Method::POST, "/workspace_status_changes", body).await;
    assert_eq!(answer.object()["to_status_key"], "300");
    assert_eq!(answer.members()[4..], ["users"]);
}

#[both_engines]
async fn moving_to_the_same_status_is_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for key in [json!(310), json!("310")] {
        let answer = app.post("ada", "/workspace_status_changes", &to(key)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (
                422,
                r#"{"errors":[{"type":"validation","message":"Project already has specified status","field":"base"}]}"#
            ),
            "{answer}"
        );
    }
    assert_eq!(app.export().await, before);
    app.post("ada", "/workspace_status_changes", &to(605)).await.has(200);
    app.post("ada", "/workspace_status_changes", &to(605))
        .await
        .is_invalid("base", "Project already has specified status");
    assert_eq!(app.get("ada", "/workspace_status_changes?workspace_id=53760").await.meta().0, 2);
}

#[both_engines]
async fn an_invalid_change_has_no_effect(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let cases: [(Value, &[_]); 16] = [
        (json!({}), &[NO_WORKSPACE, NO_KEY]),
        (json!({"workspace_id": null, "to_status_key": null}), &[NO_WORKSPACE, NO_KEY]),
        (json!({"workspace_id": " ", "to_status_key": 605}), &[NO_WORKSPACE]),
        (json!({"workspace_id": "", "to_status_key": 606}), &[NO_WORKSPACE, NOT_LISTED]),
        (json!({"workspace_id": [53760], "to_status_key": 605}), &[NO_WORKSPACE]),
        (json!({"workspace_id": 53760}), &[NO_KEY]),
        (json!({"workspace_id": 53760, "to_status_key": ""}), &[NO_KEY]),
        (json!({"workspace_id": 53760, "to_status_key": [605]}), &[NO_KEY]),
        (json!({"workspace_id": 53760, "to_status_key": {"key": 605}}), &[NO_KEY]),
        (json!({"workspace_id": 53760, "to_status_key": 606}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": 0}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": -605}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": "Completed"}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": true}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": 1e30}), &[NOT_LISTED]),
        (json!({"workspace_id": 53760, "to_status_key": "99999999999999999999"}), &[NOT_LISTED]),
    ];
    for (change, rules) in cases {
        let body = json!({ "workspace_status_change": change });
        app.post("ada", "/workspace_status_changes", &body).await.has_validation_errors(rules);
    }
    let missing = "param is missing or the value is empty: workspace_status_change";
    for body in [
        json!({}),
        json!([]),
        json!({"workspace_status_change": 605}),
        json!({"workspace_status_changes": [to(605)]}),
    ] {
        app.post("ada", "/workspace_status_changes", &body).await.is_bad_request(missing);
    }
    assert_eq!(app.export().await, before);
    assert_eq!(app.get("ada", "/workspace_status_changes?workspace_id=53760").await.ids(), [4077]);
}

#[both_engines]
async fn moving_a_workspace_requires_edit_access(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for (token, status) in [("vera", 403), ("cleo", 403), ("olaf", 404), ("zoe", 404), ("nobody", 401)] {
        app.post(token, "/workspace_status_changes", &to(605)).await.has(status);
    }
    assert_eq!(app.export().await, before);
    for (token, user, key) in
        [("root", "2500", 605), ("ada", "2545", 300), ("bo", "2551", 605), ("max", "2561", 300)]
    {
        let change = app.post(token, "/workspace_status_changes", &to(key)).await.object();
        assert_eq!(change["user_id"], user, "{token}");
    }
}

#[both_engines]
async fn writes_are_checked_in_order_from_401_to_422(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let missing = "param is missing or the value is empty: workspace_status_change";
    let path = "/workspace_status_changes";
    let body = |workspace: i64| json!({"workspace_status_change": {"workspace_id": workspace}});
    app.post("nobody", path, &json!({})).await.has(401);
    app.post("olaf", path, &json!({})).await.is_bad_request(missing);
    app.post("ada", &format!("{path}?page[]=1"), &body(1)).await.is_bad_request("page is not a number");
    app.post("ada", path, &body(53800)).await.has(404);
    app.post("vera", path, &body(53760)).await.has(403);
    app.post("vera", path, &to(310)).await.has(403);
    app.post("ada", path, &body(53760)).await.has_validation_errors(&[NO_KEY]);
}

#[both_engines]
async fn changes_are_visible_to_the_provider_side_and_administrators(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["root", "ada", "bo", "vera", "max"] {
        assert_eq!(
            app.get(token, "/workspace_status_changes?workspace_id=53760").await.ids(),
            [4077],
            "{token}"
        );
        assert_eq!(app.get(token, "/workspace_status_changes/4077").await.ids(), [4077], "{token}");
    }
    for token in ["cleo", "olaf", "zoe"] {
        app.get(token, "/workspace_status_changes?workspace_id=53760").await.has_body(
            r#"{"count": 0, "results": [], "workspace_status_changes": {},
                "meta": {"count": 0, "page_count": 0, "page_number": 0, "page_size": 20}}"#,
        );
        app.get(token, "/workspace_status_changes/4077").await.has(404);
    }
    app.get("nobody", "/workspace_status_changes?workspace_id=53760").await.has(401);
    app.get("nobody", "/workspace_status_changes").await.has(401);
    app.get("nobody", "/workspace_status_changes/4077").await.has(401);
}

#[both_engines]
async fn a_list_needs_a_workspace(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for query in
        ["", "workspace_id=", "workspace_id=%20", "workspace_id", "only=4077", "order=created_at:asc"]
    {
        let answer = app.get("ada", &format!("/workspace_status_changes?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (422, r#"{"errors":[{"type":"system","message":"workspace_id is required"}]}"#),
            "{query}"
        );
    }
    assert_eq!(app.get("ada", "/workspace_status_changes/4077?workspace_id=").await.ids(), [4077]);
}

#[both_engines]
async fn a_workspace_id_can_be_sent_as_a_ruby_array(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([with(change(1, "2026-02-10T00:00:00Z"), &json!({"workspace_id": 53800}))]))
        .await
        .unwrap();
    let cases: [(&str, &[i64]); 10] = [
        ("workspace_id=53760x", &[4077]),
        ("workspace_id=%20%2B53760", &[4077]),
        ("workspace_id=abc", &[]),
        ("workspace_id=-53760", &[]),
        ("workspace_id=1", &[]),
        ("workspace_id=60000", &[]),
        ("workspace_id=99999999999999999999", &[]),
        ("workspace_id[]=53760&workspace_id[]=53800", &[1, 4077]),
        ("workspace_id[]=53760&workspace_id[]=abc", &[4077]),
        ("workspace_id[]", &[]),
    ];
    for (query, ids) in cases {
        assert_eq!(app.get("max", &format!("/workspace_status_changes?{query}")).await.ids(), ids, "{query}");
    }
    let answer = app.get("max", "/workspace_status_changes?workspace_id[a]=1").await;
    answer.is_bad_request("workspace_id is not a value");
}

#[both_engines]
async fn the_default_order_is_newest_first_with_ties_by_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([(1, 10), (2, 12), (3, 10), (4, 12), (5, 11)].map(|(id, hour)| {
        with(change(id, &format!("2026-02-01T{hour}:00:00Z")), &json!({"workspace_id": 53800}))
    })))
    .await
    .unwrap();
    let (newest, oldest) = ([2, 4, 5, 1, 3], [1, 3, 5, 2, 4]);
    let cases = [
        ("", newest),
        ("order=", newest),
        ("order=created_at:desc", newest),
        ("order=bogus:asc", newest),
        ("order=id:asc", newest),
        ("order=CREATED_AT:asc", newest),
        ("order[]=created_at:asc", newest),
        ("order=created_at:asc", oldest),
        ("order=created_at", oldest),
        ("order=created_at:", oldest),
        ("order=created_at:foo", oldest),
        ("order=created_at:DESC", oldest),
        ("only=5,4,3,2,1", newest),
        ("only=5,4,3,2,1&order=created_at:asc", oldest),
    ];
    for (query, ids) in cases {
        let answer = app.get("max", &format!("/workspace_status_changes?workspace_id=53800&{query}")).await;
        assert_eq!(answer.ids(), ids, "{query}");
        let place = |id: &i64| answer.text.find(&format!("\"{id}\":{{")).expect("an object");
        assert!(ids.iter().map(place).is_sorted(), "{query}: {}", answer.text);
    }
}

#[both_engines]
async fn time_filters_are_exclusive_and_compare_whole_seconds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([(1, "00"), (2, "01"), (3, "02")].map(|(id, second)| {
        with(change(id, &format!("2026-02-01T10:00:{second}.5Z")), &json!({"workspace_id": 53800}))
    })))
    .await
    .unwrap();
    let cases: [(&str, &[i64]); 9] = [
        ("created_after=2026-02-01T10:00:00Z", &[2, 3]),
        ("created_before=2026-02-01T10:00:02Z", &[1, 2]),
        ("updated_after=2026-02-01T10:00:01Z", &[3]),
        ("updated_before=2026-02-01T10:00:01Z", &[1]),
        ("created_after=2026-02-01T10:00:00Z&updated_before=2026-02-01T10:00:02Z", &[2]),
        ("created_after=2026-02-01T10:00:01Z&updated_before=2026-02-01T10:00:01Z", &[]),
        ("created_after=2026-02-01&created_before=2026-02-02", &[1, 2, 3]),
        ("created_after=2026-02-01T11:00:00%2B01:00", &[2, 3]),
        ("created_after=&updated_before=", &[1, 2, 3]),
    ];
    for (query, ids) in cases {
        let path = format!("/workspace_status_changes?workspace_id=53800&order=created_at:asc&{query}");
        assert_eq!(app.get("max", &path).await.ids(), ids, "{query}");
    }
    let answer = app.get("max", "/workspace_status_changes?workspace_id=53800&updated_before=soon").await;
    answer.is_bad_request("updated_before is not a date");
}

#[both_engines]
async fn an_unknown_change_is_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for id in ["1", "foo", "4077x", "-4077", "%00", "99999999999999999999"] {
        app.get("ada", &format!("/workspace_status_changes/{id}")).await.has(404);
    }
}

#[both_engines]
async fn a_first_change_can_have_no_previous_status(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([with(change(1, "2026-01-01T00:00:00Z"), &json!({"from_status_key": null}))]))
        .await
        .unwrap();
    app.get("ada", "/workspace_status_changes/1").await.has_body(
        r#"{
        "count": 1, "results": [{"key": "workspace_status_changes", "id": "1"}],
        "workspace_status_changes": {"1": {
            "from_status_key": null, "from_message": null, "from_color": null,
            "to_status_key": "403", "to_message": "At Risk", "to_color": "yellow",
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "workspace_id": "53760", "user_id": "2545", "id": "1"}},
        "meta": {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}}"#,
    );
}
