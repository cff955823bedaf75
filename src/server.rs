//! The listening service, from its first connection to its last.

mod paced;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::serve::{Listener, ListenerExt};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;
use tower::{Service, ServiceExt};

use self::paced::{Paced, Work};
use crate::app::App;
use crate::http::Peer;
use crate::router;
use crate::tls::{self, Encrypted};

/// How long requests that run are waited for once the service is told to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of a head is kept, and of an answer that is not taken yet, in bytes: an address of 64 KiB, and headers. A
/// longer head is answered with 431, as one of more than 100 headers is.
const BUFFER: usize = 128 * 1024;

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
/// `figures` listens for those who ask for figures, where these have an address of their own.
pub async fn run(
    app: App,
    listener: TcpListener,
    figures: Option<TcpListener>,
    identity: Option<tls::Identity>,
    stop: Stop,
) {
    if let Some(figures) = figures {
        let watched = app.clone();
        // It ends with the process.
        tokio::spawn(async move {
            let service = router::figures_alone(watched.clone());
            serve(&watched, service, figures, std::future::pending(), || ()).await;
        });
    }
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps small answers back");
        }
    });
    let service = router::service(app.clone());
    let counted = || app.metrics.connection();
    match identity {
        Some(identity) => {
            serve(&app, service, Encrypted::new(listener, identity), stop.told(), counted).await;
        }
        None => serve(&app, service, listener, stop.told(), counted).await,
    }
}

/// `held` makes what each connection keeps until it ends.
async fn serve<L, S, H>(
    app: &App,
    service: S,
    mut listener: L,
    told: impl Future<Output = ()>,
    held: impl Fn() -> H,
) where
    L: Listener<Addr = SocketAddr>,
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
    H: Send + 'static,
{
    let settings = &app.settings;
    let mut protocol = http1::Builder::new();
    // The stream has patience of its own, which tells a head from an idle connection.
    protocol.header_read_timeout(None).max_buf_size(BUFFER);
    let (places, connections) = (Arc::new(Semaphore::new(settings.max_connections)), GracefulShutdown::new());
    let mut told = pin!(told);
    loop {
        // Whoever finds no place waits where the system keeps connections that are not accepted.
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, (stream, address)) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut told => break,
        };
        let (service, work, held) = (service.clone(), Work::default(), held());
        let stream = Paced::new(stream, settings.patience, work.clone());
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            let working = work.begin();
            request.extensions_mut().insert(Peer(address.ip()));
            let body = |body: Incoming| if body.is_end_stream() { Body::empty() } else { Body::new(body) };
            let answer = service.clone().oneshot(request.map(body));
            async move {
                let answer = answer.await;
                drop(working);
                answer
            }
        });
        let connection = connections.watch(protocol.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%address, %error, "a connection broke off");
            }
            drop((place, held));
        });
    }
    drop(listener);
    tracing::info!("stopping: requests that run are finished");
    if let Some(faults) = &settings.faults {
        faults.stop();
    }
    if tokio::time::timeout(PATIENCE, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}
