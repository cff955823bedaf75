//! The address of a store.

use std::path::{Path, PathBuf};

/// The address of a store.
#[derive(Clone, Debug)]
pub enum Location {
    /// A file of the embedded engine, which is created if it does not exist.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

impl Location {
    /// The embedded store of a data directory.
    pub fn in_directory(data: &Path) -> Self {
        Self::Sqlite(data.join("statuary.db"))
    }
}
