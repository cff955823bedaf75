//! The file of the embedded store: creating, opening and copying it.

use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{Access as Permission, access};
use tempfile::TempPath;

use super::sqlite::poll;
use super::{Conn, Error, Result, migrate};

/// How long a lock of another process is waited for.
const BUSY: Duration = Duration::from_secs(5);
const STATEMENTS_CACHED: usize = 256;
/// What every SQLite database starts with (<https://www.sqlite.org/fileformat.html>, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What SQLite may put beside a database.
pub const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What may be done with a store that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing.
    Full,
    /// Reading alone, from a file that nobody changes: a copy in a folder that cannot be written.
    Immutable,
}

impl Access {
    /// What the permissions of the file and its folder allow. SQLite cannot read a store with a write-ahead log where it
    /// cannot write beside it, unless it is told that the file does not change.
    pub fn allowed(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let is_writable = |path: &Path| access(path, Permission::WRITE_OK).is_ok();
        let has_log = beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
        if has_log || (is_writable(path) && is_writable(folder)) { Self::Full } else { Self::Immutable }
    }
}

/// A file with the same name and more behind it.
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Makes an empty store with the current schema. It appears under its name when it is whole and on the disk; where
/// another process was quicker, its store stays.
pub fn create(path: &Path) -> Result<()> {
    let unwritable =
        |error: std::io::Error| Error::Unusable(format!("cannot make {}: {error}", path.display()));
    let folder = folder_beside(path).map_err(unwritable)?;
    let draft = folder.path().join("statuary.db");
    let mut conn: Conn = Connection::open(&draft)
        .and_then(|conn| {
            // Nobody reads it before it is complete.
            conn.execute_batch("pragma journal_mode = memory; pragma synchronous = off;")?;
            Ok(conn)
        })
        .map_err(Error::from)?
        .into();
    poll(migrate::run(&mut conn))?;
    poll(conn.script("pragma journal_mode = wal"))?;
    drop(conn);
    match publish(&draft, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(unwritable(error)),
        _ => Ok(()),
    }
}

/// A new folder beside a store, for a file that will take the store's place. It goes away with what is left in it.
pub fn folder_beside(path: &Path) -> std::io::Result<tempfile::TempDir> {
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(&prefix).tempdir_in(folder)
}

/// Gives a complete file its name, unless a file has it, and sees to it that both are on the disk.
pub fn publish(draft: &Path, path: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    TempPath::try_from_path(draft)?.persist_noclobber(path).map_err(|error| error.error)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Opens a store that exists.
pub fn connect(path: &Path, access: Access, pragmas: &str) -> Result<Connection> {
    check_header(path)?;
    let connect = || {
        let conn = match access {
            Access::Full => Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
            Access::Immutable => {
                let name = percent_encode(path.as_os_str().as_bytes(), NON_ALPHANUMERIC);
                Connection::open_with_flags(
                    format!("file:{name}?immutable=1"),
                    OpenFlags::SQLITE_OPEN_READ_ONLY
                        | OpenFlags::SQLITE_OPEN_NO_MUTEX
                        | OpenFlags::SQLITE_OPEN_URI,
                )?
            }
        };
        conn.busy_timeout(BUSY)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        // A plan does not look at the values that are bound: otherwise each statement is planned anew each time.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.execute_batch(
            "pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;",
        )?;
        conn.execute_batch(pragmas)?;
        Ok(conn)
    };
    connect().map_err(|error: rusqlite::Error| Error::Unavailable(format!("{}: {error}", path.display())))
}

/// Names what is no database before the engine takes an empty file for a new one.
fn check_header(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    let shown = path.display();
    let reason = match read {
        Err(error) => format!("cannot open {shown}: {error}"),
        Ok(0) => {
            format!(
                "{shown} is empty: a store that was damaged; restore a backup, or remove it to start a new one"
            )
        }
        Ok(_) if start != MAGIC => format!("{shown} is not a database"),
        Ok(_) => return Ok(()),
    };
    Err(Error::Unusable(reason))
}

/// Refuses a database that another program made.
pub fn check_schema(conn: &Connection, path: &Path) -> Result<()> {
    let count = "select count(*), count(*) filter (where name = 'schema_migrations') from sqlite_schema";
    let counted = conn.query_row(count, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    match counted {
        Ok((tables, 0)) if tables > 0 => {
            Err(Error::Unusable(format!("{} is a database of another program", path.display())))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Unavailable(format!("{}: {error}", path.display()))),
    }
}

/// Writes what the file holds at this moment to another, while others may write.
pub fn copy(path: &Path, target: &Path) -> Result<()> {
    let conn = connect(path, Access::allowed(path), "")?;
    check_schema(&conn, path)?;
    let target = target.to_str().ok_or_else(|| Error::Other("the name of the copy is not UTF-8".into()))?;
    let copied = conn.execute("vacuum into ?1", [target]).map(drop);
    drop(conn);
    remove_log(path);
    copied.map_err(Error::from)
}

/// Brings what is left in the log into the file and removes the log, once no other process uses the store. The engine
/// does this when its last connection closes; of several that close at once, each may take another for the last.
pub fn remove_log(path: &Path) {
    for _ in 0..2 {
        if !beside(path, "-wal").exists() || Access::allowed(path) != Access::Full {
            return;
        }
        // Only a connection that has read something looks at the log when it closes.
        if let Ok(conn) = connect(path, Access::Full, "") {
            drop(conn.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0)));
        }
    }
}
