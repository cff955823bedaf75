//! What the work packages of a project say beside its color: a part of the pages of the project and of its reports, and a
//! line of the portfolio.

use askama::Template;

use super::{color_of, name_of, percent};
use crate::layout::Layout;
use crate::reader::Reader;
use base::clock::{Date, Time};
use db::Conn;
use domain::error::Result;
use domain::ids::WorkspaceId;
use domain::statuses::Status;
use domain::work_packages::evidence::{Evidence, InStatus, time_gone};
use domain::work_packages::hours::Hours;
use domain::work_packages::store::evidence::by_status;
use domain::workspaces::Workspace;

/// The day and the instant of a page that counts work packages.
pub type Moment = Option<(Date, Time)>;

/// The work packages of a project by status, and the statuses of the account.
pub type Found = (Vec<InStatus>, Vec<Status>);

/// The figures of a project.
#[derive(Template)]
#[template(path = "work_packages/evidence.html")]
pub struct Work {
    layout: Layout,
    workspace_id: WorkspaceId,
    evidence: Evidence,
    figures: Vec<Figure>,
    /// The open statuses that have work packages; empty on the form of a report.
    lines: Vec<Line>,
}

/// A figure: the message of its name, the figure, what it is of, and the filter of the list that it counts.
struct Figure {
    key: &'static str,
    value: String,
    of: String,
    filter: Option<&'static str>,
}

/// An open status.
struct Line {
    id: i64,
    name: String,
    color: String,
    count: i64,
    work: String,
    percent: String,
}

/// The moment of a page of the present.
pub fn moment(reader: &Reader) -> Moment {
    reader.today().filter(|_| reader.as_of.is_none()).map(|today| (today, reader.now))
}

/// The work packages of a project, unless it is archived or the page is of the past.
pub async fn read(conn: &mut Conn, workspace: &Workspace, moment: Moment) -> Result<Option<Found>> {
    match moment.filter(|_| !workspace.archived) {
        None => Ok(None),
        Some(at) => by_status(conn, workspace.account_id, &[workspace.id].into(), at).await.map(Some),
    }
}

impl Work {
    /// The figures of a project; `None` without work packages.
    pub fn of(
        layout: &Layout,
        workspace: &Workspace,
        found: Option<&Found>,
        with_statuses: bool,
    ) -> Option<Self> {
        let (rows, statuses) = found?;
        let evidence = Evidence::of(rows, statuses);
        if evidence.count == 0 {
            return None;
        }
        let line = |row: &InStatus| {
            let status = statuses.iter().find(|status| status.id == row.status_id && !status.is_closed)?;
            Some(Line {
                id: row.status_id,
                name: name_of(Some(status)),
                color: color_of(Some(status)),
                count: row.count,
                work: row.work.map(|work| hours(layout, work)).unwrap_or_default(),
                percent: percent(layout, row.percent()),
            })
        };
        let lines = if with_statuses { rows.iter().filter_map(line).collect() } else { Vec::new() };
        let figures = figures(layout, workspace, &evidence);
        Some(Self { layout: layout.clone(), workspace_id: workspace.id, evidence, figures, lines })
    }
}

fn figures(layout: &Layout, workspace: &Workspace, evidence: &Evidence) -> Vec<Figure> {
    let language = layout.reader.language;
    let done = evidence.work.zip(evidence.remaining).map(|(work, left)| {
        let values = [("done", Hours(work.0 - left.0).decimal().into()), ("work", work.decimal().into())];
        language.say("work-done-of", values)
    });
    let days = workspace.start_date.zip(workspace.due_date).map(|(start, due)| {
        let values = [("from", layout.reader.date(start).into()), ("to", layout.reader.date(due).into())];
        language.say("work-time-of", values)
    });
    let gone = time_gone(workspace.start_date, workspace.due_date, layout.reader.today());
    let figure = |key, value: String, of: Option<String>, filter| Figure {
        key,
        value,
        of: of.unwrap_or_default(),
        filter,
    };
    let count = |count: i64| count.to_string();
    vec![
        figure("work-done", percent(layout, evidence.percent()), done, None),
        figure("work-time", percent(layout, gone), days, None),
        figure(
            "work-open",
            count(evidence.open),
            Some(layout.say("work-of", "count", evidence.count)),
            Some(""),
        ),
        figure("work-overdue", count(evidence.overdue), None, Some("?show=overdue")),
        figure("work-unchanged", count(evidence.unchanged), None, Some("?show=unchanged")),
    ]
}

/// A number of hours with its unit.
pub fn hours(layout: &Layout, hours: Hours) -> String {
    layout.say("work-hours", "hours", hours.decimal())
}

/// The figures in a line, for the portfolio: progress beside time, and what is late or unchanged, if anything is.
pub fn line(layout: &Layout, evidence: &Evidence, (start, due): (Option<Date>, Option<Date>)) -> String {
    let mut parts = Vec::new();
    if let Some(done) = evidence.percent() {
        parts.push(layout.say("work-line-done", "percent", done));
        let gone = time_gone(start, due, layout.reader.today());
        parts.extend(gone.map(|gone| layout.say("work-line-time", "percent", gone)));
    }
    let counts = [("work-line-overdue", evidence.overdue), ("work-line-unchanged", evidence.unchanged)];
    parts.extend(counts.iter().filter(|(_, count)| *count > 0).map(|(key, n)| layout.say(key, "count", *n)));
    // A number stays beside its word, and no line begins with the point.
    let parts = parts.into_iter().map(|part| part.replace(' ', "\u{a0}"));
    parts.collect::<Vec<_>>().join("\u{a0}· ")
}
