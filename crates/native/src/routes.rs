//! The paths of this surface below [`super::ROOT`], each with its `OpenAPI` description.

use axum::routing::MethodRouter;

use super::account;
use super::cadences;
use super::calendar;
use super::changes;
use super::clock;
use super::comments;
use super::erasures;
use super::events;
use super::factors;
use super::fields;
use super::hints;
use super::identities;
use super::labels;
use super::me;
use super::milestones;
use super::notes;
use super::notifications;
use super::pack;
use super::portfolio;
use super::programmes;
use super::report_drafts as drafts;
use super::report_history;
use super::report_templates as templates;
use super::reporting_desk as desk;
use super::request;
use super::share_links;
use super::sheets;
use super::status_changes;
use super::status_keys;
use super::status_reports;
use super::statuses;
use super::time_in_status;
use super::timeline;
use super::users;
use super::views;
use super::webhooks;
use super::webhooks::deliveries;
use super::work_packages;
use super::work_packages::versions;
use super::workspaces;
use service::openapi::Routes;

/// All routes of the surface. The clock has routes only if it is virtual.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn routes(clock_is_virtual: bool) -> Routes {
    let routes = Routes::new(MethodRouter::new)
        .get("/me", me::me, &me::ME)
        .patch("/me", me::update, &me::UPDATE)
        .get("/me/notifications", notifications::show, &notifications::SHOW)
        .put("/me/notifications", notifications::update, &notifications::UPDATE)
        .get("/me/inbox", notifications::inbox, &notifications::INBOX)
        .post("/me/inbox/read", notifications::read, &notifications::READ)
        .get("/workspaces/{id}/watch", notifications::is_watching, &notifications::IS_WATCHING)
        .put_alone("/workspaces/{id}/watch", notifications::watch, &notifications::WATCH)
        .delete("/workspaces/{id}/watch", notifications::unwatch, &notifications::UNWATCH)
        .get("/share_links", share_links::index, &share_links::INDEX)
        .post("/share_links", share_links::create, &share_links::CREATE)
        .get("/share_links/{id}", share_links::show, &share_links::SHOW)
        .delete("/share_links/{id}", share_links::delete, &share_links::DELETE)
        .get("/sheets/{records}", sheets::show, &sheets::SHOW)
        .post("/sheets/{records}", sheets::create, &sheets::CREATE)
        .get("/account", account::show, &account::SHOW)
        .patch("/account", account::update, &account::UPDATE)
        .get("/calendar", calendar::show, &calendar::SHOW)
        .put("/calendar", calendar::update, &calendar::UPDATE)
        .get("/changes", changes::show, &changes::SHOW)
        .get("/time_in_status", time_in_status::show, &time_in_status::SHOW)
        .get("/events", events::index, &events::INDEX)
        .get("/status_keys", status_keys::index, &status_keys::INDEX)
        .get("/status_keys/{key}", status_keys::show, &status_keys::SHOW)
        .get("/statuses", statuses::index, &statuses::INDEX)
        .get("/users", users::index, &users::INDEX)
        .post("/users", users::create, &users::CREATE)
        .get("/users/{id}", users::show, &users::SHOW)
        .patch("/users/{id}", users::update, &users::UPDATE)
        .get("/users/{id}/export", erasures::export, &erasures::EXPORT)
        .post("/users/{id}/erase", erasures::erase, &erasures::ERASE)
        .get("/users/{id}/factors", factors::index, &factors::INDEX)
        .delete("/users/{id}/factors", factors::reset, &factors::RESET)
        .get("/users/{id}/identities", identities::index, &identities::INDEX)
        .delete("/users/{id}/identities/{identity}", identities::delete, &identities::DELETE)
        .get("/portfolio", portfolio::show, &portfolio::SHOW)
        .get("/portfolio/pack", pack::show, &pack::SHOW)
        .get("/workspaces", workspaces::index, &workspaces::INDEX)
        .post("/workspaces", workspaces::create, &workspaces::CREATE)
        .get("/workspaces/{id}", workspaces::show, &workspaces::SHOW)
        .patch("/workspaces/{id}", workspaces::update, &workspaces::UPDATE)
        .get("/status_reports", status_reports::index, &status_reports::INDEX)
        .get("/status_reports/{id}", status_reports::show, &status_reports::SHOW)
        .patch("/status_reports/{id}", status_reports::update, &status_reports::UPDATE)
        .delete("/status_reports/{id}", report_history::delete, &report_history::DELETE)
        .post("/status_reports/{id}/restore", report_history::restore, &report_history::RESTORE)
        .get("/status_reports/{id}/versions", report_history::versions, &report_history::VERSIONS)
        .post("/workspaces/{id}/status_reports", status_reports::create, &status_reports::CREATE)
        .get("/status_reports/{id}/comments", comments::index, &comments::INDEX)
        .post("/status_reports/{id}/comments", comments::create, &comments::CREATE)
        .put_alone("/status_reports/{id}/acknowledgement", comments::acknowledge, &comments::ACKNOWLEDGE)
        .delete("/status_reports/{id}/acknowledgement", comments::withdraw, &comments::WITHDRAW)
        .get("/comments/{id}", comments::show, &comments::SHOW)
        .patch("/comments/{id}", comments::update, &comments::UPDATE)
        .delete("/comments/{id}", comments::delete, &comments::DELETE)
        .get("/status_reports/{id}/hints", hints::show, &hints::SHOW)
        .post("/workspaces/{id}/status_report_hints", hints::preview, &hints::PREVIEW)
        .get("/workspaces/{id}/status_changes", status_changes::index, &status_changes::INDEX)
        .post("/workspaces/{id}/status_changes", status_changes::create, &status_changes::CREATE)
        .get("/workspaces/{id}/milestones", milestones::index, &milestones::INDEX)
        .post("/workspaces/{id}/milestones", milestones::create, &milestones::CREATE)
        .get("/milestones/{id}", milestones::show, &milestones::SHOW)
        .patch("/milestones/{id}", milestones::update, &milestones::UPDATE)
        .delete("/milestones/{id}", milestones::delete, &milestones::DELETE)
        .post("/statuses", statuses::create, &statuses::CREATE)
        .get("/statuses/{id}", statuses::show, &statuses::SHOW)
        .patch("/statuses/{id}", statuses::update, &statuses::UPDATE)
        .delete("/statuses/{id}", statuses::delete, &statuses::DELETE)
        .post("/workspaces/{id}/work_packages", work_packages::create, &work_packages::CREATE)
        .get("/work_packages", work_packages::index, &work_packages::INDEX)
        .get("/work_packages/{id}", work_packages::show, &work_packages::SHOW)
        .patch("/work_packages/{id}", work_packages::update, &work_packages::UPDATE)
        .delete("/work_packages/{id}", work_packages::delete, &work_packages::DELETE)
        .get("/work_packages/{id}/versions", versions::versions, &versions::VERSIONS)
        .get("/workspaces/{id}/notes", notes::index, &notes::INDEX)
        .post("/workspaces/{id}/notes", notes::create, &notes::CREATE)
        .get("/notes/{id}", notes::show, &notes::SHOW)
        .patch("/notes/{id}", notes::update, &notes::UPDATE)
        .delete("/notes/{id}", notes::delete, &notes::DELETE)
        .get("/report_templates", templates::index, &templates::INDEX)
        .post("/report_templates", templates::create, &templates::CREATE)
        .get("/report_templates/{id}", templates::show, &templates::SHOW)
        .patch("/report_templates/{id}", templates::update, &templates::UPDATE)
        .delete("/report_templates/{id}", templates::delete, &templates::DELETE)
        .get("/webhook_endpoints", webhooks::index, &webhooks::INDEX)
        .post("/webhook_endpoints", webhooks::create, &webhooks::CREATE)
        .get("/webhook_endpoints/{id}", webhooks::show, &webhooks::SHOW)
        .patch("/webhook_endpoints/{id}", webhooks::update, &webhooks::UPDATE)
        .delete("/webhook_endpoints/{id}", webhooks::delete, &webhooks::DELETE)
        .post("/webhook_endpoints/{id}/rotate_secret", webhooks::rotate_secret, &webhooks::ROTATE)
        .post("/webhook_endpoints/{id}/test", deliveries::test, &deliveries::TEST)
        .get("/webhook_endpoints/{id}/deliveries", deliveries::index, &deliveries::INDEX)
        .post("/webhook_endpoints/{id}/replay", deliveries::replay, &deliveries::REPLAY)
        .post("/webhook_deliveries/{id}/retry", deliveries::retry, &deliveries::RETRY)
        .get("/cadence", cadences::show_usual, &cadences::SHOW_USUAL)
        .put("/cadence", cadences::update_usual, &cadences::UPDATE_USUAL)
        .delete("/cadence", cadences::delete_usual, &cadences::DELETE_USUAL)
        .get("/workspaces/{id}/cadence", cadences::show, &cadences::SHOW)
        .put("/workspaces/{id}/cadence", cadences::update, &cadences::UPDATE)
        .delete("/workspaces/{id}/cadence", cadences::delete, &cadences::DELETE)
        .get("/reporting_desk", desk::show, &desk::SHOW)
        .post("/workspaces/{id}/report_requests", desk::create, &desk::CREATE)
        .get("/report_drafts", drafts::index, &drafts::INDEX)
        .post(request::DRAFTS, drafts::create, &drafts::CREATE)
        .get("/report_drafts/{id}", drafts::show, &drafts::SHOW)
        .patch("/report_drafts/{id}", drafts::update, &drafts::UPDATE)
        .post("/report_drafts/{id}/publish", drafts::publish, &drafts::PUBLISH)
        .post("/report_drafts/{id}/discard", drafts::discard, &drafts::DISCARD)
        .get("/workspaces/{id}/timeline", timeline::show, &timeline::SHOW);
    let routes = labels_and_programmes(routes);
    if !clock_is_virtual {
        return routes;
    }
    routes.get("/clock", clock::show, &clock::SHOW).put("/clock", clock::update, &clock::UPDATE)
}

