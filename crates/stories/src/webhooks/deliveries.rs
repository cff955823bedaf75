//! What is delivered, to whom, in which order, and signed by whom.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::receiver::{NONE, Received, Receiver};
use super::{add, deliveries, harbor, post, report, settle};
use crate::{Engine, NOW, TestApp, lines};
use db::Scope;
use domain::events::{Change, Source};
use domain::ids::AccountId;
use domain::moving;
use domain::moving::sheet::{self, Kind, Row, SOURCE};
use domain::moving::{Route, Vendor};
use domain::webhooks::signature;
use domain::work;
use statuary::webhooks::Engine as Deliveries;

/// The signatures of a request by these secrets.
fn signed(messages: &Received, secrets: &[&Value]) -> String {
    let secrets: Vec<_> = secrets.iter().map(|one| one.as_str().expect("a secret").to_owned()).collect();
    let timestamp = messages.headers["webhook-timestamp"].parse().expect("seconds");
    signature::sign(&secrets, messages.id(), timestamp, &messages.body)
}

#[both_engines]
async fn an_event_is_delivered_as_standard_webhooks_say(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (endpoint, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    settle(&app).await;
    assert_eq!(receiver.take().len(), 0, "what was before is not sent, nor other types");
    let sequence = report(&app, "Storm. Later more.").await;
    settle(&app).await;
    settle(&app).await;
    let messages = receiver.take();
    let [one] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((one.id(), one.path.as_str()), (&*format!("evt_415_{sequence}"), "/hook?a=b"));
    assert_eq!(one.headers["content-type"], "application/json");
    assert_eq!(one.headers["webhook-timestamp"], app.app.clock.now().unix_seconds().to_string());
    assert_eq!(one.headers["webhook-signature"], signed(one, &[&endpoint["secret"]]));
    let feed = app.own("root", Method::GET, &format!("/events?after={}&limit=1", sequence - 1)).await.json();
    assert_eq!(
        one.json(),
        json!({"type": "status_report.created", "timestamp": NOW, "data": feed["events"][0]})
    );
    let listed = deliveries(&app, &own, "succeeded").await;
    let milliseconds = listed[0]["attempts"][0]["milliseconds"].clone();
    assert!(milliseconds.as_u64().is_some());
    assert_eq!(
        listed,
        [json!({"id": listed[0]["id"], "message_id": one.id(), "event_sequence": sequence,
            "type": "status_report.created", "state": "succeeded", "next_attempt_at": null,
            "attempts": [{"at": NOW, "status": 200, "milliseconds": milliseconds, "error": null}]})]
    );
    let metrics = app.request(Method::GET, "/metrics", &[], "").await.text;
    assert!(metrics.contains("statuary_webhook_attempts_total{result=\"2xx\"} 1\n"), "{metrics}");
    assert!(metrics.contains("statuary_webhook_queue_age_seconds 0\n"), "{metrics}");
}

#[both_engines]
async fn deliveries_start_in_the_order_of_the_log(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    add(&app, &receiver, &json!({"types": ["*.created"], "workspace_ids": [53760]})).await;
    let mut sequences = Vec::new();
    for number in 0..12 {
        sequences.push(format!("evt_415_{}", report(&app, &format!("Report {number}")).await));
    }
    // Of another workspace, and of none.
    let body = json!({"color": "green", "description": "Elsewhere."});
    let path = "/workspaces/53800/status_reports";
    assert_eq!(app.write("max", Method::POST, path, &body, &[]).await.status, 201);
    settle(&app).await;
    let messages = receiver.take();
    let of = |one: &Received| one.json()["type"] == "status_report.created";
    let ids: Vec<_> = messages.iter().filter(|one| of(one)).map(|one| one.id().to_owned()).collect();
    assert_eq!(ids, sequences);
    assert!(messages.iter().all(|one| one.json()["data"]["workspace_id"] == 53760));
}

#[both_engines]
async fn two_processes_send_each_message_once(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    for _ in 0..3 {
        add(&app, &receiver, &json!({"types": ["status_report.created"]})).await;
    }
    let (app, mut other) = app.with_second_process().await;
    let settings = app.app.settings.clone();
    other.rebuild(|builder| builder.settings((*settings).clone()));
    for number in 0..10 {
        report(&app, &format!("Report {number}")).await;
    }
    let engines = [&app, &other].map(|app| Deliveries::new(app.app.clone()));
    let (one, two) = tokio::join!(engines[0].settle(), engines[1].settle());
    one.and(two).expect("a queue");
    settle(&app).await;
    assert_eq!(receiver.take().len(), 30);
}

#[both_engines]
async fn a_receiver_that_hangs_holds_up_no_other(engine: Engine) {
    let (app, slow, quick) = (harbor(engine).await, Receiver::new().await, Receiver::new().await);
    let (_, own) = add(&app, &slow, &json!({"types": ["status_report.*"]})).await;
    add(&app, &quick, &json!({"types": ["status_report.*"]})).await;
    slow.answers([NONE]);
    report(&app, "One").await;
    let meanwhile = async {
        slow.arrived.notified().await;
        quick.arrived.notified().await;
        assert_eq!(quick.take().len(), 1);
        slow.end.notify_one();
    };
    tokio::join!(settle(&app), meanwhile);
    let waiting = deliveries(&app, &own, "pending").await;
    assert_eq!((waiting.len(), &waiting[0]["attempts"][0]["status"]), (1, &Value::Null), "{waiting:?}");
}

#[both_engines]
async fn two_secrets_sign_for_a_day_after_a_rotation(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (endpoint, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let rotated = post(&app, &format!("{own}/rotate_secret"), &json!({})).await.json();
    report(&app, "One").await;
    settle(&app).await;
    app.app.clock.advance(86_401);
    report(&app, "Two").await;
    settle(&app).await;
    let messages = receiver.take();
    let signatures: Vec<_> = messages.iter().map(|one| one.headers["webhook-signature"].clone()).collect();
    assert_eq!(
        signatures,
        [
            signed(&messages[0], &[&rotated["secret"], &endpoint["secret"]]),
            signed(&messages[1], &[&rotated["secret"]])
        ]
    );
    assert_eq!(signatures[0].split(' ').count(), 2);
}

#[both_engines]
async fn what_an_import_brings_in_is_not_sent(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let before = report(&app, "Before").await;
    app.import(&lines((0..120).map(|id| crate::report(5000 + id)))).await.expect("an archive");
    let after = report(&app, "After").await;
    settle(&app).await;
    let ids = |messages: Vec<Received>| messages.iter().map(|one| one.id().to_owned()).collect::<Vec<_>>();
    let expected = [format!("evt_415_{before}"), format!("evt_415_{after}")];
    assert_eq!(ids(receiver.take()), expected);
    let all = json!({"after": before - 1, "until": after});
    let replayed = post(&app, &format!("{own}/replay"), &all).await;
    assert_eq!((replayed.status.as_u16(), replayed.json()), (202, json!({"deliveries": 2})));
    settle(&app).await;
    assert_eq!(ids(receiver.take()), expected, "a replay keeps the ids");
}

/// Reads a sheet with reports about the harbor.
async fn move_in(app: &TestApp, reports: &[(&str, &str)]) -> moving::Outcome {
    let row = |(number, (day, text)): (u64, &(&str, &str))| {
        let cells = [
            ("workspace_id", "53760"),
            ("author", "ada@example.com"),
            ("created_at", *day),
            ("color", "red"),
            ("description", *text),
        ];
        let cells = cells.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        Row { number, cells }
    };
    let rows: Vec<Row> = (2..).zip(reports).map(row).collect();
    let (account_id, at) = (AccountId(415), app.app.clock.now());
    let change = Change { account_id, actor_id: None, token_id: None, surface: Source::CommandLine, at };
    let route = Route { change, source: SOURCE.to_owned(), vendor: Vendor::Sheet };
    let read = app.app.db.write(
        Scope::Account(account_id.0),
        work!(|conn| sheet::store(conn, &route, Kind::Reports, &rows).await),
    );
    read.await.expect("a store").expect("right rows")
}

#[both_engines]
async fn what_moves_in_is_told_to_nobody(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let before = report(&app, "Before").await;
    let inbox = async || app.own("ada", Method::GET, "/me/inbox").await.json();
    let count = |outcome: &moving::Outcome| {
        let count = outcome.counts["status_report"];
        [count.new, count.changed, count.unchanged]
    };
    assert_eq!(count(&move_in(&app, &[("2026-02-01", "Old"), ("2026-02-02", "Storm")]).await), [2, 0, 0]);
    assert_eq!(count(&move_in(&app, &[("2026-02-01", "Old"), ("2026-02-02", "Calm")]).await), [0, 1, 1]);
    let after = report(&app, "After").await;
    assert_eq!(after - before, 4, "three events of the sheets are in the log");
    settle(&app).await;
    let ids: Vec<_> = receiver.take().iter().map(|one| one.id().to_owned()).collect();
    assert_eq!(ids, [format!("evt_415_{before}"), format!("evt_415_{after}")]);
    let told = inbox().await;
    let text = told.to_string();
    assert!(told["items"].is_array() && !text.contains("Storm") && !text.contains("Calm"), "{text}");
}

#[both_engines]
async fn a_disabled_endpoint_goes_on_with_the_next_event_and_a_replay_brings_the_rest(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let set = async |enabled: bool| {
        let answer = app.write("root", Method::PATCH, &own, &json!({"enabled": enabled}), &[]).await;
        assert_eq!(answer.json()["enabled"], enabled, "{answer}");
    };
    set(false).await;
    let missed = report(&app, "Missed").await;
    settle(&app).await;
    for (path, body) in [("test", json!({})), ("replay", json!({"after": 0, "until": 1}))] {
        assert_eq!(post(&app, &format!("{own}/{path}"), &body).await.status, 422, "{path}");
    }
    set(true).await;
    let next = report(&app, "Next").await;
    settle(&app).await;
    let ids = |messages: Vec<Received>| messages.iter().map(|one| one.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(receiver.take()), [format!("evt_415_{next}")]);
    post(&app, &format!("{own}/replay"), &json!({"after": missed - 1, "until": missed})).await;
    settle(&app).await;
    assert_eq!(ids(receiver.take()), [format!("evt_415_{missed}")]);
    let long = post(&app, &format!("{own}/replay"), &json!({"after": 0, "until": i64::MAX})).await;
    assert_eq!(long.status, 202, "the span ends with the log: {long}");
}

#[both_engines]
async fn a_test_is_sent_whatever_types_the_endpoint_takes(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (endpoint, own) = add(&app, &receiver, &json!({"types": ["user.deleted"]})).await;
    let answer = post(&app, &format!("{own}/test"), &json!({})).await;
    assert_eq!(answer.status, 202, "{answer}");
    let id = answer.json()["delivery_id"].clone();
    settle(&app).await;
    let messages = receiver.take();
    assert_eq!(
        (messages.len(), messages[0].json()),
        (
            1,
            json!({"type": "statuary.test", "timestamp": NOW, "data": {"webhook_endpoint_id": endpoint["id"]}})
        )
    );
    let again = post(&app, &format!("/webhook_deliveries/{id}/retry"), &json!({})).await;
    assert_eq!((again.status.as_u16(), &again.json()["state"]), (202, &json!("pending")), "{again}");
    settle(&app).await;
    assert_eq!(receiver.take()[0].id(), messages[0].id());
    let listed = deliveries(&app, &own, "succeeded").await;
    assert_eq!(listed[0]["attempts"].as_array().map(Vec::len), Some(2));
    assert_eq!(listed[0]["event_sequence"], Value::Null);
}

#[both_engines]
async fn deliveries_are_divided_by_state_and_into_pages(engine: Engine) {
    let (app, receiver): (TestApp, _) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    receiver.answers(["200 OK", "500 No"]);
    for number in 0..4 {
        report(&app, &format!("Report {number}")).await;
    }
    settle(&app).await;
    assert_eq!(deliveries(&app, &own, "pending").await.len(), 1);
    assert_eq!(deliveries(&app, &own, "succeeded").await.len(), 3);
    assert_eq!(deliveries(&app, &own, "failed").await.len(), 0);
    let first = app.own("root", Method::GET, &format!("{own}/deliveries?limit=3")).await.json();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest =
        app.own("root", Method::GET, &format!("{own}/deliveries?limit=3&cursor={cursor}")).await.json();
    let ids: Vec<_> = [&first, &rest]
        .iter()
        .flat_map(|page| page["deliveries"].as_array().expect("a list"))
        .map(|one| one["id"].as_i64())
        .collect();
    assert!(ids.len() == 4 && ids.is_sorted_by(|one, other| one > other), "{ids:?}");
    let wrong = app.own("root", Method::GET, &format!("{own}/deliveries?state=lost")).await;
    assert_eq!(wrong.json()["errors"][0]["parameter"], "state", "{wrong}");
    assert_eq!(app.own("root", Method::DELETE, &own).await.status, 204);
}

#[both_engines]
async fn deliveries_that_ended_are_forgotten_after_30_days(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    for (days, left) in [(0, 1), (29, 2), (2, 2)] {
        app.app.clock.advance(days * 86_400);
        report(&app, "As it was.").await;
        settle(&app).await;
        assert_eq!(deliveries(&app, &own, "succeeded").await.len(), left);
    }
}
