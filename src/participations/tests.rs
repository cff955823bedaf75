//! Stories of participations, through HTTP, on both engines.

use rstest::rstest;
use serde_json::json;

use crate::testing::{Engine, TestApp};

#[rstest]
#[tokio::test]
async fn a_request_that_fails_takes_no_id(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let part = json!({"workspace_id": 53800, "user_id": 2580, "role": "maven"});
    let taken = json!([{"type": "validation", "message": "User has already been taken", "field": "user_id",
        "index": 1}]);
    let twice = json!({"participations": [part, part]});
    app.post("root", "/participations", &twice).await.is_error(422, &taken);
    assert_eq!(app.post("root", "/participations", &json!({"participation": part})).await.ids(), [8]);
}
