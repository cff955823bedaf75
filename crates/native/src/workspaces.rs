//! Workspaces in the native surface.

use std::collections::HashMap;

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::portfolio::{INCLUDE_ARCHIVED, ORDER, ORDERS, SEARCH, STATUS_KEY, TAG as LABEL, filter};
use super::request::FIELD;
use super::status_keys::{Status, status_of};
use super::users::{Person, person};
use super::{ApiResult, Body, Request, cursor};
use base::clock::{Date, Time};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::ids::WorkspaceId;
use domain::participations::Access;
use domain::portfolio::Mark;
use domain::portfolio::store::Place;
use domain::users::User;
use domain::versions::past::Past;
use domain::workspaces::{AccessLevel, Draft, VisibleWorkspace, store};
use domain::{portfolio, users};

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::Validator;

const TAG: &str = "workspaces";
const PARAMETERS: &[&str] = &[
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
const NEW: &[&str] =
    &["title", "description", "start_date", "due_date", "status_key", "access_level", "lead_id"];
const CHANGES: &[&str] =
    &["title", "description", "start_date", "due_date", "archived", "status_key", "access_level", "lead_id"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Workspaces")]
struct Workspaces {
    workspaces: Vec<WorkspaceObject>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Workspace")]
struct WorkspaceObject {
    id: i64,
    title: String,
    description: Option<String>,
    start_date: Option<Date>,
    due_date: Option<Date>,
    archived: bool,
    access_level: &'static str,
    status: Option<Status>,
    lead: Option<Person>,
    health: Option<Health>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

/// The last report of a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkspaceHealth")]
struct Health {
    color: &'static str,
    report_id: i64,
    reported_at: Time,
    stale: bool,
}

/// A workspace as the caller sees it, with the state that a condition compares.
struct Shown {
    object: WorkspaceObject,
    state: Option<Validator>,
}

/// The objects of some workspaces, in their order.
async fn objects(
    conn: &mut Conn,
    caller: &Caller,
    workspaces: &[VisibleWorkspace],
    now: Time,
    past: Option<Past>,
) -> Result<Vec<WorkspaceObject>> {
    let whole = || workspaces.iter().filter(|visible| visible.access.sees_health());
    let ids: List<WorkspaceId> = whole().map(|visible| visible.workspace.id).collect();
    let leads: Vec<_> = whole().filter_map(|visible| visible.primary_maven_id).collect();
    let leads = users::store::of_account(conn, caller.account_id, &leads.into()).await?;
    let last = portfolio::store::last(conn, caller.account_id, &ids, Time::MAX, past).await?;
    let now = past.map_or(now, |past| past.as_of);
    let object = |visible| object(visible, &leads, last.get(&visible.workspace.id), now);
    Ok(workspaces.iter().map(object).collect())
}

fn object(visible: &VisibleWorkspace, leads: &[User], last: Option<&Mark>, now: Time) -> WorkspaceObject {
    let (workspace, whole) = (&visible.workspace, visible.whole());
    WorkspaceObject {
        id: workspace.id.0,
        title: workspace.title.clone(),
        description: workspace.description.clone(),
        start_date: workspace.start_date,
        due_date: workspace.due_date,
        archived: workspace.archived,
        access_level: workspace.access_level.name(),
        status: whole.and_then(|whole| status_of(whole.status_key)),
        lead: whole.and_then(|_| person(leads, visible.primary_maven_id?)),
        health: whole.and_then(|whole| Some(health(last?, whole.status_key, now))),
        created_at: workspace.created_at,
        updated_at: workspace.updated_at,
        version: visible.version,
    }
}

fn health(last: &Mark, status_key: i64, now: Time) -> Health {
    Health {
        color: last.color.name(),
        report_id: last.id.0,
        reported_at: last.created_at,
        stale: last.is_stale(status_key, now),
    }
}

/// The workspace with an id, if the caller sees it.
async fn shown(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    now: Time,
    past: Option<Past>,
) -> Result<Shown> {
    let visible = store::past::require(conn, caller, id, past).await?;
    let state = visible.whole().map(Validator::of);
    let object = objects(conn, caller, &[visible], now, past).await?.pop().ok_or(Cause::NotFound)?;
    Ok(Shown { object, state })
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The workspaces that the caller takes part in; administrators see all. On the client side, `status`, `lead` \
        and `health` are null, and a filter by `status_key` excludes the workspace.",
    parameters: &[
        STATUS_KEY,
        SEARCH,
        LABEL,
        INCLUDE_ARCHIVED,
        ORDER,
        doc::AS_OF,
        doc::KNOWN_AT,
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(doc::seen::<Workspaces>),
    ..Operation::new(TAG, "listWorkspaces", "List workspaces")
};

/// `GET /workspaces`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let now = app.clock.now();
    let filter = filter(&query, true, now)?;
    let past = filter.past;
    let sort = query.choice("order", &ORDERS)?;
    let page = query.page::<Place>()?;
    if page.after.as_ref().is_some_and(|place| place.sort != sort) {
        return Err(cursor::invalid());
    }
    let (caller, limit, after) = (request.caller.clone(), page.limit, page.after.clone());
    let list = app.db.read(work!(|conn| {
        let mut places =
            portfolio::store::page(conn, &caller, &filter, sort, after.as_ref(), limit + 1).await?;
        let next_cursor = cursor::cut(&mut places, limit, cursor::write);
        let ids: Vec<WorkspaceId> = places.iter().map(|place| place.id).collect();
        let list = ids.clone().into();
        let mut found = match past {
            None => store::with_ids_seen(conn, &caller, &list).await?,
            Some(past) => store::past::in_past(conn, &caller, &list, past).await?,
        };
        let position: HashMap<_, _> = ids.into_iter().zip(0..).collect::<HashMap<_, usize>>();
        found.sort_by_key(|visible| position.get(&visible.workspace.id).copied());
        Ok(Workspaces { workspaces: objects(conn, &caller, &found, now, past).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[doc::AS_OF, doc::KNOWN_AT],
    answer: Some(doc::seen::<WorkspaceObject>),
    ..Operation::new(TAG, "showWorkspace", "Show a workspace")
};

/// `GET /workspaces/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let now = app.clock.now();
    let past = request.query(&["as_of", "known_at"])?.past(now)?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller);
    let shown = app.db.read(work!(|conn| shown(conn, &caller, id, now, past).await)).await?;
    if past.is_some() {
        return Ok(crate::seen(&shown.object, past));
    }
    Ok(crate::record(&shown.object, shown.state.as_ref()))
}

fn writable() -> Vec<(&'static str, Value)> {
    let levels = [AccessLevel::Invitation, AccessLevel::Open, AccessLevel::Admins].map(AccessLevel::name);
    vec![
        ("title", doc::filled()),
        ("description", doc::nullable_text()),
        ("start_date", doc::nullable_date()),
        ("due_date", doc::nullable_date()),
        ("status_key", doc::status_key()),
        ("access_level", json!({ "type": "string", "enum": levels })),
        ("lead_id", json!({ "type": ["integer", "null"], "format": "int64", "minimum": 1 })),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        title: members.text("title"),
        description: members.nullable_text("description"),
        start_date: members.nullable_date("start_date"),
        due_date: members.nullable_date("due_date"),
        archived: members.flag("archived"),
        status_key: members.number("status_key"),
        access_level: members.text("access_level"),
        lead_id: members.nullable_number("lead_id").map(|lead| lead.map(Into::into)),
        ..Draft::default()
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires an administrator, or write access to some workspace. The caller takes part with the permission \
        `admin`, and so does the person of `lead_id`, who leads the workspace; without it, the caller does.",
    body: Some(|_| doc::closed(&["title"], &writable())),
    status: 201,
    answer: Some(schema::of::<WorkspaceObject>),
    errors: &[403],
    ..Operation::new(TAG, "createWorkspace", "Create a workspace")
};

/// `POST /workspaces`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(NEW)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let caller = body.request.caller.clone();
    let list = Request::address("/workspaces");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            store::require_maker(conn, &caller).await?;
            check(types, draft.violations(true))?;
            let new = draft.make(caller.account_id, caller.user_id, write.change.at)?;
            let id = store::create(conn, &write.change, &draft, new).await?;
            shown(conn, &caller, id, write.change.at, None).await
        }),
        move |Shown { object, state }| {
            crate::created(crate::record(&object, state.as_ref()), &list, object.id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace. A different `status_key` moves the workspace and records a \
        status change. The person of `lead_id` is on the provider side, or, for callers who administer the workspace, \
        does not take part yet and then joins it; null leaves the lead to the rule for workspaces without a chosen one.",
    body: Some(|_| {
        let mut members = writable();
        members.push(("archived", json!({ "type": "boolean" })));
        doc::closed(&[], &members)
    }),
    answer: Some(schema::of::<WorkspaceObject>),
    errors: &[403],
    ..Operation::new(TAG, "updateWorkspace", "Change a workspace")
};

/// `PATCH /workspaces/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(CHANGES)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let caller = body.request.caller.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id, Access::Edit).await?.workspace)?;
            check(types, draft.violations(false))?;
            store::update(conn, &caller, &write.change, id, &draft).await?;
            shown(conn, &caller, id, write.change.at, None).await
        }),
        |Shown { object, state }| crate::record(&object, state.as_ref()),
    );
    Ok(work.await?)
}
