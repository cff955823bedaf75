//! Stories of participations, through HTTP, on both engines.

mod lists;
mod page;
mod writes;
