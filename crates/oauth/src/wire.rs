//! How the endpoints for programs answer (RFC 6749, 5).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use domain::error::{Error as Cause, StoreError};
use domain::oauth::refusal;
use domain::oauth::refusal::Refusal;
use service::coding;

/// What a handler of these endpoints ends with.
pub type Answer = Result<Response, Error>;

/// An error in the terms of these endpoints.
#[derive(Debug)]
pub enum Error {
    /// 400
    Refused(Refusal),
    /// 401: the application is not who it says it is.
    UnknownClient(Scheme),
    /// 401: the token is no good.
    UnknownToken,
    /// 403: the token is another application's.
    NotYours,
    /// An error of any room.
    Room(Cause),
}

/// The scheme that a client is challenged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schemes")]
pub enum Scheme {
    Basic,
    Bearer,
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self::Room(cause)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, body.to_string()).into_response()
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, refusal, scheme) = match self {
            Self::Refused(refusal) => (StatusCode::BAD_REQUEST, refusal, None),
            Self::UnknownClient(scheme) => (StatusCode::UNAUTHORIZED, refusal::INVALID_CLIENT, Some(scheme)),
            Self::UnknownToken => (StatusCode::UNAUTHORIZED, refusal::INVALID_TOKEN, Some(Scheme::Bearer)),
            Self::NotYours => (StatusCode::FORBIDDEN, refusal::NOT_YOURS, None),
            Self::Room(cause) => of_room(cause),
        };
        let body = json!({"error": refusal.error, "error_description": refusal.description});
        let mut response = json(status, &body);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            response = coding::refused(response);
        }
        if let Some(scheme) = scheme {
            let challenge = format!(
                "{scheme:?} realm=\"Doorkeeper\", error=\"{}\", error_description=\"{}\"",
                refusal.error, refusal.description
            );
            set(&mut response, header::WWW_AUTHENTICATE, &challenge);
        }
        response
    }
}

fn of_room(cause: Cause) -> (StatusCode, Refusal, Option<Scheme>) {
    match cause {
        Cause::Unauthenticated => (StatusCode::UNAUTHORIZED, refusal::INVALID_TOKEN, Some(Scheme::Bearer)),
        Cause::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, Refusal::unreadable(cause.to_string()), None),
        Cause::UnsupportedCoding(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::unreadable(cause.to_string()), None)
        }
        Cause::Unreadable(reason) => (StatusCode::BAD_REQUEST, Refusal::unreadable(reason.to_string()), None),
        Cause::Store(StoreError::Unavailable(_)) => {
            tracing::error!(error = %cause, "the store is not reachable");
            (StatusCode::SERVICE_UNAVAILABLE, refusal::UNAVAILABLE, None)
        }
        other => {
            tracing::error!(error = %other, "a request failed");
            (StatusCode::INTERNAL_SERVER_ERROR, refusal::SERVER_ERROR, None)
        }
    }
}

/// Sets a header to a text, where it can be one.
pub fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
