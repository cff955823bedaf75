//! A read that has not started.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::watch::Ticket;
use crate::unit::{Failure, Unit};

/// How a read gets one snapshot of the store.
#[derive(Clone, Copy, Debug)]
pub enum Snapshot {
    /// Its statements run in a transaction.
    Transaction,
    /// It has one statement.
    Statement,
}

/// A read that has not started.
pub struct ReadJob {
    pub unit: Unit,
    pub snapshot: Snapshot,
    pub response: oneshot::Sender<Result<(), Failure>>,
    pub ticket: Arc<Ticket>,
}
