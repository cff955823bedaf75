//! The OAuth endpoints that applications call. The router of `statuary` serves them; the consent page of `web` reads
//! authorization requests with [`request`].

pub mod client;
pub mod discovery;
pub mod inspection;
pub mod openid;
pub mod request;
pub mod routes;
pub mod token;
pub mod wire;
