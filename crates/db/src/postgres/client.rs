//! The connection of a unit of work, and the statements on it.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, join, join_all, ready};
use futures_util::{FutureExt, TryStreamExt};
use tokio::time::timeout;

use super::connect::Leased;
use super::ids::Ids;
use super::locked_account::LockedAccount;
use super::merged::merge;
use super::prepared::Prepared;
use crate::transaction::State;
use crate::{Error, Result, Row, Statement, Value};

/// The number of executions in flight when a statement runs for many rows.
const PIPELINE: usize = 256;
const BEGIN_READ: &str = "begin isolation level repeatable read read only";

/// The responses to statements that were sent and not awaited, in order.
pub type Pending = Vec<(UnitNumber, BoxFuture<'static, Response>)>;

/// The number of a unit of work in its transaction.
pub type UnitNumber = u32;

type Response = std::result::Result<(), tokio_postgres::Error>;

/// A connection and its open transaction. If this is dropped before the end of the transaction, a reading statement is
/// canceled, and a writing connection is closed.
pub struct Client {
    leased: Option<Arc<Leased>>,
    transaction: Transaction,
    /// The statement that begins a reading transaction, until it is sent together with the first statement.
    begin: Option<&'static str>,
    /// The timeout of a response.
    limit: Option<Duration>,
    /// The responses to come. The lock is for the compiler: shared references to a client do not use them.
    pending: Mutex<Pending>,
    /// What it knows of its transaction.
    pub(crate) state: State,
    /// What it has read of the accounts that it has locked.
    pub(crate) accounts: Vec<LockedAccount>,
    /// The number of units of work that wait for this transaction.
    pub(super) waiting: usize,
    /// The ids of the transaction.
    pub(super) ids: Ids,
    /// The unit of work that runs.
    pub(super) unit: UnitNumber,
    /// The error of an earlier unit of work, whose responses came when the next one ran already.
    pub(super) failed: Mutex<Option<Error>>,
    /// The savepoint of the unit of work that runs.
    pub(super) savepoint: Savepoint,
    /// The last unit of work that had one.
    pub(super) savepoint_unit: UnitNumber,
    /// The number of rows that were read.
    rows: Arc<AtomicUsize>,
}

/// The savepoint to which a unit of work is rolled back. Most units read, and then defer what they write, so that they need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Savepoint {
    /// No unit of work shares the transaction.
    None,
    /// It is not set, nor is one of a unit before.
    First,
    /// It is not set. One of a unit before is.
    Next,
    /// It is set.
    Set,
}

/// The transaction that ends with the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// None: each statement stands alone, or another client has the transaction.
    None,
    /// A reading transaction, which begins with the first statement.
    Read,
    /// A writing transaction.
    Write,
}

impl Drop for Client {
    fn drop(&mut self) {
        let is_open = self.transaction != Transaction::None && self.begin.is_none();
        self.pending().clear();
        let Some(leased) = self.leased.take().filter(|_| is_open) else { return };
        if self.transaction == Transaction::Write {
            leased.mark_broken();
        } else if let Some(leased) = Arc::into_inner(leased) {
            leased.abandon();
        }
    }
}

impl Client {
    /// A client of a connection; `limit` is the timeout of each response.
    pub fn new(leased: Arc<Leased>, limit: Option<Duration>, transaction: Transaction) -> Self {
        let begin = (transaction == Transaction::Read).then_some(BEGIN_READ);
        Self {
            leased: Some(leased),
            transaction,
            begin,
            limit,
            pending: Mutex::default(),
            state: State::default(),
            accounts: Vec::new(),
            waiting: 0,
            ids: Ids::default(),
            unit: 0,
            failed: Mutex::default(),
            savepoint: Savepoint::None,
            savepoint_unit: 0,
            rows: Arc::default(),
        }
    }

    /// Ends a reading transaction without waiting for the response: the next statement is sent after it anyway.
    pub fn end_read(&mut self) {
        let is_sent = self.begin.is_some()
            || (self.leased().is_open()
                && self.leased().object().batch_execute("rollback").now_or_never().is_none());
        if is_sent {
            self.transaction = Transaction::None;
        }
    }

