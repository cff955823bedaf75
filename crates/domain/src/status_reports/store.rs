//! The SQL of status reports.

pub mod blocks;
pub mod deleted;
pub mod feed;
pub mod history;
pub mod list;
pub mod read;
pub mod words;
pub mod write;

pub use self::list::{Filter, ReferenceFilter, list};
pub use self::read::{
    Brief, of_account_in_past, of_account_then, of_workspaces, require, require_in_past, version,
};
pub use self::write::{create, delete, restore, save, update};
