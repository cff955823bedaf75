//! The HTTP server: connections (`server`), the routes of all surfaces (`router`), and the layers that every request and every response
//! pass: `service` has those before the routing, in their order, and `after_routing` those after it.
//!
//! A crate of its own, because a first build optimises it, and not what the command line and the demo need once
//! (docs/explanation/build-times.md). What other crates await, [`server::run`], is in a box for that reason: they would compile it.

pub mod after_routing;
pub mod concurrency;
pub mod cors;
pub mod counting;
pub mod documents;
pub mod faults;
pub mod health;
pub mod limits;
pub mod probe;
pub mod refusal;
pub mod request_id;
pub mod response_cache;
pub mod router;
pub mod server;
pub mod service;
pub mod timeouts;
mod viewer;
