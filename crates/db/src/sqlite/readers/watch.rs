//! The state of a read, which its caller, its thread and the progress handler of its connection share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::origin::Origin;
use crate::{Error, Result};

/// The state that a read shares with its caller.
pub struct Ticket {
    pub origin: Origin,
    is_abandoned: AtomicBool,
}

/// Marks a read as abandoned when its caller drops this.
pub struct AbandonOnDrop(pub Arc<Ticket>);

/// The read that runs on a connection. Only the thread of the connection uses it.
#[derive(Default)]
pub struct Watch(Mutex<Current>);

#[derive(Default)]
pub struct Current {
    /// `None` between reads, and during the end of a transaction, which must not be interrupted.
    pub ticket: Option<Arc<Ticket>>,
    /// Calls of the progress handler so far.
    pub ticks: u32,
    pub lane: Lane,
    /// The number of small reads that had started when this read did.
    pub started_before: u64,
    /// The same number at the last check.
    pub started_last: u64,
    /// Whether the read was interrupted because its caller had disconnected.
    pub was_interrupted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// In a slot.
    #[default]
    Small,
    /// Among the large reads that run.
    Large,
    /// Large, but not running: the read waits, or is about to end.
    Paused,
}

impl Ticket {
    pub fn new(origin: Origin) -> Self {
        Self { origin, is_abandoned: AtomicBool::new(false) }
    }

    /// Records that the caller no longer waits.
    pub fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    pub fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }
}

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl Watch {
    pub fn lock(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `Ok` if the caller still waits. It is called before each statement, because the progress handler does not
    /// run between statements.
    pub fn check(&self) -> Result<()> {
        let mut current = self.lock();
        if current.ticket.as_ref().is_none_or(|ticket| !ticket.is_abandoned()) {
            return Ok(());
        }
        current.was_interrupted = true;
        Err(Error::Unavailable("the caller no longer waits".into()))
    }

    /// Ends the read: nothing interrupts the connection from here on.
    pub fn release(&self) {
        self.lock().ticket = None;
    }
}
