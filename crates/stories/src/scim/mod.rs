//! Stories of SCIM: the requests of Entra ID and of Okta as they document them, on both engines.

mod search;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

async fn sent(
    app: &TestApp,
    token: &str,
    method: Method,
    path: &str,
    body: &Value,
    more: (&str, &str),
) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", &*authorization), ("content-type", "application/scim+json"), more];
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let answer = app.request(method, &format!("/scim/v2{path}"), &headers, &text).await;
    assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
    if !answer.text.is_empty() {
        assert_eq!(answer.header("content-type"), "application/scim+json", "{path}: {answer:?}");
    }
    answer
}

/// Sends a request of the directory, and returns what it gets if that has a status.
#[track_caller]
fn expect(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{answer:?}");
    if answer.text.is_empty() { Value::Null } else { serde_json::from_str(&answer.text).expect("JSON") }
}

async fn scim(app: &TestApp, method: Method, path: &str, body: &Value, status: u16) -> Value {
    expect(&sent(app, "root", method, path, body, ("accept", "application/scim+json")).await, status)
}

async fn get(app: &TestApp, path: &str) -> Value {
    scim(app, Method::GET, path, &Value::Null, 200).await
}

/// A change with one operation.
fn patch(operation: &Value) -> Value {
    json!({ "schemas": [PATCH], "Operations": [operation] })
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().expect("an id").to_owned()
}

fn without_version(mut resource: Value) -> Value {
    let version = resource["meta"].as_object_mut().and_then(|meta| meta.remove("version"));
    assert!(version.is_some_and(|version| version.as_str().is_some_and(|text| text.starts_with("W/\""))));
    resource
}

fn member_ids(group: &Value) -> Vec<&str> {
    group["members"].as_array().into_iter().flatten().filter_map(|member| member["value"].as_str()).collect()
}

