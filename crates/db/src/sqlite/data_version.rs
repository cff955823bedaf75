//! Whether any process has committed to the embedded store, read from memory shared with SQLite instead of by a query.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::file;

/// The size of the header of the wal-index: a counter that every commit increments, the length of the log, and checksums
/// (<https://www.sqlite.org/walformat.html>, 2.1).
const HEADER: usize = 48;

/// A version of the data of the store. Equal versions mean that nothing was committed between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataVersion([u8; HEADER]);

/// The wal-index of an open store.
#[derive(Clone, Copy, Debug)]
pub struct WalIndex(Option<&'static File>);

/// Opens a file of an open store for the lifetime of the process: closing it would release the locks that SQLite holds on
/// it, because `fcntl` locks belong to the process and the file, not to the descriptor.
pub fn open_forever(path: &Path) -> Option<&'static File> {
    File::open(path).ok().map(|file| &*Box::leak(Box::new(file)))
}

impl WalIndex {
    /// The wal-index of an open store.
    pub fn of(store: &Path) -> Self {
        Self(open_forever(&file::with_suffix(store, "-shm")))
    }

    /// The current version of the data; `None` if the store has no wal-index.
    pub fn data_version(self) -> Option<DataVersion> {
        let mut header = [0; HEADER];
        self.0?.read_exact_at(&mut header, 0).ok()?;
        Some(DataVersion(header))
    }

    /// The number of pages in the write-ahead log.
    pub fn pages_in_log(self) -> u32 {
        let Some(DataVersion(header)) = self.data_version() else { return 0 };
        u32::from_ne_bytes([header[16], header[17], header[18], header[19]])
    }
}
