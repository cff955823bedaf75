//! Stories of external references, through HTTP, on both engines.

mod lists;
mod writes;
