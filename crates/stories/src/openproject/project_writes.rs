//! Creating and changing projects: `docs/contracts/openproject.md#writing-projects`.

use std::cell::Cell;
use std::time::{Duration, Instant};

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{error, violation, wrong_format};
use crate::{Engine, TestApp};

fn status(code: &str) -> Value {
    json!({"_links": {"status": {"href": format!("/api/v3/project_statuses/{code}")}}})
}

/// A link of the wrong type.
fn wrong_type_of_link(href: &str) -> Value {
    let message = format!(
        "For property 'status' a link like '/api/v3/project_statuses/:id' is expected, but got '{href}'."
    );
    error("ResourceTypeMismatch", &message, Some(&json!({"attribute": "status"})))
}

#[both_engines]
async fn status_and_explanation_are_written_in_one_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut expected = app.v3_get("ada", "/projects/53760").await.json();
    let mut body = status("on_track");
    body["statusExplanation"] = json!({"raw": "Back on plan"});
    let answer = app.v3_patch("ada", "/projects/53760", &body).await;
    expected["statusExplanation"] =
        json!({"format": "markdown", "raw": "Back on plan", "html": "<p>Back on plan</p>"});
    expected["updatedAt"] = json!("2026-02-16T16:00:03.000Z");
    let link = json!({"href": "/api/v3/project_statuses/on_track", "title": "On track"});
    expected["_embedded"] = json!({"status": {"_type": "ProjectStatus", "id": "on_track", "name": "On track",
        "_links": {"self": link}}});
    expected["_links"]["status"] = link;
    assert_eq!(answer.json(), expected);
    app.v3_get("ada", "/projects/harbor-rollout-53760").await.shows_hal(200, &answer.text);
    let (_, kept) = app.export().await.split_once("\"project_status\":\"on_track\"").map_or_else(
        || panic!("the status is not kept"),
        |(before, after)| (before.to_owned(), after.to_owned()),
    );
    assert!(kept.starts_with(",\"status_explanation\":\"Back on plan\""), "{kept}");
}

#[both_engines]
async fn each_status_can_be_set_and_cleared(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for code in ["on_track", "at_risk", "off_track", "not_started", "finished", "discontinued"] {
        let project = app.v3_patch("ada", "/projects/53760", &status(code)).await.json();
        assert_eq!(project["_embedded"]["status"]["id"], code, "{code:?}");
    }
    let explained =
        app.v3_patch("ada", "/projects/53760", &json!({"statusExplanation": {"raw": "Done"}})).await;
    assert_eq!(explained.json()["_embedded"]["status"]["id"], "discontinued");
    let cleared = json!({"_links": {"status": {"href": null}}});
    let cleared = app.v3_patch("ada", "/projects/53760", &cleared).await.json();
    assert_eq!((&cleared["_links"]["status"], cleared.get("_embedded")), (&json!({"href": null}), None));
    assert_eq!(cleared["statusExplanation"]["raw"], "Done");
    for empty in [json!(null), json!({"raw": null}), json!({"raw": ""})] {
        app.v3_patch("ada", "/projects/53760", &json!({"statusExplanation": {"raw": "Done"}})).await;
        let project =
            app.v3_patch("ada", "/projects/53760", &json!({"statusExplanation": empty})).await.json();
        assert_eq!(
            project["statusExplanation"],
            json!({"format": "markdown", "raw": "", "html": ""}),
            "{empty:?}"
        );
    }
}

#[both_engines]
async fn the_project_status_is_not_the_status_of_kantata(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let workspace = app.get("ada", "/workspaces/53760").await.object();
    let changes = app.get("ada", "/workspace_status_changes?workspace_id=53760").await.ids();
    assert_eq!(app.v3_patch("ada", "/projects/53760", &status("off_track")).await.status, 200);
    assert_eq!(app.get("ada", "/workspaces/53760").await.object()["status"], workspace["status"]);
    assert_eq!(app.get("ada", "/workspace_status_changes?workspace_id=53760").await.ids(), changes);
}

