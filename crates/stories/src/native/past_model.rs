//! Random histories, whose past is compared with a naive replay of the log.

use std::collections::BTreeSet;
use std::ops::Range;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::past_packages;
use super::past_replay::{Replay, content, effective};
use super::random::Random;
use crate::verify::findings;
use crate::{Engine, TestApp, change, lines, report, with};
use base::clock::Time;
use domain::events;
use domain::events::Event;
use domain::ids::AccountId;
use domain::work;

/// The number of histories for each engine, unless the environment says another.
const HISTORIES: u64 = 25;
/// The variable with the number of histories, or with the first one and the end: `500..1000`.
const VARIABLE: &str = "STATUARY_HISTORIES";
const STEPS: usize = 25;
const POINTS: usize = 3;
/// The number of reports of a point that are read one by one.
const SINGLE: usize = 3;
const DAY: i64 = 86_400;
const WORKSPACES: [i64; 3] = [53760, 53800, 53900];
const KEYS: [i64; 4] = [100, 310, 403, 605];
const COLORS: [&str; 3] = ["green", "yellow", "red"];

pub(super) async fn log(app: &TestApp) -> Vec<Event> {
    let links =
        app.app.db.read(work!(|conn| Ok(events::store::chain(conn, AccountId(415), 0, 100_000).await?)));
    links.await.unwrap().into_iter().map(|link| link.event).collect()
}

