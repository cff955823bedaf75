//! Compares stores: larger, older, with a second account, on the other engine.

use anyhow::{Context, Result};
use serde_json::Value;

use super::requests;
use super::runner::{Bench, SHORT};
use super::servers::Server;
use super::stores::{self, MILLION, Store, TEN_THOUSAND, text};
use super::table::{Goal, Item};
use super::wrk::Load;

use crate::postgres;

const fn item(work: &'static str, baseline: &'static str, goal: Goal) -> Item {
    Item { work, baseline, goal }
}

const FEW: &str = "the same with ten thousand reports";
const COUNTS: [Item; 5] = [
    item("counts: all reports, administrator", FEW, Goal::AtMost(1.2)),
    item("counts: reports of a workspace, administrator", FEW, Goal::AtMost(1.2)),
    item("counts: changes of a workspace, administrator", FEW, Goal::AtMost(1.2)),
    item("counts: all reports, member", FEW, Goal::AtMost(1.2)),
    item("counts: reports of a workspace, member", FEW, Goal::AtMost(1.2)),
];

const ALONE: &str = "the same account alone";
const NEIGHBOURS: [Item; 3] = [
    item("neighbour of a million: all reports", ALONE, Goal::AtMost(1.2)),
    item("neighbour of a million: reports of a workspace", ALONE, Goal::AtMost(1.2)),
    item("neighbour of a million: all workspaces", ALONE, Goal::AtMost(1.2)),
];

const YOUNG: &str = "the same without history";
const HISTORY: [Item; 4] = [
    item("history: `GET /api/v3/statuses`", YOUNG, Goal::AtMost(1.2)),
    item("history: one report", YOUNG, Goal::AtMost(1.2)),
    item("history: reports of a workspace", YOUNG, Goal::AtMost(1.2)),
    item("history: one workspace", YOUNG, Goal::AtMost(1.2)),
];
/// Seconds for which workspaces are moved at the rate of the disk.
const AGEING: u64 = 30;

const NOW: &str = "the same read now";
const PAST: [Item; 3] = [
    item("past: one report", NOW, Goal::AtMost(3.0)),
    item("past: a workspace with its timeline", NOW, Goal::AtMost(3.0)),
    item("past: portfolio of 100 workspaces", NOW, Goal::AtMost(3.0)),
];
/// The end of the synthetic year.
const THEN: &str = "2025-12-31";

const OURS: &str = "the same on our SQLite";
const POSTGRES: [Item; 5] = [
    item("PostgreSQL: `GET /api/v3/statuses`", OURS, Goal::AtLeast(0.4)),
    item("PostgreSQL: 304 on the `ETag`", OURS, Goal::AtLeast(0.4)),
    item("PostgreSQL: `GET /api/v1/status_reports/{id}`", OURS, Goal::AtLeast(0.4)),
    item("PostgreSQL: reports of a workspace", OURS, Goal::AtLeast(0.4)),
    item("PostgreSQL: the same with includes", OURS, Goal::AtLeast(0.4)),
];

/// Runs all comparisons.
pub fn run(bench: &mut Bench) -> Result<()> {
    counts(bench)?;
    neighbours(bench)?;
    history(bench)?;
    past(bench)?;
    postgres(bench)
}

/// A side of a comparison: a server and its load.
type Side<'s> = (&'s Server, Load);

fn compare_loads(bench: &mut Bench, item: Item, ours: &Side<'_>, baseline: &Side<'_>) -> Result<()> {
    let (ours, baseline) = (bench.load(ours.0, &ours.1), bench.load(baseline.0, &baseline.1));
    bench.compare(item, SHORT, ours, baseline)
}

fn counts(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&COUNTS) {
        return Ok(());
    }
    let (large, small) = (bench.store(MILLION, "counts-large")?, bench.store(TEN_THOUSAND, "counts-small")?);
    let servers = (bench.on(&large)?, bench.on(&small)?);
    let member = member(bench, &small, &servers.1)?;
    let members = (
        Member::of(bench, &large, &servers.0, member)?.context("no member of the large store")?,
        Member::of(bench, &small, &servers.1, member)?.context("no member of the small store")?,
    );
    let loads = |store: &Store, member: &Member| {
        [
            Load::of(requests::REPORTS, &[("Authorization", &bearer(&store.token))]),
            requests::of_workspace(store, ""),
            changes(store),
            Load::of(requests::REPORTS, &[("Authorization", &bearer(&member.token))]),
            member.of_workspace(),
        ]
    };
    let loads = loads(&large, &members.0).into_iter().zip(loads(&small, &members.1));
    for (item, (ours, baseline)) in COUNTS.into_iter().zip(loads) {
        compare_loads(bench, item, &(&servers.0, ours), &(&servers.1, baseline))?;
    }
    Ok(())
}

fn changes(store: &Store) -> Load {
    let path = format!("'/api/v1/workspace_status_changes?workspace_id=' .. {}", store.any_workspace());
    Load::random(&path, &[("Authorization", &bearer(&store.token))])
}

/// A participant of some workspaces.
struct Member {
    token: String,
    workspaces: Vec<String>,
}