#[both_engines]
async fn entra_id_provisions_people(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let none = get(&app, "/Users?filter=userName+eq+%226a3f0b1e-0c5d-4b51-9d5e-8b3f52f2c3a1%22").await;
    let list = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    assert_eq!(
        none,
        json!({"schemas": [list], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []})
    );
    let new = json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1",
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": "Test_User_fd0ea19b@testuser.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Given Family", "familyName": "Family", "givenName": "Given"},
        "roles": [],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Quay"},
    });
    let answer = sent(&app, "root", Method::POST, "/Users", &new, ("accept", "*/*")).await;
    let made = expect(&answer, 201);
    let path = format!("/Users/{}", id(&made));
    let location = made["meta"]["location"].as_str().expect("a location").to_owned();
    assert!(location.ends_with(&format!("/scim/v2{path}")), "{location}");
    assert_eq!(
        (answer.header("location"), answer.header("etag")),
        (&*location, made["meta"]["version"].as_str().expect("a tag"))
    );
    assert_eq!(
        without_version(made.clone()),
        json!({
            "schemas": [USER],
            "id": id(&made),
            "userName": "Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1",
            "name": {"formatted": "Given Family", "givenName": "Given", "familyName": "Family"},
            "displayName": "Given Family",
            "active": true,
            "emails": [{"value": "Test_User_fd0ea19b@testuser.com", "type": "work", "primary": true}],
            "meta": {"resourceType": "User", "location": location, "created": "2026-02-16T16:00:03Z",
                "lastModified": "2026-02-16T16:00:03Z"},
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        })
    );
    let taken = scim(&app, Method::POST, "/Users", &new, 409).await;
    assert_eq!(
        (&taken["scimType"], &taken["status"], &taken["schemas"][0]),
        (&json!("uniqueness"), &json!("409"), &json!("urn:ietf:params:scim:api:messages:2.0:Error"))
    );
    assert_eq!(get(&app, &path).await, made);
    for filter in [
        "userName+eq+%22test_user_AB6490ee-1e48-479e-a20b-2d77186b5dd1%22",
        "externalId+eq+%220a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef%22",
    ] {
        assert_eq!(
            get(&app, &format!("/Users?filter={filter}")).await["Resources"],
            json!([made]),
            "{filter}"
        );
    }
    let changes = json!({"schemas": [PATCH], "Operations": [
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "updatedEmail@microsoft.com"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
        {"op": "Add", "path": "title", "value": "Quay lead"},
        {"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "X"},
    ]});
    let patched = scim(&app, Method::PATCH, &path, &changes, 200).await;
    assert_eq!(patched["emails"][0]["value"], "updatedEmail@microsoft.com");
    assert_eq!(
        (&patched["displayName"], &patched["title"]),
        (&json!("Given updatedFamilyName"), &json!("Quay lead"))
    );
    let renamed = patch(&json!({"op": "Replace", "path": "userName", "value": "5b50642d@testuser.com"}));
    assert_eq!(scim(&app, Method::PATCH, &path, &renamed, 200).await["userName"], "5b50642d@testuser.com");
    // The store has what the directory says, on every surface.
    let native = app.own("root", Method::GET, &path.to_lowercase()).await.json();
    assert_eq!(
        (&native["email_address"], &native["headline"]),
        (&json!("updatedEmail@microsoft.com"), &json!("Quay lead"))
    );

    // Both forms with which Entra ID deactivates.
    for value in [json!(false), json!("False")] {
        let off = patch(&json!({"op": "Replace", "path": "active", "value": value}));
        assert_eq!(scim(&app, Method::PATCH, &path, &off, 200).await["active"], false, "{value}");
        let on = patch(&json!({"op": "Replace", "path": "active", "value": "True"}));
        assert_eq!(scim(&app, Method::PATCH, &path, &on, 200).await["active"], true);
    }
    scim(&app, Method::DELETE, &path, &Value::Null, 204).await;
    let kept = app.own("root", Method::GET, &path.to_lowercase()).await.json();
    assert_eq!((&kept["active"], &kept["full_name"]), (&json!(false), &json!("Given updatedFamilyName")));
    // For the directory the person is gone, until it creates them again: then it is the same person.
    scim(&app, Method::GET, &path, &Value::Null, 404).await;
    let again = json!({"schemas": [USER], "userName": "5b50642d@testuser.com", "displayName": "Back Again",
        "emails": [{"primary": true, "type": "work", "value": "updatedEmail@microsoft.com"}]});
    let again = scim(&app, Method::POST, "/Users", &again, 201).await;
    assert_eq!(
        (id(&again), &again["active"], &again["displayName"]),
        (id(&made), &json!(true), &json!("Back Again"))
    );
    // Without an address: mail goes nowhere, and the directory sees none.
    let bare =
        scim(&app, Method::POST, "/Users", &json!({"schemas": [USER], "userName": "night shift"}), 201).await;
    assert_eq!((bare.get("emails"), &bare["displayName"]), (None, &json!("night shift")));
}