    /// Records that the transaction has ended.
    pub fn end(&mut self) {
        self.transaction = Transaction::None;
    }

    /// The number of events of the transaction, which is reset.
    pub fn take_events(&mut self) -> u64 {
        std::mem::take(&mut self.state.events)
    }

    /// Whether the connection can be used.
    pub fn is_open(&self) -> bool {
        self.leased().is_open()
    }

    pub fn send_script(&mut self, sql: &'static str) {
        let leased = Arc::clone(self.leased());
        self.send_later(async move { leased.object().batch_execute(sql).await });
    }

    /// Sends a statement now, whose response is awaited with the next statement.
    fn send_later(&mut self, response: impl Future<Output = Response> + Send + 'static) {
        let (unit, mut response) = (self.unit, Box::pin(response));
        match response.as_mut().now_or_never() {
            Some(Ok(())) => {}
            Some(Err(error)) => self.pending().push((unit, Box::pin(ready(Err(error))))),
            None => self.pending().push((unit, response)),
        }
    }

    /// Commits the transaction, once the statements that were submitted have been executed. If one of them has failed, the server rolls
    /// back instead, and its error is returned.
    pub async fn commit(&mut self) -> Result<()> {
        self.send_script("commit");
        self.settle().await?;
        self.transaction = Transaction::None;
        Ok(())
    }

    /// Waits for the responses that are still to come. Returns the first error.
    pub async fn settle(&mut self) -> Result<()> {
        let pending = std::mem::take(self.pending());
        self.settled(pending).await
    }

