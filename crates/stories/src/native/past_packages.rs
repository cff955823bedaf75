//! Work packages in the past: a story of each read, and the part of the random histories that is about them.

use std::collections::BTreeMap;

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use super::past_replay::{Replay, content};
use super::random::Random;
use crate::openproject::work_packages::Packages;
use crate::verify::findings;
use crate::{Engine, TestApp, lines, package, with};
use base::clock::Time;

/// The ids of the work packages that the caller sees.
async fn ids(app: &TestApp, query: &str) -> Vec<i64> {
    let listed = app.own("root", Method::GET, &format!("/work_packages?limit=200&{query}")).await;
    assert_eq!(listed.status, 200, "{listed}");
    listed.json()["work_packages"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

/// The hours of a duration without days.
fn hours(text: &str) -> i64 {
    let number = text.trim_start_matches("PT");
    number.strip_suffix('H').map_or(0, |number| number.parse().unwrap())
}

/// A random write of a work package, or of a flag of a status.
pub async fn write(
    app: &TestApp,
    random: &mut Random,
    (step, workspace): (usize, i64),
    (early, late): (Time, Time),
) {
    const HOURS: [Option<i64>; 4] = [None, Some(0), Some(5), Some(8)];
    const DAYS: [Option<&str>; 3] = [None, Some("2026-02-20"), Some("2026-03-02")];
    let all = ids(app, "").await;
    let any = if all.is_empty() { None } else { Some(random.one(&all)) };
    let statuses = app.own("root", Method::GET, "/statuses").await.json();
    let statuses: Vec<i64> =
        statuses["statuses"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let body = json!({"subject": format!("Package {step} {}", random.one(&["alpha", "beta"])),
        "status_id": random.one(&statuses), "work_hours": random.one(&HOURS), "due_date": random.one(&DAYS),
        "parent_id": any.filter(|_| random.below(3) > 0)});
    match (random.below(8), any) {
        (0..=2, _) | (_, None) => {
            let path = format!("/workspaces/{workspace}/work_packages");
            app.write("root", Method::POST, &path, &body, &[]).await;
        }
        (3 | 4, Some(id)) => {
            app.write("root", Method::PATCH, &format!("/work_packages/{id}"), &body, &[]).await;
        }
        (5, Some(id)) => drop(app.own("root", Method::DELETE, &format!("/work_packages/{id}")).await),
        (6, _) => {
            let line = json!({"id": 100_000 + step, "workspace_id": workspace, "status_id": random.one(&statuses),
                "subject": format!("Old {step}"), "created_at": early, "updated_at": late});
            app.import(&lines([with(package(1), &line)])).await.unwrap();
        }
        _ => {
            let flags = json!({"isClosed": random.below(2) == 0, "excludedFromTotals": random.below(2) == 0});
            app.v3_patch("root", &format!("/statuses/{}", random.one(&statuses)), &flags).await;
        }
    }
}

/// A condition of a list, or what it is ordered by.
type Of<'o, T> = (&'static str, &'o (dyn Fn(&Value) -> T + Sync));

/// The last day and the sum of Work of everything below a work package, and of itself.
fn totals(root: &Value, there: &[(Value, usize)], is_excluded: &dyn Fn(&Value) -> bool) -> Value {
    let mut below: Vec<&Value> = Vec::new();
    let mut open = vec![&root["id"]];
    while let Some(id) = open.pop() {
        for (child, _) in there.iter().filter(|(one, _)| one["parent_id"] == *id) {
            below.push(child);
            open.push(&child["id"]);
        }
    }
    if below.is_empty() {
        return Value::Null;
    }
    let due: Vec<&str> = below.iter().filter_map(|one| one["due_date"].as_str()).collect();
    let counted = below.iter().copied().chain([root]).filter(|one| !is_excluded(one));
    let hours: Vec<i64> = counted.filter_map(|one| one["work"].as_str()).map(hours).collect();
    json!([due.iter().max(), (!hours.is_empty()).then(|| hours.iter().sum::<i64>())])
}

/// Compares the reads of work packages at a point with the replay. `today` has the last state of every workspace.
pub async fn compare(app: &TestApp, replay: &Replay, today: &Replay, at: &str, told: &str) {
    // An imported work package can be older than its status, which then is as it began.
    let (first, held) = (replay.first("status"), replay.kind("status").map(|(event, _)| event));
    let flags: BTreeMap<i64, (bool, bool)> = first
        .chain(held)
        .map(|event| (event.subject_id, content(event)))
        .map(|(id, status)| (id, (status["is_closed"] == true, status["excluded_from_totals"] == true)))
        .collect();
    let flags = |one: &Value| flags[&one["status_id"].as_i64().unwrap()];
    let is_closed = |one: &Value| flags(one).0;
    let archived = |one: &Value| {
        today.kind("workspace").any(|(event, _)| {
            event.subject_id == one["workspace_id"].as_i64().unwrap() && content(event)["archived"] == true
        })
    };
    let there: Vec<(Value, usize)> = replay
        .kind("work_package")
        .filter(|(event, _)| event.kind != "deleted")
        .map(|(event, number)| (content(event), number))
        .filter(|(one, _)| !archived(one))
        .collect();
    let totals = |root: &Value| totals(root, &there, &|one| flags(one).1);
    let mut all: Vec<_> = there.iter().collect();
    let key =
        |one: &Value| (one["created_at"].as_str().unwrap().parse::<Time>().unwrap(), one["id"].as_i64());
    all.sort_by_key(|(one, _)| std::cmp::Reverse(key(one)));
    let row = |(one, number): &&(Value, usize)| {
        json!([
            one["id"],
            one["subject"],
            one["status_id"],
            one["parent_id"],
            one["updated_at"],
            number,
            totals(one)
        ])
    };
    let filters: [Of<'_, bool>; 4] = [
        ("limit=3&open=true&", &|one| !is_closed(one)),
        ("open=false&workspace_id=53760,53900&", &|one| is_closed(one) && one["workspace_id"] != 53800),
        ("limit=2&search=ALPHA&", &|one| one["subject"].as_str().unwrap().contains("alpha")),
        ("due_to=2026-02-25&", &|one| one["due_date"].as_str().is_some_and(|day| day < "2026-02-25")),
    ];
    // Each point has the whole list, one filter and one order.
    let turn = usize::try_from(replay.as_of.0.unsigned_abs() % 97).unwrap();
    let whole: Of<'_, bool> = ("limit=200&", &|_| true);
    for (query, keeps) in [whole, filters[turn % filters.len()]] {
        let expected: Vec<Value> =
            all.iter().copied().filter(|(one, _)| keeps(one)).map(|one| row(&one)).collect();
        let (mut found, mut path) = (Vec::new(), format!("/work_packages?{query}{at}"));
        loop {
            let page = app.own("root", Method::GET, &path).await.json();
            found
                .extend(page["work_packages"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/work_packages?{query}{at}&cursor={cursor}");
        }
        let found: Vec<Value> = found
            .iter()
            .map(|one| {
                let hours = one["totals"]["work_hours"].as_f64().map(|hours| format!("{hours:.0}"));
                let sum = hours.map(|text| text.parse::<i64>().unwrap());
                let totals = match &one["totals"] {
                    Value::Null => Value::Null,
                    totals => json!([totals["due_date"], sum]),
                };
                json!([
                    one["id"],
                    one["subject"],
                    one["status"]["id"],
                    one["parent_id"],
                    one["updated_at"],
                    one["version"],
                    totals
                ])
            })
            .collect();
        assert_eq!(json!(found), json!(expected), "{told}: {query}");
    }
    let orders: [Of<'_, Value>; 2] = [
        ("-updated_at", &|one| json!(-one["updated_at"].as_str().unwrap().parse::<Time>().unwrap().0)),
        ("due_date", &|one| one["due_date"].as_str().map_or(json!("9999"), Value::from)),
    ];
    let (order, by) = orders[turn % orders.len()];
    let found =
        app.own("root", Method::GET, &format!("/work_packages?limit=200&order={order}&{at}")).await.json();
    let found: Vec<String> =
        found["work_packages"].as_array().unwrap().iter().map(|one| by(one).to_string()).collect();
    let mut expected: Vec<Value> = all.iter().map(|(one, _)| by(one)).collect();
    expected.sort_by_key(|key| (key.as_i64(), key.to_string()));
    let expected: Vec<String> = expected.iter().map(Value::to_string).collect();
    assert_eq!(found, expected, "{told}: {order}");
}

#[both_engines]
async fn work_packages_are_read_as_they_were(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let top = all.made(json!({"subject": "Crane", "estimatedTime": "PT10H"})).await;
    let child = json!({"subject": "Hook", "estimatedTime": "PT4H",
        "_links": {"parent": {"href": format!("/api/v3/work_packages/{top}")}}});
    let child = all.made(child).await;
    let read = async |path: &str| app.own("cleo", Method::GET, path).await;
    let before = app.app.clock.now();
    app.app.clock.advance(3600);
    all.patch(child, json!({"subject": "Big hook", "estimatedTime": "PT6H"})).await;
    let note = json!({"comment": {"raw": "Rusty"}});
    assert_eq!(app.v3_post("ada", &format!("/work_packages/{top}/activities"), &note).await.status, 201);
    // What the status was then is said, not what it is.
    let flags = json!({"name": "Fresh"});
    assert_eq!(app.v3_patch("root", &format!("/statuses/{}", all.new), &flags).await.status, 200);
    let changed = app.app.clock.now();
    app.app.clock.advance(3600);
    let gone = app.own("max", Method::DELETE, &format!("/work_packages/{top}")).await;
    assert_eq!(gone.status, 204, "{gone}");
    app.app.clock.advance(3600);

    for (at, hours, subject, version, status) in
        [(before, 14.0, "Hook", 1, "New"), (changed, 16.0, "Big hook", 2, "Fresh")]
    {
        let parent = read(&format!("/work_packages/{top}?as_of={at}")).await;
        assert_eq!((parent.status.as_u16(), parent.headers.contains_key(header::ETAG)), (200, false));
        let parent = parent.json();
        assert_eq!(parent["totals"]["work_hours"], hours, "{parent}");
        assert_eq!((&parent["as_of"], &parent["status"]["name"]), (&json!(at), &json!(status)));
        let then = read(&format!("/work_packages/{child}?as_of={at}")).await.json();
        assert_eq!((&then["subject"], &then["version"]), (&json!(subject), &json!(version)));
        let versions = read(&format!("/work_packages/{child}/versions?as_of={at}")).await.json();
        assert_eq!(versions["versions"].as_array().unwrap().len(), version, "{versions}");
        let known = read(&format!("/work_packages/{child}?known_at={at}")).await.json();
        assert_eq!(known["subject"], subject);
        assert_eq!(ids(app, &format!("as_of={at}")).await, [child, top]);
        let found = usize::from(subject == "Big hook");
        assert_eq!(ids(app, &format!("search=rusty&as_of={at}")).await.len(), 0, "its comment went with it");
        assert_eq!(ids(app, &format!("search=big&as_of={at}")).await.len(), found);
        assert_eq!(ids(app, &format!("parent_id={top}&as_of={at}")).await, [child]);
    }
    let second_before = before.plus_seconds(-1);
    let now = app.app.clock.now();
    for (path, status) in [
        (format!("/work_packages/{top}"), 404),
        (format!("/work_packages/{top}?as_of={second_before}"), 404),
        (format!("/work_packages/{top}?known_at={second_before}"), 404),
        (format!("/work_packages/{top}?as_of={now}"), 404),
        (format!("/work_packages/{top}/versions?as_of={now}"), 404),
        (format!("/work_packages/{top}?as_of={}", now.plus_seconds(1)), 400),
        (format!("/work_packages?as_of={}", now.plus_seconds(1)), 400),
        (format!("/work_packages/{top}?as_of=then"), 400),
    ] {
        assert_eq!(read(&path).await.status, status, "{path}");
    }
    let path = format!("/work_packages/{top}?as_of={before}");
    assert_eq!(app.own("zoe", Method::GET, &path).await.status, 404);
    // Today's rights decide: nobody sees work packages of an archived workspace.
    let archive = json!({"archived": true});
    assert_eq!(app.write("root", Method::PATCH, "/workspaces/53760", &archive, &[]).await.status, 200);
    assert_eq!(read(&path).await.status, 404);
    assert_eq!(ids(app, &format!("as_of={before}")).await, [] as [i64; 0]);
    assert_eq!(findings(app).await, Vec::<String>::new());
}

#[both_engines]
async fn a_store_from_before_the_states_is_completed(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({"subject": "Crane"})).await;
    let at = all.app.app.clock.now();
    all.app.app.clock.advance(60);
    all.patch(id, json!({"subject": "Hook"})).await;
    all.app.by_hand("update work_package_states set subject = 'Other'").await;
    let found = findings(&all.app).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("the state of its work package is not as the event says"), "{found:?}");
    all.app.by_hand("delete from work_package_states").await;
    assert_eq!(findings(&all.app).await.len(), 2);
    all.app.by_hand("update accounts set work_package_states_sequence = 0").await;
    all.app.complete_versions().await;
    assert_eq!(findings(&all.app).await, Vec::<String>::new());
    let then = all.app.own("ada", Method::GET, &format!("/work_packages/{id}?as_of={at}")).await.json();
    assert_eq!(then["subject"], "Crane");
}

#[both_engines]
async fn a_work_package_that_is_older_than_its_status_names_it(engine: Engine) {
    let all = Packages::new(engine).await;
    let (early, at) = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z");
    let line = json!({"id": 100_001, "workspace_id": 53760, "status_id": all.new, "subject": "Old",
        "created_at": early, "updated_at": early});
    all.app.import(&lines([with(package(1), &line)])).await.unwrap();
    let read = async |path: &str| all.app.own("root", Method::GET, path).await.json();
    let then = read(&format!("/work_packages/100001?as_of={at}")).await;
    let status = json!({"id": all.new, "name": "New", "is_closed": false, "is_readonly": false});
    assert_eq!(then["status"], status, "{then}");
    assert_eq!(ids(&all.app, &format!("open=true&as_of={at}")).await, [100_001]);
    assert_eq!(ids(&all.app, &format!("open=false&as_of={at}")).await, [] as [i64; 0]);
    assert_eq!(read(&format!("/statuses?as_of={at}")).await["statuses"], json!([]));
}
