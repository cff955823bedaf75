//! The bytes of a report on PostgreSQL: a store with reports, compared with one that has the same workspaces alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::cargo::command;
use crate::machine::succeed;
use crate::postgres;

/// The reports of the measured store.
const MEASURED: u32 = 100_000;
/// Their workspaces.
const WORKSPACES: u32 = 1_000;
/// The bytes of each table and of its indexes.
const SIZES: &str = "select relname, pg_table_size(relid), pg_indexes_size(relid) from pg_stat_user_tables";
const GIB: f64 = 1_073_741_824.0;

/// Prints a table: bytes a report, and the same for `reports`.
#[expect(clippy::cast_precision_loss, reason = "the figures are rounded")]
pub fn print(program: &Path, reports: u64) -> Result<()> {
    let without = measure(program, 0)?;
    let with = measure(program, MEASURED)?;
    println!(
        "| table | rows, bytes a report | indexes, bytes a report | {} million reports |",
        reports / 1_000_000
    );
    println!("| --- | --: | --: | --: |");
    let (mut all, mut others) = ([0.0; 2], [0.0; 2]);
    let print = |name: &str, own: [f64; 2]| {
        let total = (own[0] + own[1]) * reports as f64 / GIB;
        println!("| {name} | {:.0} | {:.0} | {total:.0} GiB |", own[0], own[1]);
    };
    for (table, sizes) in &with {
        let before = without.get(table).copied().unwrap_or_default();
        let own = [0, 1].map(|at| sizes[at].saturating_sub(before[at]) as f64 / f64::from(MEASURED));
        let kept = if own[0] + own[1] < 10.0 { &mut others } else { &mut all };
        for at in [0, 1] {
            kept[at] += own[at];
        }
        if own[0] + own[1] >= 10.0 {
            print(&format!("`{table}`"), own);
        }
    }
    print("all others", others);
    print("**together**", [all[0] + others[0], all[1] + others[1]]);
    println!();
    Ok(())
}

/// Seeds a store. Returns the sizes of its tables and of their indexes.
fn measure(program: &Path, reports: u32) -> Result<BTreeMap<String, [u64; 2]>> {
    let server = postgres::Server::start()?;
    let url = format!("{}/postgres", server.url());
    let mut seed = command(program);
    let numbers = [("--workspaces", WORKSPACES), ("--reports", reports), ("--changes", 0)];
    seed.arg("seed").args(["--database-url", &url]).stdout(Stdio::null());
    for (name, number) in numbers {
        seed.arg(name).arg(number.to_string());
    }
    succeed(&mut seed)?;
    let programs = postgres::programs().context("the package postgresql is not installed")?;
    let mut psql = command(programs.join("psql"));
    let output = psql.args([&url, "-qAt", "-F", " ", "-c", "vacuum", "-c", SIZES]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    let text = String::from_utf8(output.stdout)?;
    let rows = text.lines().map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next().context("a table and two sizes");
        Ok((word()?.to_owned(), [word()?.parse()?, word()?.parse()?]))
    });
    rows.collect()
}
