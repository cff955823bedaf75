//! What every request passes before its route and every answer after it. The router calls these modules.

pub mod concurrency;
pub mod counting;
pub mod faults;
pub mod health;
pub mod limits;
pub mod refusal;
pub mod response_cache;
pub mod timeouts;
