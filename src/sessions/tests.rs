//! Stories of sessions, through HTTP, on both engines.
