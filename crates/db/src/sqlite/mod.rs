//! The embedded engine: a few reader threads, and one writer thread that commits a batch of writes at a time.

mod checkpoint;
mod client;
mod data_version;
mod engine;
pub mod file;
pub mod layout;
mod others;
mod readers;
mod threads;
pub mod transfer;
mod work;
mod writer;

#[cfg(test)]
pub use self::checkpoint::CHECKPOINT_PAGES;
pub use self::client::Client;
pub use self::data_version::DataVersion;
pub use self::engine::Sqlite;
