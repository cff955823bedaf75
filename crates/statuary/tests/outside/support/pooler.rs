//! pgbouncer in transaction mode: each transaction gets one of a few connections to the database.

use std::os::unix::fs::chown;
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use super::cluster::{USER, number};
use super::process::{PATIENCE, Process};
use super::store::Database;

const PROGRAM: &str = "/usr/sbin/pgbouncer";
/// Fewer connections to the database than clients have to the pooler, so that transactions of different clients take turns on each.
const CONNECTIONS: usize = 3;

/// A pooler that runs until this is dropped.
pub struct Pooler {
    _process: Process,
    folder: TempDir,
    name: String,
}

impl Pooler {
    /// Starts a pooler before a database.
    pub fn before(database: &Database) -> Self {
        // The path of a socket may have 107 bytes.
        let folder = tempfile::Builder::new().prefix("statuary-pool-").tempdir_in("/tmp").expect("a folder");
        let server = database.server.rsplit('@').next().expect("a folder").replace("%2F", "/");
        let (here, name) = (folder.path().display(), database.name.clone());
        let settings = format!(
            "[databases]\n{name} = host={server} user={USER}\n\
             [pgbouncer]\nlisten_addr =\nunix_socket_dir = {here}\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = {CONNECTIONS}\nmax_client_conn = 200\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).expect("a file");
        // It refuses to run as root.
        let mut command = if number(&["-u"]) == 0 {
            chown(folder.path(), Some(number(&["-u", USER])), None).expect("a folder of the server's user");
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--init-groups", PROGRAM]);
            command
        } else {
            Command::new(PROGRAM)
        };
        command.arg(file).current_dir(folder.path()).stdin(Stdio::null());
        let mut process = Process::start_with_its_input(&mut command);
        let until = Instant::now() + PATIENCE;
        let mut lines = std::iter::from_fn(|| process.err.next(until));
        assert!(
            lines.any(|line| line.contains("process up")),
            "pgbouncer does not start; `cargo xtask test` installs it"
        );
        Self { _process: process, folder, name }
    }

    /// The URL of the database through the pooler.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://{USER}@{folder}:6432/{}?pooler=transaction", self.name)
    }
}
