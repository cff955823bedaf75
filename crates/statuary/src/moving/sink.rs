//! The store that gets the records of another server.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::runtime::Handle;

use super::read::id_of as id;
use base::clock::Clock;
use db::{Db, Scope};
use domain::error::{Error, StoreError};
use domain::moving::{Batch, Outcome, Position, Route, apply, store};
use domain::work;

/// The account that gets the records, and what came so far. It blocks: it is used on a thread of its own.
pub struct Sink {
    db: Db,
    route: Route,
    handle: Handle,
    /// How far an earlier import came that broke off.
    pub start: Position,
    /// What came so far.
    pub outcome: Outcome,
}

impl Sink {
    /// An account of a store.
    pub fn new(db: Db, route: Route, handle: Handle, start: Position) -> Self {
        Self { db, route, handle, start, outcome: Outcome::default() }
    }

    /// Stores records in one transaction, and how far the import came with them.
    pub fn store(&mut self, batches: Vec<Batch>, position: Option<Position>) -> Result<()> {
        self.route.change.at = Clock::System.now();
        let whole = self.write(batches.clone(), position);
        let outcome = match whole {
            Err(error) if is_conflict(&error) => self.singly(batches, position)?,
            other => other.context("the records cannot be stored")?,
        };
        self.outcome.add(outcome);
        Ok(())
    }

    /// Stores records again that came before the ones to which they refer. They are counted already.
    pub fn complete(&mut self, batch: Batch) -> Result<()> {
        let outcome = self.write(vec![batch], None).context("the records cannot be stored")?;
        self.outcome.refused.extend(outcome.refused);
        Ok(())
    }

    /// Stores each record in a transaction of its own, so that those in conflict with others stay out alone.
    fn singly(&self, batches: Vec<Batch>, position: Option<Position>) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        for single in batches.into_iter().flat_map(Batch::singles) {
            let (kind, conflict, id) = single.about();
            match self.write(vec![single], None) {
                Ok(one) => outcome.add(one),
                Err(error) if is_conflict(&error) => outcome.refuse(kind, id, conflict.to_owned()),
                Err(error) => return Err(error).context("the records cannot be stored"),
            }
        }
        self.write(Vec::new(), position).context("the records cannot be stored")?;
        Ok(outcome)
    }

    fn write(&self, batches: Vec<Batch>, position: Option<Position>) -> Result<Outcome, Error> {
        let route = self.route.clone();
        let write = self.db.write(
            scope(&self.route),
            work!(|conn| {
                let mut outcome = Outcome::default();
                for batch in batches {
                    outcome.add(apply::apply(conn, &route, batch).await?);
                }
                if position.is_some() {
                    store::keep_position(conn, &route, position).await?;
                }
                Ok(outcome)
            }),
        );
        self.handle.block_on(write)
    }

    /// Notes a record that does not come.
    pub fn refuse(&mut self, kind: &'static str, id: i64, reason: &str) {
        self.outcome.refuse(kind, id, reason.to_owned());
    }

    /// What was read from an object, unless it is unreadable, which is noted.
    pub fn kept<R>(&mut self, kind: &'static str, object: &Value, read: Result<R, String>) -> Option<R> {
        let noted = read.inspect_err(|reason| self.refuse(kind, id(object).unwrap_or_default(), reason));
        noted.ok()
    }

    /// The ids of the records that are new or have changed.
    pub fn fresh(&self, batch: Batch) -> Result<BTreeSet<i64>> {
        let route = self.route.clone();
        let read = self.db.read(work!(|conn| apply::fresh(conn, &route, batch).await));
        self.handle.block_on(read).context("the store cannot be read")
    }

    /// Notes that the import came to its end.
    pub fn end(&self) -> Result<()> {
        let route = self.route.clone();
        let write =
            self.db.write(scope(&self.route), work!(|conn| store::keep_position(conn, &route, None).await));
        self.handle.block_on(write).context("the store cannot be written")
    }
}

const fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Store(StoreError::Constraint { .. }))
}

/// The scope of the writes of an import.
const fn scope(route: &Route) -> Scope {
    Scope::Account(route.change.account_id.0)
}
