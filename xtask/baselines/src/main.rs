//! The baselines of `cargo xtask bench`: the same bytes from bare hyper, the same statements and JSON in process on one
//! thread, and the `fsync` of the disk. The benchmark starts each with its arguments, and each prints one figure.

mod device;

use std::convert::Infallible;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use base::clock::Time;
use base::rng::Rng;
use bytes::Bytes;
use db::Conn;
use domain::auth::Caller;
use domain::events::Change;
use domain::events::Source;
use domain::ids::{AccountId, ReportId, TokenId, UserId, WorkspaceId};
use domain::status_changes::Draft;
use domain::status_keys;
use domain::status_reports;
use domain::status_reports::Color;
use domain::status_reports::StatusReport;
use domain::work_packages;
use domain::work_packages::store::{Filter, Sorting};
use domain::workspaces;
use http_body_util::Full;
use hyper::header::{DATE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use kantata::Envelope;
use kantata::Paging;
use kantata::status_reports::StatusReportObject;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Statement};
use tokio::net::TcpListener;

const WARM_UP: Duration = Duration::from_secs(2);
const PAGE: i64 = 20;
/// 2026-01-01T00:00:00Z, the end of the synthetic year.
const NOW: Time = Time(1_767_225_600_000_000);
/// The account and the administrator of a seeded store.
const ACCOUNT: i64 = 1;
const ADMINISTRATOR: i64 = 1;

const USAGE: &str = "baselines hyper FILE | page DB WORKSPACES SECONDS | reports DB WORKSPACES SECONDS | \
     changes DB WORKSPACES SECONDS | work-packages DB SECONDS | fsync FOLDER SECONDS | \
     device FOLDER BYTES SECONDS";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["hyper", file] => hyper(Path::new(file)),
        ["page", store, workspaces, seconds] => page(store, workspaces.parse()?, span(seconds)?),
        ["reports", store, workspaces, seconds] => {
            write(store, workspaces.parse()?, span(seconds)?, |conn, workspace, _| report(conn, workspace))
        }
        ["changes", store, workspaces, seconds] => {
            write(store, workspaces.parse()?, span(seconds)?, move_workspace)
        }
        ["work-packages", store, seconds] => work_packages(store, span(seconds)?),
        ["fsync", folder, seconds] => fsync(Path::new(folder), span(seconds)?),
        ["device", folder, bytes, seconds] => device::run(Path::new(folder), bytes.parse()?, span(seconds)?),
        _ => bail!("{USAGE}"),
    }
}

fn span(seconds: &str) -> Result<Duration> {
    Ok(Duration::from_secs(seconds.parse().context("the number of seconds is not a number")?))
}

/// Responds to every request with the bytes of one captured response, with a current date.
fn hyper(file: &Path) -> Result<()> {
    let (status, headers, body) = response(&std::fs::read(file)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening: http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (headers, body) = (headers.clone(), body.clone());
            let service = service_fn(move |_| {
                let mut response = Response::new(Full::new(body.clone()));
                *response.status_mut() = status;
                *response.headers_mut() = headers.clone();
                async move { Ok::<_, Infallible>(response) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}

/// The status, the headers and the body of a captured response.
fn response(bytes: &[u8]) -> Result<(StatusCode, HeaderMap, Bytes)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("the head does not end")?;
    let mut lines = std::str::from_utf8(&bytes[..end])?.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).context("there is no status")?.parse()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").with_context(|| format!("not a header: {line}"))?;
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
    }
    headers.remove(DATE);
    Ok((status, headers, Bytes::copy_from_slice(&bytes[end + 4..])))
}

fn open(store: &str) -> Result<Connection> {
    let conn = Connection::open(store)?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
        pragma temp_store = memory; pragma cache_size = -8000; pragma wal_autocheckpoint = 4000;",
    )?;
    Ok(conn)
}

/// Prepares the only one of the statements that contains all of the texts.
fn prepare<'c>(conn: &'c Connection, statements: &[db::Statement], texts: &[&str]) -> Result<Statement<'c>> {
    let contains = |statement: &&db::Statement| texts.iter().all(|text| statement.sql().contains(text));
    let matching: Vec<_> = statements.iter().filter(contains).collect();
    ensure!(matching.len() == 1, "{} statements contain {texts:?}", matching.len());
    Ok(conn.prepare(matching[0].sql())?)
}

