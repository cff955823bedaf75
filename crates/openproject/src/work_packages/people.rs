//! The people and projects that can be chosen for a work package.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{ID, id_of, project_of_path, require};
use crate::hal::{Collection, Link};
use crate::projects::lookup;
use crate::projects::object::{ProjectObject, ProjectTexts};
use crate::users::UserObject;
use crate::{ApiResult, Error, Request, hal, paging};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::users;
use domain::users::User;
use domain::work;
use domain::work_packages::store::read;
use domain::workspaces::store::{Projects, projects};
use service::app::App;
use service::openapi::{Operation, schema};

const PEOPLE: Operation = Operation {
    answer: Some(schema::of::<Collection<UserObject<'_>>>),
    ..Operation::new(super::TAG, "", "")
};

/// OpenAPI description of [`of_project`], for assignees.
pub const ASSIGNEES_OF_PROJECT: Operation = Operation {
    id: "listAssigneesOfProject",
    summary: "List the people who can be assignees in a project",
    parameters: &[lookup::ID],
    ..PEOPLE
};
/// OpenAPI description of [`of_project`], for accountable people.
pub const RESPONSIBLES_OF_PROJECT: Operation = Operation {
    id: "listResponsiblesOfProject",
    summary: "List the people who can be accountable in a project",
    parameters: &[lookup::ID],
    ..PEOPLE
};
/// OpenAPI description of [`of_package`], for assignees.
pub const ASSIGNEES: Operation = Operation {
    id: "listAssignees",
    summary: "List the people who can be assignees of a work package",
    parameters: &[ID],
    ..PEOPLE
};
/// OpenAPI description of [`of_package`], for accountable people.
pub const RESPONSIBLES: Operation = Operation {
    id: "listResponsibles",
    summary: "List the people who can be accountable for a work package",
    parameters: &[ID],
    ..PEOPLE
};

/// `GET /api/v3/projects/{id or identifier}/available_assignees`
pub async fn assignees_of_project(State(app): State<App>, request: Request) -> ApiResult {
    of_project(&app, request, "available_assignees").await
}

/// `GET /api/v3/projects/{id or identifier}/available_responsibles`
pub async fn responsibles_of_project(State(app): State<App>, request: Request) -> ApiResult {
    of_project(&app, request, "available_responsibles").await
}

/// `GET /api/v3/work_packages/{id}/available_assignees`
pub async fn assignees(State(app): State<App>, request: Request) -> ApiResult {
    of_package(&app, request, "available_assignees").await
}

/// `GET /api/v3/work_packages/{id}/available_responsibles`
pub async fn responsibles(State(app): State<App>, request: Request) -> ApiResult {
    of_package(&app, request, "available_responsibles").await
}

async fn of_project(app: &App, request: Request, list: &str) -> ApiResult {
    let Request { caller, segment, root, .. } = request;
    let found = app.db.read(work!(|conn| -> Error {
        let visible = project_of_path(conn, &caller, &segment, Access::Edit).await?;
        let id = visible.workspace.id;
        Ok((id, assignable(conn, &caller, id).await?))
    }));
    let (id, people) = found.await?;
    Ok(collection(&root, &format!("/projects/{id}/{list}"), &people))
}

async fn of_package(app: &App, request: Request, list: &str) -> ApiResult {
    let id = id_of(&request)?;
    let Request { caller, root, .. } = request;
    let people = app.db.read(work!(|conn| -> Error {
        let (package, _) = require(conn, &caller, id, Access::Edit).await?;
        assignable(conn, &caller, package.workspace_id).await
    }));
    Ok(collection(&root, &format!("/work_packages/{id}/{list}"), &people.await?))
}

async fn assignable(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<Vec<User>, Error> {
    let ids: List<UserId> = read::assignable(conn, caller.account_id, id).await?.into();
    let mut people = users::store::of_account(conn, caller.account_id, &ids).await?;
    people.sort_by_key(|user| ids.iter().position(|id| *id == user.id));
    Ok(people)
}

fn collection(root: &str, path: &str, people: &[User]) -> Response {
    let elements = people.iter().map(|user| UserObject::of(root, user)).collect();
    hal::answer(StatusCode::OK, &Collection::new(Link::to(root, path), elements))
}

/// OpenAPI description of [`available_projects`].
pub const PROJECTS: Operation = Operation {
    answer: Some(|_| schema::object(&["_type"], &[("_type", json!({ "const": "Collection" }))])),
    ..Operation::new(super::TAG, "listProjectsForNewWorkPackages", "List projects for new work packages")
};
/// OpenAPI description of [`projects_of_package`].
pub const PROJECTS_OF_PACKAGE: Operation = Operation {
    id: "listProjectsForWorkPackage",
    summary: "List projects for a work package",
    parameters: &[ID],
    ..PROJECTS
};

/// `GET /api/v3/work_packages/available_projects`
pub async fn available_projects(State(app): State<App>, request: Request) -> ApiResult {
    let Request { caller, root, .. } = request;
    let found = app.db.read(work!(|conn| -> Error {
        if !read::may_add(conn, &caller).await? {
            return Err(Cause::Forbidden.into());
        }
        Ok(projects(conn, &caller, &open(), paging::LIMIT, 0).await?.0)
    }));
    Ok(listed(&root, "/work_packages/available_projects", &found.await?))
}

/// `GET /api/v3/work_packages/{id}/available_projects`
pub async fn projects_of_package(State(app): State<App>, request: Request) -> ApiResult {
    let id = id_of(&request)?;
    let Request { caller, root, .. } = request;
    let found = app.db.read(work!(|conn| -> Error {
        require(conn, &caller, id, Access::Edit).await?;
        Ok(projects(conn, &caller, &open(), paging::LIMIT, 0).await?.0)
    }));
    Ok(listed(&root, &format!("/work_packages/{id}/available_projects"), &found.await?))
}

fn open() -> Projects {
    Projects { active: Some(true), ..Projects::default() }
}

/// The projects in which the caller may add work packages.
fn listed(root: &str, path: &str, found: &[domain::workspaces::VisibleWorkspace]) -> Response {
    let elements: Vec<Value> = found
        .iter()
        .filter(|visible| visible.access >= Access::Edit)
        .map(|visible| {
            let texts = ProjectTexts::of(&visible.workspace);
            json!(ProjectObject::of(root, visible, &texts, true, false))
        })
        .collect();
    hal::answer(StatusCode::OK, &Collection::new(Link::to(root, path), elements))
}
