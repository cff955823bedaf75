//! A connection inside a unit of work.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join_all, try_join, try_join3};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;

use super::super::{Conn, Error, Result, Row, Statement, Value};
use super::connect::Leased;

/// How many statements are under way at once when one runs for many rows.
const PIPELINE: usize = 256;
/// Begins a transaction that reads.
const READ: &str = "begin isolation level repeatable read read only";

/// A connection, and the transaction that is open on it: one that did not end is cancelled where it only reads, and closed
/// where it writes.
pub struct Client {
    leased: Option<Arc<Leased>>,
    transaction: Transaction,
    /// The beginning of a transaction that reads, which is sent together with its first statement.
    begin: Option<&'static str>,
    /// How long the answer to a statement may take.
    limit: Option<Duration>,
    /// The events of the transaction.
    pub(crate) appended: u64,
}

/// What ends with the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// Nothing: each statement is on its own, or the transaction is somebody else's.
    None,
    /// One that reads, and begins with the first statement.
    Read,
    /// One that writes.
    Write,
}

impl Drop for Client {
    fn drop(&mut self) {
        let is_open = self.transaction != Transaction::None && self.begin.is_none();
        let Some(leased) = self.leased.take().filter(|_| is_open) else { return };
        if self.transaction == Transaction::Write {
            leased.spoil();
        } else if let Some(leased) = Arc::into_inner(leased) {
            leased.abandon();
        }
    }
}

impl Client {
    /// A client of a connection, which waits for an answer as long as `limit`.
    pub fn new(leased: Arc<Leased>, limit: Option<Duration>, transaction: Transaction) -> Self {
        let begin = (transaction == Transaction::Read).then_some(READ);
        Self { leased: Some(leased), transaction, begin, limit, appended: 0 }
    }

    /// Ends a transaction that only read. Nobody waits for that: what the connection is asked next comes after it.
    pub fn leave(&mut self) {
        let is_sent = self.begin.is_some()
            || (self.leased().is_open()
                && self.leased().object().batch_execute("rollback").now_or_never().is_none());
        if is_sent {
            self.transaction = Transaction::None;
        }
    }

    /// The transaction is over.
    pub fn ended(&mut self) {
        self.transaction = Transaction::None;
    }

    fn leased(&self) -> &Arc<Leased> {
        self.leased.as_ref().expect("taken only when dropped")
    }

    /// Waits for an answer as long as it may take; a connection on which none came is closed.
    async fn answered<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let Some(limit) = self.limit else { return Ok(answer.await.map_err(Error::from)?) };
        let Ok(answer) = timeout(limit, answer).await else {
            self.leased().silent();
            return Err(Error::Unavailable(format!("no answer from PostgreSQL in {limit:?}")).into());
        };
        Ok(answer.map_err(Error::from)?)
    }

    /// Two pieces of work on the connection, whose statements do not wait for each other's answers.
    pub async fn both<A, B>(
        &mut self,
        one: impl AsyncFnOnce(&mut Conn) -> Result<A>,
        other: impl AsyncFnOnce(&mut Conn) -> Result<B>,
    ) -> Result<(A, B)> {
        let begin = self.begin.take();
        let part = || Conn::Postgres(Self::new(Arc::clone(self.leased()), self.limit, Transaction::None));
        let (mut left, mut right) = (part(), part());
        // What is waited for first is sent first.
        let ((), a, b) = try_join3(self.start(begin), one(&mut left), other(&mut right)).await?;
        Ok((a, b))
    }

    async fn prepared(&self, statement: Statement) -> Result<tokio_postgres::Statement> {
        self.answered(self.leased().object().prepare_cached(statement.sql())).await
    }

    pub async fn prepare(&self, statement: Statement) -> Result<()> {
        self.prepared(statement).await.map(drop)
    }

    pub async fn rows(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<tokio_postgres::Row>> {
        let begin = self.begin.take();
        let prepared = self.prepared(statement).await?;
        let values = borrowed(values);
        let rows = self.answered(self.leased().object().query(&prepared, &values));
        Ok(try_join(self.start(begin), rows).await?.1)
    }

    async fn start(&self, begin: Option<&'static str>) -> Result<()> {
        match begin {
            Some(begin) => self.script(begin).await,
            None => Ok(()),
        }
    }

    pub async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
        let begin = self.begin.take();
        self.start(begin).await?;
        let prepared = self.prepared(statement).await?;
        self.answered(self.leased().object().execute(&prepared, &borrowed(values))).await
    }

    pub async fn run_many(&mut self, statement: Statement, rows: &[Vec<Value<'_>>]) -> Result<()> {
        let begin = self.begin.take();
        self.start(begin).await?;
        let prepared = self.prepared(statement).await?;
        let mut first = 0;
        for rows in rows.chunks(PIPELINE) {
            let bound: Vec<_> = rows.iter().map(|values| borrowed(values)).collect();
            let running = bound.iter().map(|values| self.leased().object().execute(&prepared, values));
            let all = self.answered(join_all(running).map(Ok)).await?;
            for (index, done) in all.into_iter().enumerate() {
                done.map_err(|error| Error::from(error).at(first + index))?;
            }
            first += rows.len();
        }
        Ok(())
    }

    pub async fn script(&self, sql: &str) -> Result<()> {
        self.answered(self.leased().object().batch_execute(sql)).await
    }

    /// Constraints that were never checked, and indexes that are not whole.
    pub async fn defects(&mut self) -> Result<Vec<String>> {
        let sql = "select 'the constraint ' || conname || ' of ' || conrelid::regclass || ' does not hold yet'
            from pg_constraint where not convalidated
            union all select 'the index ' || indexrelid::regclass || ' is not valid' from pg_index where not indisvalid";
        let rows = self.rows(Statement::declared(sql), &[]).await?;
        rows.iter().map(|row| Row::Postgres(row).get(0)).collect()
    }

    pub async fn ids_were_given(&self, table: &'static str) -> Result<()> {
        // A sequence never goes back, so an id is not given twice.
        self.script(&format!(
            "select setval('{table}_id_seq', greatest((select max(id) from {table}), last_value)) from {table}_id_seq"
        ))
        .await
    }
}

fn borrowed<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
