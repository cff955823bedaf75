//! The OAuth endpoints that applications call. The router of `statuary` mounts them; the consent page is in `web`.

pub mod client;
pub mod discovery;
pub mod inspection;
pub mod openid;
mod registration;
pub mod routes;
pub mod token;
pub mod wire;
