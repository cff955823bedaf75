//! `statuary serve`

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;

use super::open;
use crate::app::{App, random_bytes};
use crate::clock::Clock;
use crate::config::{DEFAULT_LISTEN, File, Given, Settings, origins};
use crate::db::Db;
use crate::sessions::LoginLink;
use crate::setup::Setup;
use crate::{demo, server, users};

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
}

/// Runs the server until it is told to stop.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let file = given.file()?;
    let db = open(given, &file).await?;
    let demo = args.demo;
    let settings = settings(args, &file);
    let clock = Clock::System;
    // Before the demo's token: one that cannot listen must not end that of a server which does.
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let entry = if demo { Some(demo::prepare(&db, clock.now()).await?) } else { None };
    let (setup, secret) = setup(&db).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let url = settings.public_url.clone().unwrap_or_else(|| address.clone());

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
    server::run(App { db, clock, settings: Arc::new(settings), setup, login }, listener, stop).await
}

fn settings(args: Args, file: &File) -> Settings {
    let public_url = args.public_url.or_else(|| file.public_url.clone());
    Settings {
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
    }
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
