//! What a connection knows of its transaction.

use std::sync::Arc;

use crate::deferred::{Deferred, Values};
use crate::kept::Kept;
use crate::memo::Memo;
use crate::{Error, Result, Statement};

/// What a connection knows of its transaction, on both engines.
#[derive(Default)]
pub struct State {
    /// The number of events of the unit of work on SQLite, or of the transaction on PostgreSQL.
    pub events: u64,
    /// What it remembers.
    pub memo: Memo,
    /// What it defers.
    pub deferred: Deferred,
    /// The next ids of tables on SQLite, until other statements may insert rows.
    pub next_ids: Vec<(&'static str, i64)>,
    /// The results of queries that were sent with the lock, until the transaction may have changed them.
    pub ahead: Vec<Ahead>,
    /// What the process keeps, in a transaction that writes.
    pub kept: Option<Arc<Kept>>,
}

/// A query that was sent with the lock, and the integers of its row.
pub struct Ahead {
    pub statement: Statement,
    pub values: Values,
    pub result: [i64; 2],
}

/// The state before a unit of work.
pub struct Before {
    events: u64,
    memo: Memo,
    deferred: Deferred,
    next_ids: Vec<(&'static str, i64)>,
}

impl State {
    /// Begins another transaction.
    pub fn reset(&mut self) {
        *self = Self { kept: self.kept.take(), ..Self::default() };
    }

    /// A copy for the case that the next unit of work fails.
    pub fn before(&self) -> Before {
        let Self { events, memo, deferred, next_ids, .. } = self;
        Before { events: *events, memo: memo.clone(), deferred: deferred.clone(), next_ids: next_ids.clone() }
    }

    /// Goes back to what was before a unit of work.
    pub fn restore(&mut self, before: Before) {
        let Before { events, memo, deferred, next_ids } = before;
        (self.events, self.memo, self.deferred, self.next_ids) = (events, memo, deferred, next_ids);
    }
}

/// The outcomes of writes that shared a transaction. What fails a write that is alone is its own error.
pub fn outcomes(committed: Result<()>, writes: usize) -> Vec<Result<()>> {
    match committed {
        Err(error) if writes != 1 => {
            let reason = error.to_string();
            (0..writes).map(|_| Err(Error::Unavailable(reason.clone()))).collect()
        }
        Err(error) => vec![Err(error)],
        Ok(()) => (0..writes).map(|_| Ok(())).collect(),
    }
}
