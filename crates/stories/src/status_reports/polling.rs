//! A client that polls as described in docs/how-to/poll-for-changes.md misses no change, even within one second.

use std::collections::BTreeMap;

use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp};

/// The overlap of the documented rule.
const OVERLAP: i64 = 300;

/// A client's copy of the reports.
#[derive(Default)]
struct Copy(BTreeMap<i64, Value>);

impl Copy {
    async fn poll(&mut self, app: &TestApp) {
        let after = app.app.clock.now().plus_seconds(-OVERLAP);
        let answer = app.get("root", &format!("/status_reports?per_page=200&updated_after={after}")).await;
        let body = answer.json();
        for id in answer.ids() {
            self.0.insert(id, body["status_reports"][id.to_string()].clone());
        }
    }
}

async fn write(app: &TestApp, id: Option<i64>, description: &str) -> i64 {
    let report = json!({ "workspace_id": 53760, "color": "green", "description": description });
    let body = json!({ "status_report": report });
    let answer = match id {
        None => app.post("root", "/status_reports", &body).await,
        Some(id) => app.put("root", &format!("/status_reports/{id}"), &body).await,
    };
    answer.ids()[0]
}

#[both_engines]
async fn polling_misses_no_change_within_a_second(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut copy = Copy::default();
    // The clock stands still, so that all of this happens in one second.
    let first = write(&app, None, "one").await;
    copy.poll(&app).await;
    let last_seen = copy.0[&first]["updated_at"].as_str().expect("a time").to_owned();
    let second = write(&app, None, "two").await;
    write(&app, Some(first), "one again").await;
    // The result for a client that requests only rows after the last one that it saw.
    let after = format!("/status_reports?updated_after={last_seen}");
    assert!(app.get("root", &after).await.ids().is_empty());
    copy.poll(&app).await;
    assert_eq!(copy.0[&first]["description"], "one again");
    assert_eq!(copy.0[&second]["description"], "two");
    assert_eq!(copy.0[&first]["updated_at"], last_seen);

    // The feed has each change once.
    let now = app.app.clock.now().plus_seconds(-OVERLAP);
    let feed = app.get("root", &format!("/subscribed_events?per_page=200&created_after={now}")).await;
    let body = feed.json();
    let of = |id: i64| {
        let events = feed.ids().into_iter().map(|event| body["subscribed_events"][event.to_string()].clone());
        events.filter(|event| event["subject_type"] == "StatusReport" && event["subject_id"] == id).count()
    };
    assert_eq!((of(first), of(second)), (2, 1), "{body}");
}
