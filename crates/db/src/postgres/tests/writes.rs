//! Tests of writes of one account that wait for the same lock.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use tokio::sync::oneshot;

use super::super::engine::WRITES;
use super::super::queue::LENGTH;
use super::database::Database;
use super::{ONE, number, until};
use crate::{Conn, Db, Error, Query, Result, Scope, Statement, Work, bind, statement};

const ACCOUNT: Statement = statement!("insert into accounts (id, name, event_hash) values (:id, '', :hash)");
const HASH: [u8; 32] = [0; 32];
const ACCOUNTS: &str = "select count(*) from accounts";
const TRANSACTION: &str = "select txid_current()";
const DIVIDE: &str = "select 1 / (id - id) from accounts";
const WAITING: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
const BREAK: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";
pub const OWN: i64 = 415;
pub const OTHER: i64 = 500;

pub async fn with_accounts() -> (Database, Db, Db) {
    let database = Database::create().await;
    let (db, elsewhere) = (database.open().await, database.open().await);
    for id in [OWN, OTHER] {
        let made = db.write(Scope::Store, move |conn| {
            Box::pin(async move { conn.run(&bind![ACCOUNT; id, hash: &HASH]).await })
        });
        made.await.expect("an account");
    }
    (database, db, elsewhere)
}

/// Runs `story` while another service holds the lock of the account, until the story calls what it is given.
async fn while_locked<F: Future>(elsewhere: &Db, story: impl FnOnce(oneshot::Sender<()>) -> F) -> F::Output {
    let (end, ended) = oneshot::channel();
    let (held, is_held) = oneshot::channel();
    let holder = elsewhere.write(Scope::Account(OWN), move |_| {
        Box::pin(async move {
            held.send(()).expect("a test");
            ended.await.expect("a test");
            Ok::<_, Error>(())
        })
    });
    let story = async {
        is_held.await.expect("a lock");
        story(end).await
    };
    let (held, result) = join(holder, story).await;
    held.expect("an end");
    result
}

/// Ends the lock that a story has, once a write waits for it.
async fn release(db: &Db, end: oneshot::Sender<()>) {
    until(db, WAITING, 1).await;
    end.send(()).expect("a holder");
}

async fn write<T: Send + 'static>(
    db: &Db,
    account: i64,
    work: impl for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, Error> + Send + 'static,
) -> Result<T> {
    db.write(Scope::Account(account), work).await
}

fn one(conn: &mut Conn) -> Work<'_, i64, Error> {
    Box::pin(conn.scalar(&const { Query::plain(ONE) }))
}

#[tokio::test]
async fn writers_of_an_account_that_is_locked_elsewhere_take_one_connection() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    while_locked(&elsewhere, async |end| {
        let writes = join_all((0..4 * WRITES).map(|_| write(db, OWN, one)));
        let meanwhile = async {
            until(db, WAITING, 1).await;
            // Other accounts, and reads of this one, continue.
            db.read(|conn| Box::pin(async move { conn.scalar(&Query::plain(ONE)).await }))
                .await
                .expect("a read");
            for _ in 0..WRITES {
                write(db, OTHER, one).await.expect("a write");
            }
            db.check_writes().await.expect("writes that work");
            assert_eq!(number(db, WAITING).await.expect("a number"), 1);
            end.send(()).expect("a holder");
        };
        let (writes, ()) = join(writes, meanwhile).await;
        assert!(writes.iter().all(Result::is_ok));
    })
    .await;
}

