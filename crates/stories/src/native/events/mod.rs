//! Stories of the events in Statuary's own surface.

mod concurrent;
mod rights;
mod streams;
mod waits;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::PEOPLE;
use crate::{Answer, Engine, TestApp};

const PATH: &str = "/events";
const REPORTS: &str = "/workspaces/53760/status_reports";
const MOVES: &str = "/workspaces/53760/status_changes";

/// The events of a page.
fn events(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()["events"].as_array().expect("a list").clone()
}

/// The number of the account's last event.
async fn last(app: &TestApp) -> i64 {
    app.own("root", Method::GET, PATH).await.json()["last"].as_i64().expect("a number")
}

/// Writes a report of a workspace.
async fn report(app: &TestApp, token: &str, path: &str) {
    let body = json!({"color": "green", "description": "On course."});
    let answer = app.write(token, Method::POST, path, &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
}

/// Moves a workspace to another status.
async fn moved(app: &TestApp, token: &str, path: &str, key: i64) {
    let answer = app.write(token, Method::POST, path, &json!({"to_status_key": key}), &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
}

#[both_engines]
async fn an_event_says_who_changed_what_and_how(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = last(&app).await;
    let body = json!({"to_status_key": 403, "reason": "The vendor slipped."});
    assert_eq!(app.write("bo", Method::POST, MOVES, &body, &[]).await.status, 201);
    let answer = app.own("vera", Method::GET, &format!("{PATH}?after={before}")).await;
    let page = answer.json();
    assert_eq!((&page["next_after"], &page["last"]), (&json!(before + 2), &json!(before + 2)), "{answer}");
    let found = events(&answer);
    assert_eq!(found.len(), 2, "{answer}");
    let one = found.iter().find(|event| event["type"] == "workspace_status_change.created");
    let one = one.expect("a change");
    let names: Vec<_> = one.as_object().expect("an object").keys().collect();
    let expected =
        ["sequence", "type", "at", "actor", "surface", "subject", "workspace_id", "before", "after", "hash"];
    assert_eq!(names, expected);
    assert_eq!(one["actor"], json!({"id": 2551, "full_name": "Bo Lind"}));
    assert_eq!((&one["surface"], &one["at"]), (&json!("native"), &json!("2026-02-16T16:00:03Z")));
    assert_eq!(one["subject"], json!({"type": "workspace_status_change", "id": 4078}));
    assert_eq!((&one["workspace_id"], &one["before"]), (&json!(53760), &Value::Null));
    assert_eq!(one["after"]["reason"], "The vendor slipped.", "{one}");
    let other = found.iter().find(|event| event["type"] == "workspace.updated").expect("a workspace");
    assert_eq!((&other["before"]["status_key"], &other["after"]["status_key"]), (&json!(310), &json!(403)));
}

#[both_engines]
async fn pages_follow_each_other_without_gaps(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let all = events(&app.own("root", Method::GET, &format!("{PATH}?limit=200")).await);
    let count = i64::try_from(all.len()).expect("a number");
    let sequences: Vec<_> = all.iter().map(|event| event["sequence"].as_i64().expect("a number")).collect();
    assert_eq!(sequences, (1..=count).collect::<Vec<_>>());
    let (mut after, mut paged) = (0, Vec::new());
    loop {
        let answer = app.own("root", Method::GET, &format!("{PATH}?after={after}&limit=7")).await;
        let next = answer.json()["next_after"].as_i64().expect("a number");
        let link = format!("</api/statuary/v1/events?limit=7&after={next}>; rel=\"next\"");
        assert_eq!(answer.headers["link"], link.as_str(), "{answer}");
        let page = events(&answer);
        if page.is_empty() {
            assert_eq!(next, after);
            break;
        }
        after = next;
        paged.extend(page);
    }
    assert_eq!((after, &paged), (count, &all));
    // Beyond the end there is nothing, and the place is kept.
    let beyond = app.own("root", Method::GET, &format!("{PATH}?after=9000000000000000000")).await.json();
    assert_eq!(
        (&beyond["events"], &beyond["next_after"]),
        (&json!([]), &json!(9_000_000_000_000_000_000_i64))
    );
}

#[both_engines]
async fn filters_select_types_and_workspaces(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let all = events(&app.own("root", Method::GET, &format!("{PATH}?limit=200")).await);
    let types = |name: &str| all.iter().filter(|event| event["type"] == name).cloned().collect::<Vec<_>>();
    let found =
        async |query: &str| events(&app.own("root", Method::GET, &format!("{PATH}?limit=200&{query}")).await);
    assert_eq!(found("types=status_report.created").await, types("status_report.created"));
    assert_eq!(found("types=status_report.*").await, types("status_report.created"));
    assert_eq!(found("types=*.deleted").await, [Value::Null; 0]);
    let both = found("types=status_report.*,user.created").await;
    assert_eq!(both.len(), types("status_report.created").len() + types("user.created").len());
    for (ids, expected) in [("53800", [53800].as_slice()), ("53800,53900", &[53800, 53900]), ("1", &[])] {
        let of: Vec<_> =
            all.iter().filter(|event| expected.iter().any(|id| event["workspace_id"] == *id)).collect();
        assert_eq!(found(&format!("workspace_id={ids}")).await.iter().collect::<Vec<_>>(), of, "{ids}");
    }
    // A reference of a report is of the report's workspace.
    let reference = types("external_reference.created");
    assert_eq!(reference[0]["workspace_id"], 53760, "{reference:?}");
    // What does not match is passed over.
    let none = app.own("root", Method::GET, &format!("{PATH}?types=*.deleted")).await.json();
    assert_eq!((&none["events"], &none["next_after"]), (&json!([]), &none["last"]));
}

#[both_engines]
async fn invalid_parameters_are_refused_by_name(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let types = "must be some of SUBJECT.KIND with commas between, where * stands for all; an example is \
        status_report.created";
    for (query, parameter, detail) in [
        ("after=-1", "after", "must be a number from 0 to 9223372036854775807"),
        ("after=x", "after", "must be a number from 0 to 9223372036854775807"),
        ("limit=0", "limit", "must be a number from 1 to 200"),
        ("wait=61", "wait", "must be a number from 0 to 60"),
        ("wait=-1", "wait", "must be a number from 0 to 60"),
        ("types=", "types", types),
        ("types=report.created", "types", types),
        ("types=status_report.created,workspace.moved", "types", types),
        ("types=status_report", "types", types),
        ("workspace_id=x", "workspace_id", "must be whole numbers, with commas between"),
    ] {
        let answer = app.own("root", Method::GET, &format!("{PATH}?{query}")).await;
        answer.is_problem(400, "invalid-parameter", &json!([{"detail": detail, "parameter": parameter}]));
    }
    let unknown = app.own("root", Method::GET, &format!("{PATH}?cursor=7")).await;
    assert_eq!(unknown.json()["type"], "/problems/unknown-parameter", "{unknown}");
    let header = [("authorization", "Bearer root"), ("last-event-id", "seven")];
    let answer = app.request(Method::GET, "/api/statuary/v1/events", &header, "").await;
    answer.is_problem(400, "invalid-parameter", &Value::Null);
}

#[both_engines]
async fn the_last_event_id_wins_over_after(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (header, first) in [("5", 6), ("", 3)] {
        let headers = [("authorization", "Bearer root"), ("last-event-id", header)];
        let answer = app.request(Method::GET, "/api/statuary/v1/events?after=2", &headers, "").await;
        assert_eq!(events(&answer)[0]["sequence"], first, "{answer}");
    }
}

#[both_engines]
async fn a_batch_of_cloud_events_has_the_same_events(engine: Engine) {
    let app = TestApp::harbor(engine)
        .await
        .set(|settings| settings.public_url = Some("https://s.example/statuary".into()));
    let page = events(&app.own("root", Method::GET, &format!("{PATH}?after=3&limit=2")).await);
    let headers = [("authorization", "Bearer root"), ("accept", "application/cloudevents-batch+json")];
    let answer = app.request(Method::GET, "/api/statuary/v1/events?after=3&limit=2", &headers, "").await;
    assert_eq!(answer.headers["content-type"], "application/cloudevents-batch+json", "{answer}");
    assert_eq!(answer.headers["vary"], "accept", "{answer}");
    let batch = answer.json();
    assert_eq!(batch.as_array().map(Vec::len), Some(2), "{answer}");
    for (cloud, event) in batch.as_array().expect("a list").iter().zip(&page) {
        let subject = &event["subject"];
        let expected = json!({
            "specversion": "1.0",
            "id": format!("415-{}", event["sequence"]),
            "source": "https://s.example/statuary",
            "type": format!("statuary.{}", event["type"].as_str().expect("a text")),
            "subject": format!("{}/{}", subject["type"].as_str().expect("a text"), subject["id"]),
            "time": event["at"],
            "datacontenttype": "application/json",
            "data": event,
        });
        assert_eq!(cloud, &expected);
    }
    let next = "</statuary/api/statuary/v1/events?limit=2&after=5>; rel=\"next\"";
    assert_eq!(answer.headers["link"], next, "{answer}");
}
