//! `statuary import`

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, IsTerminal, Read, Seek, Write, stdin};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::console::print;
use super::moving;
use super::sheet;
use super::store::open_or_create;
use base::clock::Clock;
use db::Scope;
use domain::archive::import;
use domain::work;
use service::settings::CommonOptions;

/// Options of `import`.
#[derive(clap::Args)]
pub struct Args {
    /// The archive or the sheet; `-` for standard input.
    #[arg(required_unless_present = "from")]
    file: Option<PathBuf>,
    #[command(flatten)]
    sheet: sheet::Import,
    #[command(flatten)]
    moving: moving::FromServer,
}

/// Reads an archive and prints the number of new records of each kind, or reads everything from another server.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    match (args.file, args.sheet.sheet) {
        (Some(_), _) if args.moving.has_token() => bail!("a token needs --from"),
        (Some(file), Some(records)) => args.sheet.run(common, records, &file, args.moving.account).await,
        (Some(_), None) if args.moving.account.is_some() => bail!("an archive names its accounts itself"),
        (Some(file), None) => archive(common, &file).await,
        (None, _) => args.moving.run(common).await,
    }
}

async fn archive(common: &CommonOptions, file: &Path) -> Result<()> {
    let source = source(file).with_context(|| format!("cannot read {}", file.display()))?;
    let db = open_or_create(common, &common.file()?).await?;
    let (text, bar) = text(source)?;
    let at = Clock::System.now();
    let progress = bar.clone();
    let counts = db.write(
        Scope::Store,
        work!(|conn| {
            let lines = import::lines(text).inspect(|line| {
                if let Ok((_, length, _)) = line {
                    progress.inc(*length as u64);
                }
            });
            import::import(conn, at, lines).await
        }),
    );
    let counts = counts.await.with_context(|| format!("{} was not imported", file.display()))?;
    bar.finish_and_clear();
    for (kind, number) in &counts.added {
        print(format_args!("{kind}: {number}"))?;
    }
    print(format_args!("unchanged: {}", counts.unchanged))
}

fn source(path: &Path) -> std::io::Result<File> {
    if path == Path::new("-") {
        stdin().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::open(path)
    }
}

/// The text of a source, in a form that can be read without waiting for its writer, and a progress bar.
fn text(source: File) -> Result<(Box<dyn BufRead + Send>, ProgressBar)> {
    let about = source.metadata().context("cannot read the archive")?;
    if !about.is_file() {
        return Ok((Box::new(BufReader::new(kept(source)?)), ProgressBar::hidden()));
    }
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(about.len()).with_style(
            ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        )
    } else {
        ProgressBar::hidden()
    };
    Ok((Box::new(BufReader::with_capacity(1 << 16, source)), bar))
}

/// Reads a pipe to its end, or to the first invalid line, into a temporary file, so that a slow writer does not keep others
/// waiting for the lock of the store.
fn kept(source: File) -> Result<File> {
    let copy = tempfile::tempfile().context("cannot write a temporary file")?;
    let mut text = BufReader::new(Copying { source, copy, failed: None });
    // The import reports the error of a line, because it checks the lines above as well.
    drop(import::lines(&mut text).find(Result::is_err));
    let Copying { mut copy, failed, .. } = text.into_inner();
    if let Some(error) = failed {
        return Err(error);
    }
    copy.rewind().context("cannot read the temporary file")?;
    Ok(copy)
}

/// A source that copies everything that is read.
struct Copying {
    source: File,
    copy: File,
    failed: Option<anyhow::Error>,
}

impl Read for Copying {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer);
        let (error, doing) = match read {
            Ok(length) => match self.copy.write_all(&buffer[..length]) {
                Ok(()) => return Ok(length),
                Err(error) => (error, "cannot write a temporary file"),
            },
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            Err(error) => (error, "cannot read the archive"),
        };
        let kind = error.kind();
        self.failed = Some(anyhow::Error::new(error).context(doing));
        Err(kind.into())
    }
}
