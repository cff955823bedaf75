//! What knows nothing of the rest: time, random numbers, TLS.

pub mod clock;
pub mod rng;
pub mod tls;
