//! Stories of the portfolio through HTTP, on both engines.

mod pack;
mod page;
mod past;
mod sheet;
mod words;

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use super::{Engine, TestApp, lines, report, with};

async fn get_portfolio(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.own(token, Method::GET, &format!("/portfolio?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()
}

fn ids(portfolio: &Value) -> Vec<i64> {
    portfolio["workspaces"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[both_engines]
async fn a_row_has_one_cell_per_week(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.own("max", Method::GET, "/portfolio?weeks=4").await;
    answer.is_exactly(
        r#"{"weeks":["2026-01-26","2026-02-02","2026-02-09","2026-02-16"],"workspaces":[
        {"id":53760,"title":"Harbor rollout","archived":false,
        "status":{"key":310,"message":"In Progress","color":"green"},
        "lead":{"id":2545,"full_name":"Ada Park"},"updated_at":"2026-02-10T00:02:10Z","version":1,
        "last_report":{"id":907,"color":"yellow","created_at":"2026-02-09T17:20:41Z","age_days":6},"cells":[
        {"color":null,"report_id":null,"reports":0,"stale":true,"weeks_since":null,"jump":false},
        {"color":"green","report_id":901,"reports":1,"stale":false,"weeks_since":0,"jump":false},
        {"color":"yellow","report_id":907,"reports":1,"stale":false,"weeks_since":0,"jump":false},
        {"color":"yellow","report_id":null,"reports":0,"stale":true,"weeks_since":1,"jump":false}]},
        {"id":53800,"title":"Quay extension","archived":false,
        "status":{"key":100,"message":"Backlog","color":"grey"},
        "lead":{"id":2561,"full_name":"Max Prime"},"updated_at":"2026-02-01T00:00:00Z","version":1,
        "last_report":null,"cells":[
        {"color":null,"report_id":null,"reports":0,"stale":true,"weeks_since":null,"jump":false},
        {"color":null,"report_id":null,"reports":0,"stale":true,"weeks_since":null,"jump":false},
        {"color":null,"report_id":null,"reports":0,"stale":true,"weeks_since":null,"jump":false},
        {"color":null,"report_id":null,"reports":0,"stale":true,"weeks_since":null,"jump":false}]}],
        "next_cursor":null}"#,
    );
    assert_eq!(answer.headers[header::LINK], "</api/statuary/v1/portfolio?weeks=4>; rel=\"first\"");
}

#[both_engines]
async fn workspaces_without_visible_health_have_no_row(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: [(&str, &[i64], &[i64]); 8] = [
        ("root", &[53760, 53800], &[53760, 53900, 53800]),
        ("ada", &[53760], &[53760, 53900]),
        ("bo", &[53760], &[53760]),
        ("vera", &[53760], &[53760]),
        ("max", &[53760, 53800], &[53760, 53800]),
        ("cleo", &[], &[]),
        ("olaf", &[], &[]),
        ("zoe", &[60000], &[60000]),
    ];
    for (token, active, all) in cases {
        assert_eq!(ids(&get_portfolio(&app, token, "").await), active, "{token}");
        assert_eq!(ids(&get_portfolio(&app, token, "include_archived=true").await), all, "{token}");
    }
}

#[both_engines]
async fn cells_show_the_last_report_and_carry_it_forward(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let at = |id, color: &str, at: &str| {
        with(report(id), &json!({"workspace_id": 53800, "color": color, "created_at": at, "updated_at": at}))
    };
    let reports = [
        at(1, "yellow", "2025-11-05T12:00:00Z"),
        at(2, "green", "2025-12-28T23:59:59.999999Z"),
        at(3, "yellow", "2025-12-29T00:00:00Z"),
        at(5, "red", "2026-01-03T12:00:00Z"),
        at(4, "green", "2026-01-04T12:00:00Z"),
        at(6, "red", "2026-01-20T12:00:00Z"),
        at(7, "red", "2026-01-25T23:59:59Z"),
        at(8, "green", "2026-02-12T08:00:00Z"),
    ];
    app.import(&lines(reports)).await.unwrap();
    let portfolio = get_portfolio(&app, "max", "search=quay&from=2025-12-24&to=2026-03-31").await;
    let cells: Vec<_> = portfolio["workspaces"][0]["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| {
            json!([cell["color"], cell["report_id"], cell["reports"], cell["weeks_since"], cell["jump"]])
        })
        .collect();
    let expected = json!([
        ["green", 2, 1, 0, false],
        ["green", 4, 3, 0, false],
        ["green", null, 0, 1, false],
        ["green", null, 0, 2, false],
        ["red", 7, 2, 0, true],
        ["red", null, 0, 1, false],
        ["red", null, 0, 2, false],
        ["green", 8, 1, 0, true],
        ["green", null, 0, 1, false],
    ]);
    assert_eq!(json!(cells), expected);
    assert_eq!(
        (&portfolio["weeks"][0], &portfolio["weeks"][8]),
        (&json!("2025-12-22"), &json!("2026-02-16"))
    );
    let carried = get_portfolio(&app, "max", "search=quay&weeks=1&to=2025-12-21").await;
    assert_eq!(
        carried["workspaces"][0]["cells"],
        json!([{"color": "yellow", "report_id": null, "reports": 0, "stale": true, "weeks_since": 6, "jump": false}])
    );
    assert_eq!(carried["workspaces"][0]["last_report"]["id"], 8);
}

#[both_engines]
async fn rows_can_be_filtered_and_ordered(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: [(&str, &[i64]); 9] = [
        ("status_key=310", &[53760]),
        ("status_key=100,310", &[53760, 53800]),
        ("status_key=605", &[]),
        ("status_key=605&include_archived=true", &[53900]),
        ("search=EXT", &[53800]),
        ("search=%25", &[]),
        ("order=title&include_archived=true", &[53760, 53900, 53800]),
        ("order=updated_at&include_archived=true", &[53760, 53800, 53900]),
        ("order=health&include_archived=true", &[53760, 53900, 53800]),
    ];
    for (query, expected) in cases {
        assert_eq!(ids(&get_portfolio(&app, "root", query).await), expected, "{query}");
    }
    let red = with(report(1), &json!({"workspace_id": 53800, "color": "red"}));
    app.import(&lines([red])).await.unwrap();
    assert_eq!(
        ids(&get_portfolio(&app, "root", "order=health&include_archived=true").await),
        [53800, 53760, 53900]
    );
}

#[both_engines]
async fn cursors_lead_through_all_pages(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let workspace = |id: i64| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Pier {}", id % 3),
            "archived": false, "status_key": 100, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": format!("2026-01-0{}T18:00:00Z", 5 + id % 2)})
    };
    app.import(&lines((1..=7).map(workspace))).await.unwrap();
    for order in ["title", "updated_at", "health"] {
        let whole = ids(&get_portfolio(&app, "root", &format!("order={order}")).await);
        assert_eq!(whole.len(), 9, "{order:?}");
        let mut path = format!("/portfolio?order={order}&limit=2");
        let mut walked = Vec::new();
        loop {
            let answer = app.own("root", Method::GET, &path).await;
            walked.extend(ids(&answer.json()));
            let link = answer.headers[header::LINK].to_str().unwrap();
            let Some(cursor) = answer.json()["next_cursor"].as_str().map(str::to_owned) else {
                assert!(!link.contains("next"), "{link}");
                break;
            };
            let next = format!("/portfolio?order={order}&limit=2&cursor={cursor}");
            let first = format!("</api/statuary/v1/portfolio?order={order}&limit=2>; rel=\"first\"");
            assert_eq!(link, format!("</api/statuary/v1{next}>; rel=\"next\", {first}"), "{order:?}");
            path = next;
        }
        assert_eq!(walked, whole, "{order}");
    }
    let cursor = get_portfolio(&app, "root", "limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    let other = format!("/portfolio?order=health&cursor={cursor}");
    assert_eq!(app.own("root", Method::GET, &other).await.json()["type"], "/problems/invalid-cursor");
    let kept = app.own("root", Method::GET, "/portfolio?limit=1&search=%26%C3%A9").await;
    assert_eq!(
        kept.headers[header::LINK],
        "</api/statuary/v1/portfolio?search=%26%C3%A9&limit=1>; rel=\"first\""
    );
}

#[both_engines]
async fn each_write_increases_the_version(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let version =
        async || get_portfolio(&app, "max", "search=quay").await["workspaces"][0]["version"].clone();
    assert_eq!(version().await, 1);
    app.put("max", "/workspaces/53800", &json!({"workspace": {"title": "Quay"}})).await.object();
    assert_eq!(version().await, 2);
    let change = json!({"workspace_status_change": {"workspace_id": 53800, "to_status_key": 403}});
    app.post("max", "/workspace_status_changes", &change).await.object();
    assert_eq!(version().await, 3);
    app.post("max", "/workspace_status_changes", &change).await.has(422);
    assert_eq!(version().await, 3);
}
