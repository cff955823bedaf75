//! The machine: the repository's folder, its users, and commands that must succeed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace").to_owned()
}

/// Whether this process runs as root.
pub fn is_root() -> Result<bool> {
    Ok(id(None)? == 0)
}

/// The id of a user; without a name, of the user of this process.
pub fn id(user: Option<&str>) -> Result<u32> {
    let output = Command::new("id").arg("-u").args(user).output().context("cannot run id")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().with_context(|| format!("there is no user {}", user.unwrap_or_default()))
}

/// Runs a command that has to succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", shown(command)))?;
    if status.success() { Ok(()) } else { bail!("{} failed: {status}", shown(command)) }
}

/// A command as it is typed.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