impl Member {
    /// The person with an id, or `None` without a workspace.
    fn of(bench: &Bench, store: &Store, server: &Server, person: u32) -> Result<Option<Self>> {
        let email = format!("person{person:02}@synthetic.example");
        let token = stores::token(bench.program(), &email, &["--data", text(&store.folder)?])?;
        let authorization = [("Authorization", bearer(&token))];
        let headers = authorization.each_ref().map(|(name, value)| (*name, value.as_str()));
        let list = body(&server.get_with(200, "/api/v1/workspaces?per_page=200", &headers)?)?;
        let ids = list["results"].as_array().context("no results")?.iter();
        let workspaces: Vec<_> = ids.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect();
        Ok((!workspaces.is_empty()).then_some(Self { token, workspaces }))
    }

    fn of_workspace(&self) -> Load {
        let path = "'/api/v1/status_reports?workspace_id=' .. ids[math.random(#ids)]";
        Load::random(path, &[("Authorization", &bearer(&self.token))])
            .with_prelude(&format!("local ids = {{{}}}", self.workspaces.join(",")))
    }
}

/// The first person after the administrator who participates in a workspace.
fn member(bench: &Bench, store: &Store, server: &Server) -> Result<u32> {
    for person in 2..=20 {
        if Member::of(bench, store, server, person)?.is_some() {
            return Ok(person);
        }
    }
    anyhow::bail!("nobody participates in a workspace")
}

fn body(answer: &[u8]) -> Result<Value> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no body")?;
    Ok(serde_json::from_slice(&answer[end + 4..])?)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn neighbours(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&NEIGHBOURS) {
        return Ok(());
    }
    let (small, large) = (bench.kept(TEN_THOUSAND)?, bench.kept(MILLION)?);
    let crowded = stores::with_neighbour(bench.program(), &bench.home, &small, &large)?;
    let crowded = crowded.copy(bench.folder.path().join("crowded"))?;
    let alone = bench.store(TEN_THOUSAND, "alone")?;
    let servers = (bench.on(&crowded)?, bench.on(&alone)?);
    let loads: [&dyn Fn(&Store) -> Load; 3] = [
        &|store| Load::of(requests::REPORTS, &[("Authorization", &bearer(&store.token))]),
        &|store| requests::of_workspace(store, ""),
        &|store| Load::of("/api/v1/workspaces", &[("Authorization", &bearer(&store.token))]),
    ];
    for (item, load) in NEIGHBOURS.into_iter().zip(loads) {
        compare_loads(bench, item, &(&servers.0, load(&crowded)), &(&servers.1, load(&alone)))?;
    }
    Ok(())
}

fn history(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&HISTORY) {
        return Ok(());
    }
    let (old, young) = (bench.store(TEN_THOUSAND, "old")?, bench.store(TEN_THOUSAND, "young")?);
    let servers = (bench.on(&old)?, bench.on(&young)?);
    let moves = requests::post_change(&old);
    let aged = bench.measure(&servers.0, &moves)(bench.seconds(AGEING))?;
    eprintln!("history: {:.0} moves a second for {} s", aged.per_second, bench.seconds(AGEING));
    let loads: [&dyn Fn(&Store) -> Load; 4] =
        [&requests::statuses, &requests::any_report, &|store| requests::of_workspace(store, ""), &|store| {
            let path = format!("'/api/v1/workspaces/' .. {}", store.any_workspace());
            Load::random(&path, &[("Authorization", &bearer(&store.token))])
        }];
    for (item, load) in HISTORY.into_iter().zip(loads) {
        compare_loads(bench, item, &(&servers.0, load(&old)), &(&servers.1, load(&young)))?;
    }
    Ok(())
}

/// Reads in the past, in a store with more than a million events.
fn past(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&PAST) {
        return Ok(());
    }
    let store = bench.store(MILLION, "past")?;
    let server = bench.on(&store)?;
    let authorization = [("Authorization", bearer(&store.token))];
    let headers = authorization.each_ref().map(|(name, value)| (*name, value.as_str()));
    // Both sides have the same weeks and reports. The timeline has the first 50 of a workspace's reports.
    let loads = |more: &str| {
        let own = "/api/statuary/v1";
        let workspace = store.any_workspace();
        [
            Load::random(
                &format!("'{own}/status_reports/' .. {} .. '?{more}'", store.any_report()),
                &headers,
            ),
            Load::random(
                &format!("'{own}/workspaces/' .. {workspace} .. '/timeline?to={THEN}&{more}'"),
                &headers,
            ),
            Load::of(&format!("{own}/portfolio?limit=100&to={THEN}&{more}"), &headers),
        ]
    };
    let loads = loads(&format!("as_of={THEN}")).into_iter().zip(loads(""));
    for (item, (then, now)) in PAST.into_iter().zip(loads) {
        compare_loads(bench, item, &(&server, then), &(&server, now))?;
    }
    Ok(())
}

fn postgres(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&POSTGRES) {
        return Ok(());
    }
    let store = bench.store(MILLION, "million-sqlite")?;
    let engine = postgres::Server::start()?;
    let url = format!("{}/postgres", engine.url());
    eprintln!("seeding PostgreSQL");
    MILLION.seed(bench.program(), &["--database-url", &url])?;
    postgres::analyze(&url)?;
    let servers = (bench.serve(&["--database-url", &url])?, bench.on(&store)?);
    let loads = [
        requests::statuses(&store),
        // Both stores have the same rows, and so the same tag.
        requests::unchanged(&store, &servers.1)?.0,
        requests::any_report(&store),
        requests::of_workspace(&store, ""),
        requests::of_workspace(&store, requests::INCLUDES),
    ];
    for (item, load) in POSTGRES.into_iter().zip(loads) {
        compare_loads(bench, item, &(&servers.0, load.clone()), &(&servers.1, load))?;
    }
    Ok(())
}
