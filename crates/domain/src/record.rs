//! What a kind of record offers to the log, the archive, the import and the check. Each kind is a row of
//! [`crate::kinds`].

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

use crate::ids::{AccountId, ApplicationId, ReportId, UserId, WorkPackageId, WorkspaceId};
use base::clock::Time;
use db::{Conn, Work};

use crate::table;
use crate::table::Table;

/// A kind of record that the log has.
pub trait Logged: Table + Serialize {
    /// The name of the kind, in events and in the archive.
    const KIND: &'static str;
}

/// The kind of the event of a creation.
pub const CREATED: &str = "created";

/// The kind of the event of a deletion.
pub const DELETED: &str = "deleted";

/// An event before it is numbered.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `created`, `updated`, `deleted` or `restored`.
    pub kind: &'static str,
    /// The kind of the record.
    pub subject_type: &'static str,
    /// The record.
    pub subject_id: i64,
    /// The record before, if it existed.
    pub before: Option<String>,
    /// The record after, if it exists.
    pub after: Option<String>,
    /// Whether the id is new, so that the log has nothing of the record yet.
    pub is_first: bool,
}

impl Entry {
    /// The creation of a record.
    pub fn created<R: Logged>(after: &R) -> Self {
        Self::new(CREATED, None, Some(after), after)
    }

    /// A change of a record.
    pub fn updated<R: Logged>(before: &R, after: &R) -> Self {
        Self::new("updated", Some(before), Some(after), after)
    }

    /// The deletion of a record.
    pub fn deleted<R: Logged>(before: &R) -> Self {
        Self::new(DELETED, Some(before), None, before)
    }

    /// The return of a deleted record.
    pub fn restored<R: Logged>(after: &R) -> Self {
        Self::new("restored", None, Some(after), after)
    }

    fn new<R: Logged>(kind: &'static str, before: Option<&R>, after: Option<&R>, subject: &R) -> Self {
        let [before, after] = [before, after].map(|record| record.map(snapshot));
        Self { kind, subject_type: R::KIND, subject_id: subject.id().into(), before, after, is_first: false }
    }
}

/// A record or an event as JSON: as its archive line has it, without `kind`.
pub(crate) fn snapshot(record: &impl Serialize) -> String {
    serde_json::to_string(record).expect("a record is made of texts, numbers and lists")
}

/// A kind of record that the archive has: its rules.
pub trait Archived: Logged {
    /// What is wrong when the store refuses a record because of others.
    const CONFLICT: &'static str;

    /// Adds the records that must be above it in the archive.
    fn needs(&self, needs: &mut Needs);
    /// Takes from those records what its line does not have, and checks it.
    ///
    /// # Errors
    /// The reason why it cannot be imported.
    fn settle(&mut self, found: &Found) -> Result<(), String>;
    /// The workspace in whose counters it counts.
    fn counted(&self) -> Option<Counted> {
        None
    }
    /// The events of its import.
    fn entries(&self) -> Vec<Entry> {
        vec![Entry::created(self)]
    }
    /// The records to export with a higher id than `id`, by id.
    fn after(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, db::Error> {
        Box::pin(table::after(conn, id, limit))
    }
    /// The existing ones of some records.
    fn existing<'c>(conn: &'c mut Conn, lines: Vec<&'c Self>) -> Work<'c, Vec<Self>, db::Error> {
        Box::pin(async move {
            let ids = lines.into_iter().map(Self::id).collect();
            table::with_ids(conn, &ids).await
        })
    }
    /// The workspace of which no reminders from before the import are told; `Some(None)` stands for all of the account.
    fn quiets(&self) -> Option<Option<WorkspaceId>> {
        None
    }
    /// Writes what the store keeps beside the rows of imported records.
    fn imported<'c>(_: &'c mut Conn, _: &'c [Self]) -> Work<'c, (), db::Error> {
        Box::pin(async { Ok(()) })
    }
}

/// What a record adds to the counters of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the counters")]
pub struct Counted {
    pub workspace_id: WorkspaceId,
    pub status_reports: i64,
    pub status_changes: i64,
}

/// The ids of records that others refer to.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "named as the kinds")]
pub struct Needs {
    pub accounts: BTreeSet<AccountId>,
    pub users: BTreeSet<UserId>,
    pub applications: BTreeSet<ApplicationId>,
    pub workspaces: BTreeSet<WorkspaceId>,
    pub reports: BTreeSet<ReportId>,
    pub deleted_reports: BTreeSet<ReportId>,
    pub statuses: BTreeSet<i64>,
    pub work_packages: BTreeSet<WorkPackageId>,
}

/// The existing ones of those records, by id.
#[derive(Debug, Default)]
pub struct Found {
    /// The ids alone.
    pub accounts: HashSet<AccountId>,
    /// The account of each.
    pub users: HashMap<UserId, AccountId>,
    /// The account of each.
    pub applications: HashMap<ApplicationId, AccountId>,
    #[expect(missing_docs, reason = "see the type")]
    pub workspaces: HashMap<WorkspaceId, FoundWorkspace>,
    #[expect(missing_docs, reason = "see the type")]
    pub reports: HashMap<ReportId, FoundReport>,
    #[expect(missing_docs, reason = "see the type")]
    pub deleted_reports: HashMap<ReportId, FoundReport>,
    /// The account of each.
    pub statuses: HashMap<i64, AccountId>,
    /// Account and workspace of each.
    pub work_packages: HashMap<WorkPackageId, (AccountId, WorkspaceId)>,
}

/// A workspace that others refer to.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named as in the workspace")]
pub struct FoundWorkspace {
    pub account_id: AccountId,
    pub created_at: Time,
}

/// A status report that others refer to.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named as in the report")]
pub struct FoundReport {
    pub account_id: AccountId,
    pub workspace_id: WorkspaceId,
}

impl Found {
    /// Returns the id if the account exists.
    pub fn account(&self, id: AccountId) -> Result<AccountId, String> {
        self.accounts.get(&id).copied().ok_or_else(|| format!("there is no account {id} above it"))
    }

