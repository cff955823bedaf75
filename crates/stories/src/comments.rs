//! Stories of comments on reports, and of acknowledgements.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, NOW, TestApp};

const LIST: &str = "/status_reports/907/comments";
const READ: &str = "/status_reports/907/acknowledgement";

async fn say(app: &TestApp, token: &str, text: &str) -> Value {
    let answer = app.write(token, Method::POST, LIST, &json!({ "text": text }), &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

async fn change(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.write(token, Method::PATCH, path, body, &[]).await
}

async fn status(app: &TestApp, token: &str, method: Method, path: &str) -> u16 {
    app.own(token, method, path).await.status.as_u16()
}

#[both_engines]
async fn whoever_sees_the_health_comments_on_a_report(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"text": "Which week?"});
    let sent = app.write("vera", Method::POST, LIST, &body, &[]).await;
    let first = sent.json();
    let own = format!("/comments/{}", first["id"]);
    assert_eq!(sent.header("location"), format!("/api/statuary/v1{own}"));
    assert_eq!(
        first,
        json!({"id": first["id"], "status_report_id": 907, "text": "Which week?",
            "author": {"id": 2560, "full_name": "Vera View"}, "mentions": [], "created_at": NOW, "edited_at": null,
            "version": 1})
    );
    assert_eq!(app.own("bo", Method::GET, &own).await.json(), first);
    app.app.clock.advance(60);
    let second = say(&app, "root", "Week 9.").await;
    // The oldest first, in pages.
    let page = app.own("max", Method::GET, &format!("{LIST}?limit=1")).await.json();
    assert_eq!(page["comments"], json!([first]));
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let rest = app.own("max", Method::GET, &format!("{LIST}?limit=1&cursor={cursor}")).await.json();
    assert_eq!(rest, json!({"comments": [second], "next_cursor": null}));
    // Its author changes it, and nobody else.
    for (token, expected) in [("root", 403), ("max", 403), ("cleo", 404), ("olaf", 404), ("zoe", 404)] {
        let answer = change(&app, token, &own, &json!({"text": "Never."})).await;
        assert_eq!(answer.status, expected, "{token}: {answer}");
    }
    let changed = change(&app, "vera", &own, &json!({"text": "Which week, @Ada Park?"})).await.json();
    assert_eq!(
        (&changed["text"], &changed["edited_at"], &changed["version"]),
        (&json!("Which week, @Ada Park?"), &json!("2026-02-16T16:01:03Z"), &json!(2))
    );
    assert_eq!(changed["mentions"], json!([{"id": 2545, "full_name": "Ada Park"}]));
    // The same text again changes nothing.
    app.app.clock.advance(60);
    assert_eq!(change(&app, "vera", &own, &json!({"text": changed["text"]})).await.json(), changed);
    assert_eq!(change(&app, "vera", &own, &json!({})).await.json(), changed);
    // Its author deletes it, and administrators do.
    for (token, expected) in [("bo", 403), ("max", 403), ("cleo", 404), ("zoe", 404)] {
        assert_eq!(status(&app, token, Method::DELETE, &own).await, expected, "{token}");
    }
    assert_eq!(status(&app, "root", Method::DELETE, &own).await, 204);
    assert_eq!(status(&app, "vera", Method::GET, &own).await, 404);
    assert_eq!(status(&app, "vera", Method::DELETE, &own).await, 404);
    assert_eq!(status(&app, "root", Method::DELETE, &format!("/comments/{}", second["id"])).await, 204);
    assert_eq!(app.last_writer("comment").await, (Some(2500), "native".into()));
    let events = app.own("vera", Method::GET, "/events?types=comment.*").await.json();
    let kinds: Vec<_> = events["events"].as_array().expect("events").iter().map(|one| &one["type"]).collect();
    assert_eq!(
        kinds,
        ["comment.created", "comment.created", "comment.updated", "comment.deleted", "comment.deleted"]
    );
    assert_eq!(events["events"][0]["workspace_id"], 53760);
    assert_eq!(events["events"][3]["before"]["text"], "Which week, @Ada Park?");
    assert_eq!(app.own("cleo", Method::GET, "/events?types=comment.*").await.json()["events"], json!([]));
}

