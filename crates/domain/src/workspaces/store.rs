//! The SQL of workspaces.

pub mod hand_over;
pub mod identifiers;
pub mod leads;
pub mod list;
pub mod past;
pub mod read;
pub mod write;

pub use self::hand_over::{HandedOver, hand_over};
pub use self::list::{Filter, ProjectSortBy, Projects, SortBy, list, projects, search_key};
pub use self::read::{
    access, find, find_chosen, may_view_work_packages, require, require_health, require_maker, with_ids_seen,
};
pub use self::write::{change_status, create, save, update};
