//! How Statuary's own API spells things. No SQL.

pub mod problem;

pub use problem::{Answer, Problem};
