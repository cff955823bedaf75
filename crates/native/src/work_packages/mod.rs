//! Work packages in the native surface.

mod input;
mod object;
pub mod versions;

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use self::input::{WRITABLE, draft, settle, with_one_date, writable};
use self::object::{Shown, WorkPackageObject, objects, shown, shown_then};
use super::openapi as doc;
use super::{ApiResult, Body, Error, Query, Request, cursor};
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{WorkPackageId, WorkspaceId};
use domain::participations::Access;
use domain::versions::past::Past;
use domain::work;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::TASK;
use domain::work_packages::store::feed::{Order, Place, page};
use domain::work_packages::store::{Days, Filter, Values, past, read, write};
use domain::workspaces::store::search_key;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::replies;

const TAG: &str = "work_packages";
const PARAMETERS: &[&str] = &[
    "workspace_id",
    "type_id",
    "status_id",
    "priority_id",
    "assignee_id",
    "parent_id",
    "open",
    "due_from",
    "due_to",
    "search",
    "order",
    "as_of",
    "known_at",
    "limit",
    "cursor",
];
const ORDERS: [(&str, Order); 4] = [
    ("-created_at", Order::Newest),
    ("created_at", Order::Oldest),
    ("-updated_at", Order::Changed),
    ("due_date", Order::Due),
];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackages")]
struct List {
    work_packages: Vec<WorkPackageObject>,
    next_cursor: Option<String>,
}

fn ids() -> serde_json::Value {
    json!({ "type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$" })
}

