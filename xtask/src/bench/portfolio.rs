//! The portfolio of ten thousand workspaces and half a year, on its page and natively, on both engines.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::runner::Bench;
use super::servers::{Server, output};
use super::stores::{self, HEADER, text};
use super::table::{Goal, Item, Row};
use crate::postgres;

const WORKSPACES: u32 = 10_000;
const FEW: u32 = 10;
const WEEKS: u32 = 26;
const COLORS: [&str; 7] = ["green", "green", "green", "yellow", "green", "red", "yellow"];
const ADDRESS: &str = "administrator@synthetic.example";
const TIMEOUT: u64 = 60;

const PAGE: Item = Item {
    work: "portfolio: the page of 10,000 workspaces × 26 weeks",
    baseline: "of 10 workspaces",
    goal: Goal::Within(120.0),
};
const NATIVE: Item = Item {
    work: "portfolio: 100 of 10,000 workspaces natively",
    baseline: "of 10 workspaces",
    goal: Goal::Within(50.0),
};
const SQLITE: &str = "the same on our SQLite";
const POSTGRES: [Item; 2] = [
    Item {
        work: "PostgreSQL: the portfolio page of 10,000 workspaces",
        baseline: SQLITE,
        goal: Goal::AtMost(3.0),
    },
    Item { work: "PostgreSQL: 100 of the portfolio natively", baseline: SQLITE, goal: Goal::AtMost(3.0) },
];
/// The addresses of a round. The page has 26 weeks by default and is never cached; responses of the API are, so that each round has another
/// address.
const PATHS: [fn(usize) -> String; 2] =
    [|_| "/".to_owned(), |round| format!("/api/statuary/v1/portfolio?weeks=26&limit={}", 100 - round)];
/// Requests for each figure.
const ROUNDS: usize = 5;

/// Runs all measurements.
pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&[PAGE, NATIVE]) && !bench.wants(&POSTGRES) {
        return Ok(());
    }
    let folder = bench.folder.path().join("portfolio");
    let (large, small) = (folder.join("large"), folder.join("small"));
    for (folder, workspaces) in [(&large, WORKSPACES), (&small, FEW)] {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("archive.jsonl"), lines(workspaces)?)?;
    }
    let archive = large.join("archive.jsonl");
    let (on_large, on_small) = (["--data", text(&large)?], ["--data", text(&small)?]);
    let tokens =
        (imported(bench, &archive, &on_large)?, imported(bench, &small.join("archive.jsonl"), &on_small)?);
    let servers = (bench.serve(&on_large)?, bench.serve(&on_small)?);
    let readers = (Reader::new(&servers.0, &tokens.0)?, Reader::new(&servers.1, &tokens.1)?);
    for (item, path) in [PAGE, NATIVE].into_iter().zip(PATHS) {
        compare(bench, item, path, &readers.0, &readers.1)?;
    }
    if !bench.wants(&POSTGRES) {
        return Ok(());
    }
    let engine = postgres::Server::start()?;
    let url = format!("{}/postgres", engine.url());
    let on_postgres = ["--database-url", url.as_str()];
    let token = imported(bench, &archive, &on_postgres)?;
    postgres::analyze(&url)?;
    let server = bench.serve(&on_postgres)?;
    let reader = Reader::new(&server, &token)?;
    for (item, path) in POSTGRES.into_iter().zip(PATHS) {
        compare(bench, item, path, &reader, &readers.0)?;
    }
    Ok(())
}

/// An archive with workspaces that have a report each week until now.
pub fn lines(workspaces: u32) -> Result<String> {
    let ago = |weeks: u32| {
        let mut date = Command::new("date");
        let printed = output(date.args(["--utc", "+%FT%TZ", "--date", &format!("-{weeks} weeks")]), TIMEOUT)?;
        Ok::<_, anyhow::Error>(printed.trim().to_owned())
    };
    let weeks: Vec<String> = (0..WEEKS).rev().map(ago).collect::<Result<_>>()?;
    let mut lines = String::from(HEADER);
    let mut add = |line: Value| writeln!(lines, "{line}").expect("a text takes any line");
    add(json!({ "kind": "account", "id": 1, "name": "Many" }));
    add(
        json!({ "kind": "user", "id": 1, "account_id": 1, "full_name": "Administrator", "email_address": ADDRESS,
        "administrator": true }),
    );
    let first = &weeks[0];
    for id in 1..=workspaces {
        add(json!({ "kind": "workspace", "id": id, "account_id": 1, "title": format!("Project {id}"),
            "archived": false, "status_key": 305, "creator_id": 1, "created_at": first, "updated_at": first }));
    }
    for (week, at) in (0..).zip(&weeks) {
        for workspace in 1..=workspaces {
            let color = COLORS[(workspace + week / 3) as usize % COLORS.len()];
            add(
                json!({ "kind": "status_report", "id": week * workspaces + workspace, "workspace_id": workspace,
                "color": color, "description": format!("Week {week}: the milestones hold."), "details": [],
                "creator_id": 1, "created_at": at, "updated_at": at }),
            );
        }
    }
    Ok(lines)
}

/// Imports an archive into an empty store. Returns a token of its administrator.
pub fn imported(bench: &Bench, archive: &Path, store: &[&str]) -> Result<String> {
    stores::import(bench.program(), archive, store)?;
    stores::token(bench.program(), ADDRESS, store)
}

/// A person who reads pages and the API.
pub struct Reader<'s> {
    server: &'s Server,
    authorization: String,
    cookie: String,
}

impl<'s> Reader<'s> {
    /// Signs a person in.
    pub fn new(server: &'s Server, token: &str) -> Result<Self> {
        let answer = server.submit("/login", &format!("token={token}"))?;
        let head = String::from_utf8_lossy(&answer).into_owned();
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).context("no session")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { server, authorization: format!("Bearer {token}"), cookie })
    }

    /// Milliseconds of a request.
    fn time(&self, path: &str) -> Result<f64> {
        let headers = [("Authorization", self.authorization.as_str()), ("Cookie", &self.cookie)];
        let headers = if path.starts_with("/api") { &headers[..1] } else { &headers[1..] };
        let start = Instant::now();
        self.server.get_with(200, path, headers)?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }
}

/// Measures requests of a path to a server beside the same requests to another one.
pub fn compare(
    bench: &mut Bench,
    item: Item,
    path: fn(usize) -> String,
    ours: &Reader<'_>,
    baseline: &Reader<'_>,
) -> Result<()> {
    if !bench.wants(&[item]) {
        return Ok(());
    }
    let mut pairs = Vec::new();
    for round in 0..=ROUNDS {
        let path = path(round);
        let pair = (ours.time(&path)?, baseline.time(&path)?);
        // The first request prepares the statements.
        if round > 0 {
            pairs.push(pair);
        }
    }
    bench.record(Row::of_costs(item, &pairs, " ms"));
    Ok(())
}
