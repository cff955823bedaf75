//! Restoring a backup to an empty place, and checking one.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::sealed::Identities;
use super::{Record, heads, scratch, sealed, shown};
use crate::cli::store::{create_directory, open_at, open_existing_at};
use db::file::{SIDE_FILES, folder_beside, publish, take_note, with_suffix};
use db::{Db, Location};
use domain::events::Head;
use domain::verify;
use domain::verify::Summary;
use domain::work;

/// The name of the copy in a scratch folder.
const NAME: &str = "statuary.db";

/// A backup to restore.
pub struct Source {
    /// Its file; `-` for standard input.
    pub file: PathBuf,
    /// The private keys, if it is encrypted.
    pub identities: Option<Identities>,
    /// Whether it is restored in spite of findings.
    pub with_findings: bool,
}

/// A copy whose content was checked.
pub struct Checked {
    /// What the backup says about itself; earlier versions recorded nothing.
    pub record: Option<Record>,
    /// The result of the check.
    pub summary: Summary,
}

impl Source {
    /// Restores to the place of an embedded store, where none is.
    ///
    /// # Errors
    /// If there is a store already, or the backup is not whole. Nothing is left then.
    pub async fn restore_file(self, store: &Path) -> Result<()> {
        if store.symlink_metadata().is_ok() {
            bail!("there is a store at {} already", store.display());
        }
        for left in SIDE_FILES.map(|end| with_suffix(store, end)) {
            if left.symlink_metadata().is_ok() {
                bail!(
                    "{} is of a store that was there before, and would damage the restored one: move it away",
                    left.display()
                );
            }
        }
        let data = store.parent().unwrap_or(Path::new("."));
        let created: Vec<_> = data.ancestors().take_while(|folder| !folder.exists()).collect();
        let restored = async {
            // An unreadable backup creates no folder.
            let source = self.open()?;
            create_directory(data)?;
            let folder = folder_beside(store)?;
            let draft = folder.path().join(NAME);
            self.copy_and_check(source, &draft).await?;
            Ok(publish(&draft, store)?)
        };
        let restored: Result<()> = restored.await;
        if restored.is_err() {
            // The innermost first. `remove_dir` keeps a directory that has other contents by now.
            for folder in created {
                drop(std::fs::remove_dir(folder));
            }
        }
        self.named(restored)
    }

    /// Restores to an empty PostgreSQL database.
    ///
    /// # Errors
    /// If the database has a store already, or the backup is not whole. The database is empty then.
    pub async fn restore_database(self, url: &str) -> Result<()> {
        let restored = async {
            let location = Location::Postgres(url.to_owned());
            let source = self.open()?;
            let folder = scratch(&location)?;
            let draft = folder.path().join(NAME);
            self.copy_and_check(source, &draft).await?;
            Db::fill(url, &draft).await?;
            let (copied, restored) = (heads(&Location::Sqlite(draft)).await?, heads(&location).await?);
            if copied != restored {
                bail!(
                    "the logs in the database differ from those of the backup: another program writes to it"
                );
            }
            Ok(())
        };
        let restored = restored.await;
        self.named(restored)
    }

    /// Restores to a scratch folder, which is deleted, and checks the copy.
    ///
    /// # Errors
    /// If the backup is not whole.
    pub async fn check(self) -> Result<Checked> {
        let checked = async {
            let source = self.open()?;
            let folder = tempfile::tempdir()?;
            self.copy_and_check(source, &folder.path().join(NAME)).await
        };
        checked.await.with_context(|| format!("{} is not sound", self.file.display()))
    }

    fn named(&self, restored: Result<()>) -> Result<()> {
        restored.with_context(|| format!("{} was not restored", self.file.display()))
    }

    /// Copies the content to a file, migrates it, and checks it.
    async fn copy_and_check(&self, mut source: Box<dyn Read + Send>, draft: &Path) -> Result<Checked> {
        let to = draft.to_owned();
        let location = Location::Sqlite(draft.to_owned());
        let copied = tokio::task::spawn_blocking(move || io::copy(&mut source, &mut File::create(to)?));
        copied.await??;
        let db = open_existing_at(&location).await?;
        let defects = db.read(|conn| Box::pin(conn.defects())).await?;
        tokio::task::spawn_blocking(move || drop(db)).await?;
        if let Some(defect) = defects.first() {
            bail!("the copy is not whole: {defect}");
        }
        let record = match take_note(draft)? {
            Some(text) => Some(serde_json::from_str(&text).context("its record cannot be read")?),
            None => None,
        };
        let db = open_at(&location).await?;
        let work = db.read(work!(|conn| {
            let mut first = None;
            let mut keep_first = |finding: &str| {
                first.get_or_insert_with(|| finding.to_owned());
            };
            let summary = verify::verify(conn, &mut keep_first).await?;
            Ok((first, summary))
        }));
        let (mut first, mut summary) = work.await?;
        tokio::task::spawn_blocking(move || drop(db)).await?;
        if let Some(finding) = record.as_ref().and_then(|record| difference(record, &summary.heads)) {
            summary.findings += 1;
            first.get_or_insert(finding);
        }
        if let Some(first) = first {
            let number = summary.findings;
            if !self.with_findings {
                bail!(
                    "`verify` finds {number} things wrong with it, the first: {first}; \
                     `restore --with-findings` restores it as it is"
                );
            }
            tracing::warn!(number, %first, "restored with findings");
        }
        Ok(Checked { record, summary })
    }

    /// Opens the backup.
    fn open(&self) -> Result<Box<dyn Read + Send>> {
        let path = &self.file;
        if path.as_os_str() == "-" {
            return sealed::opened(io::stdin(), self.identities.as_ref());
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
        sealed::opened(File::open(path)?, self.identities.as_ref())
    }
}

/// How the heads of the logs differ from those that the backup recorded.
fn difference(record: &Record, heads: &[Head]) -> Option<String> {
    let heads: Vec<_> = heads.iter().map(shown).collect();
    if heads == record.heads {
        return None;
    }
    let missing = record.heads.iter().find(|head| !heads.contains(head));
    Some(match missing {
        Some(head) => format!("the log does not end with the head that the backup recorded, {head}"),
        None => "there is a log of an account that the backup did not record".to_owned(),
    })
}
