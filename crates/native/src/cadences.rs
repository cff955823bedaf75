//! The cadences of workspaces and of the caller's account in the native surface.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use base::clock::Date;
use domain::cadences::draft::Draft;
use domain::cadences::{Cadence, Frequency, LONGEST_GRACE, On, store};
use domain::calendar::WorkingDay;
use domain::error::{Error as Cause, Problem, Violation};
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::replies::no_content;
use service::tag::Validator;

const TAG: &str = "reporting desk";
const MEMBERS: &[&str] =
    &["every", "on", "at", "time_zone", "grace_hours", "owner_id", "paused_until", "starting"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Cadence")]
struct Object {
    every: &'static str,
    /// A day of the week, or from 1 to 31 for months.
    on: OnObject,
    at: String,
    time_zone: String,
    /// The hours from a missed instant until the report is overdue.
    grace_hours: i64,
    /// Who owes the reports; null: the lead.
    owner_id: Option<i64>,
    /// The first day that counts again, in the zone of the cadence.
    paused_until: Option<Date>,
    /// Nothing is due on earlier days; periods of two weeks are counted from its week.
    starting: Option<Date>,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum OnObject {
    Weekday(&'static str),
    Day(u8),
}

fn shown(cadence: &Cadence) -> Response {
    let state = Validator::of(cadence);
    let terms = cadence.current();
    let object = Object {
        every: terms.every.name(),
        on: match terms.on {
            On::Weekday(day) => OnObject::Weekday(day.name()),
            On::Day(day) => OnObject::Day(day),
        },
        at: terms.at.clone(),
        time_zone: terms.time_zone.clone(),
        grace_hours: terms.grace_hours,
        owner_id: cadence.owner_id.map(|id| id.0),
        paused_until: terms.paused_until,
        starting: terms.starting,
    };
    crate::record(&object, Some(&state))
}

async fn read(app: &App, request: Request, workspace_id: Option<WorkspaceId>) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let found = app.db.read(work!(|conn| {
        store::check_access(conn, &caller, workspace_id, Access::View).await?;
        store::find(conn, caller.account_id, workspace_id).await?.ok_or(Cause::NotFound)
    }));
    Ok(shown(&found.await?))
}

/// The members of a body; an absent one is `None`.
struct Given {
    every: Option<String>,
    on: Option<On>,
    at: Option<String>,
    time_zone: Option<String>,
    grace_hours: Option<i64>,
    owner_id: Option<Option<i64>>,
    paused_until: Option<Option<Date>>,
    starting: Option<Option<Date>>,
}

impl Given {
    fn read(members: &mut Members<'_>) -> Self {
        let on = members.value("on").and_then(|value| match value {
            Value::String(name) => On::weekday(name),
            Value::Number(number) => number.as_i64().and_then(On::day),
            _ => None,
        });
        if on.is_none() && members.value("on").is_some_and(|value| !value.is_null()) {
            members.violations.push(Violation::new("on", Problem::NotIncluded));
        }
        Self {
            every: members.text("every"),
            on,
            at: members.text("at"),
            time_zone: members.text("time_zone"),
            grace_hours: members.number("grace_hours"),
            owner_id: members.nullable_number("owner_id"),
            paused_until: members.nullable_date("paused_until"),
            starting: members.nullable_date("starting"),
        }
    }

    /// The draft with these members, and with those of another one in place of absent ones.
    fn over(self, other: Draft) -> Draft {
        Draft {
            every: self.every.or(other.every),
            on: self.on.or(other.on),
            at: self.at.or(other.at),
            time_zone: self.time_zone.or(other.time_zone),
            grace_hours: self.grace_hours.or(other.grace_hours),
            owner_id: self.owner_id.map_or(other.owner_id, |id| id.map(UserId)),
            paused_until: self.paused_until.unwrap_or(other.paused_until),
            starting: self.starting.unwrap_or(other.starting),
        }
    }
}

async fn put(app: &App, method: Method, body: Body, workspace_id: Option<WorkspaceId>) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(MEMBERS)?;
    let given = Given::read(&mut members);
    let (types, caller, keeps) = (members.violations, body.request.caller.clone(), method == Method::PATCH);
    let work = body.request.write(app).run(
        app,
        work!(|conn, write| {
            store::check_access(conn, &caller, workspace_id, Access::Admin).await?;
            let before = store::find(conn, caller.account_id, workspace_id).await?;
            if write.is_conditional() {
                write.check(before.as_ref().ok_or(Cause::Changed)?)?;
            }
            let kept = match before {
                Some(before) if keeps => Draft::of(&before),
                None if keeps => return Err(Cause::NotFound),
                _ => Draft::default(),
            };
            let draft = given.over(kept);
            check(types, draft.violations())?;
            store::put(conn, &caller, &write.change, workspace_id, &draft).await
        }),
        |cadence: Cadence| shown(&cadence),
    );
    Ok(work.await?)
}

async fn remove(app: &App, request: Request, workspace_id: Option<WorkspaceId>) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller.clone();
    let work = request.write(app).run(
        app,
        work!(|conn, write| {
            store::check_access(conn, &caller, workspace_id, Access::Admin).await?;
            let found = store::find(conn, caller.account_id, workspace_id).await?;
            write.check(&found.ok_or(Cause::NotFound)?)?;
            store::delete(conn, &caller, &write.change, workspace_id).await
        }),
        no_content,
    );
    Ok(work.await?)
}

