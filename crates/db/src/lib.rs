//! One SQL text on two engines, SQLite and PostgreSQL. The stores of `domain` are the main caller.
//!
//! A store function is an `async fn` over a [`Conn`]. On SQLite, the whole function runs on a thread that owns the
//! connection, and never waits there, so a request costs one hop between threads. On PostgreSQL, it awaits the server.
//! [`statements!`] declares the statements, and lists them for the test that prepares each on both engines.

mod conn;
mod const_text;
mod deferred;
mod engine_info;
mod error;
mod kept;
mod list;
mod location;
mod memo;
mod meter;
pub mod migrate;
mod origin;
mod postgres;
mod query;
mod scope;
mod signal;
mod sqlite;
mod statement;
mod store;
mod timeouts;
mod trace;
mod transaction;
mod unit;
mod value;
mod words;
mod write_health;

#[cfg(test)]
mod tests;

pub use self::conn::{Conn, Flush, Work};
#[doc(hidden)]
pub use self::const_text::{join, length, position, text};
pub use self::engine_info::EngineInfo;
pub use self::error::{Error, Result, WorkError};
pub use self::list::List;
pub use self::location::Location;
pub use self::meter::Meter;
pub use self::origin::Origin;
pub use self::postgres::LockedAccount;
pub use self::query::Query;
#[doc(hidden)]
pub use self::query::{queries, query};
pub use self::scope::Scope;
pub use self::signal::Subscription;
pub use self::sqlite::{DataVersion, file};
pub use self::statement::{LISTED_IDS, Statement};
#[doc(hidden)]
pub use self::statement::{Names, Numbered};
pub use self::store::{Db, Running};
pub use self::timeouts::Timeouts;
pub use self::trace::TraceParent;
pub use self::value::{Bind, Column, Row, Stored, Value};
