//! Two builds of the last commit, in folders with different names: they must have the same bytes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::build::Build;
use super::options::Options;
use super::tools::{remove, sha256};
use crate::machine;

/// The names of the folders, of different lengths: a path in the binary would move what follows.
const NAMES: [&str; 2] = ["one", "another-folder"];

/// Builds twice and compares.
pub fn run(options: &Options) -> Result<()> {
    let folder = machine::root().join("target/package/twice");
    remove(&folder)?;
    // Commits during the first build do not change the second one.
    let builds = NAMES.map(|name| {
        let sources = folder.join(name);
        std::fs::create_dir_all(&sources)?;
        extract(&sources)?;
        Build::of_folder(options, sources.clone(), sources.join("target"))
    });
    let mut binaries: Vec<PathBuf> = Vec::new();
    for (name, build) in NAMES.into_iter().zip(builds) {
        let (sources, build) = (folder.join(name), build?);
        build.run()?;
        let binary = folder.join(format!("statuary-{name}"));
        std::fs::copy(build.binary(), &binary)?;
        // A build takes gigabytes.
        remove(&sources)?;
        binaries.push(binary);
    }
    let [one, other] = [sha256(&binaries[0])?, sha256(&binaries[1])?];
    if one != other {
        bail!("the builds differ: compare the binaries in {} with diffoscope", folder.display());
    }
    println!("{one}  statuary\nboth builds have the same bytes");
    Ok(())
}

/// Writes the files of the last commit to a folder.
fn extract(folder: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.args(["archive", "--format=tar", "HEAD"]).current_dir(machine::root()).stdout(Stdio::piped());
    let mut git = git.spawn().context("cannot run git")?;
    let archive = git.stdout.take().context("standard output is piped")?;
    machine::succeed(Command::new("tar").arg("--extract").arg("--directory").arg(folder).stdin(archive))?;
    if git.wait()?.success() { Ok(()) } else { bail!("git archive failed") }
}
