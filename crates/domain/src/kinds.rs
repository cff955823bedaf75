//! The list of the kinds of records. The log, the archive, the import and the check read it; a new kind is a row here, an
//! implementation of [`crate::record::Archived`] if the archive has it, and its references in
//! `verify/store/references.rs`.

use crate::record::Logged;
use crate::table::Table;
use crate::{
    accounts, acknowledgements, auth, cadences, calendar, comments, directory, erasures, external_references,
    factors, fields, identities, invitations, labels, milestones, notes, notifications, oauth,
    participations, programmes, report_drafts, report_history, report_requests, report_templates, sessions,
    share_links, status_changes, status_reports, statuses, users, view_pins, views, watches, webhooks,
    work_packages, workspaces,
};
use db::Statement;

/// Calls a macro with the rows: type, name of the kind. The order is that of the archive, in which a line refers only to
/// lines above it. Records for signing in are not archived.
macro_rules! kinds {
    ($with:ident) => {
        $with! {
            archived { accounts::Account, "account" }
            archived { calendar::Calendar, "calendar" }
            archived { users::User, "user" }
            archived { oauth::Application, "application" }
            unarchived { oauth::Grant, "grant" }
            unarchived { oauth::RefreshToken, "refresh_token" }
            archived { auth::Token, "token" }
            archived { identities::Identity, "identity" }
            unarchived { factors::Factor, "factor" }
            unarchived { factors::RecoveryCodes, "recovery_codes" }
            unarchived { sessions::Session, "session" }
            unarchived { invitations::Invitation, "invitation" }
            unarchived { erasures::Erasure, "erasure" }
            unarchived { directory::Entry, "directory_entry" }
            unarchived { directory::Group, "directory_group" }
            unarchived { directory::Member, "directory_member" }
            archived { statuses::Status, "status" }
            archived { report_templates::ReportTemplate, "report_template" }
            archived { fields::Field, "field" }
            archived { views::View, "view" }
            archived { view_pins::ViewPins, "view_pins" }
            archived { workspaces::Workspace, "workspace" }
            archived { labels::Labels, "workspace_labels" }
            archived { programmes::Programme, "programme" }
            archived { share_links::ShareLink, "share_link" }
            archived { notifications::NotificationSettings, "notification_settings" }
            archived { watches::Watch, "watch" }
            archived { webhooks::WebhookEndpoint, "webhook_endpoint" }
            archived { participations::Participation, "participation" }
            archived { cadences::Cadence, "cadence" }
            archived { status_reports::StatusReport, "status_report" }
            archived { report_requests::ReportRequest, "report_request" }
            archived { milestones::Milestone, "milestone" }
            archived { notes::Note, "note" }
            archived { report_history::DeletedReport, "deleted_status_report" }
            archived { report_history::ReportVersion, "status_report_version" }
            archived { report_drafts::ReportDraft, "report_draft" }
            archived { comments::Comment, "comment" }
            archived { acknowledgements::Acknowledgement, "acknowledgement" }
            archived { status_changes::StatusChange, "workspace_status_change" }
            archived { external_references::ExternalReference, "external_reference" }
            archived { work_packages::WorkPackage, "work_package" }
            archived { work_packages::Activity, "work_package_activity" }
        }
    };
}
pub(crate) use kinds;

macro_rules! logged {
    ($($archive:ident { $type:ty, $kind:literal })*) => {
        $(impl Logged for $type {
            const KIND: &'static str = $kind;
        })*

        /// The names of the kinds.
        pub const NAMES: &[&str] = &[$($kind),*];

        /// The name of the table of a kind.
        pub fn table(kind: &str) -> Option<&'static str> {
            match kind {
                $($kind => Some(<$type>::NAME),)*
                _ => None,
            }
        }

        /// The statements of the tables.
        pub const STATEMENTS: &[&[Statement]] = &[$(<$type>::STATEMENTS),*];
    };
}

kinds!(logged);
