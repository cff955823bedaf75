//! `statuary import --from`

use std::io::IsTerminal;

use anyhow::{Context, Result, bail};
use axum::http::Uri;
use comfy_table::Table;
use indicatif::ProgressBar;

use super::console::{print, say};
use super::server_token::ServerToken;
use super::store::open_or_create;
use crate::moving::{self, Import};
use base::clock::Clock;
use db::{Db, Scope};
use domain::accounts;
use domain::error::Result as StoreResult;
use domain::events::Source;
use domain::ids::AccountId;
use domain::moving::{Count, Outcome};
use domain::work;
use service::settings::CommonOptions;

/// The most records that did not come of which the reasons are printed.
const MOST_REASONS: usize = 1000;

/// The API of another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Vendor {
    /// Kantata OX, under `/api/v1`.
    Kantata,
    /// OpenProject, under `/api/v3`.
    #[value(name = "openproject")]
    OpenProject,
}

/// Options of `import --from`.
#[derive(clap::Args)]
pub struct FromServer {
    /// Read everything that a token may read from another server with this API. Running it again changes only what changed there.
    #[arg(long, value_enum, requires = "url", conflicts_with = "file")]
    from: Option<Vendor>,
    /// The URL of the server, without the path of the API.
    #[arg(long, requires = "from")]
    url: Option<Uri>,
    #[command(flatten)]
    token: ServerToken,
    /// The account that gets the records; without it, the oldest, which is created as `Default` if there is none.
    #[arg(long, value_name = "ID")]
    pub account: Option<AccountId>,
    /// Let people with an e-mail address sign in. Without it, new people are deactivated.
    #[arg(long, requires = "from")]
    activate: bool,
}

impl FromServer {
    /// Whether arguments name a token, which a file does not need.
    pub const fn has_token(&self) -> bool {
        self.token.is_given()
    }

    /// Reads everything from the other server, if there is one, and prints what came.
    pub async fn run(self, common: &CommonOptions) -> Result<()> {
        let (Some(from), Some(url)) = (self.from, self.url) else { bail!("a file or --from is needed") };
        let token = self.token.read("STATUARY_IMPORT_TOKEN")?;
        let db = open_or_create(common, &common.file()?).await?;
        let account_id = account(&db, self.account).await?;
        let vendor = match from {
            Vendor::Kantata => domain::moving::Vendor::Kantata,
            Vendor::OpenProject => domain::moving::Vendor::OpenProject,
        };
        let is_seen = std::io::stderr().is_terminal();
        let bar = if is_seen { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        let import = Import { vendor, url, token, account_id, activates: self.activate, bar: bar.clone() };
        let (outcome, went_on, done) = moving::run(db, import).await?;
        bar.finish_and_clear();
        if went_on {
            say("The import went on where the one before broke off.");
        }
        report(&outcome)?;
        done.context("the import broke off; run the command again to go on")
    }
}

/// The account with an id, or the oldest.
pub async fn account(db: &Db, id: Option<AccountId>) -> Result<AccountId> {
    let Some(id) = id else {
        let at = Clock::System.now();
        let create = db.write(
            Scope::Store,
            work!(|conn| accounts::store::oldest_or_default(conn, Source::CommandLine, at).await),
        );
        return Ok(create.await?);
    };
    let found: StoreResult<_> = db.read(work!(|conn| Ok(accounts::store::find(conn, id).await?))).await;
    match found? {
        Some(_) => Ok(id),
        None => bail!("there is no account {id}"),
    }
}

/// Prints what came and what did not.
pub fn report(outcome: &Outcome) -> Result<()> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["kind", "new", "changed", "unchanged", "refused"]);
    for (kind, Count { new, changed, unchanged, refused }) in &outcome.counts {
        let numbers = [new, changed, unchanged, refused].map(ToString::to_string);
        table.add_row(std::iter::once((*kind).to_owned()).chain(numbers));
    }
    print(table)?;
    for refused in outcome.refused.iter().take(MOST_REASONS) {
        print(format_args!("refused: {} {}: {}", refused.kind, refused.id, refused.reason))?;
    }
    if let Some(more) = outcome.refused.len().checked_sub(MOST_REASONS + 1) {
        print(format_args!("refused: {} more", more + 1))?;
    }
    if outcome.counts.values().all(|count| count.new + count.changed == 0) {
        print("nothing changed")?;
    }
    Ok(())
}
