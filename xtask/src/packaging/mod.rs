//! `cargo xtask package`: a Debian package, the binary as an archive, the list of its parts, and checksums.

mod build;
mod image;
mod life;
mod lint;
mod options;
mod parts;
mod sbom;
mod scratch;
mod tools;
mod twice;

pub use self::life::{INSIDE, run_inside};

use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use self::build::Build;
use self::options::{Options, Task};
use self::tools::{commit_time, output, remove, sha256};
use crate::cargo::{cargo, command};
use crate::machine;

/// The version of cargo-deb, whose output packages are.
const CARGO_DEB: &str = "3.8.0";

/// Makes packages, and tests them if the arguments ask for it.
pub fn run(arguments: &[OsString]) -> Result<ExitCode> {
    let options = Options::read(arguments)?;
    match options.task {
        Task::Make => make(&options).map(drop)?,
        Task::Test if options.is_static => {
            let build = Build::new(&options)?;
            build.run()?;
            image::run(&build.binary())?;
        }
        Task::Test => life::run(&make(&options)?)?,
        Task::Lint => {
            make(&options)?;
            lint::run(&folder().join("staged/sbom.cdx.json"))?;
        }
        Task::Twice => twice::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of the packages. The assets in `crates/statuary/Cargo.toml` are below it.
fn folder() -> PathBuf {
    machine::root().join("target/package")
}

/// Builds and packs. Returns the Debian package.
fn make(options: &Options) -> Result<PathBuf> {
    let build = Build::new(options)?;
    build.run()?;
    let staged = folder().join("staged");
    remove(&staged)?;
    fs::create_dir_all(&staged)?;
    stage(&build.binary(), &staged)?;
    let version = version()?;
    let sbom = folder().join(format!("statuary-{version}.cdx.json"));
    fs::copy(staged.join("sbom.cdx.json"), &sbom)?;
    let archive = folder().join(format!("statuary-{version}-linux-{}.tar.gz", std::env::consts::ARCH));
    pack(&build.binary(), &staged, &archive)?;
    let package = folder().join(format!("statuary_{version}-1_{}.deb", architecture()?));
    pack_for_debian(&build, &package, &format!("{version}-1"))?;
    let files = [package.clone(), archive, sbom];
    let mut sums = String::new();
    for file in &files {
        let name = file.file_name().context("a file has a name")?.to_string_lossy();
        writeln!(sums, "{}  {name}", sha256(file)?)?;
    }
    fs::write(folder().join("SHA256SUMS"), &sums)?;
    println!("{sums}in {}", folder().display());
    Ok(package)
}

/// Writes what the packages contain beside the binary: the manual, completions, the list of parts, and licences.
fn stage(binary: &Path, staged: &Path) -> Result<()> {
    machine::succeed(Command::new(binary).arg("manual").arg(staged.join("manual")))?;
    for (shell, file) in [("bash", "statuary.bash"), ("zsh", "_statuary"), ("fish", "statuary.fish")] {
        let script = output(Command::new(binary).args(["completions", shell]))?;
        fs::write(staged.join(file), script + "\n")?;
    }
    let parts = parts::all()?;
    let document = sbom::document(&parts, &commit_time()?)?;
    fs::write(staged.join("sbom.cdx.json"), format!("{document:#}\n"))?;
    fs::write(staged.join("third-party-licenses.txt"), sbom::licences(&parts)?)?;
    Ok(())
}

/// Packs the binary with its documents into an archive.
fn pack(binary: &Path, staged: &Path, archive: &Path) -> Result<()> {
    let inside = staged.join("archive/statuary");
    fs::create_dir_all(&inside)?;
    let root = machine::root();
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md", "deploy/statuary.toml"] {
        let name = Path::new(file).file_name().context("a file has a name")?;
        fs::copy(root.join(file), inside.join(name))?;
    }
    for file in ["sbom.cdx.json", "third-party-licenses.txt"] {
        fs::copy(staged.join(file), inside.join(file))?;
    }
    fs::copy(binary, inside.join("statuary"))?;
    for file in fs::read_dir(&inside)? {
        let path = file?.path();
        let mode = if path.ends_with("statuary") { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    let mut tar = Command::new("tar");
    tar.args(["--create", "--use-compress-program=gzip --no-name", "--sort=name", "--owner=0", "--group=0"]);
    tar.args(["--numeric-owner", "--mode=go-w", &format!("--mtime=@{}", commit_time()?)]);
    tar.arg("--file").arg(archive).arg("--directory").arg(staged.join("archive")).arg("statuary");
    machine::succeed(&mut tar)
}

/// Runs cargo-deb, as `crates/statuary/Cargo.toml` describes the package.
fn pack_for_debian(build: &Build, package: &Path, version: &str) -> Result<()> {
    let mut deb = command(cargo_deb()?);
    deb.current_dir(machine::root());
    deb.args(["deb", "--no-build", "--locked", "--package", "statuary", "--profile", build.profile()]);
    deb.args(build.triple().iter().flat_map(|triple| ["--target", triple]));
    // The profile strips the binary already.
    deb.args(["--no-strip", "--deb-version", version]).arg("--output").arg(package);
    if build.profile() == "dev" {
        deb.arg("--fast");
    }
    deb.env("SOURCE_DATE_EPOCH", commit_time()?);
    machine::succeed(&mut deb)
}

/// cargo-deb, which is installed if it is missing.
fn cargo_deb() -> Result<PathBuf> {
    let tools = machine::root().join("target/tools");
    let program = tools.join("bin/cargo-deb");
    let is_there = Command::new(&program).arg("--version").output();
    let is_wanted = |text: &[u8]| String::from_utf8_lossy(text).trim() == format!("cargo-deb {CARGO_DEB}");
    if !is_there.is_ok_and(|done| is_wanted(&done.stdout)) {
        let mut install = cargo();
        install.args(["install", "cargo-deb", "--locked", "--force", "--version", CARGO_DEB, "--root"]);
        machine::succeed(install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}

/// The version of the program.
fn version() -> Result<String> {
    let id = output(cargo().args(["pkgid", "--package", "statuary"]))?;
    let version = id.rsplit(['#', '@']).next().context("cargo pkgid printed nothing")?;
    if !version.starts_with(|first: char| first.is_ascii_digit()) {
        bail!("cargo pkgid has no version: {id}");
    }
    Ok(version.to_owned())
}

/// Debian's name of this machine's processors.
fn architecture() -> Result<String> {
    output(Command::new("dpkg").arg("--print-architecture"))
}
