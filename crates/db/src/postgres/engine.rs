//! A handle of an open store on a PostgreSQL server.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::announcements::{Announcements, PAUSE, When};
use super::client::{Client, Transaction};
use super::connect::{Address, Connections, IDLE, Leased};
use super::ids::Forecast;
use super::notices;
use super::queue::Queues;
use super::thread::Thread;
use crate::kept::Kept;
use crate::origin::{LargeKinds, Origin, processors, processors_for_large_reads};
use crate::signal::Signal;
use crate::unit::{Failure, Unit, unit};
use crate::{Conn, Error, Meter, Result, Scope, Timeouts, migrate};

/// The number of reads that start at a time, and the number of long reads beyond those, which make room for others.
pub const READS: (usize, usize) = (8, 4);
/// The duration after which a read is long.
const LONG: Duration = Duration::from_millis(100);
/// The number of rows above which a read is large, however fast it is. A page of 200 rows with its includes has fewer.
pub const LARGE: usize = 2_000;
/// The number of accounts that are written at the same time.
pub const WRITES: usize = 6;
/// The number of connections that short queries share.
const SHARED: usize = 2;
/// The number of connections to replace shared ones that do not respond, and for the check of writes.
const SPARE: usize = 2;

/// Takes the lock of migrations, so that processes that start together take turns.
pub const MIGRATION_LOCK: &str = "select pg_advisory_xact_lock(7382711)";

#[derive(Clone)]
pub struct Postgres(Arc<Engine>);

struct Engine {
    address: Address,
    readers: Connections,
    writers: Connections,
    short: Connections,
    shared: Shared,
    starting: Arc<Semaphore>,
    long: Arc<Semaphore>,
    /// Limits reads of large kinds, so that half of the processors remain for others.
    large: Semaphore,
    large_kinds: LargeKinds,
    queues: Queues,
    thread: Thread,
    timeouts: Timeouts,
    meter: Arc<Meter>,
    signal: Arc<Signal>,
    /// What writing transactions keep.
    kept: Arc<Kept>,
    forecast: Forecast,
    announcements: Announcements,
    /// The number of this process among those that use the database.
    process: u32,
}

/// A connection, and the time of its last use.
type Used = (Arc<Leased>, Instant);

/// Connections for short queries, used in turn and by several queries at a time.
#[derive(Default)]
struct Shared {
    connections: [Mutex<Option<Used>>; SHARED],
    next: AtomicUsize,
}

impl Engine {
    /// Waits for a permit, if the last read of this kind was large.
    async fn large_permit(&self, origin: Origin) -> Option<SemaphorePermit<'_>> {
        if !self.large_kinds.contains(origin) {
            return None;
        }
        self.large.acquire().await.ok()
    }
}

impl Postgres {
    /// Prepares the pools. The first statement opens a connection.
    pub fn open(url: &str, timeouts: Timeouts, meter: Arc<Meter>, signal: Arc<Signal>) -> Result<Self> {
        let address = Address::new(url)?;
        Ok(Self(Arc::new(Engine {
            readers: address.pool(READS.0 + READS.1, timeouts, timeouts.statement)?,
            writers: address.pool(WRITES, timeouts, timeouts.statement)?,
            short: address.pool(SHARED + SPARE, timeouts, Some(timeouts.short))?,
            shared: Shared::default(),
            starting: Arc::new(Semaphore::new(READS.0)),
            long: Arc::new(Semaphore::new(READS.1)),
            large: Semaphore::new(processors_for_large_reads(processors())),
            large_kinds: LargeKinds::default(),
            // Half of the processors, because each write keeps its caller and the server busy, too.
            queues: Queues::new(processors().div_ceil(2)),
            thread: Thread::default(),
            timeouts,
            meter,
            signal,
            kept: Arc::default(),
            forecast: Forecast::default(),
            announcements: Announcements::default(),
            process: rand::random(),
            address,
        })))
    }

    /// Migrates the schema.
    pub async fn migrate(&self) -> Result<()> {
        // There is no timeout.
        let begin =
            format!("begin; set local statement_timeout = 0; set local lock_timeout = 0; {MIGRATION_LOCK}");
        let leased = self.0.writers.get().await?;
        let engine = self.clone();
        let (unit, outcome) = unit(|conn| Box::pin(migrate::run(conn)));
        let run = async move { engine.transaction(leased, None, &begin, unit, None).await };
        outcome.after(run_to_the_end(run).await)
    }

