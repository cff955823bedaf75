//! `statuary manual`, which packages use.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// Options of `manual`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder, which is created if it does not exist.
    folder: PathBuf,
}

/// Writes one page per command, such as `statuary-user-add.1`.
pub fn run(args: &Args, command: clap::Command) -> Result<()> {
    let folder = &args.folder;
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.with_context(|| format!("cannot write the manual to {}", folder.display()))
}
