//! Stories of status reports, through HTTP, on both engines.

use rstest::rstest;
use serde_json::json;

use crate::testing::{Engine, TestApp};

#[rstest]
#[tokio::test]
async fn a_list_with_includes_is_the_worked_example(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::harbor(engine).await;
    let answer = app
        .get("ada", "/status_reports.json?workspace_id=53760&include=creator,workspace,external_references");
    let answer = answer.await;
    assert_eq!(answer.ids(), [901, 907]);
    assert_eq!(
        answer.json()["meta"],
        json!({"count": 2, "page_count": 1, "page_number": 1, "page_size": 20})
    );
}
