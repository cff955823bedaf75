//! Workspaces as projects in the OpenProject surface: `docs/contracts/openproject.md#projects` and
//! `docs/contracts/openproject.md#project-statuses`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::hal;
use super::hal::Link;
use super::markdown::{Formattable, off_thread};
use super::objects::ProjectTexts;
use super::openapi as doc;
use super::paging::{Page, PageObject};
use super::project_draft::Sent;
use super::project_filters::{SORTS, projects};
use super::{Answer, Body, Request, objects, select};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::participations::Access;
use domain::work;
use domain::workspaces::{ProjectStatus, VisibleWorkspace, dates, identifier, store};
use schemars::SchemaGenerator;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

const TAG: &str = "Projects";
/// From how many bytes of texts on a list is put together on another thread.
const LONG: usize = 64 * 1024;
const ID: Parameter = Parameter::path("id", doc::id_or_identifier, "The id, or the identifier.");

/// What clients are told of [`project_status`].
pub const PROJECT_STATUS: Operation = Operation {
    parameters: &[Parameter::path("code", code, "The project status.")],
    answer: Some(schema::of::<objects::ProjectStatusObject>),
    ..Operation::new("Project statuses", "showProjectStatus", "Show a project status")
};

/// `GET /api/v3/project_statuses/{code}`
pub async fn project_status(request: Request) -> Answer {
    let status = ProjectStatus::of_code(&request.segment).ok_or(Cause::NotFound)?;
    Ok(hal::answer(StatusCode::OK, &objects::project_status(&request.root, status)))
}

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[
        Parameter::query("offset", doc::page_number, "The number of the page, from 1."),
        Parameter::query("pageSize", doc::page_size, "How many a page holds; -1 asks for as many as may be."),
        Parameter::query("filters", filters, "What to narrow the list to; all apply.").as_json(),
        Parameter::query("sortBy", orders, "Attributes with their directions; ties go by id.").as_json(),
        Parameter::query("select", select, "The members to show, with commas between them."),
    ],
    answer: Some(|generator| {
        let page = schema::of::<PageObject<objects::ProjectObject<'_>>>(generator);
        json!({ "anyOf": [page, { "type": "object", "description": "What `select` chose." }] })
    }),
    ..Operation::new(TAG, "listProjects", "List projects")
};

/// `GET /api/v3/projects`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let page = Page::read(&request.query)?;
    let projects = projects(&request, app.clock.now())?;
    let caller = request.caller.clone();
    let found =
        app.db.read(work!(|conn| store::projects(conn, &caller, &projects, page.size, page.start()).await));
    let (seen, total) = found.await?;
    let mut projects = Vec::with_capacity(seen.len());
    let mut length = 0;
    for mut one in seen {
        let texts = ProjectTexts::take(&mut one.workspace).await;
        length += texts.size();
        projects.push((one, texts));
    }
    let kept: Vec<String> = ["filters", "sortBy", "select"]
        .iter()
        .filter_map(|name| Some((name, request.query.filled(name)?)))
        .map(|(name, value)| format!("{name}={}&", utf8_percent_encode(&value, NON_ALPHANUMERIC)))
        .collect();
    let root = request.root;
    let query = request.query;
    let answer = move || {
        let elements = projects
            .iter()
            .map(|(one, texts)| objects::project(&root, one, texts, one.access >= Access::Edit, false))
            .collect();
        let collection = page.collection(&root, "/projects", &kept.concat(), total, elements);
        Ok(match select::apply(&query, &collection)? {
            Some(shown) => hal::answer(StatusCode::OK, &shown),
            None => hal::answer(StatusCode::OK, &collection),
        })
    };
    if length <= LONG { answer() } else { off_thread(answer).await }
}

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[ID],
    answer: Some(answer),
    ..Operation::new(TAG, "showProject", "Show a project")
};

/// `GET /api/v3/projects/{id or identifier}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let Request { caller, segment, root, .. } = request;
    let found = app.db.read(work!(|conn| find(conn, &caller, &segment).await));
    let seen = found.await?;
    render(seen.workspace.description.as_deref(), seen.workspace.status_explanation.as_deref()).await;
    Ok(single(&root, StatusCode::OK, &seen))
}

/// What clients are told of [`create`].
pub const CREATE: Operation = Operation {
    body: Some(|_| schema::object(&["name"], &writable(true))),
    status: 201,
    answer: Some(answer),
    ..Operation::new(TAG, "createProject", "Make a project")
};

