//! Whether anything was committed to the embedded store, by whatever process, told without asking the engine.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The header of the index of the write-ahead log: a counter that every commit moves, the length of the log, and checksums
/// (<https://www.sqlite.org/walformat.html>, 2.1).
const HEADER: usize = 48;

/// A state of the store: as long as it is the same one, nothing was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment([u8; HEADER]);

/// Where the moment is read.
#[derive(Clone, Copy, Debug)]
pub struct Moments(Option<&'static File>);

/// A file of a store that is open. It stays open for as long as the process lives: closing it would end the locks that the
/// engine holds on it, since a process has those by the file and not by the descriptor (`fcntl`).
pub fn kept_open(path: &Path) -> Option<&'static File> {
    File::open(path).ok().map(|file| &*Box::leak(Box::new(file)))
}

impl Moments {
    /// Of a store that is open.
    pub fn of(store: &Path) -> Self {
        let mut name = OsString::from(store);
        name.push("-shm");
        Self(kept_open(name.as_ref()))
    }

    /// The moment; none where it cannot be told.
    pub fn now(self) -> Option<Moment> {
        let mut header = [0; HEADER];
        self.0?.read_exact_at(&mut header, 0).ok()?;
        Some(Moment(header))
    }

    /// How many pages stand in the log.
    pub fn pages_in_log(self) -> u32 {
        let Some(Moment(header)) = self.now() else { return 0 };
        u32::from_ne_bytes([header[16], header[17], header[18], header[19]])
    }
}
