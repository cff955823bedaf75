//! Stories of a workspace's page.

use macros::both_engines;
use serde_json::json;

use crate::browser::{Browser, PageForm};
use crate::{Answer, Engine, TestApp, change, lines, report, with};

const PAGE: &str = "/workspaces/53760";

#[track_caller]
fn contains_all(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.text.contains(part), "no {part}: {}", answer.text);
    }
}

#[track_caller]
fn contains_none(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(!answer.text.contains(part), "{part}: {}", answer.text);
    }
}

/// The form that moves the workspace.
#[track_caller]
fn move_form(answer: &Answer) -> PageForm {
    let form = answer.forms().into_iter().find(|form| form.action == format!("{PAGE}/status_changes"));
    form.unwrap_or_else(|| panic!("no form: {}", answer.text))
}

#[both_engines]
async fn a_workspace_page_shows_status_and_history(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([with(
        report(950),
        &json!({"description": "<b>Fine</b>.\nhttps://x.example/?a=1&b=2"}),
    )]))
    .await
    .expect("an archive");
    let mut browser = Browser::of(&app, "vera").await;
    let answer = browser.get(PAGE).await;
    assert_eq!(answer.status, 200);
    contains_all(
        &answer,
        &[
            "<h1 dir=\"auto\">Harbor rollout</h1>",
            "In Progress <span class=\"soft\">· 5 wk</span>",
            // The last report and the time since it.
            "&lt;b&gt;Fine&lt;/b&gt;.<br>\n<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">",
            "since <time datetime=\"2026-02-16T16:00:03Z\"",
            // Both lanes, and their tables.
            "<title>Backlog, 5 Jan 2026, 18:00:00 UTC, 6 d</title>",
            "<title>In Progress, 12 Jan 2026, 16:00:00 UTC, 5 wk</title>",
            "<a href=\"/status_reports/907\" tabindex=\"-1\"><title>Yellow, 9 Feb 2026, 17:20:41 UTC: Vendor slipped one week.",
            "<td>6 d</td><td dir=\"auto\"></td><td class=\"text\" dir=\"auto\"></td></tr>",
            "<td>now</td><td>5 wk</td><td dir=\"auto\">Ada Park</td><td class=\"text\" dir=\"auto\"></td></tr>",
            "<td class=\"text\" dir=\"auto\">Kickoff done, team staffed.</td><td dir=\"auto\">Ada Park</td></tr>",
            // The participants.
            "<bdi>Ada Park</bdi> <span class=\"tag\">Lead</span><br><span class=\"soft\" dir=\"auto\">Delivery lead</span></span> <span class=\"soft\">Editor</span>",
            "<h3>Client</h3>",
            "Cleo Client",
        ],
    );
    // Read-only users see no forms.
    contains_none(&answer, &["status_changes", "/reports/new"]);
    contains_all(
        &Browser::of(&app, "bo").await.get(PAGE).await,
        &["action=\"/workspaces/53760/status_changes\"", "/reports/new"],
    );
    let quay = Browser::of(&app, "max").await.get("/workspaces/53800").await;
    contains_all(
        &quay,
        &[
            "No reports yet. <a href=\"/workspaces/53800/reports/new\">Write the first one.</a>",
            "Backlog <span class=\"soft\">· 5 wk</span>",
        ],
    );
}

#[both_engines]
async fn the_list_has_eight_reports_unless_all_are_requested(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines((950..960).map(report))).await.expect("an archive");
    let mut browser = Browser::of(&app, "vera").await;
    let (few, all) = (browser.get(PAGE).await, browser.get(&format!("{PAGE}?reports=all")).await);
    let listed = |answer: &Answer| answer.text.matches("\" data-item>").count();
    assert_eq!((listed(&few), listed(&all)), (8, 12));
    contains_all(&few, &["<a href=\"/workspaces/53760?reports=all#reports-title\">Show all 12 reports</a>"]);
    contains_none(&all, &["Show all 12"]);
}

