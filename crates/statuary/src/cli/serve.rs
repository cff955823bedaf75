//! `statuary serve`

use std::fmt::Display;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args as _;
use clap::FromArgMatches;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::console::say;
use super::store::{make_folder, open_or_create_with};
use super::variables;
use crate::server::listener::{Inherited, Listener};
use crate::server::signals::{Harmless, Stop};
use crate::{demo, doctor, server};
use base::clock::{Clock, Time};
use base::rng::random_bytes;
use base::tls;
use db::{Db, Location};
use domain::auth::uses;
use domain::sessions::LoginLink;
use domain::setup::Setup;
use domain::users;
use service::access_log::{AccessLog, Target};
use service::app::App;
use service::faults;
use service::limits::Limits;
use service::settings::listen::Address;
use service::settings::{
    DEFAULT_EVENT_RETENTION_DAYS, Delay, File, Given, Listed, Settings, Timeouts, Wait, addresses, listed,
};

/// Options of `serve`.
#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, :PORT for every interface, or unix:PATH.
    #[arg(long, env = "STATUARY_LISTEN", value_name = "ADDR")]
    listen: Option<Address>,
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
    /// Where /metrics is served, and nothing else.
    #[arg(long, env = "STATUARY_METRICS_LISTEN", value_name = "ADDR", hide = true)]
    metrics_listen: Option<Address>,
    /// For how long connections are still accepted, and /readyz answers 503, once told to stop.
    #[arg(long, env = "STATUARY_STOP_DELAY", value_name = "TIME", hide = true)]
    stop_delay: Option<Delay>,
    /// Write each request to this file; `-`: to standard error.
    #[arg(long, env = "STATUARY_ACCESS_LOG", value_name = "FILE", hide = true)]
    access_log: Option<String>,
    #[command(flatten)]
    limits: LimitArgs,
}

/// How much the server takes, and how long it waits.
#[derive(clap::Args)]
struct LimitArgs {
    /// Requests a minute and token; 0: any number.
    #[arg(long, env = "STATUARY_RATE_LIMIT", value_name = "NUMBER", hide = true)]
    rate_limit: Option<u32>,
    /// Requests a minute and address that prove nothing; 0: any number.
    #[arg(long, env = "STATUARY_ADDRESS_LIMIT", value_name = "NUMBER", hide = true)]
    address_limit: Option<u32>,
    /// Requests of a caller that are worked on at once; 0: any number.
    #[arg(long, env = "STATUARY_CONCURRENCY_LIMIT", value_name = "NUMBER", hide = true)]
    concurrency_limit: Option<u32>,
    /// Failed logins a minute and address; 0: any number.
    #[arg(long, env = "STATUARY_LOGIN_LIMIT", value_name = "NUMBER", hide = true)]
    login_limit: Option<u32>,
    /// Proxies whose X-Forwarded-For is believed, with commas between them.
    #[arg(long, env = "STATUARY_TRUSTED_PROXIES", value_name = "ADDRESSES", hide = true)]
    trusted_proxies: Option<String>,
    /// How many connections are open at the same time.
    #[arg(long, env = "STATUARY_MAX_CONNECTIONS", value_name = "NUMBER", hide = true)]
    max_connections: Option<NonZeroU16>,
    /// How long the head of a request may take.
    #[arg(long, env = "STATUARY_HEAD_TIMEOUT", value_name = "TIME", hide = true)]
    head_timeout: Option<Wait>,
    /// How long the body of a request may take.
    #[arg(long, env = "STATUARY_BODY_TIMEOUT", value_name = "TIME", hide = true)]
    body_timeout: Option<Wait>,
    /// How long the work on a request may take.
    #[arg(long, env = "STATUARY_REQUEST_TIMEOUT", value_name = "TIME", hide = true)]
    request_timeout: Option<Wait>,
    /// How long a connection may ask for nothing.
    #[arg(long, env = "STATUARY_IDLE_TIMEOUT", value_name = "TIME", hide = true)]
    idle_timeout: Option<Wait>,
    /// How long a client may take nothing of what it is sent.
    #[arg(long, env = "STATUARY_WRITE_TIMEOUT", value_name = "TIME", hide = true)]
    write_timeout: Option<Wait>,
    /// How long `PostgreSQL` may take for one statement.
    #[arg(long, env = "STATUARY_DATABASE_TIMEOUT", value_name = "TIME", hide = true)]
    database_timeout: Option<Wait>,
}

