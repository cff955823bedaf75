//! What all surfaces share on the wire.

pub mod answers;
pub mod body;
pub mod caller;
pub mod form;
pub mod limits;
pub mod origin;
pub mod params;
pub mod path;
pub mod patience;
pub mod refusal;
pub mod tag;
pub mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;

use axum::http::HeaderValue;

/// What a request is called, in its answer and in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub HeaderValue);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// The other end of the connection that a request came over.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);
