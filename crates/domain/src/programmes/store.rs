//! The SQL of programmes. The number of statements does not depend on the number of programmes and projects.

use std::collections::HashMap;

use super::health::Health;
use super::{Draft, MOST, Programme, TOO_MANY};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, WorkspaceId};
use crate::portfolio;
use crate::portfolio::weeks::Weeks;
use crate::table::{Codec, Json, Table, record};
use crate::versions::past::{Past, in_past};
use crate::workspaces;
use db::{Conn, List};
use db::{bind, statements};

record! {
    Programme in programmes { id, account_id, name, description, rule as Json, members as Json, created_at, updated_at }
}

statements! {
    // As `with_health`: administrators see all, others those with a project whose health they see.
    NAMES = "select g.id, g.name from programmes g
        where g.account_id = :account_id and (:administrator or exists (
            select 1 from participations p where p.account_id = g.account_id and p.user_id = :user_id
                and p.side = 'provider' and instr(g.members, '\"workspace_id\":' || p.workspace_id || ',') > 0))
        order by g.id limit :limit";
    LIST = "select ", Programme::COLUMNS, ", version from programmes
        where account_id = :account_id order by id limit :limit";
    FIND = "select ", Programme::COLUMNS, ", version from programmes where account_id = :account_id and id = :id";
    // As in `LIST` and `FIND`, as they were; all without an id.
    IN_PAST = "select e.after, v.number from (select distinct s.subject_id as id from versions s
            where s.account_id = :account_id and s.subject_type = 'programme'
                and (cast(:id as bigint) is null or s.subject_id = :id)) as known
        cross join versions v cross join events e
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "programme" "known.id" in "cast(:account_id as bigint)"), " and v.kind <> 'deleted'
            and e.account_id = v.account_id and e.sequence = v.sequence
        order by known.id limit :limit";
    UPDATE = "update programmes set name = :name, description = :description, rule = :rule, members = :members,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// A programme that a caller sees.
#[derive(Clone, Debug)]
pub struct Found {
    /// The programme.
    pub programme: Programme,
    /// Its version.
    pub version: i64,
    /// Its health, as the caller sees it.
    pub health: Health,
}

fn row(row: &db::Row<'_>) -> db::Result<(Programme, i64)> {
    Ok((Programme::read(row)?, row.get(Programme::FIELDS.len())?))
}

/// More than [`MOST`] come from archives alone.
fn limit() -> i64 {
    i64::try_from(MOST * 2).unwrap_or(i64::MAX)
}

