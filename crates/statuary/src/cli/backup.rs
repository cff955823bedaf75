//! `statuary backup` and `statuary restore`: the embedded store as one file, with its event log.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::console::print;
use super::output::{Draft, Target, kind};
use super::store::{create_directory, open_at, open_existing_at};
use db::file::{SIDE_FILES, folder_beside, publish, with_suffix};
use db::{Db, Location};
use domain::events;
use domain::ids::AccountId;
use domain::verify;
use domain::work;
use service::settings::CommonOptions;

const ELSEWHERE: &str = "the store is in PostgreSQL, which has its own tools: pg_dump, pg_restore, or a base backup \
     (`statuary export` writes an archive, which does not contain the event log)";

/// Options of `backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// The file to write.
    file: PathBuf,
}

/// Options of `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// The backup; `-` for standard input.
    file: PathBuf,
    /// Restore the store even if `verify` finds defects in its records.
    #[arg(long)]
    with_findings: bool,
}

/// Copies the embedded store while a server may run, and prints the head of the event log of each account in the copy. The
/// file appears under its name only when it is complete.
pub async fn back_up(common: &CommonOptions, args: Backup) -> Result<()> {
    let Location::Sqlite(store) = common.location(&common.file()?)? else { bail!("{ELSEWHERE}") };
    let shown = args.file.display();
    let place = match Target::of(&args.file)? {
        Target::File(place) => place,
        Target::Standard => bail!("a backup is written to a file, and not to standard output"),
        Target::Stream(_) => bail!("a backup is written to a file, and {shown} is {}", kind(&args.file)),
    };
    drop(open_existing_at(&Location::Sqlite(store.clone())).await?);
    let written = async {
        let draft = Draft::new(&place)?;
        Db::copy(&store, draft.path()).await?;
        let copy = open_existing_at(&Location::Sqlite(draft.path().into())).await?;
        let heads =
            copy.read(|conn| Box::pin(events::store::heads(conn, AccountId(i64::MIN), i64::MAX))).await?;
        drop(copy);
        draft.publish()?;
        anyhow::Ok(heads)
    };
    for head in written.await.with_context(|| format!("cannot write {shown}"))? {
        print(format_args!("head: {}:{}:{}", head.account_id, head.sequence, hex::encode(&head.hash)))?;
    }
    Ok(())
}

/// Restores a backup to an empty place, after checks that it is intact.
pub async fn restore(common: &CommonOptions, args: Restore) -> Result<()> {
    let Location::Sqlite(store) = common.location(&common.file()?)? else { bail!("{ELSEWHERE}") };
    if store.symlink_metadata().is_ok() {
        bail!("there is a store at {} already", store.display());
    }
    for left in SIDE_FILES.map(|end| with_suffix(&store, end)) {
        if left.symlink_metadata().is_ok() {
            bail!(
                "{} is of a store that was there before, and would damage the restored one: move it away",
                left.display()
            );
        }
    }
    let data = store.parent().unwrap_or(Path::new("."));
    let created: Vec<_> = data.ancestors().take_while(|folder| !folder.exists()).collect();
    let restored = put(&store, &args).await;
    if restored.is_err() {
        // The innermost first. `remove_dir` keeps a directory that has other contents by now.
        for folder in created {
            drop(std::fs::remove_dir(folder));
        }
    }
    restored.with_context(|| format!("{} was not restored", args.file.display()))
}

async fn put(store: &Path, args: &Restore) -> Result<()> {
    let mut source = source(&args.file)?;
    create_directory(store.parent().unwrap_or(Path::new(".")))?;
    let folder = folder_beside(store)?;
    let draft = folder.path().join("statuary.db");
    io::copy(&mut source, &mut File::create(&draft)?)?;
    let location = Location::Sqlite(draft.clone());
    let found = {
        let defects = open_existing_at(&location).await?.read(|conn| Box::pin(conn.defects())).await?;
        if let Some(defect) = defects.first() {
            bail!("the copy is not whole: {defect}");
        }
        let db = open_at(&location).await?;
        let work = db.read(work!(|conn| {
            let mut first = None;
            let mut keep_first = |finding: &str| {
                first.get_or_insert_with(|| finding.to_owned());
            };
            let summary = verify::verify(conn, &mut keep_first).await?;
            Ok(first.map(|first| (first, summary.findings)))
        }));
        work.await?
    };
    if let Some((first, number)) = found {
        if !args.with_findings {
            bail!(
                "`verify` finds {number} things wrong with it, the first: {first}; \
                 `restore --with-findings` restores it as it is"
            );
        }
        tracing::warn!(number, %first, "restored with findings");
    }
    Ok(publish(&draft, store)?)
}

/// Opens the backup.
fn source(path: &Path) -> Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let log = with_suffix(path, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        bail!(
            "{} belongs to it: this is a store and not a backup; name its directory with --data",
            log.display()
        );
    }
    if path.is_dir() {
        bail!("it is a directory");
    }
    Ok(Box::new(File::open(path)?))
}
