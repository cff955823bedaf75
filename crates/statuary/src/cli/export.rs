//! `statuary export`

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::output;
use super::output::Target;
use super::sheet;
use super::store::open_unchanged;
use domain::archive::export;
use domain::work;
use service::settings::CommonOptions;

/// Options of `export`.
#[derive(clap::Args)]
pub struct Args {
    /// The archive or the sheet; `-` for standard output.
    file: PathBuf,
    #[command(flatten)]
    sheet: sheet::Export,
}

/// Writes an archive. A file appears under its name only when it is complete.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    if let Some(records) = args.sheet.sheet {
        return args.sheet.run(common, records, &args.file).await;
    }
    let target = Target::of(&args.file)?;
    let db = open_unchanged(common, &common.file()?).await?;
    let data = db.file().and_then(Path::parent).map(Path::to_owned);
    // The store is closed before the archive is passed on.
    output::write(target, data.as_deref(), async move |file: File| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        Ok(db.read(work!(|conn| export::export(conn, &mut out).await)).await?)
    })
    .await
}
