//! Whether writes succeed: known from the last write, or from a test write if none is recent enough. `/readyz` asks.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::unit::Ended;
use crate::{Error, Result};

/// For how long a write shows that the next one will succeed.
const RECENT: Duration = Duration::from_mins(1);
/// The shortest time between two test writes after a failed write, or while the disk is nearly full.
const PAUSE: Duration = Duration::from_secs(1);
/// Below this free space, in bytes, the next write may not fit.
const LOW_SPACE: u64 = 16 * 1024 * 1024;

/// The outcome of the last writes.
#[derive(Debug, Default)]
pub struct WriteHealth {
    last: Mutex<Last>,
    /// Held during a test write.
    testing: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Last {
    /// The time of the last write that succeeded, unless another has failed since.
    success: Option<Instant>,
    /// The time of the last test write, and its error.
    test: Option<(Instant, Option<String>)>,
}

/// The file of the embedded store, as it was when it was opened.
#[derive(Clone, Debug)]
pub struct OpenFile {
    pub path: Arc<Path>,
    /// Device and inode.
    identity: Option<(u64, u64)>,
}

impl WriteHealth {
    /// Records the outcome of a write. A write that fails by its own rules says nothing about the store.
    pub fn record(&self, ended: Ended<'_>) {
        match ended {
            Ok(()) => self.last().success = Some(Instant::now()),
            Err(Some(Error::Unavailable(_))) => self.last().success = None,
            Err(_) => {}
        }
    }

    /// Runs `test_write` unless the result is already known.
    pub async fn check(
        &self,
        file: Option<OpenFile>,
        test_write: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let _one_at_a_time = self.testing.lock().await;
        let recent = match file {
            Some(file) => {
                let recent = tokio::task::spawn_blocking(move || file.recent());
                recent.await.map_err(|_| Error::Other("the check of the file panicked".into()))??
            }
            None => RECENT,
        };
        if let Some(known) = self.known(recent) {
            return known;
        }
        let result = test_write.await;
        let error = result.as_ref().err().map(ToString::to_string);
        let mut last = self.last();
        last.success = result.is_ok().then(Instant::now);
        last.test = Some((Instant::now(), error));
        result
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result without a test write; `None` if one is needed.
    fn known(&self, recent: Duration) -> Option<Result<()>> {
        let last = self.last().clone();
        if last.success.is_some_and(|at| at.elapsed() < recent) {
            return Some(Ok(()));
        }
        let (_, error) = last.test.filter(|(at, _)| at.elapsed() < PAUSE)?;
        Some(error.map_or(Ok(()), |reason| Err(Error::Unavailable(reason))))
    }
}

impl OpenFile {
    pub fn new(path: &Path) -> Self {
        Self { path: Arc::from(path), identity: std::fs::metadata(path).ok().map(|file| identity(&file)) }
    }

    /// For how long a write shows that the next one will succeed.
    fn recent(&self) -> Result<Duration> {
        let now = std::fs::metadata(&self.path).ok().map(|file| identity(&file));
        if now != self.identity {
            let name = self.path.display();
            return Err(Error::Unavailable(format!("{name} was removed or replaced while it was open")));
        }
        let free =
            rustix::fs::statvfs(&*self.path).map(|file_system| file_system.f_bavail * file_system.f_frsize);
        Ok(if free.is_ok_and(|free| free < LOW_SPACE) { PAUSE } else { RECENT })
    }
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}