#[tokio::test]
async fn writes_that_wait_share_a_transaction_and_fail_alone() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let writes = while_locked(&elsewhere, async |end| {
        let insert = |id: i64| {
            write(db, OWN, move |conn| {
                Box::pin(async move {
                    conn.submit(&bind![ACCOUNT; id, hash: &HASH]).await?;
                    conn.scalar(&Query::plain(TRANSACTION)).await
                })
            })
        };
        // The constraint is violated by a statement that is not awaited.
        let late = write(db, OWN, |conn| {
            Box::pin(async move {
                conn.submit(&bind![ACCOUNT; id: OWN, hash: &HASH]).await?;
                Ok(0)
            })
        });
        let regrets = write(db, OWN, |conn| {
            Box::pin(async move {
                conn.submit(&bind![ACCOUNT; id: 9, hash: &HASH]).await?;
                Err::<i64, _>(Error::Other("on purpose".into()))
            })
        });
        let divides =
            write(db, OWN, |conn| Box::pin(async move { conn.scalar(&Query::plain(DIVIDE)).await }));
        let panics = write::<i64>(db, OWN, |_| Box::pin(async move { panic!("on purpose") }));
        let writes =
            async { tokio::join!(insert(1), insert(OTHER), late, regrets, divides, panics, insert(2)) };
        join(writes, release(db, end)).await.0
    })
    .await;
    let (first, violates, late, regrets, divides, panics, last) = writes;
    assert!(matches!(violates, Err(Error::Constraint { .. })), "{violates:?}");
    assert!(matches!(late, Err(Error::Constraint { .. })), "{late:?}");
    assert!(matches!(regrets, Err(Error::Unavailable(_))), "the write before it failed after it had begun");
    assert!(divides.is_err() && matches!(panics, Err(Error::Other(_))));
    assert_eq!(first.expect("a transaction"), last.expect("a transaction"), "one transaction");
    assert_eq!(number(db, ACCOUNTS).await.expect("a number"), 4, "the accounts before, and 1 and 2");
}

#[tokio::test]
async fn writes_of_accounts_that_wait_share_a_transaction_and_leave_out_what_is_locked_elsewhere() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    while_locked(&elsewhere, async |end| {
        let blocked = write(db, OWN, one);
        let meanwhile = async {
            until(db, WAITING, 1).await;
            for id in 1..8 {
                write(db, OTHER, move |conn| {
                    Box::pin(async move { conn.run(&bind![ACCOUNT; id, hash: &HASH]).await })
                })
                .await
                .expect("an account");
            }
            // Which of them wait when a transaction begins is up to the scheduler.
            loop {
                let transaction = |account: i64| {
                    write(db, account, move |conn| {
                        Box::pin(async move { conn.scalar(&Query::plain(TRANSACTION)).await })
                    })
                };
                let own = transaction(OWN);
                let others = async {
                    let all = join_all((1..8).map(transaction)).await;
                    let all: BTreeSet<_> = all.into_iter().map(|id| id.expect("a transaction")).collect();
                    all.len() < 7
                };
                tokio::select! { biased; shared = others => if shared { break }, _ = own => panic!("it is locked") }
            }
            end.send(()).expect("a holder");
        };
        join(blocked, meanwhile).await.0.expect("a write");
    })
    .await;
}

#[tokio::test]
async fn a_transaction_remembers_what_writes_that_succeed_have_changed() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let remembered = while_locked(&elsewhere, async |end| {
        let next = |fails: bool| {
            write(db, OWN, move |conn| {
                Box::pin(async move {
                    let before = conn.remembered::<i64>().copied();
                    conn.remember(|number: &mut i64| *number += 1);
                    conn.scalar(&Query::plain(ONE)).await?;
                    if fails { Err(Error::Other("on purpose".into())) } else { Ok(before) }
                })
            })
        };
        let writes = join_all([false, false, true, false, false].map(next));
        join(writes, release(db, end)).await.0
    })
    .await;
    let remembered: Vec<_> = remembered.into_iter().map(Result::ok).collect();
    assert_eq!(remembered, [Some(None), Some(Some(1)), None, Some(Some(2)), Some(Some(3))]);
    let later = write(db, OWN, |conn| Box::pin(async move { Ok(conn.remembered::<i64>().copied()) }));
    assert_eq!(later.await.expect("a write"), None, "another transaction");
}

/// Whether an account is there: `apart` for a query that has nothing to do with what the transaction has deferred.
const EXISTS: Statement = statement!("select count(*) from accounts where id = :id");

