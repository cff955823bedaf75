//! Tests of abandoned, large and queued reads.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use crossbeam_channel::unbounded;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::fair_queue::FairQueue;
use super::pool::{EXTRA_THREADS, Readers};
use super::read_job::{ReadJob, Snapshot};
use super::watch::Ticket;
use crate::sqlite::Sqlite;
use crate::sqlite::file::Access;
use crate::unit::unit;
use crate::{Conn, Error, Location, Meter, Origin, Query, Result, Work, migrate};

const ENDLESS: &str =
    "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n";
const ONE: &str = "select 1";
/// Long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Readers of a new store.
fn readers() -> (TempDir, Readers) {
    let folder = tempfile::tempdir().expect("a folder");
    let Location::Sqlite(path) = Location::in_directory(folder.path()) else { unreachable!("a file") };
    Sqlite::open(&path, true, Arc::new(Meter::new()), Arc::default()).expect("a store");
    let access = Access::allowed(&path);
    let readers = Readers::start(&path, access, Arc::new(Meter::new()), &unbounded().0).expect("readers");
    (folder, readers)
}

async fn read<T: Send + 'static>(
    readers: &Readers,
    work: impl for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, Error> + Send + 'static,
) -> Result<T> {
    let (unit, outcome) = unit(work);
    outcome.after(readers.run(Snapshot::Transaction, unit).await)
}

async fn query(readers: &Readers, sql: &'static str) -> Result<i64> {
    read(readers, move |conn| Box::pin(async move { conn.scalar(&Query::plain(sql)).await })).await
}

/// A query that tells the test when it has started.
async fn query_noticed(readers: &Readers, sql: &'static str, started: mpsc::Sender<()>) -> Result<i64> {
    read(readers, move |conn| {
        Box::pin(async move {
            started.send(()).expect("a test");
            conn.scalar(&Query::plain(sql)).await
        })
    })
    .await
}

/// Polls a read once, as its caller does before it waits.
fn start<T>(read: &mut Pin<&mut impl Future<Output = T>>) {
    assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it runs");
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < TIMEOUT, "{what}");
        tokio::task::yield_now().await;
    }
}

fn abandoned(readers: &Readers) -> [u64; 2] {
    readers.shared.meter.abandoned()
}

#[tokio::test]
async fn a_read_whose_caller_has_disconnected_is_not_started() {
    let (_folder, readers) = readers();
    let (release, released) = mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let hold = || {
        let released = Arc::clone(&released);
        read(&readers, move |_| Box::pin(async move { Ok(released.lock().expect("a lock").recv().is_ok()) }))
    };
    let mut holding: Vec<_> = (0..readers.shared.slots()).map(|_| Box::pin(hold())).collect();
    for held in &mut holding {
        start(&mut held.as_mut());
    }
    let (started, was_started) = mpsc::channel();
    {
        let mut late = pin!(query_noticed(&readers, ONE, started));
        start(&mut late);
    }
    for held in holding {
        release.send(()).expect("a waiting reader");
        assert!(held.await.expect("a read"));
    }
    assert_eq!(query(&readers, ONE).await.expect("a read"), 1);
    until("the read is skipped", || abandoned(&readers) == [1, 0]).await;
    assert!(was_started.try_recv().is_err(), "it was started");
}

#[tokio::test]
async fn a_read_is_interrupted_when_its_caller_disconnects_and_the_next_one_is_not() {
    let (_folder, readers) = readers();
    let slots = u64::try_from(readers.shared.slots()).expect("a few");
    for round in 1..=3 * slots {
        let (started, was_started) = mpsc::channel();
        {
            let mut read = pin!(query_noticed(&readers, ENDLESS, started));
            start(&mut read);
            was_started.recv_timeout(TIMEOUT).expect("it started");
        }
        until("it is interrupted", || abandoned(&readers) == [0, round]).await;
        for _ in 0..2 * slots {
            assert_eq!(query(&readers, ONE).await.expect("a read"), 1);
        }
    }
}

