//! Errors of the layers, in the form of the surface of the path. The other layers and the server call this.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use native::problem;
use service::RequestId;
use service::surface::Surface;

/// The message of a 429.
const TOO_MANY: &str = "Too many requests. Please try again later.";

/// A refusal with the message of its status; `retry_after` is in seconds.
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

/// The answer to a request with both `Content-Length` and `Transfer-Encoding`. It closes the connection.
pub fn of_two_lengths(request: &Request) -> Response {
    let message = "A request has either Content-Length or Transfer-Encoding.";
    let id = request.extensions().get();
    let mut response = spelled(request.uri().path(), id, StatusCode::BAD_REQUEST, message);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An error in the form of the surface that a path belongs to.
pub fn spelled(path: &str, id: Option<&RequestId>, status: StatusCode, message: &str) -> Response {
    match Surface::of(path) {
        Surface::Kantata => kantata::error::refusal(status, message),
        Surface::OpenProject => openproject::wire::described(openproject::error::refusal(status, message)),
        Surface::Native => {
            problem::Error::new(problem::Kind::of_status(status)).with_detail(message).answer(id)
        }
        Surface::Pages => web::error_page::refused(status, message),
        Surface::OAuth => {
            let error = if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                "temporarily_unavailable"
            } else {
                "invalid_request"
            };
            oauth::wire::json(status, &json!({"error": error, "error_description": message}))
        }
        Surface::Scim => scim::error::answer(status, "", message),
        Surface::Discovery | Surface::Operators | Surface::Assets => {
            (status, format!("{message}\n")).into_response()
        }
    }
}

/// The answer to a request whose handler panicked, in the form of the surface that a path belongs to.
pub fn failure(path: &str, id: Option<&RequestId>) -> Response {
    const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    match Surface::of(path) {
        Surface::Kantata => kantata::error::failure(),
        Surface::OpenProject => openproject::wire::described(openproject::error::failure()),
        Surface::Native => problem::Error::new(problem::Kind::Internal).answer(id),
        Surface::Pages => web::error_page::internal_error(),
        Surface::OAuth => oauth::wire::json(STATUS, &json!({"error": "server_error"})),
        Surface::Scim => scim::error::answer(STATUS, "", "internal server error"),
        Surface::Discovery | Surface::Operators | Surface::Assets => {
            (STATUS, "Internal server error\n").into_response()
        }
    }
}
