//! Stories of pages as they were on a day.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Engine, TestApp};

/// What pages of the present offer, and those of the past do not.
const WRITES: [&str; 7] = [
    "/workspaces/new",
    "/meeting",
    "/reports/new",
    "/edit\"",
    "/delete",
    "/restore",
    "action=\"/workspaces/",
];

/// The text of a page in the past, which offers nothing to write.
async fn past(browser: &mut Browser<'_>, path: &str, day: &str, shown: &str) -> String {
    let page = browser.get(&format!("{path}as_of={day}")).await;
    assert_eq!(page.status, 200, "{page}");
    let banner = format!("<div class=\"notice past\" role=\"status\"><p>As it was on {shown}</p><a href=\"");
    assert!(page.text.contains(&banner), "{page}");
    for write in WRITES {
        assert!(!page.text.contains(write), "{path}: {write}: {page}");
    }
    page.text
}

/// Harbor rollout, moved, renamed and reported on since.
async fn changed(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    app.app.clock.advance(3 * 86_400);
    let project = json!({"title": "Harbor at last", "status_key": 403, "due_date": "2026-05-01"});
    app.write("ada", Method::PATCH, "/workspaces/53760", &project, &[]).await;
    let report = json!({"color": "red", "description": "The crane sank."});
    app.write("bo", Method::PATCH, "/status_reports/907", &report, &[]).await;
    let milestone = json!({"name": "Steel delivered", "due_date": "2026-04-01"});
    app.write("ada", Method::POST, "/workspaces/53760/milestones", &milestone, &[]).await;
    app.app.clock.advance(3600);
    app
}

#[both_engines]
async fn the_portfolio_is_as_it_was(engine: Engine) {
    let app = changed(engine).await;
    let mut root = Browser::of(&app, "root").await;
    for view in ["/?", "/?view=table&"] {
        let page = past(&mut root, view, "2026-02-17", "17 Feb 2026").await;
        for text in
            ["Harbor rollout", "In Progress", "/workspaces/53760?as_of=2026-02-17", "sort-age", "sort-due"]
        {
            assert!(page.contains(text), "{view}: {text}: {page}");
        }
        for text in ["Harbor at last", "At Risk", "The crane sank", "1 May 2026"] {
            assert!(!page.contains(text), "{view}: {text}: {page}");
        }
    }
    let page = past(&mut root, "/?", "2026-02-17", "17 Feb 2026").await;
    assert!(page.contains("Vendor slipped one week."), "{page}");
    // Filters go by what was there then.
    assert!(past(&mut root, "/?q=rollout&", "2026-02-17", "17 Feb 2026").await.contains("Harbor rollout"));
    let nothing = past(&mut root, "/?q=last&", "2026-02-17", "17 Feb 2026").await;
    assert!(nothing.contains("No matching projects"), "{nothing}");
    let cell = root.get("/portfolio/cells/53760/2026-02-09?as_of=2026-02-17").await.text;
    assert!(
        cell.contains("Vendor slipped one week.") && cell.contains("/status_reports/907?as_of=2026-02-17")
    );
    let sheet = root.get("/portfolio.csv?as_of=2026-02-17").await.text;
    assert!(sheet.contains("Vendor slipped one week.") && !sheet.contains("The crane sank"), "{sheet}");
    let present = root.get("/").await.text;
    assert!(present.contains("Harbor at last") && present.contains("The crane sank"), "{present}");
    let mut cleo = Browser::of(&app, "cleo").await;
    let page = past(&mut cleo, "/?", "2026-02-17", "17 Feb 2026").await;
    assert!(page.contains("Harbor rollout") && !page.contains("In Progress"), "{page}");
}

#[both_engines]
async fn a_project_is_as_it_was(engine: Engine) {
    let app = changed(engine).await;
    let mut ada = Browser::of(&app, "ada").await;
    let page = past(&mut ada, "/workspaces/53760?", "2026-02-17", "17 Feb 2026").await;
    for text in [
        "Harbor rollout",
        "In Progress",
        "Vendor slipped one week.",
        "/status_reports/907?as_of=2026-02-17",
        "Lead <bdi>Ada Park</bdi>",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for text in ["Harbor at last", "At Risk", "The crane sank", "1 May 2026", "Steel delivered"] {
        assert!(!page.contains(text), "{text}: {page}");
    }
    assert!(ada.get("/workspaces/53760").await.text.contains("Steel delivered"));
    assert_eq!(ada.get("/workspaces/53760?as_of=2025-12-31").await.status, 404);
    let mut zoe = Browser::of(&app, "zoe").await;
    assert_eq!(zoe.get("/workspaces/53760?as_of=2026-02-17").await.status, 404);
}

#[both_engines]
async fn a_report_is_as_it_was(engine: Engine) {
    let app = changed(engine).await;
    let mut bo = Browser::of(&app, "bo").await;
    let page = past(&mut bo, "/status_reports/907?", "2026-02-17", "17 Feb 2026").await;
    assert!(page.contains("Vendor slipped one week.") && page.contains("Yellow"), "{page}");
    assert!(!page.contains("The crane sank"), "{page}");
    assert!(page.contains("href=\"/status_reports/907\">Back to today"), "{page}");
    assert_eq!(bo.get("/status_reports/907?as_of=2026-02-08").await.status, 404);
    // Today and later days are the present.
    for day in ["2026-02-19", "2031-01-01", "soon"] {
        let page = bo.get(&format!("/status_reports/907?as_of={day}")).await.text;
        assert!(page.contains("The crane sank") && !page.contains("As it was on"), "{day}");
    }
}

#[both_engines]
async fn a_deleted_report_is_restored_on_its_page(engine: Engine) {
    let app = changed(engine).await;
    assert_eq!(app.own("bo", Method::DELETE, "/status_reports/907").await.status, 204);
    let mut bo = Browser::of(&app, "bo").await;
    let project = bo.get("/workspaces/53760").await.text;
    assert!(
        project.contains("Deleted reports (1)") && project.contains("/status_reports/907\""),
        "{project}"
    );
    let page = bo.get("/status_reports/907").await;
    assert!(page.text.contains("This report was deleted on") && !page.text.contains("/907/edit"), "{page}");
    let forms = page.forms();
    let restore = "/status_reports/907/restore";
    let form = forms.iter().find(|form| form.action == restore).expect("a form");
    let csrf = form.field("csrf").expect("a mark").to_owned();
    // Who only reads sees that it was deleted, and cannot bring it back.
    let mut vera = Browser::of(&app, "vera").await;
    let page = vera.get("/status_reports/907").await;
    assert!(page.text.contains("This report was deleted on") && !page.text.contains(restore), "{page}");
    assert!(!vera.get("/workspaces/53760").await.text.contains("Deleted reports"));
    for _ in 0..2 {
        let answer = bo.post(restore, &[("csrf", &csrf)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/status_reports/907"));
    }
    let page = bo.get("/status_reports/907").await.text;
    assert!(page.contains("Restored") && !page.contains("This report was deleted"), "{page}");
    let mut cleo = Browser::of(&app, "cleo").await;
    assert_eq!(cleo.get("/status_reports/907").await.status, 404);
}