#[both_engines]
async fn a_comment_has_a_text_of_up_to_10000_characters(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    assert_eq!(say(&app, "vera", &"ä".repeat(10_000)).await["version"], 1);
    for body in [
        json!({}),
        json!({"text": null}),
        json!({"text": " \n"}),
        json!({"text": 7}),
        json!({"text": "x".repeat(10_001)}),
    ] {
        let answer = app.write("vera", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains("/text"), "{answer}");
    }
    let answer = app.write("vera", Method::POST, LIST, &json!({"text": "x", "author_id": 2545}), &[]).await;
    assert!(answer.status == 400 && answer.text.contains("/author_id"), "{answer}");
    let id = say(&app, "vera", "Hi.").await["id"].clone();
    for body in [json!({"text": null}), json!({"text": ""}), json!({"text": "x".repeat(10_001)})] {
        let answer = change(&app, "vera", &format!("/comments/{id}"), &body).await;
        assert!(answer.status == 422 && answer.text.contains("/text"), "{answer}");
    }
    // A report that is not there, or is deleted, has none.
    for path in ["/status_reports/990/comments", "/status_reports/1/comments"] {
        let answer = app.write("ada", Method::POST, path, &json!({"text": "x"}), &[]).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(status(&app, "ada", Method::GET, path).await, 404, "{path}");
    }
}

#[both_engines]
async fn mentions_are_people_who_see_the_health(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mentions = |comment: &Value| -> Vec<i64> {
        let all = comment["mentions"].as_array().expect("people").iter();
        all.map(|one| one["id"].as_i64().expect("an id")).collect()
    };
    for (text, ids) in [
        ("@Bo Lind, and @vera@example.com: see @ADA PARK.", vec![2551, 2560, 2545]),
        // Administrators see it, the client side, people who take no part and other accounts do not.
        ("@Root Admin @Cleo Client @cleo@example.com @Olaf Out @Zoe Else @zoe@example.com", vec![2500]),
        ("bo@example.com or bo@Bo Lind", vec![]),
        ("@Ada Park @ada@example.com", vec![2545]),
    ] {
        assert_eq!(mentions(&say(&app, "max", text).await), ids, "{text}");
    }
    // A person who is deactivated is not mentioned any more; who was, stays.
    let before = say(&app, "max", "@Vera View").await;
    app.write("root", Method::PATCH, "/users/2560", &json!({"active": false}), &[]).await;
    assert_eq!(mentions(&say(&app, "max", "@Vera View").await), [0_i64; 0]);
    let path = format!("/comments/{}", before["id"]);
    assert_eq!(mentions(&app.own("max", Method::GET, &path).await.json()), [2560]);
}

