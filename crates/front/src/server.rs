//! The server: it accepts connections and serves their requests. `statuary serve` calls [`run`].

pub mod listener;
pub mod open_files;
mod paced;
mod places;
pub mod signals;
mod systemd;
mod work;

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::{Service, ServiceExt};

use self::listener::{Listener, Stream};
use self::paced::Paced;
use self::places::{Place, Places};
use self::signals::Stop;
use self::work::{NoticedBody, Work, WorkedBody};
use crate::health::PROBES;
use crate::refusal;
use crate::router;
use base::tls::ServerCertificate;
use service::Peer;
use service::app::App;
use service::metrics::Held;
use service::streams::Endless;

/// Time limit for requests in progress when the service stops.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Time after which an idle connection is closed when the service stops, so that a request on its way is still answered.
const QUIET: Duration = Duration::from_secs(1);

/// Size of the buffers for the head of a request and for an unread answer, in bytes: room for a URL of 64 KiB and headers. A
/// longer head is answered with 431, as is one with more than 100 headers.
const BUFFER: usize = 128 * 1024;

/// Maximum number of connections on a separate address for metrics.
const MOST_FOR_METRICS: usize = 32;

/// Maximum time that a request waits for a place if all are taken.
const WAIT_FOR_A_PLACE: Duration = Duration::from_secs(5);

/// Maximum number of established connections that are still accepted when the service stops.
const BACKLOG: usize = 1024;

/// The shared state of connections.
struct Server<S> {
    app: App,
    service: S,
    protocol: http1::Builder,
    identity: Option<Arc<ServerCertificate>>,
    places: Arc<Places>,
    /// Whether connections count in the metrics.
    is_counted: bool,
    /// True once connections have to end. Each connection subscribes to it, so it is closed when all have ended.
    draining: watch::Sender<bool>,
}

/// An open connection.
struct Connection<S> {
    server: Arc<Server<S>>,
    peer: Peer,
    place: Place,
    work: Work,
    _counted: Option<Held>,
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Serves until the signal to stop, then stops accepting and finishes the requests in progress. `metrics` is the listener of a
/// separate address for metrics.
pub fn run(
    app: App,
    listener: Listener,
    metrics: Option<Listener>,
    identity: Option<Arc<ServerCertificate>>,
    stop: Stop,
) -> BoxFuture<'static, ()> {
    Box::pin(serve(app, listener, metrics, identity, stop))
}

async fn serve(
    app: App,
    listener: Listener,
    metrics: Option<Listener>,
    identity: Option<Arc<ServerCertificate>>,
    mut stop: Stop,
) {
    if let Some(metrics) = metrics {
        let service = router::metrics_service(app.clone());
        let server = Server::new(app.clone(), service, None, MOST_FOR_METRICS, false);
        // The task ends with the process.
        tokio::spawn(async move { server.accept_from(&metrics, pending()).await });
    }
    let (service, most) = (router::service(app.clone()), app.settings.max_connections);
    let server = Server::new(app.clone(), service, identity, most, true);
    systemd::ready(&app);
    let stopped = async {
        stop.signalled().await;
        systemd::stopping();
        app.stopping.send_replace(true);
        let delay = app.settings.stop_delay;
        if !delay.is_zero() {
            tracing::info!(?delay, "stopping soon: /readyz answers 503, and connections are still accepted");
            tokio::select! {
                () = sleep(delay) => {}
                () = stop.signalled() => {}
            }
        }
    };
    server.accept_from(&listener, stopped).await;
    drop(listener);
    tracing::info!("stopping: finishing requests in progress");
    if let Some(faults) = &app.settings.faults {
        faults.stop();
    }
    server.draining.send_replace(true);
    tokio::select! {
        ended = timeout(TIMEOUT, server.draining.closed()) => if ended.is_err() {
            tracing::warn!("some requests did not end in time");
        },
        () = stop.signalled() => tracing::warn!("second signal to stop: requests in progress are cancelled"),
    }
}