/// A random write.
pub(super) async fn write(app: &TestApp, random: &mut Random, step: usize) {
    let (workspace, color, key) = (random.one(&WORKSPACES), random.one(&COLORS), random.one(&KEYS));
    let listed = app.own("root", Method::GET, "/status_reports?include_deleted=true&limit=200").await.json();
    let ids: Vec<i64> =
        listed["status_reports"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let id = random.one(&ids);
    let early = random.before(app.app.clock.now());
    let late = early.plus_seconds(i64::try_from(random.below(5 * 86_400)).unwrap());
    let number = 100_000 + i64::try_from(step).unwrap();
    let own = |path: String, body: Value, method: Method| async move {
        app.write("root", method, &path, &body, &[]).await
    };
    match random.below(15) {
        0 | 1 => {
            let body = json!({"color": color, "description": format!("Report {step}")});
            own(format!("/workspaces/{workspace}/status_reports"), body, Method::POST).await;
        }
        2 => drop(own(format!("/status_reports/{id}"), json!({"color": color}), Method::PATCH).await),
        3 => drop(app.own("root", Method::DELETE, &format!("/status_reports/{id}")).await),
        4 => drop(own(format!("/status_reports/{id}/restore"), json!({}), Method::POST).await),
        5 => {
            let body = json!({"title": format!("Title {step}"), "archived": random.below(3) == 0});
            own(format!("/workspaces/{workspace}"), body, Method::PATCH).await;
        }
        6 => drop(
            own(
                format!("/workspaces/{workspace}/status_changes"),
                json!({"to_status_key": key}),
                Method::POST,
            )
            .await,
        ),
        7 => {
            let line =
                json!({"workspace_id": workspace, "color": color, "created_at": early, "updated_at": late});
            app.import(&lines([with(report(number), &line)])).await.unwrap();
        }
        8 => {
            let line = json!({"workspace_id": workspace, "from_status_key": random.one(&KEYS), "to_status_key": key});
            app.import(&lines([with(change(number, &early.to_string()), &line)])).await.unwrap();
        }
        9 | 10 => write_status(app, random, step).await,
        _ => past_packages::write(app, random, (step, workspace), (early, late)).await,
    }
}

/// A random write of a status of work packages.
async fn write_status(app: &TestApp, random: &mut Random, step: usize) {
    let listed = app.own("root", Method::GET, "/statuses").await.json();
    let ids: Vec<i64> =
        listed["statuses"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let (path, id) = ("/api/v3/statuses".to_owned(), random.one(&ids));
    let (method, path, body) = match random.below(3) {
        0 => (Method::POST, path, json!({"name": format!("Status {step}"), "position": 1 + random.below(9)})),
        1 => (Method::PATCH, format!("{path}/{id}"), json!({"name": format!("Status {step}")})),
        _ => (Method::DELETE, format!("{path}/{id}"), json!({})),
    };
    let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
    app.request(method, &path, &headers, &body.to_string()).await;
}

/// Compares the answers at a point with the replay.
async fn compare(app: &TestApp, log: &[Event], as_of: Time, known_at: Time, seed: u64) {
    let replay = Replay::of(log, as_of, known_at);
    let at = format!("as_of={as_of}&known_at={known_at}");
    let told = format!("{VARIABLE}: history {seed}, {at}");
    let read = |path: String| async move { app.own("root", Method::GET, &path).await };
    let reports = replay.reports();
    let expected: Vec<_> = reports
        .iter()
        .map(|(_, id, report)| {
            (json!(id), report["color"].clone(), report["updated_at"].clone(), report["version"].clone())
        })
        .collect();
    let list = read(format!("/status_reports?limit=200&{at}")).await.json();
    let found = list["status_reports"].as_array().unwrap().iter().map(|one| {
        (one["id"].clone(), one["color"].clone(), one["updated_at"].clone(), one["version"].clone())
    });
    let found: Vec<_> = found.collect();
    assert_eq!(found, expected, "{told}");
    let ids: BTreeSet<i64> =
        log.iter().filter(|one| one.subject_type == "status_report").map(|one| one.subject_id).collect();
    let start = usize::try_from(seed).unwrap_or_default();
    for id in ids.iter().copied().cycle().skip(start % ids.len()).take(SINGLE) {
        let one = read(format!("/status_reports/{id}?{at}")).await;
        let listed = list["status_reports"].as_array().unwrap().iter().find(|listed| listed["id"] == id);
        assert_eq!(one.status.as_u16(), if listed.is_some() { 200 } else { 404 }, "{told}");
        if let Some(listed) = listed {
            assert_eq!(
                one.json(),
                with(listed.clone(), &json!({"as_of": as_of, "known_at": known_at})),
                "{told}"
            );
        }
    }
    parts(app, log, (as_of, known_at), &list, &told).await;
    let mut rows = Vec::new();
    for (event, number) in replay.kind("workspace") {
        let workspace = content(event);
        let id = event.subject_id;
        let health = reports.iter().find(|(.., report)| report["workspace_id"] == id);
        let key = replay.status(log, known_at, id, &workspace["status_key"]);
        let color = health.map_or(Value::Null, |(.., report)| report["color"].clone());
        let rank = COLORS.iter().rev().position(|one| color == *one).unwrap_or(3);
        let title = workspace["title"].clone();
        rows.push((
            rank,
            title.as_str().unwrap().to_lowercase(),
            id,
            title,
            workspace["archived"].clone(),
            key,
            color,
            number,
        ));
        let changes = read(format!("/workspaces/{id}/status_changes?limit=200&{at}")).await.json();
        let mut expected: Vec<_> =
            Replay::changes(log, known_at, id).into_iter().filter(|(at, ..)| *at <= as_of).collect();
        expected.sort_by_key(|(at, _, id, _)| std::cmp::Reverse((*at, *id)));
        let expected: Vec<_> = expected.iter().map(|(_, _, id, _)| json!(id)).collect();
        let found: Vec<_> =
            changes["status_changes"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert_eq!(found, expected, "{told}");
    }
    rows.sort_by_key(|row| (row.0, row.1.clone(), row.2));
    let expected: Vec<_> = rows
        .iter()
        .map(|(_, _, id, title, archived, key, color, number)| {
            json!([id, title, archived, key, color, number])
        })
        .collect();
    let all = read(format!("/workspaces?order=health&include_archived=true&{at}")).await.json();
    let found = all["workspaces"].as_array().unwrap().iter().map(|one| {
        json!([
            one["id"],
            one["title"],
            one["archived"],
            one["status"]["key"],
            one["health"]["color"],
            one["version"]
        ])
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "{told}");
    for row in &expected {
        timeline(app, &replay, (log, known_at), (row, &reports), (&at, &told)).await;
    }
    let active = expected.iter().filter(|row| row[2] == false && row[3] == 310).map(|row| row[0].clone());
    let active: BTreeSet<String> = active.map(|id| id.to_string()).collect();
    let filtered = read(format!("/workspaces?status_key=310&{at}")).await.json();
    let filtered = filtered["workspaces"].as_array().unwrap().iter().map(|one| one["id"].to_string());
    assert_eq!(filtered.collect::<BTreeSet<_>>(), active, "{told}");
    portfolio(app, &replay, &reports, &at, &told).await;
    statuses(app, &replay, &at, &told).await;
    let today = Replay::of(log, app.app.clock.now(), app.app.clock.now());
    past_packages::compare(app, &replay, &today, &at, &told).await;
}

/// The statuses of work packages are those that were there.
async fn statuses(app: &TestApp, replay: &Replay, at: &str, told: &str) {
    let mut expected: Vec<_> = replay
        .kind("status")
        .filter(|(event, _)| event.kind != "deleted")
        .map(|(event, _)| content(event))
        .collect();
    expected.sort_by_key(|status| (status["position"].as_i64(), status["id"].as_i64()));
    let expected: Vec<_> =
        expected.iter().map(|one| json!([one["id"], one["name"], one["position"]])).collect();
    let found = app.own("root", Method::GET, &format!("/statuses?{at}")).await.json();
    let found = found["statuses"].as_array().unwrap().iter();
    let found: Vec<_> = found.map(|one| json!([one["id"], one["name"], one["position"]])).collect();
    assert_eq!(found, expected, "{told}");
}

/// The versions of the reports are their events that hold and are known, and the reads of a part of the list agree with the
/// list.
async fn parts(app: &TestApp, log: &[Event], at: (Time, Time), list: &Value, told: &str) {
    let (as_of, known_at) = at;
    let at = format!("as_of={as_of}&known_at={known_at}");
    let read = |path: String| async move { app.own("root", Method::GET, &path).await.json() };
    let list = list["status_reports"].as_array().unwrap();
    for listed in list.iter().step_by(list.len() / SINGLE + 1) {
        let id = listed["id"].as_i64().unwrap();
        let of = log.iter().filter(|one| one.subject_type == "status_report" && one.subject_id == id);
        let mut expected: Vec<_> = (1..)
            .zip(of)
            .filter(|(_, event)| event.at <= known_at && effective(event) <= as_of)
            .map(|(number, event)| json!([number, event.kind, content(event)["color"]]))
            .collect();
        expected.reverse();
        let versions = read(format!("/status_reports/{id}/versions?{at}")).await;
        let found = versions["versions"].as_array().unwrap().iter();
        let found: Vec<_> =
            found.map(|one| json!([one["version"], one["kind"], one["status_report"]["color"]])).collect();
        assert_eq!(found, expected, "{told}: versions of {id}");
    }
    for (query, keeps) in [
        ("color=red", &(|one: &Value| one["color"] == "red") as &dyn Fn(&Value) -> bool),
        ("workspace_id=53800", &|one: &Value| one["workspace_id"] == 53800),
        ("order=created_at&workspace_id=53760,53900", &|one: &Value| one["workspace_id"] != 53800),
    ] {
        let mut expected: Vec<_> = list.iter().filter(|one| keeps(one)).collect();
        if query.starts_with("order") {
            expected.reverse();
        }
        let (mut found, mut path) = (Vec::new(), format!("/status_reports?limit=3&{query}&{at}"));
        loop {
            let page = read(path).await;
            found.extend(page["status_reports"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/status_reports?limit=3&{query}&{at}&cursor={cursor}");
        }
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{told}: {query}");
    }
}

/// The timeline of a workspace ends with the status that it had, and has the reports that were there.
async fn timeline(
    app: &TestApp,
    replay: &Replay,
    (log, known_at): (&[Event], Time),
    (row, reports): (&Value, &[(Time, i64, Value)]),
    (at, told): (&str, &str),
) {
    let path = format!("/workspaces/{}/timeline?limit=200&{at}", row[0]);
    let timeline = app.own("root", Method::GET, &path).await.json();
    assert_eq!(
        [&timeline["workspace"]["status"]["key"], &timeline["workspace"]["version"]],
        [&row[3], &row[5]]
    );
    let own = reports.iter().filter(|(.., report)| report["workspace_id"] == row[0]);
    let expected: Vec<_> =
        own.map(|(_, id, report)| json!([id, report["color"], report["version"]])).collect();
    let found = timeline["health"].as_array().unwrap().iter();
    let found: Vec<_> = found.map(|one| json!([one["id"], one["color"], one["version"]])).collect();
    assert_eq!(found, expected, "{told}: {timeline}");
    let stays = timeline["lifecycle"].as_array().unwrap();
    let changes = Replay::changes(log, known_at, row[0].as_i64().unwrap());
    let moved: Vec<_> =
        changes.iter().filter(|(at, ..)| *at <= replay.as_of).map(|(.., id, _)| json!(id)).collect();
    let found = stays.iter().filter(|stay| !stay["change_id"].is_null());
    assert_eq!(found.map(|stay| stay["change_id"].clone()).collect::<Vec<_>>(), moved, "{told}: {timeline}");
    assert_eq!(stays.last().unwrap()["to"], Value::Null, "{told}: {timeline}");
    assert_eq!(stays.last().unwrap()["status"]["key"], row[3], "{told}: {timeline}");
}

/// The cells of the portfolio are those of the reports that are there.
async fn portfolio(app: &TestApp, replay: &Replay, reports: &[(Time, i64, Value)], at: &str, told: &str) {
    const WEEKS: i64 = 6;
    let path = format!("/portfolio?include_archived=true&weeks={WEEKS}&{at}");
    let grid = app.own("root", Method::GET, &path).await.json();
    // Weeks are counted from Monday, 5 January 1970.
    let week = |time: Time| (time.unix_seconds() - 4 * DAY).div_euclid(7 * DAY);
    for row in grid["workspaces"].as_array().unwrap() {
        let own: Vec<_> = reports.iter().filter(|(.., report)| report["workspace_id"] == row["id"]).collect();
        for (place, cell) in (0..).zip(row["cells"].as_array().unwrap()) {
            let number = week(replay.as_of) + 1 - WEEKS + place;
            let color = own
                .iter()
                .find(|(at, ..)| week(*at) <= number)
                .map_or(&Value::Null, |(.., report)| &report["color"]);
            let count = own.iter().filter(|(at, ..)| week(*at) == number).count();
            assert_eq!((&cell["color"], &cell["reports"]), (color, &json!(count)), "{told}: {row}");
        }
    }
}

/// The seeds of the histories to compare.
fn histories() -> Range<u64> {
    let Ok(text) = std::env::var(VARIABLE) else { return 0..HISTORIES };
    let (first, end) = text.split_once("..").unwrap_or(("0", &text));
    first.parse().unwrap()..end.parse().unwrap()
}

#[both_engines]
async fn the_past_is_what_a_replay_of_the_log_says(engine: Engine) {
    for seed in histories() {
        let mut random = Random(seed);
        let app = TestApp::harbor(engine).await;
        for step in 0..STEPS {
            if random.below(3) > 0 {
                app.app.clock.advance(i64::try_from(random.below(3 * 86_400)).unwrap());
            }
            write(&app, &mut random, step).await;
        }
        let (log, now) = (log(&app).await, app.app.clock.now());
        compare(&app, &log, now, now, seed).await;
        for _ in 0..POINTS {
            // Instants of events are where answers change.
            let event = &log[random.below(log.len())];
            let any = random.before(now);
            let as_of = random.one(&[any, effective(event), event.at]).min(now);
            let event = &log[random.below(log.len())];
            let known_at = random.one(&[now, event.at, event.at.plus_seconds(-1)]);
            compare(&app, &log, as_of, known_at, seed).await;
        }
        if seed < 2 {
            assert_eq!(findings(&app).await, Vec::<String>::new());
        }
    }
}
