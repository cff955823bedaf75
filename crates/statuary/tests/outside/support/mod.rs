//! The binary as its users run it, and what the tests put around it: stores, certificates, proxies, PostgreSQL servers.

pub mod authority;
pub mod cluster;
pub mod log;
mod paths;
pub mod pooler;
mod process;
pub mod proxy;
pub mod silent;
mod store;
pub mod turns;

pub use paths::root;
pub use process::{Ended, PATIENCE, Process, Server};
pub use store::{Engine, HARBOR, Store, statuary};
