//! Rows of spreadsheets: reports, status changes and work packages, with the people, workspaces and statuses that they name.

pub use super::cells::Row;

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::cells::Cells;
use super::levels::levels;
use super::names::Names;
use super::reason::Reason;
use super::{Batch, Outcome, Route, apply};
use crate::error::Result;
use crate::ids::{ReportId, WorkPackageId};
use crate::status_changes::StatusChange;
use crate::status_reports::{Category, Detail, StatusReport};
use crate::work_packages::activities::Activity;
use crate::work_packages::constants::{NORMAL, PRIORITIES, TASK, TYPES};
use crate::work_packages::{WorkPackage, progress::PERCENT};
use db::Conn;

/// The most rows of a sheet.
pub const MOST_ROWS: usize = 100_000;

/// The name under which records of sheets are remembered.
pub const SOURCE: &str = "sheet";

/// What the rows of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the records")]
pub enum Kind {
    Reports,
    StatusChanges,
    WorkPackages,
}

/// Why a row cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// Its number in the sheet.
    pub number: u64,
    /// Why, with at least one reason.
    pub reasons: Vec<Reason>,
}

impl Wrong {
    /// All reasons in one sentence.
    pub fn reason(&self) -> String {
        self.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

/// The columns of reports.
const REPORTS: [&str; 19] = [
    "id",
    "workspace_id",
    "workspace",
    "author",
    "author_email",
    "updater",
    "updater_email",
    "created_at",
    "updated_at",
    "color",
    "description",
    "scope",
    "scope_text",
    "budget",
    "budget_text",
    "schedule",
    "schedule_text",
    "client",
    "client_text",
];
/// The columns of status changes.
const STATUS_CHANGES: [&str; 9] = [
    "id",
    "workspace_id",
    "workspace",
    "author",
    "author_email",
    "created_at",
    "from_status_key",
    "to_status_key",
    "reason",
];
/// The columns of work packages.
const WORK_PACKAGES: [&str; 22] = [
    "id",
    "workspace_id",
    "workspace",
    "author",
    "author_email",
    "assignee",
    "assignee_email",
    "responsible",
    "responsible_email",
    "created_at",
    "updated_at",
    "subject",
    "type",
    "status",
    "priority",
    "parent_id",
    "start_date",
    "due_date",
    "work",
    "remaining",
    "percent",
    "description",
];

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Reports, Self::StatusChanges, Self::WorkPackages];

    /// The name of its records, in addresses and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::StatusChanges => "status_changes",
            Self::WorkPackages => "work_packages",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The names of its columns, in the order of a sheet that is written.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Reports => &REPORTS,
            Self::StatusChanges => &STATUS_CHANGES,
            Self::WorkPackages => &WORK_PACKAGES,
        }
    }

    /// The columns without which no row can be stored.
    pub const fn needed(self) -> &'static [&'static str] {
        match self {
            Self::Reports => &["created_at", "color", "description"],
            Self::StatusChanges => &["created_at", "to_status_key"],
            Self::WorkPackages => &["created_at", "subject"],
        }
    }
}

