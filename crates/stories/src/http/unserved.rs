//! Stories of paths that no route serves, in the form of the errors of their surface.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::{Answer, Engine, TestApp};

async fn request(app: &TestApp, method: Method, path: &str, header: (&str, &str)) -> Answer {
    app.request(method, path, &[header, ("authorization", "Bearer ada")], "").await
}

#[both_engines]
async fn a_path_below_an_api_is_answered_in_the_form_of_its_errors(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let html = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for method in [Method::GET, Method::POST, Method::DELETE] {
        for path in ["/api/v1", "/api/v1/nothing", "/api/v1/nothing/7.json"] {
            let answer = request(&app, method.clone(), path, html).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, KANTATA), "{path}");
            let error = json!({ "type": "system", "message": "Page not found" });
            assert_eq!(answer.json(), json!({ "errors": [error] }), "{method} {path}");
        }
        let unowned = ["/api", "/api/v2/statuses", "/api/v10", "/api/statuary", "/api/statuary/v2/me.json"];
        for path in ["/api/statuary/v1", "/api/statuary/v1/nothing"].iter().chain(&unowned) {
            let answer = request(&app, method.clone(), path, html).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, PROBLEM), "{path}");
            assert_eq!(answer.header("cache-control"), "private, no-store", "{method} {path}");
            assert_eq!(answer.json()["status"], 404, "{method} {path}");
        }
    }
    // A write needs a content type on this surface, whatever its path.
    for path in ["/api/v3/nothing", "/api/v3/projects/7/nothing"] {
        let answer = request(&app, Method::GET, path, html).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["_type"]), (404, &json!("Error")), "{path}");
    }
    let answer = app.request(Method::GET, "/api/v2/statuses", &[], "").await;
    let problem = json!({
        "type": "/problems/not-found",
        "title": answer.json()["title"],
        "status": 404,
        "detail": "No API serves this path.",
        "instance": answer.json()["instance"],
    });
    assert_eq!(answer.json(), problem, "without a token");
}

const KANTATA: &str = "application/json; charset=utf-8";
const PROBLEM: &str = "application/problem+json";
