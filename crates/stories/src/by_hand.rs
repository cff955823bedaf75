//! Direct access to the database.

use std::sync::atomic::Ordering;

use super::app::{Place, TestApp, run_on};

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
