//! The rows of the tables.

use axum::http::Method;
use serde_json::Value;

/// The users of the harbor, in the order of the tables: an administrator, two editors, a viewer, a project
/// administrator, a client, a user without participations, and the administrator of another account.
pub const PEOPLE: [&str; 8] = ["root", "ada", "bo", "vera", "max", "cleo", "olaf", "zoe"];

/// A method, a path below the prefix, a JSON body, and the status for each of [`PEOPLE`]. `{own}` is an object that
/// exists for this caller only; so is the report `1{own}`.
pub type Row = (Method, &'static str, Value, [u16; 8]);

/// An API. Callers get 401 without a token, with a wrong, expired or revoked token, and with a
/// session cookie, which is only for pages. An application has the rights of its user.
pub struct Group {
    pub prefix: &'static str,
    /// A token with scopes needs one of these, or gets 403. If empty, scopes are not checked.
    pub scopes: &'static [&'static str],
    pub rows: Vec<Row>,
}

/// A route outside the APIs.
pub struct Other {
    pub method: Method,
    /// The path in the router, below the prefix of its group.
    pub route: &'static str,
    /// A path that it serves.
    pub path: &'static str,
    /// The statuses without credentials, with a session, and with a token.
    pub statuses: [u16; 3],
}
