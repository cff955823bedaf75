//! Figures of the whole store, for monitoring. They name no account and no person.

pub mod store;

use jiff::tz::TimeZone;

use crate::portfolio::{Mark, Standing, weeks};
use crate::reporting_desk::{Row, State};
use base::clock::Time;

/// The figures of workspaces, which add up over the accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workspaces {
    /// The number of workspaces of each of [`Standing::ALL`], by the weeks of UTC and without archived ones.
    pub standings: [i64; Standing::ALL.len()],
    /// The number of workspaces whose report is overdue.
    pub overdue: i64,
}

/// The figures of the outbox and of backups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queues {
    /// The number of mails that wait.
    pub mails: i64,
    /// Those of them that could not be sent at the last attempt.
    pub failing_mails: i64,
    /// When the next mail was or is due.
    pub next_mail_at: Option<Time>,
    /// When the last backup of the schedule was made.
    pub backup_made_at: Option<Time>,
}

impl Workspaces {
    /// Adds the rows of the desk of an account.
    pub fn add(&mut self, rows: &[Row], now: Time) {
        let week = |at| weeks::number_of(&TimeZone::UTC, at);
        let last = |mark: Mark| (mark.color, week(now) - week(mark.created_at));
        for row in rows.iter().filter(|row| !row.archived) {
            let standing = Standing::of(row.newest.map(last), row.status_key);
            let index = Standing::ALL.iter().position(|known| *known == standing);
            self.standings[index.expect("all of them")] += 1;
            self.overdue += i64::from(row.state == State::Overdue);
        }
    }
}
