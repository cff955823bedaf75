//! The paths of this surface below `/api/v3`, each with its `OpenAPI` description.

use axum::extract::{Request, State};
use axum::routing::any;

use super::project_statuses as project_status;
use super::projects as project;
use super::projects::{form, schema};
use super::statuses as status;
use super::users as user;
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
