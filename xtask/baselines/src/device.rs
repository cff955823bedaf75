//! What the disk does under the writes of SQLite, without SQLite: a log that is appended to and flushed for each batch of writes,
//! and from time to time pages anywhere in a large file, flushed by another thread.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base::rng::Rng;

/// The number of writes that share one `fsync`: as many as the load has connections.
pub const BATCH: u32 = 32;
const PAGE: usize = 4096;
/// The length of the log between two copies, as in `db::sqlite::checkpoint`.
const LOG_BYTES: u64 = 32_000 * PAGE as u64;
/// The number of different pages among them: most are written several times.
const COPIED: u32 = 10_000;
/// The number of pages of the large file: as many as a million reports have.
const FILE_PAGES: usize = 250_000;

/// Prints the time in which 99 of 100 batches are on the disk, each with the bytes of 32 writes.
pub fn run(folder: &Path, bytes: u64, span: Duration) -> Result<()> {
    let log = File::create(folder.join("device-log"))?;
    let pages = File::create(folder.join("device-pages"))?;
    log.set_len(LOG_BYTES)?;
    pages.set_len((FILE_PAGES * PAGE) as u64)?;
    let batch = vec![1; usize::try_from(bytes * u64::from(BATCH))?];
    let (full, is_full) = sync_channel(1);
    let copier = std::thread::spawn(move || copy(&pages, &is_full));
    let (mut times, mut at, start) = (Vec::new(), 0, Instant::now());
    while start.elapsed() < span {
        let before = Instant::now();
        log.write_all_at(&batch, at)?;
        log.sync_data()?;
        times.push(before.elapsed());
        at += batch.len() as u64;
        if at >= LOG_BYTES {
            at = 0;
            // A copy that still runs is not begun anew.
            let _ = full.try_send(());
        }
    }
    drop(full);
    copier.join().ok().context("the copying thread panicked")??;
    times.sort();
    println!("microseconds: {:.1}", times[times.len() * 99 / 100].as_secs_f64() * 1e6);
    Ok(())
}

/// Writes random pages of a file and flushes them, whenever the log is full.
fn copy(pages: &File, is_full: &Receiver<()>) -> Result<()> {
    let mut random = Rng(1);
    for () in is_full {
        for _ in 0..COPIED {
            pages.write_all_at(&[2; PAGE], (random.below(FILE_PAGES) * PAGE) as u64)?;
        }
        pages.sync_data()?;
    }
    Ok(())
}
