//! A store of every earlier schema is migrated with its records.
//!
//! A migration that is killed leaves the store as it was.
//!
//! A store of an earlier schema is made from one of today: the tables and columns that it had get the rows of today's store.

use std::fs;
use std::path::Path;
use std::time::Instant;

use rstest::rstest;
use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::commands::client::export;
use crate::support::{Engine, PATIENCE, Process, Store};
use db::{Db, file, migrate};

/// The tables and their columns that both files have, with what `except` leaves out.
fn shared(conn: &Connection, one: &str, other: &str) -> Vec<(String, Vec<String>)> {
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).expect("SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("texts")
    };
    let tables = texts(&format!(
        "select name from pragma_table_list where schema = '{one}' and type = 'table' and name not like 'sqlite%'
            and name not in ('schema_migrations', 'backup_note')
            and name in (select name from pragma_table_list where schema = '{other}') order by name"
    ));
    let columns = |table: &str| {
        texts(&format!(
            "select name from pragma_table_info('{table}', '{one}')
            intersect select name from pragma_table_info('{table}', '{other}')"
        ))
    };
    tables.into_iter().map(|table| (table.clone(), columns(&table))).collect()
}

/// Makes a store with the first migrations, and with the rows of another one.
fn make_earlier(path: &Path, number: usize, today: &Path) {
    file::create_earlier(path, number).expect("a store");
    let conn = Connection::open(path).expect("a file");
    conn.execute("attach ?1 as today", [today.to_str()]).expect("a store");
    conn.execute_batch("pragma foreign_keys = off; begin").expect("SQL");
    for (table, columns) in shared(&conn, "main", "today") {
        let columns = columns.join(", ");
        let sql = format!(
            "delete from main.{table}; insert into main.{table} ({columns}) select {columns} from today.{table}"
        );
        conn.execute_batch(&sql).unwrap_or_else(|error| panic!("{number}: {table}: {error}"));
    }
    conn.execute_batch("commit").expect("SQL");
    let broken =
        conn.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
    assert_eq!(broken.expect("a check"), 0, "{number}");
}

