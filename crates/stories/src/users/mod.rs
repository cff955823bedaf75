//! Stories of users, through HTTP, on both engines.

mod access;
mod account;
mod erasure;
mod page;

use macros::both_engines;
use serde_json::json;

use super::{Engine, TestApp};

#[both_engines]
async fn users_me_is_the_caller(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("ada", "/users/me.json").await.is_exactly(
        r#"{"count":1,"results":[{"key":"users","id":"2545"}],
        "users":{"2545":{"full_name":"Ada Park","photo_path":"https://files.example/ada.png",
            "email_address":"ada@example.com","headline":"Delivery lead",
            "account_permission":"Collaborator","plan_type":null,"account_id":"415","id":"2545"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
    let root = app.get("root", "/users/me").await.object();
    assert_eq!((&root["account_permission"], &root["id"]), (&json!("Account Administrator"), &json!("2500")));
}

#[both_engines]
async fn private_fields_are_shown_only_to_the_user(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("ada", "/users/2551?include=role&optional_fields=bio").await.is_exactly(
        r#"{"count":1,"results":[{"key":"users","id":"2551"}],
        "users":{"2551":{"full_name":"Bo Lind","photo_path":null,"email_address":"bo@example.com",
            "headline":null,"account_id":"415","id":"2551"}},
        "meta":{"count":1,"page_count":1,"page_number":1,"page_size":20}}"#,
    );
    assert_eq!(app.get("ada", "/users/2545").await.object().get("plan_type"), None);
}

#[both_engines]
async fn administrators_list_everybody_and_others_the_members_of_their_workspaces(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let harbor = [2545, 2551, 2560, 2561, 2570];
    assert_eq!(app.get("root", "/users").await.ids(), [2500, 2545, 2551, 2560, 2561, 2570, 2580]);
    for token in ["ada", "vera", "max", "cleo"] {
        assert_eq!(app.get(token, "/users.json").await.ids(), harbor, "{token}");
    }
    assert_eq!(app.get("olaf", "/users").await.ids(), [2580]);
    assert_eq!(app.get("zoe", "/users").await.ids(), [3000]);
}

#[both_engines]
async fn users_are_paged_and_can_be_requested_by_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let page = app.get("root", "/users?per_page=3&page=3&order=full_name:desc").await;
    let meta = json!({"count": 7, "page_count": 3, "page_number": 3, "page_size": 3});
    assert_eq!((page.ids(), &page.json()["meta"]), (vec![2580], &meta));
    let only = app.get("ada", "/users?only=2561,2580,3000,2545,x&per_page=1&page=2").await;
    let meta = json!({"count": 2, "page_count": 2, "page_number": 2, "page_size": 1});
    assert_eq!((only.ids(), &only.json()["meta"]), (vec![2545, 2561], &meta));
}

#[both_engines]
async fn invisible_users_are_not_found(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, path) in [
        ("ada", "/users/2580"),
        ("ada", "/users/2500"),
        ("olaf", "/users/2545"),
        ("root", "/users/3000"),
        ("root", "/users/1"),
        ("root", "/users/2545x"),
        ("zoe", "/users/2500"),
    ] {
        app.get(token, path).await.is_system_error(404, "Record not found");
    }
}

#[both_engines]
async fn users_cannot_be_written(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let user = json!({"user": {"full_name": "Ada", "email_address": "a@example.com"}});
    app.post("root", "/users", &user).await.is_system_error(404, "Page not found");
    app.put("ada", "/users/me", &user).await.is_system_error(404, "Page not found");
    app.delete("root", "/users/2545").await.is_system_error(404, "Page not found");
}
