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
use crate::http::path;
use crate::{
    external_references, health, kantata, oauth, openproject, participations, sessions, setup,
    status_changes, status_reports, statuses, users, web, workspaces,
};

/// The service: all routes, behind what every request passes.
pub fn service(
    app: App,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone {
    let cors = tower::util::option_layer(cors(&app.settings));
    let router = Router::new()
        .merge(operators())
        .merge(people())
        .merge(applications())
        .nest("/api/v1", kantata_clients())
        .merge(openproject_clients(app.settings.strict))
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

/// A method that is not served is a page that is not there, so only an answer to OPTIONS lists methods; and an answer
/// without content has no length (RFC 9110, 8.6). Outside the router, which adds both after all its layers.
fn without_axums_headers(mut response: Response) -> Response {
    let is_empty = response.status() == StatusCode::NO_CONTENT;
    response.headers_mut().remove(if is_empty { header::CONTENT_LENGTH } else { header::ALLOW });
    response
}

/// Those who run the service.
fn operators() -> Router<App> {
    Router::new().route("/healthz", get(health::lives)).route("/readyz", get(health::ready))
}

/// People with a browser.
fn people() -> Router<App> {
    use sessions::page as session;

    Router::new()
        .route("/", get(web::home::show))
        .route("/login", get(session::show).post(session::create))
        .route("/login/{secret}", get(session::by_link))
        .route("/logout", post(session::delete))
        .route("/setup/{secret}", get(setup::page::show).post(setup::page::create))
        .route("/oauth/authorize", get(oauth::page::show).post(oauth::page::create))
        .route("/assets/{name}", get(web::assets::show))
        .layer(CatchPanicLayer::custom(|reason: Box<dyn Any + Send>| {
            log_panic(reason.as_ref());
            web::failure()
        }))
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

/// Clients of Kantata OX.
fn kantata_clients() -> Router<App> {
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
async fn request_id(request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).filter(|id| is_plain(id)).cloned();
    let id = given.unwrap_or_else(|| {
        let id = hex::encode(rand::random::<[u8; 16]>());
        HeaderValue::from_str(&id).expect("hex digits are a header's value")
    });
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn is_plain(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
