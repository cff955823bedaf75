//! SCIM 2.0 (RFC 7643, RFC 7644): a directory such as Entra ID or Okta creates, changes and deactivates people, and keeps
//! groups. The router of `statuary` serves it; the rules are in `domain::directory`. `docs/reference/scim.md`.

mod discovery;
pub mod error;
mod filter;
mod groups;
mod patch;
mod reply;
mod request;
pub mod routes;
mod search;
mod users;

pub use self::error::Error;

/// The result of a handler.
pub type ApiResult = Result<axum::response::Response, Error>;
