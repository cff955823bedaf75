//! `cargo xtask bench`: builds and seeds, measures each kind of work next to its baseline, and writes the table.

mod compare;
mod pack;
mod peers;
mod portfolio;
mod postgres_writes;
mod requests;
mod run;
mod runner;
pub mod servers;
mod stores;
mod table;
mod tail;
mod work;
mod work_packages;
mod wrk;

pub use run::run;
