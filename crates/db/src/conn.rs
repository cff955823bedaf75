//! A connection inside a unit of work: what store functions run their statements on.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::{join, try_join};
use rusqlite::Connection;

use crate::memo::Memo;
use crate::transaction::{Ahead, State};
use crate::{Error, LockedAccount, Query, Result, Row, Statement, Value, postgres, sqlite};

/// The largest number of queries whose values are copied so that they can be sent without waiting.
const SUBMITTED: usize = 16;

/// The future of a unit of work. Its own errors are returned to the caller, and roll back its writes.
pub type Work<'c, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// Writes what a transaction has only remembered.
pub type Flush = for<'c> fn(&'c mut Conn) -> Work<'c, (), Error>;

/// A connection inside a unit of work.
pub enum Conn {
    #[doc(hidden)]
    Sqlite(sqlite::Client),
    #[doc(hidden)]
    Postgres(postgres::Client),
}

impl From<Connection> for Conn {
    fn from(conn: Connection) -> Self {
        Self::Sqlite(sqlite::Client::new(conn))
    }
}

impl Conn {
    /// A temporary SQLite database, whatever the engine of the store, for work that does not fit into memory. Its file has
    /// no name and is deleted with the connection. `script` creates its tables.
    ///
    /// # Errors
    /// Errors of the engine.
    pub fn scratch(script: &str) -> Result<Self> {
        let conn = Connection::open("")?;
        conn.execute_batch(script)?;
        Ok(conn.into())
    }

    /// All rows of the result, through `map`.
    ///
    /// # Errors
    /// Errors of the engine and of `map`.
    pub async fn all<T: Send>(
        &mut self,
        query: &Query<[Value<'_>]>,
        mut map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        let mut push = |row: &Row<'_>| {
            found.push(map(row)?);
            Ok(())
        };
        self.each(query, &mut push).await?;
        Ok(found)
    }

