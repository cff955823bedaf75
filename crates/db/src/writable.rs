//! Whether writes work: as the last one ended, or by a small write where none is recent enough to tell.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Db, Engine, Error, Failure, Result, Scope, migrate};

/// For how long a write tells that the next one will work.
const RECENT: Duration = Duration::from_mins(1);
/// How often a small write tries it at the most, where the last one failed or the disk is nearly full.
const PAUSE: Duration = Duration::from_secs(1);
/// With less free space than this, in bytes, the next write may be the one that does not fit.
const LITTLE: u64 = 16 * 1024 * 1024;

/// What is known of writes.
#[derive(Debug, Default)]
pub struct Writes {
    known: Mutex<Known>,
    /// Held by the one who tries it.
    trying: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    /// When one last worked, unless another failed since.
    worked: Option<Instant>,
    /// The last small write, and why it failed.
    tried: Option<(Instant, Option<String>)>,
}

/// The file that the embedded store was opened as.
#[derive(Clone, Debug)]
pub struct OpenFile {
    pub path: Arc<Path>,
    /// Device and number of the file.
    identity: Option<(u64, u64)>,
}

impl Writes {
    /// How a write ended. One that its own rules refused says nothing about the store.
    pub fn ended<T, E: Failure>(&self, done: &Result<T, E>) {
        match done.as_ref().map_err(Failure::of_store) {
            Ok(_) => self.known().worked = Some(Instant::now()),
            Err(Some(Error::Unavailable(_))) => self.known().worked = None,
            Err(_) => {}
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known without trying; nothing where it has to be tried.
    fn told(&self, recent: Duration) -> Option<Result<()>> {
        let known = self.known().clone();
        if known.worked.is_some_and(|at| at.elapsed() < recent) {
            return Some(Ok(()));
        }
        let (_, failed) = known.tried.filter(|(at, _)| at.elapsed() < PAUSE)?;
        Some(failed.map_or(Ok(()), |reason| Err(Error::Unavailable(reason))))
    }
}

impl OpenFile {
    pub fn new(path: &Path) -> Self {
        Self { path: Arc::from(path), identity: std::fs::metadata(path).ok().map(|file| identity(&file)) }
    }

    /// For how long a write tells that the next one will work.
    fn recent(&self) -> Result<Duration> {
        let now = std::fs::metadata(&self.path).ok().map(|file| identity(&file));
        if now != self.identity {
            let name = self.path.display();
            return Err(Error::Unavailable(format!("{name} was removed or replaced while it is open")));
        }
        let free =
            rustix::fs::statvfs(&*self.path).map(|file_system| file_system.f_bavail * file_system.f_frsize);
        Ok(if free.is_ok_and(|free| free < LITTLE) { PAUSE } else { RECENT })
    }
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

impl Db {
    /// Whether writes work. Tries one at the most once a second, and once a minute where the last one worked.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they do not.
    pub async fn check_writes(&self) -> Result<()> {
        let _one = self.writes.trying.lock().await;
        let recent = match self.file.clone() {
            Some(file) => {
                let look = tokio::task::spawn_blocking(move || file.recent());
                look.await.map_err(|_| Error::Other("looking at the file panicked".into()))??
            }
            None => RECENT,
        };
        if let Some(told) = self.writes.told(recent) {
            return told;
        }
        let tried = match &self.engine {
            Engine::Sqlite(engine) => {
                // Of no account: the embedded engine has one writer for all.
                engine.write(Scope::Account(0), |conn| Box::pin(migrate::try_write(conn))).await
            }
            Engine::Postgres(engine) => engine.write_aside(|conn| Box::pin(migrate::try_write(conn))).await,
        };
        let failed = tried.as_ref().err().map(ToString::to_string);
        let mut known = self.writes.known();
        known.worked = tried.is_ok().then(Instant::now);
        known.tried = Some((Instant::now(), failed));
        tried
    }
}
