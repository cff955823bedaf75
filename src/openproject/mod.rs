//! How OpenProject spells things: HAL, links, errors, authentication, formattable texts. No SQL.

pub mod error;
pub mod hal;
pub mod markdown;
pub mod objects;
pub mod openapi;
pub mod paging;
pub mod request;
pub mod root;
pub mod routes;
pub mod select;
pub mod wire;

#[cfg(test)]
pub(crate) mod tests;

pub use error::{Answer, Error};
pub use request::{Body, Request};
