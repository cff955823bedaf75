//! Mails of notifications: who gets them, what they say, and how to end them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{harbor, mails, publish, readers, send, settle, with_mail};
use crate::browser::Browser;
use crate::mails::post::Folder;
use crate::{Engine, TestApp, lines, with};

const NOTIFICATIONS: &str = "/me/notifications";

#[both_engines]
async fn a_mail_says_what_happened_in_the_language_of_its_reader(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let german = json!({"language": "de", "time_zone": "Europe/Berlin"});
    send(&app, "bo", Method::PATCH, "/me", german).await;
    let report = publish(&app, "ada", "red", "The <crane> is down. It has to be replaced.").await;
    let sent = mails(&app, &folder).await;
    // Not who did it, nor the client side.
    assert_eq!(readers(&sent), ["bo@example.com", "max@example.com", "vera@example.com"]);
    let (german, english) = (&sent[0], &sent[1]);
    for (name, value) in [
        ("from", "Statuary <status@example.com>"),
        ("to", "\"Bo Lind\" <bo@example.com>"),
        ("subject", "Harbor rollout: Der Zustand hat sich verschlechtert"),
        ("date", "Mon, 16 Feb 2026 16:00:03 +0000"),
        ("references", "<workspace.415.53760@example.com>"),
        ("in-reply-to", "<workspace.415.53760@example.com>"),
        ("auto-submitted", "auto-generated"),
        ("content-language", "de"),
        ("list-unsubscribe-post", "List-Unsubscribe=One-Click"),
    ] {
        let shown = german.header(name).replace("Bo Lind <", "\"Bo Lind\" <");
        assert_eq!(shown, value, "{name}");
    }
    assert_eq!(english.header("subject"), "Harbor rollout: The health got worse");
    let ids: Vec<_> = sent.iter().map(|mail| mail.header("message-id")).collect();
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.ends_with("@example.com>")), "{ids:?}");
    let link = format!("https://status.example/status_reports/{}", report["id"]);
    for part in ["Harbor rollout", "Ada Park", &link, "Der Zustand hat sich verschlechtert"] {
        assert!(german.text.contains(part) && german.html.contains(part), "{part}: {german:?}");
    }
    assert!(german.text.contains("The <crane> is down."), "{}", german.text);
    assert!(german.html.contains("The &#60;crane&#62; is down.") && !german.html.contains("replaced"));
    // A thread of another mail of the workspace is the same; a mail is sent once.
    assert!(mails(&app, &folder).await.is_empty());
    publish(&app, "ada", "green", "It lifts.").await;
    assert!(mails(&app, &folder).await.is_empty(), "by default, published reports are in the inbox alone");
    // What an import brings in is told to nobody.
    app.import(&lines([with(crate::report(960), &json!({"creator_id": 2551, "color": "red"}))]))
        .await
        .expect("an archive");
    assert!(mails(&app, &folder).await.is_empty());
}

#[both_engines]
async fn people_get_the_kinds_that_they_choose(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let choose = async |token, email: Value| {
        send(&app, token, Method::PATCH, NOTIFICATIONS, json!({ "email": email })).await
    };
    choose("bo", json!({"report_published": true})).await;
    choose("max", json!({"health_worsened": false})).await;
    publish(&app, "ada", "red", "Down.").await;
    let sent = mails(&app, &folder).await;
    let shown: Vec<_> = sent.iter().map(|mail| (mail.reader(), mail.header("subject"))).collect();
    assert_eq!(
        shown,
        [
            ("bo@example.com", "Harbor rollout: A report was published"),
            ("bo@example.com", "Harbor rollout: The health got worse"),
            ("vera@example.com", "Harbor rollout: The health got worse"),
        ]
    );
    let comment = json!({"text": "@Vera View, look. @Max Prime knows."});
    send(&app, "ada", Method::POST, "/status_reports/907/comments", comment).await;
    let sent = mails(&app, &folder).await;
    let shown: Vec<_> = sent.iter().map(|mail| (mail.reader(), mail.header("subject"))).collect();
    assert_eq!(
        shown,
        [
            ("bo@example.com", "Harbor rollout: New comment"),
            ("max@example.com", "Harbor rollout: You were mentioned"),
            ("vera@example.com", "Harbor rollout: You were mentioned"),
        ]
    );
    assert!(sent[0].text.contains("/status_reports/907#comment-"), "{}", sent[0].text);
    // A choice that is made before a mail leaves counts.
    publish(&app, "ada", "green", "Up.").await;
    publish(&app, "ada", "red", "Down.").await;
    choose("bo", json!({"report_published": false})).await;
    assert_eq!(readers(&mails(&app, &folder).await), ["bo@example.com", "vera@example.com"]);
}

