//! Signals: those that stop the service, and those that must not end it. `statuary serve` calls this.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use base::tls::ServerCertificate;
use service::access_log::AccessLog;

/// The signals that stop the service. Once it exists, none of them ends the process at once.
#[derive(Debug)]
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

/// Signals that other programs send habitually, such as log rotation and terminals: without a handler each would end the
/// process.
#[derive(Debug)]
pub struct Harmless {
    hangup: Signal,
    user_1: Signal,
    user_2: Signal,
}

fn listen(kind: SignalKind, name: &str) -> Result<Signal> {
    signal(kind).with_context(|| format!("cannot receive {name}"))
}

impl Stop {
    /// Listens for SIGTERM, SIGINT (Ctrl-C) and SIGQUIT.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn on_signals() -> Result<Self> {
        Ok(Self {
            terminate: listen(SignalKind::terminate(), "SIGTERM")?,
            interrupt: listen(SignalKind::interrupt(), "SIGINT")?,
            quit: listen(SignalKind::quit(), "SIGQUIT")?,
        })
    }

    /// Waits for the next of them.
    pub async fn signalled(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.quit.recv() => {}
        }
    }
}

impl Harmless {
    /// Listens for SIGHUP, SIGUSR1 and SIGUSR2.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn on_signals() -> Result<Self> {
        Ok(Self {
            hangup: listen(SignalKind::hangup(), "SIGHUP")?,
            user_1: listen(SignalKind::user_defined1(), "SIGUSR1")?,
            user_2: listen(SignalKind::user_defined2(), "SIGUSR2")?,
        })
    }

    /// Handles the signals: SIGHUP reloads the certificate and reopens the access log, if there are any; the others are ignored.
    pub async fn handle(
        mut self,
        identity: Option<Arc<ServerCertificate>>,
        access_log: Option<Arc<AccessLog>>,
    ) {
        loop {
            tokio::select! {
                _ = self.hangup.recv() => {
                    if let Some(identity) = &identity {
                        identity.reload();
                    }
                    if let Some(log) = &access_log {
                        log.reopen();
                    }
                    if identity.is_none() && access_log.is_none() {
                        tracing::info!("SIGHUP is ignored: there is no certificate and no access log");
                    }
                }
                _ = self.user_1.recv() => tracing::info!("SIGUSR1 is ignored"),
                _ = self.user_2.recv() => tracing::info!("SIGUSR2 is ignored"),
            }
        }
    }
}
