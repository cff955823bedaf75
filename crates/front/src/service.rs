//! The service that the server calls for each request: all layers before the routing, from the outside to the inside.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::body::Body as _;
use tower::{Layer, Service, ServiceExt};
use tower_http::cors::CorsLayer;

use crate::counting::Counting;
use crate::{concurrency, cors, limits, refusal, request_id, response_cache};
use service::app::App;
use service::client::Client;
use service::outage::StoreUnavailable;
use service::surface::Surface;
use service::{RequestId, path};

/// The layers and the routes.
#[derive(Clone)]
pub struct HttpService {
    app: App,
    routes: Router,
    cors: Option<Arc<CorsLayer>>,
    is_https: bool,
}

impl Service<Request> for HttpService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let front = self.clone();
        Box::pin(async move {
            let request = path::normalise(request, front.app.settings.public_path());
            Ok(front.answer(request).await)
        })
    }
}

impl HttpService {
    /// The service with these routes.
    pub fn new(app: App, routes: Router) -> Self {
        let cors = cors::layer(&app.settings).map(Arc::new);
        Self { routes, cors, is_https: app.settings.is_https(), app }
    }

    /// The layers of every request, from the outside to the inside. They are plain calls, because each layer of a router would
    /// copy everything inside of it for every request. Futures that few requests need are boxed, so that the others do not
    /// reserve space for them.
    async fn answer(self, mut request: Request) -> Response {
        let (app, is_https) = (self.app.clone(), self.is_https);
        let counting = Counting::begin(&app.metrics, &request);
        let id = request_id::of(&request);
        let client = Client::of(&app.settings, &request);
        let entry = app.access_log.as_ref().map(|log| log.begin(&request, client.address, app.clock.now()));
        let caller = app.concurrency.caller(request.headers());
        let root = app.settings.public_path().to_owned();
        request.extensions_mut().insert(RequestId { id: id.clone(), root, caller, client });
        let sent = request_id::trace(&request);
        let mut span = app.traces.as_ref().map(|traces| traces.request(request.method(), sent));
        let trace = span.as_ref().map_or(sent, |span| span.context());
        // In a box, because the scopes below would otherwise copy it.
        let answered = Box::pin(async {
            let mut response = match self.cors {
                _ if has_two_lengths(&request) => refusal::of_two_lengths(&request),
                None => self.limited(request).await,
                Some(_) => Box::pin(self.across_origins(request)).await,
            };
            if let Some(StoreUnavailable(reason)) = response.extensions_mut().remove() {
                app.refused_by_store(&reason);
            }
            response
        });
        let answered = service::request_id::scope(id.clone(), answered);
        let mut response = match trace {
            None => answered.await,
            Some(trace) => Box::pin(trace.scope(answered)).await,
        };
        if app.unsent.admit(caller.unwrap_or_default(), &mut response).is_err() {
            app.refused_by_limit("memory", client.address);
            response = without_room(&app, &response, &id);
        }
        if let Some((log, entry)) = app.access_log.as_ref().zip(entry) {
            log.end(&entry, &response, &id);
        }
        if let Some(span) = &mut span {
            span.answered(
                response.extensions().get::<MatchedPath>().map(MatchedPath::as_str),
                response.status(),
            );
        }
        response.headers_mut().insert(request_id::HEADER, id);
        counting.end(&response);
        service::address::publish(&mut response, app.settings.public_path());
        web::security_headers::guarded(without_axums_headers(response), is_https)
    }

    async fn across_origins(mut self, request: Request) -> Response {
        let Some(cors) = self.cors.take() else { return self.limited(request).await };
        let inner = tower::service_fn(move |request| {
            let front = self.clone();
            async move { Ok::<_, Infallible>(front.limited(request).await) }
        });
        let Ok(response) = cors.layer(inner).oneshot(request).await;
        response
    }

    async fn limited(self, request: Request) -> Response {
        let (app, mut routes) = (self.app, self.routes);
        let served = async |request| {
            let Ok(response) = routes.call(request).await;
            response
        };
        // Answers from the response cache do not get here.
        let by_routes = async |request| Box::pin(concurrency::with_origin(&app, request, served)).await;
        if !Surface::of(request.uri().path()).is_api() {
            let limited = async |request| limits::layer(&app, request, by_routes).await;
            let in_turn = async |request| concurrency::layer(&app, request, limited).await;
            return Box::pin(web::error_layer::layer(&app, request, in_turn)).await;
        }
        // Faults are injected inside of the routes, and must not be cached.
        if app.settings.faults.is_some() {
            let limited = async |request| limits::layer(&app, request, by_routes).await;
            return Box::pin(concurrency::layer(&app, request, limited)).await;
        }
        let answered = async |request| response_cache::layer(&app, request, by_routes).await;
        let limited = async |request| limits::layer(&app, request, answered).await;
        concurrency::layer(&app, request, limited).await
    }
}

/// Whether two headers define the length of the body, as in request smuggling (RFC 9112, 6.3).
fn has_two_lengths(request: &Request) -> bool {
    let headers = request.headers();
    !request.body().is_end_stream()
        && headers.contains_key(header::TRANSFER_ENCODING)
        && headers.contains_key(header::CONTENT_LENGTH)
}

/// The refusal instead of an answer that does not fit into memory.
fn without_room(app: &App, response: &Response, id: &HeaderValue) -> Response {
    let path = response.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let root = app.settings.public_path().to_owned();
    let id = RequestId { id: id.clone(), root, caller: None, client: Client::default() };
    refusal::refused(path, Some(&id), StatusCode::SERVICE_UNAVAILABLE, Some(1))
}

/// Removes headers that axum adds outside of all layers of the router. `Allow` belongs only to a 405, because the vendor
/// surfaces answer 404 to a method that is not served, and an answer without content has no `Content-Length` (RFC 9110,
/// 8.6).
fn without_axums_headers(mut response: Response) -> Response {
    match response.status() {
        StatusCode::NO_CONTENT => response.headers_mut().remove(header::CONTENT_LENGTH),
        StatusCode::METHOD_NOT_ALLOWED => None,
        _ => response.headers_mut().remove(header::ALLOW),
    };
    response
}
