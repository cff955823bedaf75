//! Moving in: an import from the API of another server. `cli::import` calls [`run`].

mod kantata;
mod members;
mod openproject;
mod people;
mod read;
mod sink;
mod source;

pub use self::source::Import;

use anyhow::{Context, Result, anyhow};
use tokio::runtime::Handle;

use db::Db;
use domain::events::{self, Change};
use domain::ids::AccountId;
use domain::moving::{Outcome, Route, Vendor, store};
use domain::work;

use self::people::People;
use self::sink::Sink;
use self::source::Source;
use base::clock::{Clock, Time};

/// The context of the writes of a command.
pub const fn by_command(account_id: AccountId, at: Time) -> Change {
    Change { account_id, actor_id: None, token_id: None, surface: events::Source::CommandLine, at }
}

/// Pulls everything that the token may read. Returns what came, also if it broke off, and whether it went on after a break.
///
/// # Errors
/// If the server refuses the token or no longer answers, or the store fails.
pub async fn run(db: Db, import: Import) -> Result<(Outcome, bool, Result<()>)> {
    let at = Clock::System.now();
    let source = Source::new(&import)?;
    let change = by_command(import.account_id, at);
    let route = Route { change, source: source.name.clone(), vendor: import.vendor };
    let asked = route.clone();
    let start = db.read(work!(|conn| store::position(conn, &asked).await)).await?;
    let handle = Handle::current();
    let pulled = tokio::task::spawn_blocking(move || {
        let people = People::new(&source.name, import.activates);
        let mut sink = Sink::new(db, route, handle, start.unwrap_or_default());
        let done = match import.vendor {
            Vendor::Kantata => kantata::pull(source, &mut sink, people),
            Vendor::OpenProject => openproject::pull(source, &mut sink, people),
            Vendor::Sheet => Err(anyhow!("a sheet has no API")),
        };
        let done = done.and_then(|()| sink.end());
        (sink.outcome, start.is_some(), done)
    });
    pulled.await.context("the import stopped")
}