#[both_engines]
async fn a_mail_of_what_its_reader_may_not_see_any_more_does_not_leave(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let report = publish(&app, "ada", "red", "Down.").await;
    let body = json!({"participation": {"role": "client"}});
    assert_eq!(app.put("root", "/participations/2", &body).await.status, 200);
    send(&app, "root", Method::PATCH, "/users/2561", json!({"active": false})).await;
    assert_eq!(readers(&mails(&app, &folder).await), ["vera@example.com"]);
    let text = json!({"text": "Really?"});
    let path = format!("/status_reports/{}/comments", report["id"]);
    let comment = send(&app, "vera", Method::POST, &path, text).await.json();
    let own = format!("/comments/{}", comment["id"]);
    assert_eq!(app.own("vera", Method::DELETE, &own).await.status, 204);
    publish(&app, "ada", "green", "Up.").await;
    let last = publish(&app, "ada", "yellow", "Down.").await;
    let own = format!("/status_reports/{}", last["id"]);
    assert_eq!(app.own("ada", Method::DELETE, &own).await.status, 204);
    assert!(mails(&app, &folder).await.is_empty());
}

#[both_engines]
async fn titles_and_names_cannot_leave_their_line(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    let hostile = "Kai\u{202e} \"<b>\" =?utf-8?q?x?= Größe";
    send(&app, "root", Method::PATCH, "/workspaces/53760", json!({ "title": hostile })).await;
    send(&app, "ada", Method::PATCH, "/me", json!({"full_name": "Ada\r\nBcc: eve@example.com"})).await;
    send(&app, "bo", Method::PATCH, "/me", json!({"full_name": "Bo, \"B\" <eve@example.com>\r\nX-Evil: 1"}))
        .await;
    publish(&app, "ada", "red", &format!("A\u{0}.{}", "x".repeat(60_000)).replace('\0', " ")).await;
    let sent = mails(&app, &folder).await;
    let bo = sent.iter().find(|mail| mail.raw.contains("<bo@example.com>")).expect("a mail");
    for header in ["bcc", "x-evil", "cc"] {
        assert!(!bo.headers.contains_key(header), "{header}: {}", bo.raw);
    }
    assert_eq!(bo.header("subject"), "Kai \"<b>\" =?utf-8?q?x?= Größe: The health got worse");
    assert!(
        bo.html.contains("&#60;b&#62;") && !bo.html.contains("<b>") && bo.html.len() < 6_000,
        "{}",
        bo.html
    );
    assert!(bo.raw.lines().all(|line| line.len() < 999));
}

