//! What changed between two instants, in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::openapi as doc;
use super::portfolio::{INCLUDE_ARCHIVED, SEARCH, STATUS_KEY, TAG as LABEL, filter};
use super::request::FIELD;
use super::status_keys::{Status, status_of};
use super::{ApiResult, Error, Query, Request, cursor};
use base::clock::Time;
use domain::changes::{Change, Ends, Summary, Window, store};
use domain::portfolio::store::Filter;
use domain::status_reports::{Category, Color};
use domain::versions::past::Past;

use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter};

const PARAMETERS: &[&str] = &[
    "from",
    "to",
    "as_of",
    "known_at",
    "status_key",
    "search",
    "tag",
    FIELD,
    "include_archived",
    "include_unchanged",
    "limit",
    "cursor",
];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Changes")]
struct Object {
    from: Time,
    to: Time,
    summary: SummaryObject,
    workspaces: Vec<ChangeObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangesSummary")]
struct SummaryObject {
    workspaces: usize,
    worse: usize,
    better: usize,
    first_report: usize,
    went_silent: usize,
    status_moved: usize,
    created: usize,
    archived: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceChange")]
struct ChangeObject {
    id: i64,
    title: String,
    direction: &'static str,
    health: Colors,
    status: Statuses,
    status_moved: bool,
    went_silent: bool,
    created: bool,
    archived: bool,
    details: Vec<DetailObject>,
    report_ids: Vec<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ColorChange")]
struct Colors {
    from: Option<&'static str>,
    to: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusMove")]
struct Statuses {
    from: Option<Status>,
    to: Option<Status>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DetailChange")]
struct DetailObject {
    category: Category,
    from: Option<&'static str>,
    to: Option<&'static str>,
}

/// The position of a workspace, for cursors. All pages are about the same instants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    from: i64,
    to: i64,
    known_at: i64,
    after: domain::changes::Place,
}

impl From<Summary> for SummaryObject {
    fn from(summary: Summary) -> Self {
        Self {
            workspaces: summary.workspaces,
            worse: summary.worse,
            better: summary.better,
            first_report: summary.first_report,
            went_silent: summary.went_silent,
            status_moved: summary.status_moved,
            created: summary.created,
            archived: summary.archived,
        }
    }
}

fn object(change: Change) -> ChangeObject {
    let details = change.details();
    let Change { compared, workspace, .. } = change;
    let colors = |colors: Ends<Option<Color>>| colors.map(|color| color.map(Color::name));
    let (health, status) = (colors(compared.health()), compared.status.map(|key| key.and_then(status_of)));
    ChangeObject {
        id: compared.id.0,
        title: workspace.to.map(|visible| visible.workspace.title).unwrap_or_default(),
        direction: compared.direction().name(),
        health: Colors { from: health.from, to: health.to },
        status: Statuses { from: status.from, to: status.to },
        status_moved: compared.is_moved(),
        went_silent: compared.went_silent(),
        created: compared.is_created(),
        archived: compared.is_archived(),
        details: details
            .into_iter()
            .map(|(category, both)| {
                let Ends { from, to } = colors(both);
                DetailObject { category, from, to }
            })
            .collect(),
        report_ids: compared.reports.iter().map(|id| id.0).collect(),
    }
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "What changed in the workspaces whose health the caller sees, after `from` up to `to`: those that got worse \
        first, then those that were first reported as red, those that got better, and the rest, by title. `summary` counts \
        all workspaces that pass the filters at `to`, on all pages. `health` has the color of the last report, `details` the \
        categories whose colors differ.",
    parameters: &[
        Parameter::query("from", doc::moment, "A time, or a day, which stands for its beginning in UTC.")
            .required(),
        Parameter::query(
            "to",
            doc::moment,
            "A time, or a day, which stands for its end in UTC, today for now; the default is now.",
        ),
        doc::AS_OF,
        doc::KNOWN_AT,
        STATUS_KEY,
        SEARCH,
        LABEL,
        INCLUDE_ARCHIVED,
        Parameter::query("include_unchanged", doc::flag, "Include workspaces in which nothing changed."),
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(doc::seen::<Object>),
    ..Operation::new("portfolio", "showChanges", "Show what changed")
};

/// `GET /changes`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let now = app.clock.now();
    let page = query.page::<Place>()?;
    let window = window(&query, page.after.as_ref(), now)?;
    let filter: Filter = filter(&query, false, now)?;
    let (include_unchanged, past) = (query.flag("include_unchanged")?, filter.past);
    let (caller, limit, after) = (request.caller.clone(), page.limit, page.after.clone());
    let found = app.db.read(work!(|conn| {
        let mut changes = store::compare(conn, &caller, &filter, window, include_unchanged).await?;
        if let Some(after) = after {
            changes.workspaces.retain(|one| one.place() > after.after);
        }
        let next_cursor = cursor::cut(&mut changes.workspaces, limit, |last| {
            let Window { from, to, known_at } = window;
            cursor::write(&Place { from: from.0, to: to.0, known_at: known_at.0, after: last.place() })
        });
        let workspaces = store::read(conn, &caller, window, changes.workspaces).await?;
        Ok(Object {
            from: window.from,
            to: window.to,
            summary: changes.summary.into(),
            workspaces: workspaces.into_iter().map(object).collect(),
            next_cursor,
        })
    }));
    let found = found.await?;
    let mut response = crate::seen(&found, past);
    page.link(&mut response, found.next_cursor.as_deref());
    Ok(response)
}

/// The requested instants; those of the first page on further ones.
fn window(query: &Query<'_>, after: Option<&Place>, now: Time) -> Result<Window, Error> {
    let past = query.past(now)?.unwrap_or(Past { as_of: now, known_at: now });
    let from = query.instant_until("from", false, now)?;
    let from = from.ok_or_else(|| Error::parameter("from", "is missing"))?;
    let to = query.instant_until("to", true, now)?;
    if to.is_some_and(|to| to > past.as_of) {
        return Err(Error::parameter("to", "is after `as_of`"));
    }
    let window = Window { from, to: to.unwrap_or(past.as_of), known_at: past.known_at };
    if window.from > window.to {
        return Err(Error::parameter("from", "is after `to`"));
    }
    let Some(after) = after else { return Ok(window) };
    let [from, to, known_at] = [after.from, after.to, after.known_at].map(Time);
    if from != window.from || to > window.to || known_at > window.known_at || to < from {
        return Err(cursor::invalid());
    }
    Ok(Window { from, to, known_at })
}
