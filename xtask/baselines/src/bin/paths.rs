//! Runs one hot path of the service in process a number of times. `cargo xtask instructions` counts the instructions.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use axum::body::Body;
use axum::http::{Request, header};
use base::clock::Clock;
use db::Db;
use db::Location;
use front::router;
use http_body_util::BodyExt;
use service::app::App;
use service::settings::Settings;
use statuary::demo::synthetic;
use statuary::demo::synthetic::Size;
use tower::ServiceExt;

const SIZE: Size = Size { workspaces: 50, reports: 5000, changes: 500 };
const SEED: u64 = 1;
/// The end of the synthetic year.
const NOW: &str = "2026-01-01T00:00:00Z";

const USAGE: &str = "paths prepare FOLDER | paths NAME FOLDER TIMES";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match words[..] {
        ["prepare", folder] => runtime.block_on(prepare(Path::new(folder))),
        [name, folder, times] => runtime.block_on(walk(name, Path::new(folder), times.parse()?)),
        _ => bail!("{USAGE}"),
    }
}

/// Fills a store, and writes the token of its administrator to a file beside it.
async fn prepare(folder: &Path) -> Result<()> {
    let db = Db::open(&Location::in_directory(folder)).await?;
    let token = synthetic::fill(&db, SIZE, SEED).await?;
    std::fs::write(folder.join("token"), token)?;
    Ok(())
}

async fn walk(name: &str, folder: &Path, times: u32) -> Result<()> {
    let token = std::fs::read_to_string(folder.join("token"))?;
    let db = Db::open(&Location::in_directory(folder)).await?;
    let app = App::new(db, Clock::manual_at(NOW.parse().context("NOW is not a time")?), Settings::default());
    let service = router::service(app);
    let mut tag = None;
    for turn in 0..times {
        let (method, path, body) = request(name, turn)?;
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request = request.header(header::CONTENT_TYPE, "application/json");
        if let (Some(tag), "unchanged") = (&tag, name) {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let Ok(answer) = service.clone().oneshot(request.body(Body::from(body))?).await;
        let expected = if tag.is_some() && name == "unchanged" { 304 } else { 200 };
        // The first round moves a few workspaces to the status that they already have.
        let is_no_move = name == "move" && turn < SIZE.workspaces && answer.status() == 422;
        ensure!(answer.status() == expected || is_no_move, "{name}: {}", answer.status());
        tag = tag.or_else(|| answer.headers().get(header::ETAG).cloned());
        answer.into_body().collect().await?;
    }
    Ok(())
}

/// The request of a turn. Only `statuses` and `unchanged` read the same objects in every turn.
fn request(name: &str, turn: u32) -> Result<(&'static str, String, String)> {
    const LIST: &str = "/api/v1/status_reports";
    let (workspace, page) = (turn % SIZE.workspaces + 1, turn / SIZE.workspaces + 1);
    let read = |path: String| Ok(("GET", path, String::new()));
    match name {
        "statuses" | "unchanged" => read("/api/v3/statuses".into()),
        "report" => read(format!("{LIST}/{}", turn + 1)),
        "list" => read(format!("{LIST}?workspace_id={workspace}&page={page}")),
        "includes" => read(format!(
            "{LIST}?workspace_id={workspace}&page={page}&include=creator,workspace,external_references"
        )),
        "deep" => read(format!("{LIST}?page={}", SIZE.reports / 20 - turn)),
        "post" => Ok((
            "POST",
            LIST.into(),
            format!(
                r#"{{"status_report": {{"workspace_id": "{workspace}", "color": "yellow",
                    "description": "One vendor slipped by a week.",
                    "details": [{{"category": "Schedule", "color": "red", "description": "A week late"}}]}}}}"#
            ),
        )),
        "move" => {
            let key = [310, 403, 605][page as usize % 3];
            let body = format!(
                r#"{{"workspace_status_change": {{"workspace_id": {workspace}, "to_status_key": {key}}}}}"#
            );
            Ok(("POST", "/api/v1/workspace_status_changes".into(), body))
        }
        _ => bail!("there is no hot path {name}"),
    }
}
