//! Statuary records how every project is really doing, keeps the whole history, and shows a portfolio as one honest
//! picture. `ARCHITECTURE.md` is the map of this house.

pub mod base;
pub mod cli;
pub mod conform;
pub mod db;
pub mod demo;
pub mod doctor;
pub mod documents;
pub mod domain;
pub mod front;
pub mod kantata;
pub mod native;
pub mod oauth;
pub mod openproject;
pub mod router;
pub mod server;
pub mod service;
pub mod web;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
mod stories;

/// Every statement of every room.
pub fn statements() -> impl Iterator<Item = db::Statement> {
    [
        crate::domain::accounts::store::STATEMENTS,
        crate::domain::auth::store::STATEMENTS,
        crate::domain::events::latest::STATEMENTS,
        db::migrate::STATEMENTS,
        crate::domain::events::store::STATEMENTS,
        crate::domain::external_references::store::STATEMENTS,
        crate::domain::idempotency::store::STATEMENTS,
        crate::domain::invitations::store::STATEMENTS,
        crate::domain::oauth::store::STATEMENTS,
        crate::domain::oauth::store::grants::STATEMENTS,
        crate::domain::participations::store::STATEMENTS,
        crate::domain::portfolio::store::STATEMENTS,
        crate::domain::sessions::store::STATEMENTS,
        crate::domain::status_changes::store::STATEMENTS,
        crate::domain::status_keys::store::STATEMENTS,
        crate::domain::status_reports::store::STATEMENTS,
        crate::domain::status_reports::store::blocks::STATEMENTS,
        crate::domain::statuses::store::STATEMENTS,
        crate::domain::timeline::store::STATEMENTS,
        crate::domain::users::store::STATEMENTS,
        crate::domain::verify::store::STATEMENTS,
        crate::domain::verify::store::references::STATEMENTS,
        crate::domain::workspaces::store::STATEMENTS,
        crate::domain::counters::STATEMENTS,
        crate::domain::workspaces::store::identifiers::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
