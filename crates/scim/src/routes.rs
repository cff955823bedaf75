//! The paths of this surface below [`service::surface::SCIM`].

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::error::Error;
use super::request::Request;
use super::{ApiResult, discovery, groups, search, users};
use domain::error::Error as Cause;
use service::app::App;
use service::endpoint::endpoint;

/// All routes of the surface.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ServiceProviderConfig", get(endpoint(discovery::configuration)))
        .route("/ResourceTypes", get(endpoint(discovery::resource_types)))
        .route("/ResourceTypes/{id}", get(endpoint(discovery::resource_type)))
        .route("/Schemas", get(endpoint(discovery::schemas)))
        .route("/Schemas/{id}", get(endpoint(discovery::schema)))
        .route("/.search", post(endpoint(search::search)))
        .route("/Users/.search", post(endpoint(users::search)))
        .route("/Groups/.search", post(endpoint(groups::search)))
        .route("/Users", get(endpoint(users::index)).post(endpoint(users::create)))
        .route(
            "/Users/{id}",
            get(endpoint(users::show))
                .put(endpoint(users::replace))
                .patch(endpoint(users::patch))
                .delete(endpoint(users::delete)),
        )
        .route("/Groups", get(endpoint(groups::index)).post(endpoint(groups::create)))
        .route(
            "/Groups/{id}",
            get(endpoint(groups::show))
                .put(endpoint(groups::replace))
                .patch(endpoint(groups::patch))
                .delete(endpoint(groups::delete)),
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
