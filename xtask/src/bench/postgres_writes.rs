//! Writes on PostgreSQL, which writes to the disk here, next to those on our SQLite.

use std::fmt::Write;
use std::path::Path;
use std::thread;

use anyhow::Result;
use serde_json::json;

use super::requests::{self, REPORTS};
use super::runner::{Bench, SHORT};
use super::servers::Server;
use super::stores::{self, HEADER, text};
use super::table::{Goal, Item, Row};
use super::wrk::{CONNECTIONS, Load, Measured};
use crate::postgres;

const SQLITE: &str = "one account on our SQLite";
const ONE: Item = Item {
    work: "PostgreSQL: `POST /api/v1/status_reports`, one account",
    baseline: SQLITE,
    goal: Goal::AtLeast(0.45),
};
const EIGHT: Item = Item {
    work: "PostgreSQL: `POST /api/v1/status_reports`, eight accounts",
    baseline: SQLITE,
    goal: Goal::AtLeast(0.8),
};
const TAIL: Item = Item {
    work: "PostgreSQL: `POST /api/v1/status_reports`, p99",
    baseline: "its median",
    goal: Goal::AtMost(4.0),
};
const THREE: Item = Item {
    work: "PostgreSQL: `POST /api/v1/status_reports`, three processes",
    baseline: "one process",
    goal: Goal::AtLeast(0.8),
};

const ACCOUNTS: usize = 8;
/// The number of workspaces of each account.
const WORKSPACES: usize = 100;

/// Runs all measurements.
pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&[ONE, EIGHT, TAIL, THREE]) {
        return Ok(());
    }
    let (engine, folder) = (postgres::Server::start_durable()?, bench.folder.path().join("accounts"));
    std::fs::create_dir_all(&folder)?;
    let archive = folder.join("accounts.jsonl");
    std::fs::write(&archive, lines())?;
    let url = format!("{}/postgres", engine.url());
    let on_postgres = ["--database-url", url.as_str()];
    let on_sqlite = ["--data", text(&folder)?];
    let (ours, theirs) = (tokens(bench, &archive, &on_postgres)?, tokens(bench, &archive, &on_sqlite)?);
    let (first, sqlite) = (bench.serve(&on_postgres)?, bench.serve(&on_sqlite)?);
    let baseline = bench.load(&sqlite, &load(&theirs[..1]));
    let one = bench.measure(&first, &load(&ours[..1]));
    let mut tails = Vec::new();
    let of_one = |seconds| {
        let measured = one(seconds)?;
        tails.push((measured.p99, measured.median));
        Ok(measured.per_second)
    };
    if bench.wants(&[ONE, TAIL]) {
        let pairs = bench.pairs(ONE, SHORT * 2, of_one, &baseline)?;
        bench.record(Row::of_rates(ONE, &pairs));
        // Without the warm-up.
        bench.record(Row::of_costs(TAIL, &tails[1..], " µs"));
    }
    bench.compare(EIGHT, SHORT * 2, bench.load(&first, &load(&ours)), &baseline)?;
    if bench.wants(&[THREE]) {
        let others = (bench.serve(&on_postgres)?, bench.serve(&on_postgres)?);
        let servers = [&first, &others.0, &others.1];
        let load = load(&ours[..1]);
        let three = |seconds| together(bench, &servers, &load, seconds);
        let pairs = bench.pairs(THREE, SHORT * 2, three, |seconds| Ok(one(seconds)?.per_second))?;
        bench.record(Row::of_rates(THREE, &pairs));
    }
    Ok(())
}

/// The sum of the rates of servers that are loaded at the same time, with a third of the connections each.
fn together(bench: &Bench, servers: &[&Server; 3], load: &Load, seconds: u64) -> Result<f64> {
    let load = load.clone().with_connections(CONNECTIONS / servers.len());
    let measured: Vec<Result<Measured>> = thread::scope(|scope| {
        let running = servers.map(|server| {
            let measure = bench.measure(server, &load);
            scope.spawn(move || measure(seconds))
        });
        running.into_iter().map(|one| one.join().expect("a load that ends")).collect()
    });
    measured.into_iter().try_fold(0.0, |sum, one| Ok(sum + one?.per_second))
}

/// An archive with accounts, an administrator of each, and their workspaces.
fn lines() -> String {
    let mut lines = String::from(HEADER);
    let at = "2025-01-01T00:00:00Z";
    for account in 1..=ACCOUNTS {
        let name = format!("Account {account}");
        let mut add = |line: serde_json::Value| writeln!(lines, "{line}").expect("a text takes any line");
        add(json!({ "kind": "account", "id": account, "name": name }));
        add(json!({ "kind": "user", "id": account, "account_id": account, "full_name": name,
            "email_address": address(account), "administrator": true }));
        for number in 1..=WORKSPACES {
            let id = (account - 1) * WORKSPACES + number;
            add(
                json!({ "kind": "workspace", "id": id, "account_id": account, "title": format!("Project {id}"),
                "archived": false, "status_key": 305, "creator_id": account, "created_at": at, "updated_at": at }),
            );
        }
    }
    lines
}

fn address(account: usize) -> String {
    format!("administrator{account}@synthetic.example")
}

/// Imports the accounts into an empty store. Returns a token of each administrator.
fn tokens(bench: &Bench, archive: &Path, store: &[&str]) -> Result<Vec<String>> {
    stores::import(bench.program(), archive, store)?;
    (1..=ACCOUNTS).map(|account| stores::token(bench.program(), &address(account), store)).collect()
}

/// New reports on any workspace of the accounts with these tokens.
fn load(tokens: &[String]) -> Load {
    let quoted: Vec<_> = tokens.iter().map(|token| format!("'{token}'")).collect();
    let report = requests::REPORT;
    let body = format!(
        "'{{\"status_report\":{{\"workspace_id\":' .. ((account - 1) * {WORKSPACES} + math.random({WORKSPACES})) .. '{report}}}'"
    );
    Load::post_by(REPORTS, &quoted.join(","), &body)
}
