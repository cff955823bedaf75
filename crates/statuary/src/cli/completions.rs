//! `statuary completions`

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use super::print;

/// Options of `completions`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Prints the completions.
pub fn run(args: &Args) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "statuary", &mut script);
    print(String::from_utf8_lossy(&script).trim_end())
}
