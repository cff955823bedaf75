//! What all surfaces share on the wire.

pub mod body;
pub mod caller;
pub mod form;
pub mod params;
pub mod path;
