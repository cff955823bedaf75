//! One SQL text, two engines.
//!
//! A store function is an `async fn` over a [`Conn`]. On SQLite the whole function travels to a thread that owns the
//! connection and never waits there, so one request costs one hop; on PostgreSQL it awaits the server. Statements are
//! declared with [`statements!`], which also lists them for the test that prepares each on both engines.

mod about;
mod error;
pub mod file;
mod meter;
pub mod migrate;
mod moment;
mod origin;
mod postgres;
mod sqlite;
mod timeouts;
mod value;
mod writable;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

pub use self::about::About;
pub use self::error::{Error, Failure};
pub use self::meter::Meter;
pub use self::moment::Moment;
pub use self::origin::Origin;
pub use self::timeouts::Timeouts;
pub use self::value::{Column, Row, Value};
use self::writable::{OpenFile, Writes};

/// What an engine answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;
/// The future of a unit of work; its own errors pass through, and roll back what it wrote.
pub type Work<'c, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// A SQL text with `$1..$n` placeholders that both engines understand; only [`statements!`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Statement(&'static str);

impl Statement {
    #[doc(hidden)]
    pub const fn declared(sql: &'static str) -> Self {
        Self(sql)
    }

    /// The text as written.
    pub const fn sql(self) -> &'static str {
        self.0
    }
}

/// Declares the statements of a room as constants, and `STATEMENTS`, the list of them all.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::Statement = $crate::Statement::declared($sql);)*
        /// Every statement of this room, for the test that prepares them.
        pub const STATEMENTS: &[$crate::Statement] = &[$($name),*];
    };
}

/// The ids of a JSON list, as `listed.listed_id`, to join a table with: each id is looked up, and SQLite makes no table of
/// the list first. Duplicates and the order of the list are kept, so that rows are to be put in order afterwards.
#[macro_export]
macro_rules! listed_ids {
    ($list:literal) => {
        concat!(
            "(select cast(value as bigint) as listed_id from json_each(cast(",
            $list,
            " as text))) listed cross join"
        )
    };
}

/// Where the rows are.
#[derive(Clone, Debug)]
pub enum Location {
    /// The embedded engine; the file is made when it is absent.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

/// What a transaction that writes holds on to, so that rules which read before they write stay true.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// One account: its writers come one after the other.
    Account(i64),
    /// The whole store: import, and making accounts.
    Store,
}

/// The store.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    meter: Arc<Meter>,
    writes: Arc<Writes>,
    /// Of the embedded engine.
    file: Option<OpenFile>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// A connection inside a transaction.
pub enum Conn {
    #[doc(hidden)]
    Sqlite(sqlite::Client),
    #[doc(hidden)]
    Postgres(postgres::Client),
}

impl Db {
    /// Opens the store and brings its schema up to date.
    ///
    /// # Errors
    /// When the file or the server cannot be reached, or the schema is newer than this program.
    pub async fn open(location: &Location) -> Result<Self> {
        Self::open_with(location, Timeouts::default()).await
    }

    /// As [`Db::open`], with other timeouts.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_with(location: &Location, timeouts: Timeouts) -> Result<Self> {
        let db = Self::connect(location, true, timeouts).await?;
        if let Engine::Postgres(engine) = &db.engine {
            engine.migrate().await?;
        }
        Ok(db)
    }

    /// Opens a store that is there as it is: makes no file, and leaves the schema alone.
    ///
    /// # Errors
    /// When the file or the server cannot be reached.
    pub async fn open_existing(location: &Location) -> Result<Self> {
        Self::connect(location, false, Timeouts::of_a_command()).await
    }

    /// Copies the embedded store, as it is at one moment, to a file that is not there yet.
    ///
    /// # Errors
    /// When it cannot be read, or the copy cannot be written.
    pub async fn copy(store: &Path, target: &Path) -> Result<()> {
        let (store, target) = (store.to_owned(), target.to_owned());
        let copied = tokio::task::spawn_blocking(move || file::copy(&store, &target)).await;
        copied.expect("copying does not panic")
    }

    async fn connect(location: &Location, prepare: bool, timeouts: Timeouts) -> Result<Self> {
        let meter = Arc::new(Meter::new());
        let (own, mut file) = (Arc::clone(&meter), None);
        let engine = match location {
            Location::Sqlite(path) => {
                let name = path.clone();
                let opened = tokio::task::spawn_blocking(move || {
                    let engine = sqlite::Sqlite::open(&name, prepare, own)?;
                    Ok((engine, OpenFile::new(&name)))
                });
                let opened: Result<_> = opened.await.expect("opening a file does not panic");
                let (engine, opened) = opened?;
                file = Some(opened);
                Engine::Sqlite(engine)
            }
            Location::Postgres(url) => Engine::Postgres(postgres::Postgres::open(url, timeouts, own)?),
        };
        Ok(Self { engine, meter, writes: Arc::default(), file })
    }

    /// Runs work that only reads, on one snapshot of the store. Dropping the future before the work began means that it
    /// never begins; while it runs, it is interrupted.
    ///
    /// # Errors
    /// Those of the work, and those of the engine.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let done = match &self.engine {
            Engine::Sqlite(engine) => engine.read(work).await,
            Engine::Postgres(engine) => Box::pin(engine.read(work)).await,
        };
        self.meter.ended(&done);
        done
    }

    /// Runs work that reads with one statement, which sees one snapshot without a transaction.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn query_one_shot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let done = match &self.engine {
            Engine::Sqlite(engine) => engine.query_one_shot(work).await,
            Engine::Postgres(engine) => Box::pin(engine.query_one_shot(work)).await,
        };
        self.meter.ended(&done);
        done
    }

    /// Runs work in one transaction: durable when this returns `Ok`, without a trace otherwise. What was handed over runs
    /// to its end, even where the future is dropped.
    ///
    /// # Errors
    /// Those of the work, and those of the engine.
    pub async fn write<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let done = match &self.engine {
            Engine::Sqlite(engine) => engine.write(scope, work).await,
            Engine::Postgres(engine) => Box::pin(engine.write(scope, work)).await,
        };
        self.meter.wrote(&done);
        self.writes.ended(&done);
        done
    }

    /// The name of the engine, for messages.
    pub fn engine_name(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// The state that the store is in, where the engine tells that without being asked: what was read after this was
    /// taken holds for as long as this is the same.
    pub fn moment(&self) -> Option<Moment> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.moment(),
            Engine::Postgres(_) => None,
        }
    }

    /// What it did.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The embedded engine's file.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| &*file.path)
    }
}

