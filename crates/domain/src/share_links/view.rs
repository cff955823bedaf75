//! What the readers of a link get: everything that leaves by a link is in these types, and no field is filled that the link does
//! not show.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::{Part, ShareLink};
use crate::error::Result;
use crate::ids::{ReportId, WorkspaceId};
use crate::portfolio;
use crate::portfolio::weeks::{Weeks, number_of};
use crate::portfolio::{Cell, Mark};
use crate::status_reports::{Category, Color, StatusReport};
use crate::table;
use crate::workspaces::Workspace;
use base::clock::{Date, Time};
use db::Conn;

/// The content of a link.
#[derive(Clone, Debug)]
pub struct Content {
    /// The Monday of each week; empty without the health.
    pub weeks: Vec<Option<Date>>,
    /// The workspaces, in the order of the link.
    pub projects: Vec<Project>,
}

/// A workspace.
#[derive(Clone, Debug)]
pub struct Project {
    /// The title.
    pub title: String,
    /// The key of the status.
    pub status_key: Option<i64>,
    /// The colour and the time of the last report, and whether it is stale.
    pub health: Option<Last>,
    /// The cell of each week.
    pub cells: Vec<Cell>,
    /// The colours of the categories of the last report, each with its text.
    pub details: Vec<(Category, Color, Option<String>)>,
    /// The text of the last report.
    pub description: Option<String>,
}

/// The last report.
#[derive(Clone, Copy, Debug)]
pub struct Last {
    /// The colour.
    pub color: Color,
    /// When it was written.
    pub at: Time,
    /// Whether it is not recent, and another one is expected.
    pub is_stale: bool,
}

impl Content {
    /// Reads the content of a link at an instant, with weeks in UTC.
    pub async fn read(conn: &mut Conn, link: &ShareLink, now: Time) -> Result<Self> {
        let (account_id, ids) = (link.account_id, link.workspace_ids.iter().copied().collect());
        let found: Vec<Workspace> = table::of_account(conn, account_id, &ids).await?;
        let mut found: HashMap<WorkspaceId, Workspace> =
            found.into_iter().map(|workspace| (workspace.id, workspace)).collect();
        let last = portfolio::store::last(conn, account_id, &ids, Time::MAX, None).await?;
        let reports: Vec<ReportId> = last.values().map(|mark| mark.id).collect();
        let reports: Vec<StatusReport> = table::of_account(conn, account_id, &reports.into()).await?;
        let weeks = Weeks::until(TimeZone::UTC, number_of(&TimeZone::UTC, now), link.weeks);
        let (mondays, grid) = if link.shows(Part::Health) {
            let grid = portfolio::overview::grid(conn, account_id, &link.workspace_ids, &weeks, None).await?;
            (weeks.dates(), grid)
        } else {
            (Vec::new(), vec![Vec::new(); link.workspace_ids.len()])
        };
        let project = |(id, cells): (&WorkspaceId, Vec<Cell>)| {
            let mark = last.get(id);
            let report = mark.and_then(|mark| reports.iter().find(|report| report.id == mark.id));
            Some(Project::of(link, found.remove(id)?, report, mark.copied().zip(Some(now)), cells))
        };
        let projects = link.workspace_ids.iter().zip(grid).filter_map(project).collect();
        Ok(Self { weeks: mondays, projects })
    }
}

impl Project {
    fn of(
        link: &ShareLink,
        workspace: Workspace,
        report: Option<&StatusReport>,
        last: Option<(Mark, Time)>,
        cells: Vec<Cell>,
    ) -> Self {
        let shows_texts = link.shows(Part::Descriptions);
        let health = last.filter(|_| link.shows(Part::Health)).map(|(mark, now)| Last {
            color: mark.color,
            at: mark.created_at,
            is_stale: mark.is_stale(workspace.status_key, now),
        });
        let details = report.filter(|_| link.shows(Part::Details)).map(|report| {
            let text = |text: &Option<String>| text.clone().filter(|_| shows_texts);
            let details = report.details.iter();
            details.map(|one| (one.category, one.color, text(&one.description))).collect()
        });
        Self {
            title: workspace.title,
            status_key: link.shows(Part::Status).then_some(workspace.status_key),
            health,
            cells,
            details: details.unwrap_or_default(),
            description: report.filter(|_| shows_texts).map(|report| report.description.clone()),
        }
    }
}
