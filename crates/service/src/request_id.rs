//! The id of a request. The front of the service creates it; responses and log lines have it.

use std::fmt;

use axum::extract::Request;
use axum::http::HeaderValue;

use super::client::Client;

/// A request extension: the id of the request, and what a handler without access to the settings needs for its response.
#[derive(Clone, Debug)]
pub struct RequestId {
    /// The value of `X-Request-Id`.
    pub id: HeaderValue,
    /// The path of the public URL, with which every address in a response begins.
    pub root: String,
    /// The hash of the credentials; `None` without credentials.
    pub caller: Option<u64>,
    /// The client.
    pub client: Client,
}

/// The client of a request; unknown if the request did not pass the front of the service.
pub fn client(request: &Request) -> Client {
    request.extensions().get::<RequestId>().map(|id| id.client).unwrap_or_default()
}

tokio::task_local! {
    static CURRENT: HeaderValue;
}

/// Runs the work of the request with this id, whose log lines then have the id.
pub fn scope<W: Future>(id: HeaderValue, work: W) -> impl Future<Output = W::Output> {
    CURRENT.scope(id, work)
}

/// The id of the request for which the current task works.
pub fn current() -> Option<HeaderValue> {
    CURRENT.try_with(Clone::clone).ok()
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id.to_str().unwrap_or_default())
    }
}
