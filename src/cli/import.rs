//! `statuary import`

use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::{open_or_create, print};
use crate::archive::import;
use crate::clock::Clock;
use crate::config::Given;
use crate::db::Scope;

/// Options of `import`.
#[derive(clap::Args)]
pub struct Args {
    /// The archive; `-` for standard input.
    file: PathBuf,
}

/// Reads an archive and prints how many records of each kind came in.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let (text, bar) = input(&args.file)?;
    let db = open_or_create(given, &given.file()?).await?;
    let at = Clock::System.now();
    let progress = bar.clone();
    let counts = db.write(Scope::Store, move |conn| {
        Box::pin(async move {
            let lines = import::lines(text).inspect(|line| {
                if let Ok((_, length, _)) = line {
                    progress.inc(*length as u64);
                }
            });
            import::import(conn, at, lines).await
        })
    });
    let counts = counts.await.with_context(|| format!("{} was not imported", args.file.display()))?;
    bar.finish_and_clear();
    for (kind, number) in &counts.added {
        print(format_args!("{kind}: {number}"))?;
    }
    print(format_args!("unchanged: {}", counts.unchanged))
}

fn input(path: &Path) -> Result<(Box<dyn BufRead + Send>, ProgressBar)> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(std::io::stdin())), ProgressBar::hidden()));
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(file.metadata().map_or(0, |metadata| metadata.len())).with_style(
            ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        )
    } else {
        ProgressBar::hidden()
    };
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), bar))
}
