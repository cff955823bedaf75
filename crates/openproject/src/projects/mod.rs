//! Workspaces as projects in the OpenProject surface: `docs/contracts/openproject.md#projects` and
//! `docs/contracts/openproject.md#project-statuses`.

pub mod draft;
pub mod filters;
pub mod form;
pub mod lookup;
pub mod object;
pub mod schema;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use self::draft::ProjectInput;
use self::filters::{filters, orders, projects};
use self::lookup::{ID, find};
use self::object::{ProjectObject, ProjectTexts};
use self::schema::writable;
use crate::hal;
use crate::markdown::off_thread;
use crate::openapi as doc;
use crate::paging::{Page, PageObject};
use crate::{ApiResult, Body, Error, Request, select};
use domain::error::Error as Cause;
use domain::ids::WorkspaceId;
use domain::participations::Access;
use domain::work;
use domain::workspaces::{VisibleWorkspace, store};
use schemars::SchemaGenerator;
use service::app::App;
use service::openapi::schema as json_schema;
use service::openapi::{Operation, Parameter};
use service::tag::Validator;

const TAG: &str = "Projects";
/// The length of the texts, in bytes, above which a list is serialized on another thread.
const LONG: usize = 64 * 1024;

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[
        Parameter::query("offset", doc::page_number, "The page number, starting at 1."),
        Parameter::query(
            "pageSize",
            doc::page_size,
            "The number of elements per page; -1 stands for the maximum.",
        ),
        Parameter::query("filters", filters, "Filters, which are combined with AND.").as_json(),
        Parameter::query("sortBy", orders, "Attributes with their directions; ties are sorted by id.")
            .as_json(),
        Parameter::query("select", select, "The members to show, separated by commas."),
    ],
    answer: Some(|generator| {
        let page = json_schema::of::<PageObject<ProjectObject<'_>>>(generator);
        json!({ "anyOf": [page, { "type": "object", "description": "The selected members." }] })
    }),
    ..Operation::new(TAG, "listProjects", "List projects")
};

/// `GET /api/v3/projects`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = Page::read(&request.query)?;
    let projects = projects(&request, app.clock.now())?;
    let caller = request.caller.clone();
    let found =
        app.db.read(work!(|conn| store::projects(conn, &caller, &projects, page.size, page.start()).await));
    let (visible, total) = found.await?;
    let mut projects = Vec::with_capacity(visible.len());
    let mut length = 0;
    for mut one in visible {
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
            .map(|(one, texts)| ProjectObject::of(&root, one, texts, one.access >= Access::Edit, false))
            .collect();
        let collection = page.collection(&root, "/projects", &kept.concat(), total, elements);
        Ok(match select::apply(&query, select::SUPPORTED, &collection)? {
            Some(shown) => hal::answer(StatusCode::OK, &shown),
            None => hal::answer(StatusCode::OK, &collection),
        })
    };
    if length <= LONG { answer() } else { off_thread(answer).await }
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[ID],
    answer: Some(answer),
    ..Operation::new(TAG, "showProject", "Show a project")
};

/// `GET /api/v3/projects/{id or identifier}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let Request { caller, segment, root, .. } = request;
    let found = app.db.read(work!(|conn| find(conn, &caller, &segment).await));
    let visible = found.await?;
    ProjectTexts::prepare(
        visible.workspace.description.as_deref(),
        visible.workspace.status_explanation.as_deref(),
    )
    .await;
    Ok(single(&root, StatusCode::OK, &visible))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    body: Some(|_| json_schema::object(&["name"], &writable(true))),
    status: 201,
    answer: Some(answer),
    ..Operation::new(TAG, "createProject", "Create a project")
};

/// `POST /api/v3/projects`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let sent = ProjectInput::read(&body.request.root, body.members, true);
    let [description, explanation] = sent.texts();
    ProjectTexts::prepare(description, explanation).await;
    let write = body.request.write(&app);
    let (caller, root) = (body.request.caller, body.request.root);
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let change = &write.change;
            store::require_maker(conn, &caller).await?;
            let draft = sent.draft(None)?;
            Cause::check(
                store::identifiers::violations(conn, caller.account_id, WorkspaceId(0), &draft).await?,
            )?;
            let new = draft.make(caller.account_id, caller.user_id, change.at)?;
            let id = store::create(conn, change, &draft, new).await?;
            Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?)
        }),
        move |created| single(&root, StatusCode::CREATED, &created),
    );
    work.await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[ID],
    body: Some(|_| json_schema::object(&[], &writable(false))),
    answer: Some(answer),
    ..Operation::new(TAG, "updateProject", "Update a project, including its status")
};

/// `PATCH /api/v3/projects/{id or identifier}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    let sent = ProjectInput::read(&body.request.root, body.members, false);
    let [description, explanation] = sent.texts();
    ProjectTexts::prepare(description, explanation).await;
    let write = body.request.write(&app);
    let Request { caller, segment, root, .. } = body.request;
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let visible = find(conn, &caller, &segment).await?;
            visible.access.require(Access::Edit)?;
            write.check(&visible.workspace)?;
            let draft = sent.draft(Some(&visible))?;
            let id = visible.workspace.id;
            store::update(conn, &caller, &write.change, id, &draft).await?;
            Ok(store::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?)
        }),
        move |changed| single(&root, StatusCode::OK, &changed),
    );
    work.await
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    json_schema::of::<ProjectObject<'_>>(generator)
}

fn select() -> Value {
    let member = format!("({})", select::SUPPORTED.replace('*', "\\*").replace(", ", "|"));
    json!({ "type": "string", "pattern": format!("^({member}(,{member})*)?$"), "examples": ["total,elements/name"] })
}

fn single(root: &str, status: StatusCode, visible: &VisibleWorkspace) -> Response {
    let (state, texts) = (visible.whole().map(Validator::of), ProjectTexts::of(&visible.workspace));
    hal::record(
        status,
        &ProjectObject::of(root, visible, &texts, visible.access >= Access::Edit, true),
        state.as_ref(),
    )
}
