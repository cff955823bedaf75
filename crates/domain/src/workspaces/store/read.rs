//! Reading workspaces, as a caller sees them or as they are.

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::{UserId, WorkspaceId};
use crate::participations;
use crate::participations::store::known;
use crate::participations::store::part;
use crate::participations::{Access, Permission, Side};
use crate::table::Table;
use crate::workspaces::{VisibleWorkspace, Workspace};
use db::{Conn, List, Row};
use db::{bind, in_ids, sql, statements};

pub(super) const FROM_SEEN: &str = "from workspaces w
    left join participations me
        on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = :user_id
    where w.account_id = :account_id and (:administrator or me.id is not null)";

/// A workspace with the caller's participation in it.
pub(super) const SEEN: &str = sql!(
    "select ",
    Workspace::COLUMNS,
    ", me.side, me.permission,
    (select p.user_id from participations p where p.account_id = w.account_id
        and p.workspace_id = w.id and p.side = 'provider' order by p.id limit 1),
    (select p.user_id from participations p where p.account_id = w.account_id
        and p.workspace_id = w.id and p.side = 'client' order by p.id limit 1),
    coalesce((select true from participations p where p.account_id = w.account_id
        and p.workspace_id = w.id and p.user_id = w.creator_id and p.side = 'client' limit 1), false),
    w.version,
    case when w.lead_id is not null then (select p.user_id from participations p
        where p.account_id = w.account_id and p.workspace_id = w.id and p.user_id = w.lead_id and p.side = 'provider'
        limit 1) end ",
    FROM_SEEN
);

statements! {
    ACCESS = "select me.side, me.permission from workspaces w
        left join participations me
            on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = :user_id
        where w.account_id = :account_id and w.id = :id";
    FIND = SEEN, " and w.id = :id";
    FIND_CHOSEN = SEEN, " and w.identifier = :identifier";
    WITH_IDS_SEEN = SEEN, " and ", in_ids!("w.id", "ids"), " order by w.id";
    // See `docs/contracts/openproject.md#permission-to-see-statuses`.
    MAY_VIEW_WORK_PACKAGES = "select count(*) from (select w.id from workspaces w
        where w.account_id = :account_id and not w.archived
            and (w.access_level = 'open' or exists (select 1 from participations p
                where p.account_id = w.account_id and p.workspace_id = w.id and p.user_id = :user_id))
        limit 1) as one";
}

/// A row of [`SEEN`].
pub(super) fn visible(caller: &Caller, row: &Row<'_>) -> db::Result<VisibleWorkspace> {
    const WIDTH: usize = Workspace::FIELDS.len();
    let workspace = Workspace::read(row)?;
    let (side, permission): (Option<Side>, Option<Permission>) = (row.get(WIDTH)?, row.get(WIDTH + 1)?);
    let first_provider: Option<UserId> = row.get(WIDTH + 2)?;
    let creator_is_client: bool = row.get(WIDTH + 4)?;
    let chosen_lead: Option<UserId> = row.get(WIDTH + 6)?;
    let usual_lead = if creator_is_client { first_provider } else { Some(workspace.creator_id) };
    Ok(VisibleWorkspace {
        access: Access::of(caller.administrator, side.zip(permission)),
        takes_part: side.is_some(),
        primary_maven_id: chosen_lead.or(usual_lead),
        usual_lead_id: usual_lead,
        primary_counterpart_id: row.get(WIDTH + 3)?,
        version: row.get(WIDTH + 5)?,
        workspace,
    })
}

/// The workspace, if the caller sees it.
pub async fn find(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> db::Result<Option<VisibleWorkspace>> {
    let query = bind![FIND; caller.account_id, caller.user_id, caller.administrator, id];
    conn.first(&query, |row| visible(caller, row)).await
}

/// The workspace with a chosen identifier, if the caller sees it.
pub async fn find_chosen(
    conn: &mut Conn,
    caller: &Caller,
    identifier: &str,
) -> db::Result<Option<VisibleWorkspace>> {
    let query = bind![FIND_CHOSEN; caller.account_id, caller.user_id, caller.administrator, identifier];
    conn.first(&query, |row| visible(caller, row)).await
}

/// The workspace, if the caller has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    needed: Access,
) -> Result<VisibleWorkspace> {
    let seen = find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    seen.access.require(needed)?;
    Ok(seen)
}

/// The workspace, if the caller sees its health and has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_health(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    needed: Access,
) -> Result<VisibleWorkspace> {
    let seen = find(conn, caller, id).await?.filter(|seen| seen.access.sees_health());
    let seen = seen.ok_or(Error::NotFound)?;
    seen.access.require(needed)?;
    Ok(seen)
}

/// The caller's access to a workspace, which may not exist.
pub async fn access(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> db::Result<Access> {
    let (account_id, key) = (caller.account_id, (caller.user_id, id));
    let known = known::of_account(conn, account_id).await?;
    let part = match known.as_ref().and_then(|known| known.get(account_id, key)) {
        Some(part) => Some(part),
        None => conn.first(&bind![ACCESS; account_id, id, caller.user_id].apart(), part).await?,
    };
    if let (Some(known), Some(part)) = (known, part) {
        known.put(account_id, key, part);
    }
    Ok(part.map_or(Access::None, |part| Access::of(caller.administrator, part)))
}

/// The ones of some workspaces that the caller sees, by id.
pub async fn with_ids_seen(
    conn: &mut Conn,
    caller: &Caller,
    ids: &List<WorkspaceId>,
) -> db::Result<Vec<VisibleWorkspace>> {
    let query = bind![WITH_IDS_SEEN; caller.account_id, caller.user_id, caller.administrator, ids];
    conn.all(&query, |row| visible(caller, row)).await
}

/// Whether the caller may see the work packages of any project, and therefore statuses.
pub async fn may_view_work_packages(conn: &mut Conn, caller: &Caller) -> db::Result<bool> {
    let query = bind![MAY_VIEW_WORK_PACKAGES; caller.account_id, caller.user_id];
    Ok(caller.administrator || conn.scalar(&query).await? > 0)
}

/// Returns `Ok` if the caller may create workspaces.
///
/// # Errors
/// [`Error::Forbidden`]
pub async fn require_maker(conn: &mut Conn, caller: &Caller) -> Result<()> {
    if participations::store::may_make_workspaces(conn, caller).await? {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