async fn all(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<(Programme, i64)>> {
    conn.all(&bind![LIST; account_id, limit: limit()], row).await
}

/// The programmes of an account as they were, or the one with an id.
async fn in_past(
    conn: &mut Conn,
    account_id: AccountId,
    id: Option<i64>,
    past: Past,
) -> db::Result<Vec<(Programme, i64)>> {
    let then = |row: &db::Row<'_>| Ok((<Json as Codec<Programme>>::read(row, 0)?, row.get(1)?));
    let query = bind![IN_PAST; account_id, id, past.as_of, past.known_at, limit: limit()];
    conn.all(&query, then).await
}

/// The programmes that the caller sees, by name: those with a project whose health the caller sees; administrators see all.
/// In the past, those that were there, as they were; who sees them is decided by the rights of today.
pub async fn list(conn: &mut Conn, caller: &Caller, weeks: &Weeks, past: Option<Past>) -> Result<Vec<Found>> {
    let mut all = match past {
        None => all(conn, caller.account_id).await?,
        Some(past) => in_past(conn, caller.account_id, None, past).await?,
    };
    all.sort_by_cached_key(|(programme, _)| (programme.name.to_lowercase(), programme.id));
    with_health(conn, caller, all, weeks, past).await
}

/// Id and name of the programmes that the caller sees.
pub async fn names(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<(i64, String)>> {
    let query = bind![NAMES; caller.account_id, caller.user_id, caller.administrator, limit: limit()];
    conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// A programme that the caller sees, as it is or as it was.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: i64,
    weeks: &Weeks,
    past: Option<Past>,
) -> Result<Found> {
    let found = match past {
        None => conn.first(&bind![FIND; caller.account_id, id], row).await?.into_iter().collect(),
        Some(past) => in_past(conn, caller.account_id, Some(id), past).await?,
    };
    let found = with_health(conn, caller, found, weeks, past).await?.pop();
    found.ok_or(Error::NotFound)
}

async fn with_health(
    conn: &mut Conn,
    caller: &Caller,
    programmes: Vec<(Programme, i64)>,
    weeks: &Weeks,
    past: Option<Past>,
) -> Result<Vec<Found>> {
    let members = programmes.iter().flat_map(|(programme, _)| &programme.members);
    let mut ids: Vec<WorkspaceId> = members.map(|member| member.workspace_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let ids = ids.into();
    let seen = match past {
        None => workspaces::store::with_ids_seen(conn, caller, &ids).await?,
        Some(past) => workspaces::store::past::in_past(conn, caller, &ids, past).await?,
    };
    let seen = seen.into_iter().filter(|seen| seen.access.sees_health());
    let seen: HashMap<WorkspaceId, _> = seen.map(|seen| (seen.workspace.id, seen)).collect();
    let ids: List<WorkspaceId> = seen.keys().copied().collect();
    let last = portfolio::store::last(conn, caller.account_id, &ids, weeks.end(), past).await?;
    let found = programmes.into_iter().map(|(programme, version)| {
        let health = Health::of(&programme, &seen, &last, weeks);
        Found { programme, version, health }
    });
    Ok(found.filter(|found| caller.administrator || !found.health.projects.is_empty()).collect())
}

/// Adds a programme; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(conn: &mut Conn, caller: &Caller, change: &Change, draft: &Draft) -> Result<Programme> {
    caller.require_administrator()?;
    let others = all(conn, change.account_id).await?;
    let blank = Programme {
        id: 0,
        account_id: change.account_id,
        name: String::new(),
        description: String::new(),
        rule: super::rule::Rule::default(),
        members: Vec::new(),
        created_at: change.at,
        updated_at: change.at,
    };
    let new = draft.apply(&blank);
    let too_many = (others.len() >= MOST).then(|| Violation::new("base", TOO_MANY));
    check(conn, caller, &others, &new, too_many).await?;
    events::store::create(conn, change, new).await
}

/// Changes a programme; for administrators. Returns its version.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(Programme, i64)> {
    caller.require_administrator()?;
    let mut others = all(conn, change.account_id).await?;
    let place = others.iter().position(|(one, _)| one.id == id).ok_or(Error::NotFound)?;
    let (before, version) = others.remove(place);
    let changed = draft.apply(&before);
    check(conn, caller, &others, &changed, None).await?;
    if changed == before {
        return Ok((before, version));
    }
    let after = Programme { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        after.description,
        rule: Json::value(&after.rule),
        members: Json::value(&after.members),
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok((after, version + 1))
}

/// Deletes a programme; for administrators. Its projects stay.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    caller.require_administrator()?;
    let found = conn.first(&bind![FIND; caller.account_id, id], row).await?;
    let (found, _) = found.ok_or(Error::NotFound)?;
    events::store::delete(conn, change, &found).await.map(drop)
}

async fn check(
    conn: &mut Conn,
    caller: &Caller,
    others: &[(Programme, i64)],
    new: &Programme,
    more: Option<Violation>,
) -> Result<()> {
    let mut violations = new.violations();
    let name = new.name.to_lowercase();
    if !name.is_empty() && others.iter().any(|(other, _)| other.name.to_lowercase() == name) {
        violations.push(Violation::new("name", Problem::Taken));
    }
    if violations.iter().all(|violation| violation.field != "members") {
        let ids: List<WorkspaceId> = new.members.iter().map(|member| member.workspace_id).collect();
        let found = workspaces::store::with_ids_seen(conn, caller, &ids).await?;
        if found.len() < new.members.len() {
            violations.push(Violation::new("members", Problem::Missing));
        }
    }
    violations.extend(more);
    Error::check(violations)
}
