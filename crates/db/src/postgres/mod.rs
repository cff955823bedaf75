//! The engine for more than one machine: `tokio-postgres` behind pools.
//!
//! Each kind of work has connections of its own, so that none waits for another: writers, readers, and light questions,
//! which share connections and do not wait for each other's answers. A read that is abandoned is cancelled on the server.

mod client;
mod connect;
mod queue;

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

pub use self::client::Client;
use self::client::Transaction;
use self::connect::{Address, Connections, Leased, REST};
use self::queue::Queues;
use super::origin::{LargeKinds, Origin, processors, share};
use super::{Conn, Error, Failure, Meter, Result, Scope, Timeouts, Work};

/// How many reads begin at once, and how many more go on that take long: these leave room for others to begin.
const READS: (usize, usize) = (8, 4);
/// After how long a read takes long.
const LONG: Duration = Duration::from_millis(100);
/// With how many rows a read is large even where it takes less. A page of 200 rows with what belongs to them has fewer.
const MANY: usize = 2_000;
/// How many accounts are written to at once.
const WRITES: usize = 6;
/// Over how many connections light questions travel, many at once.
const SHARED: usize = 2;
/// How many more there are to take the place of one that does not answer, and for the check of writes.
const SPARE: usize = 2;

#[derive(Clone)]
pub struct Postgres(Arc<Engine>);

struct Engine {
    readers: Connections,
    writers: Connections,
    light: Connections,
    shared: Shared,
    starting: Arc<Semaphore>,
    long: Arc<Semaphore>,
    /// Reads that were large the last time: half of the processors work on their rows.
    large: Semaphore,
    large_kinds: LargeKinds,
    queues: Queues,
    timeouts: Timeouts,
    meter: Arc<Meter>,
}

/// A connection, and when it was used last.
type Used = (Arc<Leased>, Instant);

/// Connections that questions take turns on, and do not wait for each other's answers; each with its last use.
#[derive(Default)]
struct Shared {
    places: [Mutex<Option<Used>>; SHARED],
    turn: AtomicUsize,
}

impl Engine {
    /// Waits for the turn of a read, if the last one of its kind was large.
    async fn large_turn(&self, origin: Origin) -> Option<SemaphorePermit<'_>> {
        if !self.large_kinds.contains(origin) {
            return None;
        }
        self.large.acquire().await.ok()
    }
}

