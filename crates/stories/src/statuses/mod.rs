//! Stories of statuses, through HTTP, on both engines.

mod log;
mod page;
mod writes;

use macros::both_engines;
use serde_json::{Value, json};

use super::openproject::one_line;
use super::{Engine, TestApp, harbor};

/// The sample set as the statuses of account 415, in the order of the table `docs/contracts/openproject.md#sample-set`.
pub fn sample() -> String {
    let status = |id: i64,
                  name: &str,
                  closed: bool,
                  color: &str,
                  default: bool,
                  frozen: bool,
                  ratio: i64,
                  position: i64| {
        json!({"kind": "status", "id": id, "account_id": 415, "name": name, "is_closed": closed, "color": color,
            "is_default": default, "is_readonly": frozen, "excluded_from_totals": frozen,
            "default_done_ratio": ratio, "position": position})
        .to_string()
    };
    let lines = [
        status(1, "New", false, "#3997AD", true, false, 0, 1),
        status(3, "Resolved", false, "#93D2AE", false, false, 75, 3),
        status(4, "Feedback", false, "#A96FFE", false, false, 25, 4),
        status(5, "Closed", true, "#DF6DA1", false, false, 100, 5),
        status(6, "Rejected", true, "#D32937", false, true, 100, 6),
        status(2, "In Progress", false, "#3852C6", false, false, 50, 3),
    ];
    lines.join("\n")
}

/// The harbor with the sample set.
pub async fn with_sample_statuses(engine: Engine) -> TestApp {
    TestApp::with(engine, &format!("{}\n{}", harbor(), sample())).await
}

const SAMPLE: &str = include_str!("sample.json");

#[both_engines]
async fn the_list_is_ordered_by_position_with_ties_by_id(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    app.v3_get("ada", "/statuses").await.shows_hal(200, &one_line(SAMPLE));
    // The query parameters have no effect.
    for query in [
        "pageSize=-1",
        "pageSize=100&offset=1",
        "pageSize=bogus",
        "select=total",
        "filters=bogus",
        "sortBy=[[%22name%22,%22asc%22]]",
        "offset=0",
    ] {
        app.v3_get("ada", &format!("/statuses?{query}")).await.shows_hal(200, &one_line(SAMPLE));
    }
}

#[both_engines]
async fn an_account_starts_with_the_default_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let product = [
        ("New", "#1098AD", 0, true, false),
        ("In specification", "#A5D8FF", 10, false, false),
        ("Specified", "#A5D8FF", 20, false, false),
        ("Confirmed", "#D0BFFF", 20, false, false),
        ("To be scheduled", "#FFEC99", 20, false, false),
        ("Scheduled", "#D8F5A2", 20, false, false),
        ("In progress", "#CC5DE8", 40, false, false),
        ("Developed", "#8CE99A", 70, false, false),
        ("In testing", "#22B8CF", 80, false, false),
        ("Tested", "#12B886", 90, false, false),
        ("Test failed", "#FF6B6B", 70, false, false),
        ("Closed", "#DEE2E6", 100, false, true),
        ("On hold", "#FFC078", 0, false, false),
        ("Rejected", "#FFA8A8", 0, false, true),
    ];
    let expected: Vec<Value> = (1..)
        .zip(product)
        .map(|(id, (name, color, ratio, default, closed))| {
            json!({"_type": "Status", "id": id, "name": name, "isClosed": closed, "color": color,
                "isDefault": default, "isReadonly": false, "excludedFromTotals": false,
                "defaultDoneRatio": ratio, "position": id,
                "_links": {"self": {"href": format!("/api/v3/statuses/{id}"), "title": name}}})
        })
        .collect();
    let answer = app.v3_get("ada", "/statuses").await;
    assert_eq!(answer.elements(), expected);
    assert_eq!((&answer.json()["total"], &answer.json()["count"]), (&json!(14), &json!(14)));
    for status in &expected {
        let path = format!("/statuses/{}", status["id"]);
        app.v3_get("ada", &path).await.shows_hal(200, &status.to_string());
    }
}

#[both_engines]
async fn a_status_without_a_color_has_null(engine: Engine) {
    let colorless = json!({"kind": "status", "id": 15, "account_id": 415, "name": "Waiting for vendor",
        "is_closed": false, "color": null, "is_default": false, "is_readonly": true,
        "excluded_from_totals": true, "default_done_ratio": 33, "position": 3});
    let app = TestApp::with(engine, &format!("{}\n{colorless}", harbor())).await;
    let expected = r#"{"_type":"Status","id":15,"name":"Waiting for vendor","isClosed":false,"color":null,
        "isDefault":false,"isReadonly":true,"excludedFromTotals":true,"defaultDoneRatio":33,"position":3,
        "_links":{"self":{"href":"/api/v3/statuses/15","title":"Waiting for vendor"}}}"#;
    app.v3_get("ada", "/statuses/15").await.shows_hal(200, &one_line(expected));
}

