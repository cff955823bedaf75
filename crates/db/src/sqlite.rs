//! The embedded engine: a few reader threads, and one writer thread that commits a batch at a time.

mod readers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::readers::{Readers, Watch};
use super::file;
use super::file::{Access, connect};
use super::moment;
use super::moment::{Moment, Moments};
use super::{Conn, Error, Failure, Meter, Result, Row, Scope, Statement, Value, Work};

/// How many waiting writes share one `fsync` at the most.
const BATCH: usize = 256;
/// After how many pages in the log a thread of its own begins to bring them into the file, so that no write waits for it.
/// Most pages are written again and again, so that with more in the log there is less to bring in.
pub(super) const LOG: u32 = 32_000;
/// How many are best left for the writer, who has to wait for them.
const FEW: u32 = 300;
/// How often the other thread tries to come so far.
const TURNS: u32 = 8;
/// How long the file of the log may stay once it was brought in: as much as a load of writes needs.
const LOG_BYTES: u32 = LOG * 4096 / 4 * 5;
/// How long the end of the threads is waited for when the store is closed.
const CLOSING: Duration = Duration::from_secs(30);

type Answer = Box<dyn FnOnce(Result<()>) + Send>;
type Write = dyn FnOnce(Result<&mut Conn>) -> Answer + Send;

struct WriteJob {
    scope: Scope,
    run: Box<Write>,
}

#[derive(Clone)]
pub struct Sqlite {
    readers: Arc<Readers>,
    writer: Sender<WriteJob>,
    meter: Arc<Meter>,
    moments: Moments,
    /// Dropped after the senders above, without which the threads end.
    _threads: Arc<Threads>,
}

/// The threads of a store that is open. Whoever drops the last handle of the store waits until they have closed the file,
/// so that a process that ends leaves the file alone and whole.
struct Threads {
    /// Each thread has the other end for as long as it has a connection.
    ended: Receiver<()>,
    path: PathBuf,
}

/// A connection of one of the threads.
pub struct Client {
    pub(super) conn: Connection,
    /// The events of the work that runs.
    pub(super) appended: u64,
    /// What is known of the work that runs, where it may be interrupted.
    watch: Option<Arc<Watch>>,
}

impl Sqlite {
    /// Opens the file; `prepare` makes it where it is absent, and brings its schema up to date.
    pub fn open(path: &Path, prepare: bool, meter: Arc<Meter>) -> Result<Self> {
        if prepare && !path.exists() {
            file::create(path)?;
        }
        let access = Access::allowed(path);
        if prepare && access == Access::Immutable {
            return Err(Error::Unavailable(format!("{} cannot be written", path.display())));
        }
        let journal = if prepare { "pragma journal_mode = wal;" } else { "" };
        let writer = connect(path, access, "")?;
        file::check_schema(&writer, path)?;
        let mut writer: Conn = writer.into();
        let pragmas =
            format!("{journal} pragma journal_size_limit = {LOG_BYTES}; pragma cache_size = -6000;");
        poll(async { writer.script(&pragmas).await })?;
        if prepare {
            poll(super::migrate::run(&mut writer))?;
        }
        let (writer_jobs, waiting) = unbounded();
        let (running, ended) = unbounded();
        let (own, moments) = (Arc::clone(&meter), Moments::of(path));
        let (helper, is_for_writer) = helper(path, access, moments, &running)?;
        let mut log = Log { moments, brought_in: 0, helper, is_for_writer };
        if moments.now().is_some() {
            poll(async { writer.script("pragma wal_autocheckpoint = 0").await })?;
        }
        spawn("sqlite-writer".into(), &running, move || write_loop(&mut writer, &waiting, &own, &mut log))?;
        let readers = Arc::new(Readers::start(path, access, Arc::clone(&meter), &running)?);
        let threads = Arc::new(Threads { ended, path: path.into() });
        Ok(Self { readers, writer: writer_jobs, meter, moments, _threads: threads })
    }

    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        self.readers.run(|conn| snapshot(conn, work)).await
    }

    pub async fn query_one_shot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        self.readers.run(|conn| guarded(conn, work)).await
    }

    /// The state that the file is in.
    pub fn moment(&self) -> Option<Moment> {
        self.moments.now()
    }

    pub async fn write<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let meter = Arc::clone(&self.meter);
        let run = Box::new(move |conn: Result<&mut Conn>| {
            let result = conn.map_err(E::from).and_then(|conn| Ok((savepoint(conn, work)?, appended(conn))));
            let answer: Answer = Box::new(move |committed| {
                let done = result.and_then(|(value, events)| {
                    committed?;
                    meter.appended(events);
                    Ok(value)
                });
                drop(answer.send(done));
            });
            answer
        });
        self.writer.send(WriteJob { scope, run }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Work may have owned the last handle, and its own thread cannot be waited for here.
        if thread::current().name().is_some_and(|name| name.starts_with("sqlite-")) {
            return;
        }
        match self.ended.recv_timeout(CLOSING) {
            Err(RecvTimeoutError::Timeout) => tracing::warn!("the store is still in use and was not closed"),
            _ => file::remove_log(&self.path),
        }
    }
}

