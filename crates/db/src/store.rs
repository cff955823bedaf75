//! A handle of an open store.

use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;

use crate::postgres;
use crate::postgres::Postgres;
use crate::signal::{Signal, Subscription};
use crate::sqlite::{Sqlite, file};
use crate::unit;
use crate::unit::{Ended, Failure, Outcome, Unit, unit};
use crate::write_health::{OpenFile, WriteHealth};
use crate::{Conn, DataVersion, Location, Meter, Result, Scope, Timeouts, Work, WorkError, migrate};

/// A handle of an open store. Clones share the store.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    meter: Arc<Meter>,
    write_health: Arc<WriteHealth>,
    /// The file of the embedded engine.
    file: Option<OpenFile>,
    signal: Arc<Signal>,
    /// Begins to watch the commits of other processes when somebody first waits for events.
    watching: Arc<Once>,
}

/// Work that an engine runs once this is awaited. Its code depends on the types of the result alone, not on the work.
pub struct Running<'d, T, E> {
    db: &'d Db,
    ended: BoxFuture<'d, Result<(), Failure>>,
    outcome: Outcome<T, E>,
    writes: bool,
}

impl<T, E: WorkError> Future for Running<'_, T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let ended = ready!(self.ended.as_mut().poll(context));
        let result = self.outcome.after(ended);
        self.db.record(self.writes, result.as_ref().map(drop).map_err(WorkError::db_error));
        Poll::Ready(result)
    }
}

