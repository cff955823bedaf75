//! Reading a pack, with a number of statements that does not depend on the number of projects.

use std::collections::{HashMap, HashSet};

use super::{Project, Week};
use crate::auth::Caller;
use crate::changes;
use crate::changes::{Change, Window};
use crate::error::Result;
use crate::ids::{ReportId, UserId, WorkspaceId};
use crate::labels;
use crate::portfolio;
use crate::portfolio::store::Filter;
use crate::portfolio::weeks::Weeks;
use crate::portfolio::{Mark, Standing, overview};
use crate::reporting_desk;
use crate::status_reports;
use crate::users;
use crate::versions::past::Past;
use crate::workspaces;
use base::clock::Time;
use db::{Conn, List};

/// Reads what a pack says of some projects, in their order; of those whose health the caller sees, and no others. `now` is the
/// last instant that it covers: that of the past, if it is about the past.
pub async fn read(
    conn: &mut Conn,
    caller: &Caller,
    ids: &[WorkspaceId],
    weeks: &Weeks,
    (now, past): (Time, Option<Past>),
) -> Result<Week> {
    let account_id = caller.account_id;
    let mut projects = projects(conn, caller, ids, weeks, past).await?;
    let reds: List<ReportId> =
        projects.iter().filter(|project| project.is_red()).filter_map(|p| Some(p.last?.id)).collect();
    for report in status_reports::store::of_account_then(conn, account_id, &reds, past).await? {
        if let Some(project) = projects.iter_mut().find(|project| project.id == report.workspace_id) {
            project.red = Some(report);
        }
    }
    let seen: HashSet<WorkspaceId> = projects.iter().map(|project| project.id).collect();
    let window = window(weeks, now, past);
    let all = Filter {
        clients: false,
        archived: true,
        status_keys: None,
        search: None,
        labels: labels::Filter::default(),
        past: None,
    };
    let mut compared = changes::store::compare(conn, caller, &all, window, false).await?.workspaces;
    compared.retain(|one| seen.contains(&one.id));
    let changes = changes::store::read(conn, caller, window, compared).await?;
    let owed = if past.is_none() {
        let mut rows = reporting_desk::store::read(conn, caller, now).await?;
        rows.retain(|row| seen.contains(&row.id) && row.state.is_owed());
        Some(rows)
    } else {
        None
    };
    let leads = projects.iter().filter_map(|project| project.lead);
    let authors = projects.iter().filter_map(|project| Some(project.red.as_ref()?.creator_id));
    let mut people: Vec<UserId> =
        leads.chain(authors).chain(changes.iter().flat_map(Change::people)).collect();
    people.sort_unstable();
    people.dedup();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let people = people.into_iter().map(|user| (user.id, user.full_name)).collect();
    Ok(Week { weeks: weeks.clone(), at: now, projects, changes, owed, people })
}

/// The projects with their weeks.
async fn projects(
    conn: &mut Conn,
    caller: &Caller,
    ids: &[WorkspaceId],
    weeks: &Weeks,
    past: Option<Past>,
) -> Result<Vec<Project>> {
    let asked: List<WorkspaceId> = ids.to_vec().into();
    let visible = match past {
        None => workspaces::store::with_ids_seen(conn, caller, &asked).await?,
        Some(past) => workspaces::store::past::in_past(conn, caller, &asked, past).await?,
    };
    let visible = visible.into_iter().filter(|visible| visible.access.sees_health());
    let mut visible: HashMap<WorkspaceId, _> =
        visible.map(|visible| (visible.workspace.id, visible)).collect();
    let seen: Vec<WorkspaceId> = ids.iter().copied().filter(|id| visible.contains_key(id)).collect();
    let grid = overview::grid(conn, caller.account_id, &seen, weeks, past).await?;
    let asked: List<WorkspaceId> = seen.clone().into();
    let last = portfolio::store::last(conn, caller.account_id, &asked, weeks.end(), past).await?;
    let reasons = portfolio::store::reasons(conn, caller.account_id, &asked, weeks.end(), past).await?;
    let project = |(id, cells)| {
        let visible = visible.remove(&id)?;
        let last = last.get(&id).copied();
        let weeks_since = |mark: Mark| weeks.last() - weeks.number_of(mark.created_at);
        let status_key = visible.workspace.status_key;
        Some(Project {
            id,
            title: visible.workspace.title,
            status_key,
            lead: visible.primary_maven_id,
            due: visible.workspace.due_date,
            cells,
            last,
            standing: Standing::of(last.map(|mark| (mark.color, weeks_since(mark))), status_key),
            since: reasons.get(&id).and_then(|reasons| reasons.since),
            red: None,
        })
    };
    Ok(seen.into_iter().zip(grid).filter_map(project).collect())
}

/// The last of the weeks, from the instant before it, as far as the pack covers it.
fn window(weeks: &Weeks, now: Time, past: Option<Past>) -> Window {
    let before = weeks.count().checked_sub(2).and_then(|place| weeks.each().nth(place));
    let start = before.map_or_else(|| weeks.start(), |(_, end)| end);
    let from = Time(start.0.saturating_sub(1)).min(now);
    Window { from, to: now, known_at: past.map_or(now, |past| past.known_at) }
}
