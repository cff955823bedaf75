//! What fails, when it is tried again, and what disables an endpoint.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{add, deliveries, harbor, post, report, settle};
use crate::{Engine, TestApp, time};

const DELAYS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Moves the clock to the next attempt of the only pending delivery. Returns the time until then, in microseconds.
async fn wait(app: &TestApp, own: &str) -> i64 {
    let pending = deliveries(app, own, "pending").await;
    let next = time(pending[0]["next_attempt_at"].as_str().expect("a time"));
    let delay = next.0 - app.app.clock.now().0;
    app.app.clock.set(next);
    delay
}

#[both_engines]
async fn a_failed_delivery_is_tried_again_by_the_schedule(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    receiver.answers(["500 No"; 10]);
    let sequence = report(&app, "One").await;
    settle(&app).await;
    for delay in DELAYS {
        let waited = wait(&app, &own).await;
        assert!((delay * 900_000..=delay * 1_100_000).contains(&waited), "{waited} for {delay}");
        settle(&app).await;
    }
    let messages = receiver.take();
    assert_eq!(messages.len(), 10);
    assert!(messages.iter().all(|one| one.id() == format!("evt_415_{sequence}")));
    assert_eq!(deliveries(&app, &own, "pending").await.len(), 0);
    let failed = deliveries(&app, &own, "failed").await;
    let attempts = failed[0]["attempts"].as_array().expect("a list");
    assert_eq!((attempts.len(), &failed[0]["next_attempt_at"]), (10, &Value::Null));
    assert!(attempts.iter().all(|one| one["status"] == 500 && one["error"] == "the receiver answered 500"));
    // A person may try again.
    let path = format!("/webhook_deliveries/{}/retry", failed[0]["id"]);
    assert_eq!(post(&app, &path, &json!({})).await.status, 202);
    settle(&app).await;
    assert_eq!(deliveries(&app, &own, "succeeded").await.len(), 1);
}

#[both_engines]
async fn a_failure_holds_up_no_other_delivery(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    receiver.answers(["429 Slowly\r\nretry-after: 3600", "302 Found\r\nlocation: /elsewhere"]);
    for text in ["One", "Two", "Three"] {
        report(&app, text).await;
    }
    settle(&app).await;
    let messages = receiver.take();
    assert_eq!(messages.len(), 3);
    assert!(messages.iter().all(|one| one.path == "/hook?a=b"), "redirects are not followed");
    let pending = deliveries(&app, &own, "pending").await;
    assert_eq!(pending[0]["attempts"][0]["error"], "the receiver answered 302; redirects are not followed");
    let later = time(pending[1]["next_attempt_at"].as_str().expect("a time"));
    assert_eq!(later.seconds_since(app.app.clock.now()), 3600, "Retry-After is respected");
    assert_eq!(deliveries(&app, &own, "succeeded").await.len(), 1);
}

#[both_engines]
async fn a_receiver_that_is_gone_disables_its_endpoint(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    receiver.answers(["410 Gone"]);
    report(&app, "One").await;
    settle(&app).await;
    let shown = app.own("root", Method::GET, &own).await.json();
    assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&json!(false), &json!("gone")));
    assert_eq!(deliveries(&app, &own, "failed").await.len(), 1);
    report(&app, "Two").await;
    settle(&app).await;
    assert_eq!(receiver.take().len(), 1);
    let events = app.own("root", Method::GET, "/events?types=webhook_endpoint.updated").await.json();
    let event = &events["events"][0];
    assert_eq!((&event["actor"], &event["surface"]), (&Value::Null, &json!("service")));
    let enabled = app.write("root", Method::PATCH, &own, &json!({"enabled": true}), &[]).await.json();
    assert_eq!((&enabled["enabled"], &enabled["disabled_reason"]), (&json!(true), &Value::Null));
}

#[both_engines]
async fn five_days_of_nothing_but_failures_disable_an_endpoint(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let is_enabled = async || app.own("root", Method::GET, &own).await.json()["enabled"].clone();
    receiver.answers(["500 No", "200 OK", "500 No", "500 No", "500 No"]);
    for (seconds, text) in [(0, "One"), (4 * 86_400, "Two"), (2 * 86_400, "Three")] {
        app.app.clock.advance(seconds);
        report(&app, text).await;
        settle(&app).await;
    }
    receiver.answers(["500 No"; 20]);
    assert_eq!(is_enabled().await, true, "there was a success");
    app.app.clock.advance(5 * 86_400);
    report(&app, "Four").await;
    settle(&app).await;
    assert_eq!(is_enabled().await, false);
    assert_eq!(app.own("root", Method::GET, &own).await.json()["disabled_reason"], "failing");
}

