//! Stories of the time in status.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::calendar::put;
use crate::{Engine, TestApp, change, lines, time, with};
use base::rng::Rng;

const PATH: &str = "/time_in_status";

async fn read(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.own(token, Method::GET, &format!("{PATH}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

#[both_engines]
async fn stays_are_added_up_by_status(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // 53760: in 100 from Monday, 5 January, 18:00, and in 310 from Monday, 12 January, 16:00. It is Monday, 16 February.
    app.own("vera", Method::GET, PATH).await.is_exactly(
        r#"{"statuses":[
        {"status":{"key":100,"message":"Backlog","color":"grey"},"workspaces":1,"stays":1,
            "seconds":{"total":597600,"median":597600,"p85":597600,"max":597600},
            "working_seconds":{"total":140400,"median":140400,"p85":140400,"max":140400}},
        {"status":{"key":310,"message":"In Progress","color":"green"},"workspaces":1,"stays":1,
            "seconds":{"total":3024003,"median":3024003,"p85":3024003,"max":3024003},
            "working_seconds":{"total":720003,"median":720003,"p85":720003,"max":720003}}],
        "ageing":[{"workspace":{"id":53760,"title":"Harbor rollout"},
            "status":{"key":310,"message":"In Progress","color":"green"},"since":"2026-01-12T16:00:00Z","seconds":3024003,
            "working_seconds":720003}]}"#,
    );
    // The two projects of max; the archived one is not there.
    let both = read(&app, "max", "").await;
    assert_eq!(
        (&both["statuses"][0]["workspaces"], &both["statuses"][0]["seconds"]),
        (&json!(2), &json!({"total": 4_219_203, "median": 597_600, "p85": 3_621_603, "max": 3_621_603}))
    );
    let ageing: Vec<_> =
        both["ageing"].as_array().unwrap().iter().map(|one| &one["workspace"]["id"]).collect();
    assert_eq!(ageing, [53800, 53760]);
    // Finished work does not age.
    let archived = read(&app, "ada", "include_archived=true").await;
    assert_eq!(archived["statuses"].as_array().map(Vec::len), Some(3));
    assert_eq!(archived["ageing"].as_array().map(Vec::len), Some(1));
    assert_eq!(read(&app, "max", "search=quay").await["ageing"][0]["workspace"]["id"], 53800);
    assert_eq!(read(&app, "max", "status_key=100").await["statuses"][0]["stays"], 1);
    for token in ["cleo", "olaf"] {
        assert_eq!(read(&app, token, "").await, json!({"statuses": [], "ageing": []}), "{token}");
    }
}

#[both_engines]
async fn stays_are_cut_to_the_span(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let day = read(&app, "vera", "from=2026-01-12&to=2026-01-12").await;
    let seconds = |index: usize| {
        let status = &day["statuses"][index];
        (status["seconds"]["total"].clone(), status["working_seconds"]["total"].clone())
    };
    assert_eq!(seconds(0), (json!(16 * 3600), json!(7 * 3600)));
    assert_eq!(seconds(1), (json!(8 * 3600), json!(3600)));
    assert_eq!(day["ageing"][0]["seconds"], 8 * 3600);
    let before = read(&app, "vera", "to=2026-01-12T16:00:00Z").await;
    assert_eq!(before["statuses"].as_array().map(Vec::len), Some(1));
    assert_eq!(before["ageing"][0]["status"]["key"], 100);
    assert_eq!(read(&app, "vera", "to=2026-01-01").await, json!({"statuses": [], "ageing": []}));
    // A move that lasts no time is no stay.
    let twice = [
        change(5000, "2026-02-01T00:00:00Z"),
        with(change(5001, "2026-02-01T00:00:00Z"), &json!({"to_status_key": 310, "from_status_key": 403})),
    ];
    app.import(&lines(twice)).await.expect("an archive");
    let keys = read(&app, "vera", "").await;
    let keys: Vec<_> = keys["statuses"].as_array().unwrap().iter().map(|one| &one["status"]["key"]).collect();
    assert_eq!(keys, [100, 310]);
}

#[both_engines]
async fn working_time_follows_the_calendar(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let berlin = json!({"time_zone": "Europe/Berlin", "working_days": ["monday"], "from": "09:00", "to": "17:00",
        "holidays": ["2026-02-09"]});
    assert_eq!(put(&app, &berlin).await.status, 200);
    // Mondays from 12 January, 17:00 local time, to 16 February, 17:00: five, and one of them is a holiday.
    let found = read(&app, "vera", "").await;
    assert_eq!(found["ageing"][0]["working_seconds"], 4 * 8 * 3600);
}

#[both_engines]
async fn a_sheet_has_the_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let sheet = async |accept: &str| {
        let headers = [("authorization", "Bearer vera"), ("accept", accept)];
        app.request(Method::GET, "/api/statuary/v1/time_in_status", &headers, "").await
    };
    let csv = sheet("text/csv").await;
    assert_eq!(
        (csv.status.as_u16(), csv.header("content-type"), csv.header("vary")),
        (200, "text/csv; charset=utf-8", "accept"),
        "{csv}"
    );
    assert_eq!(
        csv.text,
        "status_key,status,color,workspaces,stays,total_seconds,median_seconds,p85_seconds,max_seconds,\
        total_working_seconds,median_working_seconds,p85_working_seconds,max_working_seconds\r\n\
        100,Backlog,grey,1,1,597600,597600,597600,597600,140400,140400,140400,140400\r\n\
        310,In Progress,green,1,1,3024003,3024003,3024003,3024003,720003,720003,720003,720003\r\n"
    );
    assert_eq!(sheet("*/*").await.header("content-type"), "application/json");
}

