//! The statuses of work packages in the native surface.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::Members;
use super::openapi as doc;
use super::{ApiResult, Body, Request, cursor};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::statuses::{DONE_RATIO, Draft, NAME_LIMIT, Status, store};
use domain::work;
use domain::work_packages::store::{of_status, recalculation as recalculations};
use domain::workspaces;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;
use service::{recalculation, replies};

const TAG: &str = "statuses";
const WRITABLE: &[&str] = &[
    "name",
    "color",
    "is_default",
    "is_closed",
    "is_readonly",
    "excluded_from_totals",
    "default_done_ratio",
    "position",
];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageStatuses")]
struct List {
    statuses: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageStatus")]
struct Object {
    id: i64,
    name: String,
    color: Option<String>,
    is_default: bool,
    is_closed: bool,
    is_readonly: bool,
    excluded_from_totals: bool,
    default_done_ratio: i64,
    position: i64,
    /// The number of work packages in it, also of those in archived workspaces; null in the past.
    work_packages: Option<i64>,
    /// Whether work packages in it still have a percentage that follows from an earlier `default_done_ratio`;
    /// null in the past.
    recalculating: Option<bool>,
}

/// The position of a status in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    position: i64,
    id: i64,
}

impl Place {
    const fn of(status: &Status) -> Self {
        Self { position: status.position, id: status.id }
    }
}

/// What is counted and found beside the statuses.
struct Beside {
    counts: HashMap<i64, i64>,
    running: Vec<i64>,
}

impl Beside {
    async fn of(conn: &mut Conn, caller: &Caller) -> Result<Self> {
        let counts = of_status::counts(conn, caller.account_id).await?;
        Ok(Self { counts, running: recalculations::running(conn, caller.account_id).await? })
    }
}

fn object(status: &Status, beside: Option<&Beside>) -> Object {
    Object {
        id: status.id,
        name: status.name.clone(),
        is_closed: status.is_closed,
        color: status.color.clone(),
        is_default: status.is_default,
        is_readonly: status.is_readonly,
        excluded_from_totals: status.excluded_from_totals,
        default_done_ratio: status.default_done_ratio,
        position: status.position,
        work_packages: beside.map(|beside| beside.counts.get(&status.id).copied().unwrap_or(0)),
        recalculating: beside.map(|beside| beside.running.contains(&status.id)),
    }
}

fn shown((status, beside): (Status, Beside)) -> Response {
    crate::record(&object(&status, Some(&beside)), Some(&Validator::of(&status)))
}

async fn require_view(conn: &mut Conn, caller: &Caller) -> Result<()> {
    if workspaces::store::may_view_work_packages(conn, caller).await? {
        Ok(())
    } else {
        Err(Cause::Forbidden)
    }
}

async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Status> {
    store::find(conn, caller.account_id, id).await?.ok_or(Cause::NotFound)
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The statuses of work packages, by position. Administrators see them, and people who take part in a workspace.",
    parameters: &[doc::AS_OF, doc::KNOWN_AT, doc::LIMIT, doc::CURSOR],
    answer: Some(doc::seen::<List>),
    errors: &[403],
    ..Operation::new(TAG, "listStatuses", "List statuses of work packages")
};

/// `GET /statuses`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["as_of", "known_at", "limit", "cursor"])?;
    let (page, past) = (query.page::<Place>()?, query.past(app.clock.now())?);
    let (caller, after, limit) = (request.caller.clone(), page.after, page.limit);
    let found = app.db.read(work!(|conn| {
        require_view(conn, &caller).await?;
        Ok(match past {
            None => (store::list(conn, caller.account_id).await?, Some(Beside::of(conn, &caller).await?)),
            Some(past) => (store::list_in_past(conn, caller.account_id, past).await?, None),
        })
    }));
    let (mut statuses, beside) = found.await?;
    statuses.retain(|status| after.is_none_or(|after| Place::of(status) > after));
    let next_cursor = cursor::cut(&mut statuses, limit, |last| cursor::write(&Place::of(last)));
    let list = List {
        statuses: statuses.iter().map(|status| object(status, beside.as_ref())).collect(),
        next_cursor,
    };
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "showStatus", "Show a status")
};

/// `GET /statuses/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        require_view(conn, &caller).await?;
        Ok((find(conn, &caller, id).await?, Beside::of(conn, &caller).await?))
    }));
    Ok(shown(found.await?))
}

fn writable() -> Vec<(&'static str, Value)> {
    let flag = || json!({ "type": "boolean" });
    let ratio = json!({ "type": "integer", "minimum": DONE_RATIO.start(), "maximum": DONE_RATIO.end() });
    vec![
        ("name", doc::filled_within(NAME_LIMIT)),
        ("color", json!({ "type": ["string", "null"], "pattern": "^#?([0-9A-Fa-f]{3}){1,2}$" })),
        ("is_default", flag()),
        ("is_closed", flag()),
        ("is_readonly", flag()),
        ("excluded_from_totals", flag()),
        ("default_done_ratio", ratio),
        ("position", schema::id()),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        name: members.text("name"),
        is_closed: members.flag("is_closed"),
        color: members.nullable_text("color"),
        is_default: members.flag("is_default"),
        is_readonly: members.flag("is_readonly"),
        excluded_from_totals: members.flag("excluded_from_totals"),
        default_done_ratio: members.number("default_done_ratio"),
        position: members.number("position"),
    }
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators.",
    body: Some(|_| doc::closed(&["name"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createStatus", "Create a status")
};

/// `POST /statuses`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    members.check()?;
    let (caller, list) = (body.request.caller.clone(), Request::address("/statuses"));
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let status = store::create(conn, &write.change, &draft).await?;
            Ok((status, Beside::of(conn, &caller).await?))
        }),
        move |created: (Status, Beside)| {
            let id = created.0.id;
            crate::created(shown(created), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. Where statuses decide the percentage of work packages, they follow a change of \
        `default_done_ratio`: at once if they are few, else after the answer, as `recalculating` says.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateStatus", "Change a status")
};

/// `PATCH /statuses/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    members.check()?;
    let (mode, account_id) = (app.settings.openproject_progress, caller.account_id);
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&find(conn, &caller, id).await?)?;
            let status = of_status::update(conn, &write.change, id, &draft, mode).await?;
            Ok((status, Beside::of(conn, &caller).await?))
        }),
        shown,
    );
    let answer = work.await?;
    recalculation::finish(&app, account_id).await;
    Ok(answer)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. A status that work packages are in, as `work_packages` says, can only be deleted with \
        a replacement, to which they move in the same write; at most 10,000 do. The default status stays.",
    parameters: &[Parameter::query(
        "replacement_id",
        schema::id,
        "The status to which its work packages move.",
    )],
    status: 204,
    errors: &[403, 422],
    ..Operation::new(TAG, "deleteStatus", "Delete a status")
};

/// `DELETE /statuses/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["replacement_id"])?;
    let replacement = query.number("replacement_id", 1, i64::MAX)?;
    request.caller.require_administrator()?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let mode = app.settings.openproject_progress;
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&find(conn, &caller, id).await?)?;
            of_status::delete(conn, &write.change, id, replacement, mode).await
        }),
        replies::no_content,
    );
    Ok(work.await?)
}
