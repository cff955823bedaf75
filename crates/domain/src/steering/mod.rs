//! The steering pack: what a steering committee reads of some projects each week. Their weeks, what changed in the last one,
//! the words of those that are red, and which reports are owed. The native surface and the pages call this module.

pub mod store;

use std::collections::HashMap;

use crate::changes::Change;
use crate::ids::{UserId, WorkspaceId};
use crate::portfolio::weeks::Weeks;
use crate::portfolio::{Cell, Mark, Standing};
use crate::reporting_desk::Row;
use crate::status_reports::{Color, StatusReport};
use base::clock::{Date, Time};

/// The maximum number of projects of a pack.
pub const MOST_PROJECTS: usize = 200;

/// A project with its weeks.
#[derive(Clone, Debug)]
pub struct Project {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Its status key.
    pub status_key: i64,
    /// Its lead.
    pub lead: Option<UserId>,
    /// Its due date.
    pub due: Option<Date>,
    /// A cell for each week.
    pub cells: Vec<Cell>,
    /// Its last report.
    pub last: Option<Mark>,
    /// What its last report still says.
    pub standing: Standing,
    /// Since when it has the colour of its last report.
    pub since: Option<Time>,
    /// Its last report, if it is red and a report is still expected from the project.
    pub red: Option<StatusReport>,
}

impl Project {
    /// Whether its last report is red, and it is neither finished nor on hold.
    fn is_red(&self) -> bool {
        self.standing != Standing::Resting && self.last.is_some_and(|mark| mark.color == Color::Red)
    }
}

/// The content of a pack.
#[derive(Clone, Debug)]
pub struct Week {
    /// The weeks of the projects; the last one is the week of the pack.
    pub weeks: Weeks,
    /// The last instant that it covers.
    pub at: Time,
    /// The projects, in the order that was asked for.
    pub projects: Vec<Project>,
    /// What changed since the beginning of the last week: worse, better, then the rest.
    pub changes: Vec<Change>,
    /// The reports that are expected, the most overdue first; none in the past, where nobody owes anything any more.
    pub owed: Option<Vec<Row>>,
    /// The names of the people in it.
    pub people: HashMap<UserId, String>,
}

impl Week {
    /// The number of projects with each standing.
    pub fn counts(&self) -> [(Standing, usize); 6] {
        let count = |standing| self.projects.iter().filter(|project| project.standing == standing).count();
        Standing::ALL.map(|standing| (standing, count(standing)))
    }
}
