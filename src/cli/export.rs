//! `statuary export`

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::open;
use crate::archive::export;
use crate::config::Given;

/// Options of `export`.
#[derive(clap::Args)]
pub struct Args {
    /// The archive; `-` for standard output.
    file: PathBuf,
}

/// Writes an archive; a file appears under its name only when it is whole.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let db = open(given, &given.file()?).await?;
    if args.file.as_os_str() == "-" {
        return write(&db, std::io::stdout()).await;
    }
    let mut partial = args.file.clone().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let file =
        std::fs::File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    let written = async {
        write(&db, file.try_clone()?).await?;
        file.sync_all()?;
        std::fs::rename(&partial, &args.file)?;
        anyhow::Ok(())
    };
    let written = written.await;
    if written.is_err() {
        drop(std::fs::remove_file(&partial));
    }
    written.with_context(|| format!("cannot write {}", args.file.display()))
}

async fn write(db: &crate::db::Db, out: impl Write + Send + 'static) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    db.read(move |conn| Box::pin(async move { export::export(conn, &mut out).await })).await?;
    Ok(())
}
