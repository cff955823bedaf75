//! Stories of forms, which validate a write.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Answer, Engine, TestApp};

async fn post(app: &TestApp, caller: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Bearer {caller}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    app.request(Method::POST, path, &headers, &body.to_string()).await
}

#[both_engines]
async fn a_valid_form_can_be_committed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let body = json!({ "name": "Dock", "statusExplanation": { "raw": "Ready" },
        "_links": { "status": { "href": "/api/v3/project_statuses/on_track" } } });
    let form = post(&app, "ada", "/api/v3/projects/form", &body).await.json();
    assert_eq!(form["_type"], "Form");
    assert_eq!(form["_embedded"]["validationErrors"], json!({}));
    assert_eq!(form["_embedded"]["schema"]["_type"], "Schema");
    assert_eq!(form["_links"]["self"], json!({ "href": "/api/v3/projects/form", "method": "post" }));
    assert_eq!(form["_links"]["commit"], json!({ "href": "/api/v3/projects", "method": "post" }));
    assert_eq!(app.export().await, before);
    let made = post(&app, "ada", "/api/v3/projects", &form["_embedded"]["payload"]).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["_embedded"]["status"]["id"], "on_track");
}

#[both_engines]
async fn a_form_lists_validation_errors(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/api/v3/projects/form", "/api/v3/projects/53760/form"] {
        let cases = [
            (json!({ "name": "" }), "name", "PropertyConstraintViolation"),
            (json!({ "name": "x", "active": "yes" }), "active", "PropertyFormatError"),
            (
                json!({ "name": "x", "_links": { "status": { "href": "/api/v3/statuses/1" } } }),
                "status",
                "ResourceTypeMismatch",
            ),
        ];
        for (body, attribute, kind) in cases {
            let form = post(&app, "ada", path, &body).await;
            assert_eq!(form.status, 200, "{}", form.text);
            let form = form.json();
            let error = &form["_embedded"]["validationErrors"][attribute]["errorIdentifier"];
            assert_eq!(error, &format!("urn:openproject-org:api:v3:errors:{kind}"), "{form}");
            assert!(form["_links"].get("commit").is_none(), "{path:?} {body:?} {attribute:?}");
        }
    }
    // Creating requires a name; changing does not.
    let of = async |path: &str| post(&app, "ada", path, &json!({})).await.json();
    assert!(of("/api/v3/projects/form").await["_embedded"]["validationErrors"]["name"].is_object());
    let change = of("/api/v3/projects/53760/form").await;
    assert_eq!(change["_links"]["commit"], json!({ "href": "/api/v3/projects/53760", "method": "patch" }));
    assert_eq!(change["_embedded"]["payload"]["name"], "Harbor rollout");
}
