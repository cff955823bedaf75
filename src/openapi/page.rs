//! The documents as they are served, and a viewer that needs nothing from elsewhere.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

use super::Surface;
use crate::app::App;
use crate::openproject::{Answer, request};
use crate::web::guard;

/// `GET /api/v1/openapi.json`; whoever writes a client may read it before they have a token.
pub async fn kantata(State(app): State<App>) -> Response {
    document(Surface::Kantata, &app)
}

/// `GET /api/statuary/v1/openapi.json`; as the one of Kantata.
pub async fn native(State(app): State<App>) -> Response {
    document(Surface::Native, &app)
}

/// `GET /api/v3/openapi.json` and `/api/v3/spec.json`; the login rule of the surface applies.
pub async fn openproject(State(app): State<App>, headers: HeaderMap) -> Answer {
    request::authenticate(&app, &headers, &Extensions::new()).await?;
    Ok(document(Surface::Openproject, &app))
}

/// `GET /api/v3/spec.yml`
pub async fn openproject_yaml(State(app): State<App>, headers: HeaderMap) -> Answer {
    request::authenticate(&app, &headers, &Extensions::new()).await?;
    let yaml = super::yaml(Surface::Openproject, app.settings.strict, app.settings.public_path());
    Ok(typed(yaml.into(), HeaderValue::from_static("text/vnd.yaml")))
}

fn document(surface: Surface, app: &App) -> Response {
    typed(
        super::json(surface, app.settings.strict, app.settings.public_path()).into(),
        crate::http::replies::JSON,
    )
}

fn typed(body: Body, content_type: HeaderValue) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// `GET /docs`: Swagger UI over the documents.
pub fn viewer() -> Router<App> {
    let urls = Surface::ALL.map(|surface| Url::new(surface.name(), surface.path_from_viewer()));
    let viewer: Router<App> =
        SwaggerUi::new("/docs").config(Config::new(urls).persist_authorization(false)).into();
    viewer.layer(map_response(guard::viewer))
}