/// The routes of own fields, labels, saved views and programmes.
fn labels_and_programmes(routes: Routes) -> Routes {
    routes
        .get("/fields", fields::index, &fields::INDEX)
        .post("/fields", fields::create, &fields::CREATE)
        .get("/fields/{id}", fields::show, &fields::SHOW)
        .patch("/fields/{id}", fields::update, &fields::UPDATE)
        .delete("/fields/{id}", fields::delete, &fields::DELETE)
        .get("/workspaces/{id}/labels", labels::show, &labels::SHOW)
        .put_alone("/workspaces/{id}/labels", labels::update, &labels::UPDATE)
        .get("/views", views::index, &views::INDEX)
        .post("/views", views::create, &views::CREATE)
        .get("/views/{id}", views::show, &views::SHOW)
        .patch("/views/{id}", views::update, &views::UPDATE)
        .delete("/views/{id}", views::delete, &views::DELETE)
        .put_alone("/views/{id}/pin", views::pin, &views::PIN)
        .delete("/views/{id}/pin", views::unpin, &views::UNPIN)
        .get("/programmes", programmes::index, &programmes::INDEX)
        .post("/programmes", programmes::create, &programmes::CREATE)
        .get("/programmes/{id}", programmes::show, &programmes::SHOW)
        .patch("/programmes/{id}", programmes::update, &programmes::UPDATE)
        .delete("/programmes/{id}", programmes::delete, &programmes::DELETE)
}
