//! The portfolio as one page: the workspaces that the caller sees, filtered and sorted, with their weeks. The pages and
//! spreadsheets of `web` read it; the portfolio of `native` shares [`grid`].

use std::collections::HashMap;

use super::query::{Query, Row, Shown};
use super::reasons::Reasons;
use super::weeks::Weeks;
use super::{Cell, Mark, Standing, cells, store};
use crate::auth::Caller;
use crate::cadences;
use crate::cadences::standing::Due;
use crate::error::Result;
use crate::fields;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::labels;
use crate::order::Order;
use crate::reporting_desk::{State, standing};
use crate::span::Span;
use crate::users;
use crate::versions::past::Past;
use crate::workspaces;
use crate::workspaces::store::past::as_they_were;
use crate::workspaces::store::{Filter, list, search_key};
use crate::workspaces::{VisibleWorkspace, Workspace, search_text, title_key};

use base::clock::Time;
use db::{Conn, List};

/// The counts above the portfolio need all rows.
const NO_LIMIT: i64 = i64::MAX;

/// A page of rows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The number of rows before it.
    pub first: usize,
    /// The number of rows of a page.
    pub size: usize,
    /// Whether to read [`Overview::reasons`].
    pub with_reasons: bool,
    /// The instant for [`Overview::overdue`], if it is read.
    pub overdue_at: Option<Time>,
}

/// The portfolio of a caller.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The workspaces whose health the caller sees and that have the words, by title.
    pub rows: Vec<Row>,
    /// Id and title of the workspaces whose health the caller does not see.
    pub hidden: Vec<(WorkspaceId, String)>,
    /// The rows that pass all filters.
    pub shown: Shown,
    /// The query, with the own fields of the account and without filters by others.
    pub query: Query,
    /// The index in [`Shown::rows`] of the first row of the page.
    pub first: usize,
    /// The cells of the rows of the page.
    grid: Vec<Vec<Cell>>,
    /// What the rows of the page say besides; empty unless asked for.
    pub reasons: HashMap<WorkspaceId, Reasons>,
    /// The instants for which rows are overdue; empty in the past.
    pub overdue: HashMap<WorkspaceId, Due>,
}

impl Overview {
    /// The rows of the page, with a cell for each week.
    pub fn page(&self) -> impl ExactSizeIterator<Item = (&Row, &[Cell])> {
        let rows = self.shown.rows[self.first..].iter().map(|index| &self.rows[*index]);
        rows.zip(self.grid.iter().map(Vec::as_slice))
    }
}

/// The workspaces that are not archived and have the words, by title.
async fn seen(
    conn: &mut Conn,
    caller: &Caller,
    words: &str,
    past: Option<Past>,
) -> Result<Vec<VisibleWorkspace>> {
    let search = Some(words).filter(|words| !words.is_empty()).map(str::to_owned);
    let order = Order::ascending(workspaces::store::SortBy::Title);
    let Some(past) = past else {
        let filter = Filter { search, ..Filter::active() };
        return Ok(list(conn, caller, &filter, order, NO_LIMIT, 0).await?.0);
    };
    let filter = Filter { archived: true, ..Filter::active() };
    let (seen, _) = list(conn, caller, &filter, order, NO_LIMIT, 0).await?;
    let mut then = as_they_were(conn, caller.account_id, seen, past).await?;
    let search = search.as_deref().map(search_key).transpose()?;
    then.retain(|seen| {
        let Workspace { title, description, archived, .. } = &seen.workspace;
        let has_words = |words: &String| search_text(title, description.as_deref()).contains(words);
        !archived && search.as_ref().is_none_or(has_words)
    });
    then.sort_by_key(|seen| (title_key(&seen.workspace.title), seen.workspace.id));
    Ok(then)
}

