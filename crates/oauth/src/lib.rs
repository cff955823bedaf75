//! Stories.

pub mod client;
pub mod discovery;
pub mod inspection;
pub mod openid;
pub mod request;
pub mod routes;
pub mod token;
pub mod wire;
