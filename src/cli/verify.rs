//! `statuary verify`

use std::io::{BufWriter, Write};
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::{print, visit};
use crate::config::Given;
use crate::verify::{self, proof};

/// Options of `verify`.
#[derive(clap::Args)]
pub struct Args {
    /// Instead print the proof that an event is in the log; without an account, of the only one.
    #[arg(long, value_name = "ACCOUNT:SEQUENCE")]
    proof: Option<EventName>,
}

/// An event, as people name it.
#[derive(Clone, Copy)]
struct EventName {
    account_id: Option<i64>,
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
                Self { account_id: Some(number(account)?), sequence: number(sequence)? }
            }
            None => Self { account_id: None, sequence: number(text)? },
        })
    }
}

/// Prints what is wrong with the store, or what there is when nothing is.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let db = visit(given, &given.file()?).await?;
    if let Some(EventName { account_id, sequence }) = args.proof {
        let work = db.read(move |conn| {
            Box::pin(async move {
                let mut out = BufWriter::new(std::io::stdout());
                proof::write(conn, account_id, sequence, &mut out).await
            })
        });
        return Ok(work.await?);
    }
    let work = db.read(|conn| {
        Box::pin(async move {
            verify::verify(conn, |finding| drop(writeln!(std::io::stdout(), "{finding}"))).await
        })
    });
    let summary = work.await.context("the store cannot be checked")?;
    match summary.findings {
        0 => {}
        1 => bail!("the store is not whole: 1 finding"),
        findings => bail!("the store is not whole: {findings} findings"),
    }
    for (kind, number) in &summary.records {
        print(format_args!("{kind}: {number}"))?;
    }
    print(format_args!("event: {}", summary.events))?;
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
