//! The timeline in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::openapi as doc;
use super::status_keys::{Status, status_of};
use super::users::{Person, person};
use super::{ApiResult, Error, Query, Request, cursor};
use base::clock::{Date, Time};
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::span::Span;
use domain::status_reports::{Category, Detail, StatusReport};
use domain::timeline::store;
use domain::timeline::store::Place;
use domain::timeline::{Difference, Segment, difference, segments};
use domain::users::User;
use domain::versions::past::Past;
use domain::{users, workspaces};

use domain::work;
use service::app::App;
use service::openapi::Operation;

/// The maximum number of status changes, of which the latest are shown.
const MAX_CHANGES: i64 = 1000;

#[derive(Serialize, JsonSchema)]
struct Timeline {
    workspace: WorkspaceObject,
    lifecycle: Vec<SegmentObject>,
    health: Vec<MarkObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TimelineWorkspace")]
struct WorkspaceObject {
    id: i64,
    title: String,
    archived: bool,
    status: Option<Status>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LifecycleSegment")]
struct SegmentObject {
    status: Option<Status>,
    from: Time,
    to: Option<Time>,
    seconds: i64,
    change_id: Option<i64>,
    moved_by: Option<Person>,
    reason: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HealthMark")]
struct MarkObject {
    id: i64,
    created_at: Time,
    updated_at: Time,
    version: i64,
    color: &'static str,
    details: Vec<Detail>,
    summary: String,
    author: Option<Person>,
    changed: Option<Changed>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HealthChange")]
struct Changed {
    color: bool,
    description: bool,
    categories: Vec<Category>,
}

impl From<Difference> for Changed {
    fn from(Difference { color, description, categories }: Difference) -> Self {
        Self { color, description, categories }
    }
}

/// The requested part of a timeline.
struct Requested {
    workspace_id: WorkspaceId,
    span: Span,
    after: Option<Place>,
    limit: i64,
    now: Time,
    past: Option<Past>,
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "Two lanes: the statuses of the workspace in chronological order, and its status reports, latest first and \
        in pages. Both are limited to the requested days.",
    parameters: &[doc::FROM, doc::TO, doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<Timeline>),
    ..Operation::new("workspaces", "showTimeline", "Show the timeline of a workspace")
};

/// `GET /workspaces/{id}/timeline`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["from", "to", "as_of", "known_at", "limit", "cursor"])?;
    let past = query.past(app.clock.now())?;
    let page = query.page::<Place>()?;
    let requested = Requested {
        workspace_id: request.id()?.into(),
        span: span(&query)?,
        after: page.after,
        limit: page.limit,
        now: past.map_or_else(|| app.clock.now(), |past| past.as_of),
        past,
    };
    let caller = request.caller.clone();
    let timeline = app.db.read(work!(|conn| read(conn, &caller, &requested).await));
    let timeline = timeline.await?;
    let mut response = crate::seen(&timeline, past);
    page.link(&mut response, timeline.next_cursor.as_deref());
    Ok(response)
}

/// The time from the start of the first day to the end of the last day.
fn span(query: &Query<'_>) -> std::result::Result<Span, Error> {
    let (from, to) = (query.date("from")?, query.date("to")?);
    let span = Span::new(
        from.map_or(Time::MIN, Date::start),
        to.map_or(Time::MAX, |to| to.start().plus_seconds(86_400)),
    );
    if span.start >= span.end {
        return Err(Error::parameter("from", "is after `to`"));
    }
    Ok(span)
}

/// The reports of the page and the one after it, each with its version.
async fn marks(conn: &mut Conn, caller: &Caller, requested: &Requested) -> Result<Vec<(StatusReport, i64)>> {
    let Requested { workspace_id, after, limit, past, .. } = *requested;
    let end = requested.span.end;
    match past {
        None => store::marks(conn, caller.account_id, workspace_id, end, after, limit + 1).await,
        Some(past) => store::marks_in_past(conn, caller, workspace_id, (end, past), after, limit + 1).await,
    }
}

async fn read(conn: &mut Conn, caller: &Caller, requested: &Requested) -> Result<Timeline> {
    let (account_id, id) = (caller.account_id, requested.workspace_id);
    let visible = workspaces::store::require_health(conn, caller, id, Access::View).await?;
    let past = requested.past;
    let visible = match past {
        None => visible,
        Some(_) => workspaces::store::past::require(conn, caller, id, past).await?,
    };
    let workspace = visible.workspace;
    let mut changes = store::changes(conn, account_id, id, past, MAX_CHANGES + 1).await?;
    let is_whole = i64::try_from(changes.len()).is_ok_and(|count| count <= MAX_CHANGES);
    if !is_whole {
        changes.remove(0);
    }
    let start = (workspace.created_at, workspace.status_key);
    let segments = segments(start, &changes, is_whole, requested.span);
    let marks = marks(conn, caller, requested).await?;
    let limit = usize::try_from(requested.limit).unwrap_or(usize::MAX);
    let shown =
        marks.iter().take(limit).take_while(|(report, _)| report.created_at >= requested.span.start).count();
    let has_more = marks.get(shown).is_some_and(|(report, _)| report.created_at >= requested.span.start);
    let movers = segments.iter().filter_map(|segment| segment.change.map(|(_, user)| user));
    let people: Vec<UserId> = movers.chain(marks.iter().map(|(report, _)| report.creator_id)).collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let last = marks[..shown].last().filter(|_| has_more);
    Ok(Timeline {
        lifecycle: segments.iter().map(|segment| stay(segment, &people, requested.now)).collect(),
        health: (0..shown)
            .map(|index| mark(&marks[index], marks.get(index + 1).map(|(report, _)| report), &people))
            .collect(),
        next_cursor: last.map(|(report, _)| cursor::write(&Place { at: report.created_at.0, id: report.id })),
        workspace: WorkspaceObject {
            id: id.0,
            title: workspace.title,
            archived: workspace.archived,
            status: status_of(workspace.status_key),
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
            version: visible.version,
        },
    })
}

fn stay(segment: &Segment, people: &[User], now: Time) -> SegmentObject {
    SegmentObject {
        status: segment.status_key.and_then(status_of),
        from: segment.from,
        to: segment.to,
        seconds: segment.to.unwrap_or(now).seconds_since(segment.from).max(0),
        change_id: segment.change.map(|(id, _)| id),
        moved_by: segment.change.and_then(|(_, user)| person(people, user)),
        reason: segment.reason.clone(),
    }
}

fn mark(
    (report, version): &(StatusReport, i64),
    before: Option<&StatusReport>,
    people: &[User],
) -> MarkObject {
    MarkObject {
        id: report.id.0,
        created_at: report.created_at,
        updated_at: report.updated_at,
        version: *version,
        color: report.color.name(),
        details: report.details.clone(),
        summary: report.description.trim().lines().next().unwrap_or_default().to_owned(),
        author: person(people, report.creator_id),
        changed: before.map(|before| difference(before, report).into()),
    }
}
