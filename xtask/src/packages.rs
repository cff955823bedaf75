//! Installs packages from Debian, npm and `PyPI`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{machine, postgres};

/// A copy of the lock file of the last installation, which is skipped if nothing changed.
const INSTALLED: &str = "node_modules/.installed-lock.json";

/// Debian packages that the tests need, each with whether it is installed.
pub fn for_tests() -> Vec<(&'static str, bool)> {
    vec![
        ("postgresql", postgres::programs().is_some()),
        ("pgbouncer", Path::new("/usr/sbin/pgbouncer").exists()),
        ("prometheus", runs("promtool", "--version")),
        ("curl", runs("curl", "--version")),
        ("openssl", runs("openssl", "version")),
        ("age", runs("age", "--version")),
        ("chromium-headless-shell", Path::new("/usr/bin/chromium-headless-shell").exists()),
        ("valgrind", runs("valgrind", "--version")),
    ]
}

/// Debian packages that the benchmark needs.
pub fn for_bench() -> Vec<(&'static str, bool)> {
    vec![
        ("postgresql", postgres::programs().is_some()),
        ("python3-venv", runs("python3", "--version")),
        ("wrk", Path::new("/usr/bin/wrk").exists()),
    ]
}

/// Installs the Debian packages that are missing.
pub fn install(needed: impl Fn() -> Vec<(&'static str, bool)>) -> Result<()> {
    let missing = || -> Vec<&str> {
        needed().into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
    };
    let names = missing();
    if names.is_empty() {
        return Ok(());
    }
    let install = [&["install", "-y", "--no-install-recommends"], names.as_slice()].concat();
    if !machine::is_root()? {
        bail!("{} is missing; run as root: apt-get update && apt-get {}", names.join(" "), install.join(" "));
    }
    apt(&["update"])?;
    apt(&install)?;
    let names = missing();
    if names.is_empty() { Ok(()) } else { bail!("{} was installed and is not found", names.join(" ")) }
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments);
    machine::succeed(apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

/// Installs the npm packages of a folder, as its `package-lock.json` pins them.
pub fn install_from_npm(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let installed = folder.join(INSTALLED);
    if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
    machine::succeed(&mut npm)?;
    std::fs::write(installed, wanted)?;
    Ok(())
}

/// Installs each pinned list of `PyPI` packages into a virtual environment of its own, because the lists conflict.
pub fn install_from_pypi(folder: &Path, lists: &[&str]) -> Result<()> {
    for name in lists {
        let list = folder.join(format!("python/{name}.txt"));
        let wanted = std::fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
        let environment = folder.join(".venv").join(name);
        let installed = environment.join("installed.txt");
        if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        machine::succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut pip = Command::new(environment.join("bin/python"));
        // The lists are complete, and the requirements in the packages may predate this Python version.
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--requirement",
        ])
        .arg(&list);
        machine::succeed(&mut pip)?;
        std::fs::write(installed, wanted)?;
    }
    Ok(())
}

fn runs(program: &str, question: &str) -> bool {
    let probe = Command::new(program).arg(question).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}
