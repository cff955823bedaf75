//! The paths of this surface below [`service::surface::SCIM`].

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::error::Error;
use super::request::Request;
use super::{ApiResult, discovery, groups, search, users};
use domain::error::Error as Cause;
use service::app::App;

/// All routes of the surface.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ServiceProviderConfig", get(discovery::configuration))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/.search", post(search::search))
        .route("/Users/.search", post(users::search))
        .route("/Groups/.search", post(groups::search))
        .route("/Users", get(users::index).post(users::create))
        .route("/Users/{id}", get(users::show).put(users::replace).patch(users::patch).delete(users::delete))
        .route("/Groups", get(groups::index).post(groups::create))
        .route(
            "/Groups/{id}",
            get(groups::show).put(groups::replace).patch(groups::patch).delete(groups::delete),
        )
        .fallback(no_path)
        .method_not_allowed_fallback(no_method)
}

async fn no_path(State(_): State<App>, _: Request) -> ApiResult {
    Err(Cause::NotFound.into())
}

async fn no_method(State(_): State<App>, _: Request) -> ApiResult {
    Err(Error::no_method())
}
