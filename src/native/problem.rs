//! Problem details (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::db;
use crate::error::Error as Cause;

/// What a handler of this surface ends with.
pub type Answer = Result<Response, Problem>;

/// An error as this surface spells it.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    /// Seconds.
    retry_after: Option<u64>,
}

/// Seconds after which a client may try again when the store is out of reach.
const RETRY_AFTER: u64 = 5;

impl Problem {
    /// A status, and a sentence for the client.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }
}

impl<E: Into<Cause>> From<E> for Problem {
    fn from(cause: E) -> Self {
        match cause.into() {
            Cause::Unreadable(message) => Self::new(StatusCode::BAD_REQUEST, message),
            Cause::TooLarge(limit) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The request is larger than {limit} bytes."))
            }
            Cause::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "A valid token is needed."),
            Cause::NotFound => Self::new(StatusCode::NOT_FOUND, "There is no such thing."),
            Cause::Forbidden => Self::new(StatusCode::FORBIDDEN, "You may not do this."),
            Cause::Invalid(violations) => {
                let fields: Vec<_> = violations.iter().map(|violation| violation.field).collect();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("Not valid: {}.", fields.join(", ")))
            }
            Cause::Store(cause) => {
                tracing::error!(error = %cause, "the store failed a request");
                if matches!(cause, db::Error::Unavailable(_)) {
                    let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service is unavailable.");
                    Self { retry_after: Some(RETRY_AFTER), ..problem }
                } else {
                    Self::new(StatusCode::INTERNAL_SERVER_ERROR, "An internal error has occurred.")
                }
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let body = json!({
            "type": "about:blank",
            "title": title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
