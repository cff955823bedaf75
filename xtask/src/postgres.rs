//! A PostgreSQL server for tests, on a socket in a temporary folder. It ends with the process that started it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::machine;

/// The variable that passes the URL of the server to the tests, without a database.
pub const VARIABLE: &str = "STATUARY_TEST_POSTGRES";

/// The variable with the folder of other programs than those of Debian's package.
pub const PROGRAMS: &str = "STATUARY_POSTGRES_PROGRAMS";

const INSTALLED: &str = "/usr/lib/postgresql";
/// Where the server's folder may be: short, because the path of a socket may have 107 bytes, and accessible to the server's user,
/// unlike a home folder. The first one is in memory, where the files of a database are made in a tenth of the time.
const FOLDERS: [&str; 2] = ["/dev/shm", "/tmp"];
/// The free space that the databases of the tests need, in MiB.
const SPACE: u64 = 2048;
/// The user of the server and of its administrator, as Debian's package creates it.
pub const USER: &str = "postgres";

/// Starts the server, prints `started`, and removes the server when its standard input ends: however this program ends,
/// by a panic, Ctrl-C or a kill, nothing is left.
const KEEPER: &str = r#"
folder=$1 log=$1/log options=$2; shift 2
"$@" --pgdata="$folder/data" --log="$log" --options="$options" --wait --silent start </dev/null >&2 || {
    cat "$log" >&2
    exit 1
}
echo started
cat >/dev/null
"$@" --pgdata="$folder/data" --mode=immediate --silent stop
rm -rf "$folder"
"#;

const OPTIONS: &str = "-c max_connections=200 -c listen_addresses= -c lc_messages=C";
/// The rows of a test need not survive a crash.
const WITHOUT_DURABILITY: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";
/// As for a small server, so that checkpoints are as rare as there.
const WITH_DURABILITY: &str = "-c shared_buffers=512MB -c max_wal_size=4GB";
/// A folder on a disk.
const ON_DISK: &str = "/var/tmp";

/// A running server.
pub struct Server {
    keeper: Child,
    folder: TempDir,
}

impl Server {
    /// Creates a cluster and starts its server, whose databases do not survive a crash.
    pub fn start() -> Result<Self> {
        Self::start_in(folder(), WITHOUT_DURABILITY)
    }

    /// Creates a cluster on a disk and starts its server, which writes what it commits.
    pub fn start_durable() -> Result<Self> {
        Self::start_in(ON_DISK, WITH_DURABILITY)
    }

    fn start_in(parent: &str, durability: &str) -> Result<Self> {
        let programs = programs().context("the package postgresql is not installed")?;
        let folder = tempfile::Builder::new().prefix("statuary-postgres-").tempdir_in(parent)?;
        if machine::is_root()? {
            std::os::unix::fs::chown(folder.path(), Some(machine::id(Some(USER))?), None)?;
        }

        let mut initdb = as_server_user(&programs.join("initdb"))?;
        initdb
            .arg("--pgdata")
            .arg(folder.path().join("data"))
            .args(["--username", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .current_dir(folder.path());
        let output = initdb.output().context("cannot run initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }

        let control = as_server_user(&programs.join("pg_ctl"))?;
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(folder.path())
            .arg(format!("{OPTIONS} {durability} -c unix_socket_directories={}", folder.path().display()))
            .arg(control.get_program())
            .args(control.get_args())
            .current_dir(folder.path())
            // Ctrl-C ends the tests; the server runs until they have ended.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut server = Self { keeper: keeper.spawn().context("cannot run sh")?, folder };
        let line = server.keeper.stdout.take().and_then(|out| BufReader::new(out).lines().next());
        match line {
            Some(Ok(line)) if line == "started" => Ok(server),
            _ => bail!("PostgreSQL did not start"),
        }
    }

    /// Its URL, without a database.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@{}", self.folder.path().display().to_string().replace('/', "%2F"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("xtask: cannot wait for PostgreSQL: {error}");
        }
    }
}

/// Does what autovacuum would otherwise do during a measurement.
pub fn analyze(url: &str) -> Result<()> {
    let psql = programs().context("the package postgresql is not installed")?.join("psql");
    let mut vacuum = Command::new(psql);
    machine::succeed(vacuum.args([url, "--quiet", "--command", "vacuum analyze"]).stdin(Stdio::null()))
}

/// The first of [`FOLDERS`] with enough space, or the last one.
fn folder() -> &'static str {
    let space = |folder: &str| {
        let output = Command::new("df").args(["--output=avail", "--block-size=1M", folder]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.lines().last()?.trim().parse::<u64>().ok()
    };
    let [first, last] = FOLDERS;
    if space(first).is_some_and(|free| free >= SPACE) { first } else { last }
}

/// The folder that [`PROGRAMS`] names, or that with the programs of the newest version, if any is installed.
pub fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(PROGRAMS) {
        return Some(folder.into());
    }
    let versions = std::fs::read_dir(INSTALLED).ok()?.filter_map(|entry| {
        let version: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let programs = Path::new(INSTALLED).join(version.to_string()).join("bin");
        programs.join("initdb").exists().then_some((version, programs))
    });
    versions.max().map(|(_, programs)| programs)
}

/// A command of the server's user: PostgreSQL refuses to run as root.
pub fn as_server_user(program: &Path) -> Result<Command> {
    if !machine::is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={USER}"), format!("--regid={USER}"), "--init-groups".into()]).arg(program);
    Ok(command)
}
