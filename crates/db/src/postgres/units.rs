//! The units of work that share a transaction: each is rolled back alone if it fails.

use std::sync::PoisonError;

use super::client::{Client, Savepoint, UnitNumber};
use crate::transaction;
use crate::{Error, Result};

/// The state of a client before a unit of work.
pub struct Before {
    unit: UnitNumber,
    state: transaction::Before,
}

impl Client {
    /// Begins a unit of work in the transaction, while others wait. Returns the state before it.
    pub fn begin_unit(&mut self, waiting: usize) -> Before {
        self.waiting = waiting;
        self.unit += 1;
        self.savepoint = match self.savepoint {
            Savepoint::None => Savepoint::First,
            Savepoint::Set => Savepoint::Next,
            other => other,
        };
        Before { unit: self.unit, state: self.state.before() }
    }

    /// Sets the savepoint of the unit of work that runs, before its first statement that may write.
    pub fn set_savepoint(&mut self) {
        match std::mem::replace(&mut self.savepoint, Savepoint::Set) {
            Savepoint::First => self.send_script("savepoint work"),
            Savepoint::Next => self.send_script("release work; savepoint work"),
            unchanged => {
                self.savepoint = unchanged;
                return;
            }
        }
        self.savepoint_unit = self.unit;
    }

    /// Ends the last unit of work: what fails from here on fails the transaction, and needs no savepoint.
    pub fn end_units(&mut self) {
        self.savepoint = Savepoint::None;
    }

    /// Forgets a unit of work that has failed, back to the state before it. What it has written is rolled back. If it has only
    /// read, the transaction has to be one that can go on.
    pub async fn undo_unit(&mut self, before: Before) -> Result<()> {
        let has_written = self.savepoint_unit >= before.unit;
        self.forget_unit(before);
        if !self.is_open() {
            return Err(Error::Unavailable("the connection is lost".into()));
        }
        self.script(if has_written { "rollback to work" } else { "select" }).await
    }

    fn forget_unit(&mut self, before: Before) {
        self.pending().clear();
        self.state.restore(before.state);
    }

    /// Whether responses to an earlier unit of work are still to come.
    pub fn is_earlier_pending(&mut self) -> bool {
        let unit = self.unit;
        self.pending().iter().any(|(pending, _)| *pending < unit)
    }

    /// The error of the unit of work before the one that runs, if it has failed.
    pub fn take_failed(&mut self) -> Option<Error> {
        self.failed.get_mut().unwrap_or_else(PoisonError::into_inner).take()
    }
}
