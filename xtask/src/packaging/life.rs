//! The life of the Debian package: installed, started, upgraded, removed and purged, in a scratch copy of this machine with
//! processes and a network of its own. The machine itself does not change.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use super::scratch::{Scratch, Service};
use super::tools::output;
use crate::machine;

/// The first argument of this program where it runs in the scratch copy.
pub const INSIDE: &str = "package-inside";

const SETTINGS: &str = "/etc/statuary/statuary.toml";
const STORE: &str = "/var/lib/statuary/statuary.db";
const ENABLED: &str = "/etc/systemd/system/multi-user.target.wants/statuary.service";

/// The most that `systemd-analyze security` may find: 2.0.
const EXPOSURE: &str = "--threshold=20";

/// Runs the test of a package.
pub fn run(package: &Path) -> Result<()> {
    if !machine::is_root()? {
        bail!("the test of the package needs root, for a scratch copy of this machine");
    }
    let mut inside = Command::new("unshare");
    inside.args(["--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child"]);
    // The first process of a namespace has to wait for those whose parents have ended: a shell does.
    inside.args(["sh", "-c", "\"$@\" & wait $!", "sh"]);
    inside.arg(std::env::current_exe()?).arg(INSIDE).arg(package);
    machine::succeed(&mut inside)
}

/// The test, in namespaces of its own.
pub fn run_inside(package: &OsString) -> Result<ExitCode> {
    let scratch = Scratch::new()?;
    let first = scratch.take(Path::new(package))?;

    step("install");
    scratch.dpkg(&["--install", &first])?;
    check_files(&scratch)?;
    check_unit(&scratch)?;

    step("start");
    let service = Service::start(&scratch)?;
    ensure!(service.lines[0] == "listening: http://127.0.0.1:8080", "{:?}", service.lines);
    ensure!(service.lines[1].starts_with("administrator: http://127.0.0.1:8080/"), "{:?}", service.lines);
    as_service(&scratch, &["healthcheck"])?;
    as_service(&scratch, &["user", "add", "--email", "ada@example.com", "--name", "Ada", "--administrator"])?;
    let token = as_service(&scratch, &["token", "add", "--email", "ada@example.com"])?;
    ensure!(me(&scratch, 8080, &token)?.contains("ada@example.com"));
    service.stop()?;

    step("upgrade");
    let settings = scratch.path(SETTINGS);
    let changed = fs::read_to_string(&settings)? + "listen = \"127.0.0.1:8090\"\n";
    fs::write(&settings, &changed)?;
    let second = newer(&scratch, &first)?;
    scratch.dpkg(&["--force-confdef", "--force-confold", "--install", &second])?;
    let version =
        output(&mut scratch.command(["dpkg-query", "--show", "--showformat=${Version}", "statuary"]))?;
    ensure!(version.ends_with(NEWER), "the version is {version}");
    ensure!(fs::read_to_string(&settings)? == changed, "the upgrade changed {SETTINGS}");
    let shipped = fs::read_to_string(scratch.path(&format!("{SETTINGS}.dpkg-dist")))?;
    ensure!(shipped.ends_with(NEW_LINE), "the new settings file is not beside the old one");
    let service = Service::start(&scratch)?;
    ensure!(service.lines == ["listening: http://127.0.0.1:8090"], "{:?}", service.lines);
    ensure!(me(&scratch, 8090, &token)?.contains("ada@example.com"));
    as_service(&scratch, &["verify"])?;
    service.stop()?;

    step("remove");
    scratch.dpkg(&["--remove", "statuary"])?;
    check(&scratch, &[SETTINGS, STORE], &["/usr/bin/statuary", "/usr/share/man/man1/statuary.1.gz"])?;

    step("install again");
    scratch.dpkg(&["--force-confold", "--install", &second])?;
    let service = Service::start(&scratch)?;
    ensure!(service.lines == ["listening: http://127.0.0.1:8090"], "{:?}", service.lines);
    ensure!(me(&scratch, 8090, &token)?.contains("ada@example.com"));
    service.stop()?;

    step("purge");
    scratch.dpkg(&["--purge", "statuary"])?;
    check(&scratch, &[STORE], &["/etc/statuary", "/var/log/statuary", "/usr/bin/statuary", ENABLED])?;
    println!("the package was installed, started, upgraded, removed, installed again and purged");
    Ok(ExitCode::SUCCESS)
}

fn step(name: &str) {
    println!("\n== {name}");
}

