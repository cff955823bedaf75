//! Stories of the portfolio's page, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::sheet::workbook;
use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines, report, with};

/// The harbor with reports of "Quay extension" whose colours jump, and a project whose title is a formula.
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

/// The cells of a row as HTML.
#[track_caller]
fn cells<'a>(answer: &'a Answer, title: &str) -> &'a str {
    let row = answer.text.split(title).nth(1).expect("a row");
    let row = row.split("<tr").next().and_then(|row| row.split("</table>").next()).expect("cells");
    let start = row.rfind("<td class=c>").expect("the last cell before the weeks") + "<td class=c>".len();
    let start = start + row[start..].find("<td ").expect("a week");
    let rest = &row[start..];
    rest.split("<tbody").next().unwrap_or_default()
}

#[both_engines]
async fn a_row_marks_published_carried_forward_and_jumping_weeks(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "max").await;
    let page = browser.get("/?weeks=12").await;
    assert_eq!(titles(&page), ["Harbor rollout", "Quay extension"]);
    let none = |weeks: usize| format!("<td class=n colspan={weeks}>–\tNo report, {weeks} weeks");
    let tail = "<td class=g>G\tGreen<td class=y>Y\tYellow<td class=ys>Y\tYellow, carried over";
    assert_eq!(cells(&page, "Harbor rollout"), none(9) + tail);
    let quay = none(5)
        + "<td class=g>G\tGreen<td class=rj>R\tRed, dropped from green<td class=rs>R\tRed, carried over\
           <td class=gj>G\tGreen, recovered from red<td class=gs colspan=3>G\tGreen, carried over, 3 weeks";
    assert_eq!(cells(&page, "Quay extension"), quay);
    let page = browser.get("/?weeks=12&as_of=2026-01-14").await;
    assert!(cells(&page, "Quay extension").ends_with("<td class=rj>R\tRed, dropped from green"));
    assert!(cells(&page, "Harbor rollout").ends_with(&none(12)));
}

