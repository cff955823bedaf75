//! The checks of the OpenProject surface, by topic.

mod access;
mod headers;
mod project_writes;
mod projects;
mod response;
mod root;
mod session;
mod status_writes;
mod statuses;
mod work_package_writes;
mod work_packages;

use anyhow::Result;

use self::session::Suite;
use crate::check::Check;
use crate::report::{Report, run_checks};
use crate::session::Target;

/// All checks, those that only read first.
pub fn checks() -> impl Iterator<Item = &'static Check<Suite>> {
    let topics: [&[Check<Suite>]; 9] = [
        headers::CHECKS,
        access::CHECKS,
        statuses::CHECKS,
        root::CHECKS,
        projects::CHECKS,
        work_packages::CHECKS,
        work_package_writes::CHECKS,
        project_writes::CHECKS,
        status_writes::CHECKS,
    ];
    topics.into_iter().flatten()
}

/// Runs the checks against a server.
pub fn run(target: &Target) -> Result<Report> {
    let mut suite = Suite::open(target)?;
    let rows = run_checks(&mut suite, |suite| &suite.session, checks(), target.write);
    Report::new(rows, suite.clean_up())
}