#[both_engines]
async fn a_report_has_its_comments_and_who_acknowledged_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let read = async |token: &str, path: &str| {
        let report = app.own(token, Method::GET, path).await.json();
        (report["comments"].clone(), report["acknowledged_by"].clone())
    };
    assert_eq!(read("ada", "/status_reports/907").await, (json!(0), json!([])));
    for (token, expected) in
        [("vera", 204), ("root", 204), ("vera", 204), ("cleo", 404), ("olaf", 404), ("zoe", 404)]
    {
        let answer = app.write(token, Method::PUT, READ, &json!({}), &[]).await;
        assert_eq!(answer.status, expected, "{token}: {answer}");
    }
    say(&app, "bo", "Fine.").await;
    say(&app, "bo", "Still fine.").await;
    let by = json!([{"id": 2560, "full_name": "Vera View"}, {"id": 2500, "full_name": "Root Admin"}]);
    assert_eq!(read("ada", "/status_reports/907").await, (json!(2), by.clone()));
    let list = app.own("ada", Method::GET, "/status_reports?workspace_id=53760").await.json();
    let of = |place: usize| {
        (&list["status_reports"][place]["comments"], &list["status_reports"][place]["acknowledged_by"])
    };
    assert_eq!(of(0), (&json!(2), &by));
    assert_eq!(of(1), (&json!(0), &json!([])));
    // It can be taken back, and that twice.
    for _ in 0..2 {
        assert_eq!(status(&app, "vera", Method::DELETE, READ).await, 204);
    }
    assert_eq!(status(&app, "cleo", Method::DELETE, READ).await, 404);
    assert_eq!(read("vera", "/status_reports/907").await.1, json!([{"id": 2500, "full_name": "Root Admin"}]));
    let events = app.own("bo", Method::GET, "/events?types=acknowledgement.*").await.json();
    let kinds: Vec<_> = events["events"].as_array().expect("events").iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["acknowledgement.created", "acknowledgement.created", "acknowledgement.deleted"]);
    // What is not kept over time is neither in the past nor in versions.
    for path in ["/status_reports/907?as_of=2026-02-16", "/status_reports/907/versions"] {
        let answer = app.own("ada", Method::GET, path).await;
        assert!(answer.status == 200 && !answer.text.contains("acknowledged_by"), "{path}: {answer}");
        assert!(!answer.text.contains("\"comments\""), "{path}: {answer}");
    }
    // A condition on a report is about the report alone.
    let tag = app.own("bo", Method::GET, "/status_reports/907").await.header("etag").to_owned();
    say(&app, "vera", "One more.").await;
    let body = json!({"color": "green"});
    let answer = app.write("bo", Method::PATCH, "/status_reports/907", &body, &[("if-match", &tag)]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["comments"]), (200, &json!(3)), "{answer}");
}

#[both_engines]
async fn comments_come_back_with_their_report_and_are_in_the_archive(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let own = format!("/comments/{}", say(&app, "vera", "Which week, @Ada Park?").await["id"]);
    app.write("bo", Method::PUT, READ, &json!({}), &[]).await;
    assert_eq!(status(&app, "ada", Method::DELETE, "/status_reports/907").await, 204);
    for (method, path) in
        [(Method::GET, LIST), (Method::GET, &own), (Method::DELETE, &own), (Method::DELETE, READ)]
    {
        assert_eq!(status(&app, "vera", method, path).await, 404, "{path}");
    }
    let deleted = app.own("vera", Method::GET, "/status_reports/907?include_deleted=true").await.json();
    assert_eq!((&deleted["comments"], &deleted["acknowledged_by"][0]["id"]), (&json!(1), &json!(2551)));
    let archive = app.export().await;
    for part in ["\"kind\":\"comment\"", "\"mentions\":[2545]", "\"kind\":\"acknowledgement\""] {
        assert!(archive.contains(part), "{part}: {archive}");
    }
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    for app in [&app, &copy] {
        app.write("ada", Method::POST, "/status_reports/907/restore", &json!({}), &[]).await;
        let list = app.own("vera", Method::GET, LIST).await.json();
        assert_eq!(list["comments"][0]["text"], "Which week, @Ada Park?");
    }
    // Lines that cannot be.
    let line = |more: Value| {
        let line = json!({"kind": "comment", "id": 80, "status_report_id": 907, "text": "x", "author_id": 2545,
            "created_at": NOW, "edited_at": null});
        crate::with(line, &more).to_string()
    };
    for (more, reason) in [
        (json!({"status_report_id": 5}), "there is no status report 5"),
        (json!({"author_id": 3000}), "user 3000 is of another account"),
        (json!({"mentions": [3000]}), "user 3000 is of another account"),
        (json!({"text": " "}), "`text` breaks a rule"),
    ] {
        let error = app.import(&line(more)).await.expect_err(reason);
        assert!(error.to_string().contains(reason), "{error}");
    }
    let twice = json!({"kind": "acknowledgement", "id": 80, "status_report_id": 907, "user_id": 2551, "created_at": NOW});
    let error = app.import(&twice.to_string()).await.expect_err("the second of one person");
    assert!(error.to_string().contains("acknowledged the report already"), "{error}");
}

