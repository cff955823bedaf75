//! Stories of the inbox, of watching, and of what comes by e-mail.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, NOW, TestApp, lines, report, with};

const INBOX: &str = "/me/inbox";
const SETTINGS: &str = "/me/notifications";
const WATCH: &str = "/workspaces/53760/watch";

async fn publish(app: &TestApp, token: &str, color: &str, text: &str) -> Value {
    let body = json!({"color": color, "description": text});
    let answer = app.write(token, Method::POST, "/workspaces/53760/status_reports", &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

async fn say(app: &TestApp, token: &str, text: &str) -> Value {
    let answer =
        app.write(token, Method::POST, "/status_reports/907/comments", &json!({ "text": text }), &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

pub async fn inbox(app: &TestApp, token: &str) -> Value {
    let answer = app.own(token, Method::GET, INBOX).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

/// The kinds of the items of an inbox, the oldest first.
pub async fn kinds(app: &TestApp, token: &str) -> Vec<String> {
    let inbox = inbox(app, token).await;
    let items = inbox["items"].as_array().expect("items").iter().rev();
    items.map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect()
}

async fn set_watch(app: &TestApp, token: &str, is_watching: bool) -> u16 {
    if is_watching {
        app.write(token, Method::PUT, WATCH, &json!({}), &[]).await.status.as_u16()
    } else {
        app.own(token, Method::DELETE, WATCH).await.status.as_u16()
    }
}

#[both_engines]
async fn who_watches_is_told_of_reports_and_worse_health(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let same = publish(&app, "ada", "yellow", "Still late. The vendor knows.").await;
    for token in ["bo", "vera", "max"] {
        assert_eq!(
            inbox(&app, token).await,
            json!({"unread": 1, "next_cursor": null, "items": [{"id": inbox(&app, token).await["items"][0]["id"],
                "kind": "report_published", "at": NOW, "read": false,
                "workspace": {"id": 53760, "title": "Harbor rollout"}, "report_id": same["id"], "comment_id": null,
                "by": {"id": 2545, "full_name": "Ada Park"}, "text": "Still late."}]}),
            "{token}"
        );
    }
    // Not who did it, not who takes no part, never the client side.
    for token in ["ada", "root", "cleo", "olaf", "zoe"] {
        assert_eq!(
            inbox(&app, token).await,
            json!({"unread": 0, "items": [], "next_cursor": null}),
            "{token}"
        );
    }
    publish(&app, "bo", "red", "The crane is down.").await;
    publish(&app, "bo", "green", "It lifts.").await;
    assert_eq!(kinds(&app, "ada").await, ["report_published", "health_worsened", "report_published"]);
    // On the vendors' surfaces, too.
    let body =
        json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Down again."}});
    assert_eq!(app.post("max", "/status_reports", &body).await.status, 200);
    assert_eq!(kinds(&app, "ada").await[3..], ["report_published", "health_worsened"]);
    assert_eq!(inbox(&app, "ada").await["items"][0]["by"]["full_name"], "Max Prime");
    // What an import brings in is told to nobody.
    let before = kinds(&app, "ada").await;
    app.import(&lines([with(report(960), &json!({"creator_id": 2551}))])).await.expect("an archive");
    assert_eq!(kinds(&app, "ada").await, before);
    // A report that is deleted is not in the inbox, until it is restored.
    let path = format!("/status_reports/{}", same["id"]);
    let of_vera = kinds(&app, "vera").await.len();
    assert_eq!(app.own("ada", Method::DELETE, &path).await.status, 204);
    assert_eq!(
        (kinds(&app, "vera").await.len(), inbox(&app, "vera").await["unread"].as_i64()),
        (of_vera - 1, Some(5))
    );
    app.write("ada", Method::POST, &format!("{path}/restore"), &json!({}), &[]).await;
    assert_eq!(kinds(&app, "vera").await.len(), of_vera);
}

#[both_engines]
async fn people_watch_or_not(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let watching = async |token: &str| {
        let answer = app.own(token, Method::GET, WATCH).await;
        (answer.status.as_u16(), answer.json()["watching"].clone())
    };
    for (token, expected) in [
        ("root", (200, json!(false))),
        ("ada", (200, json!(true))),
        ("vera", (200, json!(true))),
        ("cleo", (404, Value::Null)),
        ("olaf", (404, Value::Null)),
        ("zoe", (404, Value::Null)),
    ] {
        assert_eq!(watching(token).await, expected, "{token}");
    }
    for (token, is_watching, status) in [
        ("vera", false, 204),
        ("vera", false, 204),
        ("root", true, 204),
        ("root", true, 204),
        ("cleo", true, 404),
        ("cleo", false, 404),
        ("olaf", true, 404),
        ("zoe", true, 404),
    ] {
        assert_eq!(set_watch(&app, token, is_watching).await, status, "{token}");
    }
    publish(&app, "ada", "green", "Fine.").await;
    assert_eq!(kinds(&app, "root").await, ["report_published"]);
    assert_eq!(kinds(&app, "vera").await, [""; 0]);
    // Who watched and is on the client side now is told nothing, and sees nothing of before.
    let part = app.get("root", "/participations?workspace_id=53760").await;
    assert_eq!(part.status, 200);
    let body = json!({"participation": {"role": "client"}});
    assert_eq!(app.put("root", "/participations/2", &body).await.status, 200);
    publish(&app, "ada", "red", "Down.").await;
    assert_eq!(inbox(&app, "bo").await, json!({"unread": 0, "items": [], "next_cursor": null}));
    // What was said is in the log, once, and in the archive.
    let events = app.own("root", Method::GET, "/events?types=watch.*").await.json();
    assert_eq!(events["events"].as_array().expect("events").len(), 2);
    set_watch(&app, "vera", true).await;
    assert_eq!(app.last_writer("watch").await, (Some(2560), "native".into()));
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"watch\""));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(copy.own("root", Method::GET, WATCH).await.json()["watching"], true);
}

#[both_engines]
async fn comments_and_mentions_are_told(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    set_watch(&app, "vera", false).await;
    set_watch(&app, "ada", false).await;
    let first = say(&app, "max", "Look, @Vera View. It is late.").await;
    // The author of the report, who does not watch; who watches; and who is mentioned, instead.
    assert_eq!(kinds(&app, "ada").await, ["comment"]);
    assert_eq!(kinds(&app, "bo").await, ["comment"]);
    assert_eq!(kinds(&app, "vera").await, ["mention"]);
    for token in ["max", "root", "cleo"] {
        assert_eq!(kinds(&app, token).await, [""; 0], "{token}");
    }
    let item = inbox(&app, "vera").await["items"][0].clone();
    assert_eq!(
        (&item["report_id"], &item["comment_id"], &item["text"], &item["by"]["id"]),
        (&json!(907), &first["id"], &json!("Look, @Vera View."), &json!(2561))
    );
    // A change tells those who are mentioned first now.
    let own = format!("/comments/{}", first["id"]);
    let body = json!({"text": "Look, @Vera View and @Root Admin and @Max Prime."});
    assert_eq!(app.write("max", Method::PATCH, &own, &body, &[]).await.status, 200);
    assert_eq!(kinds(&app, "root").await, ["mention"]);
    assert_eq!(kinds(&app, "vera").await, ["mention"]);
    assert_eq!(kinds(&app, "max").await, [""; 0]);
    // A comment that is deleted takes back what was told of it.
    assert_eq!(app.own("max", Method::DELETE, &own).await.status, 204);
    for token in ["ada", "bo", "vera", "root"] {
        assert_eq!(kinds(&app, token).await, [""; 0], "{token}");
    }
}

#[both_engines]
async fn the_inbox_is_read(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for number in 1..=3 {
        publish(&app, "ada", "green", &format!("Week {number}.")).await;
    }
    let all = inbox(&app, "bo").await;
    let ids: Vec<i64> = all["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].as_i64().expect("an id"))
        .collect();
    assert!(all["unread"] == 3 && ids[0] > ids[1] && ids[1] > ids[2], "{all}");
    let first = app.own("bo", Method::GET, &format!("{INBOX}?limit=2")).await.json();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = app.own("bo", Method::GET, &format!("{INBOX}?limit=2&cursor={cursor}")).await.json();
    assert_eq!((&rest["items"][0]["id"], &rest["next_cursor"]), (&json!(ids[2]), &Value::Null));
    let read =
        async |body: Value| app.write("bo", Method::POST, "/me/inbox/read", &body, &[]).await.status.as_u16();
    assert_eq!(read(json!({"until": ids[1]})).await, 204);
    let after = inbox(&app, "bo").await;
    let is_read: Vec<_> = (0..3).map(|place| after["items"][place]["read"] == true).collect();
    assert_eq!((is_read, &after["unread"]), (vec![false, true, true], &json!(1)));
    let unread = app.own("bo", Method::GET, &format!("{INBOX}?unread=true")).await.json();
    assert_eq!(
        (unread["items"].as_array().map(Vec::len), &unread["items"][0]["id"]),
        (Some(1), &json!(ids[0]))
    );
    // Others have not read theirs.
    assert_eq!(inbox(&app, "vera").await["unread"], 3);
    for body in [json!({}), json!({"until": null}), json!({"until": "1"}), json!({"until": -1})] {
        assert_eq!(read(body.clone()).await, 422, "{body}");
    }
    assert_eq!(read(json!({"until": 1, "from": 0})).await, 400);
    assert_eq!(app.own("bo", Method::GET, &format!("{INBOX}?unread=yes")).await.status, 400);
}

#[both_engines]
async fn people_choose_what_comes_by_mail(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let default = json!({"email": {"report_due": true, "report_overdue": true, "report_requested": true,
        "report_published": false, "health_worsened": true, "comment": true, "mention": true, "weekly_digest": true}});
    assert_eq!(app.own("cleo", Method::GET, SETTINGS).await.json(), default);
    let write = async |method: Method, body: Value| {
        let answer = app.write("bo", method, SETTINGS, &body, &[]).await;
        (answer.status.as_u16(), answer.json())
    };
    let (status, chosen) =
        write(Method::PUT, json!({"email": {"report_published": true, "comment": false}})).await;
    assert_eq!(
        (status, &chosen["email"]["report_published"], &chosen["email"]["comment"]),
        (200, &json!(true), &json!(false))
    );
    assert_eq!(app.own("bo", Method::GET, SETTINGS).await.json(), chosen);
    assert_eq!(app.own("ada", Method::GET, SETTINGS).await.json(), default);
    let (_, kept) = write(Method::PATCH, json!({"email": {"mention": false}})).await;
    assert_eq!((&kept["email"]["comment"], &kept["email"]["mention"]), (&json!(false), &json!(false)));
    for (body, expected, pointer) in [
        (json!({}), 422, "/email"),
        (json!({"email": null}), 422, "/email"),
        (json!({"email": {"comment": 1}}), 422, "/email"),
        (json!({"email": {"sms": true}}), 400, "/email/sms"),
        (json!({"email": {}, "sms": {}}), 400, "/sms"),
    ] {
        let (status, problem) = write(Method::PUT, body.clone()).await;
        assert!(status == expected && problem.to_string().contains(pointer), "{body}: {problem}");
    }
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"notification_settings\""));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.own("bo", Method::GET, SETTINGS).await.json(), kept);
    assert_eq!(write(Method::PUT, json!({"email": {}})).await, (200, default));
}

#[both_engines]
async fn the_inbox_has_a_page_and_a_count_in_the_menu(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    publish(&app, "ada", "red", "The <crane> is down.").await;
    let comment = say(&app, "ada", "Look, @Bo Lind.").await;
    let mut bo = Browser::of(&app, "bo").await;
    assert!(bo.get("/account").await.text.contains("<span class=\"unread-count\">3"));
    let page = bo.get("/inbox").await.text;
    for part in [
        "3 unread",
        "The health got worse",
        "You were mentioned",
        "The &#60;crane&#62; is down.",
        &format!("href=\"/status_reports/907#comment-{}\"", comment["id"]),
        "<bdi>Ada Park</bdi>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let form =
        bo.get("/inbox").await.forms().into_iter().find(|form| form.action == "/inbox/read").expect("a form");
    let until = inbox(&app, "bo").await["items"][0]["id"].to_string();
    assert_eq!(bo.send(&form.with("until", &until)).await.header("location"), "/inbox");
    let page = bo.get("/inbox").await.text;
    assert!(
        page.contains("0 unread") && !page.contains("unread-count") && page.contains("The health got worse")
    );
    assert!(bo.get("/inbox?unread=1").await.text.contains("Nothing here"));
    // The button on the page of a project.
    assert!(bo.get("/workspaces/53760").await.text.contains("Stop watching"));
    assert_eq!(bo.submit(WATCH, &[("undo", "1")]).await.header("location"), "/workspaces/53760");
    assert_eq!(app.own("bo", Method::GET, WATCH).await.json()["watching"], false);
    assert_eq!(bo.submit(WATCH, &[]).await.status, 303);
    assert_eq!(app.own("bo", Method::GET, WATCH).await.json()["watching"], true);
    let mut cleo = Browser::of(&app, "cleo").await;
    assert!(!cleo.get("/workspaces/53760").await.text.contains("/watch\""));
    assert_eq!(cleo.submit(WATCH, &[]).await.status, 404);
    // The choices.
    let page = bo.get("/notifications").await.text;
    assert!(
        page.contains("name=\"comment\" checked") && page.contains("name=\"report_published\">"),
        "{page}"
    );
    let saved = bo.submit("/notifications", &[("report_published", "on")]).await;
    assert!(saved.status == 200 && saved.text.contains("Changes saved."), "{saved}");
    let email = app.own("bo", Method::GET, SETTINGS).await.json()["email"].clone();
    assert_eq!((&email["report_published"], &email["comment"]), (&json!(true), &json!(false)));
}
