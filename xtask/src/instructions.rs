//! How many instructions the hot paths take, against the figures that are kept: times are noisy, instructions are not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::machine;

/// The paths that `paths` walks.
const PATHS: [&str; 8] = ["statuses", "unchanged", "report", "list", "includes", "deep", "post", "move"];
/// Of two runs the difference counts, so that starting counts for nothing.
const TURNS: [u64; 2] = [40, 140];
/// As many more turns where each takes little.
const OF_LITTLE: u64 = 30;
/// How far a figure may be from the one that is kept, in percent.
const TOLERANCE: u64 = 5;
/// The figures that are kept.
const KEPT: &str = "xtask/instructions.txt";

/// Counts, and compares; `write` keeps what was counted instead.
pub fn run(write: bool) -> Result<()> {
    let root = machine::root();
    machine::succeed(cargo().args(["build", "--release", "--package", "floors", "--bin", "paths"]))?;
    let program = root.join("target/release/paths");
    let folder = root.join("target/instructions");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder)?;
    let store = folder.join("store");
    std::fs::create_dir(&store)?;
    machine::succeed(Command::new(&program).arg("prepare").arg(&store))?;
    let counted = counted(&program, &folder)?;
    if write {
        let lines: String = counted.iter().fold(String::new(), |mut lines, (name, count)| {
            let _ = writeln!(lines, "{name} {count}");
            lines
        });
        std::fs::write(root.join(KEPT), lines)?;
        return Ok(());
    }
    compare(&counted, &kept(&root.join(KEPT))?)
}

/// The instructions of a turn of each path, two paths at a time.
fn counted(program: &Path, folder: &Path) -> Result<Vec<(&'static str, u64)>> {
    let mut counted = Vec::new();
    for pair in PATHS.chunks(2) {
        let both: Vec<Result<u64>> = thread::scope(|scope| {
            let running: Vec<_> =
                pair.iter().map(|name| scope.spawn(move || of_a_turn(program, folder, name))).collect();
            running.into_iter().map(|one| one.join().expect("counting does not panic")).collect()
        });
        for (name, count) in pair.iter().zip(both) {
            counted.push((*name, count?));
        }
    }
    Ok(counted)
}

fn of_a_turn(program: &Path, folder: &Path, name: &str) -> Result<u64> {
    let times = if ["statuses", "unchanged"].contains(&name) { OF_LITTLE } else { 1 };
    let [few, many] = TURNS.map(|turns| turns * times);
    Ok((walk(program, folder, name, many)? - walk(program, folder, name, few)?) / (many - few))
}

/// All instructions of a run, on a copy of the store.
fn walk(program: &Path, folder: &Path, name: &str, turns: u64) -> Result<u64> {
    let store: PathBuf = folder.join(name);
    drop(std::fs::remove_dir_all(&store));
    std::fs::create_dir(&store)?;
    for file in std::fs::read_dir(folder.join("store"))? {
        let file = file?;
        std::fs::copy(file.path(), store.join(file.file_name()))?;
    }
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(program).arg(name).arg(&store).arg(turns.to_string());
    let output = valgrind.stdin(Stdio::null()).output().context("cannot run valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => bail!("{name}: {said}"),
    }
}

fn kept(file: &Path) -> Result<Vec<(String, u64)>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let line = |line: &str| -> Option<(String, u64)> {
        let (name, count) = line.split_once(' ')?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Fails where a path takes more than it did; one that takes less is told, so that the gain is kept.
fn compare(counted: &[(&str, u64)], kept: &[(String, u64)]) -> Result<()> {
    let mut slower = Vec::new();
    for (name, count) in counted {
        let before = kept.iter().find(|(kept, _)| kept == name).map(|(_, count)| *count);
        let before = before.with_context(|| format!("no figure is kept of {name}"))?;
        let percent = (i128::from(*count) - i128::from(before)) * 100 / i128::from(before.max(1));
        println!("{name:<10} {count:>9} instructions a turn, {before:>9} kept, {percent:+} %");
        if count * 100 > before * (100 + TOLERANCE) {
            slower.push(*name);
        } else if count * 100 < before * (100 - TOLERANCE) {
            println!("{name} is quicker: keep that with `cargo xtask instructions --write`");
        }
    }
    if slower.is_empty() {
        return Ok(());
    }
    bail!(
        "{} take over {TOLERANCE} % more instructions than kept; if that is meant: cargo xtask instructions --write",
        slower.join(", ")
    )
}
