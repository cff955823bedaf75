//! Checks whether a server keeps the contract of a vendor's API. The checks are tables, one per topic, each check with its
//! rule in words; they run against any server, Statuary or the vendor's own. `statuary conform` calls [`run`].

mod check;
pub mod client;
mod contract;
mod kantata;
mod openproject;
mod report;
mod session;

use anyhow::Result;

pub use self::report::{Outcome, Report, Row};
pub use self::session::Target;

/// The vendor's API to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Vendor {
    /// Kantata OX, under `/api/v1`.
    Kantata,
    /// OpenProject, under `/api/v3`.
    #[value(name = "openproject")]
    OpenProject,
}

/// Runs the checks of a surface against a server. It blocks: on a thread of an asynchronous runtime, use
/// `spawn_blocking`.
///
/// # Errors
/// If the server cannot be reached, rejects the token, or stops answering.
pub fn run(surface: Vendor, target: &Target) -> Result<Report> {
    match surface {
        Vendor::Kantata => kantata::run(target),
        Vendor::OpenProject => openproject::run(target),
    }
}

/// The names of all checks, each with its rule.
pub fn rules() -> Vec<(&'static str, &'static str)> {
    let kantata = kantata::checks().map(|check| (check.name, check.rule));
    kantata.chain(openproject::checks().map(|check| (check.name, check.rule))).collect()
}
