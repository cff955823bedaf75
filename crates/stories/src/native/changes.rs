//! Stories of what changed between two instants.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::past_model::{log, write};
use super::past_replay::{Replay, content, effective};
use super::random::Random;
use crate::{Engine, TestApp, report, with};
use base::clock::Time;
use domain::events::Event;

const HISTORIES: u64 = 25;
const STEPS: usize = 25;
const WEEK: i64 = 7 * 86_400;
const COLORS: [&str; 3] = ["green", "yellow", "red"];

async fn read(app: &TestApp, token: &str, query: &str) -> Value {
    let answer = app.own(token, Method::GET, &format!("/changes?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

#[both_engines]
async fn a_workspace_that_got_worse_has_the_report_that_did_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("vera", Method::GET, "/changes?from=2026-02-03&to=2026-02-10").await.is_exactly(
        r#"{"from":"2026-02-03T00:00:00Z","to":"2026-02-10T23:59:59.999999Z",
        "summary":{"workspaces":1,"worse":1,"better":0,"first_report":0,"went_silent":0,"status_moved":0,"created":0,
            "archived":0},
        "workspaces":[{"id":53760,"title":"Harbor rollout","direction":"worse","health":{"from":"green","to":"yellow"},
            "status":{"from":{"key":310,"message":"In Progress","color":"green"},
                "to":{"key":310,"message":"In Progress","color":"green"}},
            "status_moved":false,"went_silent":false,"created":false,"archived":false,
            "details":[{"category":"Scope","from":null,"to":"green"},{"category":"Budget","from":null,"to":null},
                {"category":"Schedule","from":null,"to":"red"},{"category":"Client","from":null,"to":"yellow"}],
            "report_ids":[907]}],"next_cursor":null}"#
            .replace(r#"{"category":"Budget","from":null,"to":null},"#, "")
            .as_str(),
    );
    // The span begins after `from` and ends with `to`.
    let ids = async |from: &str, to: &str| {
        let found = read(&app, "vera", &format!("from={from}&to={to}")).await;
        found["workspaces"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["report_ids"].clone())
            .collect::<Vec<_>>()
    };
    let at = "2026-02-09T17:20:41Z";
    assert_eq!(ids("2026-02-03", at).await, [json!([907])]);
    assert_eq!(ids("2026-02-03", "2026-02-09T17:20:40Z").await, [] as [Value; 0]);
    assert_eq!(ids(at, "2026-02-16").await, [] as [Value; 0]);
    let all = read(&app, "vera", &format!("from={at}&include_unchanged=true")).await;
    assert_eq!((&all["to"], &all["workspaces"][0]["direction"]), (&json!(crate::NOW), &json!("same")));
    let first = read(&app, "vera", "from=2026-01-04&to=2026-02-02").await;
    let one = &first["workspaces"][0];
    assert_eq!(
        [
            &one["direction"],
            &one["created"],
            &one["status"]["from"],
            &one["status_moved"],
            &one["health"]["from"]
        ],
        [&json!("first_report"), &json!(true), &Value::Null, &json!(false), &Value::Null]
    );
    let moved = read(&app, "vera", "from=2026-01-12T00:00:00Z&to=2026-01-13").await;
    assert_eq!(moved["workspaces"][0]["status"]["from"]["key"], 100);
    assert_eq!(
        (&moved["summary"]["status_moved"], &moved["workspaces"][0]["direction"]),
        (&json!(1), &json!("none"))
    );
    // Before the import, the store knew nothing.
    let unknown =
        app.own("vera", Method::GET, "/changes?from=2026-02-03&to=2026-02-10&known_at=2026-02-15").await;
    assert_eq!(
        (&unknown.json()["workspaces"], &unknown.json()["known_at"]),
        (&json!([]), &json!("2026-02-15T23:59:59.999999Z"))
    );
    assert!(!unknown.headers.contains_key("etag"), "{unknown}");
    for token in ["cleo", "olaf"] {
        assert_eq!(read(&app, token, "from=2026-01-01").await["workspaces"], json!([]), "{token}");
    }
}

#[both_engines]
async fn workspaces_that_went_silent_were_archived_or_edited_are_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.wait_until("2026-02-23T09:00:00Z");
    let silent = read(&app, "vera", "from=2026-02-22").await;
    assert_eq!(
        (&silent["summary"]["went_silent"], &silent["workspaces"][0]["went_silent"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(read(&app, "vera", "from=2026-02-23").await["workspaces"], json!([]));
    // An edit of the details alone.
    let details = json!({"details": [{"category": "Scope", "color": "red"}]});
    assert_eq!(app.write("ada", Method::PATCH, "/status_reports/907", &details, &[]).await.status, 200);
    let edited = read(&app, "vera", "from=2026-02-23").await;
    assert_eq!(
        (&edited["workspaces"][0]["details"][0], &edited["workspaces"][0]["report_ids"]),
        (&json!({"category": "Scope", "from": "green", "to": "red"}), &json!([]))
    );
    let closed = json!({"archived": true});
    assert_eq!(app.write("ada", Method::PATCH, "/workspaces/53760", &closed, &[]).await.status, 200);
    assert_eq!(read(&app, "vera", "from=2026-02-23").await["summary"]["workspaces"], 0);
    let archived = read(&app, "vera", "from=2026-02-23&include_archived=true").await;
    assert_eq!(
        (&archived["summary"]["archived"], &archived["workspaces"][0]["archived"]),
        (&json!(1), &json!(true))
    );
}

#[both_engines]
async fn the_worst_comes_first_page_by_page(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let start = app.app.clock.now();
    let mut ids = Vec::new();
    for (title, before, after) in [
        ("b", Some("green"), "red"),
        ("A", Some("yellow"), "red"),
        ("c", None, "red"),
        ("d", None, "green"),
        ("e", Some("red"), "green"),
        ("a rest", Some("green"), "green"),
    ] {
        let new = app.write("root", Method::POST, "/workspaces", &json!({"title": title}), &[]).await.json();
        let path = format!("/workspaces/{}/status_reports", new["id"]);
        for (number, color) in [before, Some(after)].into_iter().enumerate() {
            let Some(color) = color else { continue };
            app.app.clock.set(start.plus_seconds(i64::try_from(number).unwrap() * 3600));
            let body = json!({"color": color, "description": "As it is."});
            assert_eq!(app.write("root", Method::POST, &path, &body, &[]).await.status, 201);
        }
        app.app.clock.set(start.plus_seconds(3600));
        ids.push(new["id"].clone());
    }
    app.app.clock.set(start.plus_seconds(7200));
    let (mut titles, mut path) = (Vec::new(), format!("limit=2&from={start}"));
    loop {
        let page = read(&app, "root", &path).await;
        assert_eq!(page["to"], json!(start.plus_seconds(7200)), "{page}");
        let worse = &page["summary"]["worse"];
        assert_eq!((worse, &page["summary"]["workspaces"]), (&json!(2), &json!(8)), "{page}");
        titles.extend(
            page["workspaces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["title"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        // What comes later is not on further pages.
        app.app.clock.advance(60);
        path = format!("limit=2&from={start}&cursor={cursor}");
    }
    assert_eq!(titles, ["A", "b", "c", "e", "a rest", "d"]);
    let other = read(&app, "root", &format!("limit=1&from={start}")).await["next_cursor"].clone();
    let other = other.as_str().unwrap();
    let wrong = app.own("root", Method::GET, &format!("/changes?from=2026-01-01&cursor={other}")).await;
    assert_eq!(wrong.status, 400, "{wrong}");
}

#[both_engines]
async fn wrong_windows_are_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (query, parameter) in [
        ("", "from"),
        ("to=2026-02-01", "from"),
        ("from=2026-02-02&to=2026-02-01", "from"),
        ("from=2026-02-17", "from"),
        ("from=2026-02-30", "from"),
        ("from=2026-02-01&to=2026-02-17", "to"),
        ("from=2026-02-01&to=2026-02-16T16:00:04Z", "to"),
        ("from=2026-02-01&known_at=2026-02-17", "known_at"),
        ("from=2026-02-01&to=2026-02-10&as_of=2026-02-09", "to"),
        ("from=2026-02-01&include_unchanged=yes", "include_unchanged"),
        ("from=2026-02-01&order=title", "order"),
        ("from=2026-02-01&cursor=abc", "cursor"),
    ] {
        let answer = app.own("root", Method::GET, &format!("/changes?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["parameter"]),
            (400, &json!(parameter)),
            "{query}"
        );
    }
}

/// The last report of a workspace: its content.
fn last(replay: &Replay, id: i64) -> Option<Value> {
    replay.reports().into_iter().find(|(.., report)| report["workspace_id"] == id).map(|(.., report)| report)
}

fn is_stale(report: Option<&Value>, key: &Value, at: Time) -> bool {
    // Weeks are counted from Monday, 5 January 1970. What is blue is finished.
    let week = |time: Time| (time.unix_seconds() - 4 * 86_400).div_euclid(WEEK);
    let reported = report.map(|report| report["created_at"].as_str().unwrap().parse().unwrap());
    reported.is_some_and(|reported| week(at) - week(reported) >= 2) && key.as_i64().unwrap() < 600
}

fn badness(color: &Value) -> Option<usize> {
    COLORS.iter().position(|one| color == *one)
}

/// What changed, by a replay of the log up to both ends.
fn expected(log: &[Event], (from, to, known_at): (Time, Time, Time), include_unchanged: bool) -> Vec<Value> {
    let (before, after) = (Replay::of(log, from, known_at), Replay::of(log, to, known_at));
    let mut rows = Vec::new();
    for (event, _) in after.kind("workspace") {
        let (id, workspace) = (event.subject_id, content(event));
        let was = before
            .kind("workspace")
            .find(|(event, _)| event.subject_id == id)
            .map(|(event, _)| content(event));
        let key = after.status(log, known_at, id, &workspace["status_key"]);
        let old_key = was.as_ref().map(|was| before.status(log, known_at, id, &was["status_key"]));
        let (old, new) = (last(&before, id), last(&after, id));
        let color =
            |report: &Option<Value>| report.as_ref().map_or(Value::Null, |report| report["color"].clone());
        let (old_color, new_color) = (color(&old), color(&new));
        let direction = match (badness(&old_color), badness(&new_color)) {
            (_, None) => "none",
            (None, _) => "first_report",
            (old, new) if old < new => "worse",
            (old, new) if old > new => "better",
            _ => "same",
        };
        let of = |report: &Option<Value>, category: &str| {
            let details =
                report.as_ref().and_then(|report| report["details"].as_array().cloned()).unwrap_or_default();
            details
                .iter()
                .find(|one| one["category"] == category)
                .map_or(Value::Null, |one| one["color"].clone())
        };
        let details: Vec<_> = ["Scope", "Budget", "Schedule", "Client"]
            .into_iter()
            .map(|category| (category, of(&old, category), of(&new, category)))
            .filter(|(_, old, new)| old != new)
            .map(|(category, old, new)| json!({"category": category, "from": old, "to": new}))
            .collect();
        let mut reports: Vec<_> = after.reports();
        reports.retain(|(at, _, report)| *at > from && report["workspace_id"] == id);
        let reports: Vec<_> = reports.iter().rev().map(|(_, id, _)| json!(id)).collect();
        let is_moved = old_key.as_ref().is_some_and(|old| *old != key);
        let went_silent = is_stale(new.as_ref(), &key, to)
            && !old_key.as_ref().is_some_and(|key| is_stale(old.as_ref(), key, from));
        let was_archived = was.as_ref().is_some_and(|was| was["archived"] == true);
        let archived = workspace["archived"] == true && !was_archived;
        let is_changed = old_color != new_color
            || is_moved
            || went_silent
            || was.is_none()
            || archived
            || !details.is_empty()
            || !reports.is_empty();
        if !is_changed && !include_unchanged {
            continue;
        }
        let rank = match direction {
            "worse" => 0,
            "first_report" if new_color == "red" => 1,
            "better" => 2,
            _ => 3,
        };
        let title = workspace["title"].as_str().unwrap().to_lowercase();
        let row = json!([
            id,
            workspace["title"],
            direction,
            old_color,
            new_color,
            old_key,
            key,
            is_moved,
            went_silent,
            was.is_none(),
            archived,
            details,
            reports
        ]);
        rows.push(((rank, title, id), row));
    }
    rows.sort_by_key(|(place, _)| place.clone());
    rows.into_iter().map(|(_, row)| row).collect()
}

#[both_engines]
async fn changes_are_what_a_replay_of_the_log_says(engine: Engine) {
    for seed in 0..HISTORIES {
        let mut random = Random(1000 + seed);
        let app = TestApp::harbor(engine).await;
        for step in 0..STEPS {
            if random.below(3) > 0 {
                app.app.clock.advance(i64::try_from(random.below(3 * 86_400)).unwrap());
            }
            write(&app, &mut random, step).await;
        }
        let (log, now) = (log(&app).await, app.app.clock.now());
        for point in 0..5 {
            let mut ends = [(); 2].map(|()| {
                let event = &log[random.below(log.len())];
                let any = random.before(now);
                random.one(&[any, effective(event), event.at, now]).min(now)
            });
            ends.sort_unstable();
            let [from, to] = ends;
            let event = &log[random.below(log.len())];
            let known_at = random.one(&[now, event.at, event.at.plus_seconds(-1)]);
            let include_unchanged = point % 2 == 0;
            let query = format!(
                "from={from}&to={to}&known_at={known_at}&include_archived=true&include_unchanged={include_unchanged}&limit=200"
            );
            let found = read(&app, "root", &query).await;
            let rows: Vec<_> = found["workspaces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    let [old, new] = ["from", "to"].map(|end| one["status"][end]["key"].clone());
                    json!([
                        one["id"],
                        one["title"],
                        one["direction"],
                        one["health"]["from"],
                        one["health"]["to"],
                        old,
                        new,
                        one["status_moved"],
                        one["went_silent"],
                        one["created"],
                        one["archived"],
                        one["details"],
                        one["report_ids"]
                    ])
                })
                .collect();
            assert_eq!(rows, expected(&log, (from, to, known_at), include_unchanged), "seed {seed}: {query}");
            let all = expected(&log, (from, to, known_at), true);
            let count = |place: usize, value: Value| all.iter().filter(|row| row[place] == value).count();
            assert_eq!(
                found["summary"],
                json!({"workspaces": all.len(), "worse": count(2, json!("worse")), "better": count(2, json!("better")),
                    "first_report": count(2, json!("first_report")), "went_silent": count(8, json!(true)),
                    "status_moved": count(7, json!(true)), "created": count(9, json!(true)),
                    "archived": count(10, json!(true))}),
                "seed {seed}: {query}"
            );
        }
    }
}

#[both_engines]
async fn a_deleted_report_takes_its_health_with_it(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let late = with(
        report(5000),
        &json!({"color": "red", "workspace_id": 53800, "creator_id": 2561,
        "created_at": "2026-02-10T00:00:00Z", "updated_at": "2026-02-10T00:00:00Z"}),
    );
    app.import(&late.to_string()).await.expect("an archive");
    app.app.clock.advance(3600);
    assert_eq!(app.own("root", Method::DELETE, "/status_reports/5000").await.status, 204);
    let gone = read(&app, "root", "from=2026-02-11&search=quay").await;
    let one = &gone["workspaces"][0];
    assert_eq!(
        (&one["direction"], &one["health"]),
        (&json!("none"), &json!({"from": "red", "to": null})),
        "{gone}"
    );
}
