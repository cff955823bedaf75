//! Stories of the portfolio's page, on both engines.

use rstest::rstest;
use serde_json::{Value, json};

use crate::testing::browser::Browser;
use crate::testing::{Answer, Engine, TestApp, lines, report, with};

/// The harbor, with reports of the Quay extension that jump, and a project of a title that is a formula.
async fn harbor(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let at = |id, color: &str, at: &str| {
        with(report(id), &json!({"workspace_id": 53800, "color": color, "created_at": at, "updated_at": at}))
    };
    let formula = json!({"kind": "workspace", "id": 1, "account_id": 415, "title": "=2+3 <b>", "archived": false,
        "status_key": 605, "creator_id": 2545, "created_at": "2026-01-05T18:00:00Z",
        "updated_at": "2026-01-05T18:00:00Z"});
    let old = with(report(5), &json!({"workspace_id": 1, "created_at": "2025-12-01T08:00:00Z"}));
    let reports = [
        at(1, "green", "2026-01-06T12:00:00Z"),
        at(2, "red", "2026-01-13T12:00:00Z"),
        at(3, "green", "2026-01-27T12:00:00Z"),
    ];
    app.import(&lines([formula].into_iter().chain(reports).chain([old]))).await.expect("reports");
    app
}

/// The titles of the rows, in their order.
fn titles(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.text.split(" data-item>").skip(1);
    rows.map(|rest| rest.split('<').next().unwrap_or_default()).collect()
}

/// The cells of a row, as they are written.
#[track_caller]
fn cells<'a>(answer: &'a Answer, title: &str) -> &'a str {
    let row = answer.text.split(title).nth(1).expect("a row");
    let row = row.split("<tr>").next().and_then(|row| row.split("</svg>").nth(1)).expect("cells");
    row.split("</table>").next().unwrap_or_default()
}

#[rstest]
#[tokio::test]
async fn a_row_shows_what_was_published_carried_on_and_jumped(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "max").await;
    let page = browser.get("/?weeks=12").await;
    assert_eq!(titles(&page), ["Harbor rollout", "Quay extension"]);
    let none = "<td class=n>–";
    let tail = "<td class=g>G<td class=y>Y<td class=ys>Y";
    assert_eq!(cells(&page, "Harbor rollout"), none.repeat(9) + tail);
    let quay = none.repeat(5)
        + "<td class=g>G<td class=rj>R<td class=rs>R<td class=gj>G"
        + &"<td class=gs>G".repeat(3);
    assert_eq!(cells(&page, "Quay extension"), quay);
    let page = browser.get("/?weeks=12&until=2026-01-14").await;
    assert!(cells(&page, "Quay extension").ends_with("<td class=g>G<td class=rj>R"));
    assert!(cells(&page, "Harbor rollout").ends_with(none));
}

#[rstest]
#[tokio::test]
async fn the_address_narrows_orders_and_groups(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    let (formula, harbor, quay) = ("=2+3 &#60;b&#62;", "Harbor rollout", "Quay extension");
    let cases: [(&str, &[&str]); 14] = [
        ("", &[formula, harbor, quay]),
        ("order=health", &[harbor, formula, quay]),
        ("order=age", &[formula, quay, harbor]),
        ("order=lead", &[formula, harbor, quay]),
        ("order=status", &[quay, harbor, formula]),
        ("group=status&order=health", &[quay, harbor, formula]),
        ("group=lead&order=health", &[harbor, formula, quay]),
        ("health=yellow", &[harbor]),
        ("health=red", &[]),
        // What is finished is not stale.
        ("health=stale", &[quay]),
        ("status=310", &[harbor]),
        ("lead=2561", &[quay]),
        ("q=ROLL", &[harbor]),
        ("q=nothing", &[]),
    ];
    for (query, expected) in cases {
        for view in ["", "&view=table"] {
            assert_eq!(titles(&browser.get(&format!("/?{query}{view}")).await), expected, "{query}{view}");
        }
    }
    let nothing = browser.get("/?q=nothing&weeks=52").await;
    assert!(nothing.text.contains("No workspace is like this"));
    assert!(nothing.text.contains("<a class=\"button\" href=\"/?weeks=52\">"));
    assert!(browser.get("/?page=9").await.text.contains("No workspace is like this"));
    assert_eq!(browser.get("/?q=%00").await.status, 400);
}

