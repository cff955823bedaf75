//! The SQL of workspaces.

pub mod identifiers;
pub mod list;
pub mod read;
pub mod write;

pub use self::list::{Filter, Projects, Sort, list, projects, search_key};
pub use self::read::{
    access, after, find, find_chosen, may_view_work_packages, require, require_maker, with_ids, with_ids_seen,
};
pub use self::write::{change_status, create, insert_with_ids, save, update};
