//! The command line, which is a promise: what it prints and where, its exit codes, where its settings come from.

mod applications;
mod archives;
#[path = "../support/authority.rs"]
mod authority;
mod doctor;
mod files;
mod listening;
mod logs;
mod metrics;
mod outside;
mod people;
mod public_path;
mod rest;
#[path = "../support/says.rs"]
mod says;
mod serve;
mod settings;
#[path = "../support/mod.rs"]
mod support;
mod usage;
mod verify;
mod wire;

/// Of an environment.
type Variables<'v> = &'v [(&'v str, &'v str)];

const HEADER: &str = "{\"kind\":\"statuary_archive\",\"version\":1}\n";
