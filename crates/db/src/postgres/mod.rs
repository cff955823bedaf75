//! The engine for more than one machine: `tokio-postgres` behind connection pools.
//!
//! Each kind of work has its own connections, so that none waits for another: writes, reads, and short queries, which share
//! connections and are pipelined. An abandoned read is canceled on the server.

mod announcements;
mod client;
mod connect;
mod engine;
mod ids;
mod lock;
mod locked_account;
mod machines;
mod merged;
mod notices;
mod prepared;
mod queue;
mod sequences;
mod thread;
mod transfer;
mod units;
mod writer;

#[cfg(test)]
mod tests;

pub use self::client::Client;
pub use self::engine::Postgres;
pub use self::locked_account::LockedAccount;
pub use self::transfer::{copy, fill};
