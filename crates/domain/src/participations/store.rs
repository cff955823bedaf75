//! The SQL of participations.

pub mod known;

use super::{Access, Draft, NewParticipation, Part, Participation, Parts, Permission, Side};
use crate::ids::{AccountId, UserId, WorkspaceId};

use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::order::{Order, Sort};
use crate::span::Span;
use crate::table;
use crate::table::{Table, record};
use crate::users;
use db::{Conn, List, Query, Row, Value};
use db::{bind, if_ids, if_texts, in_ids, named_column, sql, statements};

record! {
    Participation in participations as p {
        id, account_id, workspace_id, user_id, side, permission, created_at, updated_at
    }
}

named_column! {
    Side: named, name;
    Permission: named, name;
}

const LISTED: &str = sql!(
    "p.account_id = :account_id and p.workspace_id = :workspace_id
        and p.created_at >= :created_start and p.created_at < :created_end
        and p.updated_at >= :updated_start and p.updated_at < :updated_end and ",
    if_ids!("p.id", "only"),
    " and ",
    if_ids!("p.user_id", "users"),
    " and ",
    if_texts!("u.full_name", "full_names"),
    " and (not :providers_only or p.side = 'provider')"
);

statements! {
    ACCESS = "select side, permission from participations
        where account_id = :account_id and workspace_id = :workspace_id and user_id = :user_id";
    UPDATE = "update participations set side = :side, permission = :permission, updated_at = :updated_at
        where account_id = :account_id and id = :id";
    OF_USER = "select ", Participation::COLUMNS, " from participations p
        where p.account_id = :account_id and p.workspace_id = :workspace_id and p.user_id = :user_id";
    OF_WORKSPACES = "select ", Participation::COLUMNS, " from participations p where p.account_id = :account_id and ",
        in_ids!("p.workspace_id", "workspaces"), " limit :limit";
    OF_USERS = "select ", Participation::COLUMNS, " from participations p where p.account_id = :account_id and ",
        in_ids!("p.user_id", "users"), " order by p.id";
    COUNT_OF_USERS = "select p.user_id, count(*) from participations p
        join workspaces w on w.account_id = p.account_id and w.id = p.workspace_id and not w.archived
        where p.account_id = :account_id and ", in_ids!("p.user_id", "users"), " group by p.user_id";
    TAKES_PART = "select count(*) from (select id from participations
        where account_id = :account_id and user_id = :user_id and side = 'provider' limit 1) as one";
    PROVIDES = "select count(*) from participations
        where account_id = :account_id and user_id = :user_id and side = 'provider' and permission in ('edit', 'admin')";
    COUNT_PARTS = "select p.side, p.permission, count(*) from participations p
        where p.account_id = :account_id and p.user_id = :user_id group by p.side, p.permission";
    LIST = "select ", Participation::COLUMNS, " from participations p
        join users u on u.account_id = p.account_id and u.id = p.user_id
        where ", LISTED, "
        order by
            case cast(:order as bigint) when 1 then p.updated_at when -1 then -p.updated_at else 0 end,
            case cast(:order as bigint) when 2 then u.full_name end, case :order when -2 then u.full_name end desc,
            p.id
        limit :limit offset :offset";
    COUNT = "select count(*) from participations p
        join users u on u.account_id = p.account_id and u.id = p.user_id where ", LISTED;
}

/// The filter of a list of participations.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// As `created`.
    pub updated: Span,
    /// Ids.
    pub only: Option<List<i64>>,
    /// Users' ids.
    pub users: Option<List<UserId>>,
    /// Full names.
    pub full_names: Option<List<String>>,
    /// The provider side alone.
    pub providers_only: bool,
}

/// The attributes by which participations can be sorted.
#[derive(Clone, Copy, Debug)]
pub enum SortBy {
    /// The instant of the last change.
    UpdatedAt = 1,
    /// The person's full name.
    UserName = 2,
}

impl Sort for SortBy {
    fn number(self) -> i64 {
        self as i64
    }
}

