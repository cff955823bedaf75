//! Rights on reports (docs/contracts/kantata.md#who-may-do-what).

use macros::both_engines;
use serde_json::json;

use crate::{Engine, TestApp};

#[both_engines]
async fn reports_are_visible_to_the_provider_side_and_administrators(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["root", "ada", "bo", "vera", "max"] {
        for path in
            ["/status_reports", "/status_reports?workspace_id=53760", "/status_reports?only=901,907,990"]
        {
            assert_eq!(app.get(token, path).await.ids(), [901, 907], "{token} {path}");
        }
        assert_eq!(app.get(token, "/status_reports/901").await.ids(), [901], "{token}");
    }
    for token in ["cleo", "olaf"] {
        for path in
            ["/status_reports", "/status_reports?workspace_id=53760", "/status_reports?only=901,907,990"]
        {
            let answer = app.get(token, path).await;
            assert_eq!((answer.ids(), answer.meta()), (vec![], (0, 0, 0, 20)), "{token} {path}");
        }
        app.get(token, "/status_reports/901").await.has(404);
    }
}

#[both_engines]
async fn accounts_are_isolated(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(app.get("zoe", "/status_reports").await.ids(), [990]);
    assert_eq!(app.get("zoe", "/status_reports?workspace_id=53760").await.ids(), [0; 0]);
    assert_eq!(app.get("zoe", "/status_reports?only=901,990").await.ids(), [990]);
    app.get("zoe", "/status_reports/901").await.has(404);
    app.get("root", "/status_reports/990").await.has(404);
    assert_eq!(app.get("root", "/status_reports?workspace_id=60000").await.ids(), [0; 0]);
}

#[both_engines]
async fn writing_reports_requires_edit_access(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let new = json!({"status_report": {"workspace_id": 53760, "color": "green", "description": "x"}});
    let changed = json!({"status_report": {"color": "red"}});
    let before = app.export().await;
    for (token, posted, single) in
        [("vera", 403, 403), ("cleo", 403, 404), ("olaf", 404, 404), ("zoe", 404, 404), ("nobody", 401, 401)]
    {
        app.post(token, "/status_reports", &new).await.has(posted);
        app.put(token, "/status_reports/901", &changed).await.has(single);
        app.patch(token, "/status_reports/901", &changed).await.has(single);
        app.delete(token, "/status_reports/901").await.has(single);
    }
    assert_eq!(app.export().await, before);
    for (token, user) in [("root", "2500"), ("ada", "2545"), ("bo", "2551"), ("max", "2561")] {
        let report = app.post(token, "/status_reports", &new).await.object();
        assert_eq!(report["creator_id"], user, "{token:?} {user:?}");
        let path = format!("/status_reports/{}", report["id"].as_str().expect("an id"));
        assert_eq!(app.put(token, &path, &changed).await.object()["updater_id"], user, "{token:?} {user:?}");
        app.patch(token, &path, &changed).await.has(200);
        app.delete(token, &path).await.has(204);
    }
    // What was deleted can be restored.
    let after = app.export().await;
    let kept = ["{\"kind\":\"deleted_status_report\"", "{\"kind\":\"status_report_version\""];
    let rest: Vec<_> = after.lines().filter(|line| !kept.iter().any(|kind| line.starts_with(kind))).collect();
    assert_eq!(rest, before.lines().collect::<Vec<_>>());
}

#[both_engines]
async fn every_route_gets_401_without_a_token(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.get("nobody", "/status_reports").await.has(401);
    app.get("nobody", "/status_reports/901").await.has(401);
    app.post("nobody", "/status_reports", &json!({})).await.has(401);
    app.put("nobody", "/status_reports/901", &json!({})).await.has(401);
    app.patch("nobody", "/status_reports/901", &json!({})).await.has(401);
    app.delete("nobody", "/status_reports/901").await.has(401);
}

#[both_engines]
async fn an_archived_workspace_keeps_its_reports(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let new = json!({"status_report": {"workspace_id": 53900, "color": "green", "description": "x"}});
    let answer = app.post("ada", "/status_reports?include=workspace", &new).await;
    assert_eq!(answer.json()["workspaces"]["53900"]["archived"], true);
    assert_eq!(app.get("ada", "/status_reports?workspace_id=53900").await.ids(), answer.ids());
    app.post("bo", "/status_reports", &new).await.has(404);
}
