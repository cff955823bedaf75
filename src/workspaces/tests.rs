//! Stories of workspaces, through HTTP, on both engines.

use rstest::rstest;
use serde_json::json;

use crate::testing::{Engine, TestApp};

#[rstest]
#[tokio::test]
async fn a_day_before_the_year_zero_cannot_be_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::harbor(engine).await;
    let day = json!({"workspace": {"title": "Forum", "due_date": "-000100-01-01"}});
    app.post("root", "/workspaces", &day).await.is_system_error(400, "due_date is not a date");
}

#[rstest]
#[tokio::test]
async fn a_request_that_fails_takes_no_id(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let bad = json!({"workspaces": [{"title": "Lock"}, {"title": " "}]});
    let error =
        json!([{"type": "validation", "message": "Title can't be blank", "field": "title", "index": 1}]);
    app.post("root", "/workspaces", &bad).await.is_error(422, &error);
    assert_eq!(
        app.post("root", "/workspaces", &json!({"workspace": {"title": "Lock"}})).await.ids(),
        [60001]
    );
}
