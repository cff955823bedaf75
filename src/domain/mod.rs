//! The rules, one module a resource: `mod.rs` has types and rules, `store.rs` the SQL, `archive.rs` the form in the archive.

pub mod accounts;
pub mod archive;
pub mod auth;
pub mod counters;
pub mod error;
pub mod events;
pub mod external_references;
pub mod idempotency;
pub mod invitations;
pub mod oauth;
pub mod participations;
pub mod portfolio;
pub mod record;
pub mod sessions;
pub mod setup;
pub mod status_changes;
pub mod status_keys;
pub mod status_reports;
pub mod statuses;
pub mod text;
pub mod timeline;
pub mod users;
pub mod verify;
pub mod workspaces;
