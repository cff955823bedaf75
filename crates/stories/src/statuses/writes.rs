//! Writing statuses, an extension: `docs/contracts/openproject.md#writing-statuses`.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::with_sample_statuses;
use crate::openproject::{error, not_writable, one_line, violation, wrong_format};
use crate::{Engine, TestApp};

#[both_engines]
async fn a_new_status_is_last(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let body = json!({"name": "Waiting for parts", "isClosed": true, "color": "#fe005d", "isReadonly": true,
        "excludedFromTotals": true, "defaultDoneRatio": 66});
    let answer = app.v3_post("root", "/statuses", &body).await;
    let id = answer.json()["id"].as_i64().expect("an id");
    let expected = format!(
        r##"{{"_type":"Status","id":{id},"name":"Waiting for parts","isClosed":true,"color":"#FE005D",
        "isDefault":false,"isReadonly":true,"excludedFromTotals":true,"defaultDoneRatio":66,"position":7,
        "_links":{{"self":{{"href":"/api/v3/statuses/{id}","title":"Waiting for parts"}}}}}}"##
    );
    answer.shows_hal(201, &one_line(&expected));
    app.v3_get("ada", &format!("/statuses/{id}")).await.shows_hal(200, &answer.text);
    assert_eq!(app.v3_get("ada", "/statuses").await.element_ids(), [1, 2, 3, 4, 5, 6, id]);
}

#[both_engines]
async fn a_new_status_requires_only_a_name(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let made = app.v3_post("root", "/statuses", &json!({"name": "Bare", "_type": "Status", "mood": 5})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = &made.json()["id"];
    let expected = json!({"_type": "Status", "id": id, "name": "Bare", "isClosed": false, "color": null,
        "isDefault": false, "isReadonly": false, "excludedFromTotals": false, "defaultDoneRatio": 0,
        "position": 7, "_links": {"self": {"href": format!("/api/v3/statuses/{id}"), "title": "Bare"}}});
    assert_eq!(made.json(), expected);
}

#[both_engines]
async fn a_changed_status_is_visible_at_once(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let before = app.v3_get("ada", "/statuses/4").await;
    let changed = app.v3_patch("root", "/statuses/4", &json!({"name": "Answer", "color": null})).await;
    let expected = r#"{"_type":"Status","id":4,"name":"Answer","isClosed":false,"color":null,
        "isDefault":false,"isReadonly":false,"excludedFromTotals":false,"defaultDoneRatio":25,"position":4,
        "_links":{"self":{"href":"/api/v3/statuses/4","title":"Answer"}}}"#;
    changed.shows_hal(200, &one_line(expected));
    let unless = [("authorization", "Bearer ada"), ("if-none-match", before.header("etag"))];
    app.v3(Method::GET, "/statuses/4", &unless, "").await.shows_hal(200, &one_line(expected));
    let list = app.v3_get("ada", "/statuses").await.elements();
    assert_eq!(list[3].to_string(), one_line(expected));
}

#[both_engines]
async fn every_attribute_can_be_changed_and_nothing_else_changes(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let mut expected = app.v3_get("root", "/statuses/5").await.json();
    let changes = [
        ("name", json!("Shut")),
        ("isClosed", json!(false)),
        ("color", json!("#000000")),
        ("isReadonly", json!(true)),
        ("isReadonly", json!(false)),
        ("excludedFromTotals", json!(true)),
        ("defaultDoneRatio", json!(0)),
        ("defaultDoneRatio", json!(100)),
        ("isDefault", json!(true)),
        ("isDefault", json!(false)),
        ("position", json!(2)),
    ];
    for (name, value) in changes {
        let answer = app.v3_patch("root", "/statuses/5", &json!({ name: value.clone() })).await;
        expected[name] = value;
        expected["_links"]["self"]["title"] = expected["name"].clone();
        answer.shows_hal(200, &expected.to_string());
    }
    // Sending back an unchanged object changes nothing.
    app.v3_patch("root", "/statuses/5", &expected).await.shows_hal(200, &expected.to_string());
}

