//! Commits of every process on the same database wake readers, by `notify` and `listen`.

use std::fmt::Write as _;
use std::sync::Weak;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::connect::Address;
use crate::signal::Signal;
use crate::{Result, Scope, Timeouts};

/// The name of the channel.
pub const CHANNEL: &str = "statuary_events";
/// How often readers are woken while the connection that listens is away, and the shortest time between two attempts to listen.
const PAUSE: Duration = Duration::from_secs(2);
/// The payload for every account.
const EVERY_ACCOUNT: &str = "*";

/// What a process tells the others after a commit: its own number, and the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub process: u32,
    pub scope: Scope,
}

/// The statements that send a notice of each scope. A notice that a crash loses needs no write to the disk.
pub fn statements(process: u32, scopes: &[Scope]) -> String {
    let mut statements = "set local synchronous_commit = off".to_owned();
    for scope in scopes {
        let account = match scope {
            Scope::Account(id) => id.to_string(),
            Scope::Store => EVERY_ACCOUNT.to_owned(),
        };
        write!(statements, "; notify {CHANNEL}, '{process} {account}'").expect("a text takes any text");
    }
    statements
}

impl Notice {
    /// Reads a payload; `None` if it is of another program.
    fn read(payload: &str) -> Option<Self> {
        let (process, account) = payload.split_once(' ')?;
        let scope = match account {
            EVERY_ACCOUNT => Scope::Store,
            id => Scope::Account(id.parse().ok()?),
        };
        Some(Self { process: process.parse().ok()?, scope })
    }
}

/// Wakes readers after the commits of other processes, until the store is closed. `own` is the number of this process, whose
/// commits have woken them already.
pub async fn watch(address: Address, timeouts: Timeouts, own: u32, signal: Weak<Signal>) {
    let mut is_logged = false;
    // A pooler in transaction mode would give the channel to another client: readers look every few seconds instead.
    while address.is_pooled() && signal.strong_count() > 0 {
        sleep(PAUSE).await;
        tell(&signal, Scope::Store);
    }
    while signal.strong_count() > 0 {
        let begin = Instant::now();
        match listen(&address, timeouts, own, &signal).await {
            Ok(()) => is_logged = false,
            Err(error) if !std::mem::replace(&mut is_logged, true) => {
                tracing::warn!(%error, "cannot listen for events of other processes; readers look every few seconds");
            }
            Err(_) => {}
        }
        // A connection that lasted is replaced at once.
        sleep_until(begin + PAUSE).await;
        tell(&signal, Scope::Store);
    }
}

/// Listens until the connection ends, or another machine takes the place of its own.
///
/// # Errors
/// If the connection cannot be made, or the server no longer responds: it has nothing to send for hours, so its silence says nothing,
/// and the keepalives of the system notice after 19 seconds that it is gone.
pub async fn listen(address: &Address, timeouts: Timeouts, own: u32, signal: &Weak<Signal>) -> Result<()> {
    let mut listener = address.listen(CHANNEL, timeouts).await?;
    // What happened before the connection listened.
    tell(signal, Scope::Store);
    while signal.strong_count() > 0 {
        match timeout(timeouts.suspicion, listener.payload()).await {
            // Nothing came: the store may have been closed, or the server is gone.
            Err(_) => listener.check(timeouts.suspicion).await?,
            Ok(None) => break,
            Ok(Some(payload)) => match Notice::read(&payload) {
                Some(notice) if notice.process != own => tell(signal, notice.scope),
                _ => {}
            },
        }
    }
    Ok(())
}

fn tell(signal: &Weak<Signal>, scope: Scope) {
    if let Some(signal) = signal.upgrade() {
        signal.tell(scope);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_as_it_was_sent() {
        for scope in [Scope::Account(53_760), Scope::Store] {
            let notice = Notice { process: 7, scope };
            let statements = statements(notice.process, &[notice.scope]);
            let payload = statements.split('\'').nth(1).expect("a payload");
            assert_eq!(Notice::read(payload), Some(notice));
        }
        for other in ["", "7", "x 7", "7 x", "-1 7"] {
            assert_eq!(Notice::read(other), None, "{other}");
        }
    }
}
