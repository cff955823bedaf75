//! The listening service, from its first connection to its last.

use std::fmt::Debug;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::ServiceExt;
use axum::extract::Request;
use axum::serve::{Listener, ListenerExt};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::App;
use crate::router;
use crate::tls::{self, Encrypted};

/// How long requests that run are waited for once the service is told to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// What tells the service to stop; from its making on, neither signal ends the process at once.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens for SIGTERM and Ctrl-C.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn on_signals() -> Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("cannot receive SIGTERM")?;
        let interrupt = signal(SignalKind::interrupt()).context("cannot receive Ctrl-C")?;
        Ok(Self { terminate, interrupt })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Serves until told to stop; then stops accepting and finishes what runs.
///
/// # Errors
/// When the listener fails.
pub async fn run(app: App, listener: TcpListener, identity: Option<tls::Identity>, stop: Stop) -> Result<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps small answers back");
        }
    });
    match identity {
        Some(identity) => serve(app, Encrypted::new(listener, identity), stop).await,
        None => serve(app, listener, stop).await,
    }
}

async fn serve<L: Listener<Addr: Debug>>(app: App, listener: L, stop: Stop) -> Result<()> {
    let (running, mut stopping) = tokio::sync::watch::channel(());
    let faults = app.settings.faults.clone();
    let service = ServiceExt::<Request>::into_make_service(router::service(app));
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.told().await;
        tracing::info!("stopping: requests that run are finished");
        if let Some(faults) = faults {
            faults.stop();
        }
        drop(running);
    });
    let too_late = async move {
        // Changes never come: the sender goes away when the service is told to stop.
        while stopping.changed().await.is_ok() {}
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        ended = async { server.await } => ended.context("the service failed"),
        () = too_late => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}
