//! Copies of rows into a new store file, and out of one. The other engine is on the other side.

use std::path::Path;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::layout::Table;
use super::work::poll;
use crate::{Conn, Error, Result, migrate};

/// The size at which encoded rows are passed on, in bytes.
const CHUNK: usize = 1 << 16;

/// A new store file that is filled with rows. It is complete only after [`Filling::finish`].
pub struct Filling {
    conn: Connection,
    /// The statements that create the indexes, which is faster after the rows are there.
    indexes: Vec<String>,
}

impl Filling {
    /// Creates the file, with the schema and without rows.
    pub fn create(path: &Path, tables: &[Table]) -> Result<Self> {
        let conn = Connection::open(path)?;
        // Nobody reads it before it is complete, and its caller syncs it.
        conn.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16000;",
        )?;
        let mut conn: Conn = conn.into();
        poll(migrate::run(&mut conn))?;
        let Conn::Sqlite(client) = conn else { return Err(Error::Other("not the embedded engine".into())) };
        let conn = client.conn;
        let found = indexes(&conn)?;
        conn.execute_batch("begin")?;
        for (name, _) in &found {
            conn.execute_batch(&format!("drop index {name}"))?;
        }
        // What the migrations inserted is among the rows that come.
        for Table { name, .. } in tables.iter().rev() {
            conn.execute_batch(&format!("delete from {name}"))?;
        }
        Ok(Self { conn, indexes: found.into_iter().map(|(_, sql)| sql).collect() })
    }

    /// Inserts rows into a table, each with the values of its columns.
    pub fn insert(&self, table: &Table, rows: Vec<Vec<Value>>) -> Result<()> {
        let places = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("insert into {} ({}) values ({places})", table.name, table.list());
        let mut insert = self.conn.prepare_cached(&sql)?;
        for row in rows {
            insert.execute(params_from_iter(row))?;
        }
        Ok(())
    }

    /// Sets the last id that was assigned in a table.
    pub fn set_last_id(&self, table: &Table, last: i64) -> Result<()> {
        self.conn.execute("delete from sqlite_sequence where name = ?1", [&table.name])?;
        self.conn.execute("insert into sqlite_sequence (name, seq) values (?1, ?2)", (&table.name, last))?;
        Ok(())
    }

    /// Completes the file.
    pub fn finish(self) -> Result<()> {
        self.conn.execute_batch("commit")?;
        for sql in self.indexes {
            self.conn.execute_batch(&sql)?;
        }
        self.conn.close().map_err(|(_, error)| error.into())
    }
}

/// The names of the indexes that are not part of a table, with the statements that create them.
fn indexes(conn: &Connection) -> Result<Vec<(String, String)>> {
    let mut found =
        conn.prepare("select name, sql from sqlite_schema where type = 'index' and sql is not null")?;
    let found = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect::<rusqlite::Result<_>>().map_err(Error::from)
}

/// Opens a complete file for reading.
fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
}

/// The last id that was assigned in each table of a file.
pub fn last_ids(path: &Path, tables: &[Table]) -> Result<Vec<(String, i64)>> {
    let conn = open(path)?;
    let mut found = Vec::new();
    for table in tables.iter().filter(|table| table.has_sequence) {
        let mut last = conn.prepare_cached("select seq from sqlite_sequence where name = ?1")?;
        let last = last.query_map([&table.name], |row| row.get(0))?.next().transpose()?;
        found.extend(last.filter(|last| *last > 0).map(|last| (table.name.clone(), last)));
    }
    Ok(found)
}

/// Reads the rows of a table from a file, in the text format of PostgreSQL's `copy`, and passes them on in parts. Stops when
/// `pass_on` returns false.
pub fn encoded_rows(path: &Path, table: &Table, mut pass_on: impl FnMut(Vec<u8>) -> bool) -> Result<()> {
    let conn = open(path)?;
    let mut select = conn.prepare(&format!("select {} from {}", table.list(), table.name))?;
    let mut rows = select.raw_query();
    let mut part = Vec::with_capacity(CHUNK + CHUNK / 2);
    while let Some(row) = rows.next()? {
        for index in 0..table.columns.len() {
            if index > 0 {
                part.push(b'\t');
            }
            encode(row.get_ref(index)?, &mut part)?;
        }
        part.push(b'\n');
        if part.len() >= CHUNK
            && !pass_on(std::mem::replace(&mut part, Vec::with_capacity(CHUNK + CHUNK / 2)))
        {
            return Ok(());
        }
    }
    if !part.is_empty() {
        pass_on(part);
    }
    Ok(())
}

/// Appends a value (<https://www.postgresql.org/docs/current/sql-copy.html>, "Text Format"). A boolean is 0 or 1, which the other
/// engine reads as well.
fn encode(value: ValueRef<'_>, part: &mut Vec<u8>) -> Result<()> {
    match value {
        ValueRef::Null => part.extend(b"\\N"),
        ValueRef::Integer(number) => part.extend(number.to_string().as_bytes()),
        ValueRef::Text(text) => {
            for byte in text {
                match byte {
                    b'\\' => part.extend(b"\\\\"),
                    b'\n' => part.extend(b"\\n"),
                    b'\r' => part.extend(b"\\r"),
                    b'\t' => part.extend(b"\\t"),
                    other => part.push(*other),
                }
            }
        }
        ValueRef::Blob(bytes) => {
            part.extend(b"\\\\x");
            part.extend(hex::encode(bytes).as_bytes());
        }
        ValueRef::Real(_) => return Err(Error::unknown("type of a column")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        let mut part = Vec::new();
        let text = ValueRef::Text("a\\N\tb\r\n\u{fe}".as_bytes());
        for value in
            [ValueRef::Null, ValueRef::Integer(-7), text, ValueRef::Blob(b"\x00\xff"), ValueRef::Blob(b"")]
        {
            encode(value, &mut part).expect("a value");
            part.push(b'|');
        }
        assert_eq!(part, "\\N|-7|a\\\\N\\tb\\r\\n\u{fe}|\\\\x00ff|\\\\x|".as_bytes());
        assert!(encode(ValueRef::Real(0.5), &mut part).is_err());
    }
}