/// Reads a page of the portfolio, as of the end of the last week; in the past, as it was.
pub async fn read(
    conn: &mut Conn,
    caller: &Caller,
    (query, past): (&Query, Option<Past>),
    weeks: &Weeks,
    page: Page,
) -> Result<Overview> {
    let seen = seen(conn, caller, &query.words, past).await?;
    let (shown, hidden): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| seen.access.sees_health());
    let ids: List<WorkspaceId> = shown.iter().map(|seen| seen.workspace.id).collect();
    let mut leads: Vec<UserId> = shown.iter().filter_map(|seen| seen.primary_maven_id).collect();
    leads.sort_unstable();
    leads.dedup();
    let leads = users::store::of_account(conn, caller.account_id, &leads.into()).await?;
    let names: HashMap<UserId, String> = leads.into_iter().map(|user| (user.id, user.full_name)).collect();
    let last = store::last(conn, caller.account_id, &ids, weeks.end(), past).await?;
    let mut query = query.clone();
    query.take_fields(fields::store::all(conn, caller.account_id).await?);
    let mut labels = labels::store::of_workspaces(conn, caller.account_id, &ids).await?;
    let overdue = match page.overdue_at {
        Some(now) if past.is_none() => overdue(conn, caller.account_id, &shown, &last, now).await?,
        _ => HashMap::new(),
    };
    let mut row = |seen: VisibleWorkspace| {
        let workspace = seen.workspace;
        let last = last.get(&workspace.id).copied();
        let weeks_since = |mark: Mark| weeks.last() - weeks.number_of(mark.created_at);
        Row {
            lead: seen.primary_maven_id.and_then(|id| Some((id, names.get(&id)?.clone()))),
            status_key: workspace.status_key,
            labels: labels.remove(&workspace.id),
            id: workspace.id,
            title: workspace.title,
            start: workspace.start_date,
            due: workspace.due_date,
            last,
            standing: Standing::of(last.map(|mark| (mark.color, weeks_since(mark))), workspace.status_key),
        }
    };
    let hidden = hidden.into_iter().map(|seen| (seen.workspace.id, seen.workspace.title)).collect();
    let rows: Vec<Row> = shown.into_iter().map(&mut row).collect();
    let shown = query.shown(&rows);
    let first = page.first.min(shown.rows.len());
    let ids: Vec<WorkspaceId> =
        shown.rows[first..].iter().take(page.size).map(|index| rows[*index].id).collect();
    let grid = grid(conn, caller.account_id, &ids, weeks, past).await?;
    let reasons = if page.with_reasons {
        store::reasons(conn, caller.account_id, &ids.into(), weeks.end(), past).await?
    } else {
        HashMap::new()
    };
    Ok(Overview { rows, hidden, shown, query, first, grid, reasons, overdue })
}

/// The instants for which workspaces are overdue.
async fn overdue(
    conn: &mut Conn,
    account_id: AccountId,
    shown: &[VisibleWorkspace],
    last: &HashMap<WorkspaceId, Mark>,
    now: Time,
) -> Result<HashMap<WorkspaceId, Due>> {
    let cadences = cadences::store::of_account(conn, account_id).await?;
    let of = |seen: &VisibleWorkspace| {
        let id = seen.workspace.id;
        let (state, due) = standing(&cadences, &seen.workspace, last.get(&id), now);
        due.filter(|_| state == State::Overdue).map(|due| (id, due))
    };
    Ok(shown.iter().filter_map(of).collect())
}

/// The cells of some workspaces, in their order, one for each week.
pub async fn grid(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &[WorkspaceId],
    weeks: &Weeks,
    past: Option<Past>,
) -> Result<Vec<Vec<Cell>>> {
    let asked = List::from(ids.to_vec());
    let marks = store::marks(conn, account_id, &asked, Span::new(weeks.start(), weeks.end()), past).await?;
    let before = store::last(conn, account_id, &asked, weeks.start(), past).await?;
    let marks: HashMap<WorkspaceId, &[Mark]> = marks
        .chunk_by(|one, other| one.workspace_id == other.workspace_id)
        .map(|marks| (marks[0].workspace_id, marks))
        .collect();
    let own = |id| cells(weeks, before.get(id).copied(), marks.get(id).copied().unwrap_or_default());
    Ok(ids.iter().map(own).collect())
}
