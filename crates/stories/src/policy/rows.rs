//! The rows of the tables.

use axum::http::Method;
use serde_json::Value;

/// The people of the harbor, in the order of the tables: an administrator, two who edit, one who views, a project
/// administrator, a client, one who takes no part, and the administrator of another account.
pub const PEOPLE: [&str; 8] = ["root", "ada", "bo", "vera", "max", "cleo", "olaf", "zoe"];

/// A method, a path below the prefix, a JSON body, and the status that each of [`PEOPLE`] gets. `{own}` is an object that
/// is there for this caller alone.
pub type Row = (Method, &'static str, Value, [u16; 8]);

/// A surface for programs. Who proves nothing gets 401: no token, a wrong one, one that has ended or was revoked, and a
/// session's cookie, which opens pages alone. An application that acts for somebody gets what they do.
pub struct Group {
    pub prefix: &'static str,
    /// The scopes of which a token with scopes needs one, or else gets 403; none: scopes limit nothing.
    pub scopes: &'static [&'static str],
    pub rows: Vec<Row>,
}

/// A route outside of the surfaces' tables.
pub struct Other {
    pub method: Method,
    /// As the router has it, below the prefix that it is nested under.
    pub route: &'static str,
    /// A path that it serves.
    pub path: &'static str,
    /// What nobody gets, somebody with a session, and somebody with a token.
    pub statuses: [u16; 3],
}

/// Where Swagger UI is, whose routes are another crate's.
pub const VIEWER: &str = "/docs";
