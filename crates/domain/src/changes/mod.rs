//! What changed in workspaces from an instant to a later one. The native surface and the pages call this module.

pub mod store;

use serde::{Deserialize, Serialize};

use crate::ids::{ReportId, UserId, WorkspaceId};
use crate::portfolio::Mark;
use crate::status_changes::StatusChange;
use crate::status_reports::{Category, Color, StatusReport};
use crate::versions::past::Past;
use crate::workspaces::VisibleWorkspace;
use base::clock::Time;

/// Two instants, and what the store knew of them at a third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The instant before the span of time.
    pub from: Time,
    /// The last instant of it.
    pub to: Time,
    /// When the store knew it.
    pub known_at: Time,
}

impl Window {
    /// The points of view at both ends.
    pub fn ends(self) -> Ends<Past> {
        let Self { from, to, known_at } = self;
        Ends { from, to }.map(|as_of| Past { as_of, known_at })
    }
}

/// A value at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "see the type")]
pub struct Ends<T> {
    pub from: T,
    pub to: T,
}

impl<T> Ends<T> {
    /// What a function makes of both values.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> Ends<U> {
        Ends { from: of(self.from), to: of(self.to) }
    }

    /// References to both values.
    pub const fn as_ref(&self) -> Ends<&T> {
        Ends { from: &self.from, to: &self.to }
    }
}

/// Which way health went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Direction {
    Worse,
    Better,
    Same,
    FirstReport,
    /// There is no health at the end.
    None,
}

impl Direction {
    /// The direction from a colour to another.
    fn of(health: Ends<Option<Color>>) -> Self {
        match (health.from, health.to) {
            (_, None) => Self::None,
            (None, Some(_)) => Self::FirstReport,
            (Some(from), Some(to)) if to > from => Self::Worse,
            (Some(from), Some(to)) if to < from => Self::Better,
            _ => Self::Same,
        }
    }

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Same => "same",
            Self::FirstReport => "first_report",
            Self::None => "none",
        }
    }
}

/// A workspace, compared at both ends.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The workspace.
    pub id: WorkspaceId,
    /// The key of its title at the end, for the order.
    pub title_key: String,
    /// The last report, with the colour that it had then.
    pub last: Ends<Option<Mark>>,
    /// The number of the event that has the last report as it was then.
    content: Ends<Option<i64>>,
    /// The status key; none before the workspace was created.
    pub status: Ends<Option<i64>>,
    /// Whether it was archived; false before it was created.
    is_archived: Ends<bool>,
    /// Whether its health was stale.
    is_stale: Ends<bool>,
    /// The reports that were created in the span, the oldest first.
    pub reports: Vec<ReportId>,
}

impl Compared {
    /// The colours.
    pub fn health(&self) -> Ends<Option<Color>> {
        self.last.map(|mark| mark.map(|mark| mark.color))
    }

    /// Which way health went.
    pub fn direction(&self) -> Direction {
        Direction::of(self.health())
    }

    /// Whether it was created in the span.
    pub const fn is_created(&self) -> bool {
        self.status.from.is_none()
    }

    /// Whether its status at the end differs from that at the beginning.
    pub fn is_moved(&self) -> bool {
        !self.is_created() && self.status.from != self.status.to
    }

    /// Whether it was archived in the span.
    pub const fn is_archived(&self) -> bool {
        self.is_archived.to && !self.is_archived.from
    }

    /// Whether it was archived before the span and at its end.
    pub const fn was_archived(&self) -> bool {
        self.is_archived.to && self.is_archived.from
    }

    /// Whether its health became stale.
    pub const fn went_silent(&self) -> bool {
        self.is_stale.to && !self.is_stale.from
    }

    /// Whether it differs in anything but the details of its last report, or was reported.
    fn is_changed(&self) -> bool {
        let Ends { from, to } = self.health();
        from != to
            || self.is_created()
            || self.is_moved()
            || self.is_archived()
            || self.went_silent()
            || !self.reports.is_empty()
    }

    /// Its position in the order: worse, first reported as red, better, the rest; then by title.
    pub fn place(&self) -> Place {
        let rank = match (self.direction(), self.health().to) {
            (Direction::Worse, _) => 0,
            (Direction::FirstReport, Some(Color::Red)) => 1,
            (Direction::Better, _) => 2,
            _ => 3,
        };
        Place { rank, title: self.title_key.clone(), id: self.id }
    }
}

/// The position of a workspace in the order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub rank: i64,
    pub title: String,
    pub id: WorkspaceId,
}

/// Numbers of workspaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Summary {
    /// All that were compared.
    pub workspaces: usize,
    pub worse: usize,
    pub better: usize,
    pub first_report: usize,
    pub went_silent: usize,
    pub status_moved: usize,
    pub created: usize,
    pub archived: usize,
}

impl Summary {
    fn add(&mut self, compared: &Compared) {
        let direction = compared.direction();
        self.workspaces += 1;
        for (count, is_counted) in [
            (&mut self.worse, direction == Direction::Worse),
            (&mut self.better, direction == Direction::Better),
            (&mut self.first_report, direction == Direction::FirstReport),
            (&mut self.went_silent, compared.went_silent()),
            (&mut self.status_moved, compared.is_moved()),
            (&mut self.created, compared.is_created()),
            (&mut self.archived, compared.is_archived()),
        ] {
            *count += usize::from(is_counted);
        }
    }
}

/// All workspaces that were compared.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The numbers of all of them.
    pub summary: Summary,
    /// Those that changed, or all, in their order.
    pub workspaces: Vec<Compared>,
}

/// A workspace with what it was at both ends.
#[derive(Clone, Debug)]
pub struct Change {
    /// The comparison.
    pub compared: Compared,
    /// The workspace; none before it was created.
    pub workspace: Ends<Option<VisibleWorkspace>>,
    /// The last report as it was then.
    pub report: Ends<Option<StatusReport>>,
    /// The status change that led to the status at the end.
    pub moved: Option<StatusChange>,
}

impl Change {
    /// The categories whose colours differ, with both.
    pub fn details(&self) -> Vec<(Category, Ends<Option<Color>>)> {
        details(self.report.as_ref().map(Option::as_ref))
    }

    /// The people that it names: the leads, the author of the last report, and who moved the status.
    pub fn people(&self) -> Vec<UserId> {
        let leads = self.workspace.as_ref().map(|end| end.as_ref().and_then(|end| end.primary_maven_id));
        let author = self.report.to.as_ref().map(|report| report.creator_id);
        let mover = self.moved.as_ref().map(|moved| moved.user_id);
        [leads.from, leads.to, author, mover].into_iter().flatten().collect()
    }
}

fn details(report: Ends<Option<&StatusReport>>) -> Vec<(Category, Ends<Option<Color>>)> {
    let of = |report: Option<&StatusReport>, category| {
        let detail = report?.details.iter().find(|detail| detail.category == category);
        detail.map(|detail| detail.color)
    };
    let both = Category::ALL.map(|category| (category, report.map(|report| of(report, category))));
    both.into_iter().filter(|(_, colors)| colors.from != colors.to).collect()
}
