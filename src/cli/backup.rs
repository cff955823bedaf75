//! `statuary backup` and `statuary restore`: the embedded store as one file, with its log.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{make_folder, open_as_it_is};
use crate::config::Given;
use crate::db::{Db, Location};

const ELSEWHERE: &str = "the store is in PostgreSQL, which has its own: pg_dump, pg_restore, or a base backup \
     (`statuary export` writes an archive, which is without the event log)";

/// Options of `backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// The copy.
    file: PathBuf,
}

/// Options of `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// What `backup` made.
    file: PathBuf,
}

/// Copies the embedded store while a server may run; the copy appears under its name only when it is whole.
pub async fn back_up(given: &Given, args: Backup) -> Result<()> {
    let Location::Sqlite(store) = given.location(&given.file()?)? else { bail!("{ELSEWHERE}") };
    if !store.exists() {
        bail!("there is no store at {}", store.display());
    }
    let copied = appear(&args.file, async |partial| Ok(Db::copy(&store, partial).await?)).await;
    copied.with_context(|| format!("cannot write {}", args.file.display()))
}

/// Puts a copy where no store is.
pub async fn restore(given: &Given, args: Restore) -> Result<()> {
    let Location::Sqlite(store) = given.location(&given.file()?)? else { bail!("{ELSEWHERE}") };
    if store.exists() {
        bail!("there is a store at {} already", store.display());
    }
    if let Some(data) = store.parent() {
        make_folder(data)?;
    }
    let put = appear(&store, async |partial| {
        std::fs::copy(&args.file, partial)?;
        let found = {
            let db = open_as_it_is(&Location::Sqlite(partial.into())).await?;
            db.read(|conn| Box::pin(conn.defects())).await?
        };
        if let Some(defect) = found.first() {
            bail!("the copy is not whole: {defect}");
        }
        Ok(())
    });
    put.await.with_context(|| format!("{} was not restored", args.file.display()))
}

/// Makes a file that appears under its name only when it is whole, and on the disk.
async fn appear(path: &Path, make: impl AsyncFnOnce(&Path) -> Result<()>) -> Result<()> {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let partial = beside(".partial");
    drop(std::fs::remove_file(&partial));
    let mut outcome = make(&partial).await;
    if outcome.is_ok() {
        outcome = std::fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(Into::into);
    }
    if outcome.is_ok() {
        outcome = std::fs::rename(&partial, path).map_err(Into::into);
    }
    for left in [partial, beside(".partial-wal"), beside(".partial-shm")] {
        drop(std::fs::remove_file(left));
    }
    outcome
}
