//! The log of writes of statuses.

use std::collections::BTreeMap;

use macros::both_engines;
use serde_json::{Value, json};

use super::with_sample_statuses;
use crate::{Engine, TestApp};
use db::Query;

#[both_engines]
async fn every_change_is_logged_and_nothing_is_half_written(engine: Engine) {
    let app = with_sample_statuses(engine).await;
    assert_eq!(app.v3_post("root", "/statuses", &json!({"name": "A", "position": 2})).await.status, 201);
    let body = json!({"position": 1, "isDefault": true});
    assert_eq!(app.v3_patch("root", "/statuses/5", &body).await.status, 200);
    assert_eq!(app.v3_delete("root", "/statuses/3").await.status, 204);
    let events = events(&app).await;
    assert_eq!(replayed(&events), rows(&app).await);
    let written: Vec<_> = events.iter().filter(|event| event.surface == "openproject").collect();
    assert!(written.iter().all(|event| event.actor == Some(2500)));
    assert!(written.iter().all(|event| event.before != event.after));
    let count = |kind: &str| written.iter().filter(|event| event.kind == kind).count();
    // Five shift for the new status, five for the one moved to the top, which changes, too; 2 keeps the position of 3.
    assert_eq!((count("created"), count("updated"), count("deleted")), (1, 11, 1));

    let (before, count) = (app.export().await, events.len());
    for body in [json!({"position": 1, "isDefault": true, "name": ""}), json!({"isDefault": true, "id": 5})] {
        assert_eq!(app.v3_patch("root", "/statuses/2", &body).await.status, 422, "{body:?}");
    }
    assert_eq!(app.v3_post("root", "/statuses", &json!({"name": "a", "position": 1})).await.status, 422);
    assert_eq!(app.v3_delete("root", "/statuses/5").await.status, 422);
    // A write without a change appends no event.
    assert_eq!(app.v3_patch("root", "/statuses/2", &json!({"name": "In Progress"})).await.status, 200);
    assert_eq!((app.export().await, self::events(&app).await.len()), (before, count));
}

#[derive(Debug)]
struct Event {
    kind: String,
    id: i64,
    actor: Option<i64>,
    surface: String,
    before: Option<String>,
    after: Option<String>,
}

/// The events of statuses of account 415, in order.
async fn events(app: &TestApp) -> Vec<Event> {
    const EVENTS: &str = "select kind, subject_id, actor_id, surface, before, after from events
        where account_id = 415 and subject_type = 'status' order by sequence";
    let found = app.app.db.read(|conn| {
        Box::pin(async {
            conn.all(&Query::plain(EVENTS), |row| {
                Ok(Event {
                    kind: row.get(0)?,
                    id: row.get(1)?,
                    actor: row.get(2)?,
                    surface: row.get(3)?,
                    before: row.get(4)?,
                    after: row.get(5)?,
                })
            })
            .await
        })
    });
    found.await.expect("events")
}

/// The rows that result from the events. Asserts that each event has the previous row.
fn replayed(events: &[Event]) -> BTreeMap<i64, Value> {
    let mut rows: BTreeMap<i64, Value> = BTreeMap::new();
    for event in events {
        let read =
            |text: &Option<String>| text.as_deref().map(|text| serde_json::from_str(text).expect("JSON"));
        let before = match read(&event.after) {
            Some(after) => rows.insert(event.id, after),
            None => rows.remove(&event.id),
        };
        assert_eq!(before, read(&event.before), "{event:?}");
    }
    rows
}

/// The current rows.
async fn rows(app: &TestApp) -> BTreeMap<i64, Value> {
    let mut rows = BTreeMap::new();
    for line in app.export().await.lines() {
        let mut record: Value = serde_json::from_str(line).expect("JSON");
        let members = record.as_object_mut().expect("a record");
        let kind = members.remove("kind");
        if kind == Some(json!("status")) && members["account_id"] == 415 {
            rows.insert(members["id"].as_i64().expect("an id"), record);
        }
    }
    rows
}
