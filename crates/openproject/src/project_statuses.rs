//! Project statuses in the OpenProject surface: `docs/contracts/openproject.md#project-statuses`.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::hal::{Link, SelfLink};
use super::{ApiResult, Request, hal};
use domain::error::Error;
use domain::workspaces::ProjectStatus;
use service::openapi::{Operation, Parameter, schema};

/// One of the six states that a project can be in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProjectStatus")]
pub struct ProjectStatusObject {
    _type: &'static str,
    id: &'static str,
    name: &'static str,
    _links: SelfLink,
}

impl ProjectStatusObject {
    /// The wire object of a project status.
    pub fn of(root: &str, status: ProjectStatus) -> Self {
        Self {
            _type: "ProjectStatus",
            id: status.code(),
            name: status.name(),
            _links: SelfLink { itself: link(root, status) },
        }
    }
}

/// A link to a project status.
pub fn link(root: &str, status: ProjectStatus) -> Link {
    Link::to(root, format!("/project_statuses/{}", status.code())).titled(status.name())
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[Parameter::path("code", code, "The project status.")],
    answer: Some(schema::of::<ProjectStatusObject>),
    ..Operation::new("Project statuses", "showProjectStatus", "Show a project status")
};

/// `GET /api/v3/project_statuses/{code}`
pub async fn show(request: Request) -> ApiResult {
    let status = ProjectStatus::of_code(&request.segment).ok_or(Error::NotFound)?;
    Ok(hal::answer(StatusCode::OK, &ProjectStatusObject::of(&request.root, status)))
}

fn code() -> Value {
    json!({ "enum": ProjectStatus::LISTED.map(ProjectStatus::code) })
}
