//! A scratch copy of this machine: its files, with changes that are kept in memory and gone afterwards. It needs namespaces of its
//! own for mounts, the network and processes.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::machine;

/// The time after which a service that has not started counts as failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// The scratch copy.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Mounts it, and starts the loopback interface.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("statuary-package-").tempdir()?;
        let at = |name: &str| folder.path().join(name);
        machine::succeed(Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(folder.path()))?;
        for name in ["changes", "work", "root"] {
            fs::create_dir(at(name))?;
        }
        let layers =
            format!("lowerdir=/,upperdir={},workdir={}", at("changes").display(), at("work").display());
        machine::succeed(
            Command::new("mount").args(["-t", "overlay", "overlay", "-o", &layers]).arg(at("root")),
        )?;
        machine::succeed(Command::new("mount").args(["-t", "proc", "proc"]).arg(at("root/proc")))?;
        machine::succeed(Command::new("mount").args(["--rbind", "/dev"]).arg(at("root/dev")))?;
        machine::succeed(Command::new("ip").args(["link", "set", "lo", "up"]))?;
        Ok(Self { folder })
    }

    /// Where a file of the scratch copy is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("root").join(path.trim_start_matches('/'))
    }

    /// Copies a file of the machine into it. Returns its path there.
    pub fn take(&self, file: &Path) -> Result<String> {
        let name = file.file_name().context("a file has a name")?.to_string_lossy();
        let inside = format!("/tmp/{name}");
        fs::copy(file, self.path(&inside)).with_context(|| format!("cannot copy {}", file.display()))?;
        Ok(inside)
    }

    /// A command of root in it.
    pub fn command<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("chroot");
        command.arg(self.folder.path().join("root")).args(words);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8");
        command
    }

    /// A command of a user in it.
    pub fn as_user<S: AsRef<OsStr>>(&self, user: &str, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command([
            "setpriv",
            &format!("--reuid={user}"),
            &format!("--regid={user}"),
            "--init-groups",
            "--inh-caps=-all",
            "--no-new-privs",
        ]);
        command.args(words);
        command
    }

    /// Runs dpkg without questions.
    pub fn dpkg(&self, arguments: &[&str]) -> Result<()> {
        let mut dpkg = self.command(["dpkg"]);
        dpkg.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        machine::succeed(&mut dpkg)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The mounts end with the namespace; the folder can be removed when they are gone.
        drop(Command::new("umount").args(["--recursive", "--lazy"]).arg(self.folder.path()).status());
    }
}

/// The service, as its unit describes it.
pub struct Service {
    child: Child,
    /// Where it notifies of its states.
    socket: UnixDatagram,
    /// What it wrote to standard output until it was ready.
    pub lines: Vec<String>,
}

impl Service {
    /// The unit file in the scratch copy.
    pub fn unit(scratch: &Scratch) -> Result<PathBuf> {
        let folders = ["/usr/lib/systemd/system", "/lib/systemd/system"];
        let mut files = folders.map(|folder| scratch.path(folder).join("statuary.service")).into_iter();
        files.find(|file| file.exists()).context("the package has no unit")
    }

    /// Starts the command of the unit as its user, and waits until it notifies that it is ready.
    pub fn start(scratch: &Scratch) -> Result<Self> {
        let unit = fs::read_to_string(Self::unit(scratch)?)?;
        let setting = |name: &str| {
            let line = unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.with_context(|| format!("the unit has no {name}="))
        };
        ensure!(setting("Type")? == "notify", "the service does not notify");
        let (notify, name) = (scratch.path("/run/notify"), "/run/notify");
        drop(fs::remove_file(&notify));
        let socket = UnixDatagram::bind(&notify)?;
        fs::set_permissions(&notify, fs::Permissions::from_mode(0o666))?;
        socket.set_read_timeout(Some(PATIENCE))?;

        let mut command = scratch.as_user(setting("User")?, setting("ExecStart")?.split_whitespace());
        let printed = scratch.path("/run/printed");
        let out = fs::File::create(&printed)?;
        command.env("NOTIFY_SOCKET", name).stdin(Stdio::null()).stdout(out);
        let mut child = command.spawn().context("cannot run chroot")?;
        if !notifies(&socket, "READY=1") {
            child.kill()?;
            bail!("the service did not notify that it is ready");
        }
        let lines = fs::read_to_string(printed)?.lines().map(str::to_owned).collect();
        Ok(Self { child, socket, lines })
    }

    /// Stops it as systemd does, and waits for its end.
    pub fn stop(mut self) -> Result<()> {
        machine::succeed(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        ensure!(notifies(&self.socket, "STOPPING=1"), "the service did not notify that it stops");
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("the service ended with {status}") }
    }
}

/// Waits until a service notifies of a state.
fn notifies(socket: &UnixDatagram, state: &str) -> bool {
    let mut buffer = [0; 4096];
    while let Ok(length) = socket.recv(&mut buffer) {
        if String::from_utf8_lossy(&buffer[..length]).lines().any(|line| line == state) {
            return true;
        }
    }
    false
}