/// Runs the server until it is told to stop.
pub async fn run(given: &Given, args: Args, logs_json: bool) -> Result<()> {
    let file = given.file()?;
    let demo = args.demo;
    let mut settings = settings(given, args, &file)?;
    // Before anything else, so that no signal that tools send habitually ends a start.
    let harmless = Harmless::on_signals()?;
    let inherited = Inherited::take()?;
    let identity = settings.tls.clone().map(tls::Files::identity).transpose()?.map(Arc::new);
    let clock = settings.clock.map_or(Clock::System, Clock::standing_at);
    // Before the store is opened: a server that cannot listen must change nothing in the store of one that does.
    let listener = match inherited.service {
        Some(listener) => listener,
        None => Listener::bind(&settings.listen).await?,
    };
    let metrics = match (inherited.metrics, &settings.metrics_listen) {
        (Some(listener), _) => Some(listener),
        (None, Some(address)) => Some(Listener::bind(address).await?),
        (None, None) => None,
    };
    if listener.is_unix() && settings.tls.is_some() {
        bail!("a Unix socket is not encrypted: leave out --tls-cert and --tls-key, or listen on HOST:PORT");
    }
    settings.listen = listener.address().clone();
    settings.metrics_listen = metrics.as_ref().map(|listener| listener.address().clone());
    if listener.is_unix() {
        // Only a proxy on this machine reaches it.
        settings.trusted_proxies.push(IpAddr::from(Ipv4Addr::LOCALHOST).into());
    }
    let access_log = match settings.access_log.clone() {
        Some(target) => {
            let log = AccessLog::open(target.clone(), logs_json)
                .with_context(|| format!("{}: cannot open {target}", given.source("access_log")))?;
            Some(Arc::new(log))
        }
        None => None,
    };
    let _served = hold(given, &file)?;
    let db =
        open_or_create_with(given, &file, db::Timeouts::of_a_service(settings.timeouts.database)).await?;
    let entry = if demo { Some(demo::prepare(&db, clock.now()).await?) } else { None };
    let (setup, secret) = setup(&db).await?;
    let local = settings.local_url();
    let address = if listener.is_unix() { listener.address().to_string() } else { local.clone() };
    let url = settings.public_url.clone().unwrap_or(local);

    warn(&db, &settings).await?;
    // Before anybody can read that the server listens, and tell it to stop.
    let stop = Stop::on_signals()?;
    let mut out = std::io::stdout();
    writeln!(out, "listening: {address}")?;
    if let Some(secret) = secret {
        writeln!(out, "administrator: {url}{}", web::setup::path(&secret))?;
    }
    let mut login = LoginLink::default();
    if let Some(entry) = entry {
        let secret = hex::encode(random_bytes());
        login = LoginLink::for_user(&secret, entry.account_id, entry.user_id);
        writeln!(out, "token: {}", entry.token)?;
        writeln!(out, "login: {url}{}", LoginLink::path(&secret))?;
        say(curl_lines(&url, &entry.token));
    }
    out.flush()?;
    tracing::info!(engine = db.engine_name(), "serving");
    if let Some(metrics) = &metrics {
        tracing::info!(address = %metrics.address(), "serving metrics");
    }
    let limits = Limits::new(&settings, &clock);
    let app = App::builder(db, clock, settings).limits(limits).setup(setup).login(login);
    let app = app.access_log(access_log.clone()).build();
    let writing = tokio::spawn(uses::run(app.uses.clone(), app.db.clone()));
    let ignoring = tokio::spawn(harmless.handle(identity.clone(), access_log.clone()));
    server::run(app.clone(), listener, metrics, identity, stop).await;
    ignoring.abort();
    writing.abort();
    if let Some(log) = access_log {
        drop(tokio::task::spawn_blocking(move || log.flush()).await);
    }
    uses::write(&app.uses, &app.db).await;
    Ok(())
}

/// Keeps a second server from the embedded store: limits and one-time links are kept by each server for itself. The lock is
/// of the folder, leaves no file behind and ends with the process.
fn hold(given: &Given, file: &File) -> Result<Option<std::fs::File>> {
    let Location::Sqlite(store) = given.location(file)? else { return Ok(None) };
    let data = store.parent().unwrap_or(Path::new("."));
    make_folder(data)?;
    let folder = std::fs::File::open(data).with_context(|| format!("cannot open {}", data.display()))?;
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(folder)),
        Err(Errno::WOULDBLOCK) => bail!("another `statuary serve` runs on the store at {}", store.display()),
        Err(error) => {
            tracing::warn!(%error, "the file system has no locks: see that no other server runs on the store");
            Ok(None)
        }
    }
}

/// Says what makes this server unlike one that is in earnest.
async fn warn(db: &Db, settings: &Settings) -> Result<()> {
    if settings.faults.is_some() {
        tracing::warn!(
            "FAULTS ARE ON: requests are refused, delayed, cut off or answered from the past on demand; \
             this server is for testing clients, and for nothing else"
        );
    }
    if settings.has_unnamed_proxy() {
        tracing::warn!("the public URL is https, and no proxy is trusted: {}", doctor::UNNAMED_PROXY);
    }
    let Some(start) = settings.clock else { return Ok(()) };
    tracing::warn!(now = %start, "THE CLOCK IS VIRTUAL: it stands until an administrator moves it");
    let latest = db.read(|conn| Box::pin(domain::events::store::latest(conn))).await?;
    if let Some(latest) = latest.filter(|latest| *latest > start) {
        tracing::warn!(%latest, "the store has events that are later than the virtual clock");
    }
    Ok(())
}

/// The options of a `serve` that is given none: those of the environment.
pub(super) fn from_environment() -> Result<Args> {
    let matches = variables::alone(&Args::augment_args(clap::Command::new("serve")))?;
    Ok(Args::from_arg_matches(&matches)?)
}

