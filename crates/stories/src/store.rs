//! The stores of stories, on either engine.

use std::io::Cursor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::whole::is_whole;
use base::clock::Time;
use db::{Db, Location, Scope, Timeouts};
use domain::archive::import::Counts;
use domain::archive::{HEADER, import};
use domain::error::Result;
use domain::work;

/// The engines that every story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct Store {
    pub place: Place,
    /// Whether a story changed it by SQL.
    pub is_changed_by_sql: AtomicBool,
}

pub enum Place {
    Directory(tempfile::TempDir),
    Database {
        server: String,
        name: String,
    },
    /// Another service owns the store.
    Elsewhere,
}

impl Store {
    /// The store at a place, which no story has changed by SQL.
    pub const fn at(place: Place) -> Self {
        Self { place, is_changed_by_sql: AtomicBool::new(false) }
    }

    /// Where it is.
    pub fn location(&self) -> Location {
        match &self.place {
            Place::Directory(directory) => Location::in_directory(directory.path()),
            Place::Database { server, name } => Location::Postgres(format!("{server}/{name}")),
            Place::Elsewhere => panic!("the other service has the store"),
        }
    }
}

/// Every story must leave a consistent store. On SQLite the check is cheap enough to run after each story.
impl Drop for Store {
    fn drop(&mut self) {
        match &self.place {
            Place::Directory(directory) => {
                if std::thread::panicking() || self.is_changed_by_sql.load(Ordering::Relaxed) {
                    return;
                }
                let location = Location::in_directory(directory.path());
                on_another_thread(async move || is_whole(&location).await).expect("a store that is whole");
            }
            Place::Database { server, name } => {
                let (server, drop) = (server.clone(), format!("drop database {name} with (force)"));
                std::mem::drop(on_another_thread(async move || run_on_server(&server, &drop).await));
            }
            Place::Elsewhere => {}
        }
    }
}

/// Imports an archive, given without its header.
pub async fn import(db: &Db, at: Time, archive: &str) -> Result<Counts> {
    let text = Cursor::new(format!("{HEADER}\n{archive}"));
    db.write(Scope::Store, work!(|conn| import::import(conn, at, import::lines(text)).await)).await
}

/// The timeouts of a service on a machine that may be busy.
pub fn long_timeouts() -> Timeouts {
    Timeouts::for_service(Duration::from_mins(1))
}

/// Runs a future to its end on another thread, because the runtime of the story is blocked.
pub fn on_another_thread<T: Send + 'static, F: Future<Output = T>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> std::thread::Result<T> {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work())
    });
    thread.join()
}

/// Runs one command on the PostgreSQL server.
pub async fn run_on_server(server: &str, command: &str) {
    run_on(server, "postgres", command).await;
}

pub async fn run_on(server: &str, database: &str, command: &str) {
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}/{database}"), tokio_postgres::NoTls)
            .await
            .expect("a server");
    let (done, connection) = tokio::join!(
        async {
            let done = client.batch_execute(command).await;
            drop(client);
            done
        },
        connection
    );
    done.expect("a command that succeeds");
    connection.expect("a connection that ends");
}
