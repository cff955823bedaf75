//! Types and priorities of work packages, which are the same in every account:
//! `docs/contracts/openproject-work-packages.md#types-and-priorities`.

use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::hal::{Collection, Link, SelfLink};
use crate::projects::lookup::{ID, find};
use crate::{ApiResult, Request, hal};
use domain::error::Error as Cause;
use domain::work;
use domain::work_packages::constants::{PRIORITIES, Priority, TYPES, Type, priority_of, type_of};
use domain::workspaces;
use service::app::App;
use service::openapi::{Operation, schema};

/// The instant that types show as that of their creation.
const SINCE: &str = "2025-01-01T00:00:00.000Z";

/// A type of work packages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Type")]
#[serde(rename_all = "camelCase")]
pub struct TypeObject {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    name: &'static str,
    color: &'static str,
    position: i64,
    is_default: bool,
    is_milestone: bool,
    created_at: &'static str,
    updated_at: &'static str,
    #[serde(rename = "_links")]
    links: SelfLink,
}

/// A priority of work packages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Priority")]
#[serde(rename_all = "camelCase")]
pub struct PriorityObject {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    name: &'static str,
    position: i64,
    color: &'static str,
    is_default: bool,
    is_active: bool,
    #[serde(rename = "_links")]
    links: SelfLink,
}

impl TypeObject {
    /// The wire object of a type.
    pub fn of(root: &str, one: &Type) -> Self {
        let &Type { id, name, color, is_default, is_milestone } = one;
        Self {
            kind: "Type",
            id,
            name,
            color,
            position: id,
            is_default,
            is_milestone,
            created_at: SINCE,
            updated_at: SINCE,
            links: SelfLink { itself: type_link(root, one) },
        }
    }
}

impl PriorityObject {
    /// The wire object of a priority.
    pub fn of(root: &str, one: &Priority) -> Self {
        let &Priority { id, name, position, color, is_default } = one;
        Self {
            kind: "Priority",
            id,
            name,
            position,
            color,
            is_default,
            is_active: true,
            links: SelfLink { itself: priority_link(root, one) },
        }
    }
}

/// A link to a type.
pub fn type_link(root: &str, one: &Type) -> Link {
    Link::to(root, format!("/types/{}", one.id)).titled(one.name)
}

/// A link to a priority.
pub fn priority_link(root: &str, one: &Priority) -> Link {
    Link::to(root, format!("/priorities/{}", one.id)).titled(one.name)
}

/// OpenAPI description of [`types`].
pub const TYPES_INDEX: Operation = Operation {
    answer: Some(schema::of::<Collection<TypeObject>>),
    ..Operation::new("Types", "listTypes", "List types")
};

/// `GET /api/v3/types`
pub async fn types(State(app): State<App>, request: Request) -> ApiResult {
    require_view(&app, &request).await?;
    Ok(all_types(&request.root, "/types"))
}

/// OpenAPI description of [`types_of_project`].
pub const TYPES_OF_PROJECT: Operation = Operation {
    parameters: &[ID],
    answer: Some(schema::of::<Collection<TypeObject>>),
    ..Operation::new("Types", "listTypesOfProject", "List the types of a project")
};

/// `GET /api/v3/projects/{id or identifier}/types`
pub async fn types_of_project(State(app): State<App>, request: Request) -> ApiResult {
    let Request { caller, segment, root, .. } = request;
    let found = app.db.read(work!(|conn| find(conn, &caller, &segment).await)).await?;
    if found.workspace.archived {
        return Err(Cause::Forbidden.into());
    }
    Ok(all_types(&root, &format!("/projects/{}/types", found.workspace.id)))
}

fn all_types(root: &str, path: &str) -> axum::response::Response {
    let elements = TYPES.iter().map(|one| TypeObject::of(root, one)).collect();
    hal::answer(StatusCode::OK, &Collection::new(Link::to(root, path), elements))
}

/// OpenAPI description of [`show_type`].
pub const TYPE: Operation = Operation {
    answer: Some(schema::of::<TypeObject>),
    ..Operation::new("Types", "showType", "Show a type")
};

/// `GET /api/v3/types/{id}`
pub async fn show_type(State(app): State<App>, request: Request) -> ApiResult {
    require_view(&app, &request).await?;
    let one = request.id()?.and_then(type_of).ok_or(Cause::NotFound)?;
    Ok(hal::answer(StatusCode::OK, &TypeObject::of(&request.root, one)))
}

/// OpenAPI description of [`priorities`].
pub const PRIORITIES_INDEX: Operation = Operation {
    answer: Some(schema::of::<Collection<PriorityObject>>),
    ..Operation::new("Priorities", "listPriorities", "List priorities")
};

/// `GET /api/v3/priorities`
pub async fn priorities(State(app): State<App>, request: Request) -> ApiResult {
    require_view(&app, &request).await?;
    let elements = PRIORITIES.iter().map(|one| PriorityObject::of(&request.root, one)).collect();
    Ok(hal::answer(StatusCode::OK, &Collection::new(Link::to(&request.root, "/priorities"), elements)))
}

/// OpenAPI description of [`show_priority`].
pub const PRIORITY: Operation = Operation {
    answer: Some(schema::of::<PriorityObject>),
    ..Operation::new("Priorities", "showPriority", "Show a priority")
};

/// `GET /api/v3/priorities/{id}`
pub async fn show_priority(State(app): State<App>, request: Request) -> ApiResult {
    require_view(&app, &request).await?;
    let one = request.id()?.and_then(priority_of).ok_or(Cause::NotFound)?;
    Ok(hal::answer(StatusCode::OK, &PriorityObject::of(&request.root, one)))
}

/// Returns `Ok` if the caller may see the work packages of any project.
///
/// # Errors
/// [`Cause::Forbidden`]
pub async fn require_view(app: &App, request: &Request) -> Result<(), Cause> {
    let caller = request.caller.clone();
    let may = app.db.read(work!(|conn| Ok(workspaces::store::may_view_work_packages(conn, &caller).await?)));
    if may.await? { Ok(()) } else { Err(Cause::Forbidden) }
}