#[both_engines]
async fn the_page_of_a_report_has_its_comments(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut vera = Browser::of(&app, "vera").await;
    let page = vera.get("/status_reports/907").await.text;
    assert!(page.contains("Nobody has marked this report as read yet."), "{page}");
    let text = "Which **week**, @Ada Park?\r\n<script>";
    let sent = vera.submit(LIST, &[("text", text)]).await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/status_reports/907#comments-title"));
    let sent = vera.submit(READ, &[]).await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/status_reports/907#comments-title"));
    let comment = app.own("ada", Method::GET, LIST).await.json()["comments"][0].clone();
    assert_eq!(
        (&comment["text"], &comment["mentions"][0]["id"]),
        (&json!("Which **week**, @Ada Park?\n<script>"), &json!(2545))
    );
    let own = format!("/comments/{}", comment["id"]);
    for (token, edits, deletes) in [("vera", true, true), ("ada", false, false), ("root", false, true)] {
        let page = Browser::of(&app, token).await.get("/status_reports/907").await.text;
        for part in
            ["Which <strong>week</strong>, @Ada Park?", "Read by", "<bdi>Vera View</bdi>", "&lt;script"]
        {
            assert!(page.contains(part), "{token}: {part}: {page}");
        }
        assert_eq!(page.contains(&format!("href=\"{own}\"")), edits, "{token}");
        assert_eq!(page.contains(&format!("href=\"{own}/delete\"")), deletes, "{token}");
        assert_eq!(page.contains("Mark as unread"), token == "vera", "{token}");
    }
    // A mistake leaves what was typed.
    let wrong = vera.submit(LIST, &[("text", " ")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("href=\"#text\""), "{wrong}");
    let long = "x".repeat(10_001);
    let wrong = vera.submit(&own, &[("text", &long)]).await;
    assert!(wrong.status == 422 && wrong.text.contains(&long), "{}", wrong.status);
    assert!(vera.get(&own).await.text.contains("Which **week**"));
    assert_eq!(vera.submit(&own, &[("text", "Which month?")]).await.status, 303);
    let page = vera.get("/status_reports/907").await.text;
    assert!(page.contains("Which month?") && page.contains("edited"), "{page}");
    let mut ada = Browser::of(&app, "ada").await;
    for path in [own.clone(), format!("{own}/delete")] {
        assert_eq!(ada.get(&path).await.status, 403, "{path}");
        assert_eq!(ada.submit(&path, &[("text", "Mine.")]).await.status, 403, "{path}");
    }
    // The client side has none of it.
    let mut cleo = Browser::of(&app, "cleo").await;
    for path in ["/status_reports/907".to_owned(), own.clone()] {
        assert_eq!(cleo.get(&path).await.status, 404, "{path}");
    }
    for path in [LIST, READ, &own] {
        assert_eq!(cleo.submit(path, &[("text", "Hi.")]).await.status, 404, "{path}");
    }
    assert_eq!(vera.submit(READ, &[("undo", "1")]).await.status, 303);
    assert!(vera.get(&format!("{own}/delete")).await.text.contains("Delete this comment?"));
    assert_eq!(vera.submit(&format!("{own}/delete"), &[]).await.status, 303);
    let page = vera.get("/status_reports/907").await.text;
    assert!(page.contains("Nobody has marked this report as read yet.") && !page.contains("Which month?"));
    // A page of the past shows none.
    assert!(!vera.get("/status_reports/907?as_of=2026-02-12").await.text.contains("comments-title"));
}
