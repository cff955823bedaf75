//! The members of a project: OpenProject's schema resource, and the JSON schema of a write.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::hal::Link;
use crate::openapi as doc;
use crate::{ApiResult, Request, hal, project_statuses};
use domain::workspaces::{ProjectStatus, identifier};
use service::openapi::{Operation, schema};

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(|_| schema::object(&["_type", "_links"], &[("_type", json!({ "const": "Schema" }))])),
    ..Operation::new("Projects", "showProjectSchema", "Show the schema of projects")
};

/// `GET /api/v3/projects/schema`
pub async fn show(request: Request) -> ApiResult {
    let writable = !request.caller.is_anonymous();
    Ok(hal::answer(StatusCode::OK, &schema_of(&request.root, writable)))
}

/// The schema resource of projects.
pub fn schema_of(root: &str, writable: bool) -> Value {
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
        ProjectStatus::LISTED.into_iter().map(|status| project_statuses::link(root, status)).collect();
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

/// The members that a write reads. A new project without an identifier gets one.
pub fn writable(is_new: bool) -> Vec<(&'static str, Value)> {
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
