//! Every URL of the service, top to bottom, grouped by who calls it.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use futures_util::FutureExt;
use hyper::body::Body as _;
use tower::util::MapResponseLayer;
use tower::{Layer, Service, ServiceExt};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::app::App;
use crate::config::Settings;
use crate::config::addresses::ANY_ORIGIN;
use crate::front::counting::{self as metrics, Counting};
use crate::front::{concurrency, faults, health, limits, refusal, response_cache, timeouts};
use crate::http::client::client;
use crate::http::write::{KEY, REPLAYED};
use crate::http::{RequestId, address, coding, path};
use crate::openapi::Routes;
use crate::{
    auth, clock, events, external_references, invitations, kantata, native, oauth, openapi, openproject,
    participations, portfolio, sessions, setup, status_changes, status_keys, status_reports, statuses,
    timeline, users, web, workspaces,
};

/// The service: all routes, behind what every request passes.
#[derive(Clone)]
pub struct Front {
    app: App,
    routes: Router,
    cors: Option<Arc<CorsLayer>>,
    is_https: bool,
}

/// The service, in front of all routes.
pub fn service(app: App) -> Front {
    let figures = if app.settings.metrics_listen.is_none() { figures() } else { Router::new() };
    let routes = Router::new()
        .merge(operators())
        .merge(figures)
        .merge(people())
        .merge(applications())
        .merge(developers())
        .nest("/api/v1", kantata_clients().router())
        .merge(openproject_surface(app.settings.strict))
        .merge(native_surface(app.settings.clock.is_some()))
        .merge(readers())
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(middleware::from_fn_with_state(app.clone(), routed))
        .with_state(app.clone());
    Front { routes, cors: cors(&app.settings).map(Arc::new), is_https: app.settings.is_https(), app }
}

