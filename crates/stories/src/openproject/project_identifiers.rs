//! Identifiers of projects: chosen, derived, taken, and in the archive.

use macros::both_engines;
use serde_json::{Value, json};

use super::projects::workspace;
use super::violation;
use crate::{Engine, TestApp};

fn taken_error() -> Value {
    violation("identifier", "Identifier has already been taken.")
}

async fn identifier(app: &TestApp, id: i64) -> Value {
    app.v3_get("root", &format!("/projects/{id}")).await.json()["identifier"].clone()
}

#[both_engines]
async fn a_chosen_identifier_is_kept(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"name": "Quay wall", "identifier": "quay_wall-2"});
    let made = app.v3_post("ada", "/projects", &body).await;
    assert_eq!((made.status.as_u16(), &made.json()["identifier"]), (201, &json!("quay_wall-2")));
    let id = made.json()["id"].as_i64().expect("an id");
    for segment in [id.to_string(), "quay_wall-2".to_owned()] {
        app.v3_get("ada", &format!("/projects/{segment}")).await.shows_hal(200, &made.text);
    }
    app.v3_get("ada", &format!("/projects/quay-wall-{id}")).await.is_not_found();
    // A caller who cannot see the project does not find it, but learns, as in OpenProject, that the identifier
    // is taken.
    app.v3_get("bo", "/projects/quay_wall-2").await.is_not_found();
    let before = app.export().await;
    app.v3_post("bo", "/projects", &body).await.is_hal_error(422, &taken_error());
    app.v3_patch("ada", "/projects/53760", &json!({"identifier": "quay_wall-2"}))
        .await
        .is_hal_error(422, &taken_error());
    assert_eq!(app.export().await, before);
    // Its own identifier is not taken; a new one takes effect at once, and the old one is free again.
    let same = app.v3_patch("ada", "/projects/quay_wall-2", &json!({"identifier": "quay_wall-2"})).await;
    assert_eq!(same.status, 200, "{}", same.text);
    let moved =
        app.v3_patch("ada", "/projects/quay_wall-2", &json!({"name": "Pier", "identifier": "pier"})).await;
    assert_eq!((moved.status.as_u16(), &moved.json()["identifier"]), (200, &json!("pier")));
    app.v3_get("ada", "/projects/quay_wall-2").await.is_not_found();
    assert_eq!(app.v3_get("ada", "/projects/pier").await.json()["id"], id);
    assert_eq!(app.v3_post("bo", "/projects", &body).await.status, 201);
    // Changing the name does not change a chosen identifier.
    app.v3_patch("ada", "/projects/pier", &json!({"name": "Jetty"})).await;
    assert_eq!(identifier(&app, id).await, "pier");
}

#[both_engines]
async fn identifiers_are_validated(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let invalid = "Identifier is invalid.";
    let (longest, long) = ("x".repeat(100), "x".repeat(101));
    let mut cases = vec![(long.as_str(), "Identifier is too long (maximum is 100 characters).")];
    for name in ["Quay", "quay wall", "a.b", "a/b", "ä", "12", "007", "a\n", " a", "a%", "１"] {
        cases.push((name, invalid));
    }
    for name in ["schema", "form", "new", "menu", "queries", "filters"] {
        cases.push((name, "Identifier is reserved."));
    }
    for (name, message) in cases {
        let expected = violation("identifier", message);
        let body = json!({"name": "New", "identifier": name});
        app.v3_post("ada", "/projects", &body).await.is_hal_error(422, &expected);
        app.v3_patch("ada", "/projects/53760", &body).await.is_hal_error(422, &expected);
    }
    for blank in [json!(""), json!(null), json!("  ")] {
        let body = json!({"identifier": blank});
        app.v3_patch("ada", "/projects/53760", &body)
            .await
            .violates("identifier", "Identifier can't be blank.");
    }
    for wrong in [json!(5), json!(["a"]), json!({})] {
        let answer = app.v3_post("ada", "/projects", &json!({"name": "New", "identifier": wrong})).await;
        answer.is_hal_error(422, &super::wrong_format("identifier", "a text"));
    }
    let both = json!({"name": "", "identifier": "harbor-rollout-53760"});
    app.v3_post("ada", "/projects", &both)
        .await
        .is_multiple_errors(422, &[violation("name", "Name can't be blank."), taken_error()]);
    assert_eq!(app.export().await, before);
    for name in [longest.as_str(), "a", "-", "_", "1a", "2026-01", "a--b", "schema-2"] {
        let made = app.v3_post("ada", "/projects", &json!({"name": "New", "identifier": name})).await;
        assert_eq!(made.json()["identifier"], name, "{}", made.text);
        assert_eq!(app.v3_get("ada", &format!("/projects/{name}")).await.json(), made.json(), "{name:?}");
    }
    for blank in [json!(""), json!(null)] {
        let made = app.v3_post("ada", "/projects", &json!({"name": "New", "identifier": blank})).await.json();
        assert_eq!(made["identifier"], format!("new-{}", made["id"]), "{blank:?}");
    }
}

