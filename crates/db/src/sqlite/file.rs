//! The file of the embedded store: creating, opening and copying it. Backups use it from outside this crate.

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

use super::work::poll;
use crate::{Conn, Error, Result, migrate};

/// How long a connection waits for a lock of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENT_CACHE: usize = 256;
/// The first bytes of every SQLite database (<https://www.sqlite.org/fileformat.html>, 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The suffixes of the files that SQLite may create beside a database.
pub const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The suffix of the copy that is kept of a store before its schema is migrated.
const BEFORE_MIGRATION: &str = ".before-migration";

/// The access to an existing store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write.
    Full,
    /// Read only, from a file that nobody changes, such as a copy in a read-only folder.
    Immutable,
}

impl Access {
    /// The access that the permissions of the file and its folder allow. If SQLite cannot write beside a store with a
    /// write-ahead log, it cannot read the store either, unless it is opened as immutable.
    pub fn allowed(path: &Path) -> Self {
        let is_writable = |path: &Path| access(path, Permission::WRITE_OK).is_ok();
        let has_log = with_suffix(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
        if has_log || (is_writable(path) && is_writable(folder_of(path))) {
            Self::Full
        } else {
            Self::Immutable
        }
    }
}

/// A path with a suffix appended to the file name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates an empty store with the current schema. It gets its name when it is complete and synced. If another process
/// creates the store first, that one stays.
pub fn create(path: &Path) -> Result<()> {
    let unwritable =
        |error: std::io::Error| Error::Unusable(format!("cannot create {}: {error}", path.display()));
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

/// Creates an empty store as an earlier version did: with the first migrations only. For tests of the later ones.
#[doc(hidden)]
pub fn create_earlier(path: &Path, number: usize) -> Result<()> {
    let mut conn: Conn = Connection::open(path)?.into();
    poll(migrate::run_first(&mut conn, number))
}

/// A temporary folder beside a store, for a file that will replace the store. It is deleted with its contents.
pub fn folder_beside(path: &Path) -> std::io::Result<tempfile::TempDir> {
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    tempfile::Builder::new().prefix(&prefix).tempdir_in(folder_of(path))
}

/// Syncs a complete file, moves it to its path unless that exists, and syncs the folder.
pub fn publish(draft: &Path, path: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    TempPath::try_from_path(draft)?.persist_noclobber(path).map_err(|error| error.error)?;
    File::open(folder_of(path))?.sync_all()
}

/// Writes the whole file anew, without what deleted and replaced rows have left in it, and empties its log.
pub fn scrub(path: &Path) -> Result<()> {
    let conn = connect(path, Access::Full, "")?;
    // The copy may be larger than the memory.
    conn.execute_batch("pragma temp_store = file")?;
    // Segments of the index have the words of earlier texts until they are merged.
    conn.execute_batch("insert into report_texts (report_texts) values ('optimize'); vacuum")?;
    let is_busy: i64 = conn.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if is_busy == 0 {
        return Ok(());
    }
    Err(Error::Unavailable("the write-ahead log is in use, and keeps earlier contents for a while".into()))
}

/// Opens a file whose header was checked.
pub fn connect(path: &Path, access: Access, pragmas: &str) -> Result<Connection> {
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
        conn.busy_timeout(BUSY_TIMEOUT)?;
        conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // Plans must not depend on bound values: otherwise SQLite plans a statement again for each execution.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.execute_batch(
            "pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;",
        )?;
        conn.execute_batch(pragmas)?;
        Ok(conn)
    };
    connect().map_err(|error: rusqlite::Error| Error::Unavailable(format!("{}: {error}", path.display())))
}

/// Refuses a file that is not a database. SQLite itself would take an empty file for a new database. Only for a file that this
/// process has not opened yet: closing it releases the locks of its connections, because `fcntl` locks belong to the process.
pub fn check_header(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    let shown = path.display();
    let reason = match read {
        Err(error) => format!("cannot open {shown}: {error}"),
        Ok(0) => {
            format!(
                "{shown} is empty: the store is damaged; restore a backup, or remove it to start a new one"
            )
        }
        Ok(_) if start != MAGIC => format!("{shown} is not a database"),
        Ok(_) => return Ok(()),
    };
    Err(Error::Unusable(reason))
}

/// Refuses a database that another program created.
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

/// Copies a snapshot of a store, whose header was checked, to another file, while others may write to the store.
pub fn copy(path: &Path, target: &Path) -> Result<()> {
    let conn = connect(path, Access::allowed(path), "")?;
    check_schema(&conn, path)?;
    let copied = vacuum_into(&conn, target);
    drop(conn);
    remove_log(path);
    copied
}

fn vacuum_into(conn: &Connection, target: &Path) -> Result<()> {
    let target = target.to_str().ok_or_else(|| Error::Other("the path of the copy is not UTF-8".into()))?;
    conn.execute("vacuum into ?1", [target]).map(drop).map_err(Error::from)
}

/// Keeps a copy of a store beside it before its schema is migrated, in place of an earlier such copy.
pub fn keep_before_migration(conn: &Connection, path: &Path) -> Result<()> {
    let kept = with_suffix(path, BEFORE_MIGRATION);
    let failed = |reason: &dyn std::fmt::Display| {
        Error::Unusable(format!(
            "the store is not migrated, because no copy of it can be kept at {}: {reason}",
            kept.display()
        ))
    };
    let folder = folder_beside(path).map_err(|error| failed(&error))?;
    let draft = folder.path().join("statuary.db");
    vacuum_into(conn, &draft).map_err(|error| failed(&error))?;
    let published = File::open(&draft).and_then(|file| file.sync_all());
    let published = published.and_then(|()| std::fs::rename(&draft, &kept));
    let published = published.and_then(|()| File::open(folder_of(path))?.sync_all());
    published.map_err(|error| failed(&error))
}

/// Writes a text into a file of the embedded engine that is not in use, beside its tables. It replaces the text of the store, which
/// has one if it is a backup that was copied into its place.
///
/// # Errors
/// If the file cannot be written.
pub fn write_note(path: &Path, text: &str) -> Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("drop table if exists backup_note; create table backup_note (text text not null)")?;
    conn.execute("insert into backup_note (text) values (?1)", [text])?;
    conn.close().map_err(|(_, error)| error.into())
}

/// Removes the text of [`write_note`] from a file, and returns it; `None` if there is none.
///
/// # Errors
/// If the file cannot be read and written.
pub fn take_note(path: &Path) -> Result<Option<String>> {
    let conn = Connection::open(path)?;
    let count = "select count(*) from sqlite_schema where type = 'table' and name = 'backup_note'";
    let is_there = conn.query_row(count, [], |row| row.get::<_, i64>(0))? > 0;
    let note = if is_there {
        Some(conn.query_row("select text from backup_note", [], |row| row.get(0))?)
    } else {
        None
    };
    if is_there {
        conn.execute_batch("drop table backup_note")?;
    }
    conn.close().map_err(|(_, error)| error)?;
    Ok(note)
}

/// Copies the rest of the log into the file and removes the log, if no other process uses the store. SQLite does so when
/// its last connection closes, but if several close at once, each may take another for the last.
pub fn remove_log(path: &Path) {
    for _ in 0..2 {
        if !with_suffix(path, "-wal").exists() || Access::allowed(path) != Access::Full {
            return;
        }
        // A connection examines the log on closing only if it has read something.
        if let Ok(conn) = connect(path, Access::Full, "") {
            drop(conn.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0)));
        }
    }
}
