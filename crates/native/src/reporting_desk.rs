//! The reporting desk in the native surface, and requests for reports.

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::openapi as doc;
use super::{ApiResult, Error, OptionalBody, Request};
use base::clock::Time;
use domain::error::Error as Cause;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::report_requests::{MESSAGE_LIMIT, ReportRequest};
use domain::reporting_desk::{Row, State, store};
use domain::workspaces::store::require_health;
use domain::{report_requests, users, work};
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

const TAG: &str = "reporting desk";
/// The value of `owner_id` that stands for the caller.
const ME: &str = "me";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportingDesk")]
struct Object {
    summary: Summary,
    workspaces: Vec<RowObject>,
}

/// The number of workspaces in each state, whatever `state` selects.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(rename = "ReportingDeskSummary")]
struct Summary {
    up_to_date: usize,
    due: usize,
    overdue: usize,
    paused: usize,
    exempt: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportingDeskWorkspace")]
struct RowObject {
    workspace: Titled,
    /// Who owes the reports.
    owner: Option<Person>,
    state: &'static str,
    /// The first instant that was missed, or else the next one; null for exempt workspaces.
    due_at: Option<Time>,
    last_reported_at: Option<Time>,
    /// The open request for a report.
    request: Option<RequestObject>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceTitle")]
struct Titled {
    id: i64,
    title: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnerOfReports")]
struct Person {
    id: i64,
    full_name: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenReportRequest")]
struct RequestObject {
    by: Person,
    at: Time,
    message: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportRequest")]
struct CreatedObject {
    id: i64,
    workspace_id: i64,
    by: Person,
    at: Time,
    message: Option<String>,
}

impl Summary {
    fn of(rows: &[Row]) -> Self {
        let count = |state| rows.iter().filter(|row| row.state == state).count();
        Self {
            up_to_date: count(State::UpToDate),
            due: count(State::Due),
            overdue: count(State::Overdue),
            paused: count(State::Paused),
            exempt: count(State::Exempt),
        }
    }
}

fn row(row: Row) -> RowObject {
    RowObject {
        workspace: Titled { id: row.id.0, title: row.title },
        owner: row.owner.map(|(id, full_name)| Person { id: id.0, full_name }),
        state: row.state.name(),
        due_at: row.due.map(|due| due.at),
        last_reported_at: row.newest.map(|mark| mark.created_at),
        request: row.request.map(|(request, full_name)| RequestObject {
            by: Person { id: request.user_id.0, full_name },
            at: request.created_at,
            message: request.message,
        }),
    }
}

fn states() -> Value {
    let names = State::ALL.map(State::name).join("|");
    json!({ "type": "string", "pattern": format!("^({names})(,({names}))*$") })
}

fn owner() -> Value {
    json!({ "anyOf": [{ "type": "integer" }, { "const": ME }] })
}

const STATE: Parameter = Parameter::query("state", states, "Only these states, with commas between.");
const OWNER_ID: Parameter =
    Parameter::query("owner_id", owner, "Only what this person owes; `me` stands for the caller.");
const OF_ME: Parameter = Parameter::query("me", doc::flag, "Only what the caller owes.");

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "The workspaces whose health the caller sees: those that are overdue, the longest first; those that are due, \
        the earliest first; the others by title. A workspace is due from 48 hours before the instant until the end of the \
        grace, and overdue from then on until a report is created. It is exempt without a cadence, if it is archived, and if \
        it is finished.",
    parameters: &[STATE, OWNER_ID, OF_ME],
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showReportingDesk", "Show who owes which reports")
};

/// `GET /reporting_desk`
pub async fn show(Extracted(app): Extracted<App>, request: Request) -> ApiResult {
    let query = request.query(&["state", "owner_id", "me"])?;
    let states = query.choices("state", &State::ALL.map(State::name))?;
    let own = request.caller.user_id;
    let owner = match query.value("owner_id")?.as_deref() {
        None => None,
        Some(ME) => Some(own),
        Some(text) => Some(
            text.parse::<UserId>()
                .map_err(|_| Error::parameter("owner_id", format!("must be a whole number or `{ME}`")))?,
        ),
    };
    let is_me = query.flag("me")?;
    let (now, caller) = (app.clock.now(), request.caller);
    let found = app.db.read(work!(|conn| store::read(conn, &caller, now).await));
    let mut rows = found.await?;
    rows.retain(|row| {
        let is_of = |id: UserId| row.owner.as_ref().is_some_and(|(owner, _)| *owner == id);
        owner.is_none_or(is_of) && (!is_me || is_of(own))
    });
    let summary = Summary::of(&rows);
    let is_shown =
        |row: &Row| states.as_ref().is_none_or(|states| states.iter().any(|one| one == row.state.name()));
    let workspaces = rows.into_iter().filter(is_shown).map(self::row).collect();
    Ok(crate::json(&Object { summary, workspaces }))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace. The next report closes the request; 409 `already-requested` as long \
        as one is open. The body may be empty.",
    body: Some(|_| {
        let message =
            json!({ "type": ["string", "null"], "maxLength": MESSAGE_LIMIT, "pattern": "^[^\\u0000]*$" });
        doc::closed(&[], &[("message", message)])
    }),
    status: 201,
    answer: Some(schema::of::<CreatedObject>),
    errors: &[403, 409],
    ..Operation::new(TAG, "requestReport", "Ask for a report about a workspace")
};

/// `POST /workspaces/{id}/report_requests`
pub async fn create(Extracted(app): Extracted<App>, OptionalBody(body): OptionalBody) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (WorkspaceId(body.request.id()?), body.request.caller.clone());
    let mut members = body.members(&["message"])?;
    let message = members.nullable_text("message").flatten();
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            require_health(conn, &caller, id, Access::Edit).await?;
            Cause::check(types)?;
            let created =
                report_requests::store::create(conn, &caller, &write.change, id, message.as_deref()).await?;
            Ok((created, users::store::find(conn, caller.account_id, caller.user_id).await?))
        }),
        |(created, user): (ReportRequest, users::User)| {
            let object = CreatedObject {
                id: created.id,
                workspace_id: created.workspace_id.0,
                by: Person { id: user.id.0, full_name: user.full_name },
                at: created.created_at,
                message: created.message,
            };
            let mut response = crate::json(&object);
            *response.status_mut() = StatusCode::CREATED;
            response
        },
    );
    Ok(work.await?)
}
