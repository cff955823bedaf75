//! The connection of a thread, and the statements on it.

use std::sync::Arc;

use rusqlite::Connection;

use super::readers::Watch;
use crate::transaction::{Before, State};
use crate::{Error, Result, Row, Statement, Value};

const NEXT_ID: Statement = Statement::plain("select seq + 1 from sqlite_sequence where name = $1");

/// The savepoint of a unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Savepoint {
    /// No unit shares the transaction.
    None,
    /// It is not set yet.
    Missing,
    Set,
}

/// The connection of a thread.
pub struct Client {
    pub(crate) conn: Connection,
    /// What it knows of its transaction.
    pub(crate) state: State,
    /// Whether the unit of work that runs has a savepoint: it gets one before its first statement that may write. Most units read,
    /// and then defer what they write; each savepoint has SQLite keep copies of pages, and write the index of words.
    savepoint: Savepoint,
    /// The state of the current read, on a connection whose work can be interrupted.
    pub(super) watch: Option<Arc<Watch>>,
}

impl Client {
    /// A client whose work is not interrupted.
    pub(crate) fn new(conn: Connection) -> Self {
        Self { conn, state: State::default(), savepoint: Savepoint::None, watch: None }
    }

    /// Begins a unit of work in a transaction that others share. Returns the state before it.
    pub fn begin_unit(&mut self) -> Before {
        self.savepoint = Savepoint::Missing;
        self.state.events = 0;
        self.state.before()
    }

    /// Ends a unit of work, which is rolled back to the state before it if it has failed.
    pub fn end_unit(&mut self, failed: Option<Before>) -> Result<()> {
        let has_savepoint = std::mem::replace(&mut self.savepoint, Savepoint::None) == Savepoint::Set;
        if let Some(before) = failed {
            self.state.restore(before);
            if has_savepoint {
                self.run(Statement::plain("rollback to work"), &[])?;
            }
        }
        if has_savepoint {
            self.run(Statement::plain("release work"), &[])?;
        }
        Ok(())
    }

    /// Prepares for a statement that may write.
    pub fn begin_writing(&mut self) -> Result<()> {
        if self.savepoint == Savepoint::Missing {
            self.run(Statement::plain("savepoint work"), &[])?;
            self.savepoint = Savepoint::Set;
        }
        Ok(())
    }

    /// Runs what the transaction has deferred. The statements after it may use other ids.
    pub fn run_deferred(&mut self) -> Result<()> {
        self.state.next_ids.clear();
        if self.state.deferred.is_empty() {
            return Ok(());
        }
        self.begin_writing()?;
        for (statement, executions) in self.state.deferred.take() {
            let rows: Vec<&[Value<'_>]> = executions.iter().map(|values| &**values).collect();
            self.run_many(statement, &rows)?;
        }
        Ok(())
    }

    /// The next id of a table, for a record whose insertion is deferred.
    pub fn reserve_id(&mut self, table: &'static str) -> Result<i64> {
        if let Some((_, next)) = self.state.next_ids.iter_mut().find(|(known, _)| *known == table) {
            *next += 1;
            return Ok(*next - 1);
        }
        self.run_deferred()?;
        let mut id = 1;
        self.each(NEXT_ID, &[Value::from(table)], &mut |row| {
            id = row.get(0)?;
            Ok(())
        })?;
        self.state.next_ids.push((table, id + 1));
        Ok(id)
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