    /// Waits for responses in their order.
    pub async fn settled(&self, pending: Pending) -> Result<()> {
        if pending.is_empty() {
            return Ok(());
        }
        let first_error = self.response(async {
            for (unit, response) in pending {
                if let Err(error) = response.await {
                    return Ok(Some((unit, error)));
                }
            }
            Ok(None)
        });
        match first_error.await? {
            None => Ok(()),
            Some((unit, error)) if unit == self.unit => Err(error.into()),
            Some((_, error)) => {
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.into());
                Err(earlier_failed())
            }
        }
    }

    pub(super) fn leased(&self) -> &Arc<Leased> {
        self.leased.as_ref().expect("taken only when dropped")
    }

    /// Waits for a response until the timeout, after which the connection is closed.
    async fn response<T>(
        &self,
        response: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let response = async {
            match self.limit {
                None => Ok(response.await),
                Some(limit) => {
                    let late =
                        |_| Error::Unavailable(format!("no response from PostgreSQL within {limit:?}"));
                    timeout(limit, response).await.map_err(late)
                }
            }
        };
        let response = tokio::select! {
            biased;
            response = response => response,
            () = self.leased().is_superseded() => {
                Err(Error::Unavailable("another machine has become the primary".into()))
            }
        };
        let response = response.inspect_err(|_| self.leased().mark_unresponsive())?;
        response.inspect_err(|error| self.leased().notice(error)).map_err(Error::from)
    }

    /// A client that uses the same connection at the same time, inside the transaction of this one.
    pub fn share(&self) -> Self {
        let mut shared = Self::new(Arc::clone(self.leased()), self.limit, Transaction::None);
        shared.rows = Arc::clone(&self.rows);
        shared
    }

    /// The responses that come before that to the next statement. A reading transaction begins here.
    pub fn take_pending(&mut self) -> Pending {
        self.send_begin();
        std::mem::take(self.pending())
    }

    pub(super) fn pending(&mut self) -> &mut Pending {
        self.pending.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn send_begin(&mut self) {
        if let Some(begin) = self.begin.take() {
            self.send_script(begin);
        }
    }

    /// Prepares the next statement of the transaction. If an earlier statement has failed, its error is returned, not that of this
    /// one, which fails because of it.
    async fn next(&mut self, statement: Statement) -> Result<Prepared> {
        self.send_begin();
        match self.prepared(statement).await {
            Ok(prepared) => Ok(prepared),
            Err(error) => {
                self.settle().await?;
                Err(error)
            }
        }
    }

    async fn prepared(&self, statement: Statement) -> Result<Prepared> {
        self.response(self.leased().prepare(statement)).await
    }

    pub async fn prepare(&self, statement: Statement) -> Result<()> {
        self.prepared(statement).await.map(drop)
    }

    /// The number of rows that were read.
    pub fn rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    /// All rows of the result, each through `map` as it arrives, so that a long result is not in memory twice.
    pub async fn all<T: Send>(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        let mut mapped = Vec::new();
        let mut push = |row: &Row<'_>| {
            mapped.push(map(row)?);
            Ok(())
        };
        self.each(statement, values, &mut push).await?;
        Ok(mapped)
    }

    /// Calls `visit` with each row of the result, as it arrives.
    pub async fn each(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
        visit: &mut (dyn FnMut(&Row<'_>) -> Result<()> + Send),
    ) -> Result<()> {
        let prepared = self.next(statement).await?;
        let pending = self.take_pending();
        let rows = self.response(async {
            let rows = prepared.query(self.leased().object(), values).await?;
            let (mut rows, mut number) = (pin!(rows), 0);
            while let Some(row) = rows.try_next().await? {
                if let Err(error) = visit(&Row::Postgres(&row)) {
                    return Ok(Err(error));
                }
                number += 1;
            }
            self.rows.fetch_add(number, Ordering::Relaxed);
            Ok(Ok(()))
        });
        let (settled, rows) = join(self.settled(pending), rows).await;
        settled.and(rows)?
    }

    pub async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
        let prepared = self.next(statement).await?;
        let pending = self.take_pending();
        let run = self.response(prepared.execute(self.leased().object(), values));
        let (settled, run) = join(self.settled(pending), run).await;
        settled.and(run)
    }

    /// Sends a statement. Its error is returned by the next statement, or by [`Client::settle`].
    pub async fn submit(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<()> {
        self.submit_owned(statement, values.iter().map(Value::to_owned).collect()).await
    }

    /// Submits the statements that were deferred.
    pub async fn run_deferred(&mut self) -> Result<()> {
        for (statement, executions) in self.state.deferred.take() {
            for (statement, values) in merge(statement, &executions) {
                self.submit_owned(statement, values).await?;
            }
        }
        Ok(())
    }

    async fn submit_owned(&mut self, statement: Statement, values: Vec<Value<'static>>) -> Result<()> {
        if self.pending().len() >= PIPELINE {
            self.settle().await?;
        }
        let prepared = self.next(statement).await?;
        let leased = Arc::clone(self.leased());
        self.send_later(async move { prepared.execute(leased.object(), &values).await.map(drop) });
        Ok(())
    }

    pub async fn run_many(&mut self, statement: Statement, rows: &[&[Value<'_>]]) -> Result<()> {
        let prepared = self.next(statement).await?;
        self.settle().await?;
        let mut first = 0;
        for rows in rows.chunks(PIPELINE) {
            let running = rows.iter().map(|values| prepared.execute(self.leased().object(), values));
            let all = self.response(join_all(running).map(Ok)).await?;
            for (index, done) in all.into_iter().enumerate() {
                done.map_err(|error| Error::from(error).with_row(first + index))?;
            }
            first += rows.len();
        }
        Ok(())
    }

    pub async fn script(&self, sql: &str) -> Result<()> {
        self.response(self.leased().object().batch_execute(sql)).await
    }

    /// Constraints that were never validated, and invalid indexes.
    pub async fn defects(&mut self) -> Result<Vec<String>> {
        let sql = "select 'the constraint ' || conname || ' of ' || conrelid::regclass || ' is not validated'
            from pg_constraint where not convalidated
            union all select 'the index ' || indexrelid::regclass || ' is not valid' from pg_index where not indisvalid";
        self.all(Statement::plain(sql), &[], |row| row.get(0)).await
    }
}

/// The error of a unit of work whose statements were not executed, because the one before it had failed.
pub fn earlier_failed() -> Error {
    Error::Unavailable("an earlier write of the same transaction failed".into())
}
