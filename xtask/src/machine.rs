//! What has to be on the machine, and how it gets there: packages of Debian, npm and `PyPI`, and nothing else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What was installed last, so that an installation which is up to date is left as it is.
const INSTALLED: &str = "node_modules/.installed-lock.json";

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace").to_owned()
}

/// Those of Debian's packages that the tests need, each with whether it is there.
pub fn for_tests() -> Vec<(&'static str, bool)> {
    vec![
        ("postgresql", crate::postgres::programs().is_some()),
        ("curl", runs("curl", "--version")),
        ("openssl", runs("openssl", "version")),
        ("chromium", Path::new("/usr/bin/chromium").exists()),
        ("valgrind", runs("valgrind", "--version")),
    ]
}

/// Those that the benchmark needs.
pub fn for_bench() -> Vec<(&'static str, bool)> {
    vec![
        ("postgresql", crate::postgres::programs().is_some()),
        ("python3-venv", runs("python3", "--version")),
        ("wrk", Path::new("/usr/bin/wrk").exists()),
    ]
}

/// Installs those of Debian's packages that are missing.
pub fn install_packages(needed: impl Fn() -> Vec<(&'static str, bool)>) -> Result<()> {
    let missing = || -> Vec<&str> {
        needed().into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
    };
    let names = missing();
    if names.is_empty() {
        return Ok(());
    }
    let install = [&["install", "-y", "--no-install-recommends"], names.as_slice()].concat();
    if !is_root()? {
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
    succeed(apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))
}

/// Installs the packages of a folder that has a `package-lock.json`, exactly as it says.
pub fn install_node_packages(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let installed = folder.join(INSTALLED);
    if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
    succeed(&mut npm)?;
    std::fs::write(installed, wanted)?;
    Ok(())
}

/// Installs what each of some pinned lists names into an environment of its own, for the lists contradict each other.
pub fn install_python_packages(folder: &Path, lists: &[&str]) -> Result<()> {
    for name in lists {
        let list = folder.join(format!("python/{name}.txt"));
        let wanted = std::fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
        let environment = folder.join(".venv").join(name);
        let installed = environment.join("installed.txt");
        if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut pip = Command::new(environment.join("bin/python"));
        // The lists are complete; what packages say about each other may be older than this Python.
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
        succeed(&mut pip)?;
        std::fs::write(installed, wanted)?;
    }
    Ok(())
}

/// Whether this process may act as anybody.
pub fn is_root() -> Result<bool> {
    Ok(id(None)? == 0)
}

/// The number of a user; of this process's, without a name.
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

fn runs(program: &str, question: &str) -> bool {
    let probe = Command::new(program).arg(question).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}
