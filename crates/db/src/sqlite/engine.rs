//! A handle of an open embedded store.

use std::path::Path;
use std::sync::{Arc, Weak};

use crossbeam_channel::{Sender, unbounded};
use tokio::sync::oneshot;

use super::checkpoint::{LOG_BYTES, WalCheckpointer};
use super::data_version::{DataVersion, WalIndex};
use super::file;
use super::file::{Access, connect};
use super::others;
use super::readers::{Readers, Snapshot};
use super::threads::{Threads, spawn, stopped};
use super::work::poll;
use super::writer::{WriteJob, write_loop};
use crate::signal::Signal;
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Meter, Result, Scope, migrate};

/// A handle of an open embedded store.
#[derive(Clone)]
pub struct Sqlite {
    readers: Arc<Readers>,
    writer: Sender<WriteJob>,
    wal_index: WalIndex,
    /// Dropped after the senders above, because the threads end when those are gone.
    _threads: Arc<Threads>,
}

impl Sqlite {
    /// Opens the file; `prepare` creates it if it does not exist, and migrates its schema.
    pub fn open(path: &Path, prepare: bool, meter: Arc<Meter>, signal: Arc<Signal>) -> Result<Self> {
        if prepare && !path.exists() {
            file::create(path)?;
        }
        let access = Access::allowed(path);
        if prepare && access == Access::Immutable {
            return Err(Error::Unavailable(format!("{} cannot be written", path.display())));
        }
        let journal = if prepare { "pragma journal_mode = wal;" } else { "" };
        // Before the first connection.
        file::check_header(path)?;
        let writer = connect(path, access, "")?;
        file::check_schema(&writer, path)?;
        let mut writer: Conn = writer.into();
        let pragmas =
            format!("{journal} pragma journal_size_limit = {LOG_BYTES}; pragma cache_size = -6000;");
        poll(async { writer.script(&pragmas).await })?;
        if prepare {
            let is_behind = poll(async {
                Ok::<_, Error>(writer.has_schema().await? && migrate::is_behind(&mut writer).await?)
            })?;
            if let (true, Conn::Sqlite(client)) = (is_behind, &writer) {
                file::keep_before_migration(&client.conn, path)?;
            }
            poll(migrate::run(&mut writer))?;
        }
        let (queue, waiting) = unbounded();
        let (running, ended) = unbounded();
        let (own, wal_index) = (Arc::clone(&meter), WalIndex::of(path));
        let mut checkpointer = WalCheckpointer::start(path, access, wal_index, &running)?;
        if wal_index.data_version().is_some() {
            poll(async { writer.script("pragma wal_autocheckpoint = 0").await })?;
        }
        if let Conn::Sqlite(client) = &mut writer {
            client.state.kept = Some(Arc::default());
        }
        spawn("sqlite-writer".into(), &running, move || {
            write_loop(&mut writer, &waiting, &own, &signal, &mut checkpointer);
        })?;
        let readers = Arc::new(Readers::start(path, access, meter, &running)?);
        let threads = Arc::new(Threads { ended, path: path.into() });
        Ok(Self { readers, writer: queue, wal_index, _threads: threads })
    }

    pub async fn read(&self, unit: Unit) -> Result<(), Failure> {
        self.readers.run(Snapshot::Transaction, unit).await
    }

    pub async fn query_one_shot(&self, unit: Unit) -> Result<(), Failure> {
        self.readers.run(Snapshot::Statement, unit).await
    }

    /// Wakes readers after the commits of other processes.
    pub fn watch_others(&self, signal: Weak<Signal>) {
        tokio::spawn(others::watch(self.wal_index, signal));
    }

    /// The version of the data.
    pub fn data_version(&self) -> Option<DataVersion> {
        self.wal_index.data_version()
    }

    pub async fn write(&self, scope: Scope, unit: Unit) -> Result<(), Failure> {
        let (response, received) = oneshot::channel();
        self.writer.send(WriteJob { scope, unit, response }).map_err(|_| stopped())?;
        received.await.map_err(|_| stopped())?
    }
}
