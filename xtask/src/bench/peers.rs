//! Alternative programs, on the same rows.

use std::net::TcpListener;
use std::process::Command;

use anyhow::{Context, Result};

use super::requests;
use super::runner::{Bench, SHORT};
use super::servers::{Server, output};
use super::stores::{Store, text};
use super::table::{Goal, Item};
use super::wrk::Load;

use crate::machine::root;
use crate::packages::install_from_pypi;

const fn item(work: &'static str, baseline: &'static str, goal: f64) -> Item {
    Item { work, baseline, goal: Goal::AtLeast(goal) }
}

const POCKETBASE: &str = "PocketBase";
const FASTAPI: &str = "FastAPI, SQLite, 2 workers";

/// The statuses, a page of a workspace, a new report.
pub const ITEMS: [Item; 6] = [
    item("peers, PocketBase: the statuses", POCKETBASE, 15.0),
    item("peers, PocketBase: a page of a workspace", POCKETBASE, 4.0),
    item("peers, PocketBase: a new report", POCKETBASE, 10.0),
    item("peers, FastAPI: the statuses", FASTAPI, 15.0),
    item("peers, FastAPI: a page of a workspace", FASTAPI, 4.0),
    item("peers, FastAPI: a new report", FASTAPI, 10.0),
];

const TIMEOUT: u64 = 600;

/// Measures our server next to each peer.
pub fn run(bench: &mut Bench, store: &Store, server: &Server) -> Result<()> {
    let home = root().join("xtask/peers");
    install_from_pypi(&home, &["pocketbase", "fastapi"])?;
    let ours = [requests::statuses(store), requests::of_workspace(store, ""), requests::post_report(store)];
    let (pocketbase, fastapi) = ITEMS.split_at(3);
    let rows = bench.kept(store.size)?.file();
    let programs = home.join(".venv");
    let workspaces = store.size.workspaces;

    let address = free_address()?;
    let url = format!("http://{address}");
    let program = programs.join("pocketbase/bin/pocketbase");
    let folder = bench.folder.path().join("pocketbase");
    eprintln!("filling PocketBase");
    let mut fill = Command::new("python3");
    fill.arg(home.join("rows.py")).arg("pocketbase").arg(&folder).arg(&rows).arg(&program).arg(&address);
    let token = token(&mut fill)?;
    let mut serve = Command::new(&program);
    serve.args(["serve", "--http", &address, "--dir", text(&folder)?]);
    let peer = Server::at(&mut serve, &url)?;
    let headers = [("Authorization", token.as_str())];
    let records = "/api/collections/status_reports/records";
    let page = format!("'{records}?perPage=20&sort=id&filter=workspace_id%3D' .. math.random({workspaces})");
    let theirs = [
        Load::of("/api/collections/statuses/records", &headers),
        Load::random(&page, &headers),
        Load::post(records, &headers, &new_report(workspaces)),
    ];
    peer.get_with(200, "/api/collections/statuses/records", &headers)?;
    compare(bench, pocketbase, (server, &ours), (&peer, &theirs))?;
    drop(peer);

    let address = free_address()?;
    let (host, port) = address.split_once(':').context("an address")?;
    let database = bench.folder.path().join("service.db");
    eprintln!("filling FastAPI's file");
    let mut fill = Command::new("python3");
    let token = self::token(fill.arg(home.join("rows.py")).arg("fastapi").arg(&database).arg(&rows))?;
    let mut serve = Command::new(programs.join("fastapi/bin/uvicorn"));
    serve
        .args(["service:app", "--workers", "2", "--no-access-log", "--host", host, "--port", port])
        .current_dir(&home)
        .env("SERVICE_DB", &database)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let peer = Server::at(&mut serve, &format!("http://{address}"))?;
    let token = format!("Bearer {token}");
    let headers = [("Authorization", token.as_str())];
    let page = format!("'/status_reports?workspace_id=' .. math.random({workspaces})");
    let theirs = [
        Load::of("/statuses", &headers),
        Load::random(&page, &headers),
        Load::post("/status_reports", &headers, &new_report(workspaces)),
    ];
    peer.get_with(200, "/statuses", &headers)?;
    compare(bench, fastapi, (server, &ours), (&peer, &theirs))
}

fn compare(
    bench: &mut Bench,
    items: &[Item],
    (server, ours): (&Server, &[Load; 3]),
    (peer, theirs): (&Server, &[Load; 3]),
) -> Result<()> {
    for ((item, ours), theirs) in items.iter().zip(ours).zip(theirs) {
        let (ours, theirs) = (bench.load(server, ours), bench.load(peer, theirs));
        bench.compare(*item, SHORT, ours, theirs)?;
    }
    Ok(())
}

fn new_report(workspaces: u32) -> String {
    format!("'{{\"workspace_id\":' .. math.random({workspaces}) .. '{}'", requests::REPORT)
}

fn token(fill: &mut Command) -> Result<String> {
    let text = output(fill, TIMEOUT)?;
    Ok(text.trim().strip_prefix("token: ").context("no token")?.to_owned())
}

/// A free address, for a program that binds it immediately.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
