//! Direct access to the database.

use std::sync::atomic::Ordering;

use super::app::TestApp;
use super::store::{Place, run_on};
use db::Scope;
use domain::versions;
use domain::versions::completion;
use domain::work;

impl TestApp {
    /// Changes the store by SQL, without any checks.
    pub async fn by_hand(&self, sql: &str) {
        self.store.is_changed_by_sql.store(true, Ordering::Relaxed);
        match &self.store.place {
            Place::Directory(directory) => {
                let path = directory.path().join("statuary.db");
                let conn = rusqlite::Connection::open(path).expect("a file");
                conn.execute_batch(&format!("pragma foreign_keys = off; {sql}")).expect("SQL");
            }
            Place::Database { server, name } => {
                run_on(server, name, &format!("set session_replication_role = replica; {sql}")).await;
            }
            Place::Elsewhere => panic!("the other service has the store"),
        }
    }

    /// Completes a store that was written before it had versions, as the commands do when they open it.
    pub async fn complete_versions(&self) {
        let db = &self.app.db;
        let incomplete = async || db.read(work!(|conn| Ok(versions::store::incomplete(conn).await?))).await;
        while let Some(account_id) = incomplete().await.expect("a read") {
            let scope = Scope::Account(account_id.0);
            let go_on =
                async || db.write(scope, work!(|conn| completion::go_on(conn, account_id).await)).await;
            while go_on().await.expect("a write") {}
        }
    }

    /// The foreign keys of the schema on SQLite: table, column and parent.
    pub fn declared_references(&self) -> Vec<(String, String, String)> {
        let Place::Directory(directory) = &self.store.place else { panic!("the embedded engine alone says") };
        let conn = rusqlite::Connection::open(directory.path().join("statuary.db")).expect("a file");
        let sql =
            "select m.name, f.\"from\", f.\"table\" from sqlite_master m, pragma_foreign_key_list(m.name) f
            where m.type = 'table' and (f.\"from\" <> 'account_id' or f.\"table\" = 'accounts')";
        let mut find = conn.prepare(sql).expect("SQL");
        let found = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
        found.collect::<rusqlite::Result<_>>().expect("rows")
    }
}

impl TestApp {
    /// Everything that the store has: on SQLite the bytes of its files, on PostgreSQL the rows of all tables.
    pub async fn dump(&self) -> String {
        match &self.store.place {
            Place::Directory(directory) => {
                let files = std::fs::read_dir(directory.path()).expect("a folder");
                let read =
                    |file: std::io::Result<std::fs::DirEntry>| std::fs::read(file.expect("a file").path());
                let bytes: Vec<u8> = files.flat_map(|file| read(file).expect("a file")).collect();
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Place::Database { server, name } => {
                let (client, connection) =
                    tokio_postgres::connect(&format!("{server}/{name}"), tokio_postgres::NoTls)
                        .await
                        .expect("a server");
                let rows = async move {
                    let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
                    let tables = client.query(tables, &[]).await.expect("tables");
                    let mut dump = String::new();
                    for table in tables {
                        // Bytes are hexadecimal in the text of a row.
                        let table: String = table.get(0);
                        let sql = format!("select t::text from {table} t");
                        for row in client.query(&sql, &[]).await.expect("rows") {
                            dump.push_str(row.get(0));
                        }
                    }
                    dump
                };
                tokio::join!(rows, connection).0
            }
            Place::Elsewhere => panic!("the other service has the store"),
        }
    }

    /// The columns of the schema on SQLite that hold texts or bytes, by their tables.
    pub fn text_columns(&self) -> Vec<(String, String)> {
        let Place::Directory(directory) = &self.store.place else { panic!("the embedded engine alone says") };
        let conn = rusqlite::Connection::open(directory.path().join("statuary.db")).expect("a file");
        let sql = "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c
            where m.type = 'table' and m.name not like 'sqlite%' and m.name not like 'report_texts%'
                and lower(c.type) not in ('bigint', 'integer', 'boolean', 'double precision')";
        let mut find = conn.prepare(sql).expect("SQL");
        let found = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        found.collect::<rusqlite::Result<_>>().expect("rows")
    }
}
