//! Stores on either engine, one for each test.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tokio_postgres::NoTls;

use super::process::{Ended, Process, Server};

/// An archive with a record of every kind, as `statuary export` writes it. In account 415, `root` and `ada` are the
/// tokens of an administrator and of the lead of workspace 53760; in account 500, `zoe`.
pub const HARBOR: &str = include_str!("harbor.jsonl");

/// The variable in which `cargo xtask` passes the URL of a PostgreSQL server, without a database.
const SERVER: &str = "STATUARY_TEST_POSTGRES";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An empty folder or database for a store, deleted on drop.
pub struct Store {
    pub directory: TempDir,
    pub database: Option<Database>,
}

pub struct Database {
    pub server: String,
    pub name: String,
    /// Whether it was created for the test, and is dropped with it.
    pub is_ours: bool,
}

impl Store {
    pub fn new(engine: Engine) -> Self {
        let database = (engine == Engine::Postgres).then(|| {
            let server = std::env::var(SERVER).unwrap_or_else(|_| {
                panic!("{SERVER} is not set: run `cargo xtask test` or `cargo xtask postgres COMMAND...`")
            });
            let name = format!("outside_{}", hex::encode(rand::random::<[u8; 8]>()));
            administer(&server, &format!("create database {name}"));
            Database { server, name, is_ours: true }
        });
        Self { directory: tempfile::tempdir().expect("a temporary directory"), database }
    }

    /// A store with the records of [`HARBOR`].
    pub fn harbor(engine: Engine) -> Self {
        let store = Self::new(engine);
        store.run(&["import", "-"], HARBOR).success();
        store
    }

    /// The path of a file of the test.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn database_url(&self) -> Option<String> {
        self.database.as_ref().map(|Database { server, name, .. }| format!("{server}/{name}"))
    }

    /// A command on this store.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = statuary(self.directory.path(), arguments);
        match self.database_url() {
            Some(url) => command.env("STATUARY_DATABASE_URL", url),
            None => command.env("STATUARY_DATA", self.path("data")),
        };
        command
    }

    /// Runs a command to its end with a standard input.
    #[track_caller]
    pub fn run(&self, arguments: &[&str], input: &str) -> Ended {
        Process::start(self.command(arguments), input).end()
    }

    /// A server on a free port.
    pub fn serve(&self, arguments: &[&str]) -> Server {
        Server::start(self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.is_ours {
            administer(&self.server, &format!("drop database {} with (force)", self.name));
        }
    }
}

/// Runs one command on the PostgreSQL server itself.
fn administer(server: &str, command: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = format!("{server}/postgres");
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a PostgreSQL server");
        let connection = tokio::spawn(connection);
        client.batch_execute(command).await.expect("a command that succeeds");
        drop(client);
        connection.await.expect("no panic").expect("a connection that ends");
    });
}

/// The binary in a directory, without any `STATUARY_` variable.
pub fn statuary(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_statuary"));
    command.current_dir(directory).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("STATUARY_") {
            command.env_remove(name);
        }
    }
    command
}
