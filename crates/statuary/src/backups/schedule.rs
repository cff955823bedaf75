//! The backup of each day. Several processes may share a store: one takes the turn in the store, and holds it while it works.
//! `statuary serve` runs this.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{interval, sleep};

use super::make;
use super::sealed::Recipient;
use crate::cli::store::create_directory;
use base::clock::{Clock, Time};
use db::{Location, Scope};
use domain::backups::store as turns;
use domain::backups::{Schedule, last_due};
use domain::error::Error;
use domain::work;
use service::app::App;
use service::settings::backup::BackupSettings;

/// The time between two looks at the clock.
const LOOK: Duration = Duration::from_secs(1);
/// The time after which another process makes the backup of one that is gone, in seconds.
const LEASE: i64 = 120;
/// The time between two extensions of a turn.
const HOLD: Duration = Duration::from_secs(30);
/// The time until the next attempt after a failed one, in seconds.
const AGAIN: i64 = 600;
/// The start of the name of each backup.
const PREFIX: &str = "statuary-";
const PLAIN: &str = ".db";
const SEALED: &str = ".db.age";
/// The end of the name of a backup that is not complete.
const PARTIAL: &str = ".partial";

/// The lock of a write that needs none: no account has this id, and the statement itself decides.
const UNLOCKED: Scope = Scope::Account(0);

/// What makes the backups.
pub struct Engine {
    app: App,
    location: Location,
    settings: BackupSettings,
    recipient: Option<Recipient>,
    /// The clock of the turns: that of the machine, also where the service has a virtual clock.
    machine: Clock,
    /// The last time at which a backup was due that is known to be made.
    known: Mutex<Option<Time>>,
}

/// How a look ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// No backup was due, or another process makes it.
    Idle,
    /// A backup was made.
    Made(PathBuf),
    /// A backup was due and was not made, for this reason.
    Failed(String),
}

impl Engine {
    /// What makes the backups of a service, if the settings say so.
    ///
    /// # Errors
    /// If the recipient is not a public key.
    pub fn new(app: App, location: Location, machine: Clock) -> Result<Option<Arc<Self>>> {
        let Some(settings) = app.settings.backup.clone() else { return Ok(None) };
        let recipient = settings.recipient.as_deref().map(read_recipient).transpose()?;
        Ok(Some(Arc::new(Self { app, location, settings, recipient, machine, known: Mutex::default() })))
    }

