//! Invariants of the event log after any writes, on both engines.

mod subscribed;

use std::collections::BTreeMap;

use macros::both_engines;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::requests::{Sent, any_write, cases, run};
use super::{Engine, TestApp};
use base::clock::Time;
use db::Query;

const EVENTS: &str = "select account_id, sequence, previous_hash, at, actor_id, surface, kind, subject_type, subject_id, before, after,
        token_id
    from events order by account_id, sequence";
const HEADS: &str = "select id, event_sequence, event_hash from accounts order by id";

#[derive(Clone, Debug, PartialEq, Eq)]
struct Event {
    account_id: i64,
    sequence: i64,
    previous_hash: Vec<u8>,
    at: Time,
    actor_id: Option<i64>,
    token_id: Option<i64>,
    surface: String,
    kind: String,
    subject: (String, i64),
    before: Option<String>,
    after: Option<String>,
}

impl Event {
    /// The hash of the event, computed again, which the next event must contain.
    fn hash(&self) -> Vec<u8> {
        let mut canonical = json!({
            "account_id": self.account_id, "actor_id": self.actor_id, "after": self.after,
            "at": self.at, "before": self.before, "kind": self.kind, "sequence": self.sequence,
            "subject_id": self.subject.1, "subject_type": self.subject.0, "surface": self.surface,
        });
        if let Some(token_id) = self.token_id {
            canonical["token_id"] = token_id.into();
        }
        let content = Sha256::digest(canonical.to_string());
        Sha256::new().chain_update(&self.previous_hash).chain_update(content).finalize().to_vec()
    }
}

/// All events, account by account.
async fn events(app: &TestApp) -> Vec<Event> {
    let all = app.app.db.read(|conn| {
        Box::pin(async {
            conn.all(&Query::plain(EVENTS), |row| {
                Ok(Event {
                    account_id: row.get(0)?,
                    sequence: row.get(1)?,
                    previous_hash: row.get(2)?,
                    at: Time(row.get(3)?),
                    actor_id: row.get(4)?,
                    surface: row.get(5)?,
                    kind: row.get(6)?,
                    subject: (row.get(7)?, row.get(8)?),
                    before: row.get(9)?,
                    after: row.get(10)?,
                    token_id: row.get(11)?,
                })
            })
            .await
        })
    });
    all.await.expect("events")
}

/// Account, last sequence and last hash.
async fn heads(app: &TestApp) -> Vec<(i64, i64, Vec<u8>)> {
    let all = app.app.db.read(|conn| {
        Box::pin(async {
            conn.all(&Query::plain(HEADS), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
        })
    });
    all.await.expect("accounts")
}

/// The records that result from the events, by kind and id.
fn replayed(events: &[Event]) -> BTreeMap<(String, i64), String> {
    let mut records = BTreeMap::new();
    for event in events {
        let known = match &event.after {
            Some(after) => records.insert(event.subject.clone(), after.clone()),
            None => records.remove(&event.subject),
        };
        assert_eq!(known, event.before, "{event:?}");
        let kind = match (&event.before, &event.after) {
            (None, Some(_)) => "created",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "deleted",
            (None, None) => "nothing",
        };
        assert_eq!(event.kind, kind, "{event:?}");
    }
    records
}

/// The records of an archive, by kind and id, each as its line has it without `kind`; without deleted reports and versions,
/// which follow from the events.
fn exported(archive: &str) -> BTreeMap<(String, i64), String> {
    let record = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line");
        let kind = value["kind"].as_str().expect("a kind").to_owned();
        let rest = line.strip_prefix(&format!("{{\"kind\":\"{kind}\",")).expect("a kind first");
        ((kind, value["id"].as_i64().expect("an id")), format!("{{{rest}"))
    };
    let is_own = |((kind, _), _): &((String, i64), String)| {
        !["deleted_status_report", "status_report_version"].contains(&kind.as_str())
    };
    archive.lines().skip(1).map(record).filter(is_own).collect()
}

/// Asserts that sequence numbers have no gaps, that each event has the hash of the previous one, and that heads are
/// the last events.
fn assert_chained(events: &[Event], heads: &[(i64, i64, Vec<u8>)]) {
    for (account, last, hash) in heads {
        let (mut sequence, mut previous) = (0, vec![0; 32]);
        for event in events.iter().filter(|event| event.account_id == *account) {
            sequence += 1;
            assert_eq!(
                (event.sequence, &event.previous_hash),
                (sequence, &previous),
                "{account:?} {last:?} {event:?}"
            );
            previous = event.hash();
        }
        assert_eq!((last, hash), (&sequence, &previous), "{account:?} {last:?}");
    }
    assert!(events.iter().all(|event| heads.iter().any(|head| head.0 == event.account_id)));
}

async fn history(engine: Engine, requests: Vec<Sent>) {
    let app = TestApp::harbor(engine).await;
    for request in requests {
        let before = events(&app).await.len();
        let answer = request.to(&app).await;
        let written = events(&app).await.len() - before;
        assert_eq!(written > 0, answer.status.is_success(), "{request:?}: {written} events, {}", answer.text);
    }
    let events = events(&app).await;
    assert_eq!(replayed(&events), exported(&app.export().await));
    assert_chained(&events, &heads(&app).await);
    assert_eq!(crate::verify::findings(&app).await, Vec::<String>::new());
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn replaying_any_history_restores_the_records_on_sqlite(requests in vec(any_write(), 40)) {
        run(history(Engine::Sqlite, requests));
    }

    #[test]
    fn replaying_any_history_restores_the_records_on_postgresql(requests in vec(any_write(), 40)) {
        run(history(Engine::Postgres, requests));
    }
}

#[both_engines]
async fn an_event_records_actor_time_surface_and_change(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(60);
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 403}});
    assert_eq!(app.post("max", "/workspace_status_changes", &change).await.status, 200);
    let all = events(&app).await;
    let written: Vec<_> = all.iter().filter(|event| event.actor_id.is_some()).collect();
    let (id, record) =
        (4078, r#""workspace_id":53800,"user_id":2561,"from_status_key":100,"to_status_key":403"#);
    let after = format!(r#"{{"id":{id},{record},"created_at":"2026-02-16T16:01:03Z"}}"#);
    assert_eq!(written.len(), 2);
    assert_eq!(
        *written[0],
        Event {
            account_id: 415,
            sequence: written[0].sequence,
            previous_hash: written[0].previous_hash.clone(),
            at: crate::time("2026-02-16T16:01:03Z"),
            actor_id: Some(2561),
            token_id: Some(5),
            surface: "kantata".into(),
            kind: "created".into(),
            subject: ("workspace_status_change".into(), id),
            before: None,
            after: Some(after),
        }
    );
    assert_eq!((written[1].kind.as_str(), &written[1].subject), ("updated", &("workspace".into(), 53800)));
    let imported = all.iter().filter(|event| event.actor_id.is_none());
    assert!(imported.into_iter().all(|event| event.surface == "command_line" && event.kind == "created"));
    assert!(all.iter().all(|event| event.token_id.is_some() == event.actor_id.is_some()));
}

#[both_engines]
async fn deleting_a_report_deletes_its_references(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(app.delete("ada", "/status_reports/907").await.status, 204);
    let all = events(&app).await;
    let deleted = all.iter().filter(|event| event.kind == "deleted");
    let subjects: Vec<_> = deleted.map(|event| (event.subject.0.as_str(), event.subject.1)).collect();
    assert_eq!(subjects, [("external_reference", 77), ("status_report", 907)]);
}
