//! `statuary serve`

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args as _;
use clap::FromArgMatches;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::console::say;
use super::store::{create_directory, open_or_create_with};
use super::variables;
use crate::{backups, demo, doctor, notifications, webhooks};
use base::clock::Clock;
use base::rng::random_bytes;
use base::tls;
use db::{Db, Location};
use domain::auth::uses;
use domain::sessions::LoginLink;
use domain::setup::Setup;
use domain::users;
use front::server::listener::{Inherited, Listener};
use front::server::signals::{Harmless, Stop};
use service::access_log::AccessLog;
use service::app::App;
use service::limits::Limits;
use service::recalculation;
use service::settings::mail::{MailSettings, Sender, Way};
use service::settings::{CommonOptions, Options, Settings};

/// The time in which deliveries of webhooks and mails may end when the service stops.
const DELIVERIES: Duration = Duration::from_secs(3);

/// Options of `serve`.
#[derive(clap::Args)]
pub struct Args {
    /// Fill an empty store with the demo data set, and print a ready token and a link that signs in.
    #[arg(long)]
    demo: bool,
    /// Answer on the vendor surfaces as the vendors do, without any extension.
    #[arg(long)]
    strict: bool,
    /// With --demo: write mails as files to this folder, instead of sending them.
    #[arg(long, value_name = "DIR", requires = "demo")]
    mail_folder: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

/// Runs the server until a signal stops it.
pub async fn run(common: &CommonOptions, args: Args, logs_json: bool) -> Result<()> {
    let file = common.file()?;
    let demo = args.demo;
    let mut settings = settings(common, args, file.clone())?;
    front::server::open_files::allow(settings.max_connections);
    // First, so that no signal that other tools send habitually ends the start.
    let harmless = Harmless::on_signals()?;
    let inherited = Inherited::take()?;
    if let Some(recipient) = settings.backup.as_ref().and_then(|backup| backup.recipient.as_deref()) {
        backups::schedule::read_recipient(recipient)?;
    }
    let identity = settings.tls.clone().map(tls::CertificateFiles::load).transpose()?.map(Arc::new);
    let clock = settings.clock.map_or(Clock::System, Clock::manual_at);
    // Before the store is opened: a server that cannot listen must not change the store of one that does.
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
                .with_context(|| format!("{}: cannot open {target}", common.source("access_log")))?;
            Some(Arc::new(log))
        }
        None => None,
    };
    #[cfg(feature = "opentelemetry")]
    let exporter = crate::traces::Exporter::from_environment()?;
    let _lock = lock_store(common, &file)?;
    let db =
        open_or_create_with(common, &file, db::Timeouts::for_service(settings.timeouts.database)).await?;
    let entry = if demo { Some(demo::prepare(&db, clock.now()).await?) } else { None };
    let (setup, secret) = setup(&db).await?;
    let local = settings.local_url();
    let address = if listener.is_unix() { listener.address().to_string() } else { local.clone() };
    let url = settings.public_url.clone().unwrap_or(local);

    warn_of_settings(&db, &settings).await?;
    // Before the line `listening:`, after which a reader may send a signal.
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
    #[cfg(feature = "opentelemetry")]
    let app = app.traces(exporter.clone().map(|exporter| exporter as _));
    let app = app.access_log(access_log.clone()).build();
    let writing = tokio::spawn(uses::run(app.uses.clone(), app.db.clone()));
    recalculation::resume(&app).await?;
    let mut delivering = tokio::spawn(webhooks::Engine::new(app.clone()).run());
    let mut telling = tokio::spawn(notifications::Engine::new(app.clone())?.run());
    let backing_up = backups::schedule::Engine::new(app.clone(), common.location(&file)?, Clock::System)?;
    let backing_up = backing_up.map(|engine| tokio::spawn(engine.run()));
    let ignoring = tokio::spawn(harmless.handle(identity.clone(), access_log.clone()));
    front::server::run(app.clone(), listener, metrics, identity, stop).await;
    ignoring.abort();
    writing.abort();
    // A delivery and a mail that is cut off is tried again.
    let both = async { tokio::join!(&mut delivering, &mut telling) };
    if tokio::time::timeout(DELIVERIES, both).await.is_err() {
        delivering.abort();
        telling.abort();
    }
    // A backup that is cut off is made at the next start.
    if let Some(backing_up) = backing_up {
        backing_up.abort();
    }
    #[cfg(feature = "opentelemetry")]
    if let Some(exporter) = exporter {
        drop(tokio::task::spawn_blocking(move || exporter.flush()).await);
    }
    if let Some(log) = access_log {
        drop(tokio::task::spawn_blocking(move || log.flush()).await);
    }
    uses::write(&app.uses, &app.db).await;
    Ok(())
}

