//! The SQL of work packages.

pub mod activities;
pub mod evidence;
pub mod feed;
mod filter;
pub mod history;
pub mod list;
pub mod of_status;
pub mod past;
pub mod read;
pub mod recalculation;
pub mod tree;
pub mod write;

pub use self::filter::{Days, Filter, Values, Words};
pub use self::list::{Column, Group, Sorting, groups, list};
