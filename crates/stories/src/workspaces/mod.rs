//! Stories of workspaces, through HTTP, on both engines.

mod forms;
mod import;
mod includes;
mod lists;
mod page;
mod pages;
mod writes;