/// Locks the embedded store against a second server, because each server has limits and one-time links of its own. The lock
/// is on the directory, leaves no file behind and ends with the process.
fn lock_store(common: &CommonOptions, file: &Options) -> Result<Option<std::fs::File>> {
    let Location::Sqlite(store) = common.location(file)? else { return Ok(None) };
    let data = store.parent().unwrap_or(Path::new("."));
    create_directory(data)?;
    let folder = std::fs::File::open(data).with_context(|| format!("cannot open {}", data.display()))?;
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(folder)),
        Err(Errno::WOULDBLOCK) => bail!("another `statuary serve` runs on the store at {}", store.display()),
        Err(error) => {
            tracing::warn!(%error, "the file system has no locks: make sure that no other server runs on the store");
            Ok(None)
        }
    }
}

/// Warns of settings that are for tests only or that look like a mistake.
async fn warn_of_settings(db: &Db, settings: &Settings) -> Result<()> {
    if settings.faults.is_some() {
        tracing::warn!(
            "FAULTS ARE ON: requests are refused, delayed, cut off or answered from the past on demand; \
             this server is for testing clients, and for nothing else"
        );
    }
    if settings.has_unnamed_proxy() {
        tracing::warn!("the public URL is https, and no proxy is trusted: {}", doctor::UNNAMED_PROXY);
    }
    if let Some(mail) = &settings.mail {
        if matches!(&mail.way, Way::Smtp(smtp) if smtp.is_readable()) {
            tracing::warn!(
                "the password of the mail server is sent unencrypted: use smtp+starttls:// or smtps://"
            );
        }
        if settings.public_url.is_none() {
            tracing::warn!(url = settings.url(), "mails have links to this address: set --public-url");
        }
    }
    let Some(start) = settings.clock else { return Ok(()) };
    tracing::warn!(now = %start, "THE CLOCK IS VIRTUAL: it is stopped until an administrator moves it");
    let latest = db.read(|conn| Box::pin(domain::events::store::latest(conn))).await?;
    if let Some(latest) = latest.filter(|latest| *latest > start) {
        tracing::warn!(%latest, "the store has events that are later than the virtual clock");
    }
    Ok(())
}

/// Reads the options of `serve` from the environment alone.
pub(super) fn from_environment() -> Result<Args> {
    let matches = variables::alone(&Args::augment_args(clap::Command::new("serve")))?;
    Ok(Args::from_arg_matches(&matches)?)
}

/// The settings of a server that is started with these arguments and this settings file.
pub(super) fn settings(common: &CommonOptions, args: Args, file: Options) -> Result<Settings> {
    let mut settings = Settings::resolve(common, args.options.or(file), args.demo, args.strict)?;
    if let Some(folder) = args.mail_folder {
        let from = settings.mail.map_or_else(Sender::of_demo, |mail| mail.from);
        settings.mail = Some(MailSettings { from, way: Way::Folder(folder) });
    }
    Ok(settings)
}

/// The one-time link of a store without users, and its secret.
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
