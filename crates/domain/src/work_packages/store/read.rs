//! Reading work packages as a caller sees them.

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
use crate::participations::Access;
use crate::table::record;
use crate::work_packages::WorkPackage;
use crate::workspaces;
use crate::workspaces::VisibleWorkspace;
use db::{Conn, List};
use db::{bind, in_ids, statements};

record! {
    WorkPackage(WorkPackageId) in work_packages as w {
        id, account_id, workspace_id, type_id, status_id, priority_id, author_id, assignee_id, responsible_id, parent_id,
        subject, description, start_date, due_date, work, remaining, percent, lock_version, created_at, updated_at
    }
    with |package| {
        subject_key: package.subject_key(),
        description_key: package.description_key(),
        duration: package.duration()
    }
}

statements! {
    ASSIGNABLE = "select u.id from participations p join users u on u.account_id = p.account_id and u.id = p.user_id
        where p.account_id = :account_id and p.workspace_id = :workspace_id and p.side = 'provider'
            and p.permission in ('edit', 'admin') and u.active
        order by u.full_name, u.id limit :limit";
    IS_ASSIGNABLE = "select count(*) from participations p
        join users u on u.account_id = p.account_id and u.id = p.user_id
        where p.account_id = :account_id and p.workspace_id = :workspace_id and p.user_id = :user_id
            and p.side = 'provider' and p.permission in ('edit', 'admin') and u.active";
    MAY_ADD = "select count(*) from (select p.id from workspaces p
        where p.account_id = :account_id and not p.archived
            and (:administrator or exists (select 1 from participations me where me.account_id = p.account_id
                and me.workspace_id = p.id and me.user_id = :user_id and me.side = 'provider'
                and me.permission in ('edit', 'admin')))
        limit 1) as one";
    SEEN = "select w.id from work_packages w
        join workspaces p on p.account_id = w.account_id and p.id = w.workspace_id and not p.archived
        where w.account_id = :account_id and ", in_ids!("w.id", "ids"), "
            and (:administrator or exists (select 1 from participations me where me.account_id = w.account_id
                and me.workspace_id = w.workspace_id and me.user_id = :user_id))";
}

/// The largest number of people who can be chosen in a form.
const PEOPLE: i64 = 1000;

/// A work package with its workspace, if the caller sees it: that of an archived workspace exists for nobody.
pub async fn find(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
) -> Result<Option<(WorkPackage, VisibleWorkspace)>> {
    let Some(package) = crate::table::find::<WorkPackage>(conn, caller.account_id, id).await? else {
        return Ok(None);
    };
    let visible = workspaces::store::find(conn, caller, package.workspace_id).await?;
    Ok(visible.filter(|visible| !visible.workspace.archived).map(|visible| (package, visible)))
}

/// A work package with its workspace, if the caller has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    needed: Access,
) -> Result<(WorkPackage, VisibleWorkspace)> {
    let (package, visible) = find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    visible.access.require(needed)?;
    Ok((package, visible))
}

/// A workspace in which the caller has at least the `needed` access to work packages; an archived one has none.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_place(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    needed: Access,
) -> Result<VisibleWorkspace> {
    let visible = workspaces::store::find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    holding(visible, needed)
}

/// The workspace, if it is not archived and its caller has at least the `needed` access.
///
/// # Errors
/// [`Error::Forbidden`]
pub fn holding(visible: VisibleWorkspace, needed: Access) -> Result<VisibleWorkspace> {
    visible.access.require(needed)?;
    if visible.workspace.archived { Err(Error::Forbidden) } else { Ok(visible) }
}

/// Whether the caller may add work packages to any workspace.
pub async fn may_add(conn: &mut Conn, caller: &Caller) -> db::Result<bool> {
    Ok(conn.scalar(&bind![MAY_ADD; caller.account_id, caller.user_id, caller.administrator]).await? > 0)
}

/// The ones of some ids whose work packages the caller sees.
pub async fn seen(
    conn: &mut Conn,
    caller: &Caller,
    ids: &List<WorkPackageId>,
) -> db::Result<Vec<WorkPackageId>> {
    let query = bind![SEEN; caller.account_id, caller.user_id, caller.administrator, ids];
    conn.all(&query, |row| row.get(0)).await
}

/// The people who can be assignees of a workspace's work packages, by name; at most a thousand.
pub async fn assignable(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<Vec<UserId>> {
    conn.all(&bind![ASSIGNABLE; account_id, workspace_id, limit: PEOPLE], |row| row.get(0)).await
}

/// Whether a person can be an assignee of a workspace's work packages.
pub async fn is_assignable(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    user_id: UserId,
) -> db::Result<bool> {
    Ok(conn.scalar(&bind![IS_ASSIGNABLE; account_id, workspace_id, user_id]).await? > 0)
}
