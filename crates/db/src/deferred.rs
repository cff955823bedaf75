//! Statements that a transaction defers.

use std::sync::Arc;

use crate::{Statement, Value};

/// The values of an execution.
pub type Values = Arc<[Value<'static>]>;

/// Deferred statements in the order in which each was first deferred, with the values of its executions. Clones share the values.
#[derive(Clone, Default)]
pub struct Deferred(Vec<(Statement, Vec<Values>)>);

impl Deferred {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an execution.
    pub fn push(&mut self, statement: Statement, values: Values) {
        let is_same = |(known, _): &&mut (Statement, _)| std::ptr::eq(known.sql(), statement.sql());
        match self.0.iter_mut().find(is_same) {
            Some((_, executions)) => executions.push(values),
            None => self.0.push((statement, vec![values])),
        }
    }

    /// Removes and returns all.
    pub fn take(&mut self) -> Vec<(Statement, Vec<Values>)> {
        std::mem::take(&mut self.0)
    }
}
