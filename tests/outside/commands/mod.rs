//! The command line, which is a promise: what it prints and where, its exit codes, where its settings come from.

mod applications;
mod archives;
mod client;
mod doctor;
mod files;
mod listening;
mod logs;
mod metrics;
mod people;
mod public_path;
mod rest;
mod serve;
mod settings;
mod usage;
mod verify;
mod wire;
