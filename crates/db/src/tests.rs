//! Tests of the write-ahead log.

use crate::sqlite::CHECKPOINT_PAGES;
use crate::{Db, Location, Query, Scope};

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
