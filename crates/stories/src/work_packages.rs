//! Stories of the pages of work packages.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::Engine;
use crate::browser::Browser;
use crate::openproject::work_packages::{Packages, link};

const PROJECT: &str = "/workspaces/53760";
const LIST: &str = "/workspaces/53760/work_packages";

/// The subjects in a list, in its order.
fn subjects(page: &str) -> Vec<&str> {
    let links = page.split("<th scope=\"row\"><a href=\"/work_packages/").skip(1);
    links
        .filter_map(|rest| rest.split_once("data-item>")?.1.split_once("</a>"))
        .map(|(text, _)| text)
        .collect()
}

/// The figures of a project: what is between the tags of each value.
fn figures(page: &str) -> Vec<&str> {
    let values = page.split("<b><bdi>").skip(1);
    values.filter_map(|rest| rest.split_once("</bdi></b>")).map(|(text, _)| text).collect()
}

#[both_engines]
async fn the_figures_count_what_the_lists_show(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let (progress, rejected) = (all.progress, all.rejected);
    // In Progress for more than three weeks, and late.
    all.made(json!({"subject": "Late <b>", "dueDate": "2026-02-20", "estimatedTime": "PT10H", "remainingTime": "PT4H",
        "_links": {"status": {"href": format!("/api/v3/statuses/{progress}")},
            "assignee": {"href": "/api/v3/users/2545"}}}))
    .await;
    all.made(json!({"subject": "Not begun", "estimatedTime": "PT10H", "remainingTime": "PT10H"})).await;
    app.app.clock.advance(22 * 86_400);
    all.made(json!({"subject": "Begun today", "dueDate": "2027-01-01", "_links": {"status":
        {"href": format!("/api/v3/statuses/{progress}")}}}))
        .await;
    all.made(link("status", "statuses", all.closed)).await;
    all.made(json!({"subject": "Left out", "estimatedTime": "PT900H",
        "_links": {"status": {"href": format!("/api/v3/statuses/{rejected}")}}}))
        .await;

    let mut ada = Browser::of(app, "ada").await;
    let page = ada.get(PROJECT).await.text;
    assert_eq!(figures(&page), ["30%", "–", "3", "1", "1"]);
    assert!(page.contains("6 of 20 hours") && page.contains("of 5<"), "{page}");
    for status in ["New", "In Progress"] {
        assert!(page.contains(&format!("dir=\"auto\">{status}</a>")), "{status}");
    }
    assert!(!page.contains("dir=\"auto\">Closed</a>"), "{page}");
    for (query, expected) in [
        ("", &["Late &#60;b&#62;", "Begun today", "Not begun"][..]),
        ("?show=overdue", &["Late &#60;b&#62;"]),
        ("?show=unchanged", &["Late &#60;b&#62;"]),
        ("?status=closed", &["Crane", "Left out"]),
        ("?status=all&q=BEGUN", &["Begun today", "Not begun"]),
        ("?assignee=2545", &["Late &#60;b&#62;"]),
        ("?assignee=none", &["Begun today", "Not begun"]),
        ("?status=999999999999999999999", &["Late &#60;b&#62;", "Begun today", "Not begun"]),
        ("?page=2", &[]),
        ("?page=-1&show=x&assignee=x", &["Late &#60;b&#62;", "Begun today", "Not begun"]),
    ] {
        let list = ada.get(&format!("{LIST}{query}")).await;
        assert_eq!((list.status.as_u16(), subjects(&list.text)), (200, expected.to_vec()), "{query}");
    }
    let status = ada.get(&format!("{LIST}?status={progress}")).await;
    assert_eq!(subjects(&status.text), ["Late &#60;b&#62;", "Begun today"]);

    // The figures are beside the color: on the form of a report, and in both views of the portfolio.
    let form = ada.get("/workspaces/53760/reports/new").await.text;
    assert_eq!(figures(&form), ["30%", "–", "3", "1", "1"]);
    for view in ["/", "/?view=table"] {
        let portfolio = ada.get(view).await.text;
        let line = "Work\u{a0}30%\u{a0}· 1\u{a0}overdue\u{a0}· 1\u{a0}unchanged";
        assert!(portfolio.contains(line) && portfolio.contains("How these figures"), "{view}: {portfolio}");
    }
    // With a due date, the share of the time is beside the work: 58 of 114 days.
    let due = json!({"due_date": "2026-05-05"});
    assert_eq!(app.write("ada", Method::PATCH, PROJECT, &due, &[]).await.status, 200);
    assert_eq!(figures(&ada.get(PROJECT).await.text)[1], "51%");
    assert!(ada.get("/").await.text.contains("Work\u{a0}30%\u{a0}· time\u{a0}51%\u{a0}·"));

    // A page of the past and an edited report are of another day.
    let past = ada.get(&format!("{PROJECT}?as_of=2026-03-01")).await.text;
    assert!(!past.contains("work-title") && past.contains("Harbor rollout"), "{past}");
    assert!(!ada.get("/status_reports/907/edit").await.text.contains("work-title"));
    assert!(!ada.get("/?as_of=2026-03-01").await.text.contains("overdue"));

    // Clients see the work and no health; others see neither; an archived project has none.
    let mut cleo = Browser::of(app, "cleo").await;
    assert!(cleo.get(PROJECT).await.text.contains("work-title"));
    assert_eq!(subjects(&cleo.get(LIST).await.text).len(), 3);
    assert_eq!(Browser::of(app, "zoe").await.get(LIST).await.status, 404);
    let archived = json!({"archived": true});
    assert_eq!(app.write("ada", Method::PATCH, PROJECT, &archived, &[]).await.status, 200);
    assert!(!ada.get(PROJECT).await.text.contains("work-title"));
    assert_eq!(ada.get(LIST).await.status, 403);
}

