//! `statuary doctor`

use std::collections::BTreeSet;
use std::io::ErrorKind;

use anyhow::{Result, bail};
use axum::http::StatusCode;
use http_body_util::{BodyExt, Limited};
use tokio::net::UnixStream;

use super::console::print;
use super::serve;
use crate::doctor;
use crate::doctor::{Check, Verdict, machine};
use crate::notifications::Transport;
use base::clock::{Clock, Time};
use db::{Db, Location};
use front::probe::{Target, ask};
use front::server::listener::Listener;
use service::access_log;
use service::openid::OpenId;
use service::settings::listen::Address;
use service::settings::mail::Way;
use service::settings::{CommonOptions, Options, Settings};

/// Options of `doctor`, and those of `serve`, whose settings it checks.
#[derive(clap::Args)]
#[group(skip)]
pub struct Args {
    /// Print the checks as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    serve: serve::Args,
}

/// Variables without an argument.
const UNFLAGGED: [&str; 8] = [
    "STATUARY_OIDC_CLIENT_SECRET_FILE",
    "STATUARY_SMTP_URL_FILE",
    "STATUARY_DATABASE_URL_FILE",
    "STATUARY_PASSWORD_FILE",
    "STATUARY_CONFORM_TOKEN",
    "STATUARY_CONFORM_TOKEN_FILE",
    "STATUARY_MCP_TOKEN",
    "STATUARY_MCP_TOKEN_FILE",
];

/// Maximum length of an answer, in bytes.
const LONGEST: usize = 1 << 20;

/// Prints the result of each check; succeeds if a server would run.
pub async fn run(common: &CommonOptions, args: Args, command: &clap::Command) -> Result<()> {
    let mut checks = Vec::new();
    let read = common.file().and_then(|file| Ok((serve::settings(common, args.serve, file.clone())?, file)));
    let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let now = match &read {
        Ok((settings, _)) => settings.clock.unwrap_or_else(|| Clock::System.now()),
        Err(_) => Clock::System.now(),
    };
    match read {
        Ok((settings, file)) => {
            checks.push(Check::ok("settings", settings_from(common)));
            checks.push(doctor::variables(set, &known(command)));
            checks.extend(doctor::settings(&settings));
            checks
                .extend(settings.tls.as_ref().map(|files| machine::certificate(files, Clock::System.now())));
            if let Some(access_log::Target::File(path)) = &settings.access_log {
                checks.push(machine::access_log(path));
            }
            checks.extend(settings.backup.as_ref().map(|backup| machine::backups(&backup.folder)));
            checks.extend(mail(&settings).await);
            checks.extend(provider(&settings, now).await);
            checks.extend(addresses(&settings).await);
            checks.extend(forwarded(&settings).await);
            checks.push(machine::open_files(settings.max_connections));
            checks.extend(store(common, &file, now, settings.backup.is_some()).await);
        }
        Err(error) => {
            checks.push(Check::fail(
                "settings",
                format!("{error:#}"),
                "the other checks need valid settings",
            ));
            checks.push(doctor::variables(set, &known(command)));
        }
    }
    if args.json {
        print(serde_json::to_string_pretty(&checks)?)?;
    } else {
        checks.iter().try_for_each(print)?;
    }
    match checks.iter().filter(|check| check.verdict == Verdict::Fail).count() {
        0 => Ok(()),
        1 => bail!("the installation is not sound: 1 check fails"),
        failures => bail!("the installation is not sound: {failures} checks fail"),
    }
}

fn settings_from(common: &CommonOptions) -> String {
    match &common.config {
        Some(file) => format!("read, with {}", file.display()),
        None => "read, without a file".to_owned(),
    }
}

/// The variables of all commands.
fn known(command: &clap::Command) -> BTreeSet<String> {
    fn add(command: &clap::Command, names: &mut BTreeSet<String>) {
        let variables = command.get_arguments().filter_map(clap::Arg::get_env);
        names.extend(variables.map(|name| name.to_string_lossy().into_owned()));
        command.get_subcommands().for_each(|command| add(command, names));
    }
    let mut names = UNFLAGGED.map(str::to_owned).into();
    add(command, &mut names);
    names
}

/// Whether the mail server takes a connection, encrypts it and lets this service sign in. No mail is sent.
async fn mail(settings: &Settings) -> Option<Check> {
    const NAME: &str = "mail";
    let Way::Smtp(smtp) = &settings.mail.as_ref()?.way else { return None };
    let place = format!("{}:{}", smtp.host, smtp.port);
    let checked = match Transport::new(&Way::Smtp(smtp.clone())) {
        Ok(transport) => transport.check().await,
        Err(error) => Err(error.to_string()),
    };
    Some(match checked {
        Ok(()) => Check::ok(NAME, format!("{place} takes mails")),
        Err(reason) => {
            let advice = "check STATUARY_SMTP_URL, and whether this machine reaches the mail server";
            Check::fail(NAME, format!("{place}: {reason}"), advice)
        }
    })
}