#[derive(Clone)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    /// Opens a store, creates it if it does not exist, and migrates its schema.
    ///
    /// # Errors
    /// If the file or the server cannot be reached, or the schema is newer than this program.
    pub async fn open(location: &Location) -> Result<Self> {
        Self::open_with(location, Timeouts::default()).await
    }

    /// Like [`Db::open`], with other timeouts.
    ///
    /// # Errors
    /// As for [`Db::open`].
    pub async fn open_with(location: &Location, timeouts: Timeouts) -> Result<Self> {
        let db = Self::connect(location, true, timeouts).await?;
        if let Engine::Postgres(engine) = &db.engine {
            engine.migrate().await?;
        }
        Ok(db)
    }

    /// Opens an existing store without a migration.
    ///
    /// # Errors
    /// If the file or the server cannot be reached.
    pub async fn open_existing(location: &Location) -> Result<Self> {
        Self::connect(location, false, Timeouts::for_command()).await
    }

    /// Copies a snapshot of a store to a new file of the embedded engine, whatever the engine of the store is.
    ///
    /// # Errors
    /// If the store cannot be read, or the copy cannot be written.
    pub async fn copy(store: &Location, target: &Path) -> Result<()> {
        let (store, target) = match store {
            Location::Postgres(url) => return postgres::copy(url, target).await,
            Location::Sqlite(store) => (store.clone(), target.to_owned()),
        };
        let copied = tokio::task::spawn_blocking(move || file::copy(&store, &target)).await;
        copied.expect("copying does not panic")
    }

    /// Fills an empty PostgreSQL database with the records of a file of the embedded engine, which has the current schema.
    ///
    /// # Errors
    /// If the database has a store already, or one of both cannot be read or written. The database is empty then.
    pub async fn fill(url: &str, file: &Path) -> Result<()> {
        postgres::fill(url, file, migrate::NEWEST).await
    }

    /// [`Db::fill`] with a file of an earlier version, which [`file::create_earlier`] made, for tests of migrations.
    #[doc(hidden)]
    pub async fn fill_earlier(url: &str, file: &Path, number: usize) -> Result<()> {
        postgres::fill(url, file, number).await
    }

    async fn connect(location: &Location, prepare: bool, timeouts: Timeouts) -> Result<Self> {
        let meter = Arc::new(Meter::new());
        let signal = Arc::new(Signal::default());
        let (own, told, mut file) = (Arc::clone(&meter), Arc::clone(&signal), None);
        let engine = match location {
            Location::Sqlite(path) => {
                let name = path.clone();
                let opened = tokio::task::spawn_blocking(move || {
                    let engine = Sqlite::open(&name, prepare, own, told)?;
                    Ok((engine, OpenFile::new(&name)))
                });
                let opened: Result<_> = opened.await.expect("opening a file does not panic");
                let (engine, opened) = opened?;
                file = Some(opened);
                Engine::Sqlite(engine)
            }
            Location::Postgres(url) => Engine::Postgres(Postgres::open(url, timeouts, own, told)?),
        };
        let watching = Arc::new(Once::new());
        Ok(Self { engine, meter, write_health: Arc::default(), file, signal, watching })
    }

    /// Runs work that only reads, on one snapshot of the store. If the future is dropped, work that has not started never
    /// starts, and work that runs is interrupted.
    ///
    /// # Errors
    /// Errors of the work and of the engine.
    pub fn read<T, E, F>(&self, work: F) -> Running<'_, T, E>
    where
        T: Send + 'static,
        E: WorkError,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let (unit, outcome) = unit(work);
        Running { db: self, ended: self.read_unit(unit), outcome, writes: false }
    }

    /// Runs work that reads with one statement, which sees one snapshot without a transaction.
    ///
    /// # Errors
    /// As for [`Db::read`].
    pub fn query_one_shot<T, E, F>(&self, work: F) -> Running<'_, T, E>
    where
        T: Send + 'static,
        E: WorkError,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let (unit, outcome) = unit(work);
        Running { db: self, ended: self.query_unit(unit), outcome, writes: false }
    }

    fn read_unit(&self, unit: Unit) -> BoxFuture<'_, Result<(), Failure>> {
        match &self.engine {
            Engine::Sqlite(engine) => Box::pin(engine.read(unit)),
            Engine::Postgres(engine) => Box::pin(engine.read(unit)),
        }
    }

    fn query_unit(&self, unit: Unit) -> BoxFuture<'_, Result<(), Failure>> {
        match &self.engine {
            Engine::Sqlite(engine) => Box::pin(engine.query_one_shot(unit)),
            Engine::Postgres(engine) => Box::pin(engine.query_one_shot(unit)),
        }
    }

    fn write_unit(&self, scope: Scope, unit: Unit) -> BoxFuture<'_, Result<(), Failure>> {
        // The trace is that of the task that awaits the write.
        match &self.engine {
            Engine::Sqlite(engine) => {
                Box::pin(async move { engine.write(scope, unit::in_trace(unit)).await })
            }
            Engine::Postgres(engine) => {
                Box::pin(async move { engine.write(scope, unit::in_trace(unit)).await })
            }
        }
    }

    /// Counts how work has ended.
    fn record(&self, writes: bool, ended: Ended<'_>) {
        if writes {
            self.meter.record_write(ended);
            self.write_health.record(ended);
        } else {
            self.meter.record(ended.err().flatten());
        }
    }

    /// Runs work in one transaction, which is durable when this returns `Ok`, and rolled back otherwise. Work that was
    /// submitted runs to its end, even if the future is dropped.
    ///
    /// # Errors
    /// Errors of the work and of the engine.
    pub fn write<T, E, F>(&self, scope: Scope, work: F) -> Running<'_, T, E>
    where
        T: Send + 'static,
        E: WorkError,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let (unit, outcome) = unit(work);
        Running { db: self, ended: self.write_unit(scope, unit), outcome, writes: true }
    }

    /// Returns `Ok` if writes succeed. Makes a test write at most once per second, and at most once per minute while writes
    /// succeed.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if writes fail.
    pub async fn check_writes(&self) -> Result<()> {
        let test_write = async {
            let (unit, outcome) = unit(|conn| Box::pin(migrate::test_write(conn)));
            outcome.after(match &self.engine {
                // The embedded engine has one writer for all accounts, so the account does not matter.
                Engine::Sqlite(engine) => engine.write(Scope::Account(0), unit).await,
                Engine::Postgres(engine) => engine.write_unlocked(unit).await,
            })
        };
        self.write_health.check(self.file.clone(), test_write).await
    }

    /// Waits for events of an account, by whichever process they are written. A reader subscribes before it reads; a wake-up
    /// may come without an event, and rarely, an event comes without a wake-up, so a reader looks now and then anyway.
    pub fn subscribe(&self, account_id: i64) -> Subscription {
        self.watch_others();
        self.signal.subscribe(account_id)
    }

    /// Waits for events of all accounts; see [`Db::subscribe`].
    pub fn subscribe_to_all(&self) -> Subscription {
        self.watch_others();
        self.signal.subscribe_to_all()
    }

    /// Watches the commits of other processes, once.
    fn watch_others(&self) {
        self.watching.call_once(|| {
            let signal = Arc::downgrade(&self.signal);
            match &self.engine {
                Engine::Sqlite(engine) => engine.watch_others(signal),
                Engine::Postgres(engine) => engine.watch_others(signal),
            }
        });
    }

    /// Removes what deleted and replaced rows have left in the file of the embedded engine, its index of words and its log.
    /// PostgreSQL does so by itself, when it vacuums.
    ///
    /// # Errors
    /// If the file cannot be written, or another process uses it for long.
    pub async fn scrub(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let path = Arc::clone(&file.path);
        let scrubbed = tokio::task::spawn_blocking(move || file::scrub(&path)).await;
        scrubbed.expect("scrubbing does not panic")
    }

    /// The name of the engine, for messages.
    pub fn engine_name(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// The version of the data: a row that was read after this call is current for as long as this returns the same
    /// version. `None` on an engine that does not provide one without a query.
    pub fn data_version(&self) -> Option<DataVersion> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.data_version(),
            Engine::Postgres(_) => None,
        }
    }

    /// The metrics of the store.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The file of the embedded engine.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| &*file.path)
    }
}
