//! The paths of the pages.

use axum::Router;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::account;
use super::comments as comment;
use super::consent;
use super::desk::{cadence, drafts, index as desk, mine};
use super::factors;
use super::factors::changes as factor;
use super::fields;
use super::first_steps;
use super::forgotten;
use super::inbox;
use super::invitations;
use super::labels;
use super::login as session;
use super::meeting;
use super::milestones as milestone;
use super::notes as note;
use super::openid;
use super::participations as part;
use super::people;
use super::people::erasure;
use super::people::person;
use super::portfolio;
use super::portfolio::pack;
use super::portfolio::sheet;
use super::programmes;
use super::programmes::form as programme;
use super::report_templates as template;
use super::settings;
use super::setup;
use super::share_links as share;
use super::shared;
use super::sheets;
use super::status_reports as report;
use super::status_reports::form as writing;
use super::statuses as status;
use super::tokens as token;
use super::unsubscribe;
use super::views;
use super::webhooks as webhook;
use super::webhooks::{deeds, form as webhook_form};
use super::work_packages as package;
use super::workspace_archive as archive;
use super::workspace_form as project;
use super::workspace_import as import;
use super::workspaces as workspace;
use super::{applications, calendar, changes, palette, preferences, static_files};
use service::app::App;
use service::endpoint::endpoint;

