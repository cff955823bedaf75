//! The SQL that finds broken references, independent of the constraints of the engine.

use super::LIMIT;

use db::{Conn, Query, Value};
use db::{bind, statements};

/// A column that refers to a row of another table, in the same account.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The referring table.
    pub table: &'static str,
    /// The referring column.
    pub column: &'static str,
    /// The table to which it refers.
    pub parent: &'static str,
    query: fn() -> Query<[Value<'static>; 1]>,
}

macro_rules! orphans {
    ($table:literal, $key:literal, "account_id") => {
        concat!(
            "select c.account_id, c.",
            $key,
            ", c.account_id from ",
            $table,
            " c
            where not exists (select 1 from accounts p where p.id = c.account_id)
            order by c.account_id, c.",
            $key,
            " limit :limit"
        )
    };
    ($table:literal, $key:literal, $column:literal, $parent:literal) => {
        concat!(
            "select c.account_id, c.",
            $key,
            ", c.",
            $column,
            " from ",
            $table,
            " c
            where c.",
            $column,
            " is not null and not exists
                (select 1 from ",
            $parent,
            " p where p.account_id = c.account_id and p.id = c.",
            $column,
            ")
            order by c.account_id, c.",
            $key,
            " limit :limit"
        )
    };
}

macro_rules! references {
    (
        accounts { $($own:ident = $owned:literal $owned_key:literal;)* }
        rows { $($name:ident = $table:literal $key:literal $column:literal $parent:literal;)* }
    ) => {
        /// Every reference between tables.
        pub const REFERENCES: &[Reference] = &[
            $(Reference { table: $owned, column: "account_id", parent: "accounts", query: || bind![$own; limit: LIMIT] },)*
            $(Reference { table: $table, column: $column, parent: $parent, query: || bind![$name; limit: LIMIT] },)*
        ];
        statements! {
            $($own = orphans!($owned, $owned_key, "account_id");)*
            $($name = orphans!($table, $key, $column, $parent);)*
        }
    };
}

references! {
    accounts {
        USER_ACCOUNT = "users" "id";
        SOURCE_ACCOUNT = "source_records" "source_id";
        POSITION_ACCOUNT = "source_positions" "stage";
        STATUS_ACCOUNT = "statuses" "id";
        TEMPLATE_ACCOUNT = "report_templates" "id";
        FIELD_ACCOUNT = "fields" "id";
        PROGRAMME_ACCOUNT = "programmes" "id";
        WORKSPACE_ACCOUNT = "workspaces" "id";
        APPLICATION_ACCOUNT = "applications" "id";
        KEY_ACCOUNT = "idempotency_keys" "token_id";
        BLOCK_ACCOUNT = "status_report_blocks" "block";
        CALENDAR_ACCOUNT = "calendars" "id";
        CADENCE_ACCOUNT = "cadences" "id";
        VERSION_ACCOUNT = "versions" "sequence";
        ENDPOINT_ACCOUNT = "webhook_endpoints" "id";
        GROUP_ACCOUNT = "directory_groups" "id";
        IMPORT_ACCOUNT = "imported_events" "last_sequence";
    }
    rows {
        TOKEN_USER = "tokens" "id" "user_id" "users";
        TOKEN_APPLICATION = "tokens" "id" "application_id" "applications";
        TOKEN_GRANT = "tokens" "id" "grant_id" "grants";
        WORKSPACE_CREATOR = "workspaces" "id" "creator_id" "users";
        WORKSPACE_LEAD = "workspaces" "id" "lead_id" "users";
        COUNTERS_WORKSPACE = "workspace_counters" "workspace_id" "workspace_id" "workspaces";
        PARTICIPATION_WORKSPACE = "participations" "id" "workspace_id" "workspaces";
        PARTICIPATION_USER = "participations" "id" "user_id" "users";
        REPORT_WORKSPACE = "status_reports" "id" "workspace_id" "workspaces";
        REPORT_CREATOR = "status_reports" "id" "creator_id" "users";
        REPORT_UPDATER = "status_reports" "id" "updater_id" "users";
        DELETED_REPORT_WORKSPACE = "deleted_status_reports" "id" "workspace_id" "workspaces";
        DELETED_REPORT_CREATOR = "deleted_status_reports" "id" "creator_id" "users";
        DELETED_REPORT_UPDATER = "deleted_status_reports" "id" "updater_id" "users";
        REPORT_VERSION_USER = "status_report_versions" "id" "user_id" "users";
        CHANGE_WORKSPACE = "workspace_status_changes" "id" "workspace_id" "workspaces";
        CHANGE_USER = "workspace_status_changes" "id" "user_id" "users";
        CADENCE_WORKSPACE = "cadences" "id" "workspace_id" "workspaces";
        CADENCE_OWNER = "cadences" "id" "owner_id" "users";
        REQUEST_WORKSPACE = "report_requests" "id" "workspace_id" "workspaces";
        REQUEST_USER = "report_requests" "id" "user_id" "users";
        DRAFT_WORKSPACE = "report_drafts" "id" "workspace_id" "workspaces";
        DRAFT_CREATOR = "report_drafts" "id" "creator_id" "users";
        DRAFT_UPDATER = "report_drafts" "id" "updater_id" "users";
        DRAFT_CLOSER = "report_drafts" "id" "closer_id" "users";
        MILESTONE_WORKSPACE = "milestones" "id" "workspace_id" "workspaces";
        MILESTONE_CREATOR = "milestones" "id" "creator_id" "users";
        NOTE_WORKSPACE = "notes" "id" "workspace_id" "workspaces";
        NOTE_OWNER = "notes" "id" "owner_id" "users";
        NOTE_CREATOR = "notes" "id" "creator_id" "users";
        LABELS_WORKSPACE = "workspace_labels" "id" "workspace_id" "workspaces";
        VIEW_OWNER = "saved_views" "id" "user_id" "users";
        VIEW_PINS_USER = "view_pins" "id" "user_id" "users";
        SHARE_LINK_CREATOR = "share_links" "id" "creator_id" "users";
        WATCH_WORKSPACE = "watches" "id" "workspace_id" "workspaces";
        WATCH_USER = "watches" "id" "user_id" "users";
        NOTIFICATION_USER = "notification_settings" "id" "user_id" "users";
        INBOX_USER = "inbox_items" "id" "user_id" "users";
        INBOX_WORKSPACE = "inbox_items" "id" "workspace_id" "workspaces";
        INBOX_BY = "inbox_items" "id" "by_id" "users";
        REMINDER_WORKSPACE = "report_reminders" "workspace_id" "workspace_id" "workspaces";
        MAIL_USER = "mails" "id" "user_id" "users";
        MAIL_WORKSPACE = "mails" "id" "workspace_id" "workspaces";
        MAIL_BY = "mails" "id" "by_id" "users";
        DIGEST_USER = "digests" "user_id" "user_id" "users";
        COMMENT_AUTHOR = "comments" "id" "author_id" "users";
        ACKNOWLEDGEMENT_USER = "acknowledgements" "id" "user_id" "users";
        REFERENCE_WORKSPACE = "external_references" "id" "workspace_id" "workspaces";
        PACKAGE_WORKSPACE = "work_packages" "id" "workspace_id" "workspaces";
        PACKAGE_STATUS = "work_packages" "id" "status_id" "statuses";
        PACKAGE_AUTHOR = "work_packages" "id" "author_id" "users";
        PACKAGE_ASSIGNEE = "work_packages" "id" "assignee_id" "users";
        PACKAGE_RESPONSIBLE = "work_packages" "id" "responsible_id" "users";
        PACKAGE_PARENT = "work_packages" "id" "parent_id" "work_packages";
        ACTIVITY_PACKAGE = "work_package_activities" "id" "work_package_id" "work_packages";
        ACTIVITY_USER = "work_package_activities" "id" "user_id" "users";
        APPLICATION_CREATOR = "applications" "id" "creator_id" "users";
        GRANT_APPLICATION = "grants" "id" "application_id" "applications";
        GRANT_USER = "grants" "id" "user_id" "users";
        REFRESH_TOKEN_GRANT = "refresh_tokens" "id" "grant_id" "grants";
        IDENTITY_USER = "identities" "id" "user_id" "users";
        SESSION_IDENTITY = "sessions" "id" "identity_id" "identities";
        FACTOR_USER = "factors" "id" "user_id" "users";
        RECOVERY_USER = "recovery_codes" "id" "user_id" "users";
        SESSION_USER = "sessions" "id" "user_id" "users";
        DELIVERY_ENDPOINT = "webhook_deliveries" "id" "endpoint_id" "webhook_endpoints";
        ENTRY_USER = "directory_entries" "id" "user_id" "users";
        MEMBER_GROUP = "directory_members" "id" "group_id" "directory_groups";
        MEMBER_USER = "directory_members" "id" "user_id" "users";
        ERASURE_USER = "erasures" "id" "user_id" "users";
        ERASED_EVENT_ERASURE = "erased_events" "sequence" "erasure_id" "erasures";
        INVITATION_USER = "invitations" "id" "user_id" "users";
    }
}

/// Findings about broken references.
pub async fn broken(conn: &mut Conn, reference: &Reference) -> db::Result<Vec<String>> {
    let Reference { table, column, parent, query } = *reference;
    conn.all(&query(), |row| {
        let (account, id, wanted): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "account {account}, row {id} of {table}: its {column} is {wanted}, which {parent} does not have"
        ))
    })
    .await
}