/// `POST /api/v3/projects`
pub async fn create(State(app): State<App>, body: Body) -> Answer {
    let sent = Sent::read(&body.request.root, body.members, true);
    let [description, explanation] = sent.texts();
    render(description, explanation).await;
    let write = body.request.write(&app);
    let (caller, root) = (body.request.caller, body.request.root);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let change = &write.change;
            store::require_maker(conn, &caller).await?;
            let draft = match sent.draft(None) {
                Ok(draft) => draft,
                Err(error) => return Ok(Err(error)),
            };
            Cause::check(store::identifiers::violations(conn, caller.account_id, 0, &draft).await?)?;
            let new = draft.make(caller.account_id, caller.user_id, change.at)?;
            let id = store::create(conn, change, &draft, new).await?;
            Ok(Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?))
        }),
        move |made| Ok(single(&root, StatusCode::CREATED, &made?)),
    );
    work.await
}

/// What clients are told of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[ID],
    body: Some(|_| schema::object(&[], &writable(false))),
    answer: Some(answer),
    ..Operation::new(TAG, "updateProject", "Change a project, its status among it")
};

/// `PATCH /api/v3/projects/{id or identifier}`
pub async fn update(State(app): State<App>, body: Body) -> Answer {
    let sent = Sent::read(&body.request.root, body.members, false);
    let [description, explanation] = sent.texts();
    render(description, explanation).await;
    let write = body.request.write(&app);
    let Request { caller, segment, root, .. } = body.request;
    let work = write.run(
        &app,
        work!(|conn, write| {
            let seen = find(conn, &caller, &segment).await?;
            seen.access.require(Access::Edit)?;
            write.check(&seen.workspace)?;
            let draft = match sent.draft(Some(&seen)) {
                Ok(draft) => draft,
                Err(error) => return Ok(Err(error)),
            };
            let id = seen.workspace.id;
            store::update(conn, &caller, &write.change, id, &draft).await?;
            Ok(Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?))
        }),
        move |changed| Ok(single(&root, StatusCode::OK, &changed?)),
    );
    work.await
}

/// What clients are told of [`schema()`].
pub const SCHEMA: Operation = Operation {
    answer: Some(|_| schema::object(&["_type", "_links"], &[("_type", json!({ "const": "Schema" }))])),
    ..Operation::new(TAG, "showProjectSchema", "Show what a project is made of")
};

/// `GET /api/v3/projects/schema`
pub async fn schema(request: Request) -> Answer {
    let writable = !request.caller.is_anonymous();
    Ok(hal::answer(StatusCode::OK, &schema_of(&request.root, writable)))
}

/// What a project is made of.
pub(super) fn schema_of(root: &str, writable: bool) -> Value {
    let member = |kind: &str, name: &str, required: bool, has_default: bool, writable: bool| {
        json!({
            "type": kind,
            "name": name,
            "required": required,
            "hasDefault": has_default,
            "writable": writable,
        })
    };
    let allowed: Vec<Link> =
        ProjectStatus::LISTED.into_iter().map(|status| objects::project_status_link(root, status)).collect();
    let mut status = member("ProjectStatus", "Status", false, false, writable);
    status["location"] = json!("_links");
    status["_links"] = json!({ "allowedValues": allowed });
    json!({
        "_type": "Schema",
        "_dependencies": [],
        "id": member("Integer", "ID", true, false, false),
        "identifier": member("String", "Identifier", true, true, writable),
        "name": member("String", "Name", true, false, writable),
        "active": member("Boolean", "Active", true, true, writable),
        "public": member("Boolean", "Public", true, true, writable),
        "description": member("Formattable", "Description", false, false, writable),
        "status": status,
        "statusExplanation": member("Formattable", "Status description", false, false, writable),
        "createdAt": member("DateTime", "Created on", true, false, false),
        "updatedAt": member("DateTime", "Updated on", true, false, false),
        "_links": { "self": Link::to(root, "/projects/schema") },
    })
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    schema::of::<objects::ProjectObject<'_>>(generator)
}

fn code() -> Value {
    json!({ "enum": ProjectStatus::LISTED.map(ProjectStatus::code) })
}