#[both_engines]
async fn a_link_ends_mails_of_a_kind_without_a_login(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    publish(&app, "ada", "red", "Down.").await;
    let sent = mails(&app, &folder).await;
    let bo = &sent[0];
    let path = bo.path("/unsubscribe/");
    assert_eq!(bo.header("list-unsubscribe"), format!("<https://status.example{path}>"));
    let choice =
        async || app.own("bo", Method::GET, NOTIFICATIONS).await.json()["email"]["health_worsened"].clone();
    // Programs that look at links change nothing.
    for _ in 0..2 {
        let page = Browser::new(&app).get(&path).await;
        assert!(
            page.status == 200
                && page.text.contains("Stop e-mails")
                && page.text.contains("The health got worse")
        );
        assert_eq!(choice().await, true);
    }
    // As programs that show mails send it: without a cookie, and with any body.
    let post = async |path: &str, headers: &[(&str, &str)], body: &str| {
        app.request(Method::POST, path, headers, body).await.status.as_u16()
    };
    let form = ("content-type", "application/x-www-form-urlencoded");
    for wrong in
        [path.replace("health_worsened", "comment"), path.replace(".2551.", ".2560."), format!("{path}0")]
    {
        assert_eq!(post(&wrong, &[form], "List-Unsubscribe=One-Click").await, 404, "{wrong}");
        assert_eq!(Browser::new(&app).get(&wrong).await.status, 404, "{wrong}");
    }
    assert_eq!(choice().await, true);
    assert_eq!(post(&path, &[form], "List-Unsubscribe=One-Click").await, 200);
    assert_eq!(choice().await, false);
    let multipart = ("content-type", "multipart/form-data; boundary=b");
    let body =
        "--b\r\ncontent-disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    assert_eq!(post(&path, &[multipart, ("origin", "https://mail.example")], body).await, 200);
    let all = app.own("bo", Method::GET, NOTIFICATIONS).await.json();
    assert_eq!((&all["email"]["comment"], &all["email"]["weekly_digest"]), (&json!(true), &json!(true)));
    assert_eq!(app.last_writer("notification_settings").await, (Some(2551), "pages".into()));
    publish(&app, "ada", "green", "Up.").await;
    publish(&app, "ada", "red", "Down.").await;
    assert_eq!(readers(&mails(&app, &folder).await), ["max@example.com", "vera@example.com"]);
}

#[both_engines]
async fn a_service_without_mail_queues_none(engine: Engine) {
    let folder = Folder::default();
    let app = TestApp::harbor(engine).await;
    publish(&app, "ada", "red", "Down.").await;
    let mut bo = Browser::of(&app, "bo").await;
    assert!(bo.get("/notifications").await.text.contains("This server sends no e-mail"));
    assert!(!Browser::new(&app).get("/login").await.text.contains("/forgotten"));
    assert_eq!(Browser::new(&app).get("/forgotten").await.status, 404);
    assert_eq!(Browser::new(&app).post("/forgotten", &[("email", "bo@example.com")]).await.status, 404);
    let app = with_mail(app, &folder);
    assert!(mails(&app, &folder).await.is_empty(), "what happened before is in the inbox alone");
    assert!(!Browser::of(&app, "bo").await.get("/notifications").await.text.contains("sends no e-mail"));
    publish(&app, "ada", "green", "Up.").await;
    publish(&app, "ada", "red", "Down.").await;
    assert_eq!(mails(&app, &folder).await.len(), 3);
    // Switched off again.
    let app = app.set(|settings| settings.mail = None);
    settle(&app).await;
    publish(&app, "ada", "green", "Up.").await;
    publish(&app, "ada", "red", "Down.").await;
    let app = with_mail(app, &folder);
    assert!(mails(&app, &folder).await.is_empty());
}

#[both_engines]
async fn a_reminder_has_its_instant_in_the_zone_of_its_reader(engine: Engine) {
    let (app, folder) = harbor(engine).await;
    send(&app, "bo", Method::PATCH, "/me", json!({"language": "de", "time_zone": "Europe/Berlin"})).await;
    let friday = json!({"every": "week", "on": "friday", "at": "16:00", "time_zone": "Europe/Berlin", "owner_id": 2551});
    send(&app, "root", Method::PUT, "/workspaces/53760/cadence", friday).await;
    app.wait_until("2026-02-18T15:00:00Z");
    let sent = mails(&app, &folder).await;
    assert_eq!(readers(&sent), ["bo@example.com"]);
    assert_eq!(sent[0].header("subject"), "Harbor rollout: Ihr Bericht wird fällig");
    assert!(sent[0].text.contains("Fällig: 20. Feb. 2026, 16:00 (Europe/Berlin)"), "{}", sent[0].text);
}
