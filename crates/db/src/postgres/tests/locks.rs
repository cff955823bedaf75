//! Tests of the begin of a transaction that locks accounts.

use std::sync::Arc;

use super::super::engine::{Postgres, client};
use super::database::Database;
use super::writes::{OTHER, OWN, with_accounts};
use crate::{Conn, Db, Error, Meter, Query, Scope, Statement, Timeouts, bind, statement};

const ACCOUNTS: Statement = statement!("select count(*), max(id) from accounts where id < :id");

/// A writing connection, and another process.
async fn connection(database: &Database) -> (Postgres, Conn) {
    let engine =
        Postgres::open(&database.own_url(), Timeouts::default(), Arc::new(Meter::new()), Arc::default())
            .expect("an engine");
    let conn = engine.writing(engine.writer().await.expect("a connection"), None);
    (engine, conn)
}

#[tokio::test]
async fn further_accounts_stay_locked_when_a_later_write_is_rolled_back() {
    let (database, _db, elsewhere) = with_accounts().await;
    let (_engine, mut conn) = connection(&database).await;
    let (_other_engine, mut other) = connection(&database).await;
    let (own, other) = (client(&mut conn), client(&mut other));
    assert_eq!(own.begin(&[OWN], None).await.expect("a lock"), [OWN]);
    own.begin_unit(0);
    own.set_savepoint();
    assert_eq!(own.lock_further(&[OTHER], None).await.expect("a lock"), [OTHER]);
    let before = own.begin_unit(0);
    own.set_savepoint();
    own.undo_unit(before).await.expect("a transaction");
    assert_eq!(own.accounts.iter().map(|account| account.id).collect::<Vec<_>>(), [OWN, OTHER]);
    assert!(other.begin(&[OWN, OTHER], None).await.expect("an answer").is_empty(), "both are locked");
    own.script("rollback").await.expect("an end");
    other.script("rollback").await.expect("an end");
    elsewhere.write(Scope::Account(OTHER), |_| Box::pin(async { Ok::<_, Error>(()) })).await.expect("a lock");
}

#[tokio::test]
async fn ids_are_reserved_with_the_lock_and_used_first() {
    let (database, _db, _elsewhere) = with_accounts().await;
    let (_engine, mut conn) = connection(&database).await;
    let client = client(&mut conn);
    client.begin(&[OWN], Some(("users", 3))).await.expect("a lock");
    let first = client.reserve_id("users").await.expect("an id");
    let further = client.reserve("users", 1).await.expect("an id");
    assert_eq!(further, [first + 3]);
    for id in [first + 1, first + 2, first + 4] {
        assert_eq!(client.reserve_id("users").await.expect("an id"), id);
    }
}

/// The result of the query that was sent with the lock, and the one after a change.
async fn asked(db: &Db, changes: bool) -> Option<[i64; 2]> {
    let work = db.write(Scope::Account(OWN), move |conn| {
        Box::pin(async move {
            if changes {
                conn.run(&Query::plain("select 1")).await?;
            }
            let query = bind![ACCOUNTS; id: 1_000];
            let result = conn.asked_ahead(&query);
            assert_eq!(conn.asked_ahead(&bind![ACCOUNTS; id: 1_001]), None, "another query");
            conn.ask_ahead(OWN, &query);
            Ok::<_, Error>(result)
        })
    });
    work.await.expect("a write")
}

#[tokio::test]
async fn a_query_is_sent_with_the_next_lock_and_its_result_holds_until_a_change() {
    let (_database, db, _elsewhere) = with_accounts().await;
    let all = Some([2, OTHER]);
    assert_eq!(asked(&db, false).await, None, "nothing was asked ahead");
    assert_eq!(asked(&db, false).await, all);
    assert_eq!(asked(&db, true).await, None, "the transaction may have changed it");
    assert_eq!(asked(&db, false).await, all);
}
