//! Stories of OAuth, through HTTP, on both engines.
