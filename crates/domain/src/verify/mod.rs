//! The check of the store: references, counters, the hash chain of the log, and the records against the log. The commands
//! `verify`, `backup` and `doctor` call this module.

mod chain;
mod check;
mod digests;
mod ends;
mod erased;
pub mod proof;
pub mod store;

pub use self::check::{Summary, verify};
pub use self::ends::{ends, missing};