    /// Makes backups until the service stops.
    pub async fn run(self: Arc<Self>) {
        let mut stopping = self.app.stopping.subscribe();
        if let Err(error) = self.end_old_turn().await {
            tracing::error!(%error, "the turn of backups cannot be ended");
        }
        let mut is_logged = false;
        while !*stopping.borrow() {
            match self.look().await {
                Ok(_) => is_logged = false,
                Err(error) if !std::mem::replace(&mut is_logged, true) => {
                    tracing::error!(%error, "the schedule of backups cannot be read; this is tried again");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }
    }

    /// Ends the turn of a process that is gone, where this process is the only one: the embedded store has one server.
    async fn end_old_turn(&self) -> Result<(), Error> {
        let db = &self.app.db;
        if db.file().is_some() && db.read(work!(|conn| Ok(turns::is_taken(conn).await?))).await? {
            db.write(UNLOCKED, work!(|conn| Ok(turns::release(conn).await?))).await?;
        }
        Ok(())
    }

    /// Makes the backup that is due, if one is and no other process makes it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(&self) -> Result<Looked, Error> {
        let db = &self.app.db;
        let due = last_due(self.app.clock.now(), self.settings.at.0);
        if *self.known() == Some(due) {
            return Ok(Looked::Idle);
        }
        let Schedule { due_at, .. } = db.read(work!(|conn| Ok(turns::schedule(conn).await?))).await?;
        if due_at >= due {
            *self.known() = Some(due);
            return Ok(Looked::Idle);
        }
        let turn = self.turn(LEASE);
        if !db.write(UNLOCKED, work!(|conn| Ok(turns::take(conn, due, turn).await?))).await? {
            return Ok(Looked::Idle);
        }
        match self.make(due).await {
            Ok(place) => {
                let at = self.app.clock.now();
                db.write(UNLOCKED, work!(|conn| Ok(turns::made(conn, due, at).await?))).await?;
                tracing::info!(file = %place.display(), "a backup was made");
                Ok(Looked::Made(place))
            }
            Err(error) => {
                let error = format!("{error:#}");
                self.app.metrics.backup_failed();
                tracing::error!(error, "the backup was not made; this is tried again in ten minutes");
                let (_, until) = self.turn(AGAIN);
                db.write(UNLOCKED, work!(|conn| Ok(turns::hold(conn, due, until).await?))).await?;
                Ok(Looked::Failed(error))
            }
        }
    }

    /// Now and the end of a turn of this length, by the machine's clock.
    fn turn(&self, seconds: i64) -> (Time, Time) {
        let machine = self.machine.now();
        (machine, machine.plus_seconds(seconds))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<Time>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a backup and deletes those that are too many, and holds the turn meanwhile.
    async fn make(&self, due: Time) -> Result<PathBuf> {
        let folder = &self.settings.folder;
        create_directory(folder)?;
        let place = folder.join(name(due, self.recipient.is_some()));
        // Of a process that was killed: this one has the turn.
        remove(folder, |names| names.into_iter().filter(|name| name.ends_with(PARTIAL)).collect())?;
        let now = self.app.clock.now();
        let target = place.clone();
        let mut making = pin!(make(&self.location, &target, self.recipient.as_ref(), now));
        let mut holds = interval(HOLD);
        loop {
            tokio::select! {
                made = &mut making => break made.map(drop)?,
                _ = holds.tick() => {
                    let (_, until) = self.turn(LEASE);
                    let held = self.app.db.write(UNLOCKED, work!(|conn| Ok(turns::hold(conn, due, until).await?)));
                    if let Err(error) = held.await as Result<(), Error> {
                        tracing::warn!(%error, "the turn to make a backup cannot be extended");
                    }
                }
            }
        }
        let keep = usize::from(self.settings.keep.get());
        remove(folder, |names| {
            let mut whole: Vec<_> = names.into_iter().filter(|name| is_whole(name)).collect();
            whole.sort_unstable();
            whole.truncate(whole.len().saturating_sub(keep));
            whole
        })?;
        Ok(place)
    }
}

/// Reads the setting of the recipient.
///
/// # Errors
/// If it is not a public key.
pub fn read_recipient(text: &str) -> Result<Recipient> {
    text.parse().map_err(anyhow::Error::msg).context("STATUARY_BACKUP_RECIPIENT")
}

/// The name of the backup of a time, in whose order names sort.
fn name(due: Time, is_sealed: bool) -> String {
    format!("{PREFIX}{}{}", due.to_string().replace(':', ""), if is_sealed { SEALED } else { PLAIN })
}

/// Whether a file is a backup that this schedule made.
fn is_whole(name: &str) -> bool {
    name.ends_with(PLAIN) || name.ends_with(SEALED)
}

/// Deletes files of the schedule, which `choose` chooses by their names. Other files are left alone.
fn remove(folder: &Path, choose: impl FnOnce(Vec<String>) -> Vec<String>) -> Result<()> {
    let shown = || format!("cannot look through {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(shown)? {
        names.extend(entry.with_context(shown)?.file_name().into_string().ok().filter(|name| is_own(name)));
    }
    for name in choose(names) {
        let file = folder.join(name);
        std::fs::remove_file(&file).with_context(|| format!("cannot delete {}", file.display()))?;
    }
    Ok(())
}

/// Whether a name is `statuary-`, an instant and an end: not a file that an operator named in another way.
fn is_own(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    let Some((instant, end)) = rest.split_once('Z') else { return false };
    let is_instant = instant.len() == "2026-02-04T020000".len()
        && instant.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'T'));
    is_instant && end.starts_with(PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_schedule_are_its_own() {
        let due = "2026-02-04T02:00:00Z".parse().expect("an instant");
        assert_eq!(name(due, false), "statuary-2026-02-04T020000Z.db");
        for (own, whole) in [
            (name(due, false), true),
            (name(due, true), true),
            (format!("{}.x7Qa2b.partial", name(due, true)), false),
        ] {
            assert_eq!((is_own(&own), is_whole(&own)), (true, whole), "{own}");
        }
        for other in [
            "statuary.db",
            "statuary-before-upgrade.db",
            "statuary-2026.db",
            "x",
            "statuary-2026-02-04T020000Z",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }
}