impl From<Connection> for Conn {
    fn from(conn: Connection) -> Self {
        Self::Sqlite(Client { conn, appended: 0, watch: None })
    }
}

/// A database of its own, in a file without a name, which ends with the connection.
pub fn scratch(script: &str) -> Result<Conn> {
    let conn = Connection::open("")?;
    conn.execute_batch(script)?;
    Ok(conn.into())
}

fn stopped() -> Error {
    Error::Unavailable("the store has stopped".into())
}

/// Runs a thread that has `running` until it has dropped what it owns.
fn spawn(name: String, running: &Sender<()>, run: impl FnOnce() + Send + 'static) -> Result<()> {
    let running = running.clone();
    let spawned = thread::Builder::new().name(name).spawn(move || {
        run();
        drop(running);
    });
    spawned.map(drop).map_err(|error| Error::Unavailable(error.to_string()))
}

/// The pages that stand in the log and not yet in the file.
struct Log {
    moments: Moments,
    /// How many there were when the helper was last asked to bring them in.
    brought_in: u32,
    helper: SyncSender<()>,
    /// Whether the helper left the rest to the writer, so that the log begins anew.
    is_for_writer: Arc<AtomicBool>,
}

impl Log {
    /// Sees to it that they do not become too many.
    fn look(&mut self, conn: &Conn) {
        let pages = self.moments.pages_in_log();
        if pages < self.brought_in {
            self.brought_in = 0;
        }
        if self.is_for_writer.swap(false, Ordering::Relaxed)
            && let Conn::Sqlite(client) = conn
        {
            drop(checkpoint(&client.conn));
        } else if pages - self.brought_in >= if pages > 2 * LOG { LOG / 16 } else { LOG } {
            // A log that is longer than usual has a reader that does not end; soon after its end the log is short again.
            self.brought_in = pages;
            let _ = self.helper.try_send(());
        }
    }
}

/// Brings in what nobody reads from the log any more; up to which page of it.
fn checkpoint(conn: &Connection) -> rusqlite::Result<u32> {
    conn.query_row("pragma wal_checkpoint(passive)", [], |row| row.get(2))
}

/// A thread that brings pages of the log into the file whenever it is asked to, while others are written.
fn helper(
    path: &Path,
    access: Access,
    moments: Moments,
    running: &Sender<()>,
) -> Result<(SyncSender<()>, Arc<AtomicBool>)> {
    let conn = connect(path, access, "pragma cache_size = -100;")?;
    let file = moment::kept_open(path);
    let (ask, asked) = sync_channel::<()>(1);
    let is_for_writer = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_for_writer);
    spawn("sqlite-log".into(), running, move || {
        for () in asked {
            for _ in 0..TURNS {
                let Ok(brought_in) = checkpoint(&conn) else { break };
                // The engine brings the file to the disk with the last page of the log only, and that is the writer's.
                let is_on_disk = file.is_some_and(|file| file.sync_data().is_ok());
                if !is_on_disk || moments.pages_in_log().saturating_sub(brought_in) <= FEW {
                    break;
                }
            }
            // However many are left: a log that only grew would be worse than a write that waits.
            told.store(true, Ordering::Relaxed);
        }
    })?;
    Ok((ask, is_for_writer))
}

/// Takes all waiting writes, runs each in its own savepoint, commits them with one `fsync`, and only then answers.
fn write_loop(conn: &mut Conn, jobs: &Receiver<WriteJob>, meter: &Meter, log: &mut Log) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = execute(conn, "begin immediate") {
            // Those who wait as well would each wait as long again for the same lock.
            let reason = error.to_string();
            (first.run)(Err(error))(Ok(()));
            while let Ok(job) = jobs.try_recv() {
                (job.run)(Err(Error::Unavailable(reason.clone())))(Ok(()));
            }
            continue;
        }
        let mut is_large = matches!(first.scope, Scope::Store);
        let mut answers = vec![(first.run)(Ok(conn))];
        // A disk error may end the whole transaction; what came after it would be written unasked.
        while answers.len() < BATCH
            && in_transaction(conn)
            && let Ok(job) = jobs.try_recv()
        {
            is_large |= matches!(job.scope, Scope::Store);
            answers.push((job.run)(Ok(conn)));
        }
        let committed = execute(conn, "commit").map_err(|error| {
            let reason = error.to_string();
            drop(execute(conn, "rollback"));
            reason
        });
        if is_large && let Conn::Sqlite(client) = &conn {
            // Every read would look through what an import leaves in the log, and the next start would read all of it.
            // Where somebody else reads at the time, the engine does it later.
            drop(client.conn.execute_batch("pragma wal_checkpoint(truncate)"));
        }
        #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
        meter.batches.observe(answers.len() as f64);
        for answer in answers {
            answer(committed.clone().map_err(Error::Unavailable));
        }
        log.look(conn);
    }
}