/// Stores the rows of a sheet in an account: all of them, or nothing if one is wrong. A row is known by its workspace, its
/// author, its time and, if it is a work package, its subject, so that a second run changes only what changed.
///
/// # Errors
/// [`crate::error::Error::Store`]
pub async fn store(
    conn: &mut Conn,
    route: &Route,
    kind: Kind,
    rows: &[Row],
) -> Result<Result<Outcome, Vec<Wrong>>> {
    let mut names = Names::read(conn, route.change.account_id).await?;
    let (mut wrong, mut numbers) = (Vec::new(), HashMap::new());
    let (mut reports, mut changes, mut packages) = (Vec::new(), Vec::new(), Vec::new());
    let keys = package_keys(conn, &mut names, kind, rows).await?;
    for row in rows {
        let mut cells = Cells::new(row);
        let key = match kind {
            Kind::Reports => {
                let read = report(conn, &mut names, &mut cells).await?;
                let key = read.as_ref().map(|one| one.id.0);
                reports.extend(read);
                key
            }
            Kind::StatusChanges => {
                let read = change(conn, &mut names, &mut cells).await?;
                let key = read.as_ref().map(|one| one.id);
                changes.extend(read);
                key
            }
            Kind::WorkPackages => {
                let read = package(conn, &mut names, &mut cells, &keys).await?;
                let key = read.as_ref().map(|one| one.id.0);
                packages.extend(read);
                key
            }
        };
        if let Some(first) = key.and_then(|key| numbers.insert(key, row.number)) {
            cells.refuse(Reason::Same(first));
        }
        let reasons = cells.wrong;
        wrong.extend((!reasons.is_empty()).then_some(Wrong { number: row.number, reasons }));
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let makings: Vec<Activity> = packages.iter().map(WorkPackage::making).collect();
    let (levels, circles) = levels(packages);
    let mut outcome = Outcome::default();
    for one in circles {
        outcome.refuse("work_package", one.id.0, "its parents form a circle".to_owned());
    }
    let batches = [Batch::Reports(reports), Batch::StatusChanges(changes)];
    for batch in batches.into_iter().chain(levels.into_iter().map(Batch::WorkPackages)) {
        outcome.add(apply::apply(conn, route, batch).await?);
    }
    if outcome.refused.is_empty() {
        apply::apply(conn, route, Batch::Activities(makings)).await?;
        outcome.counts.retain(|_, count| *count != super::Count::default());
        return Ok(Ok(outcome));
    }
    let number = |id| numbers.get(&id).copied().unwrap_or_default();
    let reasons = |reason| vec![Reason::Other(reason)];
    let refused = outcome.refused.into_iter();
    let wrong = refused.map(|one| Wrong { number: number(one.id), reasons: reasons(one.reason) });
    Ok(Err(wrong.collect()))
}

/// The id of a record in the sheet, from what it is known by.
fn key(parts: &[&str]) -> i64 {
    let digest = Sha256::digest(parts.join("\u{0}"));
    let first: [u8; 8] = digest[..8].try_into().unwrap_or_default();
    (i64::from_be_bytes(first) & i64::MAX).max(1)
}

async fn report(conn: &mut Conn, names: &mut Names, cells: &mut Cells<'_>) -> Result<Option<StatusReport>> {
    let workspace = names.workspace(cells);
    let author = names.person(conn, cells, "author", true).await?;
    let updater_id = names.person(conn, cells, "updater", false).await?;
    let (at, updated_at) = (cells.time("created_at", true), cells.time("updated_at", false));
    let color = cells.color("color", true);
    let description = cells.needed("description");
    let mut details = Vec::new();
    for category in Category::ALL {
        let name = category.name().to_lowercase();
        let color = cells.color(&name, false);
        let description = cells.text(&format!("{name}_text")).map(str::to_owned);
        match color {
            Some(color) => details.push(Detail { category, color, description }),
            None if description.is_some() && cells.text(&name).is_none() => {
                cells.refuse(Reason::NoColor(name.clone()));
            }
            None => {}
        }
    }
    let (Some(workspace), Some(author), Some(at), Some(color), Some(description)) =
        (workspace, author, at, color, description)
    else {
        return Ok(None);
    };
    let id = key(&["report", &workspace.to_string(), &author.to_string(), &at.to_string()]);
    let blank = StatusReport::blank(names.account_id, workspace, author, at);
    let updated_at = updated_at.unwrap_or(at);
    Ok(Some(StatusReport { id: ReportId(id), color, description, details, updater_id, updated_at, ..blank }))
}

async fn change(conn: &mut Conn, names: &mut Names, cells: &mut Cells<'_>) -> Result<Option<StatusChange>> {
    let workspace = names.workspace(cells);
    let author = names.person(conn, cells, "author", true).await?;
    let at = cells.time("created_at", true);
    let from_status_key = cells.number("from_status_key");
    let to = cells.needed("to_status_key").and_then(|_| cells.number("to_status_key"));
    let (Some(workspace_id), Some(user_id), Some(created_at), Some(to_status_key)) =
        (workspace, author, at, to)
    else {
        return Ok(None);
    };
    let about =
        [workspace_id.to_string(), user_id.to_string(), created_at.to_string(), to_status_key.to_string()];
    let [workspace, user, at, to] = &about;
    Ok(Some(StatusChange {
        id: key(&["change", workspace, user, at, to]),
        account_id: names.account_id,
        workspace_id,
        user_id,
        from_status_key,
        to_status_key,
        reason: cells.text("reason").map(str::to_owned),
        created_at,
    }))
}

/// The keys of the work packages of a sheet by the texts of their ids, to which `parent_id` refers.
async fn package_keys(
    conn: &mut Conn,
    names: &mut Names,
    kind: Kind,
    rows: &[Row],
) -> Result<HashMap<String, i64>> {
    let mut keys = HashMap::new();
    for row in rows.iter().filter(|_| kind == Kind::WorkPackages) {
        let mut cells = Cells::new(row);
        let Some(id) = cells.text("id").map(str::to_owned) else { continue };
        let key = package_key(conn, names, &mut cells).await?;
        keys.extend(key.map(|key| (id, key)));
    }
    Ok(keys)
}

async fn package_key(conn: &mut Conn, names: &mut Names, cells: &mut Cells<'_>) -> Result<Option<i64>> {
    let workspace = names.workspace(cells);
    let author = names.person(conn, cells, "author", true).await?;
    let (at, subject) = (cells.time("created_at", true), cells.needed("subject"));
    let (Some(workspace), Some(author), Some(at), Some(subject)) = (workspace, author, at, subject) else {
        return Ok(None);
    };
    let parts = ["package", &workspace.to_string(), &author.to_string(), &at.to_string(), &subject];
    Ok(Some(key(&parts)))
}

async fn package(
    conn: &mut Conn,
    names: &mut Names,
    cells: &mut Cells<'_>,
    keys: &HashMap<String, i64>,
) -> Result<Option<WorkPackage>> {
    let Some(key) = package_key(conn, names, cells).await? else { return Ok(None) };
    let (Some(workspace), Some(at)) = (names.workspace(cells), cells.time("created_at", true)) else {
        return Ok(None);
    };
    let author = names.person(conn, cells, "author", true).await?.unwrap_or_default();
    let assignee_id = names.person(conn, cells, "assignee", false).await?;
    let responsible_id = names.person(conn, cells, "responsible", false).await?;
    let status_id = names.status(cells);
    let of_type = cells.among("type", TYPES.iter().map(|one| (one.name, one.id)));
    let of_priority = cells.among("priority", PRIORITIES.iter().map(|one| (one.name, one.id)));
    let parent = cells.text("parent_id").map(|id| keys.get(id).copied());
    if parent.flatten() == Some(key) {
        cells.refuse(Reason::OwnParent);
    }
    if parent == Some(None) {
        cells.refuse(Reason::NoParent);
    }
    let (start_date, due_date) = (cells.day("start_date"), cells.day("due_date"));
    let (work, remaining) = (cells.hours("work"), cells.hours("remaining"));
    let percent = cells.number("percent");
    if percent.is_some_and(|percent| !PERCENT.contains(&percent)) {
        cells.refuse(Reason::NotPercent);
    }
    let updated_at = cells.time("updated_at", false).unwrap_or(at);
    let blank = WorkPackage::blank((names.account_id, workspace), author, &names.statuses, at);
    Ok(Some(WorkPackage {
        id: WorkPackageId(key),
        type_id: of_type.unwrap_or(TASK),
        status_id: status_id.unwrap_or(blank.status_id),
        priority_id: of_priority.unwrap_or(NORMAL),
        assignee_id,
        responsible_id,
        parent_id: parent.flatten().map(WorkPackageId),
        subject: cells.text("subject").unwrap_or_default().to_owned(),
        description: cells.text("description").map(str::to_owned),
        start_date,
        due_date,
        work,
        remaining,
        percent,
        updated_at,
        ..blank
    }))
}
