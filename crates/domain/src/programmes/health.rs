//! The health of programmes as a caller sees it: over the projects whose health the caller sees.

use std::collections::HashMap;

use super::rule::{Flip, Input, Rule};
use super::{Member, Programme};
use crate::ids::WorkspaceId;
use crate::portfolio::weeks::Weeks;
use crate::portfolio::{Level, Mark, Standing};
use crate::status_keys;
use crate::workspaces::VisibleWorkspace;

/// What a project is for its programme: a colour that counts, or the reason why it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It was reported this week or last week.
    Counted(Level),
    /// Its last report is older.
    Silent,
    /// It has no recent report, and owes none: it is cancelled or on hold.
    Resting,
    /// It has no report.
    Unreported,
    /// It is finished.
    Finished,
    /// It is archived.
    Archived,
}

impl Part {
    /// The part of a project with this last report and status key.
    pub fn of(last: Option<Mark>, status_key: i64, is_archived: bool, weeks: &Weeks) -> Self {
        if is_archived {
            return Self::Archived;
        }
        if status_keys::is_finished(status_key) {
            return Self::Finished;
        }
        let last = last.map(|mark| (mark.color, weeks.last() - weeks.number_of(mark.created_at)));
        match Standing::of(last, status_key) {
            Standing::Current(level) => Self::Counted(level),
            Standing::Silent => Self::Silent,
            Standing::Resting => Self::Resting,
            Standing::Unreported => Self::Unreported,
        }
    }

    /// The name on the wire of a reason to be left out; none if it counts.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Counted(_) => None,
            Self::Silent => Some("silent"),
            Self::Resting => Some("resting"),
            Self::Unreported => Some("never_reported"),
            Self::Finished => Some("finished"),
            Self::Archived => Some("archived"),
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Counted(Level::Red),
        Self::Counted(Level::Yellow),
        Self::Counted(Level::Green),
        Self::Silent,
        Self::Resting,
        Self::Unreported,
        Self::Finished,
        Self::Archived,
    ];
}

/// A project of a programme.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Its weight.
    pub weight: i64,
    /// What it is for the programme.
    pub part: Part,
    /// Its last report.
    pub last: Option<Mark>,
}

/// The health of a programme.
#[derive(Clone, Debug)]
pub struct Health {
    /// The colour; none if no project counts.
    pub color: Option<Level>,
    /// The projects that the caller sees, by part and title.
    pub projects: Vec<Project>,
    /// The number of projects that the caller does not see.
    pub hidden: usize,
}

impl Health {
    /// The health of a programme, from the workspaces that the caller sees and their last reports.
    pub fn of(
        programme: &Programme,
        seen: &HashMap<WorkspaceId, VisibleWorkspace>,
        last: &HashMap<WorkspaceId, Mark>,
        weeks: &Weeks,
    ) -> Self {
        let project = |member: &Member| {
            let workspace = &seen.get(&member.workspace_id)?.workspace;
            let last = last.get(&workspace.id).copied();
            Some(Project {
                id: workspace.id,
                title: workspace.title.clone(),
                weight: member.weight,
                part: Part::of(last, workspace.status_key, workspace.archived, weeks),
                last,
            })
        };
        let mut projects: Vec<Project> = programme.members.iter().filter_map(project).collect();
        projects.sort_by_cached_key(|project| (project.part, project.title.to_lowercase(), project.id));
        let hidden = programme.members.len() - projects.len();
        let health = Self { color: None, projects, hidden };
        Self { color: programme.rule.color(&health.inputs()), ..health }
    }

    /// The projects that count, which come first.
    pub fn inputs(&self) -> Vec<Input> {
        let input = |project: &Project| match project.part {
            Part::Counted(level) => Some(Input { level, weight: project.weight }),
            _ => None,
        };
        self.projects.iter().map_while(input).collect()
    }

    /// The number of projects with a part.
    pub fn count(&self, part: Part) -> usize {
        self.projects.iter().filter(|project| project.part == part).count()
    }

    /// The smallest changes to other colours; their places are those of [`Health::projects`].
    pub fn flips(&self, rule: Rule) -> Vec<Flip> {
        rule.flips(&self.inputs())
    }
}
