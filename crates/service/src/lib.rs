//! What all surfaces share on the wire.

pub mod access_log;
pub mod address;
pub mod app;
pub mod body;
pub mod body_buffer;
pub mod caller;
pub mod client;
pub mod coding;
pub mod concurrency;
pub mod faults;
pub mod form;
pub mod limits;
pub mod metrics;
mod multipart;
pub mod openapi;
pub mod origin;
pub mod params;
pub mod path;
pub mod refusals;
pub mod replies;
pub mod response_cache;
pub mod settings;
pub mod tag;
pub mod write;

use std::fmt;
use std::net::IpAddr;

use axum::http::HeaderValue;

/// The id of a request, in its answer and in the log, and what an answer that is written far from the settings needs.
#[derive(Clone, Debug)]
pub struct RequestId {
    /// The id.
    pub id: HeaderValue,
    /// The public path, which every address in an answer begins with.
    pub root: String,
    /// The hash of the credentials; none without any.
    pub caller: Option<u64>,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id.to_str().unwrap_or_default())
    }
}

/// The other end of the connection that a request came over.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);
