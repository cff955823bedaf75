//! `cargo xtask test`: all checks and tests, one step after the other.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::instructions::{self, Build};
use crate::tally::Tally;
use crate::{dependencies, house, machine, packages, postgres};

/// Runs all steps; with a filter, only the tests whose names contain it.
pub fn run(filter: Option<&OsStr>) -> Result<ExitCode> {
    let root = machine::root();
    step("house");
    house::check()?;
    step("dependencies");
    dependencies::check()?;
    step("Debian's packages");
    packages::install(packages::for_tests)?;
    step("npm's packages");
    for folder in ["tests/clients", "tests/browser"] {
        packages::install_from_npm(&root.join(folder))?;
    }
    step("PyPI's packages");
    let lists = [
        "aiosmtpd",
        "authlib",
        "openproject",
        "openproject-ce-mcp",
        "openproject-cli",
        "schemathesis",
        "scim2-tester",
        "tap-mavenlink",
        "tap-openproject",
    ];
    packages::install_from_pypi(&root.join("tests/clients"), &lists)?;
    for arguments in [
        &["fmt", "--all", "--check"][..],
        &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"],
    ] {
        let mut cargo = cargo();
        cargo.args(arguments);
        step(&machine::shown(&cargo));
        machine::succeed(&mut cargo)?;
    }

    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).args(filter);
    step(&machine::shown(&tests));
    let server = postgres::Server::start()?;
    let mut tally = Tally::default();
    // Some tests wait for other programs or for a time to pass, and leave a core idle.
    let threads = std::thread::available_parallelism()?.get() + 1;
    tests.env(postgres::VARIABLE, server.url()).env("RUST_TEST_THREADS", threads.to_string());
    let passed = counted(&mut tests, &mut tally);
    drop(server);
    let passed = passed.and_then(|()| if filter.is_some() { Ok(()) } else { tally.check() });
    if let Err(error) = &passed {
        eprintln!("xtask: {error:#}");
    }
    let passed = passed.is_ok();
    let quick = passed && (filter.is_some() || are_quick());
    println!("\n{tally}");
    Ok(if quick { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the hot paths take no more instructions than are kept, in the build of the tests.
fn are_quick() -> bool {
    step("instructions of the hot paths");
    instructions::run(Build::Unoptimised, false).inspect_err(|error| eprintln!("xtask: {error:#}")).is_ok()
}

/// Says which step begins, and after how many seconds.
fn step(name: &str) {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    eprintln!("\n== {name} (after {} s)", START.elapsed().as_secs());
}

/// Runs the tests, prints their output and counts the results.
fn counted(tests: &mut Command, tally: &mut Tally) -> Result<()> {
    let mut running = tests.stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let output = running.stdout.take().context("cargo has no output")?;
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        tally.read(text.trim_end());
        line.clear();
    }
    let status = running.wait()?;
    if status.success() { Ok(()) } else { bail!("{} failed: {status}", machine::shown(tests)) }
}