impl Location {
    /// The embedded store of a data directory.
    pub fn in_directory(data: &Path) -> Self {
        Self::Sqlite(data.join("statuary.db"))
    }
}

impl Conn {
    /// An `SQLite` database of its own, whatever the engine of the store: for work that does not fit into memory. Its file has
    /// no name and ends with the connection. `script` is run first.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn scratch(script: &str) -> Result<Self> {
        sqlite::scratch(script)
    }

    /// Every row of the answer, through `map`.
    ///
    /// # Errors
    /// Those of the engine, and a column that is not what `map` asks for.
    pub async fn all<T: Send>(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(client) => sqlite::all(client, statement, values, map),
            Self::Postgres(client) => Box::pin(client.all(statement, values, map)).await,
        }
    }

    /// The first row of the answer, through `map`.
    ///
    /// # Errors
    /// As [`Conn::all`].
    pub async fn first<T: Send>(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        Ok(self.all(statement, values, map).await?.into_iter().next())
    }

    /// The only value of the only row: counts and ids.
    ///
    /// # Errors
    /// As [`Conn::all`], and an answer without a row.
    pub async fn scalar(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<i64> {
        self.first(statement, values, |row| row.get(0))
            .await?
            .ok_or_else(|| Error::Other(format!("no row from {}", statement.sql())))
    }

    /// Two pieces of work that only read, neither of which needs what the other finds: PostgreSQL is asked for both at once.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn join<A, B, E: From<Error>>(
        &mut self,
        one: impl AsyncFnOnce(&mut Self) -> Result<A, E>,
        other: impl AsyncFnOnce(&mut Self) -> Result<B, E>,
    ) -> Result<(A, B), E> {
        match self {
            Self::Sqlite(_) => Ok((one(self).await?, other(self).await?)),
            Self::Postgres(client) => Box::pin(client.join(one, other)).await,
        }
    }

    /// Runs a statement without an answer; how many rows it touched.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
        match self {
            Self::Sqlite(client) => sqlite::run(client, statement, values),
            Self::Postgres(client) => Box::pin(client.run(statement, values)).await,
        }
    }

    /// Runs one statement for many rows without waiting for each.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn run_many(&mut self, statement: Statement, rows: &[Vec<Value<'_>>]) -> Result<()> {
        match self {
            Self::Sqlite(client) => sqlite::run_many(client, statement, rows),
            Self::Postgres(client) => Box::pin(client.run_many(statement, rows)).await,
        }
    }

    /// Tells an engine that keeps id sequences apart from the rows where those now end.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn sync_id_sequence(&mut self, table: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(client) => Box::pin(client.sync_id_sequence(table)).await,
        }
    }

    /// Prepares a statement and says nothing of its answer.
    ///
    /// # Errors
    /// When the engine does not understand it.
    pub async fn prepare(&mut self, statement: Statement) -> Result<()> {
        match self {
            Self::Sqlite(client) => sqlite::prepare(client, statement),
            Self::Postgres(client) => Box::pin(client.prepare(statement)).await,
        }
    }

    /// Counts events of this transaction, should it last.
    pub fn appended(&mut self, events: usize) {
        let count = match self {
            Self::Sqlite(client) => &mut client.appended,
            Self::Postgres(client) => &mut client.appended,
        };
        *count += events as u64;
    }

    /// What the engine itself finds wrong with its files and its schema.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn defects(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(client) => sqlite::defects(client),
            Self::Postgres(client) => Box::pin(client.defects()).await,
        }
    }

    async fn script(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.conn.execute_batch(sql).map_err(Error::from),
            Self::Postgres(client) => Box::pin(client.script(sql)).await,
        }
    }
}
