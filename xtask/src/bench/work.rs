//! Measures work next to its baselines (bare hyper, the same statements in process, the disk) and next to peers.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::peers;
use super::requests::{
    INCLUDES, REPORTS, any_report, bearer, of_workspace, post_change, post_report, statuses, unchanged,
};
use super::runner::{Bench, LONG, SHORT};
use super::servers::{Server, figure};
use super::stores::{MILLION, Store, text};
use super::table::{Goal, Item, Row, median};
use super::wrk::Load;
use crate::machine::succeed;

const fn item(work: &'static str, baseline: &'static str, goal: Goal) -> Item {
    Item { work, baseline, goal }
}

const HYPER: &str = "bare hyper, the same bytes";
const FIRST_PAGE: &str = "page 1";
const READS: [Item; 8] = [
    item("`GET /api/v3/statuses`", HYPER, Goal::AtLeast(0.6)),
    item("`GET /api/v3/statuses`, 304 on the `ETag`", HYPER, Goal::AtLeast(0.7)),
    item("`GET /api/v1/status_reports/{id}`, any of a million", HYPER, Goal::AtLeast(0.45)),
    item("`GET /api/v1/status_reports/{id}`, one", HYPER, Goal::AtLeast(0.45)),
    item(
        "`GET /api/v1/status_reports?workspace_id=W`",
        "the same SQL and JSON in process, one thread",
        Goal::AtLeast(0.6),
    ),
    item("the same with `include=creator,workspace,external_references`", "without", Goal::AtLeast(0.5)),
    item("a page of 39,000 to 40,000 of all reports", FIRST_PAGE, Goal::AtMost(1.5)),
    item("page 40,000 of all reports", FIRST_PAGE, Goal::AtMost(1.5)),
];
const IN_PROCESS: &str = "the same statements in process, one fsync a batch of 32";
const WRITES: [Item; 4] = [
    item("`POST /api/v1/status_reports`", IN_PROCESS, Goal::AtLeast(0.5)),
    item("`POST /api/v1/status_reports`, p99", "one fsync", Goal::AtMost(16.0)),
    item("`POST /api/v1/workspace_status_changes`", IN_PROCESS, Goal::AtLeast(0.5)),
    item("`POST /api/v1/workspace_status_changes`, p99", "one fsync", Goal::AtMost(16.0)),
];
const START: Item =
    item("start to first answer, a million reports", "`statuary --version`", Goal::Within(50.0));
const MEMORY: Item =
    item("anonymous memory after all this, a million reports", "after the first answer", Goal::Within(64.0));