/// All pages.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(endpoint(portfolio::show)))
        .route("/calendar", get(endpoint(calendar::show)).post(endpoint(calendar::update)))
        .route("/changes", get(endpoint(changes::show)))
        .route("/desk", get(endpoint(desk::show)))
        .route("/desk/requests", post(endpoint(desk::ask)))
        .route("/desk/drafts", get(endpoint(drafts::index)))
        .route("/desk/drafts/{id}", get(endpoint(drafts::show)).post(endpoint(drafts::act)))
        .route("/mine", get(endpoint(mine::show)))
        .route("/cadence", get(endpoint(cadence::show_usual)).post(endpoint(cadence::update_usual)))
        .route("/workspaces/{id}/cadence", get(endpoint(cadence::show)).post(endpoint(cadence::update)))
        .route("/start", get(endpoint(first_steps::show)))
        .route("/portfolio.csv", get(endpoint(sheet::csv)))
        .route("/portfolio.xlsx", get(endpoint(sheet::xlsx)))
        .route("/portfolio/pack.pdf", get(endpoint(pack::pdf)))
        .route("/portfolio/pack.xlsx", get(endpoint(pack::xlsx)))
        .route("/portfolio/cells/{workspace}/{week}", get(endpoint(portfolio::cell)))
        .route("/workspaces", post(endpoint(project::create)))
        .route("/workspaces/new", get(endpoint(project::new)))
        .route("/workspaces/import", get(endpoint(import::show)).post(endpoint(import::create)))
        .route("/workspaces/archived", get(endpoint(archive::show)))
        .route("/workspaces/{id}", get(endpoint(workspace::show)).post(endpoint(project::update)))
        .route("/workspaces/{id}/edit", get(endpoint(project::edit)))
        .route("/workspaces/{id}/archived", post(endpoint(archive::update)))
        .route("/workspaces/{id}/status_changes", post(endpoint(workspace::move_to)))
        .route("/workspaces/{id}/reports/new", get(endpoint(writing::new)))
        .route("/workspaces/{id}/reports", post(endpoint(writing::create)))
        .route("/status_reports/{id}", get(endpoint(report::show)).post(endpoint(writing::update)))
        .route("/status_reports/{id}/edit", get(endpoint(writing::edit)))
        .route("/status_reports/{id}/delete", post(endpoint(report::delete)))
        .route("/status_reports/{id}/restore", post(endpoint(report::restore)))
        .route("/status_reports/{id}/comments", post(endpoint(comment::create)))
        .route("/status_reports/{id}/acknowledgement", post(endpoint(comment::acknowledge)))
        .route("/comments/{id}", get(endpoint(comment::show)).post(endpoint(comment::update)))
        .route("/comments/{id}/delete", get(endpoint(comment::ask)).post(endpoint(comment::delete)))
        .route("/inbox", get(endpoint(inbox::show)))
        .route("/inbox/read", post(endpoint(inbox::read)))
        .route("/notifications", get(endpoint(inbox::settings)).post(endpoint(inbox::update)))
        .route("/workspaces/{id}/watch", post(endpoint(inbox::watch)))
        .route("/unsubscribe/{secret}", get(endpoint(unsubscribe::show)).post(endpoint(unsubscribe::create)))
        .route("/forgotten", get(endpoint(forgotten::show)).post(endpoint(forgotten::create)))
        .route("/share_links", get(endpoint(share::show)).post(endpoint(share::create)))
        .route("/share_links/{id}/end", get(endpoint(share::ask)).post(endpoint(share::end)))
        .route("/s/{secret}", get(endpoint(shared::show)).post(endpoint(shared::unlock)))
        .route("/badge/{name}", get(endpoint(shared::badge)))
        .route("/applications", get(endpoint(applications::show)))
        .route("/applications/{id}/end", get(endpoint(applications::ask)).post(endpoint(applications::end)))
        .route("/account", get(endpoint(account::show)).post(endpoint(account::update)))
        .route("/account/password", post(endpoint(account::set_password)))
        .route("/tokens", get(endpoint(token::show)).post(endpoint(token::create)))
        .route("/tokens/{id}/revoke", get(endpoint(token::ask)).post(endpoint(token::revoke)))
        .route("/sessions/{id}/end", post(endpoint(token::end_session)))
        .route("/people", get(endpoint(people::show)).post(endpoint(people::create)))
        .route("/people/invitations", post(endpoint(people::create_many)))
        .route("/people/{id}", get(endpoint(person::show)).post(endpoint(person::update)))
        .route("/people/{id}/erase", get(endpoint(erasure::show)).post(endpoint(erasure::erase)))
        .route("/people/{id}/export", get(endpoint(erasure::export)))
        .route("/people/{id}/hand_over", post(endpoint(person::hand_over)))
        .route("/people/{id}/invitation", post(endpoint(person::invite)))
        .route("/workspaces/{id}/people", get(endpoint(part::show)).post(endpoint(part::create)))
        .route("/workspaces/{id}/people/{part}", post(endpoint(part::update)))
        .route("/workspaces/{id}/people/{part}/remove", get(endpoint(part::ask)).post(endpoint(part::remove)))
        .route("/workspaces/{id}/milestones", post(endpoint(milestone::create)))
        .route("/milestones/{id}", get(endpoint(milestone::edit)).post(endpoint(milestone::update)))
        .route("/milestones/{id}/done", post(endpoint(milestone::done)))
        .route("/milestones/{id}/delete", get(endpoint(milestone::ask)).post(endpoint(milestone::delete)))
        .route("/meeting", get(endpoint(meeting::show)))
        .route("/workspaces/{id}/notes", post(endpoint(note::create)))
        .route("/notes/{id}/done", post(endpoint(note::done)))
        .route("/notes/{id}/delete", get(endpoint(note::ask)).post(endpoint(note::delete)))
        .route("/workspaces/{id}/labels", get(endpoint(labels::edit)).post(endpoint(labels::update)))
        .route("/views", get(endpoint(views::show)).post(endpoint(views::create)))
        .route("/views/new", get(endpoint(views::blank)))
        .route("/views/{id}", get(endpoint(views::edit)).post(endpoint(views::update)))
        .route("/views/{id}/delete", get(endpoint(views::ask)).post(endpoint(views::delete)))
        .route("/views/{id}/pin", post(endpoint(views::pin)))
        .route("/programmes", get(endpoint(programmes::show_all)).post(endpoint(programme::create)))
        .route("/programmes/new", get(endpoint(programme::blank)))
        .route("/programmes/{id}", get(endpoint(programmes::show)).post(endpoint(programme::update)))
        .route("/programmes/{id}/pack.pdf", get(endpoint(pack::programme_pdf)))
        .route("/programmes/{id}/pack.xlsx", get(endpoint(pack::programme_xlsx)))
        .route("/programmes/{id}/edit", get(endpoint(programme::edit)))
        .route("/programmes/{id}/delete", get(endpoint(programme::ask)).post(endpoint(programme::delete)))
        .route("/workspaces/{id}/work_packages", get(endpoint(package::index::show)))
        .route("/work_packages/{id}", get(endpoint(package::show::show)))
        .route("/work_packages/{id}/status", post(endpoint(package::show::move_to)))
        .route("/palette", get(endpoint(palette::show)))
        .route("/preferences", get(endpoint(preferences::show)).post(endpoint(preferences::create)))
        .route("/login", get(endpoint(session::show)).post(endpoint(session::create)))
        .route(
            "/login/factor",
            get(endpoint(factors::sign_in::show)).post(endpoint(factors::sign_in::create)),
        )
        .route("/login/openid", get(endpoint(openid::begin)))
        .route("/login/openid/callback", get(endpoint(openid::callback)))
        .route("/login/openid/logout", post(endpoint(openid::logout::back_channel)))
        .route("/account/factors", get(endpoint(factors::show)).post(endpoint(factors::create)))
        .route("/account/factors/new", get(endpoint(factors::blank)))
        .route("/account/factors/codes", get(endpoint(factor::ask_codes)).post(endpoint(factor::new_codes)))
        .route(
            "/account/factors/{id}/remove",
            get(endpoint(factor::ask_removal)).post(endpoint(factor::remove)),
        )
        .route(
            "/people/{id}/factors/reset",
            get(endpoint(factors::reset::ask)).post(endpoint(factors::reset::reset)),
        )
        .route("/account/openid", post(endpoint(openid::connect)))
        .route("/people/{id}/identities/{identity}/end", post(endpoint(openid::disconnect)))
        .route("/login/{secret}", get(endpoint(session::show_link)).post(endpoint(session::by_link)))
        .route("/logout", post(endpoint(session::delete)))
        .route("/setup/{secret}", get(endpoint(setup::show)).post(endpoint(setup::create)))
        .route("/invitations/{secret}", get(endpoint(invitations::show)).post(endpoint(invitations::accept)))
        .route("/oauth/authorize", get(endpoint(consent::show)).post(endpoint(consent::create)))
        .route("/assets/{name}", get(endpoint(static_files::show)))
        .merge(settings_pages())
        // CSRF tokens are masked, so that the size of a compressed response does not reveal them.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// The pages on which administrators keep what an account has.
