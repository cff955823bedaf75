//! Time, random numbers, signatures and TLS settings, which every crate may use.

pub mod clock;
pub mod mac;
pub mod rng;
pub mod signature;
pub mod tls;
