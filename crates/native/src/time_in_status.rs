//! The time in status in the native surface.

use std::borrow::Cow;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::accept::preferred;
use super::openapi as doc;
use super::portfolio::{INCLUDE_ARCHIVED, SEARCH, STATUS_KEY, TAG as LABEL, filter};
use super::problem::Kind;
use super::request::FIELD;
use super::status_keys::{Status, status_of};
use super::{ApiResult, Error, Query, Request};
use base::clock::{Date, Time};
use domain::span::Span;
use domain::time_in_status::{Ageing, Distribution, StatusTimes, TimeInStatus, store};

use domain::work;
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::{sheet, tag};

const PARAMETERS: &[&str] = &["from", "to", "status_key", "search", "tag", FIELD, "include_archived"];
const CSV: &str = "text/csv";
/// The columns of the sheet.
const COLUMNS: [&str; 13] = [
    "status_key",
    "status",
    "color",
    "workspaces",
    "stays",
    "total_seconds",
    "median_seconds",
    "p85_seconds",
    "max_seconds",
    "total_working_seconds",
    "median_working_seconds",
    "p85_working_seconds",
    "max_working_seconds",
];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TimeInStatus")]
struct Object {
    statuses: Vec<StatusObject>,
    ageing: Vec<AgeingObject>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusTimes")]
struct StatusObject {
    status: Option<Status>,
    workspaces: usize,
    stays: usize,
    seconds: Seconds,
    working_seconds: Seconds,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SecondsOfStays")]
struct Seconds {
    total: i64,
    median: i64,
    p85: i64,
    max: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Ageing")]
struct AgeingObject {
    workspace: Workspace,
    status: Option<Status>,
    since: Time,
    seconds: i64,
    working_seconds: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceTitle")]
struct Workspace {
    id: i64,
    title: String,
}

impl From<Distribution> for Seconds {
    fn from(Distribution { total, median, p85, max }: Distribution) -> Self {
        Self { total, median, p85, max }
    }
}

impl From<StatusTimes> for StatusObject {
    fn from(times: StatusTimes) -> Self {
        Self {
            status: status_of(times.status_key),
            workspaces: times.workspaces,
            stays: times.stays,
            seconds: times.seconds.into(),
            working_seconds: times.working_seconds.into(),
        }
    }
}

impl From<Ageing> for AgeingObject {
    fn from(ageing: Ageing) -> Self {
        Self {
            workspace: Workspace { id: ageing.id.0, title: ageing.title },
            status: status_of(ageing.status_key),
            since: ageing.since,
            seconds: ageing.seconds,
            working_seconds: ageing.working_seconds,
        }
    }
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "How long the workspaces whose health the caller sees stayed in their statuses. `statuses` has complete and \
        running stays, cut to the time from `from` to `to`, with nearest-rank percentiles; working time is that of the \
        account's calendar. `ageing` has the workspaces that are not finished at `to`, the longest in their status first. \
        With `Accept: text/csv`, the answer is a sheet of `statuses`.",
    parameters: &[
        Parameter::query(
            "from",
            doc::moment,
            "A day, from its beginning in UTC, or a time; the default is the beginning.",
        ),
        Parameter::query("to", doc::moment, "A day, to its end in UTC, or a time; the default is now."),
        STATUS_KEY,
        SEARCH,
        LABEL,
        INCLUDE_ARCHIVED,
    ],
    answer: Some(schema::of::<Object>),
    media: &[(CSV, |_| json!({ "type": "string" }))],
    ..Operation::new("workspaces", "showTimeInStatus", "Show the time in status")
};

/// `GET /time_in_status`
pub async fn show(State(app): State<App>, headers: HeaderMap, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let now = app.clock.now();
    let span = span(&query, now)?;
    let (filter, caller) = (filter(&query, false, now)?, request.caller.clone());
    let found = app.db.read(work!(|conn| store::read(conn, &caller, &filter, span).await)).await?;
    let mut response = if preferred(&headers, &[(CSV, true)], false) {
        csv(&found)?
    } else {
        crate::json(&Object {
            statuses: found.statuses.into_iter().map(StatusObject::from).collect(),
            ageing: found.ageing.into_iter().map(AgeingObject::from).collect(),
        })
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// The requested time; the whole past without parameters.
fn span(query: &Query<'_>, now: Time) -> Result<Span, Error> {
    let start = query.instant_until("from", false, now)?.unwrap_or(Time::MIN);
    let is_day = query.value("to")?.is_some_and(|text| text.parse::<Date>().is_ok());
    let end = query.instant_until("to", true, now)?.unwrap_or(now);
    if start > end {
        return Err(Error::parameter("from", "is after `to`"));
    }
    // A day has 86,400 seconds, up to but without the next one.
    Ok(Span::new(start, if is_day { Time(end.0 + 1).min(now) } else { end }))
}

fn csv(found: &TimeInStatus) -> Result<Response, Error> {
    let row = |times: &StatusTimes| {
        let status = status_of(times.status_key);
        let mut row = vec![
            times.status_key.to_string().into(),
            sheet::inert(status.map_or("", |status| status.message)),
            status.map_or("", |status| status.color).into(),
            times.workspaces.to_string().into(),
            times.stays.to_string().into(),
        ];
        for Distribution { total, median, p85, max } in [times.seconds, times.working_seconds] {
            row.extend([total, median, p85, max].map(|seconds| Cow::from(seconds.to_string())));
        }
        row
    };
    let head = COLUMNS.map(Cow::from).to_vec();
    let rows = std::iter::once(head).chain(found.statuses.iter().map(row));
    let body = sheet::write(&[], b',', rows).map_err(|_| Error::new(Kind::Internal))?;
    let tag = tag::strong(None, &body);
    let mut response = BodyBuffer::from(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
