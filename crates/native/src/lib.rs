//! How Statuary's own surface spells things: requests, answers, problems, cursors. No SQL.

pub mod body;
pub mod clock;
pub mod cursor;
pub mod layer;
pub mod me;
pub mod openapi;
pub mod portfolio;
pub mod problem;
pub mod reply;
pub mod request;
pub mod routes;
pub mod status_keys;
pub mod timeline;
pub mod users;

pub use self::body::Body;
pub use self::cursor::Page;
pub use self::layer::{layer, no_method, no_path};
pub use self::problem::{Answer, Error};
pub use self::reply::{json, record};
pub use self::request::{Query, ROOT, Request};
