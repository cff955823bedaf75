//! Side-loads that several resources have (docs/contracts/kantata.md#includes): plain objects, each once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Envelope, objects};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::external_references;
use domain::external_references::{ExternalReference, SubjectType};
use domain::status_reports;
use domain::users;
use domain::users::User;
use domain::workspaces;
use domain::workspaces::VisibleWorkspace;

/// How many records one include brings at most: weekly reports of a whole page of workspaces for almost two years.
pub const MOST: i64 = 20_000;

/// How many of them are read at a time, where they are long.
const PART: usize = 500;

/// Ids in order, each once.
pub fn sorted(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Ids as the JSON list that statements take.
pub fn list(ids: impl IntoIterator<Item = i64>) -> String {
    serde_json::json!(sorted(ids)).to_string()
}

/// The records of an include, of which the store was asked for up to one more than [`MOST`].
///
/// # Errors
/// [`Error::TooMuch`] where there are more than may be included.
pub fn bounded<T>(include: &str, records: Vec<T>) -> Result<Vec<T>> {
    if i64::try_from(records.len()).is_ok_and(|count| count <= MOST) {
        return Ok(records);
    }
    Err(Error::TooMuch(format!(
        "include={include} would return more than {MOST} records: ask for fewer objects with per_page, or leave it out"
    )))
}

/// Records by the id of the object that they belong to. No client chooses ids, so that a fast hash will do.
pub type Grouped<'r, T> = HashMap<i64, Vec<&'r T>, RandomState>;

/// Records by the object that they belong to.
pub fn grouped<T>(records: &[T], owner: impl Fn(&T) -> i64) -> Grouped<'_, T> {
    let mut groups = Grouped::default();
    for record in records {
        groups.entry(owner(record)).or_default().push(record);
    }
    groups
}

/// The ids of what a page is shown with, as [`list`] makes them; none of what it is shown without.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Users.
    pub users: Option<String>,
    /// Workspaces.
    pub workspaces: Option<String>,
    /// Subjects of a type, whose external references are wanted.
    pub referring: Option<(SubjectType, String)>,
}

/// What was found of it.
#[derive(Debug)]
pub struct Found {
    users: Vec<User>,
    /// Those that the caller sees.
    workspaces: Vec<VisibleWorkspace>,
    /// By id.
    pub references: Vec<ExternalReference>,
}

impl Wanted {
    /// Finds it, all at once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find(self, conn: &mut Conn, caller: &Caller) -> Result<Found> {
        let account_id = caller.account_id;
        let users = async |conn: &mut Conn| match &self.users {
            Some(ids) => Ok::<_, Error>(users::store::of_account(conn, account_id, ids).await?),
            None => Ok(Vec::new()),
        };
        let workspaces = async |conn: &mut Conn| match &self.workspaces {
            Some(ids) => Ok(workspaces::store::with_ids_seen(conn, caller, ids).await?),
            None => Ok(Vec::new()),
        };
        let referring = async |conn: &mut Conn| match &self.referring {
            Some((kind, ids)) => references(conn, account_id, *kind, ids).await,
            None => Ok(Vec::new()),
        };
        let (users, (workspaces, references)) =
            conn.join(users, async |conn| Ok(conn.join(workspaces, referring).await?)).await?;
        Ok(Found { users, workspaces, references })
    }
}

impl Found {
    /// Side-loads those of the users that are of one include.
    pub fn add_users(&self, envelope: &mut Envelope, is_of_include: impl Fn(&User) -> bool) {
        envelope.open("users");
        for user in self.users.iter().filter(|user| is_of_include(user)) {
            envelope.add("users", user.id, &objects::user(user));
        }
    }

    /// Side-loads the workspaces.
    pub fn add_workspaces(&self, envelope: &mut Envelope, caller: &Caller) {
        envelope.open("workspaces");
        for seen in &self.workspaces {
            let object = objects::workspace(seen, caller, false, objects::WorkspaceAssociations::default());
            envelope.add("workspaces", seen.workspace.id, &object);
        }
    }
}

/// The external references of some subjects of a type; `ids` is a JSON list.
///
/// # Errors
/// [`Error::TooMuch`], and those of the store.
pub async fn references(
    conn: &mut Conn,
    account_id: i64,
    kind: SubjectType,
    ids: &str,
) -> Result<Vec<ExternalReference>> {
    let found = external_references::store::of_subjects(conn, account_id, kind, ids, MOST + 1).await?;
    bounded("external_references", found)
}

/// Side-loads external references.
pub fn add_references(envelope: &mut Envelope, references: &[ExternalReference]) {
    envelope.open("external_references");
    for reference in references {
        envelope.add("external_references", reference.id, &objects::external_reference(reference, false));
    }
}

/// Side-loads reports in the order of their ids. A part of them is in memory at a time: there may be [`MOST`].
///
/// # Errors
/// Those of the store.
pub async fn add_reports(
    conn: &mut Conn,
    account_id: i64,
    envelope: &mut Envelope,
    ids: &[i64],
) -> Result<()> {
    envelope.open("status_reports");
    for ids in ids.chunks(PART) {
        let found = status_reports::store::of_account(conn, account_id, &list(ids.iter().copied())).await?;
        for id in ids {
            if let Ok(index) = found.binary_search_by_key(id, |report| report.id) {
                envelope.add("status_reports", *id, &objects::status_report(&found[index], None));
            }
        }
    }
    Ok(())
}

/// The users with these ids.
pub async fn users(
    conn: &mut Conn,
    caller: &Caller,
    envelope: &mut Envelope,
    ids: impl IntoIterator<Item = i64>,
) -> Result<()> {
    let wanted = Wanted { users: Some(list(ids)), ..Wanted::default() };
    wanted.find(conn, caller).await?.add_users(envelope, |_| true);
    Ok(())
}

/// Those of the workspaces that the caller sees.
pub async fn workspaces(
    conn: &mut Conn,
    caller: &Caller,
    envelope: &mut Envelope,
    ids: impl IntoIterator<Item = i64>,
) -> Result<()> {
    let wanted = Wanted { workspaces: Some(list(ids)), ..Wanted::default() };
    wanted.find(conn, caller).await?.add_workspaces(envelope, caller);
    Ok(())
}
