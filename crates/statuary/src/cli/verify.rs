//! `statuary verify`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::console::print;
use super::output;
use super::output::Target;
use super::store::open_unchanged;
use domain::events::Head;
use domain::ids::AccountId;
use domain::verify;
use domain::verify::proof;
use domain::work;
use service::settings::CommonOptions;

/// Options of `verify`.
#[derive(clap::Args)]
pub struct Args {
    /// Print the proof that an event is in the log instead; without an account, of the only one.
    #[arg(long, value_name = "ACCOUNT:SEQUENCE")]
    proof: Option<EventName>,
    /// A head of the log of an account that was kept elsewhere, as `backup` prints it: the log must contain it. May be
    /// given several times.
    #[arg(long = "head", value_name = "ACCOUNT:SEQUENCE:HASH", conflicts_with = "proof")]
    heads: Vec<KeptHead>,
}

/// An earlier head of the log of an account.
#[derive(Clone)]
struct KeptHead(Head);

impl FromStr for KeptHead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.trim().split(':');
            let account_id = parts.next()?.parse().ok()?;
            let sequence = parts.next()?.parse().ok().filter(|sequence| *sequence > 0)?;
            let hash = hex::decode(parts.next()?).ok().filter(|hash| hash.len() == 32)?;
            parts.next().is_none().then_some(Self(Head { account_id, sequence, hash }))
        };
        read().ok_or("a head is ACCOUNT:SEQUENCE:HASH, with 64 hexadecimal digits")
    }
}

/// An event, by account and sequence number.
#[derive(Clone, Copy)]
struct EventName {
    account_id: Option<AccountId>,
    sequence: i64,
}

impl FromStr for EventName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let number = text.parse().ok().filter(|number: &i64| *number > 0);
            number.ok_or("an event is named ACCOUNT:SEQUENCE, or SEQUENCE where there is one account")
        };
        Ok(match text.split_once(':') {
            Some((account, sequence)) => {
                Self { account_id: Some(AccountId(number(account)?)), sequence: number(sequence)? }
            }
            None => Self { account_id: None, sequence: number(text)? },
        })
    }
}

/// Prints the defects of the store, or, if there is none, the number of its records.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    let db = open_unchanged(common, &common.file()?).await?;
    let data = db.file().and_then(Path::parent);
    if let Some(EventName { account_id, sequence }) = args.proof {
        let printed = output::write(Target::Standard, data, async |file: File| {
            let work = db.read(work!(|conn| {
                let mut out = BufWriter::new(file);
                proof::write(conn, account_id, sequence, &mut out).await
            }));
            Ok(work.await?)
        });
        return printed.await;
    }
    let checked = output::write(Target::Standard, data, async |file: File| {
        let work = db.read(work!(|conn| {
            let mut out = BufWriter::new(file);
            let mut tell = |finding: &str| drop(writeln!(out, "{finding}"));
            let mut summary = verify::verify(conn, &mut tell).await?;
            for KeptHead(head) in &args.heads {
                if let Some(finding) = verify::missing(conn, head).await? {
                    summary.findings += 1;
                    tell(&finding);
                }
            }
            Ok(summary)
        }));
        // If the store becomes unreadable, the defects found before are printed, too.
        Ok(work.await)
    });
    let summary = checked.await?.context("the store cannot be checked")?;
    match summary.findings {
        0 => {}
        1 => bail!("the store is not whole: 1 finding"),
        findings => bail!("the store is not whole: {findings} findings"),
    }
    for (kind, number) in &summary.records {
        print(format_args!("{kind}: {number}"))?;
    }
    print(format_args!("event: {}", summary.events))?;
    if summary.erased > 0 {
        print(format_args!("erased event: {}", summary.erased))?;
    }
    for head in &summary.heads {
        print(format_args!(
            "head of account {}: {} {}",
            head.account_id,
            head.sequence,
            hex::encode(&head.hash)
        ))?;
    }
    Ok(())
}
