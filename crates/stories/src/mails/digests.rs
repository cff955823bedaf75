//! The weekly digest, on Monday at 7 in the zone of its reader.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{harbor, mails, publish, readers, send, settle};
use crate::{Engine, TestApp};

async fn settings(app: &TestApp, token: &str, language: &str, zone: &str) {
    send(app, token, Method::PATCH, "/me", json!({"language": language, "time_zone": zone})).await;
}

#[both_engines]
async fn a_digest_comes_on_monday_at_7_in_the_zone_of_its_reader(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    settings(&app, "bo", "de", "Europe/Berlin").await;
    settings(&app, "vera", "en", "America/New_York").await;
    let email = json!({"email": {"weekly_digest": false}});
    send(&app, "max", Method::PATCH, "/me/notifications", email).await;
    settle(&app).await;
    let friday = json!({"every": "week", "on": "friday", "at": "16:00", "time_zone": "Europe/Berlin", "owner_id": 2551});
    send(&app, "root", Method::PUT, "/workspaces/53760/cadence", friday).await;
    app.wait_until("2026-03-25T12:00:00Z");
    publish(&app, "ada", "red", "The crane is down.").await;
    send(&app, "root", Method::POST, "/workspaces/53760/report_requests", json!({})).await;
    settle(&app).await;
    folder.take();
    // The clock changes on Sunday, 29 March, in Berlin.
    app.wait_until("2026-03-30T04:59:59Z");
    assert!(mails(&app, &folder).await.is_empty());
    app.wait_until("2026-03-30T05:00:00Z");
    let sent = mails(&app, &folder).await;
    assert_eq!(readers(&sent), ["bo@example.com"]);
    let bo = &sent[0];
    assert_eq!(
        bo.header("subject"),
        "Wöchentliche Zusammenfassung: 23. März 2026, 07:00 bis 30. März 2026, 07:00"
    );
    for part in [
        "Verschlechtert",
        "Harbor rollout",
        "The crane is down.",
        "Ada Park",
        "Offene Berichte",
        "/workspaces/53760/reports/new",
    ] {
        assert!(bo.text.contains(part) && bo.html.contains(part), "{part}: {}", bo.text);
    }
    assert!(bo.header("list-unsubscribe").contains(".weekly_digest."));
    // Everybody else in UTC or in New York; not who chose otherwise, nor the client side, nor who takes no part.
    app.wait_until("2026-03-30T07:00:00Z");
    assert_eq!(readers(&mails(&app, &folder).await), ["ada@example.com", "root@example.com"]);
    app.wait_until("2026-03-30T10:59:59Z");
    assert!(mails(&app, &folder).await.is_empty());
    app.wait_until("2026-03-30T11:00:00Z");
    assert_eq!(readers(&mails(&app, &folder).await), ["vera@example.com"]);
    // Once; and who moves to a zone in which that Monday is later gets no second one.
    settings(&app, "bo", "de", "America/Los_Angeles").await;
    app.wait_until("2026-03-30T23:00:00Z");
    assert!(mails(&app, &folder).await.is_empty());
}

#[both_engines]
async fn several_processes_and_a_service_that_was_away_send_a_digest_once(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let (app, other) = app.with_second_process().await;
    let other = super::with_mail(other, &folder);
    app.wait_until("2026-03-18T12:00:00Z");
    publish(&app, "ada", "red", "Down.").await;
    settle(&app).await;
    folder.take();
    // Away from before Monday until Thursday of the week after.
    app.wait_until("2026-03-26T09:00:00Z");
    let (one, two) = tokio::join!(mails(&app, &folder), mails(&other, &folder));
    let mut both: Vec<_> = one.into_iter().chain(two).chain(folder.take()).collect();
    both.sort_by(|one, other| one.reader().cmp(other.reader()));
    let everybody =
        ["ada@example.com", "bo@example.com", "max@example.com", "root@example.com", "vera@example.com"];
    assert_eq!(readers(&both), everybody);
    // A week in which nothing changed is not worth a mail.
    app.wait_until("2026-04-06T12:00:00Z");
    let sent = mails(&app, &folder).await;
    assert!(sent.iter().all(|mail| mail.text.contains("Went silent")), "{sent:?}");
    app.wait_until("2026-04-20T12:00:00Z");
    assert!(mails(&app, &folder).await.is_empty());
}
