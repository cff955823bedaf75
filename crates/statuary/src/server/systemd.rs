//! What systemd is told of the service (`Type=notify`, `WatchdogSec=`); nothing where it did not start the process.

use std::io;

use sd_notify::NotifyState;

/// The service accepts connections. From now on the watchdog hears of it in time.
pub fn ready() {
    note(sd_notify::notify(&[NotifyState::Ready]));
    let Some(limit) = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero()) else { return };
    // It ends with the process.
    tokio::spawn(async move {
        let mut beats = tokio::time::interval(limit / 2);
        loop {
            beats.tick().await;
            note(sd_notify::notify(&[NotifyState::Watchdog]));
        }
    });
}

/// The service was told to stop.
pub fn stopping() {
    note(sd_notify::notify(&[NotifyState::Stopping]));
}

fn note(sent: io::Result<()>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "systemd cannot be told of the service");
    }
}
