//! What every request passes before its route and every answer after it. The router calls these modules.

pub mod after_routing;
pub mod concurrency;
pub mod cors;
pub mod counting;
pub mod faults;
pub mod health;
pub mod limits;
pub mod refusal;
pub mod request_id;
pub mod response_cache;
pub mod service;
pub mod timeouts;
