//! The portfolio in the native surface.

use std::collections::HashMap;

use axum::extract::State;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::openapi as doc;
use super::request::FIELD;
use super::status_keys::{Status, status_of};
use super::users::{Person, person};
use super::{ApiResult, Error, Query, Request, cursor};
use base::clock::{Date, Time};
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::WorkspaceId;
use domain::portfolio::overview;
use domain::portfolio::store;
use domain::portfolio::store::{Filter, Place, Sort};
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Cell, Mark};
use domain::versions::past::Past;
use domain::{users, workspaces};

use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

const PARAMETERS: &[&str] = &[
    "from",
    "to",
    "weeks",
    "status_key",
    "search",
    "tag",
    FIELD,
    "include_archived",
    "order",
    "as_of",
    "known_at",
    "limit",
    "cursor",
];
/// The orders of lists of workspaces.
pub const ORDERS: [(&str, Sort); 3] =
    [("title", Sort::Title), ("updated_at", Sort::UpdatedAt), ("health", Sort::Health)];
/// The usual number of weeks.
pub const DEFAULT_WEEKS: i64 = 12;
/// The maximum number of weeks.
pub const MAX_WEEKS: i64 = 104;
const DAY: i64 = 86_400;

#[derive(Serialize, JsonSchema)]
struct Portfolio {
    weeks: Vec<Option<Date>>,
    workspaces: Vec<RowObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PortfolioRow")]
struct RowObject {
    id: i64,
    title: String,
    archived: bool,
    status: Option<Status>,
    lead: Option<Person>,
    updated_at: Time,
    version: i64,
    last_report: Option<Report>,
    cells: Vec<CellObject>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LastReport")]
struct Report {
    id: i64,
    color: &'static str,
    created_at: Time,
    age_days: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PortfolioCell")]
struct CellObject {
    color: Option<&'static str>,
    report_id: Option<i64>,
    reports: usize,
    stale: bool,
    weeks_since: Option<i64>,
    jump: bool,
}

/// `status_key`
pub const STATUS_KEY: Parameter = Parameter::query(
    "status_key",
    || json!({ "type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$" }),
    "Only workspaces with one of these status keys, separated by commas.",
);
/// `search`
pub const SEARCH: Parameter =
    Parameter::query("search", schema::text, "A text in the title or description, ignoring case.");
/// `tag`
pub const TAG: Parameter = Parameter::query(
    "tag",
    schema::text,
    "Only workspaces with one of these tags, separated by commas, ignoring case. `field_ID=VALUE` selects in the same way by the \
        value of the own field with that id; each such parameter has to hold. A request has at most 50 of both.",
);
/// `include_archived`
pub const INCLUDE_ARCHIVED: Parameter =
    Parameter::query("include_archived", doc::flag, "Include archived workspaces.");
/// `order`
pub const ORDER: Parameter = Parameter::query(
    "order",
    || json!({ "type": "string", "enum": ORDERS.map(|(name, _)| name), "default": ORDERS[0].0 }),
    "By title, by the last change (latest first), or by the last report (red first); ties are sorted by title.",
);

/// The filter that the parameters select; `clients` includes workspaces whose health the caller does not see.
///
/// # Errors
/// A problem with the parameter.
pub fn filter(query: &Query<'_>, clients: bool, now: Time) -> std::result::Result<Filter, Error> {
    Ok(Filter {
        clients,
        archived: query.flag("include_archived")?,
        status_keys: query.numbers("status_key")?,
        search: query.text("search")?,
        labels: query.labels()?,
        past: query.past(now)?,
    })
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "The workspaces whose health the caller sees, each with a cell per week. Weeks begin on Monday in UTC. A \
        cell has the colour of the last report in the week, or the colour of an earlier report (`stale`, \
        `weeks_since`). `jump` marks a direct change from green to red or back.",
    parameters: &[
        Parameter { description: "A day in the first week; excludes `weeks`.", ..doc::FROM },
        Parameter { description: "A day in the last week; the default is today.", ..doc::TO },
        Parameter::query(
            "weeks",
            || json!({ "type": "integer", "minimum": 1, "maximum": MAX_WEEKS, "default": DEFAULT_WEEKS }),
            "The number of weeks.",
        ),
        STATUS_KEY,
        SEARCH,
        TAG,
        INCLUDE_ARCHIVED,
        ORDER,
        doc::AS_OF,
        doc::KNOWN_AT,
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(doc::seen::<Portfolio>),
    ..Operation::new("portfolio", "showPortfolio", "Show the portfolio by week")
};

/// `GET /portfolio`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let filter = filter(&query, false, app.clock.now())?;
    let past = filter.past;
    let now = past.map_or_else(|| app.clock.now(), |past| past.as_of);
    let weeks = weeks(&query, now)?;
    let sort = query.choice("order", &ORDERS)?;
    let page = query.page::<Place>()?;
    if page.after.as_ref().is_some_and(|place| place.sort != sort) {
        return Err(cursor::invalid());
    }
    let (caller, limit, after) = (request.caller.clone(), page.limit, page.after.clone());
    let portfolio = app.db.read(work!(|conn| {
        let mut places = store::page(conn, &caller, &filter, sort, after.as_ref(), limit + 1).await?;
        let next_cursor = cursor::cut(&mut places, limit, cursor::write);
        let workspaces = rows(conn, &caller, &places, &weeks, (now, past)).await?;
        Ok(Portfolio { weeks: weeks.dates(), workspaces, next_cursor })
    }));
    let portfolio = portfolio.await?;
    let mut response = crate::seen(&portfolio, past);
    page.link(&mut response, portfolio.next_cursor.as_deref());
    Ok(response)
}

/// The requested weeks, in UTC, up to the current week.
fn weeks(query: &Query<'_>, now: Time) -> std::result::Result<Weeks, Error> {
    let (from, to) = (query.date("from")?, query.date("to")?);
    let count = query.number("weeks", 1, MAX_WEEKS)?;
    let utc = |time: Time| weeks::number_of(&TimeZone::UTC, time);
    let last = utc(to.map_or(now, |to| to.start().min(now)));
    let count = match (from, count) {
        (Some(_), Some(_)) => return Err(Error::parameter("weeks", "and `from` exclude each other")),
        (Some(from), None) => last - weeks::number(from.civil()) + 1,
        (None, count) => count.unwrap_or(DEFAULT_WEEKS),
    };
    if let (Some(from), Some(to)) = (from, to)
        && from.start() > to.start()
    {
        return Err(Error::parameter("from", "is after `to`"));
    }
    if count < 1 {
        return Err(Error::parameter("from", "is in a week that has not begun"));
    }
    if count > MAX_WEEKS {
        return Err(Error::parameter("from", format!("is more than {MAX_WEEKS} weeks before the last")));
    }
    Ok(Weeks::until(TimeZone::UTC, last, count))
}

async fn rows(
    conn: &mut Conn,
    caller: &Caller,
    places: &[Place],
    weeks: &Weeks,
    (now, past): (Time, Option<Past>),
) -> Result<Vec<RowObject>> {
    let account_id = caller.account_id;
    let ids: Vec<WorkspaceId> = places.iter().map(|place| place.id).collect();
    let list = ids.clone().into();
    let visible = match past {
        None => workspaces::store::with_ids_seen(conn, caller, &list).await?,
        Some(past) => workspaces::store::past::in_past(conn, caller, &list, past).await?,
    };
    let mut visible: HashMap<WorkspaceId, _> =
        visible.into_iter().map(|visible| (visible.workspace.id, visible)).collect();
    let leads: Vec<_> = visible.values().filter_map(|visible| visible.primary_maven_id).collect();
    let leads = users::store::of_account(conn, account_id, &leads.into()).await?;
    let grid = overview::grid(conn, account_id, &ids, weeks, past).await?;
    let latest = store::last(conn, account_id, &list, Time::MAX, past).await?;
    let row = |(id, cells): (WorkspaceId, Vec<Cell>)| {
        let visible = visible.remove(&id)?;
        let workspace = visible.workspace;
        Some(RowObject {
            id: id.0,
            title: workspace.title,
            archived: workspace.archived,
            status: status_of(workspace.status_key),
            lead: visible.primary_maven_id.and_then(|id| person(&leads, id)),
            updated_at: workspace.updated_at,
            version: visible.version,
            last_report: latest.get(&id).map(|mark| report(mark, now)),
            cells: cells.iter().map(cell).collect(),
        })
    };
    Ok(ids.into_iter().zip(grid).filter_map(row).collect())
}

fn report(mark: &Mark, now: Time) -> Report {
    Report {
        id: mark.id.0,
        color: mark.color.name(),
        created_at: mark.created_at,
        age_days: now.seconds_since(mark.created_at).max(0) / DAY,
    }
}

fn cell(cell: &Cell) -> CellObject {
    CellObject {
        color: cell.last.map(|mark| mark.color.name()),
        report_id: cell.published().map(|mark| mark.id.0),
        reports: cell.reports,
        stale: cell.reports == 0,
        weeks_since: cell.last.map(|_| cell.weeks_since),
        jump: cell.jump,
    }
}