    pub async fn read(&self, unit: Unit) -> Result<(), Failure> {
        let (engine, origin) = (&self.0, Origin::current());
        let mut large = engine.large_permit(origin).await;
        let starting =
            timeout(engine.timeouts.connection, Arc::clone(&engine.starting).acquire_owned()).await;
        let mut starting =
            starting.map_err(|_| Error::Unavailable("too many long reads are in progress".into()))?.ok();
        if large.is_none() && engine.large_kinds.contains(origin) {
            // Another read of its kind became large while it waited.
            drop(starting.take());
            large = engine.large_permit(origin).await;
        }
        let leased = engine.readers.get().await?;
        let started = Instant::now();
        let mut conn = Conn::Postgres(Client::new(leased, engine.timeouts.response(), Transaction::Read));
        let result = self.watched(self.in_lane(starting, catch_panic(&mut conn, unit))).await;
        if let Conn::Postgres(client) = &mut conn {
            client.end_read();
            if client.rows() > LARGE || started.elapsed() >= LONG {
                engine.large_kinds.insert(origin);
            } else if large.is_some() {
                engine.large_kinds.remove(origin);
            }
        }
        result
    }

    /// Runs work, and gives up when the server no longer responds to anything.
    pub(super) async fn watched<E: From<Error>>(
        &self,
        work: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        tokio::select! {
            biased;
            result = work => result,
            () = self.silence() => Err(Error::Unavailable("PostgreSQL no longer responds".into()).into()),
        }
    }

    /// Waits until the emptiest query gets no response. It checks so rarely that the load is negligible.
    async fn silence(&self) {
        let timeouts = &self.0.timeouts;
        loop {
            sleep(timeouts.suspicion).await;
            let Ok(shared) = self.shared().await else { return };
            if !shared.responds(timeouts.suspicion).await {
                return;
            }
        }
    }

    /// Runs a read. Once it is long, it makes room for other reads to start.
    async fn in_lane<T>(&self, starting: Option<OwnedSemaphorePermit>, read: impl Future<Output = T>) -> T {
        let mut read = std::pin::pin!(read);
        let makes_room = async {
            sleep(LONG).await;
            Arc::clone(&self.0.long).acquire_owned().await
        };
        let _long = tokio::select! {
            biased;
            result = &mut read => return result,
            long = makes_room => long,
        };
        drop(starting);
        read.await
    }

    pub async fn query_one_shot(&self, unit: Unit) -> Result<(), Failure> {
        let leased = self.shared().await?;
        let mut conn =
            Conn::Postgres(Client::new(leased, Some(self.0.timeouts.short_response()), Transaction::None));
        catch_panic(&mut conn, unit).await
    }

    pub async fn write(&self, scope: Scope, unit: Unit) -> Result<(), Failure> {
        match scope {
            Scope::Account(id) => self.write_account(id, unit).await,
            Scope::Store => self.write_store(unit).await,
        }
    }

    /// Runs a transaction that locks all accounts.
    async fn write_store(&self, unit: Unit) -> Result<(), Failure> {
        // An import plans its lookups by id while the tables are almost empty, and keeps the plans, which would scan the growing
        // tables again and again.
        let begin = "begin; lock table accounts in exclusive mode; set local enable_seqscan = off";
        let engine = self.clone();
        run_to_the_end(async move {
            let leased = engine.writer().await?;
            let limit = engine.timeouts().response();
            engine.watched(engine.transaction(leased, limit, begin, unit, Some(Scope::Store))).await
        })
        .await
    }

    /// Runs a transaction without a lock, so that no other work can delay it.
    pub async fn write_unlocked(&self, unit: Unit) -> Result<(), Failure> {
        let leased = self.0.short.get().await?;
        let limit = Some(self.0.timeouts.short_response());
        self.transaction(leased, limit, "begin", unit, None).await
    }

