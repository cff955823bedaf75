//! The pages of webhooks: what administrators see and do there.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{LIST, add, deliveries, harbor, report, settle};
use crate::browser::Browser;
use crate::{Engine, TestApp};

/// The id of the newest endpoint.
async fn newest(app: &TestApp) -> i64 {
    app.own("root", Method::GET, LIST).await.json()["webhook_endpoints"][0]["id"].as_i64().expect("an id")
}

#[both_engines]
async fn a_webhook_is_added_tested_retried_and_deleted_on_its_pages(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let mut root = Browser::of(&app, "root").await;
    assert!(root.get("/webhooks").await.text.contains("No webhooks yet"));
    let form = root.get("/webhooks/new").await;
    for part in ["name=\"project_53760\"", ">Microsoft Teams<", "name=\"type_0\""] {
        assert!(form.text.contains(part), "{part}: {form}");
    }
    // A refusal keeps what was typed.
    let wrong = root
        .submit(
            "/webhooks",
            &[("url", "ftp://a.example/"), ("format", "standard"), ("types", "nothing.here")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    for part in ["Enter an address that begins with", "value=\"ftp://a.example/\"", "nothing.here"] {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    let url = format!("{}/hook", receiver.url);
    let fields = [
        ("url", &*url),
        ("format", "standard"),
        ("description", "The <b>board</b>"),
        ("type_0", "on"),
        ("types", "user.created\nuser.*"),
        ("project_53760", "on"),
    ];
    let made = root.submit("/webhooks", &fields).await;
    assert_eq!(made.status, 200, "{made}");
    let at = made.text.find("whsec_").expect("a secret");
    let secret = made.text[at..].split('<').next().expect("an end").to_owned();
    let id = newest(&app).await;
    let own = format!("/webhooks/{id}");
    let shown = app.own("root", Method::GET, &format!("{LIST}/{id}")).await.json();
    assert_eq!(
        (&shown["types"], &shown["workspace_ids"]),
        (&json!(["status_report.*", "user.created", "user.*"]), &json!([53760]))
    );
    let list = root.get("/webhooks").await.text;
    assert!(list.contains("The &#60;b&#62;board") && list.contains("Nothing sent yet"), "{list}");
    assert!(!list.contains(&secret) && !root.get(&own).await.text.contains(&secret), "it is shown once");

    // A test, a report that is refused, and its retry.
    assert_eq!(root.submit(&format!("{own}/test"), &[]).await.status, 303);
    settle(&app).await;
    assert_eq!(receiver.take().len(), 1);
    receiver.answers(["500 No"]);
    let sequence = report(&app, "One").await;
    settle(&app).await;
    let page = root.get(&own).await.text;
    for part in ["statuary.test", "Accepted (200)", "Refused (500)", "next attempt", "one attempt"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(root.get("/webhooks").await.text.contains("Refused (500)"));
    assert!(!root.get(&format!("{own}?state=succeeded")).await.text.contains("Refused"));
    let pending = deliveries(&app, &format!("{LIST}/{id}"), "pending").await;
    let retry = format!("{own}/deliveries/{}/retry", pending[0]["id"]);
    assert_eq!(root.submit(&retry, &[]).await.status, 303);
    settle(&app).await;
    assert_eq!(receiver.take().len(), 2);
    assert!(root.get("/webhooks").await.text.contains("Accepted (200)"));
    // A replay, and one that is refused.
    let sequences = [(sequence - 1).to_string(), sequence.to_string()];
    let span = [("after", &*sequences[0]), ("until", &*sequences[1])];
    let replayed = root.submit(&format!("{own}/replay"), &span).await;
    assert!(replayed.header("location").contains("replayed=1"), "{replayed}");
    assert!(root.get(replayed.header("location")).await.text.contains("One event is sent again."));
    settle(&app).await;
    assert_eq!(receiver.take().len(), 1);
    for (after, until, words) in [("x", "5", "Invalid"), ("", "5", "Required"), ("-1", "5", "#after")] {
        let refused = root.submit(&format!("{own}/replay"), &[("after", after), ("until", until)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(words) && refused.text.contains("value=\"5\""), "{refused}");
    }
    // A new secret, disabled, enabled, changed, deleted.
    assert!(root.get(&format!("{own}/secret")).await.text.contains("Renew the secret?"));
    let renewed = root.submit(&format!("{own}/secret"), &[]).await.text;
    assert!(renewed.contains("whsec_") && !renewed.contains(&secret), "{renewed}");
    assert_eq!(root.submit(&format!("{own}/enabled"), &[]).await.status, 303);
    assert!(root.get(&own).await.text.contains("Deliveries go on with the next event."));
    let refused = root.submit(&format!("{own}/test"), &[]).await;
    assert!(refused.status == 422 && refused.text.contains("The webhook is disabled."), "{refused}");
    assert_eq!(root.submit(&format!("{own}/enabled"), &[("on", "1")]).await.status, 303);
    assert!(root.get(&own).await.text.contains("Send a test"));
    let edit = root.get(&format!("{own}/edit")).await;
    assert!(
        edit.text.contains("user.created\nuser.*") && edit.text.contains("name=\"type_0\" checked"),
        "{edit}"
    );
    let changed = [("url", &*url), ("format", "cloudevents")];
    assert_eq!(root.submit(&own, &changed).await.status, 303);
    let shown = app.own("root", Method::GET, &format!("{LIST}/{id}")).await.json();
    assert_eq!((&shown["format"], &shown["types"]), (&json!("cloudevents"), &Value::Null));
    assert!(root.get(&format!("{own}/delete")).await.text.contains("Delete the webhook"));
    assert_eq!(root.submit(&format!("{own}/delete"), &[]).await.status, 303);
    assert_eq!(root.get(&own).await.status, 404);
}

#[both_engines]
async fn the_pages_are_for_administrators(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (endpoint, _) = add(&app, &receiver, &json!({})).await;
    let own = format!("/webhooks/{}", endpoint["id"]);
    let mut max = Browser::of(&app, "max").await;
    assert!(!max.get("/tokens").await.text.contains("/webhooks\""));
    for path in [
        "/webhooks",
        "/webhooks/new",
        &*own,
        &format!("{own}/edit"),
        &format!("{own}/secret"),
        &format!("{own}/delete"),
    ] {
        assert_eq!(max.get(path).await.status, 403, "{path}");
    }
    for deed in ["", "/enabled", "/secret", "/test", "/replay", "/deliveries/1/retry", "/delete"] {
        let answer = max.submit(&format!("{own}{deed}"), &[("after", "0"), ("until", "1")]).await;
        assert_eq!(answer.status, 403, "{deed}");
    }
    assert_eq!(max.submit("/webhooks", &[("url", "https://a.example/")]).await.status, 403);
    // Of another account: not there.
    let mut zoe = Browser::of(&app, "zoe").await;
    for path in [&*own, &format!("{own}/edit"), &format!("{own}/secret"), &format!("{own}/delete")] {
        assert_eq!(zoe.get(path).await.status, 404, "{path}");
    }
    assert!(!zoe.get("/webhooks").await.text.contains(&own));
}

#[both_engines]
async fn administrators_are_told_in_the_menu_of_a_webhook_that_the_service_disabled(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (endpoint, _) = add(&app, &receiver, &json!({"types": ["status_report.*"]})).await;
    let own = format!("/webhooks/{}", endpoint["id"]);
    let (mut root, mut max) = (Browser::of(&app, "root").await, Browser::of(&app, "max").await);
    let told = "1 disabled";
    assert!(!root.get("/tokens").await.text.contains(told));
    receiver.answers(["410 Gone"]);
    report(&app, "One").await;
    settle(&app).await;
    assert!(root.get("/tokens").await.text.contains(told));
    assert!(!max.get("/tokens").await.text.contains(told));
    let page = root.get(&own).await.text;
    assert!(
        page.contains("The receiver answered that it is gone") && page.contains("Leave disabled"),
        "{page}"
    );
    // Left disabled, it is not mentioned any more.
    assert_eq!(root.submit(&format!("{own}/enabled"), &[]).await.status, 303);
    assert!(!root.get("/tokens").await.text.contains(told));
    assert!(!root.get(&own).await.text.contains("The receiver answered that it is gone"));
}

#[both_engines]
async fn the_address_of_a_chat_is_shown_to_its_host(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let body = json!({"url": format!("{}/services/T0/B0/confidential", receiver.url), "format": "slack"});
    let made = app.write("root", Method::POST, LIST, &body, &[]).await;
    assert_eq!((made.status.as_u16(), &made.json()["url"]), (201, &body["url"]));
    let (own, shown) = (format!("{LIST}/{}", made.json()["id"]), format!("{}/…", receiver.url));
    // What is shown may be sent back; it stands for what is kept.
    let back = json!({"url": shown, "description": "Chat", "types": ["status_report.*"]});
    let changed = app.write("root", Method::PATCH, &own, &back, &[]).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["url"]), (200, &json!(shown)));
    for other in ["http://127.0.0.1:1/…", "http://a.example/…"] {
        let refused = app.write("root", Method::PATCH, &own, &json!({"url": other}), &[]).await;
        assert_eq!(refused.json()["errors"][0]["pointer"], "/url", "{refused}");
    }
    let other = app.write("root", Method::POST, LIST, &json!({"url": shown}), &[]).await;
    assert_eq!(other.json()["errors"][0]["pointer"], "/url", "{other}");
    let rotated =
        app.write("root", Method::POST, &format!("{own}/rotate_secret"), &json!({}), &[]).await.text;
    report(&app, "One").await;
    settle(&app).await;
    assert_eq!(receiver.take()[0].path, "/services/T0/B0/confidential");
    let mut root = Browser::of(&app, "root").await;
    let page = format!("/webhooks/{}", made.json()["id"]);
    let texts = [
        changed.text,
        rotated,
        app.own("root", Method::GET, &own).await.text,
        app.own("root", Method::GET, LIST).await.text,
        app.own("root", Method::GET, &format!("{own}/deliveries")).await.text,
        app.own("root", Method::GET, "/events?limit=200").await.text,
        root.get("/webhooks").await.text,
        root.get(&page).await.text,
        root.get(&format!("{page}/edit")).await.text,
        root.get(&format!("{page}/delete")).await.text,
    ];
    for text in texts {
        assert!(!text.contains("confidential"), "{text}");
    }
    // The form keeps it, too.
    let form = [("url", &*shown), ("format", "slack"), ("description", "The board")];
    assert_eq!(root.submit(&page, &form).await.status, 303);
    report(&app, "Two").await;
    settle(&app).await;
    assert_eq!(receiver.take()[0].path, "/services/T0/B0/confidential");
    // An archive is a whole copy of the account, and can restore the webhook.
    assert!(app.export().await.contains("confidential"));
}
