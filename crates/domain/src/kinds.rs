//! The list of the kinds of records. The log, the archive, the import and the check read it; a new kind is a row here, an
//! implementation of [`crate::record::Archived`] if the archive has it, and its references in
//! `verify/store/references.rs`.

use crate::record::{Logged, Stored};
use crate::{
    accounts, auth, external_references, invitations, oauth, participations, sessions, status_changes,
    status_reports, statuses, users, workspaces,
};
use db::{Conn, Work};

/// Calls a macro with the rows: type, name of the kind, table, field with the account, store. The order is that of the
/// archive, in which a line refers only to lines above it. Records for signing in are not archived.
macro_rules! kinds {
    ($with:ident) => {
        $with! {
            archived { accounts::Account, "account", "accounts", id, accounts::store }
            archived { users::User, "user", "users", account_id, users::store }
            archived { oauth::Application, "application", "applications", account_id, oauth::store }
            unarchived { oauth::Grant, "grant", "grants", account_id, oauth::store::grants }
            unarchived { oauth::RefreshToken, "refresh_token", "refresh_tokens", account_id, oauth::store::refresh_tokens }
            archived { auth::Token, "token", "tokens", account_id, auth::store }
            unarchived { sessions::Session, "session", "sessions", account_id, sessions::store }
            unarchived { invitations::Invitation, "invitation", "invitations", account_id, invitations::store }
            archived { statuses::Status, "status", "statuses", account_id, statuses::store }
            archived { workspaces::Workspace, "workspace", "workspaces", account_id, workspaces::store }
            archived { participations::Participation, "participation", "participations", account_id, participations::store }
            archived { status_reports::StatusReport, "status_report", "status_reports", account_id, status_reports::store }
            archived { status_changes::StatusChange, "workspace_status_change", "workspace_status_changes", account_id, status_changes::store }
            archived { external_references::ExternalReference, "external_reference", "external_references", account_id, external_references::store }
        }
    };
}
pub(crate) use kinds;

macro_rules! logged {
    ($type:ty, $kind:literal, $table:literal, $account_id:ident, $store:path) => {
        impl Logged for $type {
            const KIND: &'static str = $kind;
            const TABLE: &'static str = $table;

            fn id(&self) -> i64 {
                self.id
            }

            fn account_id(&self) -> i64 {
                self.$account_id
            }

            fn after(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, db::Error> {
                use $store as store;
                Box::pin(store::after(conn, id, limit))
            }
        }
    };
}

macro_rules! stored {
    ($type:ty, $store:path) => {
        impl Stored for $type {
            fn with_ids<'c>(conn: &'c mut Conn, ids: &'c str) -> Work<'c, Vec<Self>, db::Error> {
                use $store as store;
                Box::pin(store::with_ids(conn, ids))
            }

            fn insert_with_ids<'c>(conn: &'c mut Conn, records: &'c [Self]) -> Work<'c, (), db::Error> {
                use $store as store;
                Box::pin(store::insert_with_ids(conn, records))
            }
        }
    };
}

macro_rules! implement {
    ($(
        archived { $type:ty, $kind:literal, $table:literal, $account_id:ident, $store:path }
        $(unarchived { $other:ty, $other_kind:literal, $other_table:literal, $owner:ident, $other_store:path })*
    )*) => {
        $(
            logged! { $type, $kind, $table, $account_id, $store }
            stored! { $type, $store }
            $(logged! { $other, $other_kind, $other_table, $owner, $other_store })*
        )*
    };
}

kinds!(implement);
