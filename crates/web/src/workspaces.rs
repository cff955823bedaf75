//! The page of a workspace: its health, its history, its participants, and a form to change its status.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::chart;
use super::error_page::PageResult;
use super::form::QueryParams;
use super::labels;
use super::layout::Layout;
use super::milestones::Milestones;
use super::notes::{Found, Notes};
use super::prose;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use super::status_choices::{Choices, choices};
use super::status_reports::card;
use super::status_reports::card::Card;
use super::work_packages::evidence;
use super::work_packages::evidence::{Moment, Work};
use base::clock::{Date, Time};
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Problem, Result};
use domain::ids::{ReportId, UserId, WorkspaceId};
use domain::milestones;
use domain::milestones::Milestone;
use domain::participations;
use domain::participations::{Access, Participation, Side};
use domain::report_history::DeletedReport;
use domain::span::Span;
use domain::status_changes::Draft;
use domain::status_keys;
use domain::status_reports::StatusReport;
use domain::status_reports::hints::store::hints;
use domain::status_reports::store::deleted;
use domain::timeline;
use domain::timeline::{Segment, segments};
use domain::users;
use domain::users::{User, name_among as name};
use domain::versions::past::Past;
use domain::watches;
use domain::workspaces::{VisibleWorkspace, store};
use service::app::App;

use domain::work;

/// The maximum number of the latest changes and of the latest reports.
const MOST: i64 = 500;

/// The maximum number of participants.
const PEOPLE: i64 = 2000;

/// The length of the chart, in weeks.
const WEEKS: i64 = 53;

/// The number of reports in the list, unless all are requested.
const LISTED: usize = 8;

/// The maximum number of deleted reports in the list.
const DELETED: i64 = 50;

/// The number of participants of a side; their page has all of them.
const MEMBERS: usize = 8;

/// The data of the page.
struct Data {
    watching: Option<bool>,
    visible: VisibleWorkspace,
    parts: Vec<Participation>,
    /// The stays by time, and the reports, latest first; `None` if the person does not see the health.
    history: Option<(Vec<Segment>, Vec<StatusReport>)>,
    people: Vec<User>,
    /// The deleted reports, for those who may restore them.
    deleted: Vec<StatusReport>,
    /// The milestones, each with its version.
    milestones: Vec<(Milestone, i64)>,
    notes: Found,
    labels: labels::Found,
    work: Option<evidence::Found>,
}

/// A participant.
struct Member {
    name: String,
    headline: String,
    leads: bool,
    permission: &'static str,
}

/// A stay in a status.
struct Stay {
    group: &'static str,
    words: String,
    from: Time,
    to: Option<Time>,
    lasted: String,
    moved_by: String,
    reason: String,
}

/// A report in a list.
struct Line {
    id: ReportId,
    health: card::HealthMark,
    first: String,
    author: String,
    at: Time,
    is_edited: bool,
}

/// The part of the page that clients do not see.
struct Health {
    card: Option<Card>,
    since: Option<Time>,
    chart: String,
    from: Time,
    stays: Vec<Stay>,
    reports: Vec<Line>,
    deleted: Vec<Line>,
    choices: Vec<Choices>,
    milestones: Milestones,
    notes: Notes,
    labels: labels::Part,
    may_write: bool,
}

