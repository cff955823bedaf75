//! The responses of the endpoints for applications (RFC 6749, 5).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use domain::error::{Error as Cause, StoreError};
use domain::oauth::refusal;
use domain::oauth::refusal::Refusal;
use service::coding;
use service::outage::StoreUnavailable;

/// The result of a handler of these endpoints.
pub type ApiResult = Result<Response, Error>;

/// An error of these endpoints.
#[derive(Debug)]
pub enum Error {
    /// 400
    Refused(Refusal),
    /// 401: the application is not authenticated.
    UnknownClient(Scheme),
    /// 401: the token is invalid.
    UnknownToken,
    /// 403: the token belongs to another application.
    NotYours,
    /// An error of the domain.
    Domain(Cause),
}

/// The scheme of the challenge in `WWW-Authenticate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schemes")]
pub enum Scheme {
    Basic,
    Bearer,
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self::Domain(cause)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A JSON response that is not cached.
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
        let mark = match &self {
            Self::Domain(Cause::Store(StoreError::Unavailable(reason))) => {
                Some(StoreUnavailable(reason.clone()))
            }
            _ => None,
        };
        let (status, refusal, scheme) = match self {
            Self::Refused(refusal) => (StatusCode::BAD_REQUEST, refusal, None),
            Self::UnknownClient(scheme) => (StatusCode::UNAUTHORIZED, refusal::INVALID_CLIENT, Some(scheme)),
            Self::UnknownToken => (StatusCode::UNAUTHORIZED, refusal::INVALID_TOKEN, Some(Scheme::Bearer)),
            Self::NotYours => (StatusCode::FORBIDDEN, refusal::NOT_YOURS, None),
            Self::Domain(cause) => of_domain(cause),
        };
        let body = json!({"error": refusal.error, "error_description": refusal.description});
        let mut response = json(status, &body);
        if let Some(mark) = mark {
            response.extensions_mut().insert(mark);
        }
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

fn of_domain(cause: Cause) -> (StatusCode, Refusal, Option<Scheme>) {
    match cause {
        Cause::Unauthenticated => (StatusCode::UNAUTHORIZED, refusal::INVALID_TOKEN, Some(Scheme::Bearer)),
        Cause::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, Refusal::unreadable(cause.to_string()), None),
        Cause::UnsupportedCoding(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::unreadable(cause.to_string()), None)
        }
        Cause::Unreadable(reason) => (StatusCode::BAD_REQUEST, Refusal::unreadable(reason.to_string()), None),
        Cause::Store(StoreError::Unavailable(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, refusal::UNAVAILABLE, None)
        }
        other => {
            tracing::error!(error = %other, "a request failed");
            (StatusCode::INTERNAL_SERVER_ERROR, refusal::SERVER_ERROR, None)
        }
    }
}

/// Sets a header, if the text is a valid value.
pub fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
