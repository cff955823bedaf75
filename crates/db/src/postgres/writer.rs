//! Writes of an account: those that wait share a transaction with one lock and one commit. Each has its own savepoint, and gets
//! its result after the commit.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::client::{Before, earlier_failed};
use super::engine::{Postgres, catch_panic, client, writing};
use super::queue::{Leader, WriteJob};
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Result, Scope};

/// The largest number of writes that share a commit. PostgreSQL keeps the numbers of 64 savepoints of a transaction in memory, where
/// every reader looks for them.
const BATCH: usize = 50;
/// How many connections a batch tries before it has run a statement.
const ATTEMPTS: u32 = 2;

/// A write that has run, and waits for the commit.
struct Done {
    result: Result<(), Failure>,
    response: oneshot::Sender<Result<(), Failure>>,
}

/// A transaction with its writes.
struct Batch {
    conn: Conn,
    done: Vec<Done>,
    /// The state before the last write of `done`, if responses to it may still come: they are awaited with those to the next one.
    unsettled: Option<Before>,
}

impl WriteJob {
    /// Returns an error to the caller instead of running the write.
    fn refuse(self, reason: &str) {
        drop(self.response.send(Err(Error::Unavailable(reason.into()).into())));
    }
}

impl Postgres {
    /// Runs a write of an account once it is its turn. It gives up if it has waited too long.
    pub(super) async fn write_account(&self, account_id: i64, unit: Unit) -> Result<(), Failure> {
        let (response, mut ended) = oneshot::channel();
        let queues = self.queues();
        let (ticket, leader) = queues.push(account_id, WriteJob { unit, response })?;
        if let Some(leader) = leader {
            // A task of its own, because a caller that disconnects must not leave a transaction open.
            self.writer_runtime().spawn(self.clone().lead(leader));
        }
        let timeouts = self.timeouts();
        let result = match timeout(timeouts.connection + timeouts.lock, &mut ended).await {
            Ok(result) => result,
            Err(_) if queues.withdraw(account_id, ticket) => {
                return Err(Error::Unavailable("other writers of this account took too long".into()).into());
            }
            Err(_) => ended.await,
        };
        result
            .unwrap_or_else(|_| Err(Error::Unavailable("the writer of this account has ended".into()).into()))
    }

    /// Runs the writes of an account until none waits.
    async fn lead(self, leader: Leader) {
        let mut leading = Some(leader);
        while let Some(leader) = leading {
            if let Err(error) = self.watched(self.batch(&leader)).await {
                // The others would wait as long for the same lock, or for a connection.
                let reason = error.to_string();
                leader.all().into_iter().for_each(|job| job.refuse(&reason));
            }
            leading = leader.resign();
        }
    }

    /// Runs waiting writes in one transaction. An error means that no write could begin.
    async fn batch(&self, leader: &Leader) -> Result<()> {
        let account_id = leader.account_id();
        let conn = self.locked_account(account_id).await?;
        let (started, mut ended) = (Instant::now(), Ok(()));
        let mut batch = Batch { conn, done: Vec::new(), unsettled: None };
        while ended.is_ok()
            && batch.done.len() < BATCH
            && (batch.done.is_empty() || started.elapsed() < self.timeouts().batch)
            && let Some(job) = leader.next()
        {
            ended = batch.run(job, leader.waiting()).await;
        }
        if ended.is_ok() {
            ended = batch.settle().await;
        }
        let Batch { mut conn, done, .. } = batch;
        // The commit of a transaction that has failed would succeed, as a rollback.
        let committed = match ended {
            Ok(()) => {
                self.meter().record_postgres_batch(done.len());
                self.commit(&mut conn, Some(Scope::Account(account_id))).await
            }
            Err(error) => Err(error),
        };
        // The connection is free before the callers continue.
        drop(conn);
        let committed = committed.map_err(|error| error.to_string());
        for Done { result, response } in done {
            let result =
                result.and_then(|()| committed.clone().map_err(|reason| Error::Unavailable(reason).into()));
            drop(response.send(result));
        }
        Ok(())
    }

    /// A connection with a transaction that holds the lock of an account.
    async fn locked_account(&self, account_id: i64) -> Result<Conn> {
        let begin = format!("begin; select from accounts where id = {account_id} for update");
        let mut attempt = 1;
        loop {
            let leased = self.writer().await?;
            let mut conn = writing(Arc::clone(&leased), self.timeouts().response());
            match conn.script(&begin).await {
                Ok(()) => return Ok(conn),
                // The connection was lost while it was idle. Nothing has run yet.
                Err(_) if attempt < ATTEMPTS && !leased.is_open() => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Batch {
    /// Runs a write in a savepoint, which is rolled back if the write fails. An error means that the transaction cannot be continued.
    async fn run(&mut self, job: WriteJob, waiting: usize) -> Result<()> {
        let savepoint = if self.done.is_empty() { "savepoint work" } else { "release work; savepoint work" };
        let before = client(&mut self.conn).begin_unit(savepoint, waiting);
        let mut result = catch_panic(&mut self.conn, job.unit).await;
        let client = client(&mut self.conn);
        if client.is_earlier_pending() {
            let settled = client.settle().await.map_err(Failure::from);
            result = result.and(settled);
        }
        let unsettled = self.unsettled.take();
        if let (Some(error), Some(before)) = (client.take_failed(), unsettled) {
            // The statements of this write were not executed either.
            self.fail_last(error);
            self.done.push(Done { result: Err(earlier_failed().into()), response: job.response });
            return self.undo(before).await;
        }
        let has_failed = result.is_err();
        self.done.push(Done { result, response: job.response });
        if has_failed {
            return self.undo(before).await;
        }
        self.unsettled = Some(before);
        Ok(())
    }

    /// Waits for the responses to the last write.
    async fn settle(&mut self) -> Result<()> {
        let Some(before) = self.unsettled.take() else { return Ok(()) };
        match client(&mut self.conn).settle().await {
            Ok(()) => Ok(()),
            Err(error) => {
                self.fail_last(error);
                self.undo(before).await
            }
        }
    }

    fn fail_last(&mut self, error: Error) {
        if let Some(last) = self.done.last_mut() {
            last.result = Err(error.into());
        }
    }

    /// Goes back to the last savepoint that the server has.
    async fn undo(&mut self, before: Before) -> Result<()> {
        let client = client(&mut self.conn);
        client.forget_unit(before);
        if !client.is_open() {
            return Err(Error::Unavailable("the connection is lost".into()));
        }
        self.conn.script("rollback to work").await
    }
}