#[rstest]
#[tokio::test]
async fn who_is_on_the_clients_side_sees_nothing_of_health(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = harbor(engine).await;
    let mut cleo = Browser::of(&app, "cleo").await;
    for query in ["", "?view=table", "?health=yellow", "?status=310"] {
        let page = cleo.get(&format!("/{query}")).await;
        assert_eq!(titles(&page), ["Harbor rollout"], "{query}");
        for word in ["class=heat", "class=\"list\"", "In Progress", "Yellow", "Vendor", "Ada Park"] {
            assert!(!page.text.contains(word), "{query}: {word}");
        }
    }
    assert_eq!(cleo.get("/portfolio.csv").await.text.lines().count(), 1);
    for (who, status) in [("cleo", 404), ("olaf", 404), ("zoe", 404), ("vera", 200), ("root", 200)] {
        let mut browser = Browser::of(&app, who).await;
        assert_eq!(browser.get("/portfolio/cells/53760/2026-02-09").await.status, status, "{who}");
    }
    let mut olaf = Browser::of(&app, "olaf").await;
    assert!(olaf.get("/").await.text.contains("No workspaces yet"));
    let mut zoe = Browser::of(&app, "zoe").await;
    assert_eq!(titles(&zoe.get("/").await), ["Elsewhere"]);
}

#[rstest]
#[tokio::test]
async fn a_cell_tells_its_report(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = harbor(engine).await;
    let long =
        with(report(9), &json!({"description": "Wörter ".repeat(90), "created_at": "2026-02-16T09:00:00Z"}));
    app.import(&lines([long])).await.expect("a report");
    let mut browser = Browser::of(&app, "vera").await;
    let mut ask = async |week: &str| browser.get(&format!("/portfolio/cells/53760/{week}")).await.text;
    let told = ask("2026-02-11").await;
    for part in [
        "Harbor rollout",
        "9 Feb 2026",
        "Vendor slipped one week.",
        "Ada Park",
        "href=\"/status_reports/907\"",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(ask("2026-01-26").await.contains("Nothing was reported up to this week."));
    let told = ask("2026-02-16").await;
    assert!(told.contains("Wörter …") && told.matches("Wörter").count() == 40, "{told}");
    let told = browser.get("/portfolio/cells/53760/2026-02-23").await.text;
    assert!(told.contains("the last one is a week older"), "{told}");
    for path in ["53760/never", "x/2026-02-16", "99999999999999999999/2026-02-16", "7/2026-02-16"] {
        assert_eq!(browser.get(&format!("/portfolio/cells/{path}")).await.status, 404, "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn a_sheet_has_the_same_rows(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    let sheet = browser.get("/portfolio.csv?weeks=12&order=age").await;
    assert_eq!(sheet.header("content-type"), "text/csv; charset=utf-8");
    let rows: Vec<&str> = sheet.text.lines().collect();
    assert!(
        rows[0]
            .starts_with("id,title,lead,status_key,status,health,stale,last_report_at,reports,green_weeks,")
    );
    assert!(rows[0].ends_with(",2026-02-02,2026-02-09,2026-02-16"), "{}", rows[0]);
    assert!(
        rows[1].starts_with(
            "1,'=2+3 <b>,Ada Park,605,Completed,green,no,2025-12-01T08:00:00Z,1,12,0,0,11,green,"
        )
    );
    assert!(
        rows[2].starts_with("53800,Quay extension,Max Prime,100,Backlog,green,yes,2026-01-27T12:00:00Z,3,")
    );
    assert!(rows[3].ends_with(",,,green,yellow,(yellow)"), "{}", rows[3]);
    assert_eq!(rows.len(), 4);
    assert_eq!(browser.get("/portfolio.csv?health=yellow").await.text.lines().count(), 2);
}

#[rstest]
#[tokio::test]
async fn rows_come_in_pages_and_all_of_them_in_a_sheet(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::harbor(engine).await;
    let workspace = |id: i64| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Pier {id:04}"),
            "archived": false, "status_key": 100, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    };
    app.import(&lines((1..=1001).map(workspace).collect::<Vec<Value>>())).await.expect("workspaces");
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/?q=pier&weeks=12").await;
    assert_eq!(titles(&page).len(), 1000);
    assert!(page.text.contains("Workspaces 1 to 1,000 of 1,001"));
    assert!(page.text.contains("href=\"/?weeks=12&#38;q=pier&#38;page=2\""));
    assert_eq!(titles(&browser.get("/?q=pier&weeks=12&page=2").await), ["Pier 1001"]);
    assert_eq!(browser.get("/portfolio.csv?q=pier&page=2").await.text.lines().count(), 1002);
}
