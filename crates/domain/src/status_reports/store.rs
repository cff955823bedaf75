//! The SQL of status reports.

pub mod blocks;
pub mod list;
pub mod read;
pub mod write;

pub use self::list::{Filter, ReferenceFilter, list};
pub use self::read::{Brief, after, of_account, of_workspaces, require, with_ids};
pub use self::write::{create, delete, insert_with_ids, update};
