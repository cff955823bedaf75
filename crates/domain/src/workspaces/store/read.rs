//! Reading workspaces, as a caller sees them or as they are.

use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::participations;
use crate::participations::{Access, Permission, Side};
use crate::workspaces::{AccessLevel, ProjectStatus, VisibleWorkspace, Workspace};
use db::{Conn, Error as StoreError, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "w.id, w.account_id, w.title, w.description, w.start_date, w.due_date, w.archived, w.status_key,
        w.access_level, w.project_status, w.status_explanation, w.creator_id, w.created_at, w.updated_at,
        w.identifier"
    };
}

macro_rules! from_seen {
    () => {
        "from workspaces w
            left join participations me
                on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = $2
            where w.account_id = $1 and ($3 or me.id is not null)"
    };
}

/// A workspace with the caller's participation in it (`$2`: the user, `$3`: whether an administrator).
macro_rules! seen {
    () => {
        concat!(
            "select ",
            columns!(),
            ", me.side, me.permission,
            (select p.user_id from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.side = 'provider' order by p.id limit 1),
            (select p.user_id from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.side = 'client' order by p.id limit 1),
            coalesce((select true from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.user_id = w.creator_id and p.side = 'client' limit 1), false),
            w.version ",
            from_seen!()
        )
    };
}

pub(super) use {columns, from_seen, seen};

statements! {
    ACCESS = "select me.side, me.permission from workspaces w
        left join participations me
            on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = $3
        where w.account_id = $1 and w.id = $2";
    FIND = concat!(seen!(), " and w.id = $4");
    FIND_CHOSEN = concat!(seen!(), " and w.identifier = $4");
    WITH_IDS_SEEN = concat!(seen!(), "
        and w.id in (select cast(value as bigint) from json_each(cast($4 as text))) order by w.id");
    // See `docs/contracts/openproject.md#permission-to-see-statuses`.
    MAY_VIEW_WORK_PACKAGES = "select count(*) from (select w.id from workspaces w
        where w.account_id = $1 and not w.archived
            and (w.access_level = 'open' or exists (select 1 from participations p
                where p.account_id = w.account_id and p.workspace_id = w.id and p.user_id = $2))
        limit 1) as one";
    AFTER = concat!("select ", columns!(), " from workspaces w where w.id > $1 order by w.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from workspaces w
        where w.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

fn workspace(row: &Row<'_>) -> db::Result<Workspace> {
    let unknown = |what: &str| StoreError::Other(format!("an unknown {what}"));
    let date = |index| -> db::Result<_> {
        let text: Option<String> = row.get(index)?;
        text.map(|text| text.parse().map_err(|_| unknown("date"))).transpose()
    };
    let project_status = row.optional_text(9)?;
    Ok(Workspace {
        id: row.get(0)?,
        account_id: row.get(1)?,
        title: row.get(2)?,
        description: row.get(3)?,
        start_date: date(4)?,
        due_date: date(5)?,
        archived: row.get(6)?,
        status_key: row.get(7)?,
        access_level: AccessLevel::named(row.text(8)?).ok_or_else(|| unknown("access level"))?,
        project_status: project_status
            .map(|code| ProjectStatus::of_code(code).ok_or_else(|| unknown("project status")))
            .transpose()?,
        status_explanation: row.get(10)?,
        creator_id: row.get(11)?,
        created_at: Time(row.get(12)?),
        updated_at: Time(row.get(13)?),
        identifier: row.get(14)?,
    })
}

/// A row of [`seen!`].
pub(super) fn visible(caller: &Caller, row: &Row<'_>) -> db::Result<VisibleWorkspace> {
    let workspace = workspace(row)?;
    let side = row.optional_text(15)?.and_then(Side::named);
    let permission = row.optional_text(16)?.and_then(Permission::named);
    let first_provider: Option<i64> = row.get(17)?;
    let creator_is_client: bool = row.get(19)?;
    Ok(VisibleWorkspace {
        access: Access::of(caller.administrator, side.zip(permission)),
        takes_part: side.is_some(),
        primary_maven_id: if creator_is_client { first_provider } else { Some(workspace.creator_id) },
        primary_counterpart_id: row.get(18)?,
        version: row.get(20)?,
        workspace,
    })
}

/// The workspace, if the caller sees it.
pub async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> db::Result<Option<VisibleWorkspace>> {
    conn.first(FIND, &values![caller.account_id, caller.user_id, caller.administrator, id], |row| {
        visible(caller, row)
    })
    .await
}

/// The workspace with a chosen identifier, if the caller sees it.
pub async fn find_chosen(
    conn: &mut Conn,
    caller: &Caller,
    identifier: &str,
) -> db::Result<Option<VisibleWorkspace>> {
    let values = values![caller.account_id, caller.user_id, caller.administrator, identifier];
    conn.first(FIND_CHOSEN, &values, |row| visible(caller, row)).await
}

/// The workspace, if the caller has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<VisibleWorkspace> {
    let seen = find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    seen.access.require(needed)?;
    Ok(seen)
}

/// The caller's access to a workspace, which may not exist.
pub async fn access(conn: &mut Conn, caller: &Caller, id: i64) -> db::Result<Access> {
    let values = values![caller.account_id, id, caller.user_id];
    let access = conn.first(ACCESS, &values, |row| participations::store::access_of(caller, row, 0)).await?;
    Ok(access.unwrap_or(Access::None))
}

/// The ones of some workspaces that the caller sees, by id; `ids` is a JSON list.
pub async fn with_ids_seen(conn: &mut Conn, caller: &Caller, ids: &str) -> db::Result<Vec<VisibleWorkspace>> {
    let values = values![caller.account_id, caller.user_id, caller.administrator, ids];
    conn.all(WITH_IDS_SEEN, &values, |row| visible(caller, row)).await
}

/// Whether the caller may see the work packages of any project, and therefore statuses.
pub async fn may_view_work_packages(conn: &mut Conn, caller: &Caller) -> db::Result<bool> {
    let values = values![caller.account_id, caller.user_id];
    Ok(caller.administrator || conn.scalar(MAY_VIEW_WORK_PACKAGES, &values).await? > 0)
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

/// Workspaces with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Workspace>> {
    conn.all(AFTER, &values![id, limit], workspace).await
}

/// The existing ones of some workspaces, of all accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Workspace>> {
    conn.all(WITH_IDS, &values![ids], workspace).await
}