#[both_engines]
async fn the_query_filters_orders_and_groups(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    let (formula, harbor, quay) = ("=2+3 &#60;b&#62;", "Harbor rollout", "Quay extension");
    let cases: [(&str, &[&str]); 22] = [
        ("", &[formula, harbor, quay]),
        ("order=-name", &[quay, harbor, formula]),
        // Silent before what is finished.
        ("order=health", &[harbor, quay, formula]),
        ("order=-health", &[formula, quay, harbor]),
        ("order=age", &[formula, quay, harbor]),
        ("order=lead", &[formula, harbor, quay]),
        ("order=status", &[quay, harbor, formula]),
        ("order=due", &[formula, harbor, quay]),
        ("group=status&order=health", &[quay, harbor, formula]),
        ("group=lead&order=health", &[harbor, formula, quay]),
        ("group=health", &[harbor, quay, formula]),
        ("health=yellow", &[harbor]),
        ("health=red", &[]),
        // A colour counts what was reported this week or last week.
        ("health=green", &[]),
        // Finished projects are not silent.
        ("health=silent", &[quay]),
        ("health=resting", &[formula]),
        ("health=yellow%2Csilent", &[harbor, quay]),
        ("status=310", &[harbor]),
        ("status=310%2C100", &[harbor, quay]),
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
    assert!(nothing.text.contains("No matching projects"));
    assert!(nothing.text.contains("<a class=\"button\" href=\"/?weeks=52\">"));
    assert!(browser.get("/?page=9").await.text.contains("No matching projects"));
    assert_eq!(browser.get("/?q=%00").await.status, 400);
}

#[both_engines]
async fn an_address_has_no_default_and_forms_are_led_to_it(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    for (form, address) in [
        ("q=&weeks=26&group=&as_of=", "/"),
        ("as_of=2026-02-16", "/"),
        ("as_of=2031-01-01", "/"),
        ("as_of=2026-02-30", "/"),
        ("q=+roll&weeks=52&order=name&group=lead", "/?weeks=52&group=lead&q=roll"),
        ("status%5B%5D=310&status%5B%5D=100&weeks=26", "/?status=310%2C100"),
        ("health=stale&page=0&fold=7", "/"),
    ] {
        let answer = browser.get(&format!("/?{form}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, address), "{form}");
        let headers = [("cookie", browser.cookie.as_str()), ("hx-request", "true")];
        let answer = app.request(Method::GET, &format!("/?{form}"), &headers, "").await;
        assert_eq!((answer.status.as_u16(), answer.header("hx-push-url")), (200, address), "{form}");
        assert_eq!(browser.get(address).await.status, 200, "{address}");
    }
}

#[both_engines]
async fn each_project_is_counted_once_and_silence_is_apart_from_colours(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let keys = [310, 605, 501, 135, 423, 525, 510, 535, 100];
    let mut records = Vec::new();
    for id in 1..=400_i64 {
        // 343 have no report since the week before last.
        let at = if id <= 343 { "2026-02-08T23:59:59Z" } else { "2026-02-09T00:00:00Z" };
        let key = keys[usize::try_from(id % 9).expect("small")];
        records.push(
            json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Pier {id:03}"),
            "archived": false, "status_key": key, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"}),
        );
        let color = ["red", "yellow", "green"][usize::try_from(id % 3).expect("small")];
        let own = json!({"workspace_id": id, "color": color, "created_at": at, "updated_at": at});
        records.push(with(report(id), &own));
    }
    app.import(&lines(records)).await.expect("projects");
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/?q=pier").await.text;
    let count = |name: &str| -> usize {
        let chip =
            page.split(&format!("id=\"chip-{name}\"")).nth(1).and_then(|rest| rest.split("<b>").nth(1));
        chip.and_then(|rest| rest.split('<').next()).expect("a chip").parse().expect("a number")
    };
    let current = count("red") + count("yellow") + count("green");
    assert_eq!((count(""), current, count("none")), (400, 57, 0));
    // Two of nine status keys are of projects that go on.
    let silent = (1..=343).filter(|id| matches!(id % 9, 0 | 8)).count();
    assert_eq!((count("silent"), count("resting")), (silent, 343 - silent));
    // The spreadsheet and the API say the same.
    let sheet = browser.get("/portfolio.csv?q=pier&weeks=12").await.text;
    assert_eq!(sheet.lines().filter(|line| line.contains(",yes,")).count(), silent);
    assert_eq!(browser.get("/portfolio.csv?q=pier&health=silent").await.text.lines().count(), silent + 1);
    let (mut stale, mut cursor) = (0, String::new());
    loop {
        let path = format!("/workspaces?search=pier&status_key=310,100&limit=100{cursor}");
        let list = app.own("root", Method::GET, &path).await.json();
        let rows = list["workspaces"].as_array().expect("a list");
        stale += rows.iter().filter(|row| row["health"]["stale"] == true).count();
        let Some(next) = list["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(stale, silent);
    // Groups count the same, and the mark of what is not current is hollow.
    let page = browser.get("/?q=pier&group=health&rows=400").await.text;
    assert!(page.contains(&format!("<small>{silent} silent</small>")), "{page}");
    assert_eq!(page.matches(" o\" role=\"img\"").count(), 343);
    let folded = browser.get("/?q=pier&group=health&fold=3%2C5&rows=400").await;
    assert_eq!(titles(&folded).len(), 57);
    assert!(folded.text.contains(&format!("<small>{silent} silent</small>")));
}

#[both_engines]
async fn a_row_says_why(engine: Engine) {
    let app = harbor(engine).await;
    let at = |id, color: &str, at: &str, text: &str| {
        with(
            report(id),
            &json!({"workspace_id": 53800, "color": color, "created_at": at, "description": text}),
        )
    };
    let reports = [
        at(11, "red", "2026-02-03T12:00:00Z", "The quay <sank>. We look for it."),
        at(12, "red", "2026-02-13T12:00:00Z", "\nNobody answers. Since May."),
    ];
    app.import(&lines(reports)).await.expect("reports");
    let put = async |due: &str| {
        app.put("max", "/workspaces/53800", &json!({"workspace": {"due_date": due}})).await.object();
    };
    let mut browser = Browser::of(&app, "max").await;
    let mut row = async || {
        let page = browser.get("/?weeks=12").await.text;
        page.split("Quay extension").nth(1).expect("a row").split("<tr").next().unwrap_or_default().to_owned()
    };
    // The colour stands since the first of its reports.
    let text = row().await;
    assert!(text.contains("<p dir=auto>Nobody answers.</p>"), "{text}");
    assert!(text.contains(">3 Feb 2026</time>"), "{text}");
    assert!(!text.contains("class=late") && !text.contains("<small"), "{text}");
    put("2026-02-16").await;
    let text = row().await;
    assert!(
        text.contains("16 Feb 2026") && !text.contains("class=late") && !text.contains("<small"),
        "{text}"
    );
    put("2026-03-02").await;
    let text = row().await;
    assert!(
        text.contains("2 Mar 2026 <small title=\"First due on 16 Feb 2026\">")
            && text.contains("+14 d</small>"),
        "{text}"
    );
    put("2026-02-01").await;
    let text = row().await;
    assert!(
        text.contains("<b class=late>1 Feb 2026<span class=vh>, past due</span></b>")
            && text.contains("−15 d"),
        "{text}"
    );
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 605}});
    app.post("max", "/workspace_status_changes", &change).await.object();
    assert!(!row().await.contains("class=late"));
    let page = browser.get("/?weeks=12&as_of=2026-02-08").await.text;
    assert!(page.contains("The quay &#60;sank&#62;.</p>"), "{page}");
}

#[both_engines]
async fn people_on_the_client_side_see_no_health(engine: Engine) {
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
    assert_eq!(workbook(&cleo.get("/portfolio.xlsx").await).height(), 1);
    for (token, status) in [("cleo", 404), ("olaf", 404), ("zoe", 404), ("vera", 200), ("root", 200)] {
        let mut browser = Browser::of(&app, token).await;
        assert_eq!(browser.get("/portfolio/cells/53760/2026-02-09").await.status, status, "{token}");
    }
    let mut olaf = Browser::of(&app, "olaf").await;
    assert!(olaf.get("/").await.text.contains("No projects yet"));
    let mut zoe = Browser::of(&app, "zoe").await;
    assert_eq!(titles(&zoe.get("/").await), ["Elsewhere"]);
}

#[both_engines]
async fn a_cell_shows_its_report(engine: Engine) {
    let app = harbor(engine).await;
    let long =
        with(report(9), &json!({"description": "Wörter ".repeat(90), "created_at": "2026-02-16T09:00:00Z"}));
    app.import(&lines([long])).await.expect("a report");
    let mut browser = Browser::of(&app, "vera").await;
    let mut ask = async |week: &str| browser.get(&format!("/portfolio/cells/53760/{week}")).await.text;
    let text = ask("2026-02-11").await;
    for part in [
        "Harbor rollout",
        "9 Feb 2026",
        "Vendor slipped one week.",
        "Ada Park",
        "href=\"/status_reports/907\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(ask("2026-01-26").await.contains("No reports by this week."));
    let text = ask("2026-02-16").await;
    assert!(text.contains("Wörter …") && text.matches("Wörter").count() == 40, "{text}");
    let text = browser.get("/portfolio/cells/53760/2026-02-23").await.text;
    assert!(text.contains("last one a week earlier"), "{text}");
    for path in ["53760/never", "x/2026-02-16", "99999999999999999999/2026-02-16", "7/2026-02-16"] {
        assert_eq!(browser.get(&format!("/portfolio/cells/{path}")).await.status, 404, "{path}");
    }
}

#[both_engines]
async fn the_page_is_paged_and_the_spreadsheet_has_all_rows(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let workspace = |id: i64| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Pier {id:04}"),
            "archived": false, "status_key": 100, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    };
    app.import(&lines((1..=1001).map(workspace).collect::<Vec<Value>>())).await.expect("workspaces");
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/?q=pier&weeks=12").await;
    assert_eq!(titles(&page).len(), 50);
    assert!(page.text.contains("Projects 1 to 50 of 1,001"));
    assert!(page.text.contains("href=\"/?weeks=12&#38;q=pier&#38;page=2\""));
    assert!(page.text.contains("href=\"/?weeks=12&#38;q=pier&#38;rows=1000\""));
    let page = browser.get("/?q=pier&weeks=12&rows=1000").await;
    assert_eq!(titles(&page).len(), 1000);
    assert!(page.text.contains("href=\"/?weeks=12&#38;q=pier&#38;page=21\""));
    let page = browser.get("/?q=pier&weeks=12&page=21").await;
    assert_eq!(titles(&page), ["Pier 1001"]);
    assert!(page.text.contains("href=\"/?weeks=12&#38;q=pier&#38;page=20\""));
    // A group that goes on says so on the next page, and its rows can be folded.
    let page = browser.get("/?q=pier&group=lead&page=2").await;
    assert!(page.text.contains("<tr class=\"group again\">") && page.text.contains("1,001 without a report"));
    let page = browser.get("/?q=pier&group=lead&fold=2545").await;
    assert_eq!(titles(&page), [""; 0]);
    assert!(page.text.contains("aria-expanded=false") && page.text.contains("1,001 without a report"));
    assert_eq!(browser.get("/portfolio.csv?q=pier&page=2").await.text.lines().count(), 1002);
    assert_eq!(workbook(&browser.get("/portfolio.xlsx?q=pier&page=2").await).height(), 1002);
}

/// Sunday 18:00 in Los Angeles is Monday in UTC.
#[both_engines]
async fn days_and_weeks_are_in_the_time_zone_that_the_page_names(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let red = json!({"workspace_id": 53800, "color": "red", "created_at": "2026-02-16T02:00:00Z"});
    app.import(&lines([with(report(1), &red)])).await.expect("a report");
    let mut browser = Browser::of(&app, "max").await;
    let signed_in = browser.cookie.clone();
    let red = "<td class=r>R\tRed";
    let carried = "<td class=rs>R\tRed, carried over";
    for (zone, this_week, last_weeks, day, hour) in [
        ("UTC", format!(" 11 weeks{red}"), "2026-02-16", "16 Feb 2026", "02:00:00 UTC"),
        ("America/Los_Angeles", format!("{red}{carried}"), "2026-02-16", "15 Feb 2026", "18:00:00 PST"),
        ("Asia/Tokyo", format!(" 11 weeks{red}"), "2026-02-16", "16 Feb 2026", "11:00:00 JST"),
    ] {
        browser.cookie = format!("{signed_in}; zone={zone}");
        let page = browser.get("/?weeks=12").await;
        assert!(
            cells(&page, "Quay extension").ends_with(&this_week),
            "{zone}: {}",
            cells(&page, "Quay extension")
        );
        assert!(page.text.contains(&format!("data-week={last_weeks}")), "{zone}");
        assert!(page.text.contains(&format!("Times are in {zone}.")), "{zone}");
        assert!(page.text.contains("href=\"/preferences?return_to=%2F%3Fweeks%3D12\""), "{zone}");
        let table = browser.get("/?view=table").await;
        assert!(table.text.contains(&format!("title=\"{day}, {hour}\">{day}</time>")), "{zone}");
        let text = browser.get("/portfolio/cells/53800/2026-02-16").await.text;
        assert!(text.contains(day) && text.contains("16 Feb 2026"), "{zone}: {text}");
        assert_eq!(text.contains("last one a week earlier"), zone == "America/Los_Angeles", "{zone}");
        let before = browser.get("/portfolio/cells/53800/2026-02-09").await.text;
        assert_eq!(before.contains("/status_reports/1\""), zone == "America/Los_Angeles", "{zone}: {before}");
        for (path, said) in [("/workspaces/53800", day), ("/status_reports/1", hour)] {
            let page = browser.get(path).await.text;
            assert!(page.contains(said) && page.contains(&format!("Times are in {zone}.")), "{zone} {path}");
        }
    }
    // The user's choice overrides the browser's time zone; the APIs use UTC.
    browser.cookie = format!("{signed_in}; zone=UTC");
    let form = browser.get("/preferences?return_to=/tokens").await.form_with("return_to", "/tokens");
    let answer = browser.send(&form.clone().with("zone", "america/los_angeles")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/tokens"));
    assert!(browser.get("/").await.text.contains("Times are in America/Los_Angeles."));
    let preferences = browser.get("/preferences").await.text;
    assert!(preferences.contains("<option selected>America/Los_Angeles</option>"));
    assert_eq!(browser.send(&form.clone().with("zone", "Mars/Olympus")).await.header("set-cookie"), "");
    browser.send(&form.with("zone", "")).await;
    assert!(browser.get("/").await.text.contains("Times are in UTC."));
}

#[both_engines]
async fn silence_uses_the_readers_time_zone(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // Monday 2 February in UTC, Sunday 1 February in Los Angeles; now is Monday 16 February.
    let at = json!({"workspace_id": 53800, "created_at": "2026-02-09T07:00:00Z"});
    app.import(&lines([with(report(1), &at)])).await.expect("a report");
    let mut browser = Browser::of(&app, "max").await;
    let signed_in = browser.cookie.clone();
    for (zone, silent) in [("UTC", vec![]), ("America/Los_Angeles", vec!["Quay extension"])] {
        browser.cookie = format!("{signed_in}; zone={zone}");
        assert_eq!(titles(&browser.get("/?health=silent").await), silent, "{zone}");
    }
}