impl Postgres {
    pub fn open(url: &str, timeouts: Timeouts, meter: Arc<Meter>) -> Result<Self> {
        let address = Address::new(url)?;
        Ok(Self(Arc::new(Engine {
            readers: address.pool(READS.0 + READS.1, timeouts, timeouts.statement)?,
            writers: address.pool(WRITES, timeouts, timeouts.statement)?,
            light: address.pool(SHARED + SPARE, timeouts, Some(timeouts.light))?,
            shared: Shared::default(),
            starting: Arc::new(Semaphore::new(READS.0)),
            long: Arc::new(Semaphore::new(READS.1)),
            large: Semaphore::new(share(processors())),
            large_kinds: LargeKinds::default(),
            queues: Queues::default(),
            timeouts,
            meter,
        })))
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        // Migrations hold one lock of their own, so that processes that start together take turns; and they take their time.
        let begin = "begin; set local statement_timeout = 0; set local lock_timeout = 0;
            select pg_advisory_xact_lock(7382711)";
        let leased = self.0.writers.get().await?;
        let engine = self.clone();
        run_to_the_end(async move {
            engine.transaction(leased, None, begin, |conn| Box::pin(super::migrate::run(conn))).await
        })
        .await
    }

    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let (engine, origin) = (&self.0, Origin::current());
        let mut large = engine.large_turn(origin).await;
        let starting =
            timeout(engine.timeouts.connection, Arc::clone(&engine.starting).acquire_owned()).await;
        let mut starting = starting.map_err(|_| Error::Unavailable("too many reads take long".into()))?.ok();
        if large.is_none() && engine.large_kinds.contains(origin) {
            // Another one of its kind turned out to be large meanwhile.
            drop(starting.take());
            large = engine.large_turn(origin).await;
        }
        let leased = engine.readers.get().await?;
        let begun = Instant::now();
        let mut conn = Conn::Postgres(Client::new(leased, engine.timeouts.answer(), Transaction::Read));
        let result = self.watched(self.in_lane(starting, guarded(&mut conn, work))).await?;
        if let Conn::Postgres(client) = &mut conn {
            client.leave();
            if client.rows() > MANY || begun.elapsed() >= LONG {
                engine.large_kinds.insert(origin);
            } else if large.is_some() {
                engine.large_kinds.remove(origin);
            }
        }
        result
    }

    /// Runs work for as long as the network carries anything at all.
    async fn watched<T, E: From<Error>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.silence() => Err(Error::Unavailable("nothing comes from PostgreSQL any more".into()).into()),
        }
    }

    /// Waits until a light question is not answered, and looks seldom enough not to be seen.
    async fn silence(&self) {
        let timeouts = &self.0.timeouts;
        loop {
            sleep(timeouts.doubt).await;
            let Ok(shared) = self.shared().await else { return };
            if !shared.answers(timeouts.light).await {
                return;
            }
        }
    }

    /// Runs a read, which makes room for others to begin once it takes long.
    async fn in_lane<T>(&self, starting: Option<OwnedSemaphorePermit>, read: impl Future<Output = T>) -> T {
        let mut read = std::pin::pin!(read);
        let makes_room = async {
            sleep(LONG).await;
            Arc::clone(&self.0.long).acquire_owned().await
        };
        let _long = tokio::select! {
            biased;
            done = &mut read => return done,
            long = makes_room => long,
        };
        drop(starting);
        read.await
    }

    pub async fn query_one_shot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let leased = self.shared().await?;
        let mut conn =
            Conn::Postgres(Client::new(leased, Some(self.0.timeouts.light_answer()), Transaction::None));
        guarded(&mut conn, work).await?
    }

    pub async fn write<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let engine = self.clone();
        let (place, begin) = match scope {
            Scope::Account(id) => {
                let begin = format!("begin; select from accounts where id = {id} for update");
                (Some(self.0.queues.join(id)?), begin)
            }
            // The lookups by id of an import are planned while the tables are all but empty, and the plans stay:
            // they would read the growing tables whole, again and again.
            Scope::Store => {
                (None, "begin; lock table accounts in exclusive mode; set local enable_seqscan = off".into())
            }
        };
        run_to_the_end(async move {
            let timeouts = &engine.0.timeouts;
            let _turn = match &place {
                Some(place) => Some(place.turn(timeouts.connection + timeouts.lock).await?),
                None => None,
            };
            let mut is_open = false;
            let done = async {
                let leased = engine.0.writers.get().await?;
                let limit = timeouts.answer();
                let work = engine.transaction_that_opens(leased, limit, &begin, work, &mut is_open);
                engine.watched(work).await
            };
            let done = done.await;
            if let (false, Some(place)) = (is_open, &place) {
                place.give_up();
            }
            done
        })
        .await
    }

    /// Runs a transaction without a lock, of which no other work is in the way.
    pub async fn write_aside<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let leased = self.0.light.get().await?;
        self.transaction(leased, Some(self.0.timeouts.light_answer()), "begin", work).await
    }

    async fn transaction<T, E, F>(
        &self,
        leased: Arc<Leased>,
        limit: Option<Duration>,
        begin: &str,
        work: F,
    ) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
    {
        self.transaction_that_opens(leased, limit, begin, work, &mut false).await
    }

    async fn transaction_that_opens<T, E, F>(
        &self,
        leased: Arc<Leased>,
        limit: Option<Duration>,
        begin: &str,
        work: F,
        is_open: &mut bool,
    ) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
    {
        let mut conn = Conn::Postgres(Client::new(leased, limit, Transaction::Write));
        conn.script(begin).await?;
        *is_open = true;
        let result = work(&mut conn).await;
        conn.script(if result.is_ok() { "commit" } else { "rollback" }).await?;
        if let Conn::Postgres(client) = &mut conn {
            client.ended();
            if result.is_ok() {
                self.0.meter.appended(client.appended);
            }
        }
        result
    }

    /// A connection for light questions, which is there as long as it answers.
    async fn shared(&self) -> Result<Arc<Leased>> {
        let shared = &self.0.shared;
        let turn = shared.turn.fetch_add(1, Ordering::Relaxed);
        let place = || shared.places[turn % SHARED].lock().unwrap_or_else(PoisonError::into_inner);
        let known = place().as_mut().filter(|(leased, _)| leased.is_open()).map(|(leased, used)| {
            let rested = used.elapsed() > REST;
            *used = Instant::now();
            (Arc::clone(leased), rested)
        });
        if let Some((leased, rested)) = known
            && (!rested || leased.answers(self.0.timeouts.look()).await)
        {
            return Ok(leased);
        }
        let leased = self.0.light.get().await?;
        *place() = Some((Arc::clone(&leased), Instant::now()));
        Ok(leased)
    }
}

/// Work that panics is an error of its caller's, and of nobody else.
async fn guarded<T, E, F>(conn: &mut Conn, work: F) -> Result<Result<T, E>>
where
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    let done = AssertUnwindSafe(async { work(conn).await }).catch_unwind().await;
    done.map_err(|_| Error::Other("the work panicked".into()))
}

/// In a task of its own: a caller that goes away must not leave a transaction half way.
async fn run_to_the_end<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
}