#[both_engines]
async fn unwritable_properties_are_ignored(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.v3_get("ada", "/projects/53760").await.json();
    let body = json!({
        "id": 53760, "_type": "Project", "createdAt": before["createdAt"], "updatedAt": before["updatedAt"],
        "mood": "fine", "_embedded": {"status": {"id": "finished"}}, "status": "finished",
        "statusExplanation": {"raw": "*Late*", "format": "html", "html": "<script>"},
        "_links": {"self": {"href": "/api/v3/projects/1"}, "parent": {"href": null},
            "status": {"href": "/api/v3/project_statuses/at_risk", "title": "Finished", "method": "delete"}},
    });
    let project = app.v3_patch("ada", "/projects/53760", &body).await.json();
    for member in ["id", "_type", "identifier", "name", "createdAt", "active", "public", "description"] {
        assert_eq!(project[member], before[member], "{member}");
    }
    let explanation = json!({"format": "markdown", "raw": "*Late*", "html": "<p><em>Late</em></p>"});
    assert_eq!(project["statusExplanation"], explanation);
    assert_eq!(project["_links"]["status"]["title"], "At risk");
    // Bodies without properties are valid.
    for body in [json!({}), json!({"_links": null}), json!({"_links": {}}), json!({"description": {}})] {
        let same = app.v3_patch("ada", "/projects/53760", &body).await.json();
        assert_eq!(same, project, "{body}");
    }
    let cases = [
        ("id", json!({"id": 1})),
        ("id", json!({"id": "53760"})),
        ("_type", json!({"_type": "Sculpture"})),
        ("createdAt", json!({"createdAt": "1999-01-01T00:00:00Z"})),
        ("updatedAt", json!({"updatedAt": "yesterday"})),
        ("parent", json!({"_links": {"parent": {"href": "/api/v3/projects/53800"}}})),
        ("parent", json!({"_links": {"parent": "/api/v3/projects/53800"}})),
    ];
    for (attribute, body) in cases {
        let message = format!("The property '{attribute}' cannot be written.");
        let expected = error("PropertyIsReadOnly", &message, Some(&json!({"attribute": attribute})));
        app.v3_patch("ada", "/projects/53760", &body).await.is_hal_error(422, &expected);
        app.v3_post("ada", "/projects", &with_name(&body)).await.is_hal_error(422, &expected);
    }
    assert_eq!(app.v3_get("ada", "/projects/53760").await.json(), project);
    let refused = app.v3_patch("ada", "/projects/53760", &json!({"_links": 5})).await;
    assert_eq!(refused.json()["_embedded"]["details"]["attribute"], "_links", "{}", refused.text);
    assert_eq!(refused.status.as_u16(), 422);
}

#[both_engines]
async fn name_description_and_visibility_can_be_written(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"name": "Harbor two", "description": {"raw": "New"}, "public": true});
    let project = app.v3_patch("ada", "/projects/53760", &body).await.json();
    assert_eq!(
        (&project["name"], &project["identifier"]),
        (&json!("Harbor two"), &json!("harbor-two-53760"))
    );
    assert_eq!((&project["public"], &project["description"]["raw"]), (&json!(true), &json!("New")));
    // The old identifier is not found.
    app.v3_get("ada", "/projects/harbor-rollout-53760").await.is_not_found();
    let closed =
        app.v3_patch("ada", "/projects/53760", &json!({"public": false, "active": false})).await.json();
    assert_eq!((&closed["public"], &closed["active"]), (&json!(false), &json!(false)));
    app.v3_patch("ada", "/projects/53760", &json!({"active": true})).await.is_not_found();
    let back = app.v3_patch("root", "/projects/53760", &json!({"active": true})).await.json();
    assert_eq!(back["active"], true);
}

#[both_engines]
async fn a_project_can_be_sent_back_unchanged(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let line = r#"{"kind":"workspace","id":54009,"account_id":415,"title":"Vault","archived":false,"status_key":100,"access_level":"admins","creator_id":2561,"created_at":"2026-01-01T00:00:00.123456Z","updated_at":"2026-01-01T00:00:00.987654Z"}"#;
    app.import(line).await.expect("a workspace");
    for id in [53760, 54009] {
        let path = format!("/projects/{id}");
        let project = app.v3_get("root", &path).await.json();
        let mut back = app.v3_patch("root", &path, &project).await.json();
        back["updatedAt"] = project["updatedAt"].clone();
        assert_eq!(back, project, "{id:?}");
    }
    // `public: false` does not open a workspace of administrators to invitations.
    assert_eq!(app.get("root", "/workspaces/54009").await.object()["access_level"], "admins");
}