/// Whether the provider with which people sign in answers, and its keys can be used.
async fn provider(settings: &Settings, now: Time) -> Option<Check> {
    const NAME: &str = "OpenID provider";
    let openid = OpenId::new(settings.openid.clone()?);
    let issuer = &openid.settings.issuer;
    Some(match openid.provider(now).await {
        Ok(provider) if provider.number_of_keys() == 0 => {
            let advice = "let it sign with RS256, PS256, ES256 or EdDSA";
            Check::fail(NAME, format!("{issuer} has no key that this version can use"), advice)
        }
        Ok(_) if settings.public_url.is_none() => {
            let advice =
                "set STATUARY_PUBLIC_URL: the provider sends people back to an address that it knows";
            Check::warn(NAME, format!("{issuer} answers, and there is no public URL"), advice)
        }
        Ok(_) => Check::ok(NAME, format!("{issuer} answers")),
        Err(reason) => {
            let advice = "check STATUARY_OIDC_ISSUER, and whether this machine reaches the provider";
            Check::fail(NAME, format!("{issuer}: {reason}"), advice)
        }
    })
}

async fn addresses(settings: &Settings) -> Vec<Check> {
    let service = Target::of(settings);
    let mut checks = vec![address("address", &settings.listen, service, "/readyz", "ready\n").await];
    if let Some(listen) = &settings.metrics_listen {
        let metrics = Target::Address(listen.clone());
        checks.push(address("metrics address", listen, metrics, "/metrics", "statuary_build_info{").await);
    }
    checks
}

/// Whether a server can listen on an address. Leaves no socket behind.
async fn is_free(listen: &Address) -> Result<bool, anyhow::Error> {
    if let Address::Unix { path, .. } = listen {
        return match UnixStream::connect(path).await {
            Ok(_) => Ok(false),
            // The next server removes a socket that a process left behind.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                Ok(true)
            }
            Err(error) => Err(error.into()),
        };
    }
    match Listener::bind(listen).await {
        Ok(_) => Ok(true),
        Err(error) => match error.downcast_ref::<std::io::Error>() {
            Some(cause) if cause.kind() == ErrorKind::AddrInUse => Ok(false),
            _ => Err(error),
        },
    }
}

/// A check of the metrics of a running server: requests that untrusted proxies forwarded.
async fn forwarded(settings: &Settings) -> Option<Check> {
    let target = match &settings.metrics_listen {
        Some(listen) => Target::Address(listen.clone()),
        None => Target::of(settings),
    };
    let answer = ask(&target, "/metrics").await.ok()?;
    let body = Limited::new(answer.into_body(), LONGEST).collect().await.ok()?.to_bytes();
    doctor::forwarded(&String::from_utf8_lossy(&body))
}

/// Whether a server could listen on the address, or a Statuary does: its answer at the path contains `own`.
async fn address(name: &'static str, listen: &Address, target: Target, path: &str, own: &str) -> Check {
    match is_free(listen).await {
        Ok(true) => return Check::ok(name, format!("{listen} is free")),
        Ok(false) => {}
        Err(error) => {
            let advice = "listen on an address that this machine has, and on a port that this user may have";
            return Check::fail(name, format!("{listen}: {}", error.root_cause()), advice);
        }
    }
    let answered = async {
        let answer = ask(&target, path).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_or_else(|_| Vec::new(), |body| body.to_bytes().to_vec());
        anyhow::Ok((status, String::from_utf8_lossy(&body).contains(own)))
    };
    match answered.await {
        Ok((StatusCode::OK, true)) => {
            Check::ok(name, format!("a Statuary that is ready answers at {listen}"))
        }
        Ok((StatusCode::SERVICE_UNAVAILABLE, _)) => {
            let advice = "see its log";
            Check::fail(name, format!("the server at {listen} says that it is not ready"), advice)
        }
        Ok(_) => {
            let advice = "stop the other program, or listen on another address";
            Check::fail(name, format!("another program answers at {listen}"), advice)
        }
        Err(error) => Check::warn(
            name,
            format!("something listens at {listen}, but a request fails: {error:#}"),
            "use `statuary healthcheck --url URL` with its name",
        ),
    }
}

async fn store(common: &CommonOptions, file: &Options, now: Time, has_schedule: bool) -> Vec<Check> {
    const NAME: &str = "database";
    let location = match common.location(file) {
        Ok(location) => location,
        Err(error) => {
            let advice = "give it as postgres://USER@HOST/NAME, or leave it out";
            return vec![Check::fail(NAME, format!("{error:#}"), advice)];
        }
    };
    let (mut checks, advice) = match &location {
        Location::Sqlite(path) => {
            let mut checks = machine::data(path);
            if !path.exists() {
                checks.push(Check::warn(NAME, "there is no store yet", "`statuary serve` creates it"));
                return checks;
            }
            (
                checks,
                "if the file is damaged or is not a store, move it away and restore a backup (`statuary restore`)",
            )
        }
        Location::Postgres(_) => {
            (Vec::new(), "check that the database server runs and that the URL is right")
        }
    };
    let looked = async {
        let db = Db::open_existing(&location).await?;
        db.read(move |conn| Box::pin(doctor::store::look(conn, now, has_schedule))).await
    };
    match looked.await {
        Ok(found) => checks.extend(found),
        Err(error) => checks.push(Check::fail(NAME, error.to_string(), advice)),
    }
    checks
}