#[both_engines]
async fn a_derived_identifier_stays_unique(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let post = async |identifier: &str| {
        app.v3_post("ada", "/projects", &json!({"name": "New", "identifier": identifier})).await
    };
    // The identifier of another project is taken, visible or not, for as long as the project has it.
    for name in ["harbor-rollout-53760", "archived-53900"] {
        let answer = post(name).await;
        if identifier(&app, name.rsplit('-').next().expect("an id").parse().expect("an id")).await == name {
            answer.is_hal_error(422, &taken_error());
        }
    }
    assert_eq!(post("harbor-rollout-053760").await.status, 201);
    // A project whose derived identifier is taken gets another one, by which it can be found.
    let next = post("ahead").await.json()["id"].as_i64().expect("an id") + 2;
    assert_eq!(post(&format!("quay-{next}")).await.status, 201);
    let made = app.v3_post("ada", "/projects", &json!({"name": "Quay"})).await.json();
    assert_eq!((&made["id"], &made["identifier"]), (&json!(next), &json!(format!("project-{next}-1"))));
    assert_eq!(app.v3_get("ada", &format!("/projects/project-{next}-1")).await.json(), made);
    let other = app.v3_get("ada", &format!("/projects/quay-{next}")).await.json();
    assert_eq!(other["id"], next - 1);
    // So does a renamed project, on every surface.
    assert_eq!(post("pier-53760").await.status, 201);
    assert_eq!(post("project-53760-1").await.status, 201);
    let title = json!({"workspace": {"title": "Pier"}});
    assert_eq!(app.put("ada", "/workspaces/53760", &title).await.status, 200);
    assert_eq!(identifier(&app, 53760).await, "project-53760-2");
    assert_eq!(app.v3_get("ada", "/projects/project-53760-2").await.json()["id"], 53760);
}

#[both_engines]
async fn of_two_concurrent_writes_one_gets_the_identifier(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"name": "Quay", "identifier": "quay"});
    let post = || app.v3_post("ada", "/projects", &body);
    let answers = tokio::join!(post(), post(), post(), post());
    let mut statuses = [&answers.0, &answers.1, &answers.2, &answers.3].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422]);
}

#[both_engines]
async fn identifiers_are_unique_per_account(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"name": "Quay", "identifier": "quay"});
    let ours = app.v3_post("root", "/projects", &body).await.json();
    let theirs = app.v3_post("zoe", "/projects", &body).await;
    assert_eq!(theirs.status, 201, "{}", theirs.text);
    assert_eq!(app.v3_get("root", "/projects/quay").await.json()["id"], ours["id"]);
    assert_eq!(app.v3_get("zoe", "/projects/quay").await.json()["id"], theirs.json()["id"]);
}