fn filters() -> Value {
    let filter = |operators: &[&str], values: Value| {
        let members = [("operator", json!({ "enum": operators })), ("values", values)];
        schema::object(&["operator", "values"], &members)
    };
    let texts = || json!({ "type": "array", "items": schema::text(), "minItems": 1 });
    let one = json!({ "type": "array", "items": { "enum": ["t", "f"] }, "minItems": 1, "maxItems": 1 });
    let flag = || filter(&["=", "!"], one.clone());
    let code = || filter(&["=", "!", "*", "!*"], texts());
    let list = |item: Value, length: usize| json!({ "type": "array", "items": item, "minItems": length, "maxItems": length });
    let day = || json!({ "type": "string", "format": "date" });
    let days = json!({ "anyOf": [
        { "type": "integer", "minimum": 0, "maximum": dates::MOST_DAYS },
        { "type": "string", "pattern": "^[0-9]{1,6}$" },
    ] });
    let date = || {
        json!({ "anyOf": [
            filter(&["t", "w"], json!({ "type": "array", "items": schema::text() })),
            filter(&["t-", ">t-", "<t-"], list(days.clone(), 1)),
            filter(&["=d"], list(day(), 1)),
            filter(&["<>d"], list(day(), 2)),
        ] })
    };
    json!({ "type": "array", "items": {
        "type": "object",
        "properties": {
            "active": flag(),
            "created_at": date(),
            "latest_activity_at": date(),
            "public": flag(),
            "id": filter(&["=", "!"], texts()),
            "project_status_code": code(),
            "status": code(),
            "name_and_identifier": filter(&["=", "~", "**"], texts()),
            "typeahead": filter(&["~", "**"], texts()),
        },
        "additionalProperties": false,
    } })
}

fn orders() -> Value {
    let pair = json!([{ "enum": SORTS.map(|(name, _)| name) }, { "enum": ["asc", "desc"] }]);
    json!({ "type": "array", "items": { "type": "array", "prefixItems": pair, "items": false, "minItems": 2 } })
}

fn select() -> Value {
    let member = format!("({})", select::SUPPORTED.replace('*', "\\*").replace(", ", "|"));
    json!({ "type": "string", "pattern": format!("^({member}(,{member})*)?$"), "examples": ["total,elements/name"] })
}

/// The members that a write reads. Where a new project has no identifier, it gets one.
pub(super) fn writable(is_new: bool) -> Vec<(&'static str, Value)> {
    let hrefs = ProjectStatus::LISTED.map(|status| format!("/api/v3/project_statuses/{}", status.code()));
    let href = json!({ "anyOf": [{ "enum": hrefs }, { "type": "null" }] });
    let status = schema::object(&["href"], &[("href", href)]);
    let identifier = schema::described(identifier::schema(), "Unique.");
    let identifier =
        if is_new { json!({ "anyOf": [identifier, { "enum": ["", null] }] }) } else { identifier };
    vec![
        ("name", doc::filled()),
        ("identifier", identifier),
        ("active", json!({ "type": "boolean" })),
        ("public", json!({ "type": "boolean" })),
        ("description", doc::formattable()),
        ("statusExplanation", doc::formattable()),
        ("_links", json!({ "anyOf": [{ "type": "null" }, schema::object(&[], &[("status", status)])] })),
    ]
}

fn single(root: &str, status: StatusCode, seen: &VisibleWorkspace) -> Response {
    let (state, texts) = (seen.whole().map(Validator::of), ProjectTexts::of(&seen.workspace));
    hal::record(
        status,
        &objects::project(root, seen, &texts, seen.access >= Access::Edit, true),
        state.as_ref(),
    )
}

/// Has long texts rendered on another thread, and kept, before [`single`] shows them.
pub(super) async fn render(description: Option<&str>, status_explanation: Option<&str>) {
    Formattable::prepare(description).await;
    Formattable::prepare(status_explanation).await;
}

/// The project with an id, or with a chosen or derived identifier. Only administrators see archived ones.
pub(super) async fn find(conn: &mut Conn, caller: &Caller, segment: &str) -> Result<VisibleWorkspace> {
    let id = identifier::id_at_the_end(segment);
    let is_id = segment.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_chosen = identifier::violations(segment).is_empty();
    let chosen = if may_be_chosen { store::find_chosen(conn, caller, segment).await? } else { None };
    let found = match (chosen, id) {
        (None, Some(id)) => store::find(conn, caller, id)
            .await?
            .filter(|seen| is_id || seen.workspace.shown_identifier() == segment),
        (chosen, _) => chosen,
    };
    found.filter(|seen| caller.administrator || !seen.workspace.archived).ok_or(Cause::NotFound)
}