#[both_engines]
async fn an_address_is_checked_again_at_each_attempt(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let (_, named) = add(&app, &receiver, &json!({"url": "http://no-such-name.invalid/"})).await;
    let app = app.set(|settings| settings.webhook_private_networks = false);
    report(&app, "One").await;
    settle(&app).await;
    assert_eq!(receiver.take().len(), 0);
    assert_eq!(deliveries(&app, &own, "pending").await[0]["attempts"][0]["error"], "private-address");
    let error = &deliveries(&app, &named, "pending").await[0]["attempts"][0]["error"];
    assert!(error.as_str().is_some_and(|text| text.contains("cannot be resolved")), "{error}");
    let metrics = app.request(Method::GET, "/metrics", &[], "").await.text;
    assert!(metrics.contains("statuary_webhook_attempts_total{result=\"private_address\"} 1\n"), "{metrics}");
}

#[both_engines]
async fn answers_that_are_no_http_and_heads_without_an_end_are_failures(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let endless = format!("200 OK\r\nx: {}", "a".repeat(200_000));
    receiver.answers(["nonsense", endless.as_str(), "200 OK\r\ntransfer-encoding: chunked", "204 None"]);
    for text in ["One", "Two", "Three", "Four"] {
        report(&app, text).await;
    }
    settle(&app).await;
    let pending = deliveries(&app, &own, "pending").await;
    assert!(pending.len() >= 2, "{pending:?}");
    for one in &pending {
        assert_eq!(one["attempts"][0]["status"], Value::Null, "{one}");
        assert!(one["attempts"][0]["error"].as_str().is_some_and(|text| !text.is_empty()), "{one}");
    }
}

#[both_engines]
async fn a_redirect_leads_nowhere(engine: Engine) {
    let (app, receiver, other) = (harbor(engine).await, Receiver::new().await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let places = [format!("{}/", other.url), "http://169.254.169.254/latest".into(), "//[::1]/".into()];
    let answers = places.map(|place| format!("307 Elsewhere\r\nlocation: {place}"));
    receiver.answers(answers.iter().map(String::as_str));
    for text in ["One", "Two", "Three"] {
        report(&app, text).await;
    }
    settle(&app).await;
    assert_eq!((receiver.take().len(), other.take().len()), (3, 0));
    for one in deliveries(&app, &own, "pending").await {
        assert_eq!(one["attempts"][0]["status"], 307);
    }
}

/// A receiver that is absent for a year costs ten attempts for each of the first days' events, and no more rows than those: its
/// endpoint is disabled. When it is back, it gets the next event, and what it missed by a replay.
#[both_engines]
async fn a_receiver_may_be_absent_for_a_year(engine: Engine) {
    const DAY: i64 = 86_400;
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let mut sequences = Vec::new();
    for day in 0..360 {
        if day % 30 == 0 || day < 8 {
            receiver.answers(["503 Away"; 12]);
            sequences.push(report(&app, &format!("Day {day}")).await);
        }
        app.app.clock.advance(DAY);
        settle(&app).await;
    }
    let attempts = receiver.take().len();
    assert!(attempts <= 10 * 8, "{attempts} attempts");
    let shown = app.own("root", Method::GET, &own).await.json();
    assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&json!(false), &json!("failing")));
    let rows = deliveries(&app, &own, "pending").await.len() + deliveries(&app, &own, "failed").await.len();
    assert!(rows <= 8, "{rows} rows");
    let waiting = deliveries(&app, &own, "pending").await.len();

    // Back again. The answers that are left were for attempts that were not made.
    let back = Receiver::new().await;
    let change = json!({"url": format!("{}/hook", back.url), "enabled": true});
    assert_eq!(app.write("root", Method::PATCH, &own, &change, &[]).await.status, 200);
    let next = report(&app, "Back").await;
    settle(&app).await;
    let came: Vec<String> = back.take().iter().map(|one| one.id().to_owned()).collect();
    assert_eq!(came.len(), waiting + 1, "what still waited, and the next one: {came:?}");
    assert!(came.contains(&format!("evt_415_{next}")));
    let span = json!({"after": sequences[0] - 1, "until": next - 1});
    let replayed = post(&app, &format!("{own}/replay"), &span).await;
    assert_eq!(replayed.json()["deliveries"], sequences.len(), "{replayed}");
    settle(&app).await;
    let came: Vec<String> = back.take().iter().map(|one| one.id().to_owned()).collect();
    let missed: Vec<String> = sequences.iter().map(|sequence| format!("evt_415_{sequence}")).collect();
    assert!(missed.iter().all(|id| came.contains(id)), "{came:?}");
}