fn in_transaction(conn: &Conn) -> bool {
    matches!(conn, Conn::Sqlite(client) if !client.conn.is_autocommit())
}

fn snapshot<T, E, F>(conn: &mut Conn, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    let result = execute(conn, "begin").map_err(E::from).and_then(|()| guarded(conn, work));
    if let Conn::Sqlite(Client { watch: Some(watch), .. }) = &*conn {
        watch.release();
    }
    if in_transaction(conn) {
        execute(conn, "rollback")?;
    }
    result
}

fn savepoint<T, E, F>(conn: &mut Conn, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    execute(conn, "savepoint work")?;
    appended(conn);
    let result = guarded(conn, work);
    if result.is_err() {
        execute(conn, "rollback to work")?;
    }
    execute(conn, "release work")?;
    result
}

/// How many events the work had; and none from here on.
fn appended(conn: &mut Conn) -> u64 {
    match conn {
        Conn::Sqlite(client) => std::mem::take(&mut client.appended),
        Conn::Postgres(_) => 0,
    }
}

/// Work that panics must not take the thread, and with it the store, down.
fn guarded<T, E, F>(conn: &mut Conn, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    catch_unwind(AssertUnwindSafe(|| poll(work(conn))))
        .unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
}

/// Drives a future that only waits for SQLite, which never waits.
pub(super) fn poll<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            Err(Error::Other("a unit of work waited for something else than its connection".into()).into())
        }
    }
}

fn execute(conn: &mut Conn, sql: &'static str) -> Result<()> {
    match conn {
        Conn::Sqlite(client) => run(client, Statement::declared(sql), &[]).map(drop),
        Conn::Postgres(_) => unreachable!("a thread of this module owns an SQLite connection"),
    }
}

/// The connection, for as long as somebody waits for what it does.
fn awaited(client: &mut Client) -> Result<&mut Connection> {
    if let Some(watch) = &client.watch {
        watch.check()?;
    }
    Ok(&mut client.conn)
}

pub fn all<T>(
    client: &mut Client,
    statement: Statement,
    values: &[Value<'_>],
    mut map: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut prepared = awaited(client)?.prepare_cached(statement.sql()).map_err(Error::from)?;
    bind(&mut prepared, values)?;
    let mut rows = prepared.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(Error::from)? {
        found.push(map(&Row::Sqlite(row))?);
    }
    Ok(found)
}

pub fn run(client: &mut Client, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
    let mut prepared = awaited(client)?.prepare_cached(statement.sql()).map_err(Error::from)?;
    bind(&mut prepared, values)?;
    Ok(prepared.raw_execute().map_err(Error::from)? as u64)
}

pub fn run_many(client: &mut Client, statement: Statement, rows: &[Vec<Value<'_>>]) -> Result<()> {
    let mut prepared = awaited(client)?.prepare_cached(statement.sql()).map_err(Error::from)?;
    for (index, values) in rows.iter().enumerate() {
        bind(&mut prepared, values)?;
        prepared.raw_execute().map_err(|error| Error::from(error).at(index))?;
    }
    Ok(())
}

pub fn prepare(client: &mut Client, statement: Statement) -> Result<()> {
    awaited(client)?.prepare_cached(statement.sql()).map(drop).map_err(Error::from)
}

/// What the file's own check finds; broken references are looked for by queries that both engines understand.
pub fn defects(client: &mut Client) -> Result<Vec<String>> {
    let mut said =
        all(client, Statement::declared("pragma integrity_check"), &[], |row| row.get::<String>(0))?;
    said.retain(|line| line != "ok");
    Ok(said)
}

/// SQLite reads `$2` as a name that it numbers by first appearance, so the number is read from the name.
fn bind(prepared: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<()> {
    for index in 1..=prepared.parameter_count() {
        let value = prepared
            .parameter_name(index)
            .and_then(|name| name[1..].parse::<usize>().ok())
            .and_then(|number| values.get(number - 1))
            .ok_or_else(|| Error::Other(format!("placeholder {index} has no value")))?;
        prepared.raw_bind_parameter(index, value).map_err(Error::from)?;
    }
    Ok(())
}