#[derive(Template)]
#[template(path = "workspaces/show.html")]
struct Show {
    layout: Layout,
    visible: VisibleWorkspace,
    /// The first participants of each side, and how many more there are.
    sides: [(&'static str, Vec<Member>, usize); 2],
    /// The lead at the time of a page of the past, which has no participants.
    lead: Option<String>,
    /// Whether the reader watches it; none for those who cannot.
    watching: Option<bool>,
    may_manage: bool,
    may_write: bool,
    /// Whether the page follows the archiving of the workspace.
    is_done: bool,
    health: Option<Health>,
    work: Option<Work>,
    wrong: Option<&'static str>,
    /// The reason in the form for a move, if that was refused.
    reason: String,
    /// The number of reports in the list.
    listed: usize,
}

impl Show {
    /// Whether the due date has passed, and the project is neither finished nor archived. Clients do not see that.
    fn is_late(&self, due: Date) -> bool {
        let workspace = &self.visible.workspace;
        let is_open = !workspace.archived && !status_keys::is_finished(workspace.status_key);
        self.health.is_some() && is_open && self.layout.reader.today().is_some_and(|today| due < today)
    }
}

/// `GET /workspaces/{id}`; with `reports=all` the list has all reports.
pub async fn show(
    State(app): State<App>,
    mut signed_in: SignedIn,
    Path(id): Path<String>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let listed = if query.text("reports").as_deref() == Some("all") { usize::MAX } else { LISTED };
    let is_done = query.text("done").as_deref() == Some("archived");
    let id = crate::form::id(&id)?;
    let past = signed_in.reader.travel(&query);
    let data = data(&app, &signed_in, id, past).await?;
    Ok(shown(&signed_in, data, StatusCode::OK, None, (listed, is_done)))
}

/// `POST /workspaces/{id}/status_changes`: changes the status.
pub async fn move_to(State(app): State<App>, Path(id): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, crate::form::id(&id)?);
    let to = form.filled("to_status_key").and_then(|key| key.trim().parse().ok());
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let reason = form.filled("reason").map(|reason| reason.trim().to_owned());
    let draft = Draft { workspace_id: Some(id), to_status_key: to, reason: reason.clone() };
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::change_status(conn, &caller, &change, draft).await),
    );
    match work.await {
        Ok(_) => Ok(see_other(&format!("/workspaces/{id}"))),
        Err(Error::Invalid(violations)) => {
            let is_same =
                violations.iter().any(|violation| matches!(violation.problem, Problem::Sentence(_)));
            let wrong = if is_same { "move-same" } else { "move-none" };
            let wrong = Some((wrong, to, reason));
            let data = data(&app, &signed_in, id, None).await?;
            Ok(shown(&signed_in, data, StatusCode::UNPROCESSABLE_ENTITY, wrong, (LISTED, false)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn data(app: &App, signed_in: &SignedIn, id: WorkspaceId, past: Option<Past>) -> Result<Data> {
    let (caller, moment) = (signed_in.caller(), evidence::moment(&signed_in.reader));
    app.db.read(work!(|conn| read(conn, &caller, id, (past, moment)).await)).await
}

fn shown(
    signed_in: &SignedIn,
    data: Data,
    status: StatusCode,
    wrong: Option<(&'static str, Option<i64>, Option<String>)>,
    (listed, is_done): (usize, bool),
) -> Response {
    let layout = signed_in.layout();
    let own = data.visible.workspace.status_key;
    let (wrong, chosen, reason) =
        wrong.map_or((None, None, None), |(key, to, reason)| (Some(key), to, reason));
    let show = Show {
        sides: [("people-provider", Side::Provider), ("people-client", Side::Client)].map(|(key, side)| {
            let mut members = members(&data, side);
            let more = members.len().saturating_sub(MEMBERS);
            members.truncate(MEMBERS);
            (key, members, more)
        }),
        may_manage: data.visible.access >= Access::Admin && layout.reader.as_of.is_none(),
        may_write: may_write(&layout, &data),
        lead: lead(&layout, &data),
        is_done,
        health: health(&layout, &data, chosen.unwrap_or(own)),
        work: Work::of(&layout, &data.visible.workspace, data.work.as_ref(), true),
        wrong,
        reason: reason.unwrap_or_default(),
        listed,
        watching: data.watching,
        visible: data.visible,
        layout,
    };
    page(status, &show)
}

async fn read(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    (past, moment): (Option<Past>, Moment),
) -> Result<Data> {
    let account_id = caller.account_id;
    let visible = store::past::require(conn, caller, id, past).await?;
    visible.access.require(Access::Client)?;
    let parts = participations::store::of_workspaces(conn, account_id, &[id].into(), PEOPLE).await?;
    let mut people: Vec<UserId> = parts.iter().map(|part| part.user_id).collect();
    people.extend(visible.primary_maven_id);
    let history = if visible.access.sees_health() {
        let changes = timeline::store::changes(conn, account_id, id, past, MOST).await?;
        let start = (visible.workspace.created_at, visible.workspace.status_key);
        let is_whole = i64::try_from(changes.len()).is_ok_and(|count| count < MOST);
        let stays = segments(start, &changes, is_whole, Span::ALWAYS);
        let marks = match past {
            None => timeline::store::marks(conn, account_id, id, Time::MAX, None, MOST).await?,
            Some(past) => {
                timeline::store::marks_in_past(conn, caller, id, (Time::MAX, past), None, MOST).await?
            }
        };
        let reports: Vec<_> = marks.into_iter().map(|(report, _)| report).collect();
        people.extend(stays.iter().filter_map(|stay| stay.change.map(|(_, user)| user)));
        people.extend(reports.iter().map(|report| report.creator_id));
        Some((stays, reports))
    } else {
        None
    };
    let deleted = if visible.access >= Access::Edit && past.is_none() {
        deleted::of_workspace(conn, account_id, id, DELETED).await?
    } else {
        Vec::new()
    };
    let deleted: Vec<_> = deleted.iter().map(DeletedReport::report).collect();
    people.extend(deleted.iter().map(|report| report.creator_id));
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let milestones =
        if history.is_some() { milestones::store::list(conn, account_id, id).await? } else { Vec::new() };
    let notes = if history.is_some() { Found::read(conn, caller, id).await? } else { Found::default() };
    let work = evidence::read(conn, &visible.workspace, moment).await?;
    let may_watch = history.is_some() && past.is_none();
    let watching = if may_watch { Some(watches::store::is_watching(conn, caller, id).await?) } else { None };
    let labels = labels::read(conn, caller, id).await?;
    Ok(Data { watching, visible, parts, history, people, deleted, milestones, notes, labels, work })
}

fn members(data: &Data, side: Side) -> Vec<Member> {
    let of = |part: &Participation| {
        let place = data.people.binary_search_by_key(&part.user_id, |user| user.id).ok()?;
        let user = &data.people[place];
        Some(Member {
            name: user.full_name.clone(),
            headline: user.headline.clone().unwrap_or_default(),
            leads: data.visible.primary_maven_id == Some(user.id),
            permission: match part.permission {
                participations::Permission::View => "people-view",
                participations::Permission::Edit => "people-edit",
                participations::Permission::Admin => "people-admin",
            },
        })
    };
    let mut members: Vec<_> = data.parts.iter().filter(|part| part.side == side).filter_map(of).collect();
    members.sort_by_key(|member| (!member.leads, member.name.to_lowercase()));
    members
}

/// Whether the page has forms; pages of the past have none.
fn may_write(layout: &Layout, data: &Data) -> bool {
    data.visible.access >= Access::Edit && layout.reader.as_of.is_none()
}

fn lead(layout: &Layout, data: &Data) -> Option<String> {
    layout.reader.as_of?;
    let lead = data.visible.primary_maven_id.filter(|_| data.visible.access.sees_health())?;
    Some(name(&data.people, lead))
}

fn health(layout: &Layout, data: &Data, chosen: i64) -> Option<Health> {
    let (stays, reports) = data.history.as_ref()?;
    let reader = &layout.reader;
    let created_at = data.visible.workspace.created_at;
    let start = reports.last().map_or(created_at, |first| first.created_at.min(created_at));
    let from = start.max(reader.now.plus_weeks(-WEEKS));
    let end = reader.now.max(reports.first().map_or(reader.now, |last| last.created_at));
    let drawn: Vec<Segment> =
        stays.iter().filter(|stay| stay.to.is_none_or(|to| to > from)).cloned().collect();
    let marks: Vec<_> = reports.iter().rev().filter(|report| report.created_at >= from).collect();
    let last = reports.first();
    let may_write = may_write(layout, data);
    let run = reports.iter().take_while(|report| last.is_some_and(|last| last.color == report.color));
    Some(Health {
        card: last.map(|last| {
            let before = reports.get(1..).unwrap_or_default();
            let mut hints = hints(&data.visible.workspace, &last.into(), last.created_at, before);
            // They ask for a better report, which pages of the past do not take.
            hints.retain(|_| layout.reader.as_of.is_none());
            Card::of(layout, last, &name(&data.people, last.creator_id)).with_hints(&hints)
        }),
        since: run.last().map(|first| first.created_at),
        chart: chart::svg(reader, (from, end), &drawn, &marks),
        from,
        stays: stays.iter().rev().map(|stay| shown_stay(layout, stay, &data.people)).collect(),
        reports: reports.iter().map(|report| line(layout, report, &data.people)).collect(),
        deleted: data.deleted.iter().map(|report| line(layout, report, &data.people)).collect(),
        choices: choices(layout.reader.language, chosen),
        notes: Notes::of(layout, data.visible.workspace.id, &data.notes.at(layout), may_write, None),
        milestones: Milestones::of(layout, data.visible.workspace.id, data.milestones.clone(), may_write),
        labels: labels::Part::of(layout, data.visible.workspace.id, &data.labels, may_write),
        may_write,
    })
}

fn shown_stay(layout: &Layout, stay: &Segment, people: &[User]) -> Stay {
    let status = stay.status_key.and_then(status_keys::find);
    Stay {
        group: status.map_or("grey", |status| status.color.name()),
        words: stay
            .status_key
            .and_then(|key| layout.reader.language.status(key))
            .unwrap_or_else(|| layout.t("move-unknown").into_owned()),
        from: stay.from,
        to: stay.to,
        lasted: layout.reader.duration(stay.to.unwrap_or(layout.reader.now).seconds_since(stay.from)),
        moved_by: stay.change.map(|(_, user)| name(people, user)).unwrap_or_default(),
        reason: stay.reason.clone().unwrap_or_default(),
    }
}

fn line(layout: &Layout, report: &StatusReport, people: &[User]) -> Line {
    Line {
        id: report.id,
        health: card::HealthMark::of(layout, Some(report.color)),
        first: prose::summary(&report.description),
        author: name(people, report.creator_id),
        at: report.created_at,
        is_edited: report.is_edited(),
    }
}