#[both_engines]
async fn validation_errors_of_a_project_are_reported(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let not_allowed = "Status is not set to one of the allowed values.";
    let link = |href: Value| json!({"_links": {"status": {"href": href}}});
    let cases = [
        (status("bogus"), violation("status", not_allowed)),
        (status("On_track"), violation("status", not_allowed)),
        (status(""), violation("status", not_allowed)),
        (link(json!("/api/v3/statuses/1")), wrong_type_of_link("/api/v3/statuses/1")),
        (link(json!("on_track")), wrong_type_of_link("on_track")),
        (link(json!("")), wrong_type_of_link("")),
        (link(json!(5)), wrong_format("status", "a link")),
        (json!({"_links": {"status": {}}}), wrong_format("status", "a link")),
        (json!({"_links": {"status": null}}), wrong_format("status", "a link")),
        (json!({"_links": {"status": "on_track"}}), wrong_format("status", "a link")),
        (json!({"statusExplanation": "Late"}), wrong_format("statusExplanation", "a formattable text")),
        (json!({"statusExplanation": {"raw": 5}}), wrong_format("statusExplanation", "a formattable text")),
        (json!({"description": []}), wrong_format("description", "a formattable text")),
        (json!({"active": "t"}), wrong_format("active", "a boolean")),
        (json!({"public": null}), wrong_format("public", "a boolean")),
        (json!({"name": 5}), wrong_format("name", "a text")),
        (json!({"name": null}), violation("name", "Name can't be blank.")),
        (json!({"name": " "}), violation("name", "Name can't be blank.")),
    ];
    for (body, expected) in &cases {
        app.v3_patch("ada", "/projects/53760", body).await.is_hal_error(422, expected);
        app.v3_post("ada", "/projects", &with_name(body)).await.is_hal_error(422, expected);
    }
    app.v3_post("ada", "/projects", &json!({})).await.violates("name", "Name can't be blank.");
    let mut body = status("bogus");
    body["statusExplanation"] = json!(5);
    body["active"] = json!(1);
    let all = [
        wrong_format("active", "a boolean"),
        wrong_format("statusExplanation", "a formattable text"),
        violation("status", not_allowed),
    ];
    app.v3_patch("ada", "/projects/53760", &body).await.is_multiple_errors(422, &all);
    app.v3_post("ada", "/projects", &with_name(&body)).await.is_multiple_errors(422, &all);
    assert_eq!(app.export().await, before);
}

/// The body with a name, unless it has one.
fn with_name(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().expect("a body").entry("name").or_insert(json!("New"));
    body
}

#[both_engines]
async fn a_malformed_body_changes_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let message = "The request could not be parsed as JSON.";
    let cases = [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[1]", "not an object"),
        (r#"{"statusExplanation": {"raw": "\u0000"}}"#, "a text contains a null byte"),
    ];
    for (body, reason) in cases {
        let expected = error("InvalidRequestBody", message, Some(&json!({"parseError": reason})));
        app.v3_write(Method::PATCH, "ada", "/projects/53760", body).await.is_hal_error(400, &expected);
        app.v3_write(Method::POST, "ada", "/projects", body).await.is_hal_error(400, &expected);
    }
    let long = json!({"statusExplanation": {"raw": "x".repeat(1024 * 1024)}});
    let answer = app.v3_patch("ada", "/projects/53760", &long).await;
    answer.is_refusal(413, "BadRequest", "The request is larger than 524288 bytes.");
}

#[both_engines]
async fn text_that_is_expensive_to_sanitise_is_rendered_as_plain_text(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let quoted = |levels: usize| {
        let (open, close) = ("<blockquote>\n".repeat(levels), "\n</blockquote>".repeat(levels));
        format!("{open}<p>x</p>{close}")
    };
    let bold = |tags: usize| format!("<p>{}x{}</p>", "<b>".repeat(tags), "</b>".repeat(tags));
    let cases = [
        (format!("{}x", ">".repeat(90)), quoted(90)),
        (format!("{}x", ">".repeat(20_000)), format!("<p>{}x</p>", "&gt;".repeat(20_000))),
        (format!("{}x", "1. ".repeat(20_000)), format!("<p>{}x</p>", "1. ".repeat(20_000))),
        (format!("{}x", "<b>".repeat(100)), bold(100)),
        (format!("{}*x*", "<b>".repeat(20_000)), format!("<p>{}<em>x</em></p>", "&lt;b&gt;".repeat(20_000))),
        ("<div>".repeat(13_000), "&lt;div&gt;".repeat(13_000)),
    ];
    for (raw, html) in cases {
        let answer =
            app.v3_patch("ada", "/projects/53760", &json!({"statusExplanation": {"raw": raw}})).await;
        assert_eq!(answer.json()["statusExplanation"]["html"], html, "{raw:?} {html:?}");
    }
}