#[both_engines]
async fn forms_and_filters_support_identifiers(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let made =
        app.v3_post("ada", "/projects", &json!({"name": "Quay", "identifier": "long_wall"})).await.json();
    let form =
        async |path: &str, body: Value| app.v3_post("ada", path, &body).await.json()["_embedded"].clone();
    for (path, own) in
        [("/projects/form", json!(null)), ("/projects/53760/form", json!("harbor-rollout-53760"))]
    {
        let shown = form(path, json!({"name": "x", "identifier": "long_wall"})).await;
        assert_eq!(shown["validationErrors"]["identifier"], taken_error(), "{path}");
        assert_eq!(shown["schema"]["identifier"]["writable"], true);
        let shown = form(path, json!({"name": "x", "identifier": "x y"})).await;
        assert_eq!(shown["validationErrors"]["identifier"]["message"], "Identifier is invalid.");
        let shown = form(path, json!({"name": "Harbor rollout"})).await;
        assert_eq!((&shown["payload"]["identifier"], &shown["validationErrors"]), (&own, &json!({})));
        let shown = form(path, json!({"name": "x", "identifier": "wall"})).await;
        assert_eq!(shown["payload"]["identifier"], "wall");
    }
    let found = async |filter: Value| {
        let filters =
            percent_encoding::utf8_percent_encode(&filter.to_string(), percent_encoding::NON_ALPHANUMERIC)
                .to_string();
        app.v3_get("ada", &format!("/projects?filters={filters}")).await.element_ids()
    };
    let id = made["id"].as_i64().expect("an id");
    for (operator, text) in [("=", "Long_Wall"), ("=", "quay"), ("~", "G_W"), ("~", "qua")] {
        let filter = json!([{"name_and_identifier": {"operator": operator, "values": [text]}}]);
        assert_eq!(found(filter).await, [id], "{operator} {text}");
    }
}

#[tokio::test]
async fn the_archive_contains_identifiers() {
    let chosen = json!({"identifier": "alpha"});
    let line = workspace(54001, "Alpha", &chosen);
    assert!(line.contains("\"identifier\":\"alpha\""), "{line}");
    let mut carried = None;
    for engine in [Engine::Sqlite, Engine::Postgres, Engine::Sqlite] {
        let app = TestApp::harbor(engine).await;
        app.import(&line).await.expect("a workspace");
        assert_eq!(identifier(&app, 54001).await, "alpha");
        let archive = app.export().await;
        assert_eq!(archive.matches("\"identifier\"").count(), 1, "{archive}");
        assert_eq!(carried.get_or_insert_with(|| archive.clone()), &archive);
        assert_eq!(app.import(&line).await.expect("the same").unchanged, 1);
    }
}

#[both_engines]
async fn an_archive_with_a_duplicate_identifier_is_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let with = |id, title: &str, identifier: Value| workspace(id, title, &json!({"identifier": identifier}));
    let taken = "another workspace of the account has its `identifier`";
    let rules = "`identifier` breaks the rules of identifiers";
    let cases = [
        (with(54001, "A", json!("same")), with(54002, "B", json!("same")), 3, taken),
        (with(54001, "A", json!("b-54002")), with(54002, "B", json!(null)), 2, taken),
        (with(54001, "A", json!(null)), with(54002, "B", json!("a-54001")), 2, taken),
        (with(54001, "A", json!("harbor-rollout-53760")), with(54002, "B", json!(null)), 2, taken),
        (with(54001, "A", json!("B C")), with(54002, "B", json!(null)), 2, rules),
        (with(54001, "A", json!("a")), with(54002, "B", json!("form")), 3, rules),
    ];
    for (one, other, line, reason) in cases {
        let error = app.import(&format!("{one}\n{other}")).await.expect_err("two of a name");
        assert_eq!(error.to_string(), format!("line {line}: {reason}"), "{one}");
    }
}
