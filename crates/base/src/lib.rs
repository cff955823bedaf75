//! Time, random numbers and TLS settings, which every crate may use.

pub mod clock;
pub mod rng;
pub mod tls;
