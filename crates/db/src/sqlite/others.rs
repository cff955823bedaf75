//! Commits of other processes, such as `statuary token create`, wake readers as well: the version of the data tells.

use std::sync::Weak;
use std::time::Duration;

use tokio::time::sleep;

use super::data_version::WalIndex;
use crate::Scope;
use crate::signal::Signal;

/// How often the version is compared.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes all readers after each commit of any process, until the store is closed.
pub async fn watch(wal_index: WalIndex, signal: Weak<Signal>) {
    let mut known = wal_index.data_version();
    loop {
        sleep(PAUSE).await;
        let Some(signal) = signal.upgrade() else { return };
        let version = wal_index.data_version();
        if version != known {
            known = version;
            signal.tell(Scope::Store);
        }
    }
}
