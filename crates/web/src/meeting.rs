//! The meeting: the projects of the portfolio one after the other, reds first, and a summary to print.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::chart;
use super::error_page::PageResult;
use super::form::QueryParams;
use super::health::Health;
use super::layout::Layout;
use super::milestones::Milestones;
use super::notes::{Found, Line, Notes};
use super::portfolio;
use super::portfolio::view::View;
use super::response::page;
use super::signed_in::SignedIn;
use super::status_reports::card::Card;
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::WorkspaceId;
use domain::milestones;
use domain::milestones::Milestone;
use domain::participations::Access;
use domain::portfolio::overview::Page;
use domain::portfolio::query::{Row, SortBy};
use domain::span::Span;
use domain::status_reports::StatusReport;
use domain::status_reports::hints::store::hints;
use domain::timeline;
use domain::timeline::{Segment, segments};
use domain::work;
use domain::workspaces;
use domain::workspaces::VisibleWorkspace;
use service::app::App;

/// The maximum number of projects of a meeting.
const MOST: usize = 100;
/// The number of reports and of moves of a project that are read: more than a year of weekly ones.
const HISTORY: i64 = 60;
/// The length of the chart, in weeks.
const WEEKS: i64 = 26;

/// A project of the meeting.
struct Project {
    id: WorkspaceId,
    title: String,
    lead: String,
    mark: String,
    word: String,
    status: String,
}

/// What a slide shows.
struct Read {
    visible: VisibleWorkspace,
    reports: Vec<StatusReport>,
    stays: Vec<Segment>,
    milestones: Vec<(Milestone, i64)>,
    notes: Found,
}

#[derive(Template)]
#[template(path = "meeting/slide.html")]
struct Slide {
    layout: Layout,
    view: View,
    project: Project,
    number: usize,
    count: usize,
    due: Option<String>,
    card: Option<Card>,
    chart: String,
    milestones: Milestones,
    notes: Notes,
}

/// A project of the summary.
struct Summed {
    project: Project,
    card: Option<Card>,
    /// The decisions and actions of today.
    notes: Vec<Line>,
}

#[derive(Template)]
#[template(path = "meeting/summary.html")]
struct Summary {
    layout: Layout,
    view: View,
    projects: Vec<Summed>,
}

/// The path of a meeting, whose order is always the same.
fn address(view: &View, more: &str) -> String {
    let address = View { order: SortBy::Name, ..view.clone() }.address("/meeting");
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{more}")
}

impl Slide {
    fn to(&self, number: usize) -> String {
        if number > self.count {
            address(&self.view, "end=1")
        } else {
            address(&self.view, &format!("slide={number}"))
        }
    }

    fn position(&self) -> String {
        let values = [("number", self.number.into()), ("count", self.count.into())];
        self.layout.reader.language.say("meeting-position", values)
    }
}

impl Summary {
    fn start(&self) -> String {
        address(&self.view, "slide=1")
    }
}

/// `GET /meeting`: with the filters of the portfolio, `slide` (from 1) or `end`.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let view = View {
        order: SortBy::Health,
        is_reversed: false,
        group: None,
        as_of: None,
        ..View::read(&params).with(|view| view.is_table = false)
    };
    let weeks = view.weeks(&signed_in.reader);
    let set = Page { first: 0, size: MOST, with_reasons: false, overdue_at: None };
    let overview = portfolio::read(&app, &signed_in, (&view, None), weeks, set).await?;
    let layout = signed_in.layout();
    let language = layout.reader.language;
    let project = |row: &Row| Project {
        id: row.id,
        title: row.title.clone(),
        lead: row.lead.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        mark: Health(row.last.map(|mark| mark.color)).mark(language),
        word: Health(row.last.map(|mark| mark.color)).word(language).into_owned(),
        status: language.status(row.status_key).unwrap_or_default(),
    };
    let mut projects: Vec<Project> = overview.page().map(|(row, _)| project(row)).collect();
    let number = params.text("slide").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).max(1);
    if params.has("end") || number > projects.len() {
        return summary(&app, &signed_in, view, projects).await;
    }
    let (count, project) = (projects.len(), projects.swap_remove(number - 1));
    let (caller, id) = (signed_in.caller(), project.id);
    let read = app.db.read(work!(|conn| read(conn, &caller, id).await)).await?;
    let here = address(&view, &format!("slide={number}"));
    let may_write = read.visible.access >= Access::Edit;
    let slide = Slide {
        number,
        count,
        due: read.visible.workspace.due_date.map(|due| layout.reader.date(due)),
        card: card(&layout, &read),
        chart: chart(&layout, &read),
        milestones: Milestones::of(&layout, id, read.milestones.clone(), false),
        notes: Notes::of(&layout, id, &read.notes, may_write, Some(here)),
        project,
        view,
        layout,
    };
    Ok(page(StatusCode::OK, &slide))
}

async fn read(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<Read> {
    let account_id = caller.account_id;
    let visible = workspaces::store::require_health(conn, caller, id, Access::View).await?;
    let marks = timeline::store::marks(conn, account_id, id, Time::MAX, None, HISTORY).await?;
    let changes = timeline::store::changes(conn, account_id, id, None, HISTORY).await?;
    let is_whole = i64::try_from(changes.len()).is_ok_and(|count| count < HISTORY);
    let start = (visible.workspace.created_at, visible.workspace.status_key);
    Ok(Read {
        reports: marks.into_iter().map(|(report, _)| report).collect(),
        stays: segments(start, &changes, is_whole, Span::ALWAYS),
        milestones: milestones::store::list(conn, account_id, id).await?,
        notes: Found::read(conn, caller, id).await?,
        visible,
    })
}

/// The last report beside the one before it.
fn card(layout: &Layout, read: &Read) -> Option<Card> {
    let (last, before) = read.reports.split_first()?;
    let hints = hints(&read.visible.workspace, &last.into(), last.created_at, before);
    Some(Card::beside(layout, last, before.first()).with_hints(&hints))
}

fn chart(layout: &Layout, read: &Read) -> String {
    let reader = &layout.reader;
    let created_at = read.visible.workspace.created_at;
    let first = read.reports.last().map_or(created_at, |first| first.created_at.min(created_at));
    let from = first.max(reader.now.plus_weeks(-WEEKS));
    let stays: Vec<Segment> =
        read.stays.iter().filter(|stay| stay.to.is_none_or(|to| to > from)).cloned().collect();
    let marks: Vec<_> = read.reports.iter().rev().filter(|report| report.created_at >= from).collect();
    let end = reader.now.max(read.reports.first().map_or(reader.now, |last| last.created_at));
    chart::svg(reader, (from, end), &stays, &marks)
}

async fn summary(app: &App, signed_in: &SignedIn, view: View, projects: Vec<Project>) -> PageResult {
    let (caller, layout) = (signed_in.caller(), signed_in.layout());
    let ids: Vec<WorkspaceId> = projects.iter().map(|project| project.id).collect();
    let read = app.db.read(work!(|conn| {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            all.push(read(conn, &caller, id).await?);
        }
        Ok(all)
    }));
    let today = layout.reader.zoned(layout.reader.now).date();
    let is_new = |line: &Line| layout.reader.zoned(line.note.created_at).date() == today;
    let sum = |(project, read): (Project, Read)| Summed {
        card: card(&layout, &read),
        notes: read.notes.lines(&layout).into_iter().filter(is_new).collect(),
        project,
    };
    let projects = projects.into_iter().zip(read.await?).map(sum).collect();
    Ok(page(StatusCode::OK, &Summary { view, projects, layout: layout.clone() }))
}
