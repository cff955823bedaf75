//! The reporting desk: which workspaces owe a report, and who owes it.

pub mod store;

use crate::cadences::Cadences;
use crate::cadences::standing::{Due, State as Owed};
use crate::ids::{UserId, WorkspaceId};
use crate::named::named;
use crate::participations::Access;
use crate::portfolio::Mark;
use crate::report_requests::ReportRequest;
use crate::status_keys;
use crate::workspaces::Workspace;
use base::clock::Time;

/// What a workspace owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum State {
    UpToDate,
    Due,
    Overdue,
    Paused,
    Exempt,
}

// In the order of the summary.
named!(State {
    UpToDate = "up_to_date",
    Due = "due",
    Overdue = "overdue",
    Paused = "paused",
    Exempt = "exempt",
});

impl State {
    /// Whether a report is expected now.
    pub const fn is_owed(self) -> bool {
        matches!(self, Self::Due | Self::Overdue)
    }
}

/// What a workspace owes at an instant, and for when: the first instant that was missed, or else the next one.
pub fn standing(
    cadences: &Cadences,
    workspace: &Workspace,
    newest: Option<&Mark>,
    now: Time,
) -> (State, Option<Due>) {
    if workspace.archived || status_keys::is_finished(workspace.status_key) {
        return (State::Exempt, None);
    }
    let Some(plan) = cadences.of(workspace.id) else { return (State::Exempt, None) };
    let found = plan.schedule.standing(workspace.created_at, newest.map(|mark| mark.created_at), now);
    let state = match found.state {
        Owed::UpToDate => State::UpToDate,
        Owed::Due => State::Due,
        Owed::Overdue => State::Overdue,
        Owed::Paused => State::Paused,
    };
    (state, found.due)
}

/// A workspace on the desk.
#[derive(Clone, Debug)]
pub struct Row {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Who owes its reports, with their name.
    pub owner: Option<(UserId, String)>,
    /// What it owes.
    pub state: State,
    /// For when.
    pub due: Option<Due>,
    /// Its newest report.
    pub newest: Option<Mark>,
    /// Its status key.
    pub status_key: i64,
    /// The open request for a report, and the name of who asks.
    pub request: Option<(ReportRequest, String)>,
    /// When it was created.
    pub created_at: Time,
    /// What the caller may do there.
    pub access: Access,
    /// Whether it is archived.
    pub archived: bool,
}

/// The reports of a workspace that came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The periods with a report in time.
    pub on_time: usize,
    /// The last periods that have ended, at most [`ENDED`](crate::cadences::on_time::ENDED).
    pub of: usize,
}

/// Sorts rows that come by title: overdue, the longest first; due, the earliest first; the others by title.
pub fn sort(rows: &mut [Row]) {
    let place = |row: &Row| {
        let rank = match row.state {
            State::Overdue => 0,
            State::Due => 1,
            _ => 2,
        };
        (rank, row.due.filter(|_| row.state.is_owed()).map(|due| due.at))
    };
    rows.sort_by_key(place);
}

/// The rows of reports that a person owes and can write, the oldest first: those that are expected by the cadence, and those that
/// somebody asked for.
pub fn owed_by(mut rows: Vec<Row>, user: UserId) -> Vec<Row> {
    let since = |row: &Row| {
        let due = row.due.filter(|_| row.state.is_owed()).map(|due| due.at);
        let asked = row.request.as_ref().filter(|_| !row.archived).map(|(request, _)| request.created_at);
        due.into_iter().chain(asked).min()
    };
    rows.retain(|row| {
        let is_own = row.owner.as_ref().is_some_and(|(owner, _)| *owner == user);
        is_own && row.access >= Access::Edit && since(row).is_some()
    });
    rows.sort_by_key(since);
    rows
}