    /// Runs work in a transaction. Readers that wait for events of `scope` are woken.
    async fn transaction(
        &self,
        leased: Arc<Leased>,
        limit: Option<Duration>,
        begin: &str,
        unit: Unit,
        scope: Option<Scope>,
    ) -> Result<(), Failure> {
        let mut conn = self.writing(leased, limit);
        conn.script(begin).await?;
        let result = unit(&mut conn).await;
        if result.is_ok() {
            self.commit(&mut conn, scope.as_slice()).await?;
        } else {
            conn.script("rollback").await?;
            client(&mut conn).end();
        }
        result
    }

    /// A connection for a writing transaction.
    pub(super) fn writing(&self, leased: Arc<Leased>, limit: Option<Duration>) -> Conn {
        let mut client = Client::new(leased, limit, Transaction::Write);
        client.state.kept = Some(Arc::clone(&self.0.kept));
        Conn::Postgres(client)
    }

    /// Commits the transaction of a connection, and wakes the readers that wait for events of `scopes`.
    pub(super) async fn commit(&self, conn: &mut Conn, scopes: &[Scope]) -> Result<()> {
        client(conn).end_units();
        conn.flush().await?;
        conn.run_deferred().await?;
        let client = client(conn);
        client.commit().await?;
        let events = client.take_events();
        self.0.meter.add_events(events);
        if events > 0 && !scopes.is_empty() {
            for scope in scopes {
                self.0.signal.tell(*scope);
            }
            match self.0.announcements.add(scopes) {
                When::Now => client.leased().send(&notices::statements(self.0.process, scopes)),
                When::Later => drop(tokio::spawn(self.clone().announce_later())),
                When::Planned => {}
            }
        }
        Ok(())
    }

    /// Announces the commits that wait, after a pause. What is lost with a connection, readers find when they look now and then.
    async fn announce_later(self) {
        sleep(PAUSE).await;
        let statements = notices::statements(self.0.process, &self.0.announcements.take());
        if let Ok(shared) = self.shared().await {
            shared.send(&statements);
        }
    }

    /// A connection for writing.
    pub(super) async fn writer(&self) -> Result<Arc<Leased>> {
        self.0.writers.get().await
    }

    pub(super) fn queues(&self) -> &Queues {
        &self.0.queues
    }

    pub(super) fn forecast(&self) -> &Forecast {
        &self.0.forecast
    }

    pub(super) fn writer_runtime(&self) -> Handle {
        self.0.thread.runtime()
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        &self.0.timeouts
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Wakes readers after the commits of other processes.
    pub fn watch_others(&self, signal: Weak<Signal>) {
        let Engine { address, timeouts, process, .. } = &*self.0;
        tokio::spawn(notices::watch(address.clone(), *timeouts, *process, signal));
    }

    /// A connection for short queries, replaced if it does not respond.
    async fn shared(&self) -> Result<Arc<Leased>> {
        let shared = &self.0.shared;
        let number = shared.next.fetch_add(1, Ordering::Relaxed) % SHARED;
        let slot = || shared.connections[number].lock().unwrap_or_else(PoisonError::into_inner);
        let known = slot().as_mut().filter(|(leased, _)| leased.is_open()).map(|(leased, used)| {
            let was_idle = used.elapsed() > IDLE;
            *used = Instant::now();
            (Arc::clone(leased), was_idle)
        });
        if let Some((leased, was_idle)) = known
            && (!was_idle || leased.responds(self.0.timeouts.check()).await)
        {
            return Ok(leased);
        }
        let leased = self.0.short.get().await?;
        *slot() = Some((Arc::clone(&leased), Instant::now()));
        Ok(leased)
    }
}

/// The client of a connection of this engine.
pub fn client(conn: &mut Conn) -> &mut Client {
    match conn {
        Conn::Postgres(client) => client,
        Conn::Sqlite(_) => unreachable!("this engine has connections to PostgreSQL only"),
    }
}

/// Turns a panic of work into an error for its caller.
pub async fn catch_panic(conn: &mut Conn, unit: Unit) -> Result<(), Failure> {
    let done = AssertUnwindSafe(async { unit(conn).await }).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
}

/// Runs work in a task of its own, because a caller that disconnects must not leave a transaction open.
async fn run_to_the_end(
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
) -> Result<(), Failure> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
}