    /// Returns a workspace.
    pub fn workspace(&self, id: WorkspaceId) -> Result<FoundWorkspace, String> {
        self.workspaces.get(&id).copied().ok_or_else(|| format!("there is no workspace {id} above it"))
    }

    /// Returns a status report.
    pub fn report(&self, id: ReportId) -> Result<FoundReport, String> {
        self.reports.get(&id).copied().ok_or_else(|| format!("there is no status report {id} above it"))
    }

    /// Returns a status report, which may be deleted.
    pub fn any_report(&self, id: ReportId) -> Result<FoundReport, String> {
        self.deleted_reports.get(&id).copied().map_or_else(|| self.report(id), Ok)
    }

    /// Returns `Ok` if the status belongs to the account.
    pub fn status_of(&self, account_id: AccountId, id: i64) -> Result<(), String> {
        match self.statuses.get(&id) {
            Some(account) if *account == account_id => Ok(()),
            Some(_) => Err(format!("status {id} is of another account")),
            None => Err(format!("there is no status {id} above it")),
        }
    }

    /// Returns account and workspace of a work package.
    pub fn work_package(&self, id: WorkPackageId) -> Result<(AccountId, WorkspaceId), String> {
        self.work_packages.get(&id).copied().ok_or_else(|| format!("there is no work package {id} above it"))
    }

    /// Returns the account of a user.
    pub fn user(&self, id: UserId) -> Result<AccountId, String> {
        self.users.get(&id).copied().ok_or_else(|| format!("there is no user {id} above it"))
    }

    /// Returns `Ok` if the application belongs to the account.
    pub fn application_of(&self, account_id: AccountId, id: ApplicationId) -> Result<(), String> {
        match self.applications.get(&id) {
            Some(account) if *account == account_id => Ok(()),
            Some(_) => Err(format!("application {id} is of another account")),
            None => Err(format!("there is no application {id} above it")),
        }
    }

    /// Returns `Ok` if the user belongs to the account.
    pub fn user_of(&self, account_id: AccountId, id: UserId) -> Result<(), String> {
        if self.user(id)? == account_id { Ok(()) } else { Err(format!("user {id} is of another account")) }
    }
}

/// Returns `Ok` if a text is a SHA-256 in hex, and puts its digits in lower case.
pub fn digest(name: &str, text: &mut String) -> Result<(), String> {
    text.make_ascii_lowercase();
    match hex::decode(&text) {
        Ok(bytes) if bytes.len() == 32 => Ok(()),
        _ => Err(format!("`{name}` is not 64 hexadecimal digits")),
    }
}

/// Returns `Ok` if a text is not blank.
pub fn filled(name: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err(format!("`{name}` is blank")) } else { Ok(()) }
}
