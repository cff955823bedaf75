//! Parts of responses that more than one surface sends.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

/// The content type of JSON with its charset, as both vendors send it.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// `204 No Content`, for a write without a result.
pub fn no_content((): ()) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
