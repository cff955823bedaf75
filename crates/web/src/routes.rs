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

/// All pages.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(portfolio::show))
        .route("/calendar", get(calendar::show).post(calendar::update))
        .route("/changes", get(changes::show))
        .route("/desk", get(desk::show))
        .route("/desk/requests", post(desk::ask))
        .route("/desk/drafts", get(drafts::index))
        .route("/desk/drafts/{id}", get(drafts::show).post(drafts::act))
        .route("/mine", get(mine::show))
        .route("/cadence", get(cadence::show_usual).post(cadence::update_usual))
        .route("/workspaces/{id}/cadence", get(cadence::show).post(cadence::update))
        .route("/start", get(first_steps::show))
        .route("/portfolio.csv", get(sheet::csv))
        .route("/portfolio.xlsx", get(sheet::xlsx))
        .route("/portfolio/pack.pdf", get(pack::pdf))
        .route("/portfolio/pack.xlsx", get(pack::xlsx))
        .route("/portfolio/cells/{workspace}/{week}", get(portfolio::cell))
        .route("/workspaces", post(project::create))
        .route("/workspaces/new", get(project::new))
        .route("/workspaces/import", get(import::show).post(import::create))
        .route("/workspaces/archived", get(archive::show))
        .route("/workspaces/{id}", get(workspace::show).post(project::update))
        .route("/workspaces/{id}/edit", get(project::edit))
        .route("/workspaces/{id}/archived", post(archive::update))
        .route("/workspaces/{id}/status_changes", post(workspace::move_to))
        .route("/workspaces/{id}/reports/new", get(writing::new))
        .route("/workspaces/{id}/reports", post(writing::create))
        .route("/status_reports/{id}", get(report::show).post(writing::update))
        .route("/status_reports/{id}/edit", get(writing::edit))
        .route("/status_reports/{id}/delete", post(report::delete))
        .route("/status_reports/{id}/restore", post(report::restore))
        .route("/status_reports/{id}/comments", post(comment::create))
        .route("/status_reports/{id}/acknowledgement", post(comment::acknowledge))
        .route("/comments/{id}", get(comment::show).post(comment::update))
        .route("/comments/{id}/delete", get(comment::ask).post(comment::delete))
        .route("/inbox", get(inbox::show))
        .route("/inbox/read", post(inbox::read))
        .route("/notifications", get(inbox::settings).post(inbox::update))
        .route("/workspaces/{id}/watch", post(inbox::watch))
        .route("/unsubscribe/{secret}", get(unsubscribe::show).post(unsubscribe::create))
        .route("/forgotten", get(forgotten::show).post(forgotten::create))
        .route("/share_links", get(share::show).post(share::create))
        .route("/share_links/{id}/end", get(share::ask).post(share::end))
        .route("/s/{secret}", get(shared::show).post(shared::unlock))
        .route("/badge/{name}", get(shared::badge))
        .route("/applications", get(applications::show))
        .route("/applications/{id}/end", get(applications::ask).post(applications::end))
        .route("/account", get(account::show).post(account::update))
        .route("/account/password", post(account::set_password))
        .route("/tokens", get(token::show).post(token::create))
        .route("/tokens/{id}/revoke", get(token::ask).post(token::revoke))
        .route("/sessions/{id}/end", post(token::end_session))
        .route("/people", get(people::show).post(people::create))
        .route("/people/invitations", post(people::create_many))
        .route("/people/{id}", get(person::show).post(person::update))
        .route("/people/{id}/erase", get(erasure::show).post(erasure::erase))
        .route("/people/{id}/export", get(erasure::export))
        .route("/people/{id}/hand_over", post(person::hand_over))
        .route("/people/{id}/invitation", post(person::invite))
        .route("/workspaces/{id}/people", get(part::show).post(part::create))
        .route("/workspaces/{id}/people/{part}", post(part::update))
        .route("/workspaces/{id}/people/{part}/remove", get(part::ask).post(part::remove))
        .route("/workspaces/{id}/milestones", post(milestone::create))
        .route("/milestones/{id}", get(milestone::edit).post(milestone::update))
        .route("/milestones/{id}/done", post(milestone::done))
        .route("/milestones/{id}/delete", get(milestone::ask).post(milestone::delete))
        .route("/meeting", get(meeting::show))
        .route("/workspaces/{id}/notes", post(note::create))
        .route("/notes/{id}/done", post(note::done))
        .route("/notes/{id}/delete", get(note::ask).post(note::delete))
        .route("/workspaces/{id}/labels", get(labels::edit).post(labels::update))
        .route("/views", get(views::show).post(views::create))
        .route("/views/new", get(views::blank))
        .route("/views/{id}", get(views::edit).post(views::update))
        .route("/views/{id}/delete", get(views::ask).post(views::delete))
        .route("/views/{id}/pin", post(views::pin))
        .route("/programmes", get(programmes::show_all).post(programme::create))
        .route("/programmes/new", get(programme::blank))
        .route("/programmes/{id}", get(programmes::show).post(programme::update))
        .route("/programmes/{id}/pack.pdf", get(pack::programme_pdf))
        .route("/programmes/{id}/pack.xlsx", get(pack::programme_xlsx))
        .route("/programmes/{id}/edit", get(programme::edit))
        .route("/programmes/{id}/delete", get(programme::ask).post(programme::delete))
        .route("/workspaces/{id}/work_packages", get(package::index::show))
        .route("/work_packages/{id}", get(package::show::show))
        .route("/work_packages/{id}/status", post(package::show::move_to))
        .route("/palette", get(palette::show))
        .route("/preferences", get(preferences::show).post(preferences::create))
        .route("/login", get(session::show).post(session::create))
        .route("/login/factor", get(factors::sign_in::show).post(factors::sign_in::create))
        .route("/login/openid", get(openid::begin))
        .route("/login/openid/callback", get(openid::callback))
        .route("/login/openid/logout", post(openid::logout::back_channel))
        .route("/account/factors", get(factors::show).post(factors::create))
        .route("/account/factors/new", get(factors::blank))
        .route("/account/factors/codes", get(factor::ask_codes).post(factor::new_codes))
        .route("/account/factors/{id}/remove", get(factor::ask_removal).post(factor::remove))
        .route("/people/{id}/factors/reset", get(factors::reset::ask).post(factors::reset::reset))
        .route("/account/openid", post(openid::connect))
        .route("/people/{id}/identities/{identity}/end", post(openid::disconnect))
        .route("/login/{secret}", get(session::show_link).post(session::by_link))
        .route("/logout", post(session::delete))
        .route("/setup/{secret}", get(setup::show).post(setup::create))
        .route("/invitations/{secret}", get(invitations::show).post(invitations::accept))
        .route("/oauth/authorize", get(consent::show).post(consent::create))
        .route("/assets/{name}", get(static_files::show))
        .merge(settings_pages())
        // CSRF tokens are masked, so that the size of a compressed response does not reveal them.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// The pages on which administrators keep what an account has.
