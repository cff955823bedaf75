//! The forms of projects in the OpenProject surface: they validate a write without executing it.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::draft::ProjectInput;
use super::lookup::{ID, find};
use super::object::ProjectTexts;
use super::schema::{schema_of, writable};
use crate::error::by_attribute;
use crate::hal;
use crate::hal::Link;
use crate::markdown::Formattable;
use crate::{ApiResult, Body, Error, Request, project_statuses};
use domain::ids::WorkspaceId;

use db::Conn;
use domain::error::Error as Cause;
use domain::participations::Access;
use domain::work;
use domain::workspaces::{AccessLevel, Draft, Workspace, store};
use service::app::App;
use service::openapi::{Operation, schema};

const FORM: Operation = Operation {
    body: Some(|_| schema::object(&[], &writable(true))),
    answer: Some(|_| {
        let object = || json!({ "type": "object" });
        let members = [("payload", object()), ("schema", object()), ("validationErrors", object())];
        let embedded = schema::object(&["payload", "schema", "validationErrors"], &members);
        let members = [("_type", json!({ "const": "Form" })), ("_embedded", embedded), ("_links", object())];
        schema::object(&["_type", "_embedded", "_links"], &members)
    }),
    ..Operation::new("Projects", "", "")
};

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    id: "createProjectForm",
    summary: "Validate a new project",
    description: "Nothing is written. `validationErrors` has the errors by attribute; the link `commit` is present if there are none.",
    ..FORM
};

/// `POST /api/v3/projects/form`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let sent = ProjectInput::read(&body.request.root, body.members, true);
    let Request { caller, root, .. } = body.request;
    let blank = Workspace::blank(caller.account_id, caller.user_id, app.clock.now());
    let checked = app.db.read(work!(|conn| -> Error {
        store::require_maker(conn, &caller).await?;
        check(conn, blank, sent.draft(None)).await
    }));
    form(&root, &checked.await?, "/projects", "post").await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    id: "updateProjectForm",
    summary: "Validate changes of a project",
    parameters: &[ID],
    ..CREATE
};

/// `POST /api/v3/projects/{id or identifier}/form`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    let sent = ProjectInput::read(&body.request.root, body.members, false);
    let Request { caller, segment, root, .. } = body.request;
    let checked = app.db.read(work!(|conn| -> Error {
        let visible = find(conn, &caller, &segment).await?;
        visible.access.require(Access::Edit)?;
        let draft = sent.draft(Some(&visible));
        check(conn, visible.workspace, draft).await
    }));
    let checked = checked.await?;
    let path = format!("/projects/{}", checked.project.id);
    form(&root, &checked, &path, "patch").await
}

/// The result of a validation.
struct Checked {
    /// The project with the changes; without them if they cannot be read.
    project: Workspace,
    /// The validation errors by attribute.
    errors: Map<String, Value>,
}

async fn check(conn: &mut Conn, before: Workspace, draft: Result<Draft, Error>) -> Result<Checked, Error> {
    let draft = match draft {
        Ok(draft) => draft,
        Err(error) => return Ok(Checked { errors: by_attribute(error)?, project: before }),
    };
    let violations = store::identifiers::violations(conn, before.account_id, before.id, &draft).await?;
    let errors = match Cause::check(violations) {
        Ok(()) => Map::new(),
        Err(error) => by_attribute(error.into())?,
    };
    Ok(Checked { project: draft.apply(&before, before.updated_at), errors })
}

async fn form(root: &str, checked: &Checked, path: &str, method: &'static str) -> ApiResult {
    let Checked { project, errors } = checked;
    ProjectTexts::prepare(project.description.as_deref(), project.status_explanation.as_deref()).await;
    let itself = || Link::to(root, format!("{path}/form")).with_method("post");
    let mut links = json!({ "self": itself(), "validate": itself() });
    if errors.is_empty() {
        links["commit"] = json!(Link::to(root, path).with_method(method));
    }
    let body = json!({
        "_type": "Form",
        "_embedded": {
            "payload": payload(root, project),
            "schema": schema_of(root, true),
            "validationErrors": errors,
        },
        "_links": links,
    });
    Ok(hal::answer(StatusCode::OK, &body))
}

/// The members that can be sent unchanged to the target of `commit`.
fn payload(root: &str, workspace: &Workspace) -> Value {
    let status = workspace.project_status;
    let is_derived = workspace.id == WorkspaceId(0) && workspace.identifier.is_none();
    json!({
        "identifier": (!is_derived).then(|| workspace.shown_identifier()),
        "name": workspace.title,
        "active": !workspace.archived,
        "public": workspace.access_level == AccessLevel::Open,
        "description": Formattable::markdown(workspace.description.clone()),
        "statusExplanation": Formattable::markdown(workspace.status_explanation.clone()),
        "_links": {
            "status": status.map_or(Link::nothing(), |status| project_statuses::link(root, status)),
        },
    })
}
