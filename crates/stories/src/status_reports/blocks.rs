//! Deep pages, through HTTP, on both engines.

use macros::both_engines;
use serde_json::json;

use crate::{Engine, TestApp, lines, report};

#[both_engines]
async fn deep_pages_start_at_the_right_row(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // Some blocks of ids are full, some have few rows, some have none.
    let ids = (1000..1700).chain((0..40).map(|n| 20_000 + n * 997)).chain(70_000..70_010);
    let mut expected: Vec<i64> = [901, 907].into_iter().chain(ids.clone()).collect();
    app.import(&lines(ids.map(report))).await.expect("an archive");
    for id in [1000, 1255, 1256, 20_000, 70_009] {
        assert_eq!(app.delete("root", &format!("/status_reports/{id}")).await.status, 204, "{id:?}");
        expected.retain(|one| *one != id);
    }
    let made = json!({"status_report": {"workspace_id": 53800, "color": "red", "description": "Last."}});
    expected.extend(app.post("root", "/status_reports", &made).await.ids());
    for offset in
        [0, 1, 255, 256, 257, 300, 511, 600, 694, 695, 696, 700, 720, 735, 740, 744, 745, 746, 100_000]
    {
        let list = app.get("root", &format!("/status_reports?limit=7&offset={offset}")).await;
        let wanted: Vec<i64> = expected.iter().copied().skip(offset).take(7).collect();
        assert_eq!(list.ids(), wanted, "{offset}");
        assert_eq!(list.json()["count"], json!(expected.len()));
    }
}