/// Binds values to `$1`, `$2` and so on, which `SQLite` takes for names.
fn bind(statement: &mut Statement<'_>, values: &[i64]) -> Result<()> {
    for (number, value) in (1..).zip(values) {
        let index = statement
            .parameter_index(&format!("${number}"))?
            .with_context(|| format!("there is no placeholder ${number}"))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

/// Measures pages of the reports of random workspaces per second.
fn page(store: &str, workspaces: usize, span: Duration) -> Result<()> {
    let conn = open(store)?;
    let mut count = prepare(&conn, domain::counters::store::STATEMENTS, &["select status_reports from"])?;
    let list = ["from status_reports where account_id = $1 and workspace_id = $2", "offset $4"];
    let mut list = prepare(&conn, status_reports::store::list::STATEMENTS, &list)?;
    let paging = Paging { limit: PAGE, offset: 0, size: PAGE, number: 1 };
    let mut chance = Rng(1);
    let mut bytes = 0;
    let pages = rate(span, || {
        let workspace = i64::try_from(chance.below(workspaces))? + 1;
        bind(&mut count, &[ACCOUNT, workspace])?;
        let total: i64 = count.raw_query().next()?.context("there is no counter")?.get(0)?;
        bind(&mut list, &[ACCOUNT, workspace, paging.limit, paging.offset])?;
        let mut rows = list.raw_query();
        let mut envelope = Envelope::new("status_reports");
        while let Some(row) = rows.next()? {
            let report = StatusReport {
                id: ReportId(row.get(0)?),
                account_id: AccountId(row.get(1)?),
                workspace_id: WorkspaceId(row.get(2)?),
                color: Color::named(row.get_ref(3)?.as_str()?).context("the color is unknown")?,
                description: row.get(4)?,
                details: serde_json::from_str(row.get_ref(5)?.as_str()?)?,
                creator_id: UserId(row.get(6)?),
                updater_id: row.get::<_, Option<i64>>(7)?.map(UserId),
                created_at: Time(row.get(8)?),
                updated_at: Time(row.get(9)?),
            };
            envelope.push(report.id, &StatusReportObject::of(&report, None));
        }
        bytes = 0;
        envelope.finish(total, paging).visit(|part| bytes += part.len());
        Ok(1)
    })?;
    println!("bytes: {bytes}");
    println!("per second: {pages:.1}");
    Ok(())
}

/// Measures pages of the open work packages per second.
fn work_packages(store: &str, span: Duration) -> Result<()> {
    let mut conn = Conn::from(open(store)?);
    let (caller, sorting) = (caller(), Sorting::default());
    let filter = Filter { is_closed: Some(false), ..Filter::default() };
    let pages = rate(span, || {
        let list = work_packages::store::list(&mut conn, &caller, &filter, &sorting, (PAGE, 0));
        let (page, total) = ready(list)?;
        ensure!(page.len() == usize::try_from(PAGE)? && total > PAGE, "{total} are open");
        Ok(1)
    })?;
    println!("per second: {pages:.1}");
    Ok(())
}

/// Measures writes per second by the functions of the server, a batch in one transaction.
fn write(
    store: &str,
    workspaces: usize,
    span: Duration,
    one: impl Fn(&mut Conn, i64, usize) -> Result<()>,
) -> Result<()> {
    let mut conn = Conn::from(open(store)?);
    let mut chance = Rng(1);
    let written = rate(span, || {
        run(&mut conn, "begin immediate")?;
        for _ in 0..device::BATCH {
            one(&mut conn, i64::try_from(chance.below(workspaces))? + 1, chance.below(usize::MAX))?;
        }
        ready(conn.flush())?;
        run(&mut conn, "commit")?;
        Ok(device::BATCH)
    })?;
    println!("per second: {written:.1}");
    Ok(())
}

/// The rate of work per second after a warm-up; each call of `work` returns the number of units it has done.
fn rate(span: Duration, mut work: impl FnMut() -> Result<u32>) -> Result<f64> {
    let mut rate = 0.0;
    for span in [WARM_UP, span] {
        let (mut done, start) = (0, Instant::now());
        while start.elapsed() < span {
            done += work()?;
        }
        rate = f64::from(done) / start.elapsed().as_secs_f64();
    }
    Ok(rate)
}

fn run(conn: &mut Conn, sql: &'static str) -> Result<()> {
    ready(conn.run(&db::Query::plain(sql))).map(drop)
}

/// Polls work on `SQLite`, which completes at the first poll.
fn ready<T, E: Into<anyhow::Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T> {
    match pin!(work).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(done) => done.map_err(Into::into),
        Poll::Pending => bail!("the work waited for something other than SQLite"),
    }
}

fn caller() -> Caller {
    Caller {
        account_id: AccountId(ACCOUNT),
        user_id: UserId(ADMINISTRATOR),
        token_id: TokenId(1),
        administrator: true,
        scopes: Vec::new(),
    }
}

fn change() -> Change {
    let at = NOW;
    let (actor_id, token_id) = (Some(UserId(ADMINISTRATOR)), Some(TokenId(1)));
    Change { account_id: AccountId(ACCOUNT), actor_id, token_id, surface: Source::Kantata, at }
}

/// The report that the load posts.
fn report(conn: &mut Conn, workspace: i64) -> Result<()> {
    let draft = status_reports::Draft {
        workspace_id: Some(WorkspaceId(workspace)),
        color: Some("yellow".into()),
        description: Some(
            "What was planned for this week, what was done, and what stands in the way.".into(),
        ),
        details: Some(Some(vec![status_reports::DraftDetail {
            category: Some("Scope".into()),
            color: Some("yellow".into()),
            description: Some("As in the summary.".into()),
        }])),
        external_reference: None,
        checks_hints: false,
    };
    ready(status_reports::store::create(conn, &caller(), &change(), &draft)).map(drop)
}

/// The move that the load posts: to a random status key, or to the next one if the workspace already has the first.
fn move_workspace(conn: &mut Conn, workspace: i64, choice: usize) -> Result<()> {
    let keys: Vec<i64> = status_keys::all().map(|row| row.key).collect();
    for next in 0..2 {
        let to_status_key = Some(keys[(choice + next) % keys.len()]);
        let draft = Draft { workspace_id: Some(WorkspaceId(workspace)), to_status_key, reason: None };
        match ready(workspaces::store::change_status(conn, &caller(), &change(), draft)) {
            Err(_) if next == 0 => {}
            done => return done.map(drop),
        }
    }
    Ok(())
}

/// Measures the median time to write 4 KiB and sync them, in microseconds.
fn fsync(folder: &Path, span: Duration) -> Result<()> {
    let mut file = File::create(folder.join("fsync"))?;
    let (mut times, start) = (Vec::new(), Instant::now());
    while start.elapsed() < span {
        let before = Instant::now();
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        times.push(before.elapsed());
    }
    times.sort();
    println!("microseconds: {:.1}", times[times.len() / 2].as_secs_f64() * 1e6);
    Ok(())
}
