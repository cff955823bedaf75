//! A PostgreSQL server that a test may kill: in a folder of its own, and with durable writes.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::store::{Database, Store};

const INSTALLED: &str = "/usr/lib/postgresql";
/// The variable with the folder of other programs than those of Debian's package.
const PROGRAMS: &str = "STATUARY_POSTGRES_PROGRAMS";
/// The user of PostgreSQL servers.
pub const USER: &str = "postgres";

/// The attempts to start: a server cannot start before the last processes of a killed one have ended.
const STARTS: usize = 100;

pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    is_root: bool,
}

impl Cluster {
    pub fn start() -> Self {
        let is_root = number(&["-u"]) == 0;
        // The path of a socket may have 107 bytes, and the server's user must have access to it.
        let folder = tempfile::Builder::new().prefix("statuary-kill-").tempdir_in("/tmp").expect("a folder");
        if is_root {
            chown(folder.path(), Some(number(&["-u", USER])), None).expect("a folder of the server's user");
        }
        let cluster = Self { folder, programs: programs(), is_root };
        let data = cluster.data();
        let mut initdb = cluster.command("initdb");
        initdb.args(["--username", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--pgdata"]);
        assert!(initdb.arg(data).status().expect("initdb").success());
        cluster.restart();
        cluster
    }

    /// A store in the only database of the server.
    pub fn store(&self) -> Store {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        let server = format!("postgres://{USER}@{folder}");
        Store {
            directory: tempfile::tempdir().expect("a temporary directory"),
            database: Some(Database { server, name: USER.into(), is_ours: false }),
        }
    }

    /// Kills the server with SIGKILL; its child processes get no signal.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("a running server");
        let id = file.lines().next().expect("its id").trim();
        assert!(Command::new("kill").args(["-KILL", id]).status().expect("kill").success());
    }

    /// Stops the server at once, as a crash of one of its processes does.
    pub fn abort(&self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]).arg(self.data());
        assert!(stop.status().expect("pg_ctl").success());
    }

    /// Starts it again.
    pub fn restart(&self) {
        let options = format!(
            "-c listen_addresses= -c lc_messages=C -c unix_socket_directories={}",
            self.folder.path().display()
        );
        for _ in 0..STARTS {
            let mut start = self.command("pg_ctl");
            start.args(["start", "--wait", "--silent", "--options", &options, "--log"]);
            start.arg(self.folder.path().join("log")).arg("--pgdata").arg(self.data());
            if start.status().expect("pg_ctl").success() {
                return;
            }
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("the server does not start:\n{log}");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// PostgreSQL refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={USER}"), format!("--regid={USER}"), "--init-groups".into()]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]).arg(self.data());
        drop(stop.status());
    }
}

/// A number that the program `id` prints.
pub fn number(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().expect("id");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// The programs that a variable names, or those of the newest version that is installed.
fn programs() -> PathBuf {
    if let Some(folder) = std::env::var_os(PROGRAMS) {
        return folder.into();
    }
    let versions = std::fs::read_dir(INSTALLED).expect("the package postgresql").filter_map(|entry| {
        let version: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let programs = Path::new(INSTALLED).join(version.to_string()).join("bin");
        programs.join("initdb").exists().then_some((version, programs))
    });
    versions.max().expect("the package postgresql").1
}