fn settings_pages() -> Router<App> {
    Router::new()
        .route("/settings", get(settings::show).post(settings::update))
        .route("/webhooks", get(webhook::show).post(webhook_form::create))
        .route("/webhooks/new", get(webhook_form::blank))
        .route("/webhooks/{id}", get(webhook::one).post(webhook_form::update))
        .route("/webhooks/{id}/edit", get(webhook_form::edit))
        .route("/webhooks/{id}/enabled", post(deeds::enable))
        .route("/webhooks/{id}/secret", get(deeds::ask_secret).post(deeds::rotate))
        .route("/webhooks/{id}/test", post(deeds::test))
        .route("/webhooks/{id}/replay", post(deeds::replay))
        .route("/webhooks/{id}/deliveries/{delivery}/retry", post(deeds::retry))
        .route("/webhooks/{id}/delete", get(deeds::ask).post(deeds::delete))
        .route("/fields", get(fields::show).post(fields::create))
        .route("/fields/new", get(fields::blank))
        .route("/fields/{id}", get(fields::edit).post(fields::update))
        .route("/fields/{id}/delete", get(fields::ask).post(fields::delete))
        .route("/report_templates", get(template::show).post(template::create))
        .route("/report_templates/new", get(template::blank))
        .route("/report_templates/{id}", get(template::edit).post(template::update))
        .route("/report_templates/{id}/delete", get(template::ask).post(template::delete))
        .route("/statuses", get(status::show).post(status::create))
        .route("/statuses/new", get(status::blank))
        .route("/statuses/{id}", get(status::edit).post(status::update))
        .route("/statuses/{id}/place", post(status::arrange))
        .route("/statuses/{id}/delete", get(status::ask).post(status::delete))
}
