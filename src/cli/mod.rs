//! The command line: one file a command. Standard output carries only what was asked for.

mod backup;
mod completions;
mod conform;
mod doctor;
mod export;
mod healthcheck;
mod import;
mod oauth_app;
mod openapi;
mod seed;
mod serve;
mod token;
mod user;
mod verify;

use std::fmt::Display;
use std::fs::DirBuilder;
use std::io::{IsTerminal, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::config::{File, Given};
use crate::db::{Db, Location, migrate};
use crate::users::{self, User};

/// Records how every project is really doing, and speaks the status APIs of Kantata OX and OpenProject.
#[derive(Parser)]
#[command(name = "statuary", version)]
struct Cli {
    #[command(flatten)]
    given: Given,
    /// More to read on standard error; twice for all.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// The form of what is logged.
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "text|json")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Args),
    /// People.
    User(user::Args),
    /// Tokens.
    Token(token::Args),
    /// OAuth applications.
    OauthApp(oauth_app::Args),
    /// Read an archive: all of it, or nothing.
    Import(import::Args),
    /// Write an archive.
    Export(export::Args),
    /// Copy the embedded store to a file, while a server may run.
    Backup(backup::Backup),
    /// Put such a copy where no store is.
    Restore(backup::Restore),
    /// Fill an empty store with synthetic data, the same for the same seed.
    Seed(seed::Args),
    /// Check that the store is whole.
    Verify(verify::Args),
    /// Check that the installation is sound.
    Doctor(doctor::Args),
    /// Print the `OpenAPI` document of a surface.
    Openapi(openapi::Args),
    /// Ask a running server whether it is ready.
    Healthcheck(healthcheck::Args),
    /// Check whether a server speaks a vendor's surface as the vendor does.
    Conform(conform::Args),
    /// Print completions for a shell.
    Completions(completions::Args),
}

/// Runs the command that the arguments name: 0 for success, 1 for an error, 2 for wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging(cli.verbose, cli.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.context("cannot start").and_then(|runtime| runtime.block_on(run(cli)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("statuary: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let given = &cli.given;
    match cli.command {
        Command::Serve(args) => serve::run(given, args).await,
        Command::User(args) => user::run(given, args).await,
        Command::Token(args) => token::run(given, args).await,
        Command::OauthApp(args) => oauth_app::run(given, args).await,
        Command::Import(args) => import::run(given, args).await,
        Command::Export(args) => export::run(given, args).await,
        Command::Backup(args) => backup::back_up(given, args).await,
        Command::Restore(args) => backup::restore(given, args).await,
        Command::Seed(args) => seed::run(given, args).await,
        Command::Verify(args) => verify::run(given, args).await,
        Command::Doctor(args) => doctor::run(given, args).await,
        Command::Openapi(args) => openapi::run(&args),
        Command::Healthcheck(args) => healthcheck::run(given, args).await,
        Command::Conform(args) => conform::run(args).await,
        Command::Completions(args) => completions::run(&args),
    }
}

fn start_logging(verbose: u8, format: LogFormat) {
    let level = match verbose {
        0 => "warn,statuary=info",
        1 => "info,statuary=debug",
        _ => "debug,statuary=trace",
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Makes the folder of a store where it is absent, for the server's user alone.
fn make_folder(data: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("cannot make {}", data.display()))
}

/// The store that the settings name, made where it is absent, with its schema up to date.
async fn open(given: &Given, file: &File) -> Result<Db> {
    let location = given.location(file)?;
    if let Location::Sqlite(path) = &location
        && let Some(data) = path.parent()
    {
        make_folder(data)?;
    }
    Db::open(&location).await.context("cannot open the store")
}

/// The store that the settings name, as it is: what only looks makes nothing.
async fn visit(given: &Given, file: &File) -> Result<Db> {
    let location = given.location(file)?;
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        bail!("there is no store at {}", path.display());
    }
    open_as_it_is(&location).await
}

async fn open_as_it_is(location: &Location) -> Result<Db> {
    let db = Db::visit(location).await.context("cannot open the store")?;
    let is_current = db.read(|conn| Box::pin(migrate::is_current(conn))).await;
    if is_current.context("cannot read the store")? {
        Ok(db)
    } else {
        bail!(
            "the store was made by another version of statuary: `statuary serve` brings an earlier one up to date"
        )
    }
}

/// The one person who has an e-mail address, in one account or in all.
async fn person(db: &Db, email: &str, account: Option<i64>) -> Result<User> {
    let find = email.to_owned();
    let people =
        db.read(move |conn| Box::pin(async move { users::store::by_email(conn, &find, account).await }));
    match people.await?.as_slice() {
        [] => bail!("nobody has the e-mail address {email}"),
        [person] => Ok(person.clone()),
        _ => bail!("people of several accounts have the e-mail address {email}; name one with --account"),
    }
}

/// Prints what was asked for. Unlike `println!` it does not panic where the other end of a pipe is gone.
fn print(line: impl Display) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}
