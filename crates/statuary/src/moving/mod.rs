//! Moving in: an import from the API of another server. `cli::import` calls [`run`].

mod kantata;
mod openproject;
mod people;
mod read;
mod sink;
mod source;

use anyhow::{Context, Result, anyhow};
use axum::http::Uri;
use indicatif::ProgressBar;
use tokio::runtime::Handle;

use db::{Db, Scope};
use domain::ids::AccountId;
use domain::moving::{Outcome, Route, Vendor, store};
use domain::work;

use self::people::People;
use self::sink::Sink;
use self::source::Source;
use base::clock::Clock;

/// An import from another server.
pub struct Import {
    /// The API of the server.
    pub vendor: Vendor,
    /// Its address; the path of the API may be part of it.
    pub url: Uri,
    /// A token of a user there.
    pub token: String,
    /// The account that gets the records.
    pub account_id: AccountId,
    /// Whether people with an e-mail address may sign in at once.
    pub activates: bool,
    /// Shows how far it came.
    pub bar: ProgressBar,
}

/// Pulls everything that the token may read. Returns what came, also if it broke off, and whether it went on after a break.
///
/// # Errors
/// If the server refuses the token or no longer answers, or the store fails.
pub async fn run(db: Db, import: Import) -> Result<(Outcome, bool, Result<()>)> {
    let at = Clock::System.now();
    let source = Source::new(&import)?;
    let route =
        Route { account_id: import.account_id, source: source.name.clone(), vendor: import.vendor, at };
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

/// The scope of the writes of an import.
const fn scope(route: &Route) -> Scope {
    Scope::Account(route.account_id.0)
}