#[both_engines]
async fn the_page_of_a_work_package_moves_it(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let top = all.made(json!({"subject": "Rollout", "description": {"raw": "To *all* sites"}})).await;
    let id = all
        .made(json!({"subject": "Pilot", "estimatedTime": "PT8H", "remainingTime": "PT2H",
        "_links": {"parent": {"href": format!("/api/v3/work_packages/{top}")}}}))
        .await;
    let path = format!("/work_packages/{id}");
    let mut ada = Browser::of(app, "ada").await;
    let above = ada.get(&format!("/work_packages/{top}")).await.text;
    for part in ["<em>all</em>", "data-item>Pilot</a>", "<bdi>8\u{a0}h</bdi>", "<bdi>75%</bdi>"] {
        assert!(above.contains(part), "{part}: {above}");
    }
    let page = ada.get(&path).await;
    assert!(page.text.contains("dir=\"auto\">Rollout</a>"), "{page}");
    let form = page.form_with("lock_version", "0").with("status_id", &all.progress.to_string());
    let moved = ada.send(&form.clone()).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (303, path.as_str()));
    assert_eq!(app.last_writer("work_package").await, (Some(2545), "pages".into()));
    let page = ada.get(&path).await.text;
    let change = "<bdi>Status</bdi>: <span class=\"soft\"><bdi>New</bdi></span> ";
    assert!(page.contains(change) && page.contains("<bdi>In Progress</bdi></li>"), "{page}");

    // The form of before is refused, and so is a status that is not there.
    let late = ada.send(&form.with("status_id", &all.closed.to_string())).await;
    assert!(late.status == 409 && late.text.contains("Someone else changed"), "{late}");
    let fresh = ada.get(&path).await.form_with("lock_version", "1");
    for wrong in ["", "x", "999999"] {
        let refused = ada.send(&fresh.clone().with("status_id", wrong)).await;
        assert!(refused.status == 422 && refused.text.contains("Choose a status"), "{refused}");
    }
    // Out of a read-only status leads this form alone.
    assert_eq!(ada.send(&fresh.with("status_id", &all.frozen.to_string())).await.status, 303);
    let frozen = ada.get(&path).await;
    assert!(frozen.text.contains("This status is read-only."), "{frozen}");
    let out = frozen.form_with("lock_version", "2").with("status_id", &all.new.to_string());
    assert_eq!(ada.send(&out).await.status, 303);
    assert_eq!(all.get(id).await["_links"]["status"]["title"], "New");

    let text = json!({"comment": {"raw": "It *works*"}});
    let comment = app.v3_post("ada", &format!("{path}/activities"), &text).await;
    assert_eq!(comment.status, 201, "{comment}");
    assert!(ada.get(&path).await.text.contains("<em>works</em>"));

    // Others read it, or do not see it.
    for token in ["vera", "cleo"] {
        let mut reader = Browser::of(app, token).await;
        let page = reader.get(&path).await.text;
        assert!(page.contains("Pilot") && !page.contains("<select id=\"status_id\""), "{token}: {page}");
        let fields = [("status_id", "1"), ("lock_version", "3")];
        assert_eq!(reader.submit(&format!("{path}/status"), &fields).await.status, 403, "{token}");
    }
    assert_eq!(Browser::of(app, "zoe").await.get(&path).await.status, 404);
    assert_eq!(ada.get("/work_packages/x").await.status, 404);
}
