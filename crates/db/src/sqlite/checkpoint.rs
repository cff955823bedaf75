//! Checkpoints of the write-ahead log, mostly on a thread of their own, so that no write waits for them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use crossbeam_channel::Sender;
use rusqlite::Connection;

use super::data_version::{WalIndex, open_forever};
use super::file::{Access, connect};
use super::threads::spawn;
use crate::{Conn, Result};

/// The number of pages in the log at which a checkpoint begins. The same pages are written again and again, so the longer
/// the log, the fewer pages a checkpoint copies for each write.
pub const CHECKPOINT_PAGES: u32 = 32_000;
/// The number of pages that a checkpoint leaves to the writer, which has to wait for them.
const TARGET_PAGES: u32 = 300;
/// The number of attempts of the checkpoint thread to reach [`TARGET_PAGES`].
const ATTEMPTS: u32 = 8;
/// The size to which the log file is truncated after a checkpoint, in bytes: as much as a constant load of writes needs.
pub const LOG_BYTES: u32 = CHECKPOINT_PAGES * 4096 / 4 * 5;

/// Limits the length of the write-ahead log. It belongs to the writer, which calls it after every commit.
pub struct WalCheckpointer {
    wal_index: WalIndex,
    /// The length of the log when a checkpoint was last requested.
    requested_at: u32,
    requests: SyncSender<()>,
    /// Whether the thread has left the rest to the writer, so that the log restarts.
    is_for_writer: Arc<AtomicBool>,
}

impl WalCheckpointer {
    /// Starts the checkpoint thread.
    pub fn start(path: &Path, access: Access, wal_index: WalIndex, running: &Sender<()>) -> Result<Self> {
        let conn = connect(path, access, "pragma cache_size = -100;")?;
        let file = open_forever(path);
        let (requests, requested) = sync_channel::<()>(1);
        let is_for_writer = Arc::new(AtomicBool::new(false));
        let for_writer = Arc::clone(&is_for_writer);
        spawn("sqlite-checkpoint".into(), running, move || {
            for () in requested {
                for _ in 0..ATTEMPTS {
                    let Ok(copied) = checkpoint(&conn) else { break };
                    // SQLite syncs the file only with the last page of the log, which is left to the writer.
                    let is_synced = file.is_some_and(|file| file.sync_data().is_ok());
                    if !is_synced || wal_index.pages_in_log().saturating_sub(copied) <= TARGET_PAGES {
                        break;
                    }
                }
                // However many pages are left: one slow write is better than a log that only grows.
                for_writer.store(true, Ordering::Relaxed);
            }
        })?;
        Ok(Self { wal_index, requested_at: 0, requests, is_for_writer })
    }

    /// Finishes a checkpoint or requests one, if the log is long.
    pub fn after_commit(&mut self, conn: &Conn) {
        let pages = self.wal_index.pages_in_log();
        if pages < self.requested_at {
            self.requested_at = 0;
        }
        // A log this long has a reader that does not end. Soon after its end the log is short again.
        let interval = if pages > 2 * CHECKPOINT_PAGES { CHECKPOINT_PAGES / 16 } else { CHECKPOINT_PAGES };
        if self.is_for_writer.swap(false, Ordering::Relaxed)
            && let Conn::Sqlite(client) = conn
        {
            drop(checkpoint(&client.conn));
        } else if pages - self.requested_at >= interval {
            self.requested_at = pages;
            let _ = self.requests.try_send(());
        }
    }
}

/// Copies the pages that no reader needs from the log to the file, and returns how many of its pages are copied by now.
fn checkpoint(conn: &Connection) -> rusqlite::Result<u32> {
    conn.query_row("pragma wal_checkpoint(passive)", [], |row| row.get(2))
}
