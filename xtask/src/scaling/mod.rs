//! `cargo xtask scaling`: what many accounts need, from a small store that is measured and a simulation of their sizes.
//! `docs/explanation/scaling.md` has the results.

mod sizes;
mod spread;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::cargo::{cargo, target};
use crate::machine::succeed;

/// The accounts and reports that are asked about.
const ACCOUNTS: u64 = 10_000;
const REPORTS: u64 = 100_000_000;

/// Measures with the `release` build, or with another program.
pub fn run(options: &[OsString]) -> Result<ExitCode> {
    let program = match options {
        [] => {
            succeed(cargo().args(["build", "--release", "--package", "statuary"]))?;
            target().join("release/statuary")
        }
        [name, program] if name == "--program" => PathBuf::from(program),
        _ => bail!("the options are: --program FILE"),
    };
    sizes::print(&program, REPORTS)?;
    spread::print(ACCOUNTS, REPORTS);
    Ok(ExitCode::SUCCESS)
}
