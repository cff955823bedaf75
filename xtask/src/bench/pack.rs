//! The steering pack of forty projects and twelve weeks, as PDF and as a workbook.

use anyhow::Result;

use super::portfolio::{Reader, compare, imported, lines};
use super::runner::Bench;
use super::stores::text;
use super::table::{Goal, Item};

const PROJECTS: u32 = 40;
const FEW: u32 = 4;

const FORMS: [Item; 2] = [
    Item {
        work: "steering pack of 40 projects as PDF",
        baseline: "of 4 projects",
        goal: Goal::Within(1000.0),
    },
    Item {
        work: "steering pack of 40 projects as XLSX",
        baseline: "of 4 projects",
        goal: Goal::Within(1000.0),
    },
];
/// The addresses of a round: each has other filters, so that no cache answers.
const PATHS: [fn(usize) -> String; 2] = [
    |round| format!("/api/statuary/v1/portfolio/pack?format=pdf&weeks={}", 12 + round % 2),
    |round| format!("/api/statuary/v1/portfolio/pack?format=xlsx&weeks={}", 12 + round % 2),
];

/// Runs all measurements.
pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&FORMS) {
        return Ok(());
    }
    let folder = bench.folder.path().join("pack");
    let (many, few) = (folder.join("many"), folder.join("few"));
    for (folder, projects) in [(&many, PROJECTS), (&few, FEW)] {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("archive.jsonl"), lines(projects)?)?;
    }
    let (on_many, on_few) = (["--data", text(&many)?], ["--data", text(&few)?]);
    let tokens = (
        imported(bench, &many.join("archive.jsonl"), &on_many)?,
        imported(bench, &few.join("archive.jsonl"), &on_few)?,
    );
    let servers = (bench.serve(&on_many)?, bench.serve(&on_few)?);
    let readers = (Reader::new(&servers.0, &tokens.0)?, Reader::new(&servers.1, &tokens.1)?);
    for (item, path) in FORMS.into_iter().zip(PATHS) {
        compare(bench, item, path, &readers.0, &readers.1)?;
    }
    Ok(())
}
