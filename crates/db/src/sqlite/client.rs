//! The connection of a thread, and the statements on it.

use std::sync::Arc;

use rusqlite::Connection;

use super::readers::Watch;
use crate::memo::Memo;
use crate::{Error, Result, Row, Statement, Value};

/// The connection of a thread.
pub struct Client {
    pub(crate) conn: Connection,
    /// The number of events of the current unit of work.
    pub(crate) events: u64,
    /// What the current transaction remembers.
    pub(crate) memo: Memo,
    /// The state of the current read, on a connection whose work can be interrupted.
    pub(super) watch: Option<Arc<Watch>>,
}

impl Client {
    /// A client whose work is not interrupted.
    pub(crate) fn new(conn: Connection) -> Self {
        Self { conn, events: 0, memo: Memo::default(), watch: None }
    }

    /// The connection, if the caller still waits for the work.
    fn connection(&mut self) -> Result<&mut Connection> {
        if let Some(watch) = &self.watch {
            watch.check()?;
        }
        Ok(&mut self.conn)
    }

    /// Calls `visit` with each row of the result, as it arrives.
    pub fn each(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut prepared = self.connection()?.prepare_cached(statement.sql()).map_err(Error::from)?;
        bind(&mut prepared, values)?;
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(Error::from)? {
            visit(&Row::Sqlite(row))?;
        }
        Ok(())
    }

    pub fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
        let mut prepared = self.connection()?.prepare_cached(statement.sql()).map_err(Error::from)?;
        bind(&mut prepared, values)?;
        Ok(prepared.raw_execute().map_err(Error::from)? as u64)
    }

    pub fn run_many(&mut self, statement: Statement, rows: &[&[Value<'_>]]) -> Result<()> {
        let mut prepared = self.connection()?.prepare_cached(statement.sql()).map_err(Error::from)?;
        for (index, values) in rows.iter().enumerate() {
            bind(&mut prepared, values)?;
            prepared.raw_execute().map_err(|error| Error::from(error).with_row(index))?;
        }
        Ok(())
    }

    pub fn reserve_ids(&mut self, table: &'static str, last: i64) -> Result<()> {
        let script = format!(
            "update sqlite_sequence set seq = max(seq, {last}) where name = '{table}';
            insert into sqlite_sequence (name, seq) select '{table}', {last}
                where not exists (select 1 from sqlite_sequence where name = '{table}')"
        );
        self.connection()?.execute_batch(&script).map_err(Error::from)
    }

    pub fn prepare(&mut self, statement: Statement) -> Result<()> {
        self.connection()?.prepare_cached(statement.sql()).map(drop).map_err(Error::from)
    }

    /// The findings of SQLite's check of the file. Broken references are found by queries that run on both engines.
    pub fn defects(&mut self) -> Result<Vec<String>> {
        let check = Statement::plain("pragma integrity_check");
        let mut findings = Vec::new();
        self.each(check, &[], &mut |row| {
            findings.push(row.get::<String>(0)?);
            Ok(())
        })?;
        findings.retain(|line| line != "ok");
        Ok(findings)
    }
}

/// SQLite takes `$2` for a name, and numbers names by their first appearance, so the number is parsed from the name.
fn bind(prepared: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<()> {
    for index in 1..=prepared.parameter_count() {
        let value = prepared
            .parameter_name(index)
            .and_then(|name| name[1..].parse::<usize>().ok())
            .and_then(|number| values.get(number - 1))
            .ok_or_else(|| Error::Other(format!("placeholder {index} has no value")))?;
        prepared.raw_bind_parameter(index, value).map_err(Error::from)?;
    }
    Ok(())
}
