//! Measures the portfolio page with 1,000 workspaces and 52 weeks: its time on the server and its size on the wire. It runs in
//! one process, through the router, on a temporary store: `cargo bench --bench portfolio`

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode, header};
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

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZE: Size = Size { workspaces: 1000, reports: 52_000, changes: 3000 };
const TIMES: usize = 51;

/// The goals for time and size.
const MOST: Duration = Duration::from_millis(50);
const MOST_BYTES: usize = 300_000;

#[tokio::main]
async fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let db = Db::open(&Location::in_directory(directory.path())).await?;
    let token = synthetic::fill(&db, SIZE, 7).await?;
    // The end of the synthetic year.
    let clock = Clock::manual_at("2025-12-31T12:00:00Z".parse().context("a time")?);
    let app = App::new(db, clock, Settings::default());

    let form = Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (signed_in, _) = ask(&app, form.body(Body::from(format!("token={token}")))?).await?;
    let cookie = signed_in.headers().get(header::SET_COOKIE).context("a cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();

    for (encoding, most) in [("identity", None), ("gzip", Some(MOST_BYTES))] {
        let (mut spans, mut size) = (Vec::with_capacity(TIMES), 0);
        for _ in 0..TIMES {
            let request = Request::get("/?weeks=52")
                .header(header::COOKIE, &cookie)
                .header(header::ACCEPT_ENCODING, encoding)
                .body(Body::empty())?;
            let start = Instant::now();
            let (answer, body) = ask(&app, request).await?;
            spans.push(start.elapsed());
            anyhow::ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
            size = body.len();
        }
        spans.sort();
        let median = spans[TIMES / 2];
        let most_bytes = most.map_or_else(String::new, |most| format!(" (goal: under {most})"));
        println!("{encoding}: median {median:.1?} (goal: under {MOST:?}), {size} bytes{most_bytes}");
        let is_met = median < MOST && most.is_none_or(|most| size < most);
        println!("  the goal is {}", if is_met { "met" } else { "missed" });
    }
    Ok(())
}

async fn ask(app: &App, request: Request<Body>) -> Result<(Response<()>, Bytes)> {
    let Ok(answer) = router::service(app.clone()).oneshot(request).await;
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
    Ok((Response::from_parts(parts, ()), body))
}
