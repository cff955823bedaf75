//! Tests of the embedded engine: of its write-ahead log, and of writes that share a transaction.

use std::sync::mpsc::channel;

use crate::sqlite::CHECKPOINT_PAGES;
use crate::{Conn, Db, Error, Location, Query, Result, Scope, Statement, Work, bind, statement};

const ACCOUNT: Statement = statement!("insert into accounts (id, name, event_hash) values (:id, '', '')");
const EXISTS: Statement = statement!("select count(*) from accounts where id = :id");

#[tokio::test]
async fn the_write_ahead_log_restarts_under_constant_reads_and_writes() {
    const PAGE: u64 = 4096;
    const WRITE_1000_PAGES: &str = "update filler set bytes = randomblob(4096000)";
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&Location::in_directory(folder.path())).await.expect("a store");
    for sql in ["create table filler (bytes blob)", "insert into filler values (zeroblob(1))"] {
        let created =
            db.write(Scope::Store, move |conn| Box::pin(async move { conn.run(&Query::plain(sql)).await }));
        created.await.expect("a table");
    }
    for _ in 0..5 * CHECKPOINT_PAGES / 1000 {
        let written = db.write(Scope::Account(1), |conn| {
            Box::pin(async move { conn.run(&Query::plain(WRITE_1000_PAGES)).await })
        });
        let read = db.query_one_shot(|conn| {
            Box::pin(async move { conn.scalar(&Query::plain("select length(bytes) from filler")).await })
        });
        let (written, read) = tokio::join!(written, read);
        assert_eq!((written.expect("a write"), read.is_ok()), (1, true));
    }
    let log = std::fs::metadata(folder.path().join("statuary.db-wal")).expect("a log").len();
    assert!(log < 2 * u64::from(CHECKPOINT_PAGES) * PAGE, "{log} bytes");
}

/// Whether an account is there: `apart` for a query that has nothing to do with what the transaction has deferred.
async fn exists(conn: &mut Conn, id: i64, is_apart: bool) -> Result<i64> {
    let query = bind![EXISTS; id];
    conn.scalar(&if is_apart { query.apart() } else { query }).await
}

fn defer(conn: &mut Conn, id: i64) -> Work<'_, i64, Error> {
    conn.defer(&bind![ACCOUNT; id]);
    Box::pin(exists(conn, id, true))
}

#[tokio::test]
async fn statements_are_deferred_until_a_statement_may_need_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&Location::in_directory(folder.path())).await.expect("a store");
    let (begin, begins) = channel();
    // The thread of the writer waits until the others are in its queue.
    let one = db.write(Scope::Store, move |conn| {
        begins.recv().expect("a test");
        defer(conn, 1)
    });
    let two = db.write(Scope::Store, |conn| defer(conn, 2));
    let looks = db.write(Scope::Store, |conn| Box::pin(exists(conn, 2, false)));
    let three = db.write(Scope::Store, |conn| defer(conn, 3));
    // What it causes to be executed is rolled back with it, and executed again.
    let regrets = db.write(Scope::Store, |conn| {
        Box::pin(async move {
            defer(conn, 9).await?;
            assert_eq!((exists(conn, 3, false).await?, exists(conn, 9, false).await?), (1, 1));
            Err::<i64, _>(Error::Other("on purpose".into()))
        })
    });
    let ids = db.write(Scope::Store, |conn| {
        Box::pin(async move {
            let reserved = (conn.reserve_id("accounts").await?, conn.reserve_id("accounts").await?);
            let insert = Query::plain("insert into accounts (name, event_hash) values ('', '') returning id");
            Ok::<_, Error>((reserved, conn.scalar(&insert).await?, conn.reserve_id("accounts").await?))
        })
    });
    let own = |fails: bool| {
        db.write(Scope::Store, move |conn| {
            Box::pin(async move {
                let id = conn.reserve_id("accounts").await?;
                defer(conn, id).await?;
                if fails { Err(Error::Other("on purpose".into())) } else { Ok(id) }
            })
        })
    };
    let last = async { tokio::join!(own(false), own(true), own(false)) };
    let begin = async { begin.send(()).expect("a writer") };
    let (one, two, looks, three, regrets, ids, last, ()) =
        tokio::join!(one, two, looks, three, regrets, ids, last, begin);
    assert_eq!((last.0.expect("an id"), last.1.is_err(), last.2.expect("an id")), (6, true, 7));
    for write in [one, two, three] {
        assert_eq!(write.expect("a write"), 0, "deferred");
    }
    assert_eq!(looks.expect("a read"), 1, "executed for the next statement");
    assert!(regrets.is_err());
    assert_eq!(ids.expect("ids"), ((4, 5), 4, 5), "an id that was not used is free");
    let count = db.read(|conn| {
        Box::pin(async move { conn.scalar(&Query::plain("select count(*) from accounts")).await })
    });
    assert_eq!(count.await.expect("a number"), 6);
    let twice = db.write(Scope::Store, |conn| defer(conn, 1)).await;
    assert!(
        matches!(twice, Err(Error::Constraint { .. })),
        "a write that is alone gets its own error: {twice:?}"
    );
}
