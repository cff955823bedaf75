//! The collections that work packages and projects of OpenProject have and that are always empty here.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{ID, id_of, project_of_path, require};
use crate::hal::{Collection, Link};
use crate::projects::lookup;
use crate::{ApiResult, Error, Request, hal};
use domain::participations::Access;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

const EMPTY: Operation = Operation {
    description: "Always empty.",
    parameters: &[ID],
    answer: Some(|_| schema::object(&["_type"], &[("_type", json!({ "const": "Collection" }))])),
    ..Operation::new(super::TAG, "", "")
};

/// OpenAPI description of [`attachments`].
pub const ATTACHMENTS: Operation =
    Operation { id: "listAttachments", summary: "List the attachments of a work package", ..EMPTY };
/// OpenAPI description of [`relations`].
pub const RELATIONS: Operation =
    Operation { id: "listRelations", summary: "List the relations of a work package", ..EMPTY };
/// OpenAPI description of [`watchers`].
pub const WATCHERS: Operation =
    Operation { id: "listWatchers", summary: "List the watchers of a work package", ..EMPTY };
/// OpenAPI description of [`categories`].
pub const CATEGORIES: Operation = Operation {
    id: "listCategories",
    summary: "List the categories of a project",
    parameters: &[lookup::ID],
    ..EMPTY
};
/// OpenAPI description of [`versions`].
pub const VERSIONS: Operation = Operation {
    id: "listVersions",
    summary: "List the versions of a project",
    parameters: &[lookup::ID],
    ..EMPTY
};

/// `GET /api/v3/work_packages/{id}/attachments`
pub async fn attachments(State(app): State<App>, request: Request) -> ApiResult {
    of_package(&app, request, "attachments").await
}

/// `GET /api/v3/work_packages/{id}/relations`
pub async fn relations(State(app): State<App>, request: Request) -> ApiResult {
    of_package(&app, request, "relations").await
}

/// `GET /api/v3/work_packages/{id}/watchers`
pub async fn watchers(State(app): State<App>, request: Request) -> ApiResult {
    of_package(&app, request, "watchers").await
}

/// `GET /api/v3/projects/{id or identifier}/categories`
pub async fn categories(State(app): State<App>, request: Request) -> ApiResult {
    of_project(&app, request, "categories").await
}

/// `GET /api/v3/projects/{id or identifier}/versions`
pub async fn versions(State(app): State<App>, request: Request) -> ApiResult {
    of_project(&app, request, "versions").await
}

async fn of_package(app: &App, request: Request, name: &str) -> ApiResult {
    let id = id_of(&request)?;
    let Request { caller, root, .. } = request;
    let found = app.db.read(work!(|conn| -> Error { require(conn, &caller, id, Access::Client).await }));
    found.await?;
    Ok(nothing(&root, &format!("/work_packages/{id}/{name}")))
}

async fn of_project(app: &App, request: Request, name: &str) -> ApiResult {
    let Request { caller, segment, root, .. } = request;
    let found = app
        .db
        .read(work!(|conn| -> Error { Ok(project_of_path(conn, &caller, &segment, Access::Client).await?) }));
    let id = found.await?.workspace.id;
    Ok(nothing(&root, &format!("/projects/{id}/{name}")))
}

fn nothing(root: &str, path: &str) -> Response {
    hal::answer(StatusCode::OK, &Collection::<Value>::new(Link::to(root, path), Vec::new()))
}