#[both_engines]
async fn unauthorised_readers_see_no_health(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let client = Browser::of(&app, "cleo").await.get(PAGE).await;
    assert_eq!(client.status, 200);
    contains_all(&client, &["Harbor rollout", "Ada Park", "hasn’t shared the health of this project"]);
    let secrets = [
        "In Progress",
        "Backlog",
        "Kickoff",
        "Vendor",
        "timeline",
        "status_reports",
        "status_changes",
        "/reports",
    ];
    contains_none(&client, &secrets);
    for (token, path, status) in [
        ("olaf", PAGE, 404),
        ("zoe", PAGE, 404),
        ("ada", "/workspaces/53800", 404),
        ("ada", "/workspaces/x", 404),
        ("root", PAGE, 200),
        ("ada", "/workspaces/53900", 200),
    ] {
        let answer = Browser::of(&app, token).await.get(path).await;
        assert_eq!(answer.status, status, "{token} {path}");
    }
    let before = app.export().await;
    for (token, status) in [("vera", 403), ("cleo", 403), ("olaf", 404), ("zoe", 404)] {
        let mut browser = Browser::of(&app, token).await;
        let csrf = browser.get("/").await.forms()[0].field("csrf").expect("a mark").to_owned();
        let fields = [("csrf", csrf.as_str()), ("to_status_key", "403")];
        let answer = browser.post(&format!("{PAGE}/status_changes"), &fields).await;
        assert_eq!(answer.status, status, "{token}: {answer:?}");
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn a_workspace_cannot_move_to_its_current_status(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([change(4078, "2026-02-05T12:00:00Z")])).await.expect("an archive");
    let mut browser = Browser::of(&app, "bo").await;
    let form = move_form(&browser.get(PAGE).await);
    let before = app.export().await;
    for (key, status, said) in [
        ("310", 422, "The project already has this status."),
        ("999", 422, "Choose a status from the list."),
        ("", 422, "Choose a status from the list."),
    ] {
        let answer = browser.send(&form.clone().with("to_status_key", key)).await;
        assert_eq!(answer.status, status, "{key}");
        contains_all(
            &answer,
            &[said, "role=\"alert\" tabindex=\"-1\" autofocus", "aria-invalid=\"true\"", "<title>Error: "],
        );
    }
    assert_eq!(browser.send(&form.clone().without("csrf").with("to_status_key", "505")).await.status, 403);
    assert_eq!(app.export().await, before);
    let moved = browser.send(&form.with("to_status_key", "505")).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, PAGE));
    let answer = browser.get(PAGE).await;
    contains_all(
        &answer,
        &["Blocked <span class=\"soft\">· under a day</span>", "<option value=\"505\" selected>Blocked"],
    );
    let changes = app.get("bo", "/workspace_status_changes?workspace_id=53760").await.json();
    let last = &changes["workspace_status_changes"][changes["results"][0]["id"].as_str().expect("an id")];
    assert_eq!(
        (&last["from_status_key"], &last["to_status_key"]),
        (&json!("310"), &json!("505")),
        "{changes}"
    );
}

#[both_engines]
async fn a_workspace_page_lists_the_first_people_and_links_to_all(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let people = (0..300).flat_map(|number| {
        let id = 10_000 + number;
        [
            json!({"kind": "user", "id": id, "account_id": 415, "full_name": format!("Worker {number:03}"),
                "email_address": format!("w{number}@example.com"), "headline": null, "photo_path": null,
                "administrator": false}),
            json!({"kind": "participation", "id": id, "workspace_id": 53760, "user_id": id, "side": "provider",
                "permission": "view"}),
        ]
    });
    app.import(&lines(people)).await.expect("an archive");
    for (token, label) in [("ada", "Show all"), ("max", "Manage")] {
        let answer = Browser::of(&app, token).await.get(PAGE).await;
        let (_, side) = answer.text.split_once("<h3>Delivery</h3>").expect("a side");
        let (side, client) = side.split_once("<h3>Client</h3>").expect("a side");
        assert_eq!(side.matches("<li>").count(), 8, "{token}: {side}");
        assert_eq!(client.matches("<li>").count(), 1, "{token}: {client}");
        let all = format!("<a href=\"{PAGE}/people\">296 more<span class=\"vh\"> (Delivery)</span></a>");
        let link = format!("<a class=\"more\" href=\"{PAGE}/people\">{label}<span");
        contains_all(&answer, &[&all, &link]);
        assert_eq!(answer.text.matches(" more<span").count(), 1, "{token}");
        // The lead comes first.
        assert!(side.trim_start().starts_with("<ul class=\"people\">\n<li><span><bdi>Ada Park"), "{side}");
    }
    let everybody = Browser::of(&app, "ada").await.get(&format!("{PAGE}/people")).await;
    contains_all(&everybody, &["Worker 000", "Worker 299"]);
    let few = Browser::of(&app, "max").await.get("/workspaces/53800").await;
    contains_none(&few, &[" more<span"]);
}

#[both_engines]
async fn the_palette_offers_the_people_of_a_workspace(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let harbor = "data-href=\"/workspaces/53760/people\" dir=\"auto\">People of Harbor rollout</li>";
    let quay = "data-href=\"/workspaces/53800/people\" dir=\"auto\">People of Quay extension</li>";
    for (token, query, expected) in [
        // The workspace of the page, whatever else is found.
        ("max", "q=&workspace=53760", vec![harbor]),
        ("max", "q=harbor+people&workspace=53760", vec![harbor]),
        ("max", "q=quay&workspace=53760", vec![quay]),
        // The only one with the words, once.
        ("max", "q=rollout", vec![harbor]),
        ("max", "q=rollout&workspace=53760", vec![harbor]),
        ("max", "q=", vec![]),
        // Neither what the person does not see, nor what no workspace has as an id.
        ("ada", "q=&workspace=53800", vec![]),
        ("zoe", "q=&workspace=53760", vec![]),
        ("ada", "q=&workspace=x", vec![]),
    ] {
        let answer = Browser::of(&app, token).await.get(&format!("/palette?{query}")).await;
        assert_eq!(answer.status, 200);
        let words = query.strip_prefix("q=").and_then(|rest| rest.split('&').next()).unwrap_or_default();
        contains_all(&answer, &[&format!("data-query=\"{}\"", words.replace('+', " "))]);
        for entry in [harbor, quay] {
            let is_expected = expected.contains(&entry);
            assert_eq!(
                answer.text.matches(entry).count(),
                usize::from(is_expected),
                "{token} {query} {entry}"
            );
        }
    }
}
