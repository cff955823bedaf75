//! Notifications to systemd (`Type=notify`, `WatchdogSec=`). Without systemd they do nothing. [`super::run`] calls this.

use std::io;
use std::time::Duration;

use axum::http::StatusCode;
use sd_notify::NotifyState;
use tokio::time::timeout;

use crate::probe::{Target, ask};
use service::app::App;

/// Notifies that the service accepts connections, and from now on the watchdog in time.
pub fn ready(app: &App) {
    note(sd_notify::notify(&[NotifyState::Ready]));
    let limit = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero());
    if let Some(limit) = limit {
        // The task ends with the process.
        tokio::spawn(watch(app.clone(), limit));
    }
}

/// Notifies the watchdog, as long as the service accepts connections and answers requests. A service that does not is started
/// anew by systemd. A database that does not answer is no reason.
async fn watch(app: App, limit: Duration) {
    let (target, mut beats) = (Target::of(&app.settings), tokio::time::interval(limit / 3));
    while !*app.stopping.borrow() {
        beats.tick().await;
        match timeout(limit / 3, ask(&target, "/healthz")).await {
            Ok(Ok(answer)) if answer.status() == StatusCode::OK => {
                note(sd_notify::notify(&[NotifyState::Watchdog]));
            }
            Ok(Ok(answer)) => tracing::warn!(status = %answer.status(), "the watchdog is not notified"),
            Ok(Err(error)) => tracing::warn!(error = format!("{error:#}"), "the watchdog is not notified"),
            Err(_) => tracing::warn!("the watchdog is not notified: no answer in time"),
        }
    }
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