fn body() -> Value {
    let days = WorkingDay::ALL.map(WorkingDay::name);
    let names = Frequency::ALL.map(Frequency::name);
    let on = json!({ "anyOf": [
        { "type": "string", "enum": days },
        { "type": "integer", "minimum": 1, "maximum": 31 },
    ] });
    let grace = json!({ "type": "integer", "minimum": 0, "maximum": LONGEST_GRACE, "default": 24 });
    doc::closed(
        &["every", "on"],
        &[
            ("every", json!({ "type": "string", "enum": names })),
            ("on", on),
            (
                "at",
                json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "default": "16:00" }),
            ),
            ("time_zone", json!({ "type": "string", "default": "UTC" })),
            ("grace_hours", grace),
            ("owner_id", json!({ "type": ["integer", "null"] })),
            ("paused_until", doc::nullable_date()),
            ("starting", doc::nullable_date()),
        ],
    )
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "Requires that the caller sees the health of the workspace. 404 if the workspace has no cadence of its own; \
        then that of the account applies, if there is one.",
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showWorkspaceCadence", "Show the cadence of a workspace")
};

/// `GET /workspaces/{id}/cadence`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = WorkspaceId(request.id()?);
    read(&app, request, Some(id)).await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For those who administer the workspace. `on` is a day of the week, or from 1 to 31 for months; the last day \
        of a month that has no such day. `at` is a time of the day in `time_zone`, an IANA name: a time that the clock skips \
        is taken an hour later, and of one that comes twice, the first counts. `owner_id` owes the reports; null: the lead. \
        `paused_until` is the first day that counts again. Nothing is due before `starting`; periods of two weeks are counted \
        from its week, or else from the week of the request. The cadence begins when it is first put; a later rule holds from \
        then on, and what was missed before stays missed. With `PATCH`, an absent member keeps its value; 404 without a cadence.",
    body: Some(|_| body()),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "replaceWorkspaceCadence", "Set the cadence of a workspace")
};

/// `PUT /workspaces/{id}/cadence`
pub async fn update(State(app): State<App>, method: Method, body: Body) -> ApiResult {
    let id = WorkspaceId(body.request.id()?);
    put(&app, method, body, Some(id)).await
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For those who administer the workspace. The cadence of the account holds from then on, if there is one.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteWorkspaceCadence", "Delete the cadence of a workspace")
};

/// `DELETE /workspaces/{id}/cadence`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let id = WorkspaceId(request.id()?);
    remove(&app, request, Some(id)).await
}

/// OpenAPI description of [`show_usual`].
pub const SHOW_USUAL: Operation = Operation {
    description: "For administrators. It holds for workspaces without their own. 404 if the account has none.",
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "showCadence", "Show the cadence of the account")
};

/// `GET /cadence`
pub async fn show_usual(State(app): State<App>, request: Request) -> ApiResult {
    read(&app, request, None).await
}

/// OpenAPI description of [`update_usual`].
pub const UPDATE_USUAL: Operation = Operation {
    description: "For administrators. The members are those of the cadence of a workspace.",
    body: Some(|_| body()),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "replaceCadence", "Set the cadence of the account")
};

/// `PUT /cadence`
pub async fn update_usual(State(app): State<App>, method: Method, body: Body) -> ApiResult {
    put(&app, method, body, None).await
}

/// OpenAPI description of [`delete_usual`].
pub const DELETE_USUAL: Operation = Operation {
    description: "For administrators. Workspaces without their own cadence owe no reports from then on.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteCadence", "Delete the cadence of the account")
};

/// `DELETE /cadence`
pub async fn delete_usual(State(app): State<App>, request: Request) -> ApiResult {
    remove(&app, request, None).await
}
