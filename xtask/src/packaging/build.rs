//! Builds the binary, so that another folder, user or day gives the same bytes.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::options::Options;
use super::tools::{commit_time, output};
use crate::cargo::{command, target};
use crate::machine;

/// A build of the binary in a folder with the sources.
#[derive(Debug)]
pub struct Build {
    sources: PathBuf,
    /// The target directory of cargo.
    target: PathBuf,
    profile: String,
    is_static: bool,
    /// The triple of this machine, with which compiler flags do not apply to build scripts and macros.
    triple: String,
    /// The time of the last commit when the build was prepared: the time of everything in it.
    time: String,
}

impl Build {
    /// A build of this repository.
    pub fn new(options: &Options) -> Result<Self> {
        Self::of_folder(options, machine::root(), target())
    }

    /// A build of the sources in another folder.
    pub fn of_folder(options: &Options, sources: PathBuf, target: PathBuf) -> Result<Self> {
        let (triple, time) = (triple()?, commit_time()?);
        let Options { profile, is_static, .. } = options.clone();
        Ok(Self { sources, target, profile, is_static, triple, time })
    }

    /// The name of the profile.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The triple that cargo gets, unless the build is that of the tests.
    pub fn triple(&self) -> Option<&str> {
        (!self.is_of_tests()).then_some(&self.triple)
    }

    /// The binary of the build of the tests serves for tests of the package, without a build of its own; it contains paths of
    /// this machine.
    fn is_of_tests(&self) -> bool {
        self.profile == "dev" && !self.is_static && self.sources == machine::root()
    }

    /// The binary.
    pub fn binary(&self) -> PathBuf {
        let folder = if self.profile == "dev" { "debug" } else { &self.profile };
        let target = match self.triple() {
            Some(triple) => self.target.join(triple),
            None => self.target.clone(),
        };
        target.join(folder).join("statuary")
    }

    /// Builds the binary.
    pub fn run(&self) -> Result<()> {
        let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.sources).env("CARGO_TARGET_DIR", &self.target);
        cargo.args([
            "build",
            "--locked",
            "--package",
            "statuary",
            "--bin",
            "statuary",
            // The steering pack as PDF.
            "--features",
            "pdf",
            "--profile",
            &self.profile,
        ]);
        if let Some(triple) = self.triple() {
            cargo.args(["--target", triple]);
            let prefixes = self.prefixes()?;
            cargo.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(&prefixes, self.is_static));
            cargo.env("CFLAGS", c_flags(&prefixes)).env("CARGO_INCREMENTAL", "0");
            cargo.env("SOURCE_DATE_EPOCH", &self.time);
        }
        machine::succeed(&mut cargo)?;
        if self.triple().is_some() { self.check_paths() } else { Ok(()) }
    }

    /// The folders that differ between machines, each with the name that the binary has for it. The last match counts.
    fn prefixes(&self) -> Result<Vec<(PathBuf, &'static str)>> {
        let home = || std::env::home_dir().context("there is no home folder");
        let cargo = match std::env::var_os("CARGO_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => home()?.join(".cargo"),
        };
        Ok(vec![(self.sources.clone(), "/statuary"), (self.target.clone(), "/target"), (cargo, "/cargo")])
    }

    /// Fails if the binary contains a folder of this machine.
    fn check_paths(&self) -> Result<()> {
        let path = self.binary();
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (folder, _) in self.prefixes()? {
            let name = folder.as_os_str().as_encoded_bytes();
            if bytes.windows(name.len()).any(|window| window == name) {
                bail!("the binary contains the path {}", folder.display());
            }
        }
        Ok(())
    }
}

/// The flags of rustc, as `CARGO_ENCODED_RUSTFLAGS` has them.
fn rust_flags(prefixes: &[(PathBuf, &str)], is_static: bool) -> OsString {
    let mut flags: Vec<OsString> = Vec::new();
    for (folder, name) in prefixes {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push(format!("={name}"));
        flags.push(flag);
    }
    if is_static {
        flags.push("-Ctarget-feature=+crt-static".into());
    }
    flags.join(std::ffi::OsStr::new("\u{1f}"))
}

/// The flags of the C compiler, for SQLite and the other C sources of crates.
fn c_flags(prefixes: &[(PathBuf, &str)]) -> String {
    let flag = |(folder, name): &(PathBuf, &str)| format!("-ffile-prefix-map={}={name}", folder.display());
    prefixes.iter().map(flag).collect::<Vec<_>>().join(" ")
}

fn triple() -> Result<String> {
    let text = output(Command::new("rustc").args(["--version", "--verbose"]))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not name its host")
}
