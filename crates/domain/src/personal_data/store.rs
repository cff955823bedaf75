//! The SQL of the export of a person.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::MOST_BYTES;
use crate::error::{Error as Cause, Result};
use crate::events::Link;
use crate::feed;
use crate::ids::{AccountId, UserId};
use crate::record::{Logged, snapshot};
use crate::table::Table;
use crate::{
    acknowledgements, auth, cadences, comments, directory, erasures, factors, identities, invitations,
    milestones, notes, notifications, oauth, participations, report_drafts, report_history, report_requests,
    sessions, share_links, status_changes, status_reports, users, view_pins, views, watches, work_packages,
    workspaces,
};
use base::clock::Time;
use db::{Conn, Error, Work};
use db::{bind, statements};

/// The number of records in memory at once.
const CHUNK: i64 = 200;

/// The records of one kind that concern a person, after an id.
type Section = (&'static str, for<'c> fn(&'c mut Conn, AccountId, UserId, i64) -> Work<'c, Records, Error>);
/// Records as JSON, with their ids.
type Records = Vec<(i64, Map<String, Value>)>;

/// `STATEMENT = type from "table and alias" "condition";` The condition names the person `:user_id`.
macro_rules! sections {
    ($($name:ident = $module:ident::$type:ident from $from:literal where $condition:literal;)*) => {
        statements! {
            $($name = "select ", $module::$type::COLUMNS, " from ", $from, " where ", $module::$type::PREFIX,
                "account_id = :account_id and ", $module::$type::PREFIX, "id > :after and (", $condition, ") order by ",
                $module::$type::PREFIX, "id limit :limit";)*
            INBOX = "select i.id, i.kind, i.at, i.workspace_id, i.text from inbox_items i
                where i.account_id = :account_id and i.id > :after and (i.user_id = :user_id or i.by_id = :user_id)
                order by i.id limit :limit";
            MAILS = "select m.id, m.kind, m.at, m.workspace_id, m.text from mails m
                where m.account_id = :account_id and m.id > :after and (m.user_id = :user_id or m.by_id = :user_id)
                order by m.id limit :limit";
            EVENTS = "select e.sequence, e.at, e.actor_id, e.kind, e.subject_type, e.subject_id, e.before, e.after,
                    e.previous_hash, e.surface, e.token_id, e.content_sha256
                from events e where e.account_id = :account_id and e.sequence > :after
                    and (e.actor_id = :user_id or (e.subject_type = 'user' and e.subject_id = :user_id))
                order by e.sequence limit :limit";
        }

        static SECTIONS: &[Section] = &[
            $(($module::$type::KIND, |conn, account_id, user_id, after| Box::pin(async move {
                let query = bind![$name; account_id, user_id, after, limit: CHUNK];
                let records = conn.all(&query, $module::$type::read).await?;
                Ok(records.iter().map(|record| (record.id().into(), record.known())).collect())
            })),)*
            ("inbox_item", |conn, account_id, user_id, after| Box::pin(async move {
                let query = bind![INBOX; account_id, user_id, after, limit: CHUNK];
                conn.all(&query, message).await
            })),
            ("mail", |conn, account_id, user_id, after| Box::pin(async move {
                let query = bind![MAILS; account_id, user_id, after, limit: CHUNK];
                conn.all(&query, message).await
            })),
            ("event", |conn, account_id, user_id, after| Box::pin(async move {
                let query = bind![EVENTS; account_id, user_id, after, limit: CHUNK];
                conn.all(&query, |row| crate::events::store::link(account_id, row).map(event)).await
            })),
        ];
    };
}

sections! {
    PERSON = users::User from "users" where "id = :user_id";
    TOKENS = auth::Token from "tokens" where "user_id = :user_id";
    SESSIONS = sessions::Session from "sessions" where "user_id = :user_id";
    IDENTITIES = identities::Identity from "identities" where "user_id = :user_id";
    FACTORS = factors::Factor from "factors" where "user_id = :user_id";
    RECOVERY_CODES = factors::RecoveryCodes from "recovery_codes" where "user_id = :user_id";
    INVITATIONS = invitations::Invitation from "invitations" where "user_id = :user_id";
    APPLICATIONS = oauth::Application from "applications" where "creator_id = :user_id";
    GRANTS = oauth::Grant from "grants" where "user_id = :user_id";
    NOTIFICATIONS = notifications::NotificationSettings from "notification_settings s" where "s.user_id = :user_id";
    WATCHES = watches::Watch from "watches w" where "w.user_id = :user_id";
    VIEWS = views::View from "saved_views" where "user_id = :user_id";
    PINS = view_pins::ViewPins from "view_pins" where "user_id = :user_id";
    PARTICIPATIONS = participations::Participation from "participations p" where "p.user_id = :user_id";
    WORKSPACES = workspaces::Workspace from "workspaces w" where "w.creator_id = :user_id or w.lead_id = :user_id";
    CADENCES = cadences::Cadence from "cadences" where "owner_id = :user_id";
    REPORTS = status_reports::StatusReport from "status_reports r"
        where "r.creator_id = :user_id or r.updater_id = :user_id";
    DELETED_REPORTS = report_history::DeletedReport from "deleted_status_reports r"
        where "r.creator_id = :user_id or r.updater_id = :user_id";
    REPORT_VERSIONS = report_history::ReportVersion from "status_report_versions" where "user_id = :user_id";
    COMMENTS = comments::Comment from "comments c" where "c.author_id = :user_id";
    ACKNOWLEDGEMENTS = acknowledgements::Acknowledgement from "acknowledgements a" where "a.user_id = :user_id";
    CHANGES = status_changes::StatusChange from "workspace_status_changes c" where "c.user_id = :user_id";
    REQUESTS = report_requests::ReportRequest from "report_requests q" where "q.user_id = :user_id";
    DRAFTS = report_drafts::ReportDraft from "report_drafts d"
        where "d.creator_id = :user_id or d.updater_id = :user_id or d.closer_id = :user_id";
    NOTES = notes::Note from "notes n" where "n.creator_id = :user_id or n.owner_id = :user_id";
    MILESTONES = milestones::Milestone from "milestones m" where "m.creator_id = :user_id";
    SHARE_LINKS = share_links::ShareLink from "share_links s" where "s.creator_id = :user_id";
    PACKAGES = work_packages::WorkPackage from "work_packages w"
        where "w.author_id = :user_id or w.assignee_id = :user_id or w.responsible_id = :user_id";
    ACTIVITIES = work_packages::Activity from "work_package_activities a" where "a.user_id = :user_id";
    ENTRIES = directory::Entry from "directory_entries" where "user_id = :user_id";
    MEMBERSHIPS = directory::Member from "directory_members" where "user_id = :user_id";
    ERASURES = erasures::Erasure from "erasures" where "user_id = :user_id";
}

/// What an export says of a record beside its line in the archive.
trait Known: Logged {
    /// What the store knows and the archive does not have.
    fn further(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// The record without secrets.
    fn known(&self) -> Map<String, Value> {
        let mut members = feed::record(Self::KIND, &snapshot(self));
        members.extend(self.further().into_iter().map(|(name, value)| (name.to_owned(), value)));
        members
    }
}

macro_rules! known {
    ($($type:ty)*) => {
        $(impl Known for $type {})*
    };
}

known! {
    users::User factors::RecoveryCodes invitations::Invitation oauth::Application oauth::Grant notifications::NotificationSettings
    watches::Watch views::View view_pins::ViewPins participations::Participation workspaces::Workspace
    cadences::Cadence status_reports::StatusReport report_history::DeletedReport report_history::ReportVersion
    comments::Comment acknowledgements::Acknowledgement status_changes::StatusChange
    report_requests::ReportRequest report_drafts::ReportDraft notes::Note milestones::Milestone share_links::ShareLink
    work_packages::WorkPackage work_packages::Activity identities::Identity erasures::Erasure directory::Entry directory::Member
}

impl Known for auth::Token {
    fn further(&self) -> Vec<(&'static str, Value)> {
        vec![("created_at", json!(self.created_at)), ("used_at", json!(self.used_at))]
    }
}

impl Known for factors::Factor {
    fn further(&self) -> Vec<(&'static str, Value)> {
        vec![("used_at", json!(self.used_at))]
    }
}

impl Known for sessions::Session {
    fn further(&self) -> Vec<(&'static str, Value)> {
        vec![("agent", json!(self.agent)), ("used_at", json!(self.used_at))]
    }
}

fn message(row: &db::Row<'_>) -> db::Result<(i64, Map<String, Value>)> {
    let (id, kind, at): (i64, String, Time) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (workspace_id, text): (Option<i64>, String) = (row.get(3)?, row.get(4)?);
    let members = json!({ "id": id, "kind": kind, "at": at, "workspace_id": workspace_id, "text": text });
    Ok((id, members.as_object().cloned().unwrap_or_default()))
}

fn event(link: Link) -> (i64, Map<String, Value>) {
    let event = link.event;
    let record = |text: Option<String>| text.map(|text| feed::record(&event.subject_type, &text));
    let (before, after) = (record(event.before), record(event.after));
    let members = json!({
        "sequence": event.sequence,
        "type": format!("{}.{}", event.subject_type, event.kind),
        "at": event.at,
        "actor_id": event.actor_id,
        "surface": link.surface,
        "subject_id": event.subject_id,
        "before": before,
        "after": after,
    });
    (event.sequence, members.as_object().cloned().unwrap_or_default())
}

/// Writes all that the store knows of a person: an object with a list of records for each kind.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; those of the store and of the writer.
pub async fn export(
    conn: &mut Conn,
    account_id: AccountId,
    id: UserId,
    at: Time,
    out: &mut (impl Write + Send),
) -> Result<()> {
    let unwritable =
        |error: std::io::Error| Error::Unavailable(format!("the export cannot be written: {error}"));
    users::store::find(conn, account_id, id).await?;
    let head =
        json!({ "kind": "statuary_person", "version": 1, "person_id": id, "exported_at": at }).to_string();
    out.write_all(head.trim_end_matches('}').as_bytes()).map_err(unwritable)?;
    for (kind, section) in SECTIONS {
        write!(out, ",\n\"{kind}\":[").map_err(unwritable)?;
        let (mut after, mut comma) = (i64::MIN, "");
        loop {
            let records = section(conn, account_id, id, after).await?;
            let Some((last, _)) = records.last() else { break };
            after = *last;
            for (_, record) in &records {
                write!(out, "{comma}\n{}", snapshot(record)).map_err(unwritable)?;
                comma = ",";
            }
        }
        write!(out, "]").map_err(unwritable)?;
    }
    out.write_all(b"}\n").and_then(|()| out.flush()).map_err(unwritable)?;
    Ok(())
}

/// An export in memory, up to [`MOST_BYTES`].
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > MOST_BYTES {
            self.is_full = true;
            return Err(std::io::Error::other("it is too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// [`export`] to memory.
///
/// # Errors
/// [`Cause::TooMuch`] if the export is larger than [`MOST_BYTES`].
pub async fn export_to_memory(
    conn: &mut Conn,
    account_id: AccountId,
    id: UserId,
    at: Time,
) -> Result<Vec<u8>> {
    let mut out = Bounded::default();
    let written = export(conn, account_id, id, at, &mut out).await;
    if out.is_full {
        let message = "The export is larger than 32 MiB: the command `statuary user export` writes it.";
        return Err(Cause::TooMuch(message.into()));
    }
    written.map(|()| out.bytes)
}
