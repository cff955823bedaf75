//! `statuary completions`

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

/// Options of `completions`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Prints the completions.
#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub fn run(args: &Args) -> Result<()> {
    clap_complete::generate(args.shell, &mut super::Cli::command(), "statuary", &mut std::io::stdout());
    Ok(())
}
