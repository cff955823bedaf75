//! Status reports in the native surface.

mod object;

pub use self::object::{ReportObject, Shown, object, people_of, written};
use self::object::{objects, shown};

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::body::{Members, check};
use crate::openapi as doc;
use crate::problem::Kind;
use crate::{ApiResult, Body, Error, Query, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{ReportId, UserId, WorkspaceId};
use domain::participations::Access;
use domain::span::Span;
use domain::status_reports::store::feed;
use domain::status_reports::store::feed::{Direction, Filter, Place};
use domain::status_reports::{Category, Color, Draft, DraftDetail, ReportState, store};
use domain::versions::past::Past;
use domain::workspaces::store::{require_health, search_key};

use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

const TAG: &str = "status_reports";
const PARAMETERS: &[&str] = &[
    "workspace_id",
    "author_id",
    "color",
    "from",
    "to",
    "search",
    "include_deleted",
    "order",
    "as_of",
    "known_at",
    "limit",
    "cursor",
];
/// The members that a caller writes.
pub const WRITABLE: &[&str] = &["color", "description", "details"];
const PARTS: &[&str] = &["category", "color", "description"];
const ORDERS: [(&str, Direction); 2] =
    [("-created_at", Direction::Latest), ("created_at", Direction::Oldest)];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusReports")]
struct List {
    status_reports: Vec<ReportObject>,
    next_cursor: Option<String>,
}

/// The report with an id, if the caller sees the health of its workspace.
pub async fn find(
    conn: &mut Conn,
    caller: &Caller,
    id: ReportId,
    deleted: bool,
    past: Option<Past>,
) -> Result<ReportState> {
    if let Some(past) = past {
        return store::require_in_past(conn, caller, id, deleted, past).await;
    }
    if deleted && let Some(found) = store::deleted::require(conn, caller, id, Access::View).await? {
        return Ok(found);
    }
    let report = store::require(conn, caller, id, Access::View).await?;
    let version = store::version(conn, caller.account_id, id).await?;
    Ok(ReportState { report, version, deleted_at: None })
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The reports of the workspaces whose health the caller sees.",
    parameters: &[
        Parameter::query(
            "workspace_id",
            || json!({ "type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$" }),
            "Only reports about one of these workspaces, separated by commas.",
        ),
        Parameter::query("author_id", schema::id, "Only reports by this person."),
        Parameter::query(
            "color",
            || json!({ "type": "string", "pattern": "^(green|yellow|red)(,(green|yellow|red))*$" }),
            "Only reports with one of these colors, separated by commas.",
        ),
        Parameter::query(
            "from",
            doc::moment,
            "Created at this time or later; a date stands for its start in UTC.",
        ),
        Parameter::query(
            "to",
            doc::moment,
            "Created at this time or earlier; a date stands for its end in UTC.",
        ),
        Parameter::query(
            "search",
            schema::text,
            "A text in the description of the report or of a category, ignoring case.",
        ),
        INCLUDE_DELETED,
        Parameter::query(
            "order",
            || json!({ "type": "string", "enum": ORDERS.map(|(name, _)| name), "default": ORDERS[0].0 }),
            "By the time of creation, latest or oldest first.",
        ),
        doc::AS_OF,
        doc::KNOWN_AT,
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listStatusReports", "List status reports")
};

/// `include_deleted`
pub const INCLUDE_DELETED: Parameter = Parameter::query(
    "include_deleted",
    doc::flag,
    "Include deleted reports, whose `deleted_at` is not null.",
);

/// `GET /status_reports`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let filter = filter(&query, app.clock.now())?;
    let direction = query.choice("order", &ORDERS)?;
    let page = query.page::<Place>()?;
    if page.after.is_some_and(|place| place.direction != direction) {
        return Err(cursor::invalid());
    }
    let (caller, limit, after, past) = (request.caller.clone(), page.limit, page.after, filter.past);
    let list = app.db.read(work!(|conn| {
        let mut found = feed::page(conn, &caller, &filter, direction, after, limit + 1).await?;
        let place = |state: &ReportState| cursor::write(&Place::of(direction, &state.report));
        let next_cursor = cursor::cut(&mut found, limit, place);
        Ok(List { status_reports: objects(conn, caller.account_id, &found, filter.past).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::seen(&list, past);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

fn filter(query: &Query<'_>, now: Time) -> std::result::Result<Filter, Error> {
    let (from, to) = (query.instant("from", false)?, query.instant("to", true)?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(Error::parameter("from", "is after `to`"));
    }
    let workspaces = query.numbers("workspace_id")?;
    Ok(Filter {
        workspaces: workspaces.map(|ids| ids.iter().copied().map(WorkspaceId).collect()),
        author_id: query.number("author_id", 1, i64::MAX)?.map(UserId),
        colors: query.choices("color", &Color::ALL.map(Color::name))?,
        created: Span::new(
            from.unwrap_or(Time::MIN),
            to.map_or(Time::MAX, |to| Time(to.0.saturating_add(1))),
        ),
        search: query.text("search")?.map(|text| search_key(text.trim())).transpose()?,
        deleted: query.flag("include_deleted")?,
        past: query.past(now)?,
    })
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE_DELETED, doc::AS_OF, doc::KNOWN_AT],
    answer: Some(doc::seen::<ReportObject>),
    ..Operation::new(TAG, "showStatusReport", "Show a status report")
};

/// `GET /status_reports/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(&["include_deleted", "as_of", "known_at"])?;
    let (deleted, past) = (query.flag("include_deleted")?, query.past(app.clock.now())?);
    let (id, caller) = (ReportId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| {
        let state = find(conn, &caller, id, deleted, past).await?;
        shown(conn, &caller, state, past).await
    }));
    let Shown { object, state } = found.await?;
    if past.is_some() {
        return Ok(crate::seen(&object, past));
    }
    Ok(crate::record(&object, Some(&state)))
}

/// The schemas of [`WRITABLE`].
pub fn writable() -> Vec<(&'static str, Value)> {
    let color = || json!({ "type": "string", "enum": Color::ALL.map(Color::name) });
    let detail = doc::closed(
        &["category", "color"],
        &[
            ("category", json!({ "type": "string", "enum": Category::ALL.map(Category::name) })),
            ("color", color()),
            ("description", doc::nullable_text()),
        ],
    );
    let details = json!({
        "type": "array", "items": detail, "maxItems": Category::ALL.len(),
        "description": "At most one for each category.",
    });
    vec![("color", color()), ("description", doc::filled()), ("details", details)]
}

/// The report that a body describes; a part of `details` with an unknown member is refused.
pub fn draft(members: &mut Members<'_>) -> std::result::Result<Draft, Error> {
    let details = members.value("details").map(details).transpose()?;
    Ok(Draft {
        workspace_id: None,
        color: members.text("color"),
        description: members.text("description"),
        details,
        external_reference: None,
        checks_hints: true,
    })
}

/// The details; `None` if the value is no list of objects of texts.
fn details(value: &Value) -> std::result::Result<Option<Vec<DraftDetail>>, Error> {
    let Value::Array(items) = value else { return Ok(None) };
    let mut error = Error::new(Kind::UnknownMember);
    for (index, item) in items.iter().enumerate() {
        let names = item.as_object().into_iter().flat_map(|item| item.keys());
        for name in names.filter(|name| !PARTS.contains(&name.as_str())) {
            let detail = format!("is not known here; known: {}", PARTS.join(", "));
            error = error.at_path(&["details", &index.to_string(), name], detail);
        }
    }
    if error.has_locations() {
        return Err(error);
    }
    Ok(items.iter().map(detail).collect())
}

fn detail(item: &Value) -> Option<DraftDetail> {
    let item = item.as_object()?;
    let text = |name| match item.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    };
    Some(DraftDetail {
        category: text("category")?,
        color: text("color")?,
        description: text("description")?,
    })
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace.",
    body: Some(|_| doc::closed(&["color", "description"], &writable())),
    status: 201,
    answer: Some(schema::of::<ReportObject>),
    errors: &[403],
    ..Operation::new(TAG, "createStatusReport", "Write a status report")
};

/// `POST /workspaces/{id}/status_reports`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = Draft { workspace_id: Some(id), ..draft(&mut members)? };
    let types = members.violations;
    let caller = body.request.caller.clone();
    let list = Request::address("/status_reports");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            require_health(conn, &caller, id, Access::Edit).await?;
            check(types, draft.violations(true))?;
            let report = store::create(conn, &caller, &write.change, &draft).await?;
            written(conn, &caller, report).await
        }),
        move |Shown { object, state }| crate::created(crate::record(&object, Some(&state)), &list, object.id),
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace. `details` replaces all details.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<ReportObject>),
    errors: &[403],
    ..Operation::new(TAG, "updateStatusReport", "Change a status report")
};

/// `PATCH /status_reports/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = ReportId(body.request.id()?);
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members)?;
    let types = members.violations;
    let caller = body.request.caller.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require(conn, &caller, id, Access::Edit).await?)?;
            check(types, draft.violations(false))?;
            let report = store::update(conn, &caller, &write.change, id, &draft).await?;
            written(conn, &caller, report).await
        }),
        |Shown { object, state }| crate::record(&object, Some(&state)),
    );
    Ok(work.await?)
}
