//! The portfolio as one page: the workspaces that the caller sees, filtered and sorted, with their weeks. The pages and
//! spreadsheets of `web` read it; the portfolio of `native` shares [`grid`].

use std::collections::HashMap;

use super::weeks::Weeks;
use super::{Cell, Mark, cells, is_stale, store};
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::order::Order;
use crate::span::Span;
use crate::status_reports::Color;
use crate::users;
use crate::workspaces;
use crate::workspaces::store::{Filter, list};
use base::clock::{Date, Time};
use db::{Conn, List};

/// The counts above the portfolio need all rows.
const NO_LIMIT: i64 = i64::MAX;

/// A workspace.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Id and name of its lead.
    pub lead: Option<(UserId, String)>,
    /// Its status key.
    pub status_key: i64,
    /// Its due date.
    pub due: Option<Date>,
    /// Its last report.
    pub last: Option<Mark>,
    /// It has reports, but none this week or last week, and it is not finished.
    pub is_stale: bool,
}

/// What the portfolio shows, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words in title or description; empty for all workspaces.
    pub words: String,
    /// Only this status key.
    pub status_key: Option<i64>,
    /// Only workspaces led by the person with this id.
    pub lead: Option<UserId>,
    /// Only this health.
    pub health: Option<HealthFilter>,
    /// The order within a group.
    pub order: SortBy,
    /// Groups of rows.
    pub group: Option<Group>,
}

/// A filter by health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthFilter {
    /// The color of the last report; `None` for workspaces without a report.
    Color(Option<Color>),
    /// See [`Row::is_stale`].
    Stale,
}

/// How rows are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum Group {
    Lead,
    Status,
}

/// How rows are sorted; ties go by title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum SortBy {
    #[default]
    Name,
    /// Red first.
    Health,
    /// The oldest report first.
    Age,
    Lead,
    Status,
}

/// A page of rows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// The number of rows of a page.
    pub size: usize,
}

/// The portfolio of a caller.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The workspaces whose health the caller sees and that have the words, by title.
    pub rows: Vec<Row>,
    /// Id and title of the workspaces whose health the caller does not see.
    pub hidden: Vec<(WorkspaceId, String)>,
    /// The indices of the rows that pass all filters, in the requested order.
    pub matching: Vec<usize>,
    /// The index in `matching` of the first row of the page.
    pub first: usize,
    /// The cells of the rows of the page.
    grid: Vec<Vec<Cell>>,
}

impl Overview {
    /// The rows of the page, with a cell for each week.
    pub fn page(&self) -> impl Iterator<Item = (&Row, &[Cell])> {
        let rows = self.matching[self.first..].iter().map(|index| &self.rows[*index]);
        rows.zip(self.grid.iter().map(Vec::as_slice))
    }
}

impl HealthFilter {
    /// Whether a row passes.
    pub fn passes(self, row: &Row) -> bool {
        match self {
            Self::Color(color) => row.last.map(|mark| mark.color) == color,
            Self::Stale => row.is_stale,
        }
    }
}

impl Query {
    /// Whether a row passes the filters, apart from health.
    pub fn passes(&self, row: &Row) -> bool {
        self.status_key.is_none_or(|key| row.status_key == key)
            && self.lead.is_none_or(|id| row.lead.as_ref().is_some_and(|(own, _)| *own == id))
    }

    /// The indices of the rows that pass all filters, sorted and grouped. The rows are sorted by title, which stable
    /// sorting keeps for ties.
    fn matching(&self, rows: &[Row]) -> Vec<usize> {
        let is_shown = |row: &Row| self.passes(row) && self.health.is_none_or(|health| health.passes(row));
        let mut shown: Vec<usize> = (0..rows.len()).filter(|index| is_shown(&rows[*index])).collect();
        match self.order {
            SortBy::Name => {}
            SortBy::Health => shown.sort_by_key(|index| match rows[*index].last.map(|mark| mark.color) {
                Some(Color::Red) => 0,
                Some(Color::Yellow) => 1,
                Some(Color::Green) => 2,
                None => 3,
            }),
            SortBy::Age => {
                shown.sort_by_key(|index| rows[*index].last.map_or(Time::MIN, |mark| mark.created_at));
            }
            SortBy::Lead => shown.sort_by_key(|index| rows[*index].lead_name()),
            SortBy::Status => shown.sort_by_key(|index| rows[*index].status_key),
        }
        match self.group {
            None => {}
            Some(Group::Lead) => shown.sort_by_key(|index| rows[*index].lead_name()),
            Some(Group::Status) => shown.sort_by_key(|index| rows[*index].status_key),
        }
        shown
    }
}