/// Measures reads, then writes, then memory, on one server.
pub fn run(bench: &mut Bench) -> Result<()> {
    start(bench)?;
    let is_peer = bench.wants(&peers::ITEMS);
    if !bench.wants(&READS) && !bench.wants(&WRITES) && !bench.wants(&[MEMORY]) && !is_peer {
        return Ok(());
    }
    let store = bench.store(MILLION, "million")?;
    let server = bench.on(&store)?;
    server.get_with(200, "/api/v3/statuses", &[("Authorization", &bearer(&store))])?;
    let at_first = megabytes(server.memory()?);
    reads(bench, &store, &server)?;
    writes(bench, &store, &server)?;
    if is_peer {
        peers::run(bench, &store, &server)?;
    }
    if bench.wants(&[MEMORY]) {
        let pair = (megabytes(server.memory()?), at_first);
        bench.record(Row::of_costs(MEMORY, &[pair], " MiB"));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

fn reads(bench: &mut Bench, store: &Store, server: &Server) -> Result<()> {
    let headers = [("Authorization", bearer(store))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (unchanged, unchanged_answer) = unchanged(store, server)?;
    let one = format!("{REPORTS}/{}", store.size.reports / 2);
    let report = server.get_with(200, &one, &headers)?;
    let answers =
        [server.get_with(200, "/api/v3/statuses", &headers)?, unchanged_answer, report.clone(), report];
    let loads = [statuses(store), unchanged, any_report(store), Load::of(&one, &headers)];
    for ((item, load), answer) in READS.into_iter().zip(loads).zip(answers) {
        let baseline = bench.hyper(&answer)?;
        ensure!(
            baseline.get("/", &[])?.len() == answer.len(),
            "the response of the baseline has another length"
        );
        let (ours, baseline) = (bench.load(server, &load), bench.load(&baseline, &load));
        bench.compare(item, LONG, ours, baseline)?;
    }
    let [.., list, includes, deep, deepest] = READS;
    let plain = of_workspace(store, "");
    let mut page = bench.baseline(&[
        "page",
        text(&store.file())?,
        &store.size.workspaces.to_string(),
        &SHORT.to_string(),
    ]);
    let ours = bench.load(server, &plain);
    bench.compare(list, LONG, &ours, |_| figure(&mut page, "per second", SHORT))?;
    let with = bench.load(server, &of_workspace(store, INCLUDES));
    bench.compare(includes, LONG, with, &ours)?;

    let page_one = bench.load(server, &Load::of(&format!("{REPORTS}?page=1"), &headers));
    let path = format!("'{REPORTS}?page=' .. math.random(39000, 40000)");
    let late = bench.load(server, &Load::random(&path, &headers));
    bench.compare(deep, LONG, late, &page_one)?;
    let late = bench.load(server, &Load::of(&format!("{REPORTS}?page=40000"), &headers));
    bench.compare(deepest, LONG, late, &page_one)
}

fn writes(bench: &mut Bench, store: &Store, server: &Server) -> Result<()> {
    if !bench.wants(&WRITES) {
        return Ok(());
    }
    let copy = bench.store(MILLION, "baseline")?;
    let workspaces = copy.size.workspaces.to_string();
    for (index, (name, load)) in
        [("reports", post_report(store)), ("changes", post_change(store))].into_iter().enumerate()
    {
        let (item, slowest) = (WRITES[index * 2], WRITES[index * 2 + 1]);
        let measure = bench.measure(server, &load);
        let seconds = bench.seconds(SHORT).to_string();
        let mut baseline = bench.baseline(&[name, text(&copy.file())?, &workspaces, &seconds]);
        let mut fsync = bench.baseline(&["fsync", text(&copy.folder)?, "1"]);
        let (mut p99s, mut fsyncs) = (Vec::new(), Vec::new());
        let ours = |seconds| {
            let measured = measure(seconds)?;
            p99s.push(measured.p99);
            Ok(measured.per_second)
        };
        let in_process = |_| {
            fsyncs.push(figure(&mut fsync, "microseconds", 1)?);
            figure(&mut baseline, "per second", SHORT)
        };
        // Both figures come from one measurement.
        if !bench.wants(&[item, slowest]) {
            continue;
        }
        let pairs = bench.pairs(item, LONG, ours, in_process)?;
        if bench.wants(&[item]) {
            bench.record(Row::of_rates(item, &pairs));
        }
        if bench.wants(&[slowest]) {
            // Without the warm-up.
            let pairs: Vec<_> = p99s.into_iter().zip(fsyncs).skip(1).collect();
            bench.record(Row::of_costs(slowest, &pairs, " µs"));
        }
    }
    Ok(())
}

fn start(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&[START]) {
        return Ok(());
    }
    let store = bench.store(MILLION, "start")?;
    let mut pairs = Vec::new();
    for round in 0..=bench.times() {
        let before = Instant::now();
        let server = bench.on(&store)?;
        server.get_with(200, "/api/v3/statuses", &[("Authorization", &bearer(&store))])?;
        let ours = before.elapsed();
        drop(server);
        let before = Instant::now();
        let mut version = Command::new(bench.program());
        version.arg("--version").stdout(Stdio::null());
        succeed(&mut version)?;
        // The first start of a copy creates its write-ahead log.
        if round > 0 {
            pairs.push((ours.as_secs_f64() * 1e3, before.elapsed().as_secs_f64() * 1e3));
        }
    }
    eprintln!("  first answers: {:.1} ms", median(pairs.iter().map(|pair| pair.0)));
    bench.record(Row::of_costs(START, &pairs, " ms"));
    Ok(())
}