#[both_engines]
async fn an_invalid_status_in_an_archive_is_reported_with_its_line(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        (json!({"name": " "}), "line 2: `name` is blank"),
        (json!({"name": "x".repeat(257)}), "line 2: `name` is longer than 256 characters"),
        (json!({"color": "red"}), "line 2: `color` is not of the form #RRGGBB"),
        (json!({"is_default": true}), "line 2: a status cannot be both default and read-only"),
        (json!({"default_done_ratio": 101}), "line 2: `default_done_ratio` is not between 0 and 100"),
        (json!({"position": 0}), "line 2: `position` is not above 0"),
        (
            json!({"name": "NEW"}),
            "line 2: its name is taken in the account, or another status is the default",
        ),
    ];
    for (change, reason) in cases {
        let mut line = json!({"kind": "status", "id": 99, "account_id": 415, "name": "Ninety-nine",
            "is_closed": false, "color": null, "is_default": false, "is_readonly": true,
            "excluded_from_totals": false, "default_done_ratio": 0, "position": 99});
        line.as_object_mut().expect("a line").extend(change.as_object().expect("a change").clone());
        let error = app.import(&line.to_string()).await.expect_err(reason);
        assert_eq!(error.to_string(), reason, "{change:?} {reason:?}");
    }
    app.v3_get("root", "/statuses/99").await.is_not_found();
}

#[both_engines]
async fn participants_see_statuses_and_others_get_403_before_404(engine: Engine) {
    let app = with_archie(engine).await;
    for token in ["root", "ada", "bo", "vera", "max", "cleo", "zoe"] {
        assert_eq!(app.v3_get(token, "/statuses").await.elements().len(), 14, "{token}");
    }
    for token in ["olaf", "archie"] {
        let hidden = "You are not allowed to see the statuses.";
        app.v3_get(token, "/statuses").await.is_refusal(403, "MissingPermission", hidden);
        for id in ["1", "999", "0", "99999999999999999999"] {
            let hidden = "You are not allowed to see this status.";
            let answer = app.v3_get(token, &format!("/statuses/{id}")).await;
            answer.is_refusal(403, "MissingPermission", hidden);
        }
        // An id that is not a number matches no route, so no permission is checked.
        app.v3_get(token, "/statuses/bogus").await.is_not_found();
    }
}

#[both_engines]
async fn an_open_workspace_makes_statuses_visible_to_its_account(engine: Engine) {
    let app = with_archie(engine).await.open();
    let hidden = "You are not allowed to see the statuses.";
    app.v3_get("", "/statuses").await.is_refusal(403, "MissingPermission", hidden);
    // An archived workspace does not make statuses visible.
    app.import(&open_workspace(54000, 415, true)).await.expect("a workspace");
    app.v3_get("olaf", "/statuses").await.is_refusal(403, "MissingPermission", hidden);
    // Neither does a workspace of another account.
    app.import(&open_workspace(54001, 500, false)).await.expect("a workspace");
    app.v3_get("", "/statuses").await.is_refusal(403, "MissingPermission", hidden);
    app.import(&open_workspace(54002, 415, false)).await.expect("a workspace");
    for token in ["olaf", "archie", ""] {
        assert_eq!(app.v3_get(token, "/statuses").await.elements().len(), 14, "{token}");
        assert_eq!(app.v3_get(token, "/statuses/1").await.json()["name"], "New", "{token:?}");
        app.v3_get(token, "/statuses/999").await.is_not_found();
    }
}

#[both_engines]
async fn a_status_of_another_account_is_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(app.v3_get("zoe", "/statuses").await.element_ids(), (15..=28).collect::<Vec<_>>());
    assert_eq!(app.v3_get("root", "/statuses").await.element_ids(), (1..=14).collect::<Vec<_>>());
    for (token, id) in [("zoe", 1), ("root", 15), ("ada", 15)] {
        app.v3_get(token, &format!("/statuses/{id}")).await.is_not_found();
    }
}

#[both_engines]
async fn only_digits_are_a_status_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(app.v3_get("ada", "/statuses/01").await.json()["id"], 1);
    let others = [
        "999",
        "0",
        "9223372036854775808",
        "99999999999999999999",
        "1.5",
        "-1",
        "+1",
        "bogus",
        "1abc",
        "%20",
        "%FF",
        "%00",
        "1%2F2",
        "%D9%A1",
        "schema",
        "form",
    ];
    for id in others {
        app.v3_get("ada", &format!("/statuses/{id}")).await.is_not_found();
    }
    app.v3_get("ada", "/statuses/1/form").await.is_not_found();
}

/// The harbor with `archie` (2590), whose only workspace is archived.
async fn with_archie(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let lines = [
        json!({"kind": "user", "id": 2590, "account_id": 415, "full_name": "Archie Past",
            "email_address": "archie@example.com"}),
        json!({"kind": "token", "id": 90, "user_id": 2590, "name": "archie",
            "sha256": hex::encode(domain::auth::digest("archie"))}),
        json!({"kind": "participation", "id": 90, "workspace_id": 53900, "user_id": 2590, "side": "provider",
            "permission": "edit"}),
    ];
    app.import(&lines.map(|line| line.to_string()).join("\n")).await.expect("a person");
    app
}

fn open_workspace(id: i64, account: i64, archived: bool) -> String {
    let creator = if account == 415 { 2500 } else { 3000 };
    json!({"kind": "workspace", "id": id, "account_id": account, "title": "Open water", "archived": archived,
        "status_key": 100, "access_level": "open", "creator_id": creator,
        "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    .to_string()
}
