//! A connection inside a unit of work.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join_all, try_join, try_join3};
use futures_util::{FutureExt, TryStreamExt};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;

use super::connect::Leased;
use crate::{Conn, Error, Result, Row, Statement, Value};

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
    /// How many rows it has answered with.
    rows: Arc<AtomicUsize>,
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
        Self { leased: Some(leased), transaction, begin, limit, appended: 0, rows: Arc::default() }
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
        let Some(limit) = self.limit else { return answer.await.map_err(Error::from) };
        let Ok(answer) = timeout(limit, answer).await else {
            self.leased().silent();
            return Err(Error::Unavailable(format!("no answer from PostgreSQL in {limit:?}")));
        };
        answer.map_err(Error::from)
    }

    /// Two pieces of work on the connection, whose statements do not wait for each other's answers.
    pub async fn join<A, B, E: From<Error>>(
        &mut self,
        one: impl AsyncFnOnce(&mut Conn) -> Result<A, E>,
        other: impl AsyncFnOnce(&mut Conn) -> Result<B, E>,
    ) -> Result<(A, B), E> {
        let begin = self.begin.take();
        let part = || {
            let mut part = Self::new(Arc::clone(self.leased()), self.limit, Transaction::None);
            part.rows = Arc::clone(&self.rows);
            Conn::Postgres(part)
        };
        let (mut left, mut right) = (part(), part());
        // What is waited for first is sent first.
        let started = async { Ok(self.start(begin).await?) };
        let ((), a, b) = try_join3(started, one(&mut left), other(&mut right)).await?;
        Ok((a, b))
    }

    async fn prepared(&self, statement: Statement) -> Result<tokio_postgres::Statement> {
        self.answered(self.leased().object().prepare_cached(statement.sql())).await
    }

    pub async fn prepare(&self, statement: Statement) -> Result<()> {
        self.prepared(statement).await.map(drop)
    }

    /// How many rows it has answered with.
    pub fn rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    /// Every row of the answer, through `map` as it arrives, so that a long answer is not in memory twice.
    pub async fn all<T: Send>(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        let begin = self.begin.take();
        let prepared = self.prepared(statement).await?;
        let rows = self.answered(async {
            let rows = self.leased().object().query_raw(&prepared, borrowed(values)).await?;
            let (mut rows, mut mapped) = (pin!(rows), Vec::new());
            while let Some(row) = rows.try_next().await? {
                match map(&Row::Postgres(&row)) {
                    Ok(one) => mapped.push(one),
                    Err(error) => return Ok(Err(error)),
                }
            }
            self.rows.fetch_add(mapped.len(), Ordering::Relaxed);
            Ok(Ok(mapped))
        });
        try_join(self.start(begin), rows).await?.1
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
        self.all(Statement::declared(sql), &[], |row| row.get(0)).await
    }

    pub async fn sync_id_sequence(&self, table: &'static str) -> Result<()> {
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