#[both_engines]
async fn okta_provisions_people(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let first = get(&app, "/Users?startIndex=1&count=2").await;
    assert_eq!((&first["totalResults"], &first["itemsPerPage"]), (&json!(7), &json!(2)));
    assert_eq!(first["Resources"][1]["userName"], "ada@example.com");
    let last = get(&app, "/Users?startIndex=7&count=100").await;
    assert_eq!(
        (&last["startIndex"], &last["Resources"][0]["userName"]),
        (&json!(7), &json!("olaf@example.com"))
    );
    let mut user = json!({
        "schemas": [USER],
        "userName": "test.user@okta.local",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": "test.user@okta.local", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    });
    let made = scim(&app, Method::POST, "/Users", &user, 201).await;
    let path = format!("/Users/{}", id(&made));
    user["name"]["givenName"] = "Another".into();
    user["displayName"] = "Another User".into();
    user["id"] = made["id"].clone();
    user["meta"] = made["meta"].clone();
    assert_eq!(scim(&app, Method::PUT, &path, &user, 200).await["name"]["formatted"], "Another User");
    let off = patch(&json!({"op": "replace", "value": {"active": false}}));
    assert_eq!(scim(&app, Method::PATCH, &path, &off, 200).await["active"], false);
    // Ada, whom the directory takes over, loses her token and her session at once.
    let mut browser = Browser::of(&app, "ada").await;
    let ada = get(&app, "/Users?filter=userName%20eq%20%22ada@example.com%22&startIndex=1&count=100").await;
    assert_eq!(id(&ada["Resources"][0]), "2545");
    assert_eq!(scim(&app, Method::PATCH, "/Users/2545", &off, 200).await["active"], false);
    assert_eq!(app.own("ada", Method::GET, "/me").await.status, 401);
    assert_eq!(browser.get("/").await.status, 303);
    let on = patch(&json!({"op": "replace", "value": {"active": true}}));
    scim(&app, Method::PATCH, "/Users/2545", &on, 200).await;
    assert_eq!(app.own("ada", Method::GET, "/me").await.status, 401);
    assert_eq!(browser.get("/").await.status, 303);
    let reports = app.own("root", Method::GET, "/status_reports?author_id=2545").await.json();
    assert_eq!(reports["status_reports"].as_array().map(Vec::len), Some(2));
    // The last active administrator stays.
    let refused = scim(&app, Method::PATCH, "/Users/2500", &off, 400).await;
    assert_eq!(refused["scimType"], "invalidValue");
    scim(&app, Method::DELETE, "/Users/2500", &Value::Null, 400).await;
}

#[both_engines]
async fn directories_keep_groups_and_one_of_them_makes_administrators(engine: Engine) {
    let app =
        TestApp::harbor(engine).await.set(|settings| settings.scim_administrators = Some("Owners".into()));
    let entra = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
        "displayName": "displayName",
        "meta": {"resourceType": "Group"},
    });
    let made = scim(&app, Method::POST, "/Groups", &entra, 201).await;
    let path = format!("/Groups/{}", id(&made));
    assert_eq!(made["members"], json!([]));
    assert_eq!(get(&app, &format!("{path}?excludedAttributes=members")).await.get("members"), None);
    let found = get(&app, "/Groups?excludedAttributes=members&filter=displayName+eq+%22DisplayName%22").await;
    assert_eq!((&found["totalResults"], id(&found["Resources"][0])), (&json!(1), id(&made)));
    scim(&app, Method::POST, "/Groups", &entra, 409).await;
    let op =
        |kind: &str, path: &str, value: &Value| patch(&json!({"op": kind, "path": path, "value": value}));
    let renamed = op("Replace", "displayName", &json!("owners"));
    assert_eq!(scim(&app, Method::PATCH, &path, &renamed, 200).await["displayName"], "owners");
    let administrators = async || {
        let users = app.own("root", Method::GET, "/users").await.json();
        let users = users["users"].as_array().expect("people").clone();
        let ids =
            users.iter().filter(|user| user["administrator"] == true).filter_map(|user| user["id"].as_i64());
        let mut ids: Vec<i64> = ids.collect();
        ids.sort_unstable();
        ids
    };
    let both = json!([{"$ref": null, "value": "2545"}, {"$ref": null, "value": "2551"}]);
    let added = scim(&app, Method::PATCH, &path, &op("Add", "members", &both), 200).await;
    assert_eq!(member_ids(&added), ["2545", "2551"]);
    assert_eq!(administrators().await, [2500, 2545, 2551]);
    let ada = get(&app, "/Users/2545").await;
    assert_eq!((&ada["groups"][0]["display"], &ada["groups"][0]["value"]), (&json!("owners"), &made["id"]));
    let one = json!([{"$ref": null, "value": "2545"}]);
    let left = scim(&app, Method::PATCH, &path, &op("Remove", "members", &one), 200).await;
    assert_eq!((member_ids(&left), administrators().await), (vec!["2551"], vec![2500, 2551]));
    scim(&app, Method::PATCH, &path, &op("Add", "members", &json!([{"value": "3000"}])), 400).await;

    // As Okta does it: by a filter, by a value without a path, and as a whole.
    let removal = patch(&json!({"op": "remove", "path": "members[value eq \"2551\"]"}));
    assert_eq!(scim(&app, Method::PATCH, &path, &removal, 200).await["members"], json!([]));
    let renamed = patch(&json!({"op": "replace", "value": {"id": made["id"], "displayName": "Owners"}}));
    assert_eq!(scim(&app, Method::PATCH, &path, &renamed, 200).await["displayName"], "Owners");
    let whole = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Owners",
        "members": [{"value": "2560", "display": "vera@example.com"}]});
    assert_eq!(member_ids(&scim(&app, Method::PUT, &path, &whole, 200).await), ["2560"]);
    assert_eq!(administrators().await, [2500, 2560]);
    scim(&app, Method::DELETE, &path, &Value::Null, 204).await;
    scim(&app, Method::GET, &path, &Value::Null, 404).await;
    assert_eq!(administrators().await, [2500]);
}

