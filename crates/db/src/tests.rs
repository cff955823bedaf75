//! The log of writes.

use crate::{Db, Location, Scope, Statement, sqlite};

#[tokio::test]
async fn the_log_of_writes_begins_anew_however_much_is_written_and_read() {
    const PAGE: u64 = 4096;
    const A_THOUSAND_PAGES: Statement = Statement::declared("update filler set bytes = randomblob(4096000)");
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&Location::in_directory(folder.path())).await.expect("a store");
    for sql in ["create table filler (bytes blob)", "insert into filler values (zeroblob(1))"] {
        let made = db.write(Scope::Store, move |conn| {
            Box::pin(async move { conn.run(Statement::declared(sql), &[]).await })
        });
        made.await.expect("a table");
    }
    for _ in 0..5 * sqlite::LOG / 1000 {
        let written = db
            .write(Scope::Account(1), |conn| Box::pin(async move { conn.run(A_THOUSAND_PAGES, &[]).await }));
        let read = db.query_one_shot(|conn| {
            Box::pin(async move {
                conn.scalar(Statement::declared("select length(bytes) from filler"), &[]).await
            })
        });
        let (written, read) = tokio::join!(written, read);
        assert_eq!((written.expect("room"), read.is_ok()), (1, true));
    }
    let log = std::fs::metadata(folder.path().join("statuary.db-wal")).expect("a log").len();
    assert!(log < 2 * u64::from(sqlite::LOG) * PAGE, "{log} bytes");
}
