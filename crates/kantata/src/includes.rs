//! Side-loads that several resources share (docs/contracts/kantata.md#includes): full objects, each once.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;
use serde::Serialize;

use super::Envelope;
use super::external_references::object::ExternalReferenceObject;
use super::resource::Presentation;
use super::users::UserObject;
use super::workspaces::object::{WorkspaceAssociations, WorkspaceObject};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::external_references;
use domain::external_references::{ExternalReference, SubjectType};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::users;
use domain::users::User;
use domain::workspaces;
use domain::workspaces::VisibleWorkspace;

/// The maximum number of records that one include returns: weekly reports of a whole page of workspaces for almost two
/// years.
pub const MAX_RECORDS: i64 = 20_000;

/// Ids in ascending order without duplicates.
pub fn sorted<T: Ord>(ids: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Ids in ascending order without duplicates, for a statement.
pub fn list<T: Ord + Serialize>(ids: impl IntoIterator<Item = T>) -> List<T> {
    sorted(ids).into()
}

/// Checks the number of records of an include; the statement must have a limit of one more than [`MAX_RECORDS`].
///
/// # Errors
/// [`Error::TooMuch`]
pub fn bounded<T>(include: &str, records: Vec<T>) -> Result<Vec<T>> {
    if i64::try_from(records.len()).is_ok_and(|count| count <= MAX_RECORDS) {
        return Ok(records);
    }
    Err(Error::TooMuch(format!(
        "include={include} would return more than {MAX_RECORDS} records: ask for fewer objects with per_page, or leave it out"
    )))
}

/// Records by the id of their owner. Clients do not choose ids, so a fast hash is safe.
pub type Grouped<'r, I, T> = HashMap<I, Vec<&'r T>, RandomState>;

/// Groups records by their owner.
pub fn grouped<I: Eq + Hash, T>(records: &[T], owner: impl Fn(&T) -> I) -> Grouped<'_, I, T> {
    let mut groups = Grouped::default();
    for record in records {
        groups.entry(owner(record)).or_default().push(record);
    }
    groups
}

/// The records that one include side-loads, by their ids.
#[derive(Debug)]
pub enum SideLoad {
    /// Users.
    Users(Vec<UserId>),
    /// Workspaces, restricted to those that the caller sees.
    Workspaces(Vec<WorkspaceId>),
    /// The external references of subjects of a type.
    References(SubjectType, Vec<i64>),
    /// A member that is always empty.
    Empty(&'static str),
}

/// The side-loads of a request, in its order, with the records that were found.
#[derive(Debug, Default)]
pub struct Found {
    side_loads: Vec<SideLoad>,
    users: Vec<User>,
    workspaces: Vec<VisibleWorkspace>,
    /// The external references, by id.
    pub references: Vec<ExternalReference>,
}

/// Reads the records of all includes of a request at once.
///
/// # Errors
/// [`Error::TooMuch`], and those of the store.
pub async fn find_all(
    out: &mut Presentation<'_>,
    side_load: impl Fn(&'static str) -> SideLoad,
) -> Result<Found> {
    let side_loads: Vec<_> = out.view.includes.iter().map(|include| side_load(include)).collect();
    if side_loads.is_empty() {
        return Ok(Found::default());
    }
    find(out.conn, out.caller, side_loads).await
}

async fn find(conn: &mut Conn, caller: &Caller, mut side_loads: Vec<SideLoad>) -> Result<Found> {
    let account_id = caller.account_id;
    let (mut user_ids, mut workspace_ids, mut referring) = (None::<Vec<UserId>>, None, None);
    for side_load in &mut side_loads {
        match side_load {
            SideLoad::Users(ids) => {
                *ids = sorted(std::mem::take(ids));
                user_ids.get_or_insert_default().extend(ids.iter().copied());
            }
            SideLoad::Workspaces(ids) => workspace_ids = Some(list(ids.iter().copied())),
            SideLoad::References(kind, ids) => referring = Some((*kind, list(ids.iter().copied()))),
            SideLoad::Empty(_) => {}
        }
    }
    let user_ids = user_ids.map(list);
    let users = async |conn: &mut Conn| match &user_ids {
        Some(ids) => Ok::<_, Error>(users::store::of_account(conn, account_id, ids).await?),
        None => Ok(Vec::new()),
    };
    let workspaces = async |conn: &mut Conn| match &workspace_ids {
        Some(ids) => Ok(workspaces::store::with_ids_seen(conn, caller, ids).await?),
        None => Ok(Vec::new()),
    };
    let referring = async |conn: &mut Conn| match &referring {
        Some((kind, ids)) => references(conn, account_id, *kind, ids).await,
        None => Ok(Vec::new()),
    };
    let (users, (workspaces, references)) =
        conn.join(users, async |conn| Ok(conn.join(workspaces, referring).await?)).await?;
    Ok(Found { side_loads, users, workspaces, references })
}

impl Found {
    /// Adds the side-loads to the envelope, in the order of the request.
    pub fn add_to(&self, out: &mut Presentation<'_>) {
        let Presentation { caller, envelope, .. } = out;
        for side_load in &self.side_loads {
            match side_load {
                SideLoad::Users(ids) => {
                    envelope.open::<UserObject<'_>>();
                    for user in self.users.iter().filter(|user| ids.binary_search(&user.id).is_ok()) {
                        envelope.add(user.id, &UserObject::of(user));
                    }
                }
                SideLoad::Workspaces(_) => {
                    envelope.open::<WorkspaceObject<'_>>();
                    for visible in &self.workspaces {
                        let associations = WorkspaceAssociations::default();
                        let object = WorkspaceObject::of(visible, caller, false, associations);
                        envelope.add(visible.workspace.id, &object);
                    }
                }
                SideLoad::References(..) => add_references(envelope, &self.references),
                SideLoad::Empty(name) => envelope.open_member(name),
            }
        }
    }
}

/// Reads the records of one side-load and adds them to the envelope.
///
/// # Errors
/// Those of [`find_all`].
pub async fn add(out: &mut Presentation<'_>, side_load: SideLoad) -> Result<()> {
    let found = find(out.conn, out.caller, vec![side_load]).await?;
    found.add_to(out);
    Ok(())
}

/// The external references of subjects of a type.
///
/// # Errors
/// [`Error::TooMuch`], and those of the store.
pub async fn references(
    conn: &mut Conn,
    account_id: AccountId,
    kind: SubjectType,
    ids: &List<i64>,
) -> Result<Vec<ExternalReference>> {
    let found = external_references::store::of_subjects(conn, account_id, kind, ids, MAX_RECORDS + 1).await?;
    bounded("external_references", found)
}

/// Side-loads external references.
pub fn add_references(envelope: &mut Envelope, references: &[ExternalReference]) {
    envelope.open::<ExternalReferenceObject<'_>>();
    for reference in references {
        envelope.add(reference.id, &ExternalReferenceObject::of(reference, false));
    }
}
