//! The SQL of own fields.

use super::{Draft, Field, Kind, LAST_POSITION, MOST, TOO_MANY};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::AccountId;
use crate::participations::store::sees_health;
use crate::table::{Codec, Json, Table, record};
use db::Conn;
use db::{bind, named_column, statements};

named_column! { Kind: named, name; }

record! {
    Field in fields { id, account_id, name, kind, choices as Json, position, created_at, updated_at }
}

statements! {
    LIST = "select ", Field::COLUMNS, ", version from fields where account_id = :account_id
        order by position, id limit :limit";
    UPDATE = "update fields set name = :name, kind = :kind, choices = :choices, position = :position,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// The fields of an account in their order, each with its version.
pub async fn list(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<(Field, i64)>> {
    // More than `MOST` come from archives alone.
    let limit = i64::try_from(MOST * 10).unwrap_or(i64::MAX);
    let read = |row: &db::Row<'_>| Ok((Field::read(row)?, row.get(Field::FIELDS.len())?));
    conn.all(&bind![LIST; account_id, limit], read).await
}

/// The fields of an account in their order.
pub async fn all(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<Field>> {
    Ok(list(conn, account_id).await?.into_iter().map(|(field, _)| field).collect())
}

/// The fields that the caller sees: all of them, or none for people who see the health of no workspace.
pub async fn seen(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<(Field, i64)>> {
    if sees_health(conn, caller).await? { list(conn, caller.account_id).await } else { Ok(Vec::new()) }
}

/// A field that the caller sees, with its version.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64) -> Result<(Field, i64)> {
    seen(conn, caller).await?.into_iter().find(|(field, _)| field.id == id).ok_or(Error::NotFound)
}

/// Adds a field; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(conn: &mut Conn, caller: &Caller, change: &Change, draft: &Draft) -> Result<Field> {
    caller.require_administrator()?;
    let others = all(conn, change.account_id).await?;
    let last = others.iter().map(|other| other.position).max().unwrap_or(0);
    let blank = Field {
        id: 0,
        account_id: change.account_id,
        name: String::new(),
        kind: Kind::default(),
        choices: Vec::new(),
        position: (last + 1).min(LAST_POSITION),
        created_at: change.at,
        updated_at: change.at,
    };
    let new = draft.apply(&blank);
    let too_many = (others.len() >= MOST).then(|| Violation::new("base", TOO_MANY));
    check(&others, draft, &new, too_many)?;
    events::store::create(conn, change, new).await
}

/// Changes a field; for administrators. Values of workspaces stay as they are.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(Field, i64)> {
    caller.require_administrator()?;
    let mut others = list(conn, change.account_id).await?;
    let place = others.iter().position(|(field, _)| field.id == id).ok_or(Error::NotFound)?;
    let (before, version) = others.remove(place);
    let others: Vec<_> = others.into_iter().map(|(field, _)| field).collect();
    let changed = draft.apply(&before);
    check(&others, draft, &changed, None)?;
    if changed == before {
        return Ok((before, version));
    }
    let after = Field { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        after.kind,
        choices: Json::value(&after.choices),
        after.position,
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok((after, version + 1))
}

/// Deletes a field; for administrators. Its values are no longer shown, and go with the next change of each workspace's labels.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    caller.require_administrator()?;
    let (found, _) = require(conn, caller, id).await?;
    events::store::delete(conn, change, &found).await.map(drop)
}

fn check(others: &[Field], draft: &Draft, new: &Field, more: Option<Violation>) -> Result<()> {
    let mut violations = draft.violations();
    violations.extend(new.violations());
    let name = new.name.to_lowercase();
    if !name.is_empty() && others.iter().any(|other| other.name.to_lowercase() == name) {
        violations.push(Violation::new("name", Problem::Taken));
    }
    violations.extend(more);
    Error::check(violations)
}
