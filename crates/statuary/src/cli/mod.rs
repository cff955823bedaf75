//! The command line: one file per command. Standard output carries only the result of the command.

mod backup;
mod completions;
mod conform;
mod console;
mod doctor;
mod export;
mod healthcheck;
mod import;
mod logging;
mod manual;
mod mcp;
mod moving;
mod oauth_app;
mod openapi;
pub(crate) mod output;
mod seed;
mod serve;
mod server_token;
mod sheet;
pub(crate) mod store;
mod token;
mod user;
mod variables;
mod verify;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser, Subcommand};
use rustix::fs::Mode;
use rustix::process::umask;

use self::console::{one_line, say};
use self::logging::LogFormat;
use service::settings::CommonOptions;

/// Records how every project is really doing, and speaks the status APIs of Kantata OX and OpenProject.
#[derive(Parser)]
#[command(name = "statuary", version)]
struct Cli {
    #[command(flatten)]
    common: CommonOptions,
    /// More log lines on standard error; twice for all.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// The format of the log.
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "text|json")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Args),
    /// Manage people.
    User(user::Args),
    /// Manage tokens.
    Token(token::Args),
    /// Manage OAuth applications.
    OauthApp(oauth_app::Args),
    /// Read an archive, all of it or nothing; a sheet; or everything from another server.
    Import(import::Args),
    /// Write an archive, or a sheet.
    Export(export::Args),
    /// Copy the store to a file, while a server may run.
    Backup(backup::Backup),
    /// Restore such a copy to an empty place, or check it.
    Restore(backup::Restore),
    /// Fill an empty store with synthetic data, which depends only on the seed.
    Seed(seed::Args),
    /// Check that the store is intact.
    Verify(verify::Args),
    /// Check that the installation is sound.
    Doctor(doctor::Args),
    /// Print the `OpenAPI` document of a surface.
    Openapi(openapi::Args),
    /// Check whether a running server is ready.
    Healthcheck(healthcheck::Args),
    /// Pass messages of the Model Context Protocol between an agent's program and a server.
    Mcp(mcp::Args),
    /// Check whether a server meets the contract of a vendor's API.
    Conform(conform::Args),
    /// Print completions for a shell.
    Completions(completions::Args),
    /// Write the manual pages to a folder.
    #[command(hide = true)]
    Manual(manual::Args),
}

/// Time limit for the tasks that still run after the command, such as the closing of the store.
const ENDING: Duration = Duration::from_mins(1);

/// Runs the command of the arguments. Returns 0 for success, 1 for an error, 2 for wrong usage.
pub fn main() -> ExitCode {
    // Stores, logs, backups and archives contain private data: no other user of the machine may read them.
    let own = umask(Mode::empty());
    umask(own | Mode::RWXG | Mode::RWXO);
    let cli = match variables::parse::<Cli>() {
        Ok((mut cli, flags)) => {
            cli.common.flags = flags;
            cli
        }
        Err(code) => return code,
    };
    logging::start(cli.verbose, cli.log_format);
    let done =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start").and_then(
            |runtime| {
                let done = runtime.block_on(run(cli));
                // Tasks hold the store open, which closes with the last of them.
                runtime.shutdown_timeout(ENDING);
                done
            },
        );
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("statuary: {}", one_line(&format!("{error:#}"))));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let common = &cli.common;
    match cli.command {
        Command::Serve(args) => serve::run(common, args, matches!(cli.log_format, LogFormat::Json)).await,
        Command::User(args) => user::run(common, args).await,
        Command::Token(args) => token::run(common, args).await,
        Command::OauthApp(args) => oauth_app::run(common, args).await,
        Command::Import(args) => import::run(common, args).await,
        Command::Export(args) => export::run(common, args).await,
        Command::Backup(args) => backup::back_up(common, args).await,
        Command::Restore(args) => backup::restore(common, args).await,
        Command::Seed(args) => seed::run(common, args).await,
        Command::Verify(args) => verify::run(common, args).await,
        Command::Doctor(args) => doctor::run(common, args, &Cli::command()).await,
        Command::Openapi(args) => openapi::run(&args),
        Command::Healthcheck(args) => healthcheck::run(common, args).await,
        Command::Mcp(args) => mcp::run(args).await,
        Command::Conform(args) => conform::run(args).await,
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
        Command::Manual(args) => manual::run(&args, Cli::command()),
    }
}
