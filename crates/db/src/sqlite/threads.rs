//! The threads of an open store.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::file;
use crate::{Error, Result};

/// How long closing a store waits for its threads.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

/// The threads of an open store. Dropping the last handle of the store waits until they have closed the file, so that a
/// process that exits leaves one complete file.
pub struct Threads {
    /// Disconnected when all threads have ended: each holds a sender for as long as it has a connection.
    pub ended: Receiver<()>,
    pub path: PathBuf,
}

impl Drop for Threads {
    fn drop(&mut self) {
        // If a unit of work owned the last handle, this is one of the threads, which cannot wait for itself.
        if thread::current().name().is_some_and(|name| name.starts_with("sqlite-")) {
            return;
        }
        match self.ended.recv_timeout(CLOSE_TIMEOUT) {
            Err(RecvTimeoutError::Timeout) => tracing::warn!("the store is still in use and was not closed"),
            _ => file::remove_log(&self.path),
        }
    }
}

/// Starts a thread that holds `running` until it has dropped everything it owns.
pub fn spawn(name: String, running: &Sender<()>, run: impl FnOnce() + Send + 'static) -> Result<()> {
    let running = running.clone();
    let spawned = thread::Builder::new().name(name).spawn(move || {
        run();
        drop(running);
    });
    spawned.map(drop).map_err(|error| Error::Unavailable(error.to_string()))
}

/// The error of work whose thread has ended.
pub fn stopped() -> Error {
    Error::Unavailable("the store has stopped".into())
}
