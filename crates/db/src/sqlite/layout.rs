//! The tables of the schema, for copies from one engine to the other.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::work::poll;
use crate::{Conn, Error, Result, migrate};

/// A table with the columns that are copied, which are those that both engines have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// Whether the engine assigns the ids.
    pub has_sequence: bool,
}

impl Table {
    /// The names of the columns, as SQL lists them.
    pub fn list(&self) -> String {
        self.columns.join(", ")
    }
}

/// The tables of the schema after a number of migrations, except that of the migrations: a table comes after those to which it
/// refers. They are read from an empty store, so that no name comes from a file or a server.
pub fn tables(number: usize) -> Result<Vec<Table>> {
    let mut conn: Conn = Connection::open_in_memory()?.into();
    poll(migrate::run_first(&mut conn, number))?;
    let Conn::Sqlite(client) = &conn else { return Err(Error::Other("not the embedded engine".into())) };
    tables_of(&client.conn)
}

fn tables_of(conn: &Connection) -> Result<Vec<Table>> {
    let mut names = conn.prepare(
        "select l.name, s.sql like '%autoincrement%' from pragma_table_list l join sqlite_schema s using (name)
        where l.schema = 'main' and l.type = 'table' and l.name not like 'sqlite%' and l.name <> 'schema_migrations'
        order by l.name",
    )?;
    let found = names.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut waiting = Vec::new();
    for row in found {
        let (name, has_sequence) = row?;
        let columns = texts(conn, "select name from pragma_table_info(?1)", &name)?;
        let refers_to: BTreeSet<String> =
            texts(conn, "select distinct \"table\" from pragma_foreign_key_list(?1)", &name)?
                .into_iter()
                .collect();
        waiting.push((Table { name, columns, has_sequence }, refers_to));
    }
    let (mut ordered, mut known) = (Vec::new(), BTreeSet::new());
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(table, refers_to)| {
            refers_to.iter().all(|name| *name == table.name || known.contains(name))
        });
        if ready.is_empty() {
            return Err(Error::Other("tables refer to each other in a circle".into()));
        }
        known.extend(ready.iter().map(|(table, _)| table.name.clone()));
        ordered.extend(ready.into_iter().map(|(table, _)| table));
        waiting = rest;
    }
    Ok(ordered)
}

fn texts(conn: &Connection, sql: &str, name: &str) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([name], |row| row.get(0))?;
    rows.collect::<rusqlite::Result<_>>().map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_after_those_to_which_it_refers() {
        let tables = tables(migrate::NEWEST).expect("the schema");
        let position = |name: &str| tables.iter().position(|table| table.name == name).expect("a table");
        for (earlier, later) in [("accounts", "users"), ("users", "workspaces"), ("grants", "refresh_tokens")]
        {
            assert!(position(earlier) < position(later), "{earlier}, {later}");
        }
        let reports = &tables[position("status_reports")];
        assert!(reports.has_sequence && reports.columns.iter().any(|column| column == "description"));
        assert!(!tables[position("workspace_counters")].has_sequence);
        // The words of reports follow from the reports on each engine.
        assert!(!tables.iter().any(|table| table.name.starts_with("report_texts")));
    }
}