#[both_engines]
async fn wrong_spans_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (query, parameter) in [
        ("from=2026-02-02&to=2026-02-01", "from"),
        ("from=soon", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-02-17", "from"),
        ("to=2026-02-16T16:00:04Z", "to"),
        ("to=2026-02-17", "to"),
        ("status_key=x", "status_key"),
        ("limit=1", "limit"),
    ] {
        let answer = app.own("root", Method::GET, &format!("{PATH}?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["parameter"]),
            (400, &json!(parameter)),
            "{query}"
        );
    }
    assert_eq!(read(&app, "vera", "to=2026-02-16").await, read(&app, "vera", "").await);
}

/// Random histories against stays that are read off hour by hour.
#[both_engines]
async fn sums_are_those_of_a_walk_through_the_hours(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut rng = Rng(17);
    let start = time("2026-01-01T00:00:00Z");
    let mut histories: Vec<Vec<(i64, i64)>> = Vec::new();
    let mut archive = Vec::new();
    let keys = [100, 310, 403, 525, 605];
    for number in 0..30_i64 {
        let mut hours: Vec<i64> = (0..rng.below(8)).map(|_| i64::try_from(rng.below(900)).unwrap()).collect();
        hours.sort_unstable();
        let mut history = vec![(0, 100)];
        let id = 70_000 + number;
        let workspace = json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("W {number}"),
            "description": "", "start_date": null, "due_date": null, "archived": false, "status_key": 100, "creator_id": 2561,
            "created_at": start, "updated_at": start});
        let mut changes = Vec::new();
        for (place, hour) in (0..).zip(hours) {
            let from = history[history.len() - 1].1;
            let to = *rng.pick::<i64>(&keys);
            history.push((hour, to));
            changes.push(with(
                change(100_000 + number * 10 + place, ""),
                &json!({"workspace_id": id, "user_id": 2561,
                "from_status_key": from, "to_status_key": to, "created_at": start.plus_seconds(hour * 3600)}),
            ));
        }
        archive.push(with(workspace, &json!({"status_key": history[history.len() - 1].1})));
        archive.extend(changes);
        histories.push(history);
    }
    app.import(&lines(archive)).await.expect("an archive");
    for (from, to) in [(0, 1000), (100, 500), (450, 451), (899, 1000)] {
        let mut stays: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let mut workspaces: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
        for (number, history) in histories.iter().enumerate() {
            let mut last = None;
            for hour in from..to {
                let place = history.iter().rposition(|(since, _)| *since <= hour).expect("a status");
                let key = history[place].1;
                if last != Some(place) {
                    stays.entry(key).or_default().push(0);
                    last = Some(place);
                }
                *stays.get_mut(&key).unwrap().last_mut().unwrap() += 3600;
                workspaces.entry(key).or_default().insert(number);
            }
        }
        let [from, to] = [from, to].map(|hour| start.plus_seconds(hour * 3600));
        let found = read(&app, "root", &format!("from={from}&to={to}&search=w")).await;
        for status in found["statuses"].as_array().unwrap() {
            let key = status["status"]["key"].as_i64().unwrap();
            let mut own = stays.remove(&key).unwrap_or_else(|| panic!("{key} in {from} to {to}"));
            own.sort_unstable();
            let rank = |percent: usize| own[(own.len() * percent).div_ceil(100) - 1];
            let sums = json!({"total": own.iter().sum::<i64>(), "median": rank(50), "p85": rank(85), "max": rank(100)});
            assert_eq!(
                (&status["seconds"], &status["stays"], &status["workspaces"]),
                (&sums, &json!(own.len()), &json!(workspaces[&key].len())),
                "{key}, {from} to {to}"
            );
        }
        assert!(stays.is_empty(), "{stays:?}, {from} to {to}");
    }
}