    /// Calls `visit` with each row of the result. It is compiled once, not for each type of row.
    async fn each(
        &mut self,
        query: &Query<[Value<'_>]>,
        visit: &mut (dyn FnMut(&Row<'_>) -> Result<()> + Send),
    ) -> Result<()> {
        if !query.is_apart {
            self.begin_writing(false).await?;
        }
        match self {
            Self::Sqlite(client) => client.each(query.statement, &query.values, visit),
            Self::Postgres(client) => Box::pin(client.each(query.statement, &query.values, visit)).await,
        }
    }

    /// The first row of the result, through `map`.
    ///
    /// # Errors
    /// Errors of the engine and of `map`.
    pub async fn first<T: Send>(
        &mut self,
        query: &Query<[Value<'_>]>,
        map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        Ok(self.all(query, map).await?.into_iter().next())
    }

    /// The integer in the first column of the first row, such as a count or an id.
    ///
    /// # Errors
    /// Errors of the engine, and a result without rows.
    pub async fn scalar(&mut self, query: &Query<[Value<'_>]>) -> Result<i64> {
        self.first(query, |row| row.get(0))
            .await?
            .ok_or_else(|| Error::Other(format!("no row from {}", query.statement.sql())))
    }

    /// Runs two independent pieces of work that only read. On PostgreSQL, their statements are pipelined.
    ///
    /// # Errors
    /// Errors of the work.
    pub async fn join<A, B, E: From<Error>>(
        &mut self,
        one: impl AsyncFnOnce(&mut Self) -> Result<A, E>,
        other: impl AsyncFnOnce(&mut Self) -> Result<B, E>,
    ) -> Result<(A, B), E> {
        self.flush().await?;
        self.run_deferred().await?;
        match self {
            Self::Sqlite(_) => Ok((one(self).await?, other(self).await?)),
            Self::Postgres(client) => Box::pin(pipeline(client, one, other)).await,
        }
    }

    /// Runs a statement without a result, and returns the number of affected rows.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn run(&mut self, query: &Query<[Value<'_>]>) -> Result<u64> {
        self.begin_writing(query.is_apart).await?;
        match self {
            Self::Sqlite(client) => client.run(query.statement, &query.values),
            Self::Postgres(client) => Box::pin(client.run(query.statement, &query.values)).await,
        }
    }

    /// Runs a statement whose result nothing depends on. On PostgreSQL, this does not wait for the response: the next statement
    /// returns its error, or the unit fails with it.
    ///
    /// # Errors
    /// Errors of the engine, also those of statements before.
    pub async fn submit(&mut self, query: &Query<[Value<'_>]>) -> Result<()> {
        self.begin_writing(query.is_apart).await?;
        match self {
            Self::Sqlite(client) => client.run(query.statement, &query.values).map(drop),
            Self::Postgres(client) => Box::pin(client.submit(query.statement, &query.values)).await,
        }
    }

    /// Runs queries of one statement whose results nothing depends on; see [`Conn::submit`].
    ///
    /// # Errors
    /// As for [`Conn::submit`].
    pub async fn submit_many<const N: usize>(&mut self, queries: &[Query<[Value<'_>; N]>]) -> Result<()> {
        if queries.len() > SUBMITTED || matches!(self, Self::Sqlite(_)) {
            return self.run_many(queries).await;
        }
        for query in queries {
            self.submit(query).await?;
        }
        Ok(())
    }

    /// Runs queries of one statement, without waiting for each response.
    ///
    /// # Errors
    /// Errors of the engine, with the index of the query whose values violate a constraint.
    pub async fn run_many<const N: usize>(&mut self, queries: &[Query<[Value<'_>; N]>]) -> Result<()> {
        let Some(statement) = queries.first().map(|query| query.statement) else { return Ok(()) };
        self.begin_writing(false).await?;
        let rows: Vec<&[Value<'_>]> = queries.iter().map(|query| &query.values[..]).collect();
        match self {
            Self::Sqlite(client) => client.run_many(statement, &rows),
            Self::Postgres(client) => Box::pin(client.run_many(statement, &rows)).await,
        }
    }

    /// Runs a statement whose result nothing depends on, at the latest before the next statement that is not
    /// [apart](Query::apart), or before the commit. If it fails, that statement or the commit fails. PostgreSQL executes statements
    /// of one text that were deferred together as one, so the text has all its parameters in one group: `values (:a, :b)`.
    pub fn defer(&mut self, query: &Query<[Value<'_>]>) {
        self.state_mut().ahead.clear();
        self.state_mut().deferred.push(query.statement, query.values.iter().map(Value::to_owned).collect());
    }

    /// Runs what the transaction has deferred, before a statement that may depend on it.
    pub(crate) async fn run_deferred(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.run_deferred(),
            _ if self.state().deferred.is_empty() => Ok(()),
            Self::Postgres(client) => {
                client.set_savepoint();
                Box::pin(client.run_deferred()).await
            }
        }
    }

    /// Prepares the transaction for a statement that may write: one that is not apart, or is not a query.
    async fn begin_writing(&mut self, is_apart: bool) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.begin_writing()?,
            Self::Postgres(client) => client.set_savepoint(),
        }
        self.state_mut().ahead.clear();
        if is_apart { Ok(()) } else { self.run_deferred().await }
    }

    /// Advances the id sequence of a table past the largest id, on an engine that keeps sequences apart from tables.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn sync_id_sequence(&mut self, table: &'static str) -> Result<()> {
        self.run_deferred().await?;
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(client) => Box::pin(client.sync_id_sequence(table)).await,
        }
    }

    /// Ensures that the next id of a table is above `last`.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn reserve_ids(&mut self, table: &'static str, last: i64) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.reserve_ids(table, last),
            Self::Postgres(client) => Box::pin(client.reserve_ids(table, last)).await,
        }
    }

    /// An id of a table for a record whose insertion is deferred.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn reserve_id(&mut self, table: &'static str) -> Result<i64> {
        match self {
            Self::Sqlite(client) => client.reserve_id(table),
            Self::Postgres(client) => Box::pin(client.reserve_id(table)).await,
        }
    }

    /// Prepares a statement without running it.
    ///
    /// # Errors
    /// If the engine does not accept the statement.
    pub async fn prepare(&mut self, statement: Statement) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.prepare(statement),
            Self::Postgres(client) => Box::pin(client.prepare(statement)).await,
        }
    }

    /// What this transaction remembers of a type. It is forgotten when the transaction ends; when a unit of work fails, what it has
    /// changed is undone.
    pub fn remembered<T: Any>(&self) -> Option<&T> {
        self.memo().get()
    }

    /// Changes what this transaction remembers. Only rows that the lock of the transaction protects may be remembered.
    pub fn remember<T: Any + Send + Sync + Clone + Default>(&mut self, change: impl FnOnce(&mut T)) {
        let memo = self.memo_mut();
        let mut value = memo.take::<T>().unwrap_or_default();
        change(Arc::make_mut(&mut value));
        memo.put(value);
    }

    /// Forgets a remembered value. What is still to be written has to be flushed before.
    pub fn forget<T: Any + Send + Sync>(&mut self) {
        drop(self.memo_mut().take::<T>());
    }

    /// What the transaction has read of an account when it locked it, once: later, its own writes may have changed it.
    pub fn take_locked(&mut self, account_id: i64) -> Option<LockedAccount> {
        let Self::Postgres(client) = self else { return None };
        let index = client.accounts.iter().position(|account| account.id == account_id)?;
        Some(client.accounts.swap_remove(index))
    }

    /// Forgets what the transaction has read when it locked accounts, before a statement that changes it.
    pub fn forget_locked(&mut self) {
        if let Self::Postgres(client) = self {
            client.accounts.clear();
        }
    }

    /// Has a query of two integers sent with the next lock of an account, so that the transaction gets its result
    /// [without a round trip](Conn::asked_ahead). Does nothing on an engine without round trips.
    pub fn ask_ahead(&self, account_id: i64, query: &Query<[Value<'_>]>) {
        if let (Self::Postgres(_), Some(kept)) = (self, &self.state().kept) {
            kept.ask_ahead(account_id, query.statement, query.values.iter().map(Value::to_owned).collect());
        }
    }

    /// The result of a query that was sent with the lock, as long as the transaction has changed nothing.
    pub fn asked_ahead(&self, query: &Query<[Value<'_>]>) -> Option<[i64; 2]> {
        let is_same = |ahead: &&Ahead| {
            std::ptr::eq(ahead.statement.sql(), query.statement.sql()) && *ahead.values == query.values
        };
        self.state().ahead.iter().find(is_same).map(|ahead| ahead.result)
    }

    /// What this process keeps of the store between writing transactions: one value of each type. `None` in a transaction that only
    /// reads.
    pub fn kept<T: Any + Send + Sync + Default>(&self) -> Option<Arc<T>> {
        self.state().kept.as_ref().map(|kept| kept.get())
    }

    /// Has a function called before the commit, and by [`Conn::flush`]. A transaction has one such function.
    pub fn before_commit(&mut self, flush: Flush) {
        self.memo_mut().put(Arc::new(flush));
    }

    /// Writes what the transaction has only remembered, for a statement that reads it.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn flush(&mut self) -> Result<()> {
        match self.memo_mut().take::<Flush>() {
            Some(flush) => flush(self).await,
            None => Ok(()),
        }
    }

    fn memo(&self) -> &Memo {
        &self.state().memo
    }

    fn memo_mut(&mut self) -> &mut Memo {
        &mut self.state_mut().memo
    }

    fn state(&self) -> &State {
        match self {
            Self::Sqlite(client) => &client.state,
            Self::Postgres(client) => &client.state,
        }
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        match self {
            Self::Sqlite(client) => &mut client.state,
            Self::Postgres(client) => &mut client.state,
        }
    }

    /// Adds to the number of events that are counted when the transaction commits.
    pub fn add_events(&mut self, events: usize) {
        self.state_mut().events += events as u64;
    }

    /// The results of the engine's own integrity checks; empty if nothing is wrong.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn defects(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(client) => client.defects(),
            Self::Postgres(client) => Box::pin(client.defects()).await,
        }
    }

    /// Runs SQL statements without placeholders and results.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(client) => client.conn.execute_batch(sql).map_err(Error::from),
            Self::Postgres(client) => Box::pin(client.script(sql)).await,
        }
    }
}

/// Runs two pieces of work on one connection.
async fn pipeline<A, B, E: From<Error>>(
    client: &mut postgres::Client,
    one: impl AsyncFnOnce(&mut Conn) -> Result<A, E>,
    other: impl AsyncFnOnce(&mut Conn) -> Result<B, E>,
) -> Result<(A, B), E> {
    let pending = client.take_pending();
    let (mut left, mut right) = (Conn::Postgres(client.share()), Conn::Postgres(client.share()));
    let work = try_join(one(&mut left), other(&mut right));
    let (settled, work) = join(client.settled(pending), work).await;
    settled?;
    work
}
