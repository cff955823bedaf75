//! Counts the instructions of the hot paths and compares them with the figures that are kept: times are noisy,
//! instructions are not.
//!
//! The optimised build is for work on performance. The unoptimised one is what `cargo xtask test` counts: its
//! dependencies are compiled for the tests already, so that only `paths` is left to link.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, target};
use crate::machine;

/// The paths that the program `paths` can run.
const PATHS: [&str; 8] = ["statuses", "unchanged", "report", "list", "includes", "deep", "post", "move"];
/// The factor of turns for the paths that take few instructions.
const MORE_TURNS: u64 = 30;
/// The tolerated difference from the kept figure, in percent.
const TOLERANCE: u64 = 5;
/// The figures that are kept: a line for each path, with its name and its instructions a turn in each [`Build`].
const KEPT: &str = "xtask/instructions.txt";

/// The build whose instructions are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    Optimised,
    Unoptimised,
}

/// A line of [`KEPT`]: the figures in the order of [`Build`].
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    name: String,
    figures: [u64; 2],
}

impl Build {
    /// The turns of two runs. The difference of their counts leaves out the start.
    const fn turns(self) -> [u64; 2] {
        match self {
            Self::Optimised => [40, 140],
            Self::Unoptimised => [5, 25],
        }
    }

    /// Builds `paths`.
    fn program(self) -> Result<PathBuf> {
        let mut cargo = cargo();
        cargo.arg("build");
        let profile = match self {
            Self::Optimised => {
                cargo.args(["--profile", "dist", "--package", "baselines", "--bin", "paths"]);
                "dist"
            }
            // With the tests, because dependencies have other features, and would be compiled again, without them.
            Self::Unoptimised => {
                cargo.args(["--workspace", "--tests", "--bin", "paths"]);
                "debug"
            }
        };
        machine::succeed(&mut cargo)?;
        Ok(target().join(profile).join("paths"))
    }

    /// The command that keeps the figures of this build.
    const fn write_command(self) -> &'static str {
        match self {
            Self::Optimised => "cargo xtask instructions --write",
            Self::Unoptimised => "cargo xtask instructions --unoptimised --write",
        }
    }
}

/// Counts and compares with the figures that are kept; with `write`, keeps what was counted instead.
pub fn run(build: Build, write: bool) -> Result<()> {
    let root = machine::root();
    let program = build.program()?;
    let folder = target().join("instructions");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder)?;
    let store = folder.join("store");
    std::fs::create_dir(&store)?;
    machine::succeed(Command::new(&program).arg("prepare").arg(&store))?;
    let counted = count(build, &program, &folder)?;
    let kept = kept(&root.join(KEPT))?;
    if write {
        std::fs::write(root.join(KEPT), with(&kept, build, &counted))?;
        return Ok(());
    }
    compare(build, &counted, &kept)
}

/// The text of [`KEPT`] with the column of one build as it was counted.
fn with(kept: &[Kept], build: Build, counted: &[(&str, u64)]) -> String {
    counted.iter().fold(String::new(), |mut lines, (name, count)| {
        let before = kept.iter().find(|kept| kept.name == *name);
        let mut figures = before.map_or([0, 0], |kept| kept.figures);
        figures[build as usize] = *count;
        let _ = writeln!(lines, "{name} {} {}", figures[0], figures[1]);
        lines
    })
}

/// The instructions of a turn of each path, two paths at a time.
fn count(build: Build, program: &Path, folder: &Path) -> Result<Vec<(&'static str, u64)>> {
    let mut counted = Vec::new();
    for pair in PATHS.chunks(2) {
        let both: Vec<Result<u64>> = thread::scope(|scope| {
            let running: Vec<_> = pair
                .iter()
                .map(|name| scope.spawn(move || of_a_turn(build, program, folder, name)))
                .collect();
            running.into_iter().map(|one| one.join().expect("counting does not panic")).collect()
        });
        for (name, count) in pair.iter().zip(both) {
            counted.push((*name, count?));
        }
    }
    Ok(counted)
}

fn of_a_turn(build: Build, program: &Path, folder: &Path, name: &str) -> Result<u64> {
    let times = if ["statuses", "unchanged"].contains(&name) { MORE_TURNS } else { 1 };
    let [few, many] = build.turns().map(|turns| turns * times);
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
    let messages = String::from_utf8_lossy(&output.stderr);
    let count = messages.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => bail!("{name}: {messages}"),
    }
}

fn kept(file: &Path) -> Result<Vec<Kept>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, optimised, unoptimised] = words[..] else { bail!("{}: {line}", file.display()) };
        Ok(Kept { name: name.to_owned(), figures: [optimised.parse()?, unoptimised.parse()?] })
    };
    text.lines().map(line).collect()
}

/// Fails if a path takes more instructions than the kept figure. Names the paths that take fewer, so that their figures are
/// updated.
fn compare(build: Build, counted: &[(&str, u64)], kept: &[Kept]) -> Result<()> {
    let mut slower = Vec::new();
    for (name, count) in counted {
        let before = kept.iter().find(|kept| kept.name == *name).map(|kept| kept.figures[build as usize]);
        let before = before.with_context(|| format!("no figure is kept of {name}"))?;
        let percent = (i128::from(*count) - i128::from(before)) * 100 / i128::from(before.max(1));
        println!("{name:<10} {count:>9} instructions a turn, {before:>9} kept, {percent:+} %");
        if count * 100 > before * (100 + TOLERANCE) {
            slower.push(*name);
        } else if count * 100 < before * (100 - TOLERANCE) {
            println!("{name} takes fewer instructions: update the figure with `{}`", build.write_command());
        }
    }
    if slower.is_empty() {
        return Ok(());
    }
    bail!(
        "{} take over {TOLERANCE} % more instructions than kept; if that is intended: {}",
        slower.join(", "),
        build.write_command()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_keeps_the_column_of_the_other_build() {
        let kept = vec![Kept { name: "list".into(), figures: [10, 20] }];
        let counted = [("list", 30), ("report", 40)];
        assert_eq!(with(&kept, Build::Unoptimised, &counted), "list 10 30\nreport 0 40\n");
        assert_eq!(with(&kept, Build::Optimised, &counted), "list 30 20\nreport 40 0\n");
    }

    #[test]
    fn more_instructions_than_the_tolerance_fail_by_the_column_of_the_build() {
        let kept = vec![Kept { name: "list".into(), figures: [100, 1000] }];
        assert!(compare(Build::Optimised, &[("list", 105)], &kept).is_ok());
        assert!(compare(Build::Optimised, &[("list", 106)], &kept).is_err());
        assert!(compare(Build::Unoptimised, &[("list", 1050)], &kept).is_ok());
        assert!(compare(Build::Unoptimised, &[("list", 1051)], &kept).is_err());
    }
}
