//! Stories of timelines through HTTP, on both engines.

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use super::{Engine, TestApp, change, lines, report, with};

async fn get_timeline(app: &TestApp, query: &str) -> Value {
    let answer = app.own("vera", Method::GET, &format!("/workspaces/53760/timeline?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()
}

fn ids(lane: &Value, name: &str) -> Vec<Option<i64>> {
    lane.as_array().unwrap().iter().map(|one| one[name].as_i64()).collect()
}

#[both_engines]
async fn a_timeline_has_reports_and_status_changes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("vera", Method::GET, "/workspaces/53760/timeline")
        .await
        .is_exactly(include_str!("timeline.json"));
}

#[both_engines]
async fn a_range_of_days_limits_both_lanes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([change(4078, "2026-02-05T12:00:00Z")])).await.unwrap();
    let cases = [
        ("", json!([null, 4077, 4078]), json!([907, 901])),
        ("from=2026-02-03", json!([4077, 4078]), json!([907])),
        ("to=2026-02-02", json!([null, 4077]), json!([901])),
        ("from=2026-02-02&to=2026-02-02", json!([4077]), json!([901])),
        ("to=2026-01-01", json!([]), json!([])),
        ("from=2026-02-10", json!([4078]), json!([])),
    ];
    for (query, changes, reports) in cases {
        let timeline = get_timeline(&app, query).await;
        let lanes = (ids(&timeline["lifecycle"], "change_id"), ids(&timeline["health"], "id"));
        assert_eq!((json!(lanes.0), json!(lanes.1)), (changes, reports), "{query}");
    }
    // Changes outside the range are taken into account.
    let before = get_timeline(&app, "from=2026-02-03&to=2026-02-04").await;
    assert_eq!(before["lifecycle"][0]["to"], "2026-02-05T12:00:00Z");
    assert_eq!(get_timeline(&app, "from=2026-02-09").await["health"][0]["changed"]["color"], true);
}

#[both_engines]
async fn marks_are_paged_and_each_is_compared_with_the_previous_one(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let later = (1..=5).map(|id| with(report(id), &json!({"description": format!("Day {id}.\nMore.")})));
    app.import(&lines(later)).await.unwrap();
    let (mut path, mut seen, mut changed) = ("/workspaces/53760/timeline?limit=3".to_owned(), vec![], vec![]);
    loop {
        let answer = app.own("ada", Method::GET, &path).await;
        let timeline = answer.json();
        seen.extend(ids(&timeline["health"], "id"));
        changed.extend(
            timeline["health"].as_array().unwrap().iter().map(|mark| mark["changed"]["color"].clone()),
        );
        let link = answer.headers[header::LINK].to_str().unwrap();
        let Some(cursor) = timeline["next_cursor"].as_str() else { break };
        path = format!("/workspaces/53760/timeline?limit=3&cursor={cursor}");
        assert!(link.contains(&format!("<{}{path}>; rel=\"next\"", native::ROOT)), "{link}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1, 907, 901].map(Some));
    assert_eq!(json!(changed), json!([false, false, false, false, true, true, null]));
    let last = get_timeline(&app, "limit=1").await;
    assert_eq!(last["health"][0]["summary"], "Day 5.");
    assert!(get_timeline(&app, "limit=5&from=2026-02-16").await["next_cursor"].is_null());
}

#[both_engines]
async fn a_workspace_without_changes_has_its_initial_status(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let timeline = app.own("max", Method::GET, "/workspaces/53800/timeline").await.json();
    assert_eq!(
        timeline["lifecycle"],
        json!([{"status": {"key": 100, "message": "Backlog", "color": "grey"}, "from": "2026-01-05T18:00:00Z",
            "to": null, "seconds": 3_621_603, "change_id": null, "moved_by": null, "reason": null}])
    );
    assert_eq!(timeline["health"], json!([]));
}
