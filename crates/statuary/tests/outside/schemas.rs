//! A store of every earlier schema is migrated with its records.
//!
//! A store of an earlier schema is made from one of today: the tables and columns that it had get the rows of today's store.

use std::fs;
use std::path::Path;

use rstest::rstest;
use rusqlite::Connection;

use crate::support::{Engine, Store};
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

#[rstest]
fn a_store_of_every_earlier_schema_is_migrated_with_its_records(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let today = Store::harbor(Engine::Sqlite);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    for number in 1..migrate::NEWEST {
        let store = Store::new(engine);
        let earlier = store.path("earlier.db");
        make_earlier(&earlier, number, &today.path("data/statuary.db"));
        if let Some(url) = store.database_url() {
            runtime.block_on(Db::fill_earlier(&url, &earlier, number)).expect("a database");
        } else {
            fs::create_dir(store.path("data")).expect("a folder");
            fs::copy(&earlier, store.path("data/statuary.db")).expect("a copy");
        }
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
