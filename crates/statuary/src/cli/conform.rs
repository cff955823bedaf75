//! `statuary conform`

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::Uri;
use comfy_table::Table;

use super::console::{print, say};

use conform::{Outcome, Row, Target, Vendor};
use service::settings::variable;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Options of `conform`.
#[derive(clap::Args)]
pub struct Args {
    /// Which vendor's surface the server claims to speak.
    #[arg(long, value_enum)]
    surface: Vendor,
    /// The server, without the surface's path.
    #[arg(long)]
    url: Uri,
    /// A token of a user there; rather in `STATUARY_CONFORM_TOKEN`, where no other user of the machine reads it.
    #[arg(long, value_name = "T")]
    token: Option<String>,
    /// A file that holds the token.
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    token_file: Option<PathBuf>,
    /// Run the checks that write, too, in a workspace or project of their own.
    #[arg(long)]
    write: bool,
    /// Print the rows as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints where a server keeps to the contract and where it does not; succeeds where it does.
pub async fn run(args: Args) -> Result<()> {
    let variable = |name: &str| variable(name).and_then(|text| text.into_string().ok());
    let file = || variable("STATUARY_CONFORM_TOKEN_FILE").map(Into::into);
    let token = match (args.token, args.token_file) {
        (Some(token), _) => token,
        (None, Some(file)) => read(&file)?,
        (None, None) => match (variable("STATUARY_CONFORM_TOKEN"), file()) {
            (Some(token), _) => token,
            (None, Some(file)) => read(&file)?,
            (None, None) => missing_token(),
        },
    };
    let token = token.trim().to_owned();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("the token is empty or holds what no token does");
    }
    let target = Target { url: args.url, token, write: args.write, timeout: PATIENCE };
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

fn read(file: &PathBuf) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Wrong usage, with the exit code of it.
fn missing_token() -> ! {
    let message =
        "a token is needed: --token, --token-file, STATUARY_CONFORM_TOKEN or STATUARY_CONFORM_TOKEN_FILE";
    clap::Error::raw(clap::error::ErrorKind::MissingRequiredArgument, format!("{message}\n")).exit()
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["result", "check", "rule", "expected", "seen"]);
    for row in rows {
        let [result, expected, seen] = match &row.outcome {
            Outcome::Agrees => ["agrees", "", ""],
            Outcome::Differs { expected, seen } => ["differs", expected, seen],
            Outcome::Skipped { reason } => ["skipped", "", reason],
        };
        table.add_row([result, row.check, row.rule, expected, seen]);
    }
    table
}
