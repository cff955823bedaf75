//! A database for one test.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::NoTls;

use crate::{Db, Location, Timeouts};

/// The variable with the URL of the PostgreSQL server that `cargo xtask test` starts, without a database.
const SERVER: &str = "STATUARY_TEST_POSTGRES";

/// A database that is dropped at the end of the test.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Creates an empty database.
    pub async fn create() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: run `cargo xtask test` or `cargo xtask postgres COMMAND...`")
        });
        let name = format!("engine_{}", hex::encode(base::rng::random_bytes()));
        administer(&server, &format!("create database {name}")).await;
        Self { server, name }
    }

    /// The folder of the server's socket, as in a URL.
    pub fn folder(&self) -> &str {
        self.server.rsplit('@').next().expect("a folder")
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        PathBuf::from(self.folder().replace("%2F", "/")).join(".s.PGSQL.5432")
    }

    /// The URL of the database on other machines, with parameters.
    pub fn url(&self, machines: &str, parameters: &str) -> String {
        format!("postgres://postgres@{machines}/{}?{parameters}", self.name)
    }

    /// Opens the database like a service.
    pub async fn open(&self) -> Db {
        self.open_at(self.own_url()).await
    }

    /// The URL of the database on its server.
    pub fn own_url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// Opens a URL of the database like a service.
    pub async fn open_at(&self, url: String) -> Db {
        let location = Location::Postgres(url);
        let minute = Duration::from_mins(1);
        let unhurried = Timeouts { batch: minute, ..Timeouts::for_service(minute) };
        Db::open_with(&location, unhurried).await.expect("a store")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("drop database {} with (force)", self.name));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(administer(&server, &drop));
        });
        std::mem::drop(dropping.join());
    }
}

/// Runs one command on the server itself.
async fn administer(server: &str, command: &str) {
    let connected = tokio_postgres::connect(&format!("{server}/postgres"), NoTls).await;
    let (client, connection) = connected.expect("a server");
    let run = async {
        let done = client.batch_execute(command).await;
        drop(client);
        done
    };
    let (done, connection) = tokio::join!(run, connection);
    done.expect("a command that succeeds");
    connection.expect("a connection that ends");
}