impl Service<Request> for Front {
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

impl Front {
    /// What every request passes, from the outside to the inside: plain calls, for a layer of the router each would copy
    /// all that is inside of it for every request. What few requests need stands in a box, so that the others do not carry
    /// room for it from call to call.
    async fn answer(self, mut request: Request) -> Response {
        let (app, is_https) = (self.app.clone(), self.is_https);
        let counting = Counting::begin(&app.metrics, &request);
        let id = request_id(&request);
        let entry = app.access_log.as_ref().map(|log| {
            let client = client(&app.settings, &request);
            log.begin(&request, client.address, app.clock.now())
        });
        let caller = app.concurrency.caller(request.headers());
        let root = app.settings.public_path().to_owned();
        request.extensions_mut().insert(RequestId { id: id.clone(), root, caller });
        let mut response = match self.cors {
            _ if has_two_lengths(&request) => refusal::of_two_lengths(&request),
            None => self.limited(request).await,
            Some(_) => Box::pin(self.across_origins(request)).await,
        };
        if app.unsent.admit(caller.unwrap_or_default(), &mut response).is_err() {
            app.metrics.limited("memory");
            response = without_room(&app, &response, &id);
        }
        if let Some((log, entry)) = app.access_log.as_ref().zip(entry) {
            log.end(&entry, &response, &id);
        }
        response.headers_mut().insert(REQUEST_ID, id);
        counting.end(&response);
        address::publish(&mut response, app.settings.public_path());
        web::guard::guarded(without_axums_headers(response), is_https)
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
        // What comes from memory does not get here.
        let by_routes = async |request| Box::pin(concurrency::with_origin(&app, request, served)).await;
        if !request.uri().path().starts_with("/api/") {
            let limited = async |request| limits::layer(&app, request, by_routes).await;
            let in_turn = async |request| concurrency::layer(&app, request, limited).await;
            return Box::pin(web::refusal::layer(&app, request, in_turn)).await;
        }
        // Requests meet with faults inside of the routes, and a fault is no answer to be given again.
        if app.settings.faults.is_some() {
            let limited = async |request| limits::layer(&app, request, by_routes).await;
            return Box::pin(concurrency::layer(&app, request, limited)).await;
        }
        let answered = async |request| response_cache::layer(&app, request, by_routes).await;
        let limited = async |request| limits::layer(&app, request, answered).await;
        concurrency::layer(&app, request, limited).await
    }
}

/// Whether two headers say where the body ends, as in request smuggling (RFC 9112, 6.3).
fn has_two_lengths(request: &Request) -> bool {
    let headers = request.headers();
    !request.body().is_end_stream()
        && headers.contains_key(header::TRANSFER_ENCODING)
        && headers.contains_key(header::CONTENT_LENGTH)
}

/// The refusal in place of an answer that does not fit into memory.
fn without_room(app: &App, response: &Response, id: &HeaderValue) -> Response {
    let path = response.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let root = app.settings.public_path().to_owned();
    let id = RequestId { id: id.clone(), root, caller: None };
    refusal::refused(path, Some(&id), StatusCode::SERVICE_UNAVAILABLE, Some(1))
}

/// What every request passes once its route is known.
async fn routed(
    State(app): State<App>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    // The other surfaces have a layer for it.
    let is_kantata = request.uri().path().starts_with("/api/v1/");
    let accepted = if is_kantata { coding::accepted(&request) } else { None };
    let caught = async |request| caught(request, next).await;
    let mut response = match &app.settings.faults {
        None => timeouts::layer(&app, request, caught).await,
        Some(faults) => {
            // Inside of the faults, whose delays are as long as they are told to be.
            let answered = async |request| response_cache::layer(&app, request, caught).await;
            let awaited = async |request| timeouts::layer(&app, request, answered).await;
            faults::layer(faults, request, awaited).await
        }
    };
    if let Some(accepted) = accepted {
        response = Box::pin(coding::compressed(accepted, response)).await;
    }
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// A handler that panics takes no connection down.
async fn caught(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(reason) => {
            log_panic(reason.as_ref());
            kantata::error::failure()
        }
    }
}

/// On the vendors' surfaces a method that is not served is a page that is not there, so only 405 and an answer to
/// OPTIONS list methods; and an answer without content has no length (RFC 9110, 8.6). Outside the router, which adds both
/// after all its layers.
fn without_axums_headers(mut response: Response) -> Response {
    match response.status() {
        StatusCode::NO_CONTENT => response.headers_mut().remove(header::CONTENT_LENGTH),
        StatusCode::METHOD_NOT_ALLOWED => None,
        _ => response.headers_mut().remove(header::ALLOW),
    };
    response
}

/// Those who run the service.
fn operators() -> Router<App> {
    Router::new().route("/healthz", get(health::lives)).route("/readyz", get(health::ready))
}

/// Who watches it: on the address of the service, or on one of its own.
fn figures() -> Router<App> {
    Router::new().route("/metrics", get(metrics::show))
}

/// All that is served on an address for figures.
pub fn figures_alone(
    app: App,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone {
    let router = figures().with_state(app);
    MapResponseLayer::new(|response| web::guard::guarded(response, false)).layer(router)
}

/// People with a browser.
fn people() -> Router<App> {
    use auth::page as token;
    use participations::page as part;
    use sessions::page as session;
    use status_reports::{page as report, writing};
    use statuses::page as status;
    use users::page as person;
    use workspaces::page as workspace;

    Router::new()
        .route("/", get(portfolio::page::show))
        .route("/portfolio.csv", get(portfolio::sheet::csv))
        .route("/portfolio.xlsx", get(portfolio::sheet::xlsx))
        .route("/portfolio/cells/{workspace}/{week}", get(portfolio::page::cell))
        .route("/workspaces/{id}", get(workspace::show))
        .route("/workspaces/{id}/status_changes", post(workspace::move_to))
        .route("/workspaces/{id}/reports/new", get(writing::new))
        .route("/workspaces/{id}/reports", post(writing::create))
        .route("/status_reports/{id}", get(report::show).post(writing::update))
        .route("/status_reports/{id}/edit", get(writing::edit))
        .route("/status_reports/{id}/delete", post(report::delete))
        .route("/applications", get(web::applications::show))
        .route("/applications/{id}/end", get(web::applications::ask).post(web::applications::end))
        .route("/tokens", get(token::show).post(token::create))
        .route("/tokens/{id}/revoke", get(token::ask).post(token::revoke))
        .route("/sessions/{id}/end", post(token::end_session))
        .route("/people", get(person::show).post(person::create))
        .route("/people/{id}", post(person::update))
        .route("/people/{id}/invitation", post(person::invite))
        .route("/workspaces/{id}/people", get(part::show).post(part::create))
        .route("/workspaces/{id}/people/{part}", post(part::update))
        .route("/workspaces/{id}/people/{part}/remove", get(part::ask).post(part::remove))
        .route("/statuses", get(status::show).post(status::create))
        .route("/statuses/new", get(status::blank))
        .route("/statuses/{id}", get(status::edit).post(status::update))
        .route("/statuses/{id}/place", post(status::arrange))
        .route("/statuses/{id}/delete", get(status::ask).post(status::delete))
        .route("/palette", get(web::palette::show))
        .route("/preferences", get(web::preferences::show).post(web::preferences::create))
        .route("/login", get(session::show).post(session::create))
        .route("/login/{secret}", get(session::show_link).post(session::by_link))
        .route("/logout", post(session::delete))
        .route("/setup/{secret}", get(setup::page::show).post(setup::page::create))
        .route("/invitations/{secret}", get(invitations::page::show).post(invitations::page::accept))
        .route("/oauth/authorize", get(oauth::page::show).post(oauth::page::create))
        .route("/assets/{name}", get(web::assets::show))
        .layer(CatchPanicLayer::custom(|reason: Box<dyn Any + Send>| {
            log_panic(reason.as_ref());
            web::refusal::failure()
        }))
        // What forms carry is masked, so that no compressed answer gives it away.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Applications that act for people, or want to.
fn applications() -> Router<App> {
    use oauth::{discovery, inspection, openid, token};

    Router::new()
        .route("/oauth/token", post(token::create))
        .route("/oauth/revoke", post(inspection::revoke))
        .route("/oauth/introspect", post(inspection::introspect))
        .route("/openid/userinfo", get(openid::userinfo).post(openid::userinfo))
        .route("/openid/discovery/keys", get(openid::keys))
        .route("/.well-known/openid-configuration", get(discovery::openid_configuration))
        .route("/.well-known/oauth-authorization-server", get(discovery::authorization_server))
        .route("/.well-known/oauth-protected-resource", get(discovery::protected_resource))
        .route("/.well-known/oauth-protected-resource/api/v3", get(discovery::openproject_resource))
}

/// Those who write clients.
fn developers() -> Router<App> {
    Router::new()
        .route("/api/v1/openapi", get(openapi::page::kantata))
        .merge(openapi::page::viewer())
        .layer(CompressionLayer::new())
}

/// Clients of Kantata OX.
pub(crate) fn kantata_clients() -> Routes {
    use events::kantata as event;
    use external_references::kantata as reference;
    use participations::kantata as participation;
    use status_changes::kantata as change;
    use status_reports::kantata as report;
    use users::kantata as user;
    use workspaces::kantata as workspace;

    Routes::new(MethodRouter::new)
        .get("/status_reports", report::index, &report::INDEX)
        .post("/status_reports", report::create, &report::CREATE)
        .get("/status_reports/{id}", report::show, &report::SHOW)
        .put("/status_reports/{id}", report::update, &report::UPDATE)
        .delete("/status_reports/{id}", report::delete, &report::DELETE)
        .get("/workspace_status_changes", change::index, &change::INDEX)
        .post("/workspace_status_changes", change::create, &change::CREATE)
        .get("/workspace_status_changes/{id}", change::show, &change::SHOW)
        .get("/workspaces", workspace::index, &workspace::INDEX)
        .post("/workspaces", workspace::create, &workspace::CREATE)
        .get("/workspaces/{id}", workspace::show, &workspace::SHOW)
        .put("/workspaces/{id}", workspace::update, &workspace::UPDATE)
        .get("/users", user::index, &user::INDEX)
        .get("/users/me", user::me, &user::ME)
        .get("/users/{id}", user::show, &user::SHOW)
        .get("/participations", participation::index, &participation::INDEX)
        .post("/participations", participation::create, &participation::CREATE)
        .get("/participations/{id}", participation::show, &participation::SHOW)
        .put("/participations/{id}", participation::update, &participation::UPDATE)
        .delete("/participations/{id}", participation::delete, &participation::DELETE)
        .get("/external_references", reference::index, &reference::INDEX)
        .post(
            "/external_references/create_or_update",
            reference::create_or_update,
            &reference::CREATE_OR_UPDATE,
        )
        .delete("/external_references/{id}", reference::delete, &reference::DELETE)
        .get("/subscribed_events", event::index, &event::INDEX)
        .get("/subscribed_events/event_types", event::types, &event::TYPES)
}

/// Clients of OpenProject; writing statuses is ours, not the product's, and so not there when `strict`.
pub(crate) fn openproject_clients(strict: bool) -> Routes {
    use openproject::root;
    use statuses::openproject as status;
    use users::openproject as user;
    use workspaces::openproject as project;
    use workspaces::openproject_form as form;

    let routes = Routes::new(|| any(no_openproject_route).options(openproject::wire::options))
        .get("/", root::show, &root::SHOW)
        .get("/configuration", root::configuration, &root::CONFIGURATION)
        .get("/statuses", status::index, &status::INDEX)
        .get("/statuses/{id}", status::show, &status::SHOW)
        .get("/project_statuses/{code}", project::project_status, &project::PROJECT_STATUS)
        .get("/projects", project::index, &project::INDEX)
        .post("/projects", project::create, &project::CREATE)
        .get("/projects/schema", project::schema, &project::SCHEMA)
        .post("/projects/form", form::create, &form::CREATE)
        .post("/projects/{id}/form", form::update, &form::UPDATE)
        .get("/projects/{id}", project::show, &project::SHOW)
        .patch("/projects/{id}", project::update, &project::UPDATE)
        .get("/users/me", user::me, &user::ME)
        .get("/users/{id}", user::show, &user::SHOW);
    if strict {
        return routes;
    }
    routes
        .post("/statuses", status::create, &status::CREATE)
        .patch("/statuses/{id}", status::update, &status::UPDATE)
        .delete("/statuses/{id}", status::delete, &status::DELETE)
}

/// What every request of OpenProject's clients passes.
fn openproject_surface(strict: bool) -> Router<App> {
    let api = openproject_clients(strict)
        .router()
        .route("/openapi", get(openapi::page::openproject))
        .route("/spec", get(openapi::page::openproject))
        .route("/spec.yml", get(openapi::page::openproject_yaml))
        .fallback(no_openproject_route);
    Router::new()
        .nest("/api/v3", api)
        .layer(CatchPanicLayer::custom(|reason: Box<dyn Any + Send>| {
            log_panic(reason.as_ref());
            openproject::error::failure()
        }))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(openproject::wire::layer))
}

/// Clients of Statuary itself; a clock that cannot be moved is not there.
pub(crate) fn native_clients(clock_is_virtual: bool) -> Routes {
    let routes = Routes::new(MethodRouter::new)
        .get("/me", auth::native::me, &auth::native::ME)
        .get("/status_keys", status_keys::native::index, &status_keys::native::INDEX)
        .get("/status_keys/{key}", status_keys::native::show, &status_keys::native::SHOW)
        .get("/users", users::native::index, &users::native::INDEX)
        .post("/users", users::native::create, &users::native::CREATE)
        .get("/users/{id}", users::native::show, &users::native::SHOW)
        .patch("/users/{id}", users::native::update, &users::native::UPDATE)
        .get("/portfolio", portfolio::native::show, &portfolio::native::SHOW)
        .get("/workspaces/{id}/timeline", timeline::native::show, &timeline::native::SHOW);
    if !clock_is_virtual {
        return routes;
    }
    routes.get("/clock", clock::native::show, &clock::native::SHOW).put(
        "/clock",
        clock::native::update,
        &clock::native::UPDATE,
    )
}

/// What every request of them passes.
fn native_surface(clock_is_virtual: bool) -> Router<App> {
    let api = native_clients(clock_is_virtual)
        .router()
        .route("/openapi.json", get(openapi::page::native))
        .fallback(native::no_path)
        .method_not_allowed_fallback(native::no_method);
    Router::new()
        .nest(native::ROOT, api)
        .layer(CatchPanicLayer::custom(|reason: Box<dyn Any + Send>| {
            log_panic(reason.as_ref());
            native::problem::failure()
        }))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(native::layer))
}

/// Whoever reads what the answers of clients point at.
fn readers() -> Router<App> {
    Router::new()
        .route("/robots.txt", get(web::assets::robots))
        .route("/problems", get(native::problem::index))
        .route("/problems/{name}", get(native::problem::show))
}

/// A path or a method that OpenProject does not serve: after credentials and the content type of writes.
async fn no_openproject_route(State(app): State<App>, request: Request) -> openproject::Answer {
    openproject::request::authenticate(&app, request.headers(), request.extensions()).await?;
    openproject::request::check_content_type(request.method(), request.headers())?;
    Ok(openproject::error::not_found())
}

/// A path or a method that is not served; on a vendor's surface, in that vendor's words and after its checks.
async fn no_route(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api/v1" || path.starts_with("/api/v1/") {
        return match crate::http::caller::bearer(&app, request.headers(), request.extensions()).await {
            Ok(_) => kantata::error::no_route(),
            Err(error) => kantata::Error::from(error).into_response(),
        };
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return web::refusal::not_found();
    }
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

fn log_panic(reason: &(dyn Any + Send)) {
    let text = reason.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| reason.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(reason = text, "a handler panicked");
}

/// How long a browser keeps what it was allowed, so that it does not ask before every request.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// Cross-origin requests from the origins that the operator names, and no others.
fn cors(settings: &Settings) -> Option<CorsLayer> {
    let origins: Vec<_> =
        settings.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    // Neither sends cookies along: a script presents a token.
    let allowed = if origins.iter().any(|origin| origin == ANY_ORIGIN) {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins)
    };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .max_age(PREFLIGHT_AGE)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("x-requested-with"),
            KEY,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            faults::HEADER,
        ])
        .expose_headers(
            limits::HEADERS
                .into_iter()
                .chain([header::ETAG, header::LINK, header::RETRY_AFTER, REPLAYED, REQUEST_ID])
                .collect::<Vec<_>>(),
        );
    Some(layer)
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every answer names its request, by the client's own id where it sends a plain one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|id| is_plain(id)).cloned();
    given.unwrap_or_else(|| {
        let mut text = [0; 32];
        let digits = hex::encode_to_slice(rand::random::<[u8; 16]>(), &mut text).map(|()| &text);
        HeaderValue::from_bytes(digits.expect("two digits a byte")).expect("hex digits are a header's value")
    })
}

fn is_plain(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
