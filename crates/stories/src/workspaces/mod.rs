//! Stories of workspaces, through HTTP, on both engines.

mod includes;
mod lists;
mod page;
mod pages;
mod writes;
