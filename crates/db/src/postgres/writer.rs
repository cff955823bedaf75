//! Writes of accounts: those that wait share a transaction, with the locks of their accounts and one commit. Each is rolled back
//! alone if it fails, and gets its result after the commit.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::client::earlier_failed;
use super::engine::{Postgres, catch_panic, client};
use super::queue::{Task, Turn, WriteJob};
use super::units::Before;
use crate::transaction::outcomes;
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Result, Scope};

/// The largest number of writes that share a commit. PostgreSQL keeps the numbers of 64 savepoints of a transaction in memory, where
/// every reader looks for them.
const BATCH: usize = 50;
/// How many connections a batch tries before it has run a statement.
const ATTEMPTS: u32 = 2;

/// The time after which a transaction no longer keeps other accounts from beginning theirs.
const LONG: Duration = Duration::from_millis(20);

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
        let (ticket, task) = queues.push(account_id, WriteJob { unit, response })?;
        self.start(task);
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

    /// Starts a task, because a caller that disconnects must not leave a transaction open.
    fn start(&self, task: Option<Task>) {
        if let Some(task) = task {
            self.writer_runtime().spawn(self.clone().run_turns(task));
        }
    }

    /// Runs turns until no account is ready, or one has taken long.
    async fn run_turns(self, mut task: Task) {
        while let Some(turn) = task.take_turn() {
            let mut turn = pin!(self.run_turn(turn));
            tokio::select! {
                biased;
                () = &mut turn => continue,
                () = sleep(LONG) => self.start(task.make_room()),
            }
            turn.await;
            return self.start(self.queues().begin_task());
        }
    }

    async fn run_turn(&self, mut turn: Turn) {
        if let Err(error) = self.watched(self.batch(&mut turn)).await {
            // The others would wait as long for the same locks, or for a connection.
            let reason = error.to_string();
            turn.all().into_iter().for_each(|job| job.refuse(&reason));
        }
        turn.end();
    }

    /// Runs the turn of an account that another transaction had locked.
    fn run_alone(self, turn: Turn) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            self.run_turn(turn).await;
            self.start(self.queues().begin_task());
        })
    }

    /// Runs waiting writes in one transaction. An error means that no write could begin.
    async fn batch(&self, turn: &mut Turn) -> Result<()> {
        let (conn, locked) = self.locked(turn).await?;
        for other in turn.keep(&locked) {
            self.writer_runtime().spawn(self.clone().run_alone(other));
        }
        let (started, mut ended) = (Instant::now(), Ok(()));
        let mut batch = Batch { conn, done: Vec::new(), unsettled: None };
        while ended.is_ok()
            && batch.done.len() < BATCH
            && (batch.done.is_empty() || started.elapsed() < self.timeouts().batch)
        {
            ended = match (turn.next(), batch.done.is_empty()) {
                (Some((_, job)), _) => batch.run(job, turn.waiting()).await,
                (None, true) => break,
                (None, false) => match turn.further() {
                    Some(further) => self.extend(&mut batch, turn, further).await,
                    None => break,
                },
            };
        }
        if ended.is_ok() {
            ended = batch.settle().await;
        }
        let Batch { mut conn, done, .. } = batch;
        // The commit of a transaction that has failed would succeed, as a rollback.
        let committed = match ended {
            Ok(()) => {
                self.meter().record_postgres_batch(done.len());
                self.forecast().record(&client(&mut conn).ids, done.len());
                let scopes: Vec<_> = turn.accounts().iter().map(|id| Scope::Account(*id)).collect();
                self.commit(&mut conn, &scopes).await
            }
            Err(error) => Err(error),
        };
        // The connection is free before the callers continue.
        drop(conn);
        let outcomes = outcomes(committed, done.len());
        for (Done { result, response }, committed) in done.into_iter().zip(outcomes) {
            drop(response.send(result.and_then(|()| committed.map_err(Failure::from))));
        }
        Ok(())
    }

    /// Adds accounts whose writes have come meanwhile, if their locks are free.
    async fn extend(&self, batch: &mut Batch, turn: &mut Turn, mut further: Turn) -> Result<()> {
        // If a write were rolled back later, the locks would be, too.
        let settled = batch.settle().await;
        let expected = self.forecast().of(further.waiting());
        let locked = match settled {
            Ok(()) => client(&mut batch.conn).lock_further(further.accounts(), expected).await,
            Err(error) => Err(error),
        };
        match locked {
            Ok(locked) => {
                for other in further.keep(&locked) {
                    self.writer_runtime().spawn(self.clone().run_alone(other));
                }
                turn.join(further);
                Ok(())
            }
            Err(error) => {
                // They wait for another turn.
                further.end();
                Err(error)
            }
        }
    }

    /// A connection with a transaction, and the accounts that it has locked: one, for whose lock it waits, or those of several
    /// whose locks are free.
    async fn locked(&self, turn: &Turn) -> Result<(Conn, Vec<i64>)> {
        let mut attempt = 1;
        loop {
            let leased = self.writer().await?;
            let mut conn = self.writing(Arc::clone(&leased), self.timeouts().response());
            let expected = self.forecast().of(turn.waiting());
            match client(&mut conn).begin(turn.accounts(), expected).await {
                Ok(locked) => return Ok((conn, locked)),
                // The connection was lost while it was idle. Nothing has run yet.
                Err(_) if attempt < ATTEMPTS && !leased.is_open() => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Batch {
    /// Runs a write, which is rolled back if it fails. An error means that the transaction cannot be continued.
    async fn run(&mut self, job: WriteJob, waiting: usize) -> Result<()> {
        let before = client(&mut self.conn).begin_unit(waiting);
        let mut result = catch_panic(&mut self.conn, job.unit).await;
        let client = client(&mut self.conn);
        if client.is_earlier_pending() {
            let settled = client.settle().await.map_err(Failure::from);
            result = result.and(settled);
        }
        let unsettled = self.unsettled.take();
        if let (Some(error), Some(unsettled)) = (client.take_failed(), unsettled) {
            // The statements of this write were not executed either.
            let undone = client.undo_unit(unsettled).await;
            self.fail_last(error);
            self.done.push(Done { result: Err(earlier_failed().into()), response: job.response });
            return undone;
        }
        if result.is_err() {
            let undone = client.undo_unit(before).await;
            self.done.push(Done { result, response: job.response });
            return undone;
        }
        self.done.push(Done { result, response: job.response });
        self.unsettled = Some(before);
        Ok(())
    }

    /// Waits for the responses to the last write.
    async fn settle(&mut self) -> Result<()> {
        let Some(before) = self.unsettled.take() else { return Ok(()) };
        let settled = client(&mut self.conn).settle().await;
        let Err(error) = settled else { return Ok(()) };
        self.fail_last(error);
        client(&mut self.conn).undo_unit(before).await
    }

    fn fail_last(&mut self, error: Error) {
        if let Some(last) = self.done.last_mut() {
            last.result = Err(error.into());
        }
    }
}
