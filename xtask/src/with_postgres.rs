//! `cargo xtask postgres`: a command with a PostgreSQL server of its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cargo::command;
use crate::{packages, postgres};

/// Runs a command; its exit code is the result.
pub fn run(program: &OsString, arguments: &[OsString]) -> Result<ExitCode> {
    packages::install(packages::for_tests)?;
    let server = postgres::Server::start()?;
    let mut command = command(program);
    command.args(arguments).env(postgres::VARIABLE, server.url());
    let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
