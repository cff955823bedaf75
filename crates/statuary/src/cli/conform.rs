//! `statuary conform`

use std::time::Duration;

use anyhow::{Result, bail};
use axum::http::Uri;
use comfy_table::Table;

use super::console::{print, say};
use super::server_token::ServerToken;

use conform::{Outcome, Row, Target, Vendor};

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Options of `conform`.
#[derive(clap::Args)]
pub struct Args {
    /// The vendor whose API the server should have.
    #[arg(long, value_enum)]
    surface: Vendor,
    /// The URL of the server, without the path of the API.
    #[arg(long)]
    url: Uri,
    #[command(flatten)]
    token: ServerToken,
    /// Also run the checks that write, in a new workspace or project.
    #[arg(long)]
    write: bool,
    /// Print the rows as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the result of each check; succeeds if the server meets the contract.
pub async fn run(args: Args) -> Result<()> {
    let token = args.token.read("STATUARY_CONFORM_TOKEN")?;
    let target = Target { url: args.url, token, write: args.write, timeout: TIMEOUT };
    let report = tokio::task::spawn_blocking(move || conform::run(args.surface, &target)).await??;
    print(if args.json {
        serde_json::to_string_pretty(&report.rows)?
    } else {
        table(&report.rows).to_string()
    })?;
    for left in &report.leftovers {
        say(format_args!("statuary: {left} could not be removed"));
    }
    let count = |is: fn(&Outcome) -> bool| report.rows.iter().filter(|row| is(&row.outcome)).count();
    let differences = count(|outcome| matches!(outcome, Outcome::Differs { .. }));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped { .. }));
    say(format_args!("{} checks, {differences} differences, {skipped} skipped", report.rows.len()));
    if differences > 0 {
        bail!("the server differs from the contract");
    }
    Ok(())
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["result", "check", "rule", "expected", "seen"]);
    for row in rows {
        let [result, expected, actual] = match &row.outcome {
            Outcome::Agrees => ["agrees", "", ""],
            Outcome::Differs { expected, actual } => ["differs", expected, actual],
            Outcome::Skipped { reason } => ["skipped", "", reason],
        };
        table.add_row([result, row.check, row.rule, expected, actual]);
    }
    table
}
