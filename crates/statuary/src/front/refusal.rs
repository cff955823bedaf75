//! Refusals that have nothing to do with what was asked for, in the shape of the surface that was asked.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use native::problem;
use service::RequestId;

/// What is said to those who ask too often.
const TOO_MANY: &str = "Too many requests. Please try again later.";

/// A refusal in the usual words; `retry_after` is in seconds.
pub fn refused(path: &str, id: Option<&RequestId>, status: StatusCode, retry_after: Option<u64>) -> Response {
    let message = match status {
        StatusCode::TOO_MANY_REQUESTS => TOO_MANY,
        StatusCode::SERVICE_UNAVAILABLE => "The service is unavailable. Please try again later.",
        StatusCode::REQUEST_TIMEOUT => "The body of the request did not come in time.",
        _ => "The request took too long.",
    };
    let mut response = spelled(path, id, status, message);
    response.headers_mut().remove(header::RETRY_AFTER);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The answer to a request with both `Content-Length` and `Transfer-Encoding`; it is the last of its connection.
pub fn of_two_lengths(request: &Request) -> Response {
    let message = "A request has either Content-Length or Transfer-Encoding.";
    let id = request.extensions().get();
    let mut response = spelled(request.uri().path(), id, StatusCode::BAD_REQUEST, message);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An error in the shape of the surface that a path belongs to.
pub fn spelled(path: &str, id: Option<&RequestId>, status: StatusCode, message: &str) -> Response {
    let is_below = |surface: &str| {
        path.strip_prefix(surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_below("/api/v1") {
        kantata::error::refusal(status, message)
    } else if is_below("/api/v3") {
        openproject::wire::described(openproject::error::refusal(status, message))
    } else if is_below("/api/statuary/v1") {
        problem::Error::new(problem::Kind::of_status(status)).saying(message).answer(id)
    } else if is_page(path) {
        web::refusal::refused(status, message)
    } else if is_below("/oauth") || is_below("/openid") {
        let error = if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            "temporarily_unavailable"
        } else {
            "invalid_request"
        };
        oauth::wire::json(status, &json!({"error": error, "error_description": message}))
    } else {
        (status, format!("{message}\n")).into_response()
    }
}

/// The answer where this program is at fault, in the shape of the surface that a path belongs to.
pub fn failure(path: &str, id: Option<&RequestId>) -> Response {
    let is_below = |surface: &str| {
        path.strip_prefix(surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_below("/api/v3") {
        openproject::wire::described(openproject::error::failure())
    } else if is_below("/api/statuary/v1") {
        problem::Error::new(problem::Kind::Internal).answer(id)
    } else if is_page(path) && !is_below("/api") {
        web::refusal::failure()
    } else {
        kantata::error::failure()
    }
}

/// Whether people read what is there, rather than programs.
fn is_page(path: &str) -> bool {
    const OF_PROGRAMS: [&str; 6] = ["oauth", "openid", ".well-known", "healthz", "readyz", "assets"];
    let first = path.split('/').nth(1).unwrap_or_default();
    path == "/oauth/authorize" || !OF_PROGRAMS.contains(&first)
}