fn day() -> serde_json::Value {
    json!({ "type": "string", "format": "date" })
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The work packages of the workspaces that the caller takes part in and that are not archived; \
        administrators see all.",
    parameters: &[
        Parameter::query("workspace_id", ids, "Only those of these workspaces, separated by commas."),
        Parameter::query("type_id", ids, "Only those of these types, separated by commas."),
        Parameter::query("status_id", ids, "Only those in these statuses, separated by commas."),
        Parameter::query("priority_id", ids, "Only those of these priorities, separated by commas."),
        Parameter::query("assignee_id", ids, "Only those of these assignees, separated by commas."),
        Parameter::query("parent_id", ids, "Only those below these work packages, separated by commas."),
        Parameter::query(
            "open",
            || json!({ "type": "boolean" }),
            "`true`: only those in an open status; `false`: only those in a closed one.",
        ),
        Parameter::query("due_from", day, "Only those whose `due_date` is this day or later."),
        Parameter::query("due_to", day, "Only those whose `due_date` is this day or earlier."),
        Parameter::query(
            "search",
            schema::text,
            "Words, each of which is in the subject, the description or a comment, ignoring case.",
        ),
        Parameter::query(
            "order",
            || json!({ "type": "string", "enum": ORDERS.map(|(name, _)| name), "default": ORDERS[0].0 }),
            "By the time of creation or of the last change, or by `due_date`, where those without one are last.",
        ),
        doc::AS_OF,
        doc::KNOWN_AT,
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listWorkPackages", "List work packages")
};

/// `GET /work_packages`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let (filter, past) = (filter(&query)?, query.past(app.clock.now())?);
    let order = query.choice("order", &ORDERS)?;
    let place = query.page::<Place>()?;
    if place.after.as_ref().is_some_and(|after| after.order != order) {
        return Err(cursor::invalid());
    }
    let (caller, limit, after) = (request.caller.clone(), place.limit, place.after.clone());
    let list = app.db.read(work!(|conn| {
        let mut found = page(conn, &caller, &filter, order, after, limit + 1, past).await?;
        let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&Place::of(order, last)));
        Ok(List { work_packages: objects(conn, caller.account_id, &found, past).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::seen(&list, past);
    place.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn filter(query: &Query<'_>) -> Result<Filter, Error> {
    let only = |name| {
        let numbers = query.numbers(name)?;
        Ok::<_, Error>(Values {
            only: numbers.map(|list| list.iter().copied().collect()),
            ..Values::default()
        })
    };
    let (from, to) = (query.date("due_from")?, query.date("due_to")?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(Error::parameter("due_from", "is after `due_to`"));
    }
    let is_open = match query.value("open")? {
        Some(_) => Some(query.flag("open")?),
        None => None,
    };
    let search = query.text("search")?.map(|text| search_key(text.trim())).transpose()?;
    Ok(Filter {
        is_closed: is_open.map(|is_open| !is_open),
        project: only("workspace_id")?,
        kind: only("type_id")?,
        status: only("status_id")?,
        priority: only("priority_id")?,
        assignee: only("assignee_id")?,
        parent: only("parent_id")?,
        due: Days {
            from: from.map(|day| day.to_string()),
            to: to.map(|day| day.to_string()),
            ..Days::default()
        },
        search: search.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect(),
        ..Filter::default()
    })
}

fn record(Shown { object, state }: Shown) -> Response {
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace, which must not be archived. Work, remaining work and the percentage \
        follow from each other, as far as the body leaves them out.",
    body: Some(|_| doc::closed(&["subject"], &writable())),
    status: 201,
    answer: Some(schema::of::<WorkPackageObject>),
    errors: &[403],
    ..Operation::new(TAG, "createWorkPackage", "Create a work package")
};

/// `POST /workspaces/{id}/work_packages`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = with_one_date(draft(&mut members), TASK);
    let (types, caller) = (members.violations, body.request.caller.clone());
    let mode = app.settings.openproject_progress;
    let list = Request::address("/work_packages");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let visible = read::require_place(conn, &caller, id, Access::Edit).await?;
            let prepared = write::prepare_new(conn, &write.change, &caller, &visible, &draft, mode).await?;
            let package = write::create(conn, &write.change, settle(types, prepared)?).await?;
            shown(conn, &caller, &package).await
        }),
        move |shown: Shown| {
            let id = shown.object.id;
            crate::created(record(shown), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[doc::AS_OF, doc::KNOWN_AT],
    answer: Some(doc::seen::<WorkPackageObject>),
    ..Operation::new(TAG, "showWorkPackage", "Show a work package")
};

/// `GET /work_packages/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let past = request.query(&["as_of", "known_at"])?.past(app.clock.now())?;
    let (id, caller) = (WorkPackageId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| {
        let package = require_then(conn, &caller, id, past).await?;
        shown_then(conn, &caller, &package, past).await
    }));
    let shown = found.await?;
    Ok(if past.is_some() { crate::seen(&shown.object, past) } else { record(shown) })
}

/// A work package that the caller sees; in the past, as it was.
async fn require_then(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    past: Option<Past>,
) -> Result<WorkPackage> {
    match past {
        None => Ok(read::require(conn, caller, id, Access::Client).await?.0),
        Some(past) => Ok(past::require(conn, caller, id, past).await?.0),
    }
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace. In a read-only status, only a change of the status is possible. \
        Work, remaining work and the percentage follow from each other, as far as the body leaves them out.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<WorkPackageObject>),
    errors: &[403],
    ..Operation::new(TAG, "updateWorkPackage", "Change a work package")
};

/// `PATCH /work_packages/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (WorkPackageId(body.request.id()?), body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let (types, mode) = (members.violations, app.settings.openproject_progress);
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let (before, _) = read::require(conn, &caller, id, Access::Edit).await?;
            write.check(&before)?;
            let draft = with_one_date(draft, before.type_id);
            let prepared = write::prepare_change(conn, &caller, before, &draft, mode).await?;
            let package = write::update(conn, &write.change, settle(types, prepared)?).await?;
            shown(conn, &caller, &package).await
        }),
        record,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For people who administer the workspace. Everything below it is deleted, too.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteWorkPackage", "Delete a work package")
};

/// `DELETE /work_packages/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (WorkPackageId(request.id()?), request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&read::require(conn, &caller, id, Access::Admin).await?.0)?;
            write::delete(conn, &write.change, &caller, id).await
        }),
        replies::no_content,
    );
    Ok(work.await?)
}
