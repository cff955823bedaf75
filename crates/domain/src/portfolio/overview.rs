//! The rows of the page: workspaces as the caller sees them, with what was last said of each.

use std::collections::HashMap;

use serde_json::json;

use super::weeks::Weeks;
use super::{Cell, Mark, cells, store};
use crate::auth::Caller;
use crate::error::Result;
use crate::status_keys;
use crate::users;
use crate::workspaces::store::{Filter, Sort, list};
use base::clock::Date;
use db::Conn;

/// More than anybody has.
const ALL: i64 = 1_000_000;

/// How many weeks without a report are no cause to worry: this one, and the last.
const QUIET_WEEKS: i64 = 2;

/// A workspace.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Id and name of who leads it.
    pub lead: Option<(i64, String)>,
    /// Where it is in its life.
    pub status_key: i64,
    /// When it is to be done.
    pub due: Option<Date>,
    /// Its last report.
    pub last: Option<Mark>,
    /// Something was reported once, nothing this week and last, and it is not finished.
    pub is_stale: bool,
}

/// What somebody sees of the portfolio.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// Those whose health they see, by title.
    pub rows: Vec<Row>,
    /// Id and title of those whose health is not theirs to see.
    pub hidden: Vec<(i64, String)>,
}

impl Row {
    /// The name of who leads it, as it is sorted.
    pub fn lead_name(&self) -> Option<String> {
        self.lead.as_ref().map(|(_, name)| name.to_lowercase())
    }
}

/// The workspaces with some words in title or description, and what was known of them at the end of the last week.
pub async fn read(conn: &mut Conn, caller: &Caller, words: &str, weeks: &Weeks) -> Result<Overview> {
    let filter = Filter { search: (!words.is_empty()).then(|| words.to_owned()), ..Filter::active() };
    let (seen, _) = list(conn, caller, &filter, (Sort::Title, false), ALL, 0).await?;
    let (shown, hidden): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| seen.access.sees_health());
    let ids: Vec<i64> = shown.iter().map(|seen| seen.workspace.id).collect();
    let mut leads: Vec<i64> = shown.iter().filter_map(|seen| seen.primary_maven_id).collect();
    leads.sort_unstable();
    leads.dedup();
    let leads = users::store::of_account(conn, caller.account_id, &json!(leads).to_string()).await?;
    let names: HashMap<i64, String> = leads.into_iter().map(|user| (user.id, user.full_name)).collect();
    let last = store::last(conn, caller.account_id, &json!(ids).to_string(), weeks.end()).await?;
    let quiet = weeks.last() - QUIET_WEEKS;
    let last: HashMap<i64, Mark> = last.into_iter().map(|mark| (mark.workspace_id, mark)).collect();
    let row = |seen: crate::workspaces::VisibleWorkspace| {
        let workspace = seen.workspace;
        let last = last.get(&workspace.id).copied();
        let is_finished = status_keys::find(workspace.status_key)
            .is_some_and(|status| status.color == status_keys::Color::Blue);
        let is_quiet = last.is_some_and(|mark| weeks.number_of(mark.created_at) <= quiet);
        Row {
            lead: seen.primary_maven_id.and_then(|id| Some((id, names.get(&id)?.clone()))),
            status_key: workspace.status_key,
            id: workspace.id,
            title: workspace.title,
            due: workspace.due_date,
            last,
            is_stale: is_quiet && !is_finished,
        }
    };
    let hidden = hidden.into_iter().map(|seen| (seen.workspace.id, seen.workspace.title)).collect();
    Ok(Overview { rows: shown.into_iter().map(row).collect(), hidden })
}

/// The cells of some workspaces, in their order, for each of the weeks.
pub async fn grid(conn: &mut Conn, account_id: i64, ids: &[i64], weeks: &Weeks) -> Result<Vec<Vec<Cell>>> {
    let asked = json!(ids).to_string();
    let marks = store::marks(conn, account_id, &asked, (weeks.start(), weeks.end())).await?;
    let before = store::last(conn, account_id, &asked, weeks.start()).await?;
    let before: HashMap<i64, Mark> = before.into_iter().map(|mark| (mark.workspace_id, mark)).collect();
    let marks: HashMap<i64, &[Mark]> = marks
        .chunk_by(|one, other| one.workspace_id == other.workspace_id)
        .map(|marks| (marks[0].workspace_id, marks))
        .collect();
    let own = |id| cells(weeks, before.get(id).copied(), marks.get(id).copied().unwrap_or_default());
    Ok(ids.iter().map(own).collect())
}
