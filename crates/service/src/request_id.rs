//! The id of a request. The front of the service makes it; answers and log lines have it.

use std::fmt;

use axum::http::HeaderValue;

/// A request extension: the id of the request, and what a handler without access to the settings needs for its answer.
#[derive(Clone, Debug)]
pub struct RequestId {
    /// The value of `X-Request-Id`.
    pub id: HeaderValue,
    /// The path of the public URL, with which every address in an answer begins.
    pub root: String,
    /// The hash of the credentials; `None` without credentials.
    pub caller: Option<u64>,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id.to_str().unwrap_or_default())
    }
}
