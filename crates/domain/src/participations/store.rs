//! The SQL of participations.

use super::{Access, Draft, NewParticipation, Participation, Parts, Permission, Side};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use crate::span::Span;
use crate::users;
use db::{Conn, Error as StoreError, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "p.id, p.account_id, p.workspace_id, p.user_id, p.side, p.permission, p.created_at, p.updated_at"
    };
}

macro_rules! listed {
    () => {
        "p.account_id = $1 and p.workspace_id = $2
            and p.created_at >= $3 and p.created_at < $4 and p.updated_at >= $5 and p.updated_at < $6
            and (cast($7 as text) is null
                or p.id in (select cast(value as bigint) from json_each(cast($7 as text))))
            and (cast($8 as text) is null
                or p.user_id in (select cast(value as bigint) from json_each(cast($8 as text))))
            and (cast($9 as text) is null
                or u.full_name in (select cast(value as text) from json_each(cast($9 as text))))
            and (not $10 or p.side = 'provider')"
    };
}

statements! {
    ACCESS = "select side, permission from participations
        where account_id = $1 and workspace_id = $2 and user_id = $3";
    INSERT = "insert into participations (account_id, workspace_id, user_id, side, permission, created_at,
            updated_at)
        values ($1, $2, $3, $4, $5, $6, $7) returning id";
    INSERT_WITH_IDS = "insert into participations (account_id, workspace_id, user_id, side, permission, created_at,
            updated_at, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "update participations set side = $3, permission = $4, updated_at = $5
        where account_id = $1 and id = $2";
    DELETE = "delete from participations where account_id = $1 and id = $2";
    FIND = concat!("select ", columns!(), " from participations p where p.account_id = $1 and p.id = $2");
    OF_USER = concat!("select ", columns!(), " from participations p
        where p.account_id = $1 and p.workspace_id = $2 and p.user_id = $3");
    OF_WORKSPACES = concat!("select ", columns!(), " from participations p where p.account_id = $1
        and p.workspace_id in (select cast(value as bigint) from json_each(cast($2 as text))) limit $3");
    OF_USERS = concat!("select ", columns!(), " from participations p where p.account_id = $1
        and p.user_id in (select cast(value as bigint) from json_each(cast($2 as text))) order by p.id");
    OF_ACCOUNT = concat!("select ", columns!(), " from participations p where p.account_id = $1
        and p.id in (select cast(value as bigint) from json_each(cast($2 as text))) order by p.id");
    PROVIDES = "select count(*) from participations
        where account_id = $1 and user_id = $2 and side = 'provider' and permission in ('edit', 'admin')";
    COUNT_PARTS = "select p.side, p.permission, count(*) from participations p
        where p.account_id = $1 and p.user_id = $2 group by p.side, p.permission";
    LIST = concat!("select ", columns!(), " from participations p
        join users u on u.account_id = p.account_id and u.id = p.user_id
        where ", listed!(), "
        order by
            case cast($11 as bigint) when 1 then p.updated_at when -1 then -p.updated_at else 0 end,
            case cast($11 as bigint) when 2 then u.full_name end, case $11 when -2 then u.full_name end desc,
            p.id
        limit $12 offset $13");
    COUNT = concat!("select count(*) from participations p
        join users u on u.account_id = p.account_id and u.id = p.user_id where ", listed!());
    AFTER = concat!("select ", columns!(), " from participations p where p.id > $1 order by p.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from participations p
        where p.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// The filter of a list of participations.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The workspace.
    pub workspace_id: i64,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// As `created`.
    pub updated: Span,
    /// A JSON list of ids.
    pub only: Option<String>,
    /// A JSON list of users' ids.
    pub users: Option<String>,
    /// A JSON list of full names.
    pub full_names: Option<String>,
    /// The provider side alone.
    pub providers_only: bool,
}

/// The order of a list of participations; ties go by id.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// The instant of the last change.
    UpdatedAt,
    /// The person's full name.
    UserName,
}

fn participation(row: &Row<'_>) -> db::Result<Participation> {
    let unknown = || StoreError::Other("an unknown side or permission".into());
    Ok(Participation {
        id: row.get(0)?,
        account_id: row.get(1)?,
        workspace_id: row.get(2)?,
        user_id: row.get(3)?,
        side: Side::named(row.text(4)?).ok_or_else(unknown)?,
        permission: Permission::named(row.text(5)?).ok_or_else(unknown)?,
        created_at: Time(row.get(6)?),
        updated_at: Time(row.get(7)?),
    })
}

fn row(part: &Participation) -> [db::Value<'_>; 7] {
    values![
        part.account_id,
        part.workspace_id,
        part.user_id,
        part.side.name(),
        part.permission.name(),
        part.created_at.0,
        part.updated_at.0
    ]
}

/// The caller's access to a workspace of the account, which may not exist.
pub async fn access_in(conn: &mut Conn, caller: &Caller, workspace_id: i64) -> db::Result<Access> {
    if caller.administrator {
        return Ok(Access::Admin);
    }
    let values = values![caller.account_id, workspace_id, caller.user_id];
    let access = conn.first(ACCESS, &values, |row| access_of(caller, row, 0)).await?;
    Ok(access.unwrap_or(Access::None))
}

/// The caller's access, from the side and the permission in two columns of a row, which may be null.
pub fn access_of(caller: &Caller, row: &Row<'_>, from: usize) -> db::Result<Access> {
    let side = row.optional_text(from)?.and_then(Side::named);
    let permission = row.optional_text(from + 1)?.and_then(Permission::named);
    Ok(Access::of(caller.administrator, side.zip(permission)))
}

/// A page of a workspace's participations, and the total.
pub async fn list(
    conn: &mut Conn,
    account_id: i64,
    filter: &Filter,
    (sort, descending): (Sort, bool),
    limit: i64,
    offset: i64,
) -> Result<(Vec<Participation>, i64)> {
    let sort = match sort {
        Sort::UpdatedAt => 1_i64,
        Sort::UserName => 2,
    };
    let mut narrowed = values![
        account_id,
        filter.workspace_id,
        filter.created.start.0,
        filter.created.end.0,
        filter.updated.start.0,
        filter.updated.end.0,
        filter.only.as_deref(),
        filter.users.as_deref(),
        filter.full_names.as_deref(),
        filter.providers_only
    ]
    .to_vec();
    let count = conn.scalar(COUNT, &narrowed).await?;
    narrowed.extend(values![if descending { -sort } else { sort }, limit, offset]);
    Ok((conn.all(LIST, &narrowed, participation).await?, count))
}

/// A participation, without a check of access.
pub async fn find(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<Option<Participation>> {
    conn.first(FIND, &values![account_id, id], participation).await
}

/// The participation of a user in a workspace.
pub async fn of_user(
    conn: &mut Conn,
    account_id: i64,
    workspace_id: i64,
    user_id: i64,
) -> db::Result<Option<Participation>> {
    conn.first(OF_USER, &values![account_id, workspace_id, user_id], participation).await
}

/// At most `limit` participations in some workspaces, by id; `workspaces` is a JSON list of ids.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: i64,
    workspaces: &str,
    limit: i64,
) -> Result<Vec<Participation>> {
    let mut found = conn.all(OF_WORKSPACES, &values![account_id, workspaces, limit], participation).await?;
    found.sort_unstable_by_key(|participation| participation.id);
    Ok(found)
}

/// The participations of some users, by id; `users` is a JSON list of ids.
pub async fn of_users(conn: &mut Conn, account_id: i64, users: &str) -> db::Result<Vec<Participation>> {
    conn.all(OF_USERS, &values![account_id, users], participation).await
}

/// Those of the participations that are of the account, by id; `ids` is a JSON list.
pub async fn of_account(conn: &mut Conn, account_id: i64, ids: &str) -> db::Result<Vec<Participation>> {
    conn.all(OF_ACCOUNT, &values![account_id, ids], participation).await
}

/// The numbers of the caller's participations.
pub async fn of_caller(conn: &mut Conn, caller: &Caller) -> Result<Parts> {
    let mut parts = Parts::default();
    let counts: Vec<(String, String, i64)> = conn
        .all(COUNT_PARTS, &values![caller.account_id, caller.user_id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .await?;
    for (side, permission, count) in counts {
        match (Side::named(&side), Permission::named(&permission)) {
            (Some(Side::Client), _) => parts.client += count,
            (_, Some(Permission::View)) => parts.view += count,
            (_, Some(Permission::Edit)) => parts.edit += count,
            (_, Some(Permission::Admin)) => parts.admin += count,
            _ => {}
        }
    }
    Ok(parts)
}

/// Whether the caller may create workspaces: administrators may, and users who may write to one.
pub async fn may_make_workspaces(conn: &mut Conn, caller: &Caller) -> Result<bool> {
    Ok(caller.administrator || conn.scalar(PROVIDES, &values![caller.account_id, caller.user_id]).await? > 0)
}

/// Checks a draft; `others` are going to be added before it.
///
/// # Errors
/// [`Error::Invalid`] if an attribute is missing or wrong, or the user participates already.
pub async fn check(
    conn: &mut Conn,
    account_id: i64,
    workspace_id: i64,
    draft: &Draft,
    others: &[NewParticipation],
) -> Result<NewParticipation> {
    let mut violations = Vec::new();
    let is_other = |id| others.iter().any(|other| (other.workspace_id, other.user_id) == (workspace_id, id));
    match draft.user_id {
        None => violations.push(Violation::new("user_id", Problem::Blank)),
        Some(id) if users::store::of_account(conn, account_id, &format!("[{id}]")).await?.is_empty() => {
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
    let id = conn.scalar(INSERT, &row(&part)).await?;
    let part = Participation { id, ..part };
    let mut log = Log::new(change);
    log.created(&part);
    events::store::append(conn, log).await?;
    Ok(part)
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
    let row = values![after.account_id, after.id, after.side.name(), after.permission.name(), change.at.0];
    conn.run(UPDATE, &row).await?;
    let mut log = Log::new(change);
    log.updated(before, &after);
    events::store::append(conn, log).await?;
    Ok(after)
}

/// Deletes a participation.
pub async fn delete(conn: &mut Conn, change: &Change, part: &Participation) -> Result<()> {
    conn.run(DELETE, &values![part.account_id, part.id]).await?;
    let mut log = Log::new(change);
    log.deleted(part);
    events::store::append(conn, log).await
}

/// The caller's access, given the caller's participation.
pub fn access(caller: &Caller, part: Option<&Participation>) -> Access {
    Access::of(caller.administrator, part.map(|part| (part.side, part.permission)))
}

/// Participations with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Participation>> {
    conn.all(AFTER, &values![id, limit], participation).await
}

/// Those of the participations that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Participation>> {
    conn.all(WITH_IDS, &values![ids], participation).await
}

/// Adds participations with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, parts: &[Participation]) -> db::Result<()> {
    let rows: Vec<_> = parts
        .iter()
        .map(|part| {
            let mut values = row(part).to_vec();
            values.push(part.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