impl<S> Server<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn new(
        app: App,
        service: S,
        identity: Option<Arc<ServerCertificate>>,
        most: usize,
        is_counted: bool,
    ) -> Arc<Self> {
        let mut protocol = http1::Builder::new();
        // The stream has its own time limits, which distinguish a slow head from an idle connection.
        protocol.header_read_timeout(None).max_buf_size(BUFFER);
        let (places, (draining, _)) = (Places::new(most), watch::channel(false));
        Arc::new(Self { app, service, protocol, identity, places, is_counted, draining })
    }

    /// Serves every connection until the signal to stop, and then those that were established before.
    async fn accept_from(self: &Arc<Self>, listener: &Listener, stopped: impl Future<Output = ()>) {
        let mut stopped = pin!(stopped);
        let mut is_logged = false;
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stopped => break,
            };
            match accepted {
                Ok(stream) => {
                    is_logged = false;
                    self.open(stream);
                }
                Err(error) => self.recover(&error, &mut is_logged).await,
            }
        }
        tokio::task::yield_now().await;
        for _ in 0..BACKLOG {
            let accepted = tokio::task::unconstrained(listener.accept()).now_or_never();
            let Some(Ok(stream)) = accepted else { break };
            self.open(stream);
        }
    }

    /// Handles an error of `accept`: most concern one connection; the others last until a file is closed.
    async fn recover(&self, error: &io::Error, is_logged: &mut bool) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
            return;
        }
        if !std::mem::replace(is_logged, true) {
            tracing::error!(%error, "cannot accept connections; check the limit of open files of the process");
        }
        self.places.close_one();
        sleep(Duration::from_millis(100)).await;
    }

    fn open(self: &Arc<Self>, stream: Stream) {
        let (peer, work) = (Peer(stream.ip()), Work::new());
        let Some(place) = self.places.enter(peer.0, work.clone()) else {
            tracing::debug!(peer = %stream, "a connection finds no place");
            return;
        };
        let id = place.id();
        // Counted here, so that a connection counts before any that is accepted after it is served.
        let counted = self.is_counted.then(|| self.app.metrics.connection());
        let connection = Connection { server: self.clone(), peer, place, work, _counted: counted };
        // Before the task runs, so that the wait for all connections includes it.
        let draining = self.draining.subscribe();
        let task = tokio::spawn(connection.run(stream, draining));
        self.places.set_task(id, task.abort_handle());
    }
}

impl<S> Connection<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    async fn run(self, stream: Stream, mut draining: watch::Receiver<bool>) {
        let peer = stream.to_string();
        let stream: Box<dyn Duplex> = match (stream, &self.server.identity) {
            (Stream::Unix(stream), _) => Box::new(stream),
            (Stream::Tcp(stream, _), identity) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(peer, %error, "cannot set TCP_NODELAY on a connection");
                }
                match identity.clone() {
                    None => Box::new(stream),
                    Some(identity) => {
                        let greeted = tokio::select! {
                            greeted = identity.accept(stream) => greeted,
                            () = until_quiet(&mut draining) => return,
                        };
                        match greeted {
                            Ok(stream) => Box::new(stream),
                            Err(error) => {
                                tracing::debug!(peer, %error, "the TLS handshake failed");
                                return error.respond().await;
                            }
                        }
                    }
                }
            }
        };
        if let Err(error) = self.speak(stream, draining).await {
            tracing::debug!(peer, %error, "a connection failed");
        }
    }

    async fn speak(self, stream: Box<dyn Duplex>, mut draining: watch::Receiver<bool>) -> hyper::Result<()> {
        let (server, work) = (self.server.clone(), self.work.clone());
        let stream = TokioIo::new(Paced::new(stream, server.app.settings.timeouts, work.clone()));
        let connection = Arc::new(self);
        let service = service_fn(move |request| connection.clone().answer(request));
        let mut speaking = pin!(server.protocol.serve_connection(stream, service));
        tokio::select! {
            ended = speaking.as_mut() => return ended,
            () = until_draining(&mut draining) => {}
        }
        // The next answer is the last one. An idle client is not waited for.
        while let Some(left) =
            QUIET.checked_sub(work.idle_for().unwrap_or_default()).filter(|left| !left.is_zero())
        {
            tokio::select! {
                ended = speaking.as_mut() => return ended,
                () = sleep(left) => {}
            }
        }
        speaking.as_mut().graceful_shutdown();
        speaking.await
    }

    async fn answer(self: Arc<Self>, mut request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
        let working = self.work.begin();
        request.extensions_mut().insert(self.peer);
        let request = request.map(|body| {
            if body.is_end_stream() { Body::empty() } else { Body::new(NoticedBody::new(body, &self.work)) }
        });
        let mut is_last = false;
        if self.place.is_reserve() {
            is_last = PROBES.contains(&request.uri().path());
            if !is_last && let Err(refused) = Box::pin(self.wait_for_a_place(request.uri().path())).await {
                return Ok(refused);
            }
        }
        let mut answer = self.server.service.clone().oneshot(request).await?;
        if is_last || *self.server.app.stopping.borrow() {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if answer.extensions().get::<Endless>().is_some() {
            return Ok(answer.map(|body| Body::new(WorkedBody::new(body, working))));
        }
        drop(working);
        Ok(answer)
    }

    /// Waits until the connection has a place outside the reserve; after the time limit, returns a refusal.
    async fn wait_for_a_place(&self, path: &str) -> Result<(), Response> {
        self.work.set_awaits_place(true);
        let waited = timeout(WAIT_FOR_A_PLACE, self.place.leave_reserve()).await;
        self.work.set_awaits_place(false);
        waited.map_err(|_| {
            let mut refused = refusal::refused(path, None, StatusCode::SERVICE_UNAVAILABLE, Some(1));
            refused.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            refused
        })
    }
}

/// Waits until connections have to end.
async fn until_draining(draining: &mut watch::Receiver<bool>) {
    // An error means that the server is gone, so connections have to end as well.
    drop(draining.wait_for(|draining| *draining).await);
}

/// Waits until connections have to end, and for [`QUIET`] after that.
async fn until_quiet(draining: &mut watch::Receiver<bool>) {
    until_draining(draining).await;
    sleep(QUIET).await;
}