#[tokio::test]
async fn work_that_loops_between_statements_is_interrupted() {
    let (_folder, readers) = readers();
    let (started, was_started) = mpsc::channel();
    {
        let mut read = pin!(read(&readers, move |conn| {
            Box::pin(async move {
                started.send(()).expect("a test");
                while conn.scalar(&Query::plain(ONE)).await? == 1 {}
                Ok(())
            })
        }));
        start(&mut read);
        was_started.recv_timeout(TIMEOUT).expect("it started");
    }
    until("it is interrupted", || abandoned(&readers) == [0, 1]).await;
}

#[tokio::test]
async fn small_reads_complete_while_large_ones_run_and_too_many_large_ones_are_refused() {
    let (_folder, readers) = readers();
    let mut large: Vec<_> = (0..EXTRA_THREADS).map(|_| Box::pin(query(&readers, ENDLESS))).collect();
    for read in &mut large {
        start(&mut read.as_mut());
    }
    until("all are large", || readers.shared.meter.large() == EXTRA_THREADS as u64).await;
    for _ in 0..100 {
        assert_eq!(query(&readers, ONE).await.expect("a read"), 1);
    }
    let refused = query(&readers, ENDLESS).await.expect_err("a read that is refused");
    let is_unavailable = matches!(refused, Error::Unavailable(_));
    assert!(is_unavailable, "{refused}");
    assert_eq!(query(&readers, ONE).await.expect("a read"), 1);
    drop(large);
    until("all are interrupted", || abandoned(&readers) == [0, EXTRA_THREADS as u64]).await;
    until("no large read runs", || {
        let lanes = readers.shared.lock();
        (lanes.running, lanes.paused, lanes.vacant) == (0, 0, 0)
    })
    .await;
}

#[tokio::test]
async fn requests_of_a_large_kind_wait_in_their_own_queue_until_one_is_small() {
    let (_folder, readers) = readers();
    let origin = Origin { caller: 1, kind: 7 };
    let (started, was_started) = mpsc::channel();
    let mut large = Box::pin(origin.scope(query_noticed(&readers, ENDLESS, started)));
    start(&mut large.as_mut());
    was_started.recv_timeout(TIMEOUT).expect("it started");
    until("it is large", || readers.shared.large_kinds.contains(origin)).await;
    // More than there can be threads: they wait without a thread.
    let mut waiting: Vec<_> =
        (0..4 * EXTRA_THREADS).map(|_| Box::pin(origin.scope(query(&readers, ONE)))).collect();
    for read in &mut waiting {
        start(&mut read.as_mut());
    }
    assert_eq!(query(&readers, ONE).await.expect("a small read"), 1);
    drop(large);
    for read in waiting {
        assert_eq!(read.await.expect("a read in its turn"), 1);
    }
    assert!(!readers.shared.large_kinds.contains(origin), "it is small now");
}

#[test]
fn callers_take_turns() {
    let job = |caller, kind| ReadJob {
        unit: unit::<_, Error, _>(|_| Box::pin(async { Ok(()) })).0,
        snapshot: Snapshot::Statement,
        response: oneshot::channel().0,
        ticket: Arc::new(Ticket::new(Origin { caller, kind })),
    };
    let mut queue = FairQueue::default();
    for (caller, kind) in [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (2, 6)] {
        assert_eq!(queue.push(job(caller, kind)), 0);
    }
    let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|job| job.ticket.origin.kind).collect();
    assert_eq!(order, [1, 4, 5, 2, 6, 3]);
    for kind in 0..64 {
        let job = job(1, kind);
        if kind < 20 {
            job.ticket.abandon();
        }
        queue.push(job);
    }
    assert_eq!(std::iter::from_fn(|| queue.pop()).count(), 44, "abandoned reads are dropped");
}

#[tokio::test]
async fn closing_a_store_ends_its_threads() {
    let (folder, readers) = readers();
    let shared = Arc::downgrade(&readers.shared);
    assert!(read(&readers, |conn| Box::pin(migrate::is_current(conn))).await.expect("a read"));
    drop(readers);
    until("the threads have ended", || shared.strong_count() == 0).await;
    drop(folder);
}
