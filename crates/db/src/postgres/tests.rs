//! What reads, writers and questions do to each other.

mod database;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::task::JoinHandle;

use self::database::Database;
use super::{MANY, READS, WRITES};
use crate::origin::{processors, share};
use crate::{Conn, Db, Error, Origin, Result, Scope, Statement};

/// Longer than any test runs.
const SLEEP: Statement = Statement::declared("select 1::bigint from (select pg_sleep(100000)) as slept");
const ROWS: Statement = Statement::declared("select generate_series(1, 3000)::bigint");
const ONE: Statement = Statement::declared("select 1::bigint");
const SLEEPING: Statement = Statement::declared(
    "select count(*) from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%pg_sleep(%' and pid <> pg_backend_pid()",
);
const WAITING: Statement = Statement::declared(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
);
const BACKENDS: Statement = Statement::declared(
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
);
const ACCOUNT: Statement =
    Statement::declared("insert into accounts (id, name, event_hash) values ($1, '', '')");
const LOCK: Statement = Statement::declared("select id from accounts where id = 415 for update");

async fn number(db: &Db, statement: Statement) -> Result<i64> {
    db.query_one_shot(move |conn| Box::pin(async move { conn.scalar(statement, &[]).await })).await
}

/// Asks until the answer is this one.
async fn until(db: &Db, statement: Statement, expected: i64) {
    while number(db, statement).await.expect("an answer") != expected {
        tokio::task::yield_now().await;
    }
}

/// Reads that take very long; each counts itself when it begins.
fn sleepers(db: &Db, number: usize, begun: &Arc<AtomicUsize>) -> Vec<JoinHandle<Result<i64>>> {
    sleepers_of(db, Origin::default(), number, begun)
}

fn sleepers_of(
    db: &Db,
    origin: Origin,
    number: usize,
    begun: &Arc<AtomicUsize>,
) -> Vec<JoinHandle<Result<i64>>> {
    let sleeper = || {
        let (db, begun) = (db.clone(), Arc::clone(begun));
        tokio::spawn(async move {
            let work = db.read(move |conn| {
                Box::pin(async move {
                    begun.fetch_add(1, Ordering::Relaxed);
                    conn.scalar(SLEEP, &[]).await
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
    let begun = Arc::default();
    let readers = READS.0 + READS.1;
    let all = sleepers(db, 3 * readers, &begun);
    until(db, SLEEPING, i64::try_from(readers).expect("a few")).await;
    // Questions have connections of their own, and so have writers and probes.
    assert_eq!(number(db, ONE).await.expect("an answer"), 1);
    db.write(Scope::Account(1), |conn| Box::pin(async move { conn.scalar(ONE, &[]).await }))
        .await
        .expect("a write");
    db.check_writes().await.expect("writes that work");
    for sleeper in &all {
        sleeper.abort();
    }
    join_all(all).await;
    until(db, SLEEPING, 0).await;
    assert_eq!(begun.load(Ordering::Relaxed), readers);
    // The connections are there again, and none is left over.
    let reads =
        (0..3 * readers).map(|_| db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await })));
    assert!(join_all(reads).await.iter().all(Result::is_ok));
    let backends = number(db, BACKENDS).await.expect("a number");
    assert!(backends <= i64::try_from(readers + WRITES).expect("a few") + 4, "{backends}");
}

#[tokio::test]
async fn reads_that_take_long_leave_room_for_others_to_begin() {
    let database = Database::create().await;
    let db = &database.open().await;
    let begun = Arc::default();
    // As many as may begin at once: some of them go on elsewhere.
    let long = sleepers(db, READS.0, &begun);
    for _ in 0..20 {
        let read = db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await }));
        assert_eq!(read.await.expect("a read"), 1);
    }
    assert_eq!(begun.load(Ordering::Relaxed), READS.0);
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
        Box::pin(async move { conn.all(ROWS, &[], |row| row.get::<i64>(0)).await.map(|rows| rows.len()) })
    }));
    assert!(rows.await.expect("rows") > MANY);
    let begun = Arc::default();
    let turns = share(processors());
    let started = sleepers_of(db, large, turns + 3, &begun);
    until(db, SLEEPING, i64::try_from(turns).expect("a few")).await;
    for caller in 1..20 {
        let small = Origin { caller, kind: 5 };
        let read = small.scope(db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await })));
        assert_eq!(read.await.expect("a read"), 1);
    }
    assert_eq!(begun.load(Ordering::Relaxed), turns, "the others wait for their turn");
    for sleeper in &started {
        sleeper.abort();
    }
    // A kind that was small again takes no turns.
    let read = large.scope(db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await })));
    assert_eq!(read.await.expect("a read"), 1);
    let started = sleepers_of(db, large, turns + 3, &Arc::default());
    until(db, SLEEPING, i64::try_from(turns + 3).expect("a few")).await;
    for sleeper in &started {
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
                    conn.scalar(ONE, &[]).await?;
                    panic!("on purpose")
                })
            })
            .await;
        assert!(matches!(read, Err(Error::Other(_))));
    }
    db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await })).await.expect("a read");
}

#[tokio::test]
async fn writers_of_an_account_that_is_locked_elsewhere_take_one_connection() {
    let database = Database::create().await;
    let (db, elsewhere) = (&database.open().await, &database.open().await);
    for id in [415, 500] {
        let made = db
            .write(Scope::Store, move |conn| Box::pin(async move { conn.run(ACCOUNT, &[id.into()]).await }));
        made.await.expect("an account");
    }
    // The other service holds the account until it is told to end.
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let (held, is_held) = tokio::sync::oneshot::channel::<()>();
    let holder = elsewhere.write(Scope::Account(415), move |conn| {
        Box::pin(async move {
            conn.scalar(LOCK, &[]).await?;
            held.send(()).expect("a test");
            ended.await.expect("a test");
            Ok::<_, Error>(())
        })
    });
    let story = async {
        is_held.await.expect("a lock");
        let write =
            |_| db.write(Scope::Account(415), |conn| Box::pin(async move { conn.scalar(ONE, &[]).await }));
        let writes = join_all((0..4 * WRITES).map(write));
        let meanwhile = async {
            until(db, WAITING, 1).await;
            // Of another account everything goes on, and of this one what only reads.
            db.read(|conn| Box::pin(async move { conn.scalar(ONE, &[]).await })).await.expect("a read");
            for _ in 0..WRITES {
                db.write(Scope::Account(500), |conn| Box::pin(async move { conn.scalar(ONE, &[]).await }))
                    .await
                    .expect("a write");
            }
            db.check_writes().await.expect("writes that work");
            assert_eq!(number(db, WAITING).await.expect("a number"), 1);
            end.send(()).expect("a holder");
        };
        let (writes, ()) = tokio::join!(writes, meanwhile);
        assert!(writes.iter().all(Result::is_ok));
    };
    let (held, ()) = tokio::join!(holder, story);
    held.expect("an end");
}
