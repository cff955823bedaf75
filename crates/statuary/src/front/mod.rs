//! The layers that every request and every answer pass, on all surfaces. `service` has those before the routing, in their
//! order, and `after_routing` those after it; the router calls both.

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
