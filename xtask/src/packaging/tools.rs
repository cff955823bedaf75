//! Small tools of the packaging.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine;

/// The time of the last commit, in seconds: the time of everything in a package.
pub fn commit_time() -> Result<String> {
    if let Ok(time) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(time);
    }
    let mut git = Command::new("git");
    output(git.args(["log", "-1", "--format=%ct"]).current_dir(machine::root()))
}

/// The standard output of a command that has to succeed, without blanks around it.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("cannot run {}", machine::shown(command)))?;
    if !done.status.success() {
        bail!("{} failed: {}", machine::shown(command), String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

/// The SHA-256 of a file, in hex.
pub fn sha256(path: &Path) -> Result<String> {
    let line = output(Command::new("sha256sum").arg("--binary").arg(path))?;
    let sum = line.trim_start_matches('\\').split_whitespace().next();
    sum.map(str::to_owned).context("sha256sum printed nothing")
}

/// Removes a folder, if it exists.
pub fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.with_context(|| format!("cannot remove {}", folder.display())),
    }
}