#[both_engines]
async fn wrong_requests_are_refused_in_the_form_of_scim(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let path = "/Users/2545";
    for (method, path, body, status, kind) in [
        (Method::GET, "/Users?filter=title+eq+%22a%22", Value::Null, 400, "invalidFilter"),
        (Method::GET, "/Users?filter=userName+sw+%22a%22", Value::Null, 400, "invalidFilter"),
        (Method::GET, "/Users?count=many", Value::Null, 400, "invalidValue"),
        (Method::GET, "/Users/x", Value::Null, 404, ""),
        (Method::GET, "/Nothing", Value::Null, 404, ""),
        (Method::POST, "/Users", json!({"emails": [{"value": "eve@example.com"}]}), 400, "invalidValue"),
        (
            Method::POST,
            "/Users",
            json!({"userName": "eve", "emails": [{"value": "eve"}]}),
            400,
            "invalidValue",
        ),
        (Method::POST, "/Users", json!({"userName": "ada@example.com"}), 409, "uniqueness"),
        (Method::POST, "/Users", json!([]), 400, "invalidSyntax"),
        (
            Method::PATCH,
            path,
            patch(&json!({"op": "replace", "path": "id", "value": "1"})),
            400,
            "mutability",
        ),
        (
            Method::PATCH,
            path,
            patch(&json!({"op": "replace", "path": "a[", "value": "1"})),
            400,
            "invalidPath",
        ),
        (Method::PATCH, path, patch(&json!({"op": "remove"})), 400, "noTarget"),
        (
            Method::PATCH,
            path,
            patch(&json!({"op": "replace", "path": "active", "value": "maybe"})),
            400,
            "invalidValue",
        ),
        (Method::PUT, path, json!({"userName": "bo@example.com"}), 409, "uniqueness"),
        (Method::PUT, "/Users", json!({}), 405, ""),
    ] {
        let error = scim(&app, method.clone(), path, &body, status).await;
        assert_eq!(error["scimType"].as_str().unwrap_or_default(), kind, "{method} {path}: {error}");
        assert_eq!(error["status"], status.to_string());
    }
    // Conditions.
    let tag = get(&app, path).await["meta"]["version"].as_str().expect("a tag").to_owned();
    let same = sent(&app, "root", Method::GET, path, &Value::Null, ("if-none-match", &tag)).await;
    assert_eq!(same.status, 304);
    let title = patch(&json!({"op": "add", "path": "title", "value": "Harbor master"}));
    let stale = ("if-match", "W/\"other\"");
    assert_eq!(sent(&app, "root", Method::PATCH, path, &title, stale).await.status, 412);
    assert_eq!(sent(&app, "root", Method::PATCH, path, &title, ("if-match", &tag)).await.status, 200);
    // Discovery.
    let configuration = get(&app, "/ServiceProviderConfig").await;
    assert_eq!(
        (&configuration["patch"]["supported"], &configuration["filter"]["maxResults"]),
        (&json!(true), &json!(200))
    );
    assert_eq!(get(&app, "/ResourceTypes").await["totalResults"], 2);
    assert_eq!(get(&app, &format!("/Schemas/{USER}")).await["id"], USER);
}
