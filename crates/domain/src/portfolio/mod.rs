//! The portfolio: a grid of workspaces and weeks with the latest health. The native surface and the pages call this module.

pub mod overview;
pub mod query;
pub mod reasons;
pub mod store;
pub mod weeks;

use self::weeks::Weeks;
use super::status_keys;
use super::status_reports::Color;
use crate::ids::{ReportId, WorkspaceId};
use base::clock::Time;
use jiff::tz::TimeZone;

/// A report is not stale in its week and the next.
const QUIET_WEEKS: i64 = 2;

/// What the last report of a workspace still says: each workspace is counted once, as one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It was reported this week or last week; worst first.
    Current(Level),
    /// It has reports, but none this week or last week, and is expected to report.
    Silent,
    /// It has no recent report, and owes none: it is finished, cancelled or on hold.
    Resting,
    /// It has no report.
    Unreported,
}

/// A colour in the order of lists, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named as the colours")]
pub enum Level {
    Red,
    Yellow,
    Green,
}

impl From<Color> for Level {
    fn from(color: Color) -> Self {
        match color {
            Color::Red => Self::Red,
            Color::Yellow => Self::Yellow,
            Color::Green => Self::Green,
        }
    }
}

impl Level {
    /// The colour.
    pub const fn color(self) -> Color {
        match self {
            Self::Red => Color::Red,
            Self::Yellow => Color::Yellow,
            Self::Green => Color::Green,
        }
    }
}

impl Standing {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 6] = [
        Self::Current(Level::Red),
        Self::Current(Level::Yellow),
        Self::Current(Level::Green),
        Self::Silent,
        Self::Unreported,
        Self::Resting,
    ];

    /// The standing of a workspace, from the colour of its last report with the number of weeks since the week of that
    /// report, and from its status key.
    pub fn of(last: Option<(Color, i64)>, status_key: i64) -> Self {
        match last {
            None => Self::Unreported,
            Some((color, weeks_since)) if weeks_since < QUIET_WEEKS => Self::Current(color.into()),
            Some(_) if status_keys::expects_reports(status_key) => Self::Silent,
            Some(_) => Self::Resting,
        }
    }
}

/// A report in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the report")]
pub struct Mark {
    pub workspace_id: WorkspaceId,
    pub id: ReportId,
    pub color: Color,
    pub created_at: Time,
}

impl Mark {
    /// Whether the health of a workspace with this last report and a status key is stale at an instant in the APIs: the report
    /// is from before the Monday of the week before, in UTC. What is finished owes no reports. The pages count by
    /// [`Standing`].
    pub fn is_stale(self, status_key: i64, at: Time) -> bool {
        let week = |time| weeks::number_of(&TimeZone::UTC, time);
        week(at) - week(self.created_at) >= QUIET_WEEKS && !status_keys::is_finished(status_key)
    }
}

/// A workspace in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The last report of the week, or the last one before it.
    pub last: Option<Mark>,
    /// The number of reports in the week.
    pub reports: usize,
    /// The number of weeks since the last report; 0 in its week.
    pub weeks_since: i64,
    /// Whether the colour went from green to red or back, compared with the colour before the week.
    pub jump: bool,
}

impl Cell {
    /// The report of the week itself.
    pub fn published(&self) -> Option<Mark> {
        self.last.filter(|_| self.reports > 0)
    }
}

/// The cells of a workspace, one for each week, from its last report before the weeks and its reports in them, by time.
pub fn cells(weeks: &Weeks, before: Option<Mark>, marks: &[Mark]) -> Vec<Cell> {
    let (mut last, mut rest) = (before, marks);
    let mut published = before.map(|mark| weeks.number_of(mark.created_at));
    let mut cells = Vec::with_capacity(weeks.count());
    for (week, end) in weeks.each() {
        let count = rest.partition_point(|mark| mark.created_at < end);
        let (own, later) = rest.split_at(count);
        rest = later;
        let known = last;
        if let Some(mark) = own.last() {
            (last, published) = (Some(*mark), Some(week));
        }
        cells.push(Cell {
            last,
            reports: own.len(),
            weeks_since: published.map_or(0, |published| week - published),
            jump: !own.is_empty() && is_jump(known, last),
        });
    }
    cells
}

/// Consecutive weeks that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The cell of its first week.
    pub first: Cell,
    /// The number of its weeks.
    pub weeks: usize,
}

/// The runs of the cells of a workspace: in one run all weeks have the same colour, and either all have reports or none has.
/// A jump is a run of its own.
pub fn runs(cells: &[Cell]) -> impl Iterator<Item = Run> {
    let look = |cell: &Cell| (cell.last.map(|mark| mark.color), cell.last.is_some() && cell.reports == 0);
    let alike = move |one: &Cell, other: &Cell| !one.jump && !other.jump && look(one) == look(other);
    cells.chunk_by(alike).map(|cells| Run { first: cells[0], weeks: cells.len() })
}

fn is_jump(from: Option<Mark>, to: Option<Mark>) -> bool {
    let colors = (from.map(|mark| mark.color), to.map(|mark| mark.color));
    matches!(colors, (Some(Color::Green), Some(Color::Red)) | (Some(Color::Red), Some(Color::Green)))
}

/// Totals of the cells of a workspace; in weeks, but for the reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of reports.
    pub reports: usize,
    /// Green, published or carried over.
    pub green: usize,
    /// Yellow, as `green`.
    pub yellow: usize,
    /// Red, as `green`.
    pub red: usize,
    /// Without a report of their own.
    pub stale: usize,
    /// The number of jumps.
    pub jumps: usize,
}

/// Adds cells up.
pub fn tally(cells: &[Cell]) -> Tally {
    let mut tally = Tally::default();
    for cell in cells {
        tally.reports += cell.reports;
        tally.stale += usize::from(cell.reports == 0);
        tally.jumps += usize::from(cell.jump);
        match cell.last.map(|mark| mark.color) {
            Some(Color::Green) => tally.green += 1,
            Some(Color::Yellow) => tally.yellow += 1,
            Some(Color::Red) => tally.red += 1,
            None => {}
        }
    }
    tally
}