/// The caller's access to a workspace of the account, which may not exist.
pub async fn access_in(conn: &mut Conn, caller: &Caller, workspace_id: WorkspaceId) -> db::Result<Access> {
    if caller.administrator {
        return Ok(Access::Admin);
    }
    let query = bind![ACCESS; caller.account_id, workspace_id, caller.user_id];
    let access = conn.first(&query, |row| access_of(caller, row, 0)).await?;
    Ok(access.unwrap_or(Access::None))
}

/// The caller's access, from the side and the permission in two columns of a row, which may be null.
pub fn access_of(caller: &Caller, row: &Row<'_>, from: usize) -> db::Result<Access> {
    let (side, permission): (Option<Side>, Option<Permission>) = (row.get(from)?, row.get(from + 1)?);
    Ok(Access::of(caller.administrator, side.zip(permission)))
}

/// Reads a row with the columns of [`access_of`] alone.
pub(crate) fn part(row: &Row<'_>) -> db::Result<Part> {
    let (side, permission): (Option<Side>, Option<Permission>) = (row.get(0)?, row.get(1)?);
    Ok(side.zip(permission))
}

/// What `read` makes of the first row, if the caller sees the health of its workspace and has at least the `needed`
/// access to it. The columns of the row from `column` on are those of [`access_of`].
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_row<T: Send>(
    conn: &mut Conn,
    caller: &Caller,
    query: &Query<[Value<'_>]>,
    column: usize,
    needed: Access,
    mut read: impl FnMut(&Row<'_>) -> db::Result<T> + Send,
) -> Result<Option<T>> {
    let found = conn.first(query, |row| Ok((read(row)?, access_of(caller, row, column)?)));
    let Some((found, access)) = found.await? else { return Ok(None) };
    if !access.sees_health() {
        return Err(Error::NotFound);
    }
    access.require(needed)?;
    Ok(Some(found))
}

/// A page of a workspace's participations, and the total.
pub async fn list(
    conn: &mut Conn,
    account_id: AccountId,
    filter: &Filter,
    order: Order<SortBy>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Participation>, i64)> {
    let (page, count) = bind![LIST, COUNT;
        account_id,
        filter.workspace_id,
        created_start: filter.created.start,
        created_end: filter.created.end,
        updated_start: filter.updated.start,
        updated_end: filter.updated.end,
        filter.only,
        filter.users,
        filter.full_names,
        filter.providers_only,
        order: order.number(),
        limit,
        offset,
    ];
    let count = conn.scalar(&count).await?;
    Ok((conn.all(&page, Participation::read).await?, count))
}

/// A participation, without a check of access.
pub async fn find(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<Option<Participation>> {
    table::find(conn, account_id, id).await
}

/// The participation of a user in a workspace.
pub async fn of_user(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    user_id: UserId,
) -> db::Result<Option<Participation>> {
    conn.first(&bind![OF_USER; account_id, workspace_id, user_id], Participation::read).await
}

/// At most `limit` participations in some workspaces, by id.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: AccountId,
    workspaces: &List<WorkspaceId>,
    limit: i64,
) -> Result<Vec<Participation>> {
    let query = bind![OF_WORKSPACES; account_id, workspaces, limit];
    let mut found = conn.all(&query, Participation::read).await?;
    found.sort_unstable_by_key(|participation| participation.id);
    Ok(found)
}

/// The participations of some users, by id.
pub async fn of_users(
    conn: &mut Conn,
    account_id: AccountId,
    users: &List<UserId>,
) -> db::Result<Vec<Participation>> {
    conn.all(&bind![OF_USERS; account_id, users], Participation::read).await
}

/// The numbers of the workspaces that are not archived in which some users take part.
pub async fn count_of_users(
    conn: &mut Conn,
    account_id: AccountId,
    users: &List<UserId>,
) -> db::Result<Vec<(UserId, i64)>> {
    conn.all(&bind![COUNT_OF_USERS; account_id, users], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// The numbers of the caller's participations.
pub async fn of_caller(conn: &mut Conn, caller: &Caller) -> Result<Parts> {
    let mut parts = Parts::default();
    let query = bind![COUNT_PARTS; caller.account_id, caller.user_id];
    let counts = conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?, row.get::<i64>(2)?))).await?;
    for (side, permission, count) in counts {
        match (side, permission) {
            (Side::Client, _) => parts.client += count,
            (Side::Provider, Permission::View) => parts.view += count,
            (Side::Provider, Permission::Edit) => parts.edit += count,
            (Side::Provider, Permission::Admin) => parts.admin += count,
        }
    }
    Ok(parts)
}

/// Whether the caller may create workspaces: administrators may, and users who may write to one.
pub async fn may_make_workspaces(conn: &mut Conn, caller: &Caller) -> Result<bool> {
    Ok(caller.administrator || conn.scalar(&bind![PROVIDES; caller.account_id, caller.user_id]).await? > 0)
}

/// Whether the caller sees the health of any workspace: administrators do, and people on the provider side.
pub async fn sees_health(conn: &mut Conn, caller: &Caller) -> db::Result<bool> {
    Ok(caller.administrator || conn.scalar(&bind![TAKES_PART; caller.account_id, caller.user_id]).await? > 0)
}

/// Checks a draft; `others` are going to be added before it.
///
/// # Errors
/// [`Error::Invalid`] if an attribute is missing or wrong, or the user participates already.
pub async fn check(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    draft: &Draft,
    others: &[NewParticipation],
) -> Result<NewParticipation> {
    let mut violations = Vec::new();
    let is_other = |id| others.iter().any(|other| (other.workspace_id, other.user_id) == (workspace_id, id));
    match draft.user_id {
        None => violations.push(Violation::new("user_id", Problem::Blank)),
        Some(id) if users::store::of_account(conn, account_id, &List::from([id])).await?.is_empty() => {
            violations.push(Violation::new("user_id", Problem::Missing));
        }
        Some(id) if is_other(id) || of_user(conn, account_id, workspace_id, id).await?.is_some() => {
            violations.push(Violation::new("user_id", Problem::Taken));
        }
        Some(_) => {}
    }
    if draft.role.as_deref().is_none_or(str::is_empty) {
        violations.push(Violation::new("role", Problem::Blank));
    }
    let (side, permission) = draft.read(&mut violations);
    Error::check(violations)?;
    let (Some(user_id), Some(side)) = (draft.user_id, side) else { return Err(Error::NotFound) };
    Ok(NewParticipation { workspace_id, user_id, side, permission: permission.unwrap_or(Permission::Edit) })
}

/// Adds a checked participation.
pub async fn insert(conn: &mut Conn, change: &Change, part: NewParticipation) -> Result<Participation> {
    let NewParticipation { workspace_id, user_id, side, permission } = part;
    let account_id = change.account_id;
    let (created_at, updated_at) = (change.at, change.at);
    let part =
        Participation { id: 0, account_id, workspace_id, user_id, side, permission, created_at, updated_at };
    events::store::create(conn, change, part).await
}

/// Changes side or permission.
///
/// # Errors
/// [`Error::Invalid`] if one of them is unknown.
pub async fn update(
    conn: &mut Conn,
    change: &Change,
    before: &Participation,
    draft: &Draft,
) -> Result<Participation> {
    let mut violations = Vec::new();
    let (side, permission) = draft.read(&mut violations);
    Error::check(violations)?;
    let after = Participation {
        side: side.unwrap_or(before.side),
        permission: permission.unwrap_or(before.permission),
        updated_at: change.at,
        ..before.clone()
    };
    save(conn, change, before, &after).await?;
    Ok(after)
}

/// Writes a changed participation.
pub async fn save(
    conn: &mut Conn,
    change: &Change,
    before: &Participation,
    after: &Participation,
) -> Result<()> {
    let query = bind![UPDATE; after.account_id, after.id, after.side, after.permission, after.updated_at];
    conn.run(&query).await?;
    events::store::updated(conn, change, before, after).await
}

/// Deletes a participation.
pub async fn delete(conn: &mut Conn, change: &Change, part: &Participation) -> Result<()> {
    events::store::delete(conn, change, part).await.map(drop)
}

/// The caller's access, given the caller's participation.
pub fn access(caller: &Caller, part: Option<&Participation>) -> Access {
    Access::of(caller.administrator, part.map(|part| (part.side, part.permission)))
}
