//! The bodies of the formats, as receivers get them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::receiver::{Received, Receiver};
use super::{add, harbor, post, report, settle};
use crate::Engine;

const WORDS: &str = "<!channel> @everyone *storm* https://evil.example came. More.";

#[both_engines]
async fn people_read_who_said_what_of_which_workspace(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    for format in ["cloudevents", "slack", "mattermost", "teams", "google_chat", "discord"] {
        add(&app, &receiver, &json!({"types": ["status_report.*"], "format": format})).await;
    }
    let sequence = report(&app, WORDS).await;
    settle(&app).await;
    let messages = receiver.take();
    assert_eq!(messages.len(), 6);
    let find = |is: fn(&Value) -> bool| {
        let found = messages.iter().map(Received::json).find(is);
        found.unwrap_or_else(|| panic!("{messages:?}"))
    };
    let event = find(|body| body["specversion"] == "1.0");
    assert_eq!(
        (&event["id"], &event["source"], &event["type"]),
        (
            &json!(format!("415-{sequence}")),
            &json!("https://status.example"),
            &json!("statuary.status_report.created")
        )
    );
    assert!(messages.iter().any(|one| one.headers["content-type"] == "application/cloudevents+json"));
    let id = event["data"]["subject"]["id"].clone();
    let link = format!("https://status.example/status_reports/{id}");
    let slack = find(|body| body["link_names"] == false);
    let chat = find(|body| body["content"].is_string());
    assert_eq!(chat["allowed_mentions"], json!({"parse": []}));
    let card = find(|body| body["type"] == "message");
    let texts: Vec<&str> =
        messages.iter().map(|one| std::str::from_utf8(&one.body).expect("UTF-8")).collect();
    for text in texts.iter().filter(|text| !text.contains("specversion")) {
        for part in ["Harbor rollout", "🔴", "Red", "Ada Park", &*link] {
            assert!(text.contains(part), "{part}: {text}");
        }
        for live in ["<!", "@everyone", "https://evil", "More."] {
            assert!(!text.contains(live), "{live}: {text}");
        }
    }
    assert!(
        slack["text"]
            .as_str()
            .is_some_and(|text| text.contains("&lt;") && text.contains(&format!("<{link}|")))
    );
    let content = &card["attachments"][0];
    assert_eq!(content["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(content["content"]["type"], "AdaptiveCard");
}

#[both_engines]
async fn every_event_and_every_test_reads_as_a_message(engine: Engine) {
    let (app, receiver) = (harbor(engine).await, Receiver::new().await);
    let (_, own) = add(&app, &receiver, &json!({"format": "slack"})).await;
    post(&app, &format!("{own}/test"), &json!({})).await;
    let body = json!({"to_status_key": 605, "reason": "The quay is built. Done."});
    let moved = app.write("ada", Method::POST, "/workspaces/53760/status_changes", &body, &[]).await;
    assert_eq!(moved.status, 201, "{moved}");
    settle(&app).await;
    let texts: Vec<String> =
        receiver.take().iter().map(|one| one.json()["text"].as_str().expect("a text").to_owned()).collect();
    assert!(texts[0].contains("This is a test of the webhook."), "{texts:?}");
    let moved = texts.iter().find(|text| text.contains("Status: In Progress → ")).expect("a move");
    assert!(moved.contains("The quay is built.") && !moved.contains("Done."), "{moved}");
    assert!(texts.iter().any(|text| text.contains("Workspace updated")), "{texts:?}");
}
