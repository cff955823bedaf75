//! The columns of all tables that have words of people. A story compares them with the schema.

use crate::erasures::words::{Form, Words};
use crate::ids::AccountId;
use db::{Conn, Error, Row, Work};
use db::{bind, statements};

/// The number of rows in memory at once.
const CHUNK: i64 = 500;

/// The rows of a table after a key: the key and the columns.
type Page = Vec<(i64, Vec<Option<String>>)>;

/// Writes the columns of a row.
type Update = for<'c> fn(&'c mut Conn, AccountId, i64, Vec<Option<String>>) -> Work<'c, u64, Error>;

/// A table with words of people.
#[derive(Clone, Copy)]
pub struct WordTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns with words, and their forms.
    pub columns: &'static [(&'static str, Form)],
    page: for<'c> fn(&'c mut Conn, AccountId, i64) -> Work<'c, Page, Error>,
    update: Update,
}

/// `CONSTANTS = "table" ["account column", "key column"] { column Form, ... };`
macro_rules! tables {
    ($($page:ident $update:ident = $table:literal [$account:literal, $key:literal] {
        $($column:ident $form:ident $(($($name:literal),*))?),+
    };)*) => {
        statements! {
            $($page = concat!("select ", $key $(, ", ", stringify!($column))+, " from ", $table, " where ", $account,
                " = :account_id and ", $key, " > :after order by ", $key, " limit :limit");)*
            $($update = concat!("update ", $table, " set " $(, stringify!($column), " = :", stringify!($column), ", ")+,
                $key, " = ", $key, " where ", $account, " = :account_id and ", $key, " = :key");)*
        }

        /// All of them.
        pub static TABLES: &[WordTable] = &[$(WordTable {
            name: $table,
            columns: &[$((stringify!($column), form!($form $(($($name),*))?))),+],
            page: |conn, account_id, after| Box::pin(async move {
                const WIDTH: usize = [$(stringify!($column)),+].len();
                conn.all(&bind![$page; account_id, after, limit: CHUNK], |row| Ok((row.get(0)?, texts(row, WIDTH)?))).await
            }),
            update: |conn, account_id, key, values| Box::pin(async move {
                let mut values = values.into_iter();
                $(let $column = values.next().flatten();)+
                conn.run(&bind![$update; account_id, key, $($column: $column),+]).await
            }),
        }),*];
    };
}

macro_rules! form {
    (Json ($($name:literal),*)) => {
        Form::Json(&[$($name),*])
    };
    ($form:ident) => {
        Form::$form
    };
}

tables! {
    ACCOUNTS SET_ACCOUNT = "accounts" ["id", "id"] { name Text };
    USERS SET_USER = "users" ["account_id", "id"] { headline Text };
    APPLICATIONS SET_APPLICATION = "applications" ["account_id", "id"] { name Text, redirect_uris Json() };
    GRANTS SET_GRANT = "grants" ["account_id", "id"] { redirect_uri Text };
    TOKENS SET_TOKEN = "tokens" ["account_id", "id"] { name Text };
    FACTORS SET_FACTOR = "factors" ["account_id", "id"] { name Text };
    STATUSES SET_STATUS = "statuses" ["account_id", "id"] { name Text, name_key Key };
    TEMPLATES SET_TEMPLATE = "report_templates" ["account_id", "id"] { name Text, sections Json() };
    FIELDS SET_FIELD = "fields" ["account_id", "id"] { name Text, choices Json() };
    VIEWS SET_VIEW = "saved_views" ["account_id", "id"] { name Text, query Query };
    WORKSPACES SET_WORKSPACE = "workspaces" ["account_id", "id"] {
        title Text, title_key Key, search_text SearchText, description Text, status_explanation Text
    };
    LABELS SET_LABELS = "workspace_labels" ["account_id", "id"] { tags Json(), fields Json("value"), keys Keys };
    PROGRAMMES SET_PROGRAMME = "programmes" ["account_id", "id"] { name Text, description Text };
    ENDPOINTS SET_ENDPOINT = "webhook_endpoints" ["account_id", "id"] {
        url Text, description Text, last_attempt Json("error")
    };
    DELIVERIES SET_DELIVERY = "webhook_deliveries" ["account_id", "id"] { attempts Json("error") };
    REPORTS SET_REPORT = "status_reports" ["account_id", "id"] { description Text, details Json("description") };
    DELETED_REPORTS SET_DELETED_REPORT = "deleted_status_reports" ["account_id", "id"] {
        description Text, details Json("description")
    };
    REPORT_VERSIONS SET_REPORT_VERSION = "status_report_versions" ["account_id", "id"] { report Json("description") };
    REQUESTS SET_REQUEST = "report_requests" ["account_id", "id"] { message Text };
    DRAFTS SET_DRAFT = "report_drafts" ["account_id", "id"] {
        description Text, details Json("description"), sentences Json("text", "url"), agent Text
    };
    MILESTONES SET_MILESTONE = "milestones" ["account_id", "id"] { name Text };
    NOTES SET_NOTE = "notes" ["account_id", "id"] { text Text };
    COMMENTS SET_COMMENT = "comments" ["account_id", "id"] { text Text };
    CHANGES SET_CHANGE = "workspace_status_changes" ["account_id", "id"] { reason Text };
    EXTERNAL_REFERENCES SET_EXTERNAL_REFERENCE = "external_references" ["account_id", "id"] {
        service_name Text, service_model Text, service_model_ref Text, external_link Text, external_message Text,
        external_status Text
    };
    PACKAGES SET_PACKAGE = "work_packages" ["account_id", "id"] {
        subject Text, subject_key Key, description Text, description_key Key
    };
    ACTIVITIES SET_ACTIVITY = "work_package_activities" ["account_id", "id"] {
        comment Text, comment_key Key, details Json("from", "to")
    };
    INBOX SET_INBOX = "inbox_items" ["account_id", "id"] { text Text };
    MAILS SET_MAIL = "mails" ["account_id", "id"] { text Text };
    GROUPS SET_GROUP = "directory_groups" ["account_id", "id"] { display_name Text, display_key Key };
    VERSIONS SET_VERSION = "versions" ["account_id", "sequence"] { title_key Key, search_text SearchText };
    STATES SET_STATE = "work_package_states" ["account_id", "sequence"] {
        subject Text, subject_key Key, description Text, description_key Key
    };
}

fn texts(row: &Row<'_>, width: usize) -> db::Result<Vec<Option<String>>> {
    (1..=width).map(|index| row.get(index)).collect()
}

impl WordTable {
    /// Replaces words in all rows of an account.
    pub async fn erase(&self, conn: &mut Conn, account_id: AccountId, words: &Words) -> db::Result<()> {
        let mut after = i64::MIN;
        loop {
            let rows = (self.page)(conn, account_id, after).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            for (key, mut values) in rows {
                let mut is_changed = false;
                for ((_, form), value) in self.columns.iter().zip(&mut values) {
                    if let Some(replaced) = value.as_deref().and_then(|own| words.replaced_in(*form, own)) {
                        (*value, is_changed) = (Some(replaced), true);
                    }
                }
                if is_changed {
                    (self.update)(conn, account_id, key, values).await?;
                }
            }
        }
    }
}