fn settings_pages() -> Router<App> {
    Router::new()
        .route("/settings", get(endpoint(settings::show)).post(endpoint(settings::update)))
        .route("/sheets", get(endpoint(sheets::show)).post(endpoint(sheets::create)))
        .route("/sheets/{file}", get(endpoint(sheets::download)))
        .route("/webhooks", get(endpoint(webhook::show)).post(endpoint(webhook_form::create)))
        .route("/webhooks/new", get(endpoint(webhook_form::blank)))
        .route("/webhooks/{id}", get(endpoint(webhook::one)).post(endpoint(webhook_form::update)))
        .route("/webhooks/{id}/edit", get(endpoint(webhook_form::edit)))
        .route("/webhooks/{id}/enabled", post(endpoint(deeds::enable)))
        .route("/webhooks/{id}/secret", get(endpoint(deeds::ask_secret)).post(endpoint(deeds::rotate)))
        .route("/webhooks/{id}/test", post(endpoint(deeds::test)))
        .route("/webhooks/{id}/replay", post(endpoint(deeds::replay)))
        .route("/webhooks/{id}/deliveries/{delivery}/retry", post(endpoint(deeds::retry)))
        .route("/webhooks/{id}/delete", get(endpoint(deeds::ask)).post(endpoint(deeds::delete)))
        .route("/fields", get(endpoint(fields::show)).post(endpoint(fields::create)))
        .route("/fields/new", get(endpoint(fields::blank)))
        .route("/fields/{id}", get(endpoint(fields::edit)).post(endpoint(fields::update)))
        .route("/fields/{id}/delete", get(endpoint(fields::ask)).post(endpoint(fields::delete)))
        .route("/report_templates", get(endpoint(template::show)).post(endpoint(template::create)))
        .route("/report_templates/new", get(endpoint(template::blank)))
        .route("/report_templates/{id}", get(endpoint(template::edit)).post(endpoint(template::update)))
        .route("/report_templates/{id}/delete", get(endpoint(template::ask)).post(endpoint(template::delete)))
        .route("/statuses", get(endpoint(status::show)).post(endpoint(status::create)))
        .route("/statuses/new", get(endpoint(status::blank)))
        .route("/statuses/{id}", get(endpoint(status::edit)).post(endpoint(status::update)))
        .route("/statuses/{id}/place", post(endpoint(status::arrange)))
        .route("/statuses/{id}/delete", get(endpoint(status::ask)).post(endpoint(status::delete)))
}