/// What the server would run with.
pub(super) fn settings(given: &Given, args: Args, file: &File) -> Result<Settings> {
    let public_url = args.public_url.or_else(|| file.public_url.clone());
    let (limits, usual, clock) = (args.limits, Settings::default(), args.clock.or(file.clock));
    let listen = args.listen.or(file.listen.clone()).unwrap_or_default();
    // A demo, and what this machine alone reaches, are there to be tried out and measured; and where the clock stands,
    // whoever asked too often would be refused for ever.
    let number = |given: Option<u32>, in_file: Option<u32>, usual: Option<NonZeroU32>, is_off: bool| {
        let usual = usual.filter(|_| !is_off).map_or(0, NonZeroU32::get);
        NonZeroU32::new(given.or(in_file).unwrap_or(usual))
    };
    let stands = clock.is_some();
    let is_private = stands || (listen.is_loopback() && public_url.is_none());
    let wait = |given: Option<Wait>, in_file: Option<Wait>, usual| {
        given.or(in_file).map_or(usual, |Wait(wait)| wait)
    };
    let faults = args.faults.as_ref().or(file.faults.as_ref());
    let tls_files = (args.tls_cert.or(file.tls_cert.clone()), args.tls_key.or(file.tls_key.clone()));
    Ok(Settings {
        listen,
        public_url: match public_url {
            Some(text) => Some(addresses::public_url(&text).map_err(|reason| {
                // What may hold a password is not repeated.
                let shown = if text.contains('@') { String::new() } else { format!("\"{text}\": ") };
                anyhow!("{}: {shown}{reason}", given.source("public_url"))
            })?),
            None => None,
        },
        strict: args.strict,
        cors_origins: each(
            given,
            "cors_origins",
            args.cors_origins,
            file.cors_origins.as_ref(),
            addresses::origin,
        )?,
        openproject_login_required: args
            .openproject_login_required
            .or(file.openproject_login_required)
            .unwrap_or(true),
        faults: faults
            .map(|path| faults::file::read(path).with_context(|| given.source("faults")))
            .transpose()?
            .map(Arc::new),
        clock,
        tls: match tls_files {
            (Some(cert), Some(key)) => Some(tls::Files { cert, key }),
            (None, None) => None,
            (Some(_), None) => {
                bail!(
                    "{} needs the key of its certificate (--tls-key, STATUARY_TLS_KEY)",
                    given.source("tls_cert")
                )
            }
            (None, Some(_)) => {
                bail!(
                    "{} needs the certificate of its key (--tls-cert, STATUARY_TLS_CERT)",
                    given.source("tls_key")
                )
            }
        },
        event_retention_days: args
            .event_retention_days
            .or(file.event_retention_days)
            .unwrap_or(DEFAULT_EVENT_RETENTION_DAYS),
        rate_limit: number(limits.rate_limit, file.rate_limit, usual.rate_limit, args.demo || is_private),
        address_limit: number(limits.address_limit, file.address_limit, usual.address_limit, is_private),
        concurrency_limit: number(
            limits.concurrency_limit,
            file.concurrency_limit,
            usual.concurrency_limit,
            false,
        ),
        login_limit: number(limits.login_limit, file.login_limit, usual.login_limit, stands),
        trusted_proxies: each(
            given,
            "trusted_proxies",
            limits.trusted_proxies,
            file.trusted_proxies.as_ref(),
            str::parse,
        )?,
        metrics_listen: args.metrics_listen.or(file.metrics_listen.clone()),
        stop_delay: args.stop_delay.or(file.stop_delay).map_or(usual.stop_delay, |Delay(delay)| delay),
        access_log: args
            .access_log
            .or_else(|| file.access_log.clone())
            .filter(|text| !text.is_empty())
            .map(|text| Target::of(&text)),
        max_connections: limits
            .max_connections
            .or(file.max_connections)
            .map_or(usual.max_connections, |number| number.get().into()),
        timeouts: Timeouts {
            head: wait(limits.head_timeout, file.head_timeout, usual.timeouts.head),
            body: wait(limits.body_timeout, file.body_timeout, usual.timeouts.body),
            request: wait(limits.request_timeout, file.request_timeout, usual.timeouts.request),
            idle: wait(limits.idle_timeout, file.idle_timeout, usual.timeouts.idle),
            write: wait(limits.write_timeout, file.write_timeout, usual.timeouts.write),
            database: wait(limits.database_timeout, file.database_timeout, usual.timeouts.database),
        },
    })
}

/// The members of a list, each read by itself.
fn each<T, E: Display>(
    given: &Given,
    name: &str,
    text: Option<String>,
    in_file: Option<&Listed>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>> {
    let texts = text.map(|text| listed(&text)).or_else(|| in_file.map(Listed::list)).unwrap_or_default();
    let read =
        |text: &String| read(text).map_err(|reason| anyhow!("{}: \"{text}\": {reason}", given.source(name)));
    texts.iter().map(read).collect()
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
         -d '{{\"workspace_status_change\": {{\"workspace_id\": 1, \"to_status_key\": 605}}}}'\n"
    )
}
