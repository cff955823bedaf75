//! The paths of this surface below `/api/v3`, each with its `OpenAPI` description.

use axum::extract::{Request, State};
use axum::routing::any;

use super::project_statuses as project_status;
use super::projects as project;
use super::projects::{form, schema};
use super::statuses as status;
use super::types as typed;
use super::users as user;
use super::work_packages as package;
use super::work_packages::{activities, empty, form as package_form, index, people, schemas};
use super::{ApiResult, error, request, root, wire};
use service::app::App;
use service::openapi::Routes;

/// All routes of the surface. Writes of statuses are an extension, which `strict` omits.
pub fn routes(strict: bool) -> Routes {
    let routes = Routes::new(|| any(no_route).options(wire::options))
        .get("/", root::show, &root::SHOW)
        .get("/configuration", root::configuration, &root::CONFIGURATION)
        .get("/statuses", status::index, &status::INDEX)
        .get("/statuses/{id}", status::show, &status::SHOW)
        .get("/project_statuses/{code}", project_status::show, &project_status::SHOW)
        .get("/projects", project::index, &project::INDEX)
        .post("/projects", project::create, &project::CREATE)
        .get("/projects/schema", schema::show, &schema::SHOW)
        .post("/projects/form", form::create, &form::CREATE)
        .post("/projects/{id}/form", form::update, &form::UPDATE)
        .get("/projects/{id}", project::show, &project::SHOW)
        .patch("/projects/{id}", project::update, &project::UPDATE)
        .get("/projects/{id}/types", typed::types_of_project, &typed::TYPES_OF_PROJECT)
        .get("/projects/{id}/categories", empty::categories, &empty::CATEGORIES)
        .get("/projects/{id}/versions", empty::versions, &empty::VERSIONS)
        .get("/projects/{id}/work_packages", index::index_of_project, &index::INDEX_OF_PROJECT)
        .post("/projects/{id}/work_packages", package::create_in_project, &package::CREATE_IN_PROJECT)
        .post(
            "/projects/{id}/work_packages/form",
            package_form::create_in_project,
            &package_form::CREATE_IN_PROJECT,
        )
        .get(
            "/projects/{id}/available_assignees",
            people::assignees_of_project,
            &people::ASSIGNEES_OF_PROJECT,
        )
        .get(
            "/projects/{id}/available_responsibles",
            people::responsibles_of_project,
            &people::RESPONSIBLES_OF_PROJECT,
        )
        .get("/types", typed::types, &typed::TYPES_INDEX)
        .get("/types/{id}", typed::show_type, &typed::TYPE)
        .get("/priorities", typed::priorities, &typed::PRIORITIES_INDEX)
        .get("/priorities/{id}", typed::show_priority, &typed::PRIORITY)
        .get("/work_packages", index::index, &index::INDEX)
        .post("/work_packages", package::create, &package::CREATE)
        .post("/work_packages/form", package_form::create, &package_form::CREATE)
        .get("/work_packages/available_projects", people::available_projects, &people::PROJECTS)
        .get("/work_packages/schemas", schemas::index, &schemas::INDEX)
        .get("/work_packages/schemas/{id}", schemas::show, &schemas::SHOW)
        .get("/work_packages/{id}", package::show, &package::SHOW)
        .patch("/work_packages/{id}", package::update, &package::UPDATE)
        .delete("/work_packages/{id}", package::delete, &package::DELETE)
        .post("/work_packages/{id}/form", package_form::update, &package_form::UPDATE)
        .get("/work_packages/{id}/activities", activities::index, &activities::INDEX)
        .post("/work_packages/{id}/activities", activities::create, &activities::CREATE)
        .get("/work_packages/{id}/available_assignees", people::assignees, &people::ASSIGNEES)
        .get("/work_packages/{id}/available_responsibles", people::responsibles, &people::RESPONSIBLES)
        .get(
            "/work_packages/{id}/available_projects",
            people::projects_of_package,
            &people::PROJECTS_OF_PACKAGE,
        )
        .get("/work_packages/{id}/attachments", empty::attachments, &empty::ATTACHMENTS)
        .get("/work_packages/{id}/relations", empty::relations, &empty::RELATIONS)
        .get("/work_packages/{id}/watchers", empty::watchers, &empty::WATCHERS)
        .get("/activities/{id}", activities::show, &activities::SHOW)
        .patch("/activities/{id}", activities::update, &activities::UPDATE)
        .get("/users/me", user::me, &user::ME)
        .get("/users/{id}", user::show, &user::SHOW);
    if strict {
        return routes;
    }
    routes
        .post("/statuses", status::create, &status::CREATE)
        .patch("/statuses/{id}", status::update, &status::UPDATE)
        .delete("/statuses/{id}", status::delete, &status::DELETE)
}

/// Any other path or method, refused after the checks of the credentials and the content type.
pub async fn no_route(State(app): State<App>, request: Request) -> ApiResult {
    request::authenticate(&app, request.headers(), request.extensions()).await?;
    request::check_content_type(request.method(), request.headers())?;
    Ok(error::not_found())
}
