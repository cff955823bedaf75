//! The layer around all routes of this surface, and the handlers of unknown paths and methods.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::{ApiResult, Error, Kind};
use super::request::authenticate;
use service::RequestId;
use service::app::App;
use service::tag;

/// The `Cache-Control` of every response.
const NOT_STORED: HeaderValue = HeaderValue::from_static("private, no-store");

/// Completes every response of this surface, and writes the body of a problem.
pub async fn layer(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    tag::weaken_if_compressed(&mut response);
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        error.write(&mut response, id.as_ref());
    }
    response.headers_mut().insert(header::CACHE_CONTROL, NOT_STORED);
    response
}

/// Handles a path that is not served; the caller must be authenticated.
pub async fn no_path(State(app): State<App>, requested: Request) -> ApiResult {
    authenticate(&app, requested.headers(), requested.extensions()).await?;
    Err(Error::new(Kind::NotFound).with_detail("This path does not exist."))
}

/// The response for a path below `/api` that belongs to no API. It needs no authentication.
pub fn no_api(request: &Request) -> Response {
    let error = Error::new(Kind::NotFound).with_detail("No API serves this path.");
    let mut response = error.answer(request.extensions().get());
    response.headers_mut().insert(header::CACHE_CONTROL, NOT_STORED);
    response
}

/// Handles a method that the path does not serve; the router adds the header Allow.
pub async fn no_method(State(app): State<App>, requested: Request) -> ApiResult {
    authenticate(&app, requested.headers(), requested.extensions()).await?;
    let detail =
        format!("This path does not accept {}; the header Allow lists its methods.", requested.method());
    Err(Error::new(Kind::MethodNotAllowed).with_detail(detail))
}
