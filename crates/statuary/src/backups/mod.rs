//! Backups: a snapshot of a store as one file, whatever its engine, with a record of the heads of its logs. A backup may be
//! encrypted. `statuary backup` and `restore` call this, and `statuary serve` makes one each night.

pub mod restore;
pub mod schedule;
#[cfg(feature = "age")]
pub mod sealed;
#[cfg(not(feature = "age"))]
pub mod unsealed;
#[cfg(not(feature = "age"))]
pub use self::unsealed as sealed;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use self::sealed::Recipient;
use crate::cli::output::Draft;
use crate::cli::store::open_existing_at;
use base::clock::Time;
use db::{Db, Location, file};
use domain::events;
use domain::events::Head;
use domain::ids::AccountId;

/// What a backup says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was made.
    pub made_at: Time,
    /// The version that made it.
    pub version: String,
    /// The engine of the store.
    pub engine: String,
    /// The head of the log of each account, as `verify --head` takes it.
    pub heads: Vec<String>,
}

/// The text of a head, as `backup` prints it and `verify --head` takes it.
pub fn shown(head: &Head) -> String {
    format!("{}:{}:{}", head.account_id, head.sequence, hex::encode(&head.hash))
}

/// Makes a backup at a place, where it appears when it is complete, and returns the heads of its logs.
///
/// # Errors
/// If the store cannot be read, or the backup cannot be written.
pub async fn make(
    location: &Location,
    place: &Path,
    recipient: Option<&Recipient>,
    now: Time,
) -> Result<Vec<Head>> {
    let draft = Draft::new(place)?;
    let heads = match recipient {
        None => copy(location, draft.path(), now).await?,
        Some(recipient) => {
            let folder = scratch(location)?;
            let plain = folder.path().join("statuary.db");
            let heads = copy(location, &plain, now).await?;
            let (recipient, target) = (recipient.clone(), draft.path().to_owned());
            tokio::task::spawn_blocking(move || recipient.seal(&plain, &target)).await??;
            heads
        }
    };
    tokio::task::spawn_blocking(move || draft.publish()).await??;
    Ok(heads)
}

/// Copies a store to a file, with its record.
async fn copy(location: &Location, target: &Path, now: Time) -> Result<Vec<Head>> {
    Db::copy(location, target).await?;
    let heads = heads(&Location::Sqlite(target.into())).await?;
    let record = Record {
        made_at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine(location).to_owned(),
        heads: heads.iter().map(shown).collect(),
    };
    let (text, target) = (serde_json::to_string(&record)?, target.to_owned());
    tokio::task::spawn_blocking(move || file::write_note(&target, &text)).await??;
    Ok(heads)
}

/// The heads of the logs of a store.
async fn heads(location: &Location) -> Result<Vec<Head>> {
    let db = open_existing_at(location).await?;
    let heads = db.read(|conn| Box::pin(events::store::heads(conn, AccountId(i64::MIN), i64::MAX))).await?;
    // The threads of the embedded engine are waited for.
    tokio::task::spawn_blocking(move || drop(db)).await?;
    Ok(heads)
}

const fn engine(location: &Location) -> &'static str {
    match location {
        Location::Sqlite(_) => "SQLite",
        Location::Postgres(_) => "PostgreSQL",
    }
}

/// A folder for a copy that is not encrypted: in the data directory if that is writable, else in the directory for temporary
/// files. It is deleted with its contents.
fn scratch(location: &Location) -> Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("statuary-backup.");
    let data = match location {
        Location::Sqlite(store) => store.parent().map(PathBuf::from),
        Location::Postgres(_) => None,
    };
    if let Some(created) = data.and_then(|data| folder.tempdir_in(data).ok()) {
        return Ok(created);
    }
    folder.tempdir().with_context(|| format!("cannot write in {}", std::env::temp_dir().display()))
}
