//! `statuary completions`

use anyhow::Result;
use clap_complete::Shell;

use super::console::print;

/// Options of `completions`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Prints the completion script.
pub fn run(args: &Args, command: &mut clap::Command) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "statuary", &mut script);
    print(String::from_utf8_lossy(&script).trim_end())
}
