//! Every URL of the service, top to bottom, grouped by who calls it.

use std::any::Any;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower::{Layer, Service};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::app::App;
use crate::config::Settings;
use crate::http::{RequestId, path};
use crate::{
    auth, events, external_references, health, kantata, native, openproject, participations, portfolio,
    setup, status_changes, status_keys, status_reports, statuses, timeline, users, workspaces,
};

/// The service: all routes, behind what every request passes.
pub fn service(
    app: App,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone {
    let cors = tower::util::option_layer(cors(&app.settings));
    let router = Router::new()
        .merge(operators())
        .nest("/api/v1", kantata_clients())
        .merge(openproject_clients(app.settings.strict))
        .merge(native_clients())
        .merge(readers())
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(CatchPanicLayer::custom(|reason: Box<dyn Any + Send>| {
            log_panic(reason.as_ref());
            kantata::error::failure()
        }))
        .layer(cors)
        .layer(middleware::from_fn(request_id))
        .with_state(app);
    let router = MapResponseLayer::new(without_axums_headers).layer(router);
    MapRequestLayer::new(path::normalise).layer(router)
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
    Router::new()
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::ready))
        .route("/setup/{secret}", get(setup::page::show).post(setup::page::create))
}

/// Clients of Kantata OX.
fn kantata_clients() -> Router<App> {
    use events::kantata as event;
    use external_references::kantata as reference;
    use participations::kantata as participation;
    use status_changes::kantata as change;
    use status_reports::kantata as report;
    use users::kantata as user;
    use workspaces::kantata as workspace;

    Router::new()
        .route("/status_reports", get(report::index).post(report::create))
        .route(
            "/status_reports/{id}",
            get(report::show).put(report::update).patch(report::update).delete(report::delete),
        )
        .route("/workspace_status_changes", get(change::index).post(change::create))
        .route("/workspace_status_changes/{id}", get(change::show))
        .route("/workspaces", get(workspace::index).post(workspace::create))
        .route("/workspaces/{id}", get(workspace::show).put(workspace::update).patch(workspace::update))
        .route("/users", get(user::index))
        .route("/users/me", get(user::me))
        .route("/users/{id}", get(user::show))
        .route("/participations", get(participation::index).post(participation::create))
        .route(
            "/participations/{id}",
            get(participation::show)
                .put(participation::update)
                .patch(participation::update)
                .delete(participation::delete),
        )
        .route("/external_references", get(reference::index))
        .route("/external_references/create_or_update", post(reference::create_or_update))
        .route("/external_references/{id}", delete(reference::delete))
        .route("/subscribed_events", get(event::index))
        .route("/subscribed_events/event_types", get(event::types))
}

/// Clients of OpenProject; writing statuses is ours, not the product's, and so not there when `strict`.
fn openproject_clients(strict: bool) -> Router<App> {
    use openproject::{root, wire};
    use statuses::openproject as status;
    use users::openproject as user;
    use workspaces::openproject as project;

    let path = || any(no_openproject_route).options(wire::options);
    let (mut statuses, mut one_status) = (path().get(status::index), path().get(status::show));
    if !strict {
        statuses = statuses.post(status::create);
        one_status = one_status.patch(status::update).delete(status::delete);
    }
    let api = Router::new()
        .route("/", path().get(root::show))
        .route("/configuration", path().get(root::configuration))
        .route("/statuses", statuses)
        .route("/statuses/{id}", one_status)
        .route("/project_statuses/{code}", path().get(project::project_status))
        .route("/projects", path().get(project::index).post(project::create))
        .route("/projects/schema", path().get(project::schema))
        .route("/projects/{id}", path().get(project::show).patch(project::update))
        .route("/users/me", path().get(user::me))
        .route("/users/{id}", path().get(user::show))
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

/// Clients of Statuary itself.
fn native_clients() -> Router<App> {
    let api = Router::new()
        .route("/me", get(auth::native::me))
        .route("/status_keys", get(status_keys::native::index))
        .route("/status_keys/{key}", get(status_keys::native::show))
        .route("/portfolio", get(portfolio::native::show))
        .route("/workspaces/{id}/timeline", get(timeline::native::show))
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
        .route("/problems", get(native::problem::index))
        .route("/problems/{name}", get(native::problem::show))
}

/// A path or a method that OpenProject does not serve: after credentials and the content type of writes.
async fn no_openproject_route(State(app): State<App>, request: Request) -> openproject::Answer {
    openproject::request::authenticate(&app, request.headers()).await?;
    openproject::request::check_content_type(request.method(), request.headers())?;
    Ok(openproject::error::not_found())
}

/// A path or a method that is not served; on a vendor's surface, in that vendor's words and after its checks.
async fn no_route(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api/v1" || path.starts_with("/api/v1/") {
        return match crate::http::caller::bearer(&app, request.headers()).await {
            Ok(_) => kantata::error::no_route(),
            Err(error) => kantata::Error::from(error).into_response(),
        };
    }
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

fn log_panic(reason: &(dyn Any + Send)) {
    let text = reason.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| reason.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(reason = text, "a handler panicked");
}

/// Cross-origin requests from the origins that the operator names, and no others.
fn cors(settings: &Settings) -> Option<CorsLayer> {
    let origins: Vec<_> =
        settings.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("x-requested-with"),
            HeaderName::from_static("idempotency-key"),
        ]);
    Some(layer)
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every answer names its request, by the client's own id where it sends a plain one.
async fn request_id(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).filter(|id| is_plain(id)).cloned();
    let id = given.unwrap_or_else(|| {
        let id = hex::encode(rand::random::<[u8; 16]>());
        HeaderValue::from_str(&id).expect("hex digits are a header's value")
    });
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn is_plain(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
