//! The steps of a run: build, measure, write the table.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

use super::runner::Bench;
use super::{compare, pack, portfolio, postgres_writes, servers, table, tail, work, work_packages};
use crate::cargo::cargo;
use crate::{machine, packages};

/// Runs the benchmark. With a filter, runs the items whose names contain it, and does not write the table.
pub fn run(options: &[OsString]) -> Result<ExitCode> {
    let words: Vec<_> = options.iter().map(|word| word.to_string_lossy()).collect();
    let is_quick = words.iter().any(|word| word == "--quick");
    let filter = words.iter().filter(|word| *word != "--quick").map(AsRef::as_ref).collect::<Vec<_>>();
    let root = machine::root();
    packages::install(packages::for_bench)?;
    machine::succeed(cargo().args([
        "build",
        "--profile",
        "dist",
        "--package",
        "statuary",
        "--package",
        "baselines",
        "--features",
        "statuary/pdf",
    ]))?;
    let home = root.join("target/bench");
    std::fs::create_dir_all(&home)?;
    let mut bench = Bench {
        filter: filter.join(" "),
        is_quick,
        rows: Vec::new(),
        folder: tempfile::Builder::new().prefix("run-").tempdir_in(&home)?,
        home,
        program: root.join("target/dist/statuary"),
        baselines: root.join("target/dist/baselines"),
    };
    let done = measure(&mut bench);
    let table = table::table(&bench.rows);
    println!("{table}");
    done?;
    if bench.filter.is_empty() && !is_quick {
        table::write(
            &root.join("docs/explanation/performance.md"),
            &format!("{}\n\n{table}", describe_machine()?),
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(bench: &mut Bench) -> Result<()> {
    compare::run(bench)?;
    postgres_writes::run(bench)?;
    portfolio::run(bench)?;
    pack::run(bench)?;
    work::run(bench)?;
    tail::run(bench)?;
    work_packages::run(bench)
}

/// The day and the machine of the run.
fn describe_machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processor = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let day = servers::output(Command::new("date").arg("+%Y-%m-%d"), 10)?;
    let model = model.trim_start_matches([' ', '\t', ':']);
    Ok(format!("{}, {cores} cores of {model}, with the generator on the same cores.", day.trim()))
}