/// The columns of an earlier store whose values the migrated one lost or changed.
fn changed(earlier: &Path, migrated: &Path) -> Vec<String> {
    let conn = Connection::open(earlier).expect("a file");
    conn.execute("attach ?1 as migrated", [migrated.to_str()]).expect("a store");
    let mut found = Vec::new();
    for (table, columns) in shared(&conn, "main", "migrated") {
        let all = columns.join(", ");
        let sql = format!(
            "select count(*) from (select {all} from main.{table} except select {all} from migrated.{table})"
        );
        let lost: i64 = conn.query_row(&sql, [], |row| row.get(0)).expect("a number");
        if lost > 0 {
            found.push(format!("{table}: {lost} rows"));
        }
    }
    found
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// A store of an earlier schema with the rows of another one. `earlier.db` has the same content.
fn earlier(engine: Engine, number: usize, today: &Store, runtime: &Runtime) -> Store {
    let store = Store::new(engine);
    let earlier = store.path("earlier.db");
    make_earlier(&earlier, number, &today.path("data/statuary.db"));
    if let Some(url) = store.database_url() {
        runtime.block_on(Db::fill_earlier(&url, &earlier, number)).expect("a database");
    } else {
        fs::create_dir(store.path("data")).expect("a folder");
        fs::copy(&earlier, store.path("data/statuary.db")).expect("a copy");
    }
    store
}

#[rstest]
fn a_store_of_every_earlier_schema_is_migrated_with_its_records(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let today = Store::harbor(Engine::Sqlite);
    let runtime = runtime();
    for number in 1..migrate::NEWEST {
        let store = earlier(engine, number, &today, &runtime);
        let earlier = store.path("earlier.db");
        // Any command that writes migrates.
        let added = store.run(&["user", "add", "--email", "late@example.com", "--name", "Late"], "");
        assert_eq!(added.code, Some(0), "{number}: {}", added.err);
        store.run(&["backup", "migrated.db"], "").success();
        let changed = changed(&earlier, &store.path("migrated.db"));
        // The new person moved the head of the log of the account, and the sequences that follow it.
        let others: Vec<_> = changed.iter().filter(|text| !text.starts_with("accounts: ")).collect();
        assert!(others.is_empty(), "{number}: {others:?}");
        // The chain of events is whole, whatever records that version did not have yet.
        let found = store.run(&["verify"], "");
        assert!(
            !found.out.contains("it was changed") && !found.out.contains("chain"),
            "{number}: {}",
            found.out
        );
        assert_eq!(store.path("data/statuary.db.before-migration").exists(), engine == Engine::Sqlite);
    }
}

/// The migrations that the store of an interrupted migration has.
const EARLIER: usize = 20;
const APPLIED: &str = "select count(*) from schema_migrations";

/// Starts a server, which migrates.
fn migrating(store: &Store) -> Process {
    Process::start(store.command(&["serve", "--listen", "127.0.0.1:0"]), "")
}

/// Asserts that a store is migrated by its next start, with all of its records.
#[track_caller]
fn assert_migrates(store: &Store) {
    store.serve(&[]).stop();
    store.run(&["backup", "migrated.db"], "").success();
    assert_eq!(changed(&store.path("earlier.db"), &store.path("migrated.db")), Vec::<String>::new());
    let found = store.run(&["verify"], "");
    assert!(!found.out.contains("it was changed") && !found.out.contains("chain"), "{}", found.out);
    export(store);
}

#[test]
fn a_migration_that_is_killed_on_sqlite_leaves_the_store_as_it_was_or_is_complete() {
    let (today, runtime) = (Store::harbor(Engine::Sqlite), runtime());
    // At the beginning, and while the pages of the transaction are written.
    for file in ["statuary.db.before-migration", "statuary.db-wal"] {
        let store = earlier(Engine::Sqlite, EARLIER, &today, &runtime);
        let (file, until) = (store.path("data").join(file), Instant::now() + PATIENCE);
        let server = migrating(&store);
        while !fs::metadata(&file).is_ok_and(|file| file.len() > 0) {
            assert!(Instant::now() < until, "the migration does not begin");
        }
        server.signal("KILL");
        server.end();
        let conn = Connection::open(store.path("data/statuary.db")).expect("a file");
        let applied: i64 = conn.query_row(APPLIED, [], |row| row.get(0)).expect("a number");
        let all_or_nothing = [EARLIER, migrate::NEWEST].map(|number| i64::try_from(number).expect("a few"));
        assert!(all_or_nothing.contains(&applied), "{applied} migrations are applied");
        drop(conn);
        assert_migrates(&store);
    }
}

#[test]
fn a_migration_that_is_killed_on_postgresql_leaves_the_store_as_it_was() {
    let (today, runtime) = (Store::harbor(Engine::Sqlite), runtime());
    let store = earlier(Engine::Postgres, EARLIER, &today, &runtime);
    let url = store.database_url().expect("a database");
    let connect = || async {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a server");
        tokio::spawn(connection);
        client
    };
    let (holder, watcher) = runtime.block_on(async { (connect().await, connect().await) });
    let rows = |sql: &str| runtime.block_on(watcher.query(sql, &[])).expect("rows");
    // A later migration waits for this lock, when others have changed the schema in its transaction already.
    runtime.block_on(holder.batch_execute("begin; lock table sessions")).expect("a lock");
    let (server, until) = (migrating(&store), Instant::now() + PATIENCE);
    let waits =
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while rows(waits).is_empty() {
        assert!(Instant::now() < until, "the migration does not wait");
    }
    server.signal("KILL");
    server.end();
    drop(holder);
    // The database notices that its clients are gone.
    let others = "select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid()";
    while !rows(others).is_empty() {
        assert!(Instant::now() < until, "the migration goes on");
    }
    let applied: i64 = rows(APPLIED)[0].get(0);
    assert_eq!(applied, i64::try_from(EARLIER).expect("a few"));
    assert_migrates(&store);
}
