//! Notifications to systemd (`Type=notify`, `WatchdogSec=`). Without systemd they do nothing. [`super::run`] calls this.

use std::io;

use sd_notify::NotifyState;

/// Notifies that the service accepts connections, and from now on the watchdog in time.
pub fn ready() {
    note(sd_notify::notify(&[NotifyState::Ready]));
    let Some(limit) = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero()) else { return };
    // The task ends with the process.
    tokio::spawn(async move {
        let mut beats = tokio::time::interval(limit / 2);
        loop {
            beats.tick().await;
            note(sd_notify::notify(&[NotifyState::Watchdog]));
        }
    });
}

/// Notifies that the service stops.
pub fn stopping() {
    note(sd_notify::notify(&[NotifyState::Stopping]));
}

fn note(sent: io::Result<()>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "cannot notify systemd");
    }
}
