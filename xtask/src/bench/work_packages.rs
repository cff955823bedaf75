//! Measures work packages: a list of 100,000, the totals of a tree, the past, and other writes while a ratio changes them all.

use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::requests::bearer;
use super::runner::{Bench, LONG, SHORT};
use super::servers::{Server, figure};
use super::stores::{self, Store, text};
use super::table::{Goal, Item, Row, median};
use super::wrk::Load;

const fn item(work: &'static str, baseline: &'static str, goal: Goal) -> Item {
    Item { work, baseline, goal }
}

const LIST: Item = item(
    "`GET /api/v3/work_packages`, the open ones of 100,000",
    "the same SQL in process, one thread",
    Goal::AtLeast(0.5),
);
const PAST: [Item; 4] = [
    item("past: 20 of 100,000 work packages", "the same read now", Goal::AtMost(3.0)),
    item("past: 20 of 100,000 work packages, the open ones", "the same read now", Goal::AtMost(3.0)),
    item("past: 20 of 100,000 work packages, the last changed", "the same read now", Goal::AtMost(3.0)),
    item(
        "past: 20 of 100,000 work packages, the open ones by last day",
        "the same read now",
        Goal::AtMost(3.0),
    ),
];
/// The query of each read in the past.
const PAST_QUERIES: [&str; 4] =
    ["limit=20", "limit=20&open=true", "limit=20&order=-updated_at", "limit=20&open=true&order=due_date"];
const TREE: Item =
    item("totals of a tree of 1,000 work packages after a write", "one without a tree", Goal::Within(5.0));
const WAIT: Item = item(
    "the longest wait of a write while a ratio changes 100,000 work packages",
    "of as many writes alone",
    Goal::Within(50.0),
);

/// The number of work packages.
const PACKAGES: u64 = 100_000;
/// The number of those that are below the first one, with it.
const IN_TREE: u64 = 1000;
/// Writes in the tree for each figure.
const ROUNDS: u64 = 50;
const OWN: &str = "/api/statuary/v1";
/// An instant after all work packages were created.
const THEN: &str = "2025-12-31";

/// Runs all measurements.
pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&[LIST, TREE, WAIT]) && !bench.wants(&PAST) {
        return Ok(());
    }
    let kept = stores::with_work_packages(&bench.program, &bench.home, lines)?;
    let store = kept.copy(bench.folder.path().join("work-packages"))?;
    let server = bench.on(&store)?;
    let authorization = [("Authorization", bearer(&store))];
    let headers = authorization.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut in_process = bench.baseline(&["work-packages", text(&kept.file())?, &LONG.to_string()]);
    let ours = bench.load(&server, &Load::of("/api/v3/work_packages", &headers));
    bench.compare(LIST, LONG, ours, |_| figure(&mut in_process, "per second", LONG))?;
    for (item, query) in PAST.into_iter().zip(PAST_QUERIES) {
        let then = Load::of(&format!("{OWN}/work_packages?{query}&as_of={THEN}"), &headers);
        let now = Load::of(&format!("{OWN}/work_packages?{query}"), &headers);
        let (then, now) = (bench.load(&server, &then), bench.load(&server, &now));
        bench.compare(item, SHORT, then, now)?;
    }
    tree(bench, &server, &headers)?;
    drop(server);
    wait(bench, &store, &headers)
}

/// The archive lines of the work packages, for the statuses and the people of a store.
fn lines(statuses: &[i64], people: &[i64]) -> String {
    let mut lines = String::new();
    for id in 1..=PACKAGES {
        let place = usize::try_from(id).unwrap_or_default();
        let (workspace, parent) =
            if id <= IN_TREE { (1, (id > 1).then(|| (id + 8) / 10)) } else { (1 + id % 10, None) };
        let minutes = id % (28 * 1440);
        let (month, day) = (1 + id / (28 * 1440), 1 + minutes / 1440);
        let at = format!("2025-{month:02}-{day:02}T{:02}:{:02}:00Z", minutes % 1440 / 60, minutes % 60);
        let line = json!({"kind": "work_package", "id": id, "workspace_id": workspace, "type_id": 1,
            "status_id": statuses[place % statuses.len()], "priority_id": 8, "author_id": people[place % people.len()],
            "assignee_id": people[place % people.len()], "responsible_id": null, "parent_id": parent,
            "subject": format!("Work package {id}"), "description": null, "start_date": null,
            "due_date": format!("2025-{month:02}-{day:02}"), "work": "PT10H", "remaining": "PT5H", "percent": 50,
            "lock_version": 0, "created_at": at, "updated_at": at});
        writeln!(lines, "{line}").expect("a text takes any line");
    }
    lines
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn body(answer: &[u8]) -> Result<Value> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no body")?;
    Ok(serde_json::from_slice(&answer[end + 4..])?)
}

