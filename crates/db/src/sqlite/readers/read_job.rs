//! A read that has not started.

use std::sync::Arc;

use super::watch::Ticket;
use crate::Conn;

/// A read that has not started.
pub struct ReadJob {
    pub work: Box<dyn FnOnce(&mut Conn) + Send>,
    pub ticket: Arc<Ticket>,
}
