//! Crash tests: when something below or beside the server fails, no acknowledged write is lost or half written.

pub mod kill;
mod machine;
mod network;
mod operator;
mod reads;
mod stopping;
mod waiting;
mod webhooks;