fn check_files(scratch: &Scratch) -> Result<()> {
    let doc = |name: &str| format!("/usr/share/doc/statuary/{name}");
    for file in [
        "/usr/bin/statuary",
        SETTINGS,
        "/usr/share/bash-completion/completions/statuary",
        "/usr/share/zsh/vendor-completions/_statuary",
        "/usr/share/fish/vendor_completions.d/statuary.fish",
        "/usr/share/man/man1/statuary.1.gz",
        "/usr/share/man/man1/statuary-user-add.1.gz",
        &doc("copyright"),
        &doc("sbom.cdx.json"),
        &doc("examples/statuary.socket"),
        &doc("examples/haproxy.cfg"),
        &doc("examples/statuary.rules.yml"),
        &doc("examples/statuary.json"),
    ] {
        let metadata =
            fs::metadata(scratch.path(file)).with_context(|| format!("{file} is not installed"))?;
        ensure!(metadata.uid() == 0 && metadata.len() > 0, "{file} is empty, or belongs to a user");
        let may = metadata.permissions().mode() & 0o777;
        let expected = if file == "/usr/bin/statuary" { 0o755 } else { 0o644 };
        ensure!(may == expected, "{file} has the permissions {may:o}");
    }
    ensure!(
        fs::symlink_metadata(scratch.path(ENABLED)).is_ok(),
        "the service does not start with the machine"
    );
    let user: u32 = output(&mut scratch.command(["id", "-u", "statuary"]))?.parse()?;
    let store = fs::metadata(scratch.path("/var/lib/statuary"))?;
    ensure!(
        store.uid() == user && store.permissions().mode() & 0o777 == 0o700,
        "the folder of the store is not private"
    );
    let bash = "source /usr/share/bash-completion/completions/statuary && complete -p statuary";
    machine::succeed(&mut scratch.command(["bash", "-c", bash]))
}

fn check_unit(scratch: &Scratch) -> Result<()> {
    let unit = Service::unit(scratch)?;
    let unit = unit.strip_prefix(scratch.path("/")).context("the unit is in the scratch copy")?;
    let unit = Path::new("/").join(unit);
    let mut verify = scratch.command(["systemd-analyze", "verify", "--man=no"]);
    let said = verify.arg(&unit).output()?;
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    ensure!(!said.contains("statuary"), "{said}");
    let mut security =
        scratch.command(["systemd-analyze", "security", "--offline=true", "--no-pager", EXPOSURE]);
    let rating = output(security.arg(&unit))?;
    println!("{}", rating.lines().last().unwrap_or_default());
    Ok(())
}

/// Runs a command of the program as an administrator does, while the service runs or not.
fn as_service(scratch: &Scratch, arguments: &[&str]) -> Result<String> {
    let mut command = scratch.as_user("statuary", ["/usr/bin/statuary", "--config", SETTINGS]);
    output(command.args(arguments))
}

/// The person of a token, as the service answers.
fn me(scratch: &Scratch, port: u16, token: &str) -> Result<String> {
    let url = format!("http://127.0.0.1:{port}/api/statuary/v1/me");
    let header = format!("Authorization: Bearer {token}");
    output(&mut scratch.command(["curl", "-sS", "--fail-with-body", "-H", &header, &url]))
}

fn check(scratch: &Scratch, there: &[&str], gone: &[&str]) -> Result<()> {
    for file in there {
        ensure!(scratch.path(file).exists(), "{file} is gone");
    }
    for file in gone {
        ensure!(fs::symlink_metadata(scratch.path(file)).is_err(), "{file} is still there");
    }
    Ok(())
}

/// The end of the version of the newer package.
const NEWER: &str = "+newer";
/// The last line of its settings file.
const NEW_LINE: &str = "# A line of the newer version.\n";

/// The package with a higher version and another settings file.
fn newer(scratch: &Scratch, package: &str) -> Result<String> {
    let (folder, newer) = ("/tmp/newer", "/tmp/newer.deb");
    machine::succeed(&mut scratch.command(["dpkg-deb", "--raw-extract", package, folder]))?;
    let control = scratch.path(&format!("{folder}/DEBIAN/control"));
    let lines = fs::read_to_string(&control)?;
    let lines = lines.lines().map(|line| match line.strip_prefix("Version: ") {
        Some(version) => format!("Version: {version}{NEWER}\n"),
        None => format!("{line}\n"),
    });
    fs::write(&control, lines.collect::<String>())?;
    let settings: PathBuf = scratch.path(&format!("{folder}{SETTINGS}"));
    fs::write(&settings, fs::read_to_string(&settings)? + NEW_LINE)?;
    machine::succeed(&mut scratch.command(["dpkg-deb", "-Znone", "--build", folder, newer]))?;
    Ok(newer.into())
}
