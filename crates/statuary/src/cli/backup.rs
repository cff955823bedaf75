//! `statuary backup` and `statuary restore`: the store as one file, with its event log.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::console::print;
use super::output::{Target, kind};
use super::store::open_existing_at;
use crate::backups;
use crate::backups::restore::Source;
use crate::backups::sealed::{Identities, Recipient};
use base::clock::Clock;
use db::Location;
use service::settings::CommonOptions;

/// Options of `backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// The file to write.
    file: PathBuf,
    /// Encrypt it to this public key of age.
    #[arg(long, value_name = "age1...")]
    recipient: Option<Recipient>,
}

/// Options of `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// The backup; `-` for standard input.
    file: PathBuf,
    /// The file of the private key, if the backup is encrypted.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Check the backup in a scratch folder, and restore nothing.
    #[arg(long, conflicts_with = "with_findings")]
    check: bool,
    /// Restore the store even if `verify` finds defects in its records.
    #[arg(long)]
    with_findings: bool,
}

/// Copies the store while a server may run, and prints the head of the event log of each account in the copy. The file appears
/// under its name only when it is complete.
pub async fn back_up(common: &CommonOptions, args: Backup) -> Result<()> {
    let location = common.location(&common.file()?)?;
    let shown = args.file.display();
    let place = match Target::of(&args.file)? {
        Target::File(place) => place,
        Target::Standard => bail!("a backup is written to a file, and not to standard output"),
        Target::Stream(_) => bail!("a backup is written to a file, and {shown} is {}", kind(&args.file)),
    };
    drop(open_existing_at(&location).await?);
    let made = backups::make(&location, &place, args.recipient.as_ref(), Clock::System.now()).await;
    for head in made.with_context(|| format!("cannot write {shown}"))? {
        print(format_args!("head: {}", backups::shown(&head)))?;
    }
    Ok(())
}

/// Restores a backup to an empty place, after checks that it is intact.
pub async fn restore(common: &CommonOptions, args: Restore) -> Result<()> {
    let identities = args.identity.as_deref().map(Identities::read).transpose()?;
    let source = Source { file: args.file, identities, with_findings: args.with_findings };
    if args.check {
        let shown = source.file.display().to_string();
        let checked = source.check().await?;
        let made = match checked.record {
            Some(record) => format!("made at {} by version {}", record.made_at, record.version),
            None => "made by an earlier version, which recorded no heads".to_owned(),
        };
        let (accounts, events) = (checked.summary.heads.len(), checked.summary.events);
        return print(format_args!("{shown} is sound: {made}; accounts: {accounts}, events: {events}"));
    }
    match common.location(&common.file()?)? {
        Location::Sqlite(store) => source.restore_file(&store).await,
        Location::Postgres(url) => source.restore_database(&url).await,
    }
}
