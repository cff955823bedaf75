//! Whether the store is whole: references, counters, the chain of the log, and whether the records are what it leads to.

mod chain;
mod check;
mod digests;
mod ends;
pub mod proof;
pub mod store;

pub use self::check::{Summary, verify};
pub use self::ends::{ends, missing};
