//! The paths of this surface below `/api/v1`, each with its `OpenAPI` description.

use axum::routing::MethodRouter;

use super::external_references as reference;
use super::participations as participation;
use super::status_changes as change;
use super::status_reports as report;
use super::subscribed_events as event;
use super::users as user;
use super::workspaces as workspace;
use service::openapi::Routes;

/// All routes of the surface.
pub fn routes() -> Routes {
    Routes::new(MethodRouter::new)
        .get("/status_reports", report::index, &report::INDEX)
        .post("/status_reports", report::create, &report::CREATE)
        .get("/status_reports/{id}", report::show, &report::SHOW)
        .put("/status_reports/{id}", report::update, &report::UPDATE)
        .delete("/status_reports/{id}", report::delete, &report::DELETE)
        .get("/workspace_status_changes", change::index, &change::INDEX)
        .post("/workspace_status_changes", change::create, &change::CREATE)
        .get("/workspace_status_changes/{id}", change::show, &change::SHOW)
        .get("/workspaces", workspace::index, &workspace::INDEX)
        .post("/workspaces", workspace::create, &workspace::CREATE)
        .get("/workspaces/{id}", workspace::show, &workspace::SHOW)
        .put("/workspaces/{id}", workspace::update, &workspace::UPDATE)
        .get("/users", user::index, &user::INDEX)
        .get("/users/me", user::me, &user::ME)
        .get("/users/{id}", user::show, &user::SHOW)
        .get("/participations", participation::index, &participation::INDEX)
        .post("/participations", participation::create, &participation::CREATE)
        .get("/participations/{id}", participation::show, &participation::SHOW)
        .put("/participations/{id}", participation::update, &participation::UPDATE)
        .delete("/participations/{id}", participation::delete, &participation::DELETE)
        .get("/external_references", reference::index, &reference::INDEX)
        .post(
            "/external_references/create_or_update",
            reference::create_or_update,
            &reference::CREATE_OR_UPDATE,
        )
        .delete("/external_references/{id}", reference::delete, &reference::DELETE)
        .get("/subscribed_events", event::index, &event::INDEX)
        .get("/subscribed_events/event_types", event::types, &event::TYPES)
}
