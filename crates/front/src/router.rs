//! All routes of the service, grouped by their clients.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::util::MapResponseLayer;
use tower::{Layer, Service};
use tower_http::compression::CompressionLayer;

use crate::service::HttpService;
use crate::{after_routing, counting as metrics, documents, health, viewer};
use service::app::App;
use service::surface;
use service::surface::Surface;

/// The service: all layers and routes. The server and the tests call this.
pub fn service(app: App) -> HttpService {
    let monitoring = if app.settings.metrics_listen.is_none() { metrics_route() } else { Router::new() };
    let routes = Router::new()
        .merge(operators())
        .merge(monitoring)
        .merge(web::routes::routes())
        .merge(oauth::routes::routes())
        .nest(surface::SCIM, scim::routes::routes())
        .merge(developers())
        .nest(surface::KANTATA, kantata::routes::routes().router())
        .merge(openproject_surface(app.settings.strict))
        .merge(native_surface(app.settings.clock.is_some()))
        .merge(agents(&app))
        .merge(readers())
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(middleware::from_fn_with_state(app.clone(), after_routing::layer))
        .with_state(app.clone());
    HttpService::new(app, routes)
}

/// For operators.
fn operators() -> Router<App> {
    Router::new().route("/healthz", get(health::lives)).route("/readyz", get(health::ready))
}

/// For monitoring: on the address of the service, or on a separate one.
fn metrics_route() -> Router<App> {
    Router::new().route("/metrics", get(metrics::show))
}

/// The service on a separate address for metrics.
pub fn metrics_service(
    app: App,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> + Clone {
    let router = metrics_route().with_state(app);
    MapResponseLayer::new(|response| web::security_headers::guarded(response, false)).layer(router)
}

/// For developers of clients.
fn developers() -> Router<App> {
    Router::new()
        .route(&format!("{}/openapi", surface::KANTATA), get(documents::show_kantata))
        .merge(viewer())
        .layer(CompressionLayer::new())
}

/// Swagger UI.
fn viewer() -> Router<App> {
    Router::new()
        .route("/docs", get(viewer::redirect))
        .route("/docs/", get(viewer::index))
        .route("/docs/{*file}", get(viewer::show))
        .layer(middleware::map_response(web::security_headers::viewer))
}

/// For clients of the OpenProject API, with the layers of their requests.
fn openproject_surface(strict: bool) -> Router<App> {
    let api = openproject::routes::routes(strict)
        .router()
        .route("/openapi", get(documents::show_openproject))
        .route("/spec", get(documents::show_openproject))
        .route("/spec.yml", get(documents::show_openproject_yaml))
        .fallback(openproject::routes::no_route);
    Router::new()
        .nest(surface::OPENPROJECT, api)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(openproject::wire::layer))
}

/// For clients of the native API, with the layers of their requests.
fn native_surface(clock_is_virtual: bool) -> Router<App> {
    let api = native::routes::routes(clock_is_virtual)
        .router()
        .route("/openapi.json", get(documents::show_native))
        .fallback(native::no_path)
        .method_not_allowed_fallback(native::no_method);
    Router::new()
        .nest(surface::NATIVE, api)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(native::layer))
}

/// For agents: their tools are requests to the native API.
fn agents(app: &App) -> Router<App> {
    let api = native_surface(app.settings.clock.is_some()).with_state(app.clone());
    mcp::routes::routes(api, &native::report_drafts::new_draft())
}

/// For people and programs that follow a URL in an answer.
fn readers() -> Router<App> {
    Router::new()
        .route("/robots.txt", get(web::static_files::robots))
        .route("/problems", get(native::problem::index))
        .route("/problems/{name}", get(native::problem::show))
}

/// Answers a path or a method that is not served: below an API in the form of its errors, and as Kantata does after
/// authentication on its surface. The fallbacks of the other APIs have answered theirs already.
async fn no_route(State(app): State<App>, request: Request) -> Response {
    match Surface::of(request.uri().path()) {
        Surface::Kantata => {
            return match service::caller::bearer(&app, request.headers(), request.extensions()).await {
                Ok(_) => kantata::error::no_route(),
                Err(error) => kantata::Error::from(error).into_response(),
            };
        }
        Surface::Native => return native::no_api(&request),
        _ => {}
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return web::error_page::not_found();
    }
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}
