//! The thread of the writers: a write waits for each response of the server, and would wait for requests, too, on the threads that
//! handle those.

use std::io;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread with a runtime of its own, which starts when it is first used and ends when this is dropped.
#[derive(Default)]
pub struct Thread(OnceLock<(Handle, oneshot::Sender<()>)>);

impl Thread {
    /// The runtime of the thread, or that of the caller if there can be no further thread.
    pub fn runtime(&self) -> Handle {
        if let Some((handle, _)) = self.0.get() {
            return handle.clone();
        }
        match start() {
            // Another caller may have been first; the thread of this one then ends.
            Ok(started) => self.0.get_or_init(|| started).0.clone(),
            Err(error) => {
                tracing::warn!(%error, "cannot start a thread for writes");
                Handle::current()
            }
        }
    }
}

fn start() -> io::Result<(Handle, oneshot::Sender<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel());
    thread::Builder::new().name("postgres-writer".into()).spawn(move || drop(runtime.block_on(ended)))?;
    Ok((handle, end))
}
