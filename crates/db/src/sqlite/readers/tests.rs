//! Reads that are abandoned, large, or many.

use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::time::Instant;

use tempfile::TempDir;

use super::*;
use crate::{Location, Statement, migrate};

const ENDLESS: Statement = Statement::declared(
    "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
);
const ONE: Statement = Statement::declared("select 1");
/// Generous: the machine may be busy.
const LONG: Duration = Duration::from_mins(1);

/// Readers of a store of their own.
fn readers() -> (TempDir, Readers) {
    let folder = tempfile::tempdir().expect("a folder");
    let Location::Sqlite(path) = Location::in_directory(folder.path()) else { unreachable!("a file") };
    super::super::Sqlite::open(&path, true, Arc::new(Meter::new())).expect("a store");
    let access = Access::allowed(&path);
    let readers = Readers::start(&path, access, Arc::new(Meter::new()), &unbounded().0).expect("readers");
    (folder, readers)
}

fn ask(conn: &mut Conn, statement: Statement) -> Result<i64> {
    super::super::snapshot(conn, move |conn| Box::pin(async move { conn.scalar(statement, &[]).await }))
}

/// Hands a read over, as its caller does who then waits.
fn begin<T>(read: &mut std::pin::Pin<&mut impl Future<Output = T>>) {
    assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it takes a while");
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LONG, "{what}");
        tokio::task::yield_now().await;
    }
}

fn abandoned(readers: &Readers) -> [u64; 2] {
    readers.shared.meter.abandoned()
}

#[tokio::test]
async fn a_read_whose_caller_is_gone_is_not_begun() {
    let (_folder, readers) = readers();
    let (release, released) = mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let hold = || {
        let released = Arc::clone(&released);
        readers.run(move |_| Ok::<_, Error>(released.lock().expect("a lock").recv().is_ok()))
    };
    let mut holding: Vec<_> = (0..readers.shared.seats()).map(|_| Box::pin(hold())).collect();
    for held in &mut holding {
        begin(&mut held.as_mut());
    }
    let (tell, told) = mpsc::channel();
    {
        let mut late = pin!(readers.run(move |_| Ok::<_, Error>(tell.send(()).is_ok())));
        begin(&mut late);
    }
    for held in holding {
        release.send(()).expect("a reader that waits");
        assert!(held.await.expect("a read"));
    }
    assert_eq!(readers.run(|conn| ask(conn, ONE)).await.expect("a read"), 1);
    until("the read is passed over", || abandoned(&readers) == [1, 0]).await;
    assert!(told.try_recv().is_err(), "it was begun");
}

#[tokio::test]
async fn a_read_is_interrupted_when_its_caller_goes_away_and_the_next_one_is_not() {
    let (_folder, readers) = readers();
    let seats = u64::try_from(readers.shared.seats()).expect("a few");
    for round in 1..=3 * seats {
        let (tell, told) = mpsc::channel();
        {
            let mut read = pin!(readers.run(move |conn| {
                tell.send(()).expect("a test");
                ask(conn, ENDLESS)
            }));
            begin(&mut read);
            told.recv_timeout(LONG).expect("it began");
        }
        until("it is interrupted", || abandoned(&readers) == [0, round]).await;
        for _ in 0..2 * seats {
            assert_eq!(readers.run(|conn| ask(conn, ONE)).await.expect("a read"), 1);
        }
    }
}

#[tokio::test]
async fn work_that_loops_between_statements_ends_as_well() {
    let (_folder, readers) = readers();
    let (tell, told) = mpsc::channel();
    {
        let mut read = pin!(readers.run(move |conn| {
            tell.send(()).expect("a test");
            super::super::snapshot(conn, |conn| {
                Box::pin(async move {
                    while conn.scalar(ONE, &[]).await? == 1 {}
                    Ok::<_, Error>(())
                })
            })
        }));
        begin(&mut read);
        told.recv_timeout(LONG).expect("it began");
    }
    until("it is interrupted", || abandoned(&readers) == [0, 1]).await;
}