impl Row {
    /// The name of the lead, for sorting.
    fn lead_name(&self) -> Option<String> {
        self.lead.as_ref().map(|(_, name)| name.to_lowercase())
    }
}

/// Reads a page of the portfolio, as of the end of the last week.
pub async fn read(
    conn: &mut Conn,
    caller: &Caller,
    query: &Query,
    weeks: &Weeks,
    page: Page,
) -> Result<Overview> {
    let search = Some(&query.words).filter(|words| !words.is_empty()).cloned();
    let filter = Filter { search, ..Filter::active() };
    let (seen, _) =
        list(conn, caller, &filter, Order::ascending(workspaces::store::SortBy::Title), NO_LIMIT, 0).await?;
    let (shown, hidden): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| seen.access.sees_health());
    let ids: List<WorkspaceId> = shown.iter().map(|seen| seen.workspace.id).collect();
    let mut leads: Vec<UserId> = shown.iter().filter_map(|seen| seen.primary_maven_id).collect();
    leads.sort_unstable();
    leads.dedup();
    let leads = users::store::of_account(conn, caller.account_id, &leads.into()).await?;
    let names: HashMap<UserId, String> = leads.into_iter().map(|user| (user.id, user.full_name)).collect();
    let last = store::last(conn, caller.account_id, &ids, weeks.end()).await?;
    let last: HashMap<WorkspaceId, Mark> = last.into_iter().map(|mark| (mark.workspace_id, mark)).collect();
    let row = |seen: crate::workspaces::VisibleWorkspace| {
        let workspace = seen.workspace;
        let last = last.get(&workspace.id).copied();
        let weeks_since = |mark: Mark| weeks.last() - weeks.number_of(mark.created_at);
        Row {
            lead: seen.primary_maven_id.and_then(|id| Some((id, names.get(&id)?.clone()))),
            status_key: workspace.status_key,
            id: workspace.id,
            title: workspace.title,
            due: workspace.due_date,
            last,
            is_stale: last.is_some_and(|mark| is_stale(weeks_since(mark), workspace.status_key)),
        }
    };
    let hidden = hidden.into_iter().map(|seen| (seen.workspace.id, seen.workspace.title)).collect();
    let rows: Vec<Row> = shown.into_iter().map(row).collect();
    let matching = query.matching(&rows);
    let first = page.number.saturating_sub(1).saturating_mul(page.size).min(matching.len());
    let ids: Vec<WorkspaceId> =
        matching[first..].iter().take(page.size).map(|index| rows[*index].id).collect();
    let grid = grid(conn, caller.account_id, &ids, weeks).await?;
    Ok(Overview { rows, hidden, matching, first, grid })
}

/// The cells of some workspaces, in their order, one for each week.
pub async fn grid(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &[WorkspaceId],
    weeks: &Weeks,
) -> Result<Vec<Vec<Cell>>> {
    let asked = List::from(ids.to_vec());
    let marks = store::marks(conn, account_id, &asked, Span::new(weeks.start(), weeks.end())).await?;
    let before = store::last(conn, account_id, &asked, weeks.start()).await?;
    let before: HashMap<WorkspaceId, Mark> =
        before.into_iter().map(|mark| (mark.workspace_id, mark)).collect();
    let marks: HashMap<WorkspaceId, &[Mark]> = marks
        .chunk_by(|one, other| one.workspace_id == other.workspace_id)
        .map(|marks| (marks[0].workspace_id, marks))
        .collect();
    let own = |id| cells(weeks, before.get(id).copied(), marks.get(id).copied().unwrap_or_default());
    Ok(ids.iter().map(own).collect())
}