#[both_engines]
async fn moving_a_status_shifts_the_others(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let order = async || {
        let (ids, positions): (Vec<_>, Vec<_>) = positions(&app).await.into_iter().unzip();
        assert_eq!(positions, (1..).take(ids.len()).collect::<Vec<i64>>());
        ids
    };
    let moves: [(i64, i64, i64, &[i64]); 5] = [
        (1, 3, 3, &[2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
        (14, 1, 1, &[14, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
        (2, 2, 2, &[14, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
        (14, i64::MAX, 14, &[2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
        (12, 11, 11, &[2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 12, 11, 13, 14]),
    ];
    for (id, to, lands, expected) in moves {
        let answer = app.v3_patch("root", &format!("/statuses/{id}"), &json!({"position": to})).await;
        assert_eq!(answer.json()["position"], lands, "{id} to {to}: {}", answer.text);
        assert_eq!(order().await, expected, "{id} to {to}");
    }
    let made = app.v3_post("root", "/statuses", &json!({"name": "Squeezed in", "position": 2})).await;
    let id = made.json()["id"].as_i64().expect("an id");
    assert_eq!(order().await[..3], [2, id, 3]);
    assert_eq!(app.v3_delete("root", "/statuses/2").await.status, 204);
    assert_eq!(order().await[..3], [id, 3, 1]);
    let made = app.v3_post("root", "/statuses", &json!({"name": "Far out", "position": 99})).await;
    assert_eq!(made.json()["position"], 15);
    assert_eq!(order().await.last(), made.json()["id"].as_i64().as_ref());
}

#[both_engines]
async fn a_status_that_keeps_its_position_shifts_no_other(engine: Engine) {
    // Two statuses share position 3.
    let app = with_sample_statuses(engine).await;
    let before = app.v3_get("root", "/statuses").await;
    for id in [2, 3] {
        let answer = app.v3_patch("root", &format!("/statuses/{id}"), &json!({"position": 3})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(app.v3_get("root", "/statuses").await.text, before.text, "{id:?}");
    }
}

#[both_engines]
async fn statuses_that_share_a_position_keep_their_order(engine: Engine) {
    // Position 3 stays in use by status 3, so that no status moves up when 2 leaves.
    let app = with_sample_statuses(engine).await;
    assert_eq!(app.v3_delete("root", "/statuses/2").await.status, 204);
    assert_eq!(positions(&app).await, [(1, 1), (3, 3), (4, 4), (5, 5), (6, 6)]);
    let app = with_sample_statuses(engine).await;
    assert_eq!(app.v3_patch("root", "/statuses/2", &json!({"position": 5})).await.json()["position"], 5);
    assert_eq!(positions(&app).await, [(1, 1), (3, 3), (4, 4), (2, 5), (5, 6), (6, 7)]);
}

#[both_engines]
async fn the_largest_position_can_be_shared(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let last = json!({"kind": "status", "id": 99, "account_id": 415, "name": "Last", "is_closed": false,
        "color": null, "is_default": false, "is_readonly": false, "excluded_from_totals": false,
        "default_done_ratio": 0, "position": i64::MAX});
    app.import(&last.to_string()).await.expect("a status");
    for body in [json!({"name": "Behind"}), json!({"name": "Before", "position": 1})] {
        assert_eq!(app.v3_post("root", "/statuses", &body).await.status, 201, "{body:?}");
    }
    let all = app.v3_get("root", "/statuses").await.elements();
    let names: Vec<_> = all.iter().rev().take(2).map(|one| (&one["name"], &one["position"])).collect();
    assert_eq!(names, [(&json!("Behind"), &json!(i64::MAX)), (&json!("Last"), &json!(i64::MAX))]);
}

#[both_engines]
async fn a_new_default_replaces_the_previous_one(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let defaults = async || {
        let all = app.v3_get("ada", "/statuses").await.elements();
        all.iter().filter(|one| one["isDefault"] == true).map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(app.v3_patch("root", "/statuses/4", &json!({"isDefault": true})).await.status, 200);
    assert_eq!(defaults().await, [4]);
    let made = app.v3_post("root", "/statuses", &json!({"name": "Fresh", "isDefault": true})).await;
    assert_eq!(defaults().await, [made.json()["id"].clone()]);
    let path = format!("/statuses/{}", made.json()["id"]);
    assert_eq!(app.v3_patch("root", &path, &json!({"isDefault": false})).await.status, 200);
    assert_eq!(defaults().await, Vec::<Value>::new());
}

#[both_engines]
async fn a_default_is_never_read_only(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let message = "Work package read-only can not be activated for statuses that are marked default.";
    app.v3_patch("root", "/statuses/1", &json!({"isReadonly": true})).await.violates("isReadonly", message);
    app.v3_patch("root", "/statuses/6", &json!({"isDefault": true})).await.violates("isReadonly", message);
    let both = json!({"name": "Both", "isDefault": true, "isReadonly": true});
    app.v3_post("root", "/statuses", &both).await.violates("isReadonly", message);
    let turned = json!({"isDefault": true, "isReadonly": false});
    assert_eq!(app.v3_patch("root", "/statuses/6", &turned).await.status, 200);
}

#[both_engines]
async fn a_status_can_be_deleted_but_the_default_cannot(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let gone = app.v3_delete("root", "/statuses/4").await;
    assert_eq!((gone.status.as_u16(), &*gone.text, gone.header("content-type")), (204, "", ""));
    app.v3_get("root", "/statuses/4").await.is_not_found();
    app.v3_delete("root", "/statuses/4").await.is_not_found();
    assert_eq!(positions(&app).await, [(1, 1), (2, 3), (3, 3), (5, 4), (6, 5)]);
    app.v3_delete("root", "/statuses/1").await.violates("base", "The default status cannot be deleted.");
}

#[both_engines]
async fn a_name_is_required_and_unique_ignoring_case(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    assert_eq!(app.v3_post("root", "/statuses", &json!({"name": "Übergabe läuft"})).await.status, 201);
    let cases = [
        (json!({}), "Name can't be blank."),
        (json!({"name": null}), "Name can't be blank."),
        (json!({"name": ""}), "Name can't be blank."),
        (json!({"name": " \t\u{a0}"}), "Name can't be blank."),
        (json!({"name": "é".repeat(257)}), "Name is too long (maximum is 256 characters)."),
        (json!({"name": "NEW"}), "Name has already been taken."),
        (json!({"name": "üBERGABE LÄUFT"}), "Name has already been taken."),
    ];
    for (body, message) in cases {
        app.v3_post("root", "/statuses", &body).await.violates("name", message);
        if body.get("name").is_some() {
            app.v3_patch("root", "/statuses/2", &body).await.violates("name", message);
        }
    }
    for name in ["é".repeat(256), "IN PROGRESS".into()] {
        let renamed = app.v3_patch("root", "/statuses/2", &json!({ "name": name })).await;
        assert_eq!(renamed.json()["name"], name, "{name:?}");
    }
    // Names are unique per account.
    assert_eq!(app.v3_post("zoe", "/statuses", &json!({"name": "Feedback"})).await.status, 201);
}

#[both_engines]
async fn colors_are_normalised(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let taken = [("#abc", "#AABBCC"), ("abc", "#AABBCC"), ("1098ad", "#1098AD"), (" #Fe005D ", "#FE005D")];
    for (given, shown) in taken {
        let answer = app.v3_patch("root", "/statuses/2", &json!({ "color": given })).await;
        assert_eq!(answer.json()["color"], shown, "{}", answer.text);
    }
    for given in ["", "#", "red", "#12", "#12345", "#1234567", "#GGGGGG", "€", "##€"] {
        let answer = app.v3_patch("root", "/statuses/2", &json!({ "color": given })).await;
        answer.violates("color", "Color is invalid.");
    }
}

#[both_engines]
async fn numbers_have_bounds(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    for ratio in [-1, 101, i64::MAX, i64::MIN] {
        let answer = app.v3_patch("root", "/statuses/2", &json!({ "defaultDoneRatio": ratio })).await;
        answer.violates("defaultDoneRatio", "% Complete must be between 0 and 100.");
    }
    for position in [0, -1, i64::MIN] {
        let answer = app.v3_patch("root", "/statuses/2", &json!({ "position": position })).await;
        answer.violates("position", "Position must be greater than 0.");
    }
}

#[both_engines]
async fn all_validation_errors_are_reported_together(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let body =
        json!({"name": "", "color": "red", "defaultDoneRatio": 101, "position": 0, "isReadonly": true});
    let answer = app.v3_patch("root", "/statuses/1", &body).await;
    let readonly = "Work package read-only can not be activated for statuses that are marked default.";
    answer.is_multiple_errors(
        422,
        &[
            violation("name", "Name can't be blank."),
            violation("color", "Color is invalid."),
            violation("isReadonly", readonly),
            violation("defaultDoneRatio", "% Complete must be between 0 and 100."),
            violation("position", "Position must be greater than 0."),
        ],
    );
    let body = json!({"id": 5, "_type": "Project", "name": 5, "isClosed": "true", "color": 1, "isDefault": 0,
        "isReadonly": null, "excludedFromTotals": [], "defaultDoneRatio": 1.5, "position": "2"});
    let answer = app.v3_patch("root", "/statuses/1", &body).await;
    answer.is_multiple_errors(
        422,
        &[
            not_writable("id"),
            not_writable("_type"),
            wrong_format("name", "a text"),
            wrong_format("isClosed", "a boolean"),
            wrong_format("color", "a text"),
            wrong_format("isDefault", "a boolean"),
            wrong_format("isReadonly", "a boolean"),
            wrong_format("excludedFromTotals", "a boolean"),
            wrong_format("defaultDoneRatio", "an integer"),
            wrong_format("position", "an integer"),
        ],
    );
    let huge = r#"{"defaultDoneRatio": 99999999999999999999}"#;
    let answer = app.v3_write(Method::PATCH, "root", "/statuses/1", huge).await;
    answer.is_hal_error(422, &wrong_format("defaultDoneRatio", "an integer"));
    let answer = app.v3_post("root", "/statuses", &json!({"id": 1, "name": "Given"})).await;
    answer.is_hal_error(422, &not_writable("id"));
}

#[both_engines]
async fn a_body_must_be_a_storable_object(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let message = "The request could not be parsed as JSON.";
    let deep = format!(r#"{{"name": {}{}}}"#, "[".repeat(200), "]".repeat(200));
    let cases = [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\"name\":", "EOF while parsing a value at line 1 column 8"),
        ("[]", "not an object"),
        ("\"New\"", "not an object"),
        ("null", "not an object"),
        (r#"{"name": "N\u0000ew"}"#, "a text contains a null byte"),
        (r#"{"extra": [{"\u0000": 1}]}"#, "a text contains a null byte"),
        (r#"{"name": "\ud800"}"#, "unexpected end of hex escape at line 1 column 17"),
        (&deep, "recursion limit exceeded at line 1 column 136"),
    ];
    for (body, reason) in cases {
        for (method, path) in [(Method::POST, "/statuses"), (Method::PATCH, "/statuses/2")] {
            let answer = app.v3_write(method, "root", path, body).await;
            answer.is_hal_error(
                400,
                &error("InvalidRequestBody", message, Some(&json!({"parseError": reason}))),
            );
        }
    }
    let long = json!({"name": "x".repeat(1024 * 1024)});
    let answer = app.v3_post("root", "/statuses", &long).await;
    answer.is_refusal(413, "BadRequest", "The request is larger than 524288 bytes.");
}

#[both_engines]
async fn only_administrators_write(engine: Engine) {
    let app = with_sample_statuses(engine).await.open();
    let before = app.v3_get("root", "/statuses").await.text;
    let body = json!({"name": ""});
    for token in ["ada", "vera", "max", "cleo", "olaf"] {
        app.v3_post(token, "/statuses", &body).await.is_not_authorized();
        app.v3_patch(token, "/statuses/1", &body).await.is_not_authorized();
        app.v3_patch(token, "/statuses/999", &body).await.is_not_authorized();
        app.v3_delete(token, "/statuses/2").await.is_not_authorized();
        app.v3_delete(token, "/statuses/999").await.is_not_authorized();
        app.v3_patch(token, "/statuses/bogus", &body).await.is_not_found();
        app.v3_delete(token, "/statuses/bogus").await.is_not_found();
    }
    let json = [("content-type", "application/json")];
    app.v3(Method::POST, "/statuses", &json, "{}").await.is_not_authorized();
    app.v3(Method::DELETE, "/statuses/2", &[], "").await.is_not_authorized();
    assert_eq!(app.v3_get("root", "/statuses").await.text, before);
}

#[both_engines]
async fn writes_to_unknown_statuses_are_not_found(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    let zoes = app.v3_get("zoe", "/statuses").await.text;
    // The last is of another account.
    for id in ["999", "0", "99999999999999999999", "1.5", "-1", "bogus", "7"] {
        app.v3_patch("root", &format!("/statuses/{id}"), &json!({"name": "Mine"})).await.is_not_found();
        app.v3_delete("root", &format!("/statuses/{id}")).await.is_not_found();
    }
    assert_eq!(app.v3_get("zoe", "/statuses").await.text, zoes);
    let ids = app.v3_get("zoe", "/statuses").await.element_ids();
    assert!(ids.contains(&7), "{ids:?}");
}

#[both_engines]
async fn strict_mode_refuses_writes_of_statuses(engine: Engine) {
    let app = with_sample_statuses(engine).await.set(|settings| settings.strict = true);
    let before = app.v3_get("root", "/statuses").await.text;
    for (method, path) in [(Method::POST, "/statuses"), (Method::PATCH, "/statuses/2")] {
        app.v3_write(method.clone(), "root", path, r#"{"name": "x"}"#).await.is_not_found();
        app.v3_write(method.clone(), "ada", path, r#"{"name": "x"}"#).await.is_not_found();
        app.v3_write(method.clone(), "root", path, "no JSON").await.is_not_found();
        app.v3_write(method.clone(), "root", path, &"x".repeat(1024 * 1024)).await.is_not_found();
        let root = ("authorization", "Bearer root");
        app.v3(method.clone(), path, &[root], "{}").await.is_plain_text(406, "Missing content-type header");
        let text = [root, ("content-type", "text/plain")];
        assert_eq!(app.v3(method.clone(), path, &text, "{}").await.status, 415, "{method:?} {path:?}");
        assert_eq!(app.v3(method, path, &[], "{}").await.status, 401, "{path:?}");
    }
    app.v3_delete("root", "/statuses/2").await.is_not_found();
    assert_eq!(app.v3_get("root", "/statuses").await.text, before);
}

/// Id and position of each status, in the order of the list.
async fn positions(app: &TestApp) -> Vec<(i64, i64)> {
    let all = app.v3_get("root", "/statuses").await.elements();
    let number = |one: &Value, name: &str| one[name].as_i64().expect("a number");
    all.iter().map(|one| (number(one, "id"), number(one, "position"))).collect()
}
