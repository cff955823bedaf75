//! What clients request first: the root and the configuration
//! (`docs/contracts/openproject.md#root-and-configuration`), the caller (`docs/contracts/openproject.md#users`), and
//! the project statuses (`docs/contracts/openproject.md#project-statuses`).

use macros::both_engines;
use serde_json::json;

use super::one_line;
use crate::{Engine, TestApp};

#[both_engines]
async fn the_root_links_to_the_served_resources(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    let links = r#""self":{"href":"/api/v3"},"configuration":{"href":"/api/v3/configuration"},
        "priorities":{"href":"/api/v3/priorities"},"projects":{"href":"/api/v3/projects"},
        "statuses":{"href":"/api/v3/statuses"},"types":{"href":"/api/v3/types"},
        "workPackages":{"href":"/api/v3/work_packages"}"#;
    let expected = format!(
        r#"{{"_type":"Root","instanceName":"Statuary","coreVersion":"16.0.0","_links":{{{links},
        "user":{{"href":"/api/v3/users/2500","title":"Root Admin"}}}}}}"#
    );
    app.v3_get("root", "").await.shows_hal(200, &one_line(&expected));
    let expected = format!(
        r#"{{"_type":"Root","instanceName":"Statuary","_links":{{{links},
        "user":{{"href":"/api/v3/users/2545","title":"Ada Park"}}}}}}"#
    );
    app.v3_get("ada", "/").await.shows_hal(200, &one_line(&expected));
    let expected = format!(r#"{{"_type":"Root","instanceName":"Statuary","_links":{{{links}}}}}"#);
    app.v3_get("", "").await.shows_hal(200, &one_line(&expected));
}

#[both_engines]
async fn every_link_of_the_root_resolves(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let root = app.v3_get("ada", "").await.json();
    for link in root["_links"].as_object().expect("links").values() {
        let path = link["href"].as_str().and_then(|href| href.strip_prefix("/api/v3")).expect("a path");
        assert_eq!(app.v3_get("ada", path).await.status, 200, "{path}");
    }
}

#[both_engines]
async fn the_configuration_names_the_host(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let expected = |host: &str| {
        one_line(&format!(
            r#"{{"_type":"Configuration","maximumAttachmentFileSize":0,"maximumAPIV3PageSize":1000,
            "hostName":"{host}","perPageOptions":[20,100],"activeFeatureFlags":[],
            "_links":{{"self":{{"href":"/api/v3/configuration"}}}}}}"#
        ))
    };
    let get = axum::http::Method::GET;
    let headers = [("authorization", "Bearer ada"), ("host", "harbor.example:8080")];
    app.v3(get.clone(), "/configuration", &headers, "")
        .await
        .shows_hal(200, &expected("harbor.example:8080"));
    let app = app.set(|settings| settings.public_url = Some("https://status.example".into()));
    app.v3(get, "/configuration", &headers, "").await.shows_hal(200, &expected("status.example"));
}

const ADA: &str = r#"{"_type":"User","id":2545,"name":"Ada Park","login":"ada@example.com","firstName":"Ada",
    "lastName":"Park","email":"ada@example.com","admin":false,"avatar":"https://files.example/ada.png",
    "status":"active","language":"en","_links":{"self":{"href":"/api/v3/users/2545","title":"Ada Park"}}}"#;

#[both_engines]
async fn users_me_returns_the_caller(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    app.v3_get("ada", "/users/me").await.shows_hal(200, &one_line(ADA));
    let root = app.v3_get("root", "/users/me").await.json();
    assert_eq!((&root["admin"], &root["avatar"]), (&json!(true), &json!(null)));
    let anonymous = r#"{"_type":"User","id":0,"name":"Anonymous","login":"","firstName":"",
        "lastName":"Anonymous","email":null,"admin":false,"avatar":null,"status":"active","language":"en",
        "_links":{"self":{"href":"/api/v3/users/0","title":"Anonymous"}}}"#;
    app.v3_get("", "/users/me").await.shows_hal(200, &one_line(anonymous));
}

#[both_engines]
async fn a_name_of_one_word_is_a_first_name(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let user = |id: i64, name: &str| {
        json!({"kind": "user", "id": id, "account_id": 415, "full_name": name,
            "email_address": format!("u{id}@example.com")})
        .to_string()
    };
    app.import(&[user(9001, "Cher"), user(9002, "Ana de la Cruz")].join("\n")).await.expect("people");
    for (id, first, last) in [(9001, "Cher", ""), (9002, "Ana de la", "Cruz")] {
        let user = app.v3_get("root", &format!("/users/{id}")).await.json();
        assert_eq!(
            (&user["firstName"], &user["lastName"]),
            (&json!(first), &json!(last)),
            "{id:?} {first:?}"
        );
    }
}

#[both_engines]
async fn users_see_the_members_of_their_workspaces(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    for token in ["root", "ada", "bo", "cleo"] {
        app.v3_get(token, "/users/2545").await.shows_hal(200, &one_line(ADA));
    }
    for (token, id) in [("olaf", "2545"), ("ada", "2580"), ("zoe", "2545"), ("root", "3000"), ("", "2545")] {
        app.v3_get(token, &format!("/users/{id}")).await.is_not_found();
    }
    for id in ["0", "-1", "+2545", "bogus", "2545.5", "99999999999999999999", "%00"] {
        app.v3_get("ada", &format!("/users/{id}")).await.is_not_found();
    }
}

#[both_engines]
async fn there_are_six_project_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let six = [
        ("on_track", "On track"),
        ("at_risk", "At risk"),
        ("off_track", "Off track"),
        ("not_started", "Not started"),
        ("finished", "Finished"),
        ("discontinued", "Discontinued"),
    ];
    for (code, name) in six {
        let expected = format!(
            r#"{{"_type":"ProjectStatus","id":"{code}","name":"{name}",
            "_links":{{"self":{{"href":"/api/v3/project_statuses/{code}","title":"{name}"}}}}}}"#
        );
        // They require no permission.
        app.v3_get("olaf", &format!("/project_statuses/{code}")).await.shows_hal(200, &one_line(&expected));
    }
    for code in ["On_track", "on-track", "on_track%20", "0", "5", "me"] {
        app.v3_get("ada", &format!("/project_statuses/{code}")).await.is_not_found();
    }
}
