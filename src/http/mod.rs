//! What all surfaces share on the wire.

pub mod body;
pub mod caller;
pub mod form;
pub mod origin;
pub mod params;
pub mod path;