#[tokio::test]
async fn small_reads_are_answered_however_many_large_ones_run_and_too_many_are_refused() {
    let (_folder, readers) = readers();
    let mut large: Vec<_> = (0..SPARES).map(|_| Box::pin(readers.run(|conn| ask(conn, ENDLESS)))).collect();
    for read in &mut large {
        begin(&mut read.as_mut());
    }
    until("all are large", || readers.shared.meter.large() == SPARES as u64).await;
    for _ in 0..100 {
        assert_eq!(readers.run(|conn| ask(conn, ONE)).await.expect("a read"), 1);
    }
    let refused = readers.run(|conn| ask(conn, ENDLESS)).await.expect_err("one too many");
    let is_unavailable = matches!(refused, Error::Unavailable(_));
    assert!(is_unavailable, "{refused}");
    assert_eq!(readers.run(|conn| ask(conn, ONE)).await.expect("a read"), 1);
    drop(large);
    until("all are interrupted", || abandoned(&readers) == [0, SPARES as u64]).await;
    until("none runs", || {
        let lanes = readers.shared.lock();
        (lanes.running, lanes.paused, lanes.vacant) == (0, 0, 0)
    })
    .await;
}

#[tokio::test]
async fn a_kind_of_request_that_was_large_waits_apart_until_it_is_small_again() {
    let (_folder, readers) = readers();
    let origin = Origin { caller: 1, kind: 7 };
    let (tell, told) = mpsc::channel();
    let mut large = Box::pin(origin.scope(readers.run(move |conn| {
        tell.send(()).expect("a test");
        ask(conn, ENDLESS)
    })));
    begin(&mut large.as_mut());
    told.recv_timeout(LONG).expect("it began");
    until("it is large", || readers.shared.large_kinds.contains(origin)).await;
    // As many as there could not be threads for: they wait without one.
    let mut waiting: Vec<_> =
        (0..4 * SPARES).map(|_| Box::pin(origin.scope(readers.run(|conn| ask(conn, ONE))))).collect();
    for read in &mut waiting {
        begin(&mut read.as_mut());
    }
    assert_eq!(readers.run(|conn| ask(conn, ONE)).await.expect("a small read"), 1);
    drop(large);
    for read in waiting {
        assert_eq!(read.await.expect("a read in its turn"), 1);
    }
    assert!(!readers.shared.large_kinds.contains(origin), "it is small now");
}

#[test]
fn callers_take_turns() {
    let job = |caller, kind| Job {
        work: Box::new(|_| ()),
        ticket: Arc::new(Ticket { origin: Origin { caller, kind }, is_abandoned: AtomicBool::new(false) }),
    };
    let mut turns = Turns::default();
    for (caller, kind) in [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (2, 6)] {
        assert_eq!(turns.push(job(caller, kind)), 0);
    }
    let order: Vec<_> = std::iter::from_fn(|| turns.next()).map(|job| job.ticket.origin.kind).collect();
    assert_eq!(order, [1, 4, 5, 2, 6, 3]);
    for kind in 0..64 {
        let job = job(1, kind);
        job.ticket.is_abandoned.store(kind < 20, Ordering::Relaxed);
        turns.push(job);
    }
    assert_eq!(std::iter::from_fn(|| turns.next()).count(), 44, "those that were abandoned are dropped");
}

#[tokio::test]
async fn a_store_that_is_closed_ends_its_threads() {
    let (folder, readers) = readers();
    let shared = Arc::downgrade(&readers.shared);
    assert!(readers.run(poll_current).await.expect("a read"));
    drop(readers);
    until("the threads have ended", || shared.strong_count() == 0).await;
    drop(folder);
}

fn poll_current(conn: &mut Conn) -> Result<bool> {
    super::super::snapshot(conn, |conn| Box::pin(migrate::is_current(conn)))
}
