//! The command line, which is a stable interface: its output, its exit codes, and the sources of its settings.

mod applications;
mod archives;
mod backups;
pub mod client;
mod doctor;
mod files;
mod listening;
mod logs;
mod metrics;
mod moving;
mod operation;
mod packaged;
mod people;
mod prometheus;
mod public_path;
mod rest;
mod serve;
mod settings;
mod sheets;
mod traces;
mod usage;
mod verify;
mod wire;
