//! The resources and their rules, one module each: `mod.rs` has types and rules, `store.rs` the SQL, `archive.rs` the rules
//! for import. The surfaces, the pages and the command line call these modules.

pub mod accounts;
pub mod acknowledgements;
pub mod archive;
pub mod auth;
pub mod backups;
pub mod cadences;
pub mod calendar;
pub mod changes;
pub mod comments;
pub mod counters;
pub mod directory;
pub mod erasures;
pub mod error;
pub mod events;
pub mod external_references;
pub mod factors;
pub mod feed;
pub mod fields;
pub mod figures;
pub mod idempotency;
pub mod identities;
pub mod ids;
pub mod invitations;
mod kinds;
pub mod labels;
pub mod mails;
pub mod milestones;
pub mod moving;
mod named;
pub mod notes;
pub mod notifications;
pub mod oauth;
pub mod order;
pub mod participations;
pub mod personal_data;
pub mod portfolio;
pub mod programmes;
pub mod record;
pub mod report_drafts;
pub mod report_history;
pub mod report_requests;
pub mod report_templates;
pub mod reporting_desk;
pub mod sessions;
pub mod setup;
pub mod share_links;
pub mod span;
pub mod status_changes;
pub mod status_keys;
pub mod status_reports;
pub mod statuses;
pub mod steering;
pub mod subjects;
pub mod table;
pub mod text;
pub mod time_in_status;
pub mod timeline;
pub mod users;
pub mod verify;
pub mod versions;
pub mod view_pins;
pub mod views;
pub mod watches;
pub mod webhooks;
pub mod work_packages;
pub mod workspaces;

/// Every statement of every store, for the test that prepares them on both engines.
pub fn statements() -> impl Iterator<Item = db::Statement> {
    [
        accounts::store::STATEMENTS,
        acknowledgements::store::STATEMENTS,
        auth::store::STATEMENTS,
        backups::store::STATEMENTS,
        cadences::store::STATEMENTS,
        calendar::store::STATEMENTS,
        changes::store::STATEMENTS,
        comments::store::STATEMENTS,
        db::migrate::STATEMENTS,
        directory::store::STATEMENTS,
        directory::store::groups::STATEMENTS,
        erasures::store::STATEMENTS,
        erasures::store::log::STATEMENTS,
        erasures::store::tables::STATEMENTS,
        events::store::STATEMENTS,
        external_references::store::STATEMENTS,
        factors::store::STATEMENTS,
        feed::store::STATEMENTS,
        fields::store::STATEMENTS,
        figures::store::STATEMENTS,
        idempotency::store::STATEMENTS,
        identities::store::STATEMENTS,
        invitations::store::STATEMENTS,
        mails::store::STATEMENTS,
        mails::store::digests::STATEMENTS,
        mails::store::outbox::STATEMENTS,
        mails::store::requests::STATEMENTS,
        labels::store::STATEMENTS,
        milestones::store::STATEMENTS,
        moving::store::STATEMENTS,
        report_drafts::store::STATEMENTS,
        report_requests::store::STATEMENTS,
        reporting_desk::store::STATEMENTS,
        report_templates::store::STATEMENTS,
        notes::store::STATEMENTS,
        notifications::store::inbox::STATEMENTS,
        notifications::store::reminders::STATEMENTS,
        notifications::store::STATEMENTS,
        oauth::store::STATEMENTS,
        oauth::store::grants::STATEMENTS,
        oauth::store::refresh_tokens::STATEMENTS,
        oauth::store::registrations::STATEMENTS,
        participations::store::known::STATEMENTS,
        participations::store::STATEMENTS,
        personal_data::store::STATEMENTS,
        portfolio::store::STATEMENTS,
        programmes::store::STATEMENTS,
        sessions::store::STATEMENTS,
        share_links::store::STATEMENTS,
        status_changes::store::STATEMENTS,
        status_keys::store::STATEMENTS,
        status_reports::store::blocks::STATEMENTS,
        status_reports::store::deleted::STATEMENTS,
        status_reports::store::feed::STATEMENTS,
        status_reports::store::history::STATEMENTS,
        status_reports::store::words::STATEMENTS,
        status_reports::store::list::STATEMENTS,
        status_reports::store::read::STATEMENTS,
        status_reports::store::write::STATEMENTS,
        statuses::store::STATEMENTS,
        time_in_status::store::STATEMENTS,
        timeline::store::STATEMENTS,
        users::store::STATEMENTS,
        verify::store::STATEMENTS,
        verify::store::references::STATEMENTS,
        versions::store::packages::STATEMENTS,
        view_pins::store::STATEMENTS,
        views::store::STATEMENTS,
        versions::store::STATEMENTS,
        counters::store::STATEMENTS,
        work_packages::store::activities::STATEMENTS,
        work_packages::store::evidence::STATEMENTS,
        work_packages::store::feed::STATEMENTS,
        work_packages::store::history::STATEMENTS,
        work_packages::store::list::STATEMENTS,
        work_packages::store::of_status::STATEMENTS,
        work_packages::store::past::STATEMENTS,
        work_packages::store::read::STATEMENTS,
        work_packages::store::recalculation::STATEMENTS,
        work_packages::store::tree::STATEMENTS,
        work_packages::store::write::STATEMENTS,
        watches::store::STATEMENTS,
        webhooks::store::STATEMENTS,
        webhooks::store::deliveries::STATEMENTS,
        webhooks::store::queue::STATEMENTS,
        webhooks::store::rows::STATEMENTS,
        workspaces::store::identifiers::STATEMENTS,
        workspaces::store::list::STATEMENTS,
        workspaces::store::past::STATEMENTS,
        workspaces::store::read::STATEMENTS,
        workspaces::store::write::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(kinds::STATEMENTS.iter().copied().flatten().copied())
}
