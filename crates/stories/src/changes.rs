//! Stories of the page "What changed".

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Engine, TestApp};

#[both_engines]
async fn the_page_has_what_changed_and_the_report_that_did_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut vera = Browser::of(&app, "vera").await;
    let page = vera.get("/changes?from=2026-02-03&to=2026-02-10").await;
    assert_eq!(page.status, 200, "{page}");
    for part in [
        "<h1>What changed</h1>",
        "3 Feb 2026, 00:00 to 10 Feb 2026, 23:59",
        "1 project compared",
        "id=\"changes-worse\">Got worse <small>1</small>",
        "<bdi>Green</bdi>",
        "<bdi>Yellow</bdi>",
        "Vendor slipped one week.",
        "href=\"/status_reports/907\"",
        "<bdi>Ada Park</bdi>",
        "aria-current=\"page\">Changes</a>",
    ] {
        assert!(page.text.contains(part), "{part}: {page}");
    }
    assert!(!page.text.contains("changes-better\""), "{page}");
    // The link shows the same page later, whatever was written in the meantime.
    let link =
        page.text.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).expect("a link");
    let path = link[link.find("/changes").expect("a path")..].replace("&amp;", "&").replace("&#38;", "&");
    let sections = |text: &str| text.split("<section").skip(1).take(1).map(str::to_owned).collect::<Vec<_>>();
    let first = vera.get(&path).await;
    assert_eq!(sections(&first.text), sections(&page.text), "{path}");
    app.app.clock.advance(3 * 86_400);
    let edited = json!({"color": "red", "description": "All is lost."});
    assert_eq!(app.write("ada", Method::PATCH, "/status_reports/907", &edited, &[]).await.status, 200);
    assert_eq!(sections(&vera.get(&path).await.text), sections(&first.text));

    // Moves, due dates and leads are those of the log.
    let body = json!({"status_key": 403, "due_date": "2026-06-01", "lead_id": 2551});
    assert_eq!(app.write("max", Method::PATCH, "/workspaces/53760", &body, &[]).await.status, 200);
    app.app.clock.advance(60);
    let moved = vera.get("/changes?from=2026-02-18").await.text;
    for part in [
        "id=\"changes-moved\">Status moved",
        "<bdi>In Progress</bdi>",
        "<bdi>At Risk</bdi>",
        "<bdi>Max Prime</bdi>",
        "id=\"changes-due\">Due date moved",
        "<bdi>No due date</bdi>",
        "<bdi>1 Jun 2026</bdi>",
        "id=\"changes-lead\">Lead changed",
        "<bdi>Bo Lind</bdi>",
        "id=\"changes-worse\">Got worse",
    ] {
        assert!(moved.contains(part), "{part}: {moved}");
    }
    assert!(vera.get("/changes?from=2026-02-19").await.text.contains("Since last Monday"));
}

#[both_engines]
async fn wrong_days_are_told_and_the_client_side_sees_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut vera = Browser::of(&app, "vera").await;
    for (query, told) in [
        ("from=soon", "Enter dates such as"),
        ("from=2026-02-30", "Enter dates such as"),
        ("from=2026-02-10&to=2026-02-09", "The first day has to be before the last"),
        ("from=2026-02-10&to=2026-02-17", "The first day has to be before the last"),
        ("from=2026-02-10&known_at=2026-02-17", "The first day has to be before the last"),
    ] {
        let page = vera.get(&format!("/changes?{query}")).await;
        assert!(page.status == 422 && page.text.contains(told), "{query}: {page}");
    }
    // The clock of the stories stands at Monday, 16 February: the page begins with the Monday before.
    let usual = vera.get("/changes").await.text;
    assert!(
        usual.contains("9 Feb 2026, 00:00 to 16 Feb 2026, 16:00") && usual.contains("Got worse"),
        "{usual}"
    );
    assert!(vera.get("/changes?from=2026-02-16").await.text.contains("Nothing changed"));
    for (token, status) in [("cleo", 404), ("olaf", 404), ("root", 200)] {
        let mut browser = Browser::of(&app, token).await;
        let page = browser.get("/changes").await;
        assert_eq!(page.status, status, "{token}");
        assert_eq!(browser.get("/").await.text.contains("href=\"/changes\""), status == 200, "{token}");
    }
}
