//! Statuary records how every project is really doing, keeps the whole history, and shows a portfolio as one honest
//! picture. `ARCHITECTURE.md` is the map of this house.

pub mod accounts;
pub mod app;
pub mod archive;
pub mod auth;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod conform;
pub mod db;
pub mod demo;
pub mod doctor;
pub mod documents;
pub mod error;
pub mod events;
pub mod external_references;
pub mod faults;
pub mod front;
pub mod http;
pub mod idempotency;
pub mod invitations;
pub mod kantata;
pub mod metrics;
pub mod native;
pub mod oauth;
pub mod openapi;
pub mod openproject;
pub mod participations;
pub mod portfolio;
pub mod router;
pub mod server;
pub mod sessions;
pub mod setup;
pub mod status_changes;
pub mod status_keys;
pub mod status_reports;
pub mod statuses;
pub mod text;
pub mod timeline;
pub mod tls;
pub mod users;
pub mod verify;
pub mod web;
pub mod workspaces;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod testing;

/// Every statement of every room.
pub fn statements() -> impl Iterator<Item = db::Statement> {
    [
        accounts::store::STATEMENTS,
        auth::store::STATEMENTS,
        clock::store::STATEMENTS,
        db::migrate::STATEMENTS,
        events::store::STATEMENTS,
        external_references::store::STATEMENTS,
        idempotency::store::STATEMENTS,
        invitations::store::STATEMENTS,
        oauth::store::STATEMENTS,
        oauth::store::grants::STATEMENTS,
        participations::store::STATEMENTS,
        portfolio::store::STATEMENTS,
        sessions::store::STATEMENTS,
        status_changes::store::STATEMENTS,
        status_keys::store::STATEMENTS,
        status_reports::store::STATEMENTS,
        status_reports::store::blocks::STATEMENTS,
        statuses::store::STATEMENTS,
        timeline::store::STATEMENTS,
        users::store::STATEMENTS,
        verify::store::STATEMENTS,
        verify::store::references::STATEMENTS,
        workspaces::store::STATEMENTS,
        workspaces::store::counters::STATEMENTS,
        workspaces::store::identifiers::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