async fn exists(conn: &mut Conn, id: i64, is_apart: bool) -> Result<i64> {
    let query = bind![EXISTS; id];
    conn.scalar(&if is_apart { query.apart() } else { query }).await
}

#[tokio::test]
async fn statements_are_deferred_until_a_statement_may_need_them() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let writes = while_locked(&elsewhere, async |end| {
        let defer = |id: i64| {
            write(db, OWN, move |conn| {
                Box::pin(async move {
                    conn.defer(&bind![ACCOUNT; id, hash: &HASH]);
                    exists(conn, id, true).await
                })
            })
        };
        let looks = write(db, OWN, |conn| Box::pin(async move { exists(conn, 2, false).await }));
        // What it causes to be executed is rolled back with it, and executed again.
        let regrets = write(db, OWN, |conn| {
            Box::pin(async move {
                conn.defer(&bind![ACCOUNT; id: 9, hash: &HASH]);
                assert_eq!((exists(conn, 3, false).await?, exists(conn, 9, false).await?), (1, 1));
                Err::<i64, _>(Error::Other("on purpose".into()))
            })
        });
        let forgets = write(db, OWN, |conn| {
            Box::pin(async move {
                conn.defer(&bind![ACCOUNT; id: 8, hash: &HASH]);
                Err::<i64, _>(Error::Other("on purpose".into()))
            })
        });
        let writes =
            async { tokio::join!(defer(1), defer(2), looks, defer(3), regrets, forgets, defer(4), defer(5)) };
        join(writes, release(db, end)).await.0
    })
    .await;
    let (one, two, looks, three, regrets, forgets, four, five) = writes;
    for write in [one, two, three, four, five] {
        assert_eq!(write.expect("a write"), 0, "deferred");
    }
    assert_eq!(looks.expect("a read"), 1, "executed for the next statement");
    assert!(regrets.is_err() && forgets.is_err());
    assert_eq!(number(db, ACCOUNTS).await.expect("a number"), 7, "the accounts before, and 1 to 5");
}

#[tokio::test]
async fn a_deferred_statement_that_fails_fails_the_transaction() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let writes = while_locked(&elsewhere, async |end| {
        let defer = |id: i64| {
            write(db, OWN, move |conn| {
                conn.defer(&bind![ACCOUNT; id, hash: &HASH]);
                Box::pin(async { Ok(()) })
            })
        };
        let writes = join_all([1, OTHER, 2].map(defer));
        join(writes, release(db, end)).await.0
    })
    .await;
    assert!(writes.iter().all(|write| matches!(write, Err(Error::Unavailable(_)))), "{writes:?}");
    assert_eq!(number(db, ACCOUNTS).await.expect("a number"), 2);
    write(db, OWN, one).await.expect("a write");
}

#[tokio::test]
async fn writes_that_wait_fail_when_the_connection_is_lost_and_later_ones_succeed() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let writes = while_locked(&elsewhere, async |end| {
        let writes = join_all((0..5).map(|_| write(db, OWN, one)));
        let breaks = async {
            loop {
                number(db, BREAK).await.expect("a number");
            }
        };
        let writes = tokio::select! { writes = writes => writes, () = breaks => unreachable!() };
        end.send(()).expect("a holder");
        writes
    })
    .await;
    assert!(writes.iter().all(|write| matches!(write, Err(Error::Unavailable(_)))), "{writes:?}");
    write(db, OWN, one).await.expect("a write on a new connection");
}

#[tokio::test]
async fn the_queue_of_an_account_is_bounded() {
    let (_database, db, elsewhere) = with_accounts().await;
    let db = &db;
    let refused = while_locked(&elsewhere, async |end| {
        let writes = join_all((0..LENGTH + 40).map(|_| write(db, OWN, one)));
        join(writes, release(db, end)).await.0
    })
    .await;
    let refused = refused.iter().filter(|write| write.is_err()).count();
    assert_eq!(refused, 40);
}
