//! Tests of reads, writes and short queries that run at the same time.

mod database;
mod locks;
mod machines;
mod notices;
mod words;
mod writes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::task::JoinHandle;

use self::database::Database;
use super::engine::{LARGE, READS, WRITES};
use crate::origin::{processors, processors_for_large_reads};
use crate::{Conn, Db, Error, Origin, Query, Result, Scope};

/// Runs longer than any test.
const SLEEP: &str = "select 1::bigint from (select pg_sleep(100000)) as slept";
const ROWS: &str = "select generate_series(1, 3000)::bigint";
const ONE: &str = "select 1::bigint";
const SLEEPING: &str = "select count(*) from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%pg_sleep(%' and pid <> pg_backend_pid()";
const BACKENDS: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

async fn number(db: &Db, sql: &'static str) -> Result<i64> {
    db.query_one_shot(move |conn| Box::pin(async move { conn.scalar(&Query::plain(sql)).await })).await
}

/// Repeats a query until its result is `expected`.
async fn until(db: &Db, sql: &'static str, expected: i64) {
    while number(db, sql).await.expect("an answer") != expected {
        tokio::task::yield_now().await;
    }
}

/// Reads that take very long; each increments `started` when it starts.
fn sleepers(db: &Db, number: usize, started: &Arc<AtomicUsize>) -> Vec<JoinHandle<Result<i64>>> {
    sleepers_of(db, Origin::default(), number, started)
}

fn sleepers_of(
    db: &Db,
    origin: Origin,
    number: usize,
    started: &Arc<AtomicUsize>,
) -> Vec<JoinHandle<Result<i64>>> {
    let sleeper = || {
        let (db, started) = (db.clone(), Arc::clone(started));
        tokio::spawn(async move {
            let work = db.read(move |conn| {
                Box::pin(async move {
                    started.fetch_add(1, Ordering::Relaxed);
                    conn.scalar(&Query::plain(SLEEP)).await
                })
            });
            origin.scope(work).await
        })
    };
    (0..number).map(|_| sleeper()).collect()
}

#[tokio::test]
async fn reads_that_are_abandoned_end_on_the_server_and_those_that_wait_never_begin() {
    let database = Database::create().await;
    let db = &database.open().await;
    let started = Arc::default();
    let readers = READS.0 + READS.1;
    let all = sleepers(db, 3 * readers, &started);
    until(db, SLEEPING, i64::try_from(readers).expect("a few")).await;
    // Short queries, writes and the check of writes have their own connections.
    assert_eq!(number(db, ONE).await.expect("an answer"), 1);
    db.write(Scope::Account(1), |conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await }))
        .await
        .expect("a write");
    db.check_writes().await.expect("writes that work");
    for sleeper in &all {
        sleeper.abort();
    }
    join_all(all).await;
    until(db, SLEEPING, 0).await;
    assert_eq!(started.load(Ordering::Relaxed), readers);
    // The connections are free again, and there are no others.
    let reads = (0..3 * readers)
        .map(|_| db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await })));
    assert!(join_all(reads).await.iter().all(Result::is_ok));
    let backends = number(db, BACKENDS).await.expect("a number");
    assert!(backends <= i64::try_from(readers + WRITES).expect("a few") + 4, "{backends}");
}

#[tokio::test]
async fn reads_that_take_long_leave_room_for_others_to_begin() {
    let database = Database::create().await;
    let db = &database.open().await;
    let started = Arc::default();
    // As many as may start at a time: some of them make room.
    let long = sleepers(db, READS.0, &started);
    for _ in 0..20 {
        let read = db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await }));
        assert_eq!(read.await.expect("a read"), 1);
    }
    assert_eq!(started.load(Ordering::Relaxed), READS.0);
    for sleeper in &long {
        sleeper.abort();
    }
}

#[tokio::test]
async fn reads_of_a_kind_that_was_large_take_turns_and_others_do_not_wait_for_them() {
    let database = Database::create().await;
    let db = &database.open().await;
    let large = Origin { caller: 1, kind: 3 };
    let rows = large.scope(db.read(|conn| {
        Box::pin(async move {
            conn.all(&Query::plain(ROWS), |row| row.get::<i64>(0)).await.map(|rows| rows.len())
        })
    }));
    assert!(rows.await.expect("rows") > LARGE);
    let started = Arc::default();
    let turns = processors_for_large_reads(processors());
    let running = sleepers_of(db, large, turns + 3, &started);
    until(db, SLEEPING, i64::try_from(turns).expect("a few")).await;
    for caller in 1..20 {
        let small = Origin { caller, kind: 5 };
        let read =
            small.scope(db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await })));
        assert_eq!(read.await.expect("a read"), 1);
    }
    assert_eq!(started.load(Ordering::Relaxed), turns, "the others wait");
    for sleeper in &running {
        sleeper.abort();
    }
    // Reads of a kind whose last read was small do not take turns.
    let read = large.scope(db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await })));
    assert_eq!(read.await.expect("a read"), 1);
    let running = sleepers_of(db, large, turns + 3, &Arc::default());
    until(db, SLEEPING, i64::try_from(turns + 3).expect("a few")).await;
    for sleeper in &running {
        sleeper.abort();
    }
}

#[tokio::test]
async fn a_read_that_panics_is_the_error_of_its_caller() {
    let database = Database::create().await;
    let db = &database.open().await;
    for _ in 0..2 * (READS.0 + READS.1) {
        let read: Result<i64> = db
            .read(|conn: &mut Conn| {
                Box::pin(async move {
                    conn.scalar(&Query::plain(ONE)).await?;
                    panic!("on purpose")
                })
            })
            .await;
        assert!(matches!(read, Err(Error::Other(_))));
    }
    db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await })).await.expect("a read");
}