/// The time that the totals of the tree take after a leaf of it was written.
fn tree(bench: &mut Bench, server: &Server, headers: &[(&str, &str)]) -> Result<()> {
    if !bench.wants(&[TREE]) {
        return Ok(());
    }
    let (root, leaf) = (format!("{OWN}/work_packages/1"), format!("{OWN}/work_packages/{IN_TREE}"));
    let alone = format!("{OWN}/work_packages/{PACKAGES}");
    let timed = |path: &str| {
        let start = Instant::now();
        let answer = server.get_with(200, path, headers)?;
        Ok::<_, anyhow::Error>((milliseconds(start), answer))
    };
    let mut pairs = Vec::new();
    for _ in 0..bench.times() {
        let (mut ours, mut baseline) = (Vec::new(), Vec::new());
        for hours in 1..=ROUNDS {
            server.send(200, ("PATCH", &leaf), headers, &json!({ "work_hours": 10 + hours }))?;
            let (took, answer) = timed(&root)?;
            let expected = 10 * IN_TREE + hours;
            let total = body(&answer)?["totals"]["work_hours"].clone();
            ensure!(total.as_f64() == Some(f64::from(u32::try_from(expected)?)), "the total is {total}");
            ours.push(took);
            baseline.push(timed(&alone)?.0);
        }
        pairs.push((median(ours.into_iter()), median(baseline.into_iter())));
    }
    bench.record(Row::of_costs(TREE, &pairs, " ms"));
    Ok(())
}

/// The longest wait of other writes while the ratio of the status of a fifth and more of the work packages changes.
fn wait(bench: &mut Bench, store: &Store, headers: &[(&str, &str)]) -> Result<()> {
    if !bench.wants(&[WAIT]) {
        return Ok(());
    }
    let mut serve = Command::new(bench.program());
    serve.env("STATUARY_OPENPROJECT_PROGRESS", "status");
    let server =
        Server::start(serve.args(["serve", "--listen", "127.0.0.1:0", "--data", text(&store.folder)?]))?;
    let statuses = || body(&server.get_with(200, &format!("{OWN}/statuses"), headers)?);
    let busy = || {
        let all = statuses()?;
        let all = all["statuses"].as_array().context("no statuses")?;
        Ok::<_, anyhow::Error>(all.iter().any(|one| one["recalculating"] == true))
    };
    // The switch of the mode changes all of them once.
    while busy()? {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let write = || {
        let start = Instant::now();
        let report = json!({ "color": "green", "description": "As planned." });
        server.send(201, ("POST", &format!("{OWN}/workspaces/2/status_reports")), headers, &report)?;
        Ok::<_, anyhow::Error>(milliseconds(start))
    };
    let ids: Vec<i64> = statuses()?["statuses"]
        .as_array()
        .context("no statuses")?
        .iter()
        .filter_map(|one| one["id"].as_i64())
        .collect();
    let mut pairs = Vec::new();
    for round in 0..bench.times() {
        let ratio = json!({ "default_done_ratio": 5 + 10 * (round % 9) });
        let change = || {
            ids.iter().try_for_each(|id| {
                server.send(200, ("PATCH", &format!("{OWN}/statuses/{id}")), headers, &ratio).map(drop)
            })
        };
        // A request that changes a ratio waits for the work packages for some time.
        let (longest, count) = std::thread::scope(|scope| {
            let changing = scope.spawn(change);
            let (mut longest, mut count) = (0.0, 0);
            while !changing.is_finished() || busy()? {
                longest = f64::max(longest, write()?);
                count += 1;
            }
            changing.join().expect("a change that ends")?;
            Ok::<_, anyhow::Error>((longest, count))
        })?;
        ensure!(count > 0, "nothing was to be changed");
        let alone =
            (0..count).map(|_| write()).try_fold(0.0, |most, took| took.map(|took| f64::max(most, took)))?;
        pairs.push((longest, alone));
    }
    bench.record(Row::of_costs(WAIT, &pairs, " ms"));
    Ok(())
}