#[both_engines]
async fn permission_is_checked_before_the_rules(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for body in [status("at_risk"), status("bogus"), json!({"name": 5})] {
        for token in ["vera", "cleo"] {
            app.v3_patch(token, "/projects/53760", &body).await.is_not_authorized();
            app.v3_post(token, "/projects", &with_name(&body)).await.is_not_authorized();
        }
        for (token, path) in [
            ("olaf", "/projects/53760"),
            ("zoe", "/projects/53760"),
            ("ada", "/projects/53800"),
            ("ada", "/projects/53900"),
            ("ada", "/projects/999"),
            ("ada", "/projects/bogus"),
            ("root", "/projects/60000"),
        ] {
            app.v3_patch(token, path, &body).await.is_not_found();
        }
        app.v3_post("olaf", "/projects", &with_name(&body)).await.is_not_authorized();
    }
    for token in ["bo", "max", "root"] {
        assert_eq!(app.v3_patch(token, "/projects/53760", &status("at_risk")).await.status, 200, "{token}");
    }
}

#[both_engines]
async fn a_new_project_belongs_to_its_creator(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut body = status("not_started");
    body["name"] = json!("Quay wall");
    body["statusExplanation"] = json!({"raw": "Waiting"});
    body["public"] = json!(true);
    let answer = app.v3_post("ada", "/projects", &body).await;
    let id = answer.json()["id"].as_i64().expect("an id");
    let link = json!({"href": "/api/v3/project_statuses/not_started", "title": "Not started"});
    let expected = json!({
        "_type": "Project", "id": id, "identifier": format!("quay-wall-{id}"), "name": "Quay wall",
        "active": true, "public": true, "description": {"format": "markdown", "raw": "", "html": ""},
        "statusExplanation": {"format": "markdown", "raw": "Waiting", "html": "<p>Waiting</p>"},
        "createdAt": "2026-02-16T16:00:03.000Z", "updatedAt": "2026-02-16T16:00:03.000Z",
        "_embedded": {"status": {"_type": "ProjectStatus", "id": "not_started", "name": "Not started",
            "_links": {"self": link}}},
        "_links": {
            "self": {"href": format!("/api/v3/projects/{id}"), "title": "Quay wall"},
            "status": link,
            "updateImmediately": {"href": format!("/api/v3/projects/{id}"), "method": "patch"},
            "schema": {"href": "/api/v3/projects/schema"},
            "types": {"href": format!("/api/v3/projects/{id}/types")},
            "workPackages": {"href": format!("/api/v3/projects/{id}/work_packages")},
            "createWorkPackage": {"href": format!("/api/v3/projects/{id}/work_packages/form"), "method": "post"},
            "createWorkPackageImmediately":
                {"href": format!("/api/v3/projects/{id}/work_packages"), "method": "post"},
            "ancestors": [], "parent": {"href": null},
        },
    });
    answer.shows_hal(201, &expected.to_string());
    app.v3_get("ada", &format!("/projects/{id}")).await.shows_hal(200, &answer.text);
    app.v3_get("bo", &format!("/projects/{id}")).await.is_not_found();
    // Kantata's clients see the same workspace.
    assert_eq!(app.get("ada", &format!("/workspaces/{id}")).await.object()["title"], "Quay wall");
    let away = app.v3_post("root", "/projects", &json!({"name": "Away", "active": false})).await;
    assert_eq!((away.status.as_u16(), &away.json()["active"]), (201, &json!(false)));
}

#[both_engines]
async fn rendering_a_long_text_blocks_no_other_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let row = "| some *words* | <b>and</b> more |\n";
    let table = format!("| a | b |\n|---|---|\n{}", row.repeat(60 * 1024 / row.len()));
    let start = Instant::now();
    let longest = Cell::new(Duration::ZERO);
    // The one thread of the test serves the requests, too.
    let others = async {
        let mut last = Instant::now();
        loop {
            tokio::task::yield_now().await;
            longest.set(longest.get().max(last.elapsed()));
            last = Instant::now();
        }
    };
    let work = async {
        let raw = json!({"raw": format!("{engine:?}\n\n{table}")});
        let made = app.v3_patch("ada", "/projects/53760", &json!({"statusExplanation": raw})).await;
        assert!(made.json()["statusExplanation"]["html"].as_str().expect("a text").contains("<td>some <em>"));
        app.v3_get("ada", "/projects").await.json()
    };
    let list = tokio::select! {
        () = others => unreachable!("it has no end"),
        list = work => list,
    };
    assert!(list["_embedded"]["elements"].to_string().contains("<td>some <em>"));
    let total = start.elapsed();
    assert!(longest.get() < total / 2, "{:?} of {total:?}", longest.get());
}
