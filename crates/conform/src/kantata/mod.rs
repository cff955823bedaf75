//! The checks of the Kantata OX surface, by topic.

mod bodies;
mod changes;
mod envelope;
mod errors;
mod filters;
mod includes;
mod lists;
mod objects;
mod paging;
mod reports;
mod response;
mod samples;
mod session;
mod writes;

use anyhow::Result;

use self::session::Suite;
use crate::check::Check;
use crate::report::{Report, run_checks};
use crate::session::Target;

/// All checks, those that only read first.
pub fn checks() -> impl Iterator<Item = &'static Check<Suite>> {
    let topics: [&[Check<Suite>]; 11] = [
        envelope::CHECKS,
        paging::CHECKS,
        lists::CHECKS,
        filters::CHECKS,
        includes::CHECKS,
        objects::CHECKS,
        errors::CHECKS,
        reports::CHECKS,
        bodies::CHECKS,
        changes::CHECKS,
        writes::CHECKS,
    ];
    topics.into_iter().flatten()
}

/// Runs the checks against a server.
pub fn run(target: &Target) -> Result<Report> {
    let mut suite = Suite::open(target)?;
    let rows = run_checks(&mut suite, |suite| &suite.session, checks(), target.write);
    Report::new(rows, suite.clean_up())
}
