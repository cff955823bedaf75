//! `statuary serve`

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;

use super::open;
use crate::app::{App, random_bytes};
use crate::clock::{self, Clock, Time};
use crate::config::{DEFAULT_EVENT_RETENTION_DAYS, DEFAULT_LISTEN, File, Given, Settings, origins};
use crate::db::Db;
use crate::idempotency::Running;
use crate::sessions::LoginLink;
use crate::setup::Setup;
use crate::{demo, faults, server, tls, users};

/// Options of `serve`.
#[derive(clap::Args)]
pub struct Args {
    /// Where to listen.
    #[arg(long, env = "STATUARY_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Fill an empty store with the demo data set, and print a ready token and a link that signs in.
    #[arg(long)]
    demo: bool,
    /// Answer on the vendors' surfaces as the vendors do, without any extension.
    #[arg(long)]
    strict: bool,
    /// Where people and clients reach this server.
    #[arg(long, env = "STATUARY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Origins that may ask from a browser, with commas between them.
    #[arg(long, env = "STATUARY_CORS_ORIGINS", value_name = "ORIGINS", hide = true)]
    cors_origins: Option<String>,
    /// Whether the OpenProject surface answers nobody without credentials.
    #[arg(long, env = "STATUARY_OPENPROJECT_LOGIN_REQUIRED", value_name = "BOOL", hide = true)]
    openproject_login_required: Option<bool>,
    /// Answer with faults on demand, as this TOML file says and as requests ask for.
    #[arg(long, env = "STATUARY_FAULTS", value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Start with a clock that stands at an instant (RFC 3339) until it is moved.
    #[arg(long, env = "STATUARY_CLOCK", value_name = "TIME")]
    clock: Option<Time>,
    /// Encrypt with the certificate in this PEM file.
    #[arg(long, env = "STATUARY_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate, a PEM file.
    #[arg(long, env = "STATUARY_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// For how many days the Kantata surface shows an event.
    #[arg(long, env = "STATUARY_EVENT_RETENTION_DAYS", value_name = "DAYS", hide = true)]
    event_retention_days: Option<NonZeroU16>,
}

/// Runs the server until it is told to stop.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let file = given.file()?;
    let demo = args.demo;
    let settings = settings(args, &file)?;
    let identity = settings.tls.clone().map(tls::Files::identity).transpose()?;
    let clock = settings.clock.map_or(Clock::System, Clock::standing_at);
    let db = open(given, &file).await?;
    // Before the demo's token: one that cannot listen must not end that of a server which does.
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let entry = if demo { Some(demo::prepare(&db, clock.now()).await?) } else { None };
    let (setup, secret) = setup(&db).await?;
    let scheme = if identity.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", listener.local_addr()?);
    let url = settings.public_url.clone().unwrap_or_else(|| address.clone());

    warn(&db, &settings).await?;
    // Before anybody can read that the server listens, and tell it to stop.
    let stop = server::Stop::on_signals()?;
    let mut out = std::io::stdout();
    writeln!(out, "listening: {address}")?;
    if let Some(secret) = secret {
        writeln!(out, "administrator: {url}{}", Setup::path(&secret))?;
    }
    let mut login = LoginLink::default();
    if let Some(entry) = entry {
        let secret = hex::encode(random_bytes());
        login = LoginLink::for_user(&secret, entry.account_id, entry.user_id);
        writeln!(out, "token: {}", entry.token)?;
        writeln!(out, "login: {url}{}", LoginLink::path(&secret))?;
        eprint!("{}", curl_lines(&url, &entry.token));
    }
    out.flush()?;
    tracing::info!(engine = db.engine_name(), "serving");
    let app = App { db, clock, settings: Arc::new(settings), setup, login, running: Running::default() };
    server::run(app, listener, identity, stop).await
}

/// Says what makes this server unlike one that is in earnest.
async fn warn(db: &Db, settings: &Settings) -> Result<()> {
    if settings.faults.is_some() {
        tracing::warn!(
            "FAULTS ARE ON: requests are refused, delayed, cut off or answered from the past on demand; \
             this server is for testing clients, and for nothing else"
        );
    }
    let Some(start) = settings.clock else { return Ok(()) };
    tracing::warn!(now = %start, "THE CLOCK IS VIRTUAL: it stands until an administrator moves it");
    let latest = db.read(|conn| Box::pin(clock::store::latest_event(conn))).await?;
    if let Some(latest) = latest.filter(|latest| *latest > start) {
        tracing::warn!(%latest, "the store has events that are later than the virtual clock");
    }
    Ok(())
}

fn settings(args: Args, file: &File) -> Result<Settings> {
    let public_url = args.public_url.or_else(|| file.public_url.clone());
    let faults = args.faults.as_ref().or(file.faults.as_ref());
    let tls_files = (args.tls_cert.or(file.tls_cert.clone()), args.tls_key.or(file.tls_key.clone()));
    Ok(Settings {
        listen: args.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
        public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        strict: args.strict,
        cors_origins: match (args.cors_origins, &file.cors_origins) {
            (Some(text), _) => origins(&text),
            (None, Some(listed)) => listed.list(),
            (None, None) => Vec::new(),
        },
        openproject_login_required: args
            .openproject_login_required
            .or(file.openproject_login_required)
            .unwrap_or(true),
        faults: faults.map(|path| faults::file::read(path)).transpose()?.map(Arc::new),
        clock: args.clock.or(file.clock),
        tls: match tls_files {
            (Some(cert), Some(key)) => Some(tls::Files { cert, key }),
            (None, None) => None,
            (Some(_), None) => bail!("--tls-cert names a certificate; --tls-key has to name its key"),
            (None, Some(_)) => bail!("--tls-key names a key; --tls-cert has to name its certificate"),
        },
        event_retention_days: args
            .event_retention_days
            .or(file.event_retention_days)
            .unwrap_or(DEFAULT_EVENT_RETENTION_DAYS),
    })
}

/// The one-time link, where the store has nobody yet.
async fn setup(db: &Db) -> Result<(Setup, Option<String>)> {
    if db.read(|conn| Box::pin(users::store::any(conn))).await? {
        return Ok((Setup::default(), None));
    }
    let secret = hex::encode(random_bytes());
    Ok((Setup::with_secret(&secret), Some(secret)))
}

fn curl_lines(url: &str, token: &str) -> String {
    let curl = format!("curl -sS -H 'Authorization: Bearer {token}'");
    format!(
        "\nTry it:\n\n\
         {curl} '{url}/api/v1/workspaces?include=current_status_report'\n\n\
         {curl} '{url}/api/v1/status_reports?workspace_id=1&include=creator'\n\n\
         {curl} '{url}/api/v1/workspace_status_changes' \\\n    \
         -H 'Content-Type: application/json' \\\n    \
         -d '{{\"workspace_status_change\": {{\"workspace_id\": 1, \"to_status_key\": 605}}}}'\n\n"
    )
}
