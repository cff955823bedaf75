//! Who sends a message.

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};

use service::RequestId;

/// Who sends a message: what the API needs to know of it.
pub struct Sender {
    /// The header with the token.
    pub authorization: Option<HeaderValue>,
    /// The id of the request.
    pub id: Option<RequestId>,
}

impl Sender {
    /// The sender of a request.
    pub fn of(parts: &Parts) -> Self {
        Self {
            authorization: parts.headers.get(header::AUTHORIZATION).cloned(),
            id: parts.extensions.get().cloned(),
        }
    }
}
