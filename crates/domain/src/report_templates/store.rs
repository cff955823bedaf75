//! The SQL of report templates.

use super::{Draft, MOST, ReportTemplate, TOO_MANY};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::{Change, Log};
use crate::ids::AccountId;
use crate::table::{Codec, Json, Table, record};
use db::Conn;
use db::{bind, statements};

record! {
    ReportTemplate in report_templates { id, account_id, name, is_default, sections as Json, created_at, updated_at }
}

statements! {
    LIST = "select ", ReportTemplate::COLUMNS, ", version from report_templates
        where account_id = :account_id order by id limit :limit";
    UPDATE = "update report_templates set name = :name, is_default = :is_default, sections = :sections,
            updated_at = :updated_at, version = version + 1
        where account_id = :account_id and id = :id";
}

/// The templates of an account in the order of their creation, each with its version.
pub async fn list(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<(ReportTemplate, i64)>> {
    // More than `MOST` come from archives alone.
    let limit = i64::try_from(MOST * 10).unwrap_or(i64::MAX);
    let read = |row: &db::Row<'_>| Ok((ReportTemplate::read(row)?, row.get(ReportTemplate::FIELDS.len())?));
    conn.all(&bind![LIST; account_id, limit], read).await
}

/// The templates of an account without their versions.
pub async fn all(conn: &mut Conn, account_id: AccountId) -> db::Result<Vec<ReportTemplate>> {
    Ok(list(conn, account_id).await?.into_iter().map(|(template, _)| template).collect())
}

/// A template of an account with its version.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn require(conn: &mut Conn, account_id: AccountId, id: i64) -> Result<(ReportTemplate, i64)> {
    let found = list(conn, account_id).await?.into_iter().find(|(template, _)| template.id == id);
    found.ok_or(Error::NotFound)
}

/// Adds a template; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
) -> Result<ReportTemplate> {
    caller.require_administrator()?;
    let others = all(conn, change.account_id).await?;
    let blank = ReportTemplate {
        id: 0,
        account_id: change.account_id,
        name: String::new(),
        is_default: false,
        sections: Vec::new(),
        created_at: change.at,
        updated_at: change.at,
    };
    let new = draft.apply(&blank);
    let mut violations = draft.violations(true);
    if others.len() >= MOST {
        violations.push(Violation::new("base", TOO_MANY));
    }
    check(&others, &new, violations)?;
    let mut log = Log::new(change);
    end_default(conn, &mut log, &others, &new).await?;
    let id = new.insert(conn).await?;
    let new = new.with_id(id);
    log.created(&new);
    events::store::append(conn, log).await?;
    Ok(new)
}

/// Changes a template; for administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<(ReportTemplate, i64)> {
    caller.require_administrator()?;
    let mut all = list(conn, change.account_id).await?;
    let place = all.iter().position(|(template, _)| template.id == id).ok_or(Error::NotFound)?;
    let (before, version) = all.remove(place);
    let others: Vec<_> = all.into_iter().map(|(template, _)| template).collect();
    let changed = draft.apply(&before);
    check(&others, &changed, draft.violations(false))?;
    if changed == before {
        return Ok((before, version));
    }
    let after = ReportTemplate { updated_at: change.at, ..changed };
    let mut log = Log::new(change);
    end_default(conn, &mut log, &others, &after).await?;
    save(conn, &mut log, &before, &after).await?;
    events::store::append(conn, log).await?;
    Ok((after, version + 1))
}

/// Deletes a template; for administrators. Reports that began with it stay as they are.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    caller.require_administrator()?;
    let (found, _) = require(conn, change.account_id, id).await?;
    events::store::delete(conn, change, &found).await.map(drop)
}

fn check(others: &[ReportTemplate], new: &ReportTemplate, mut violations: Vec<Violation>) -> Result<()> {
    let name = new.name.to_lowercase();
    if !name.is_empty() && others.iter().any(|other| other.name.to_lowercase() == name) {
        violations.push(Violation::new("name", Problem::Taken));
    }
    Error::check(violations)
}

/// If `template` is the default, the one that was no longer is.
async fn end_default(
    conn: &mut Conn,
    log: &mut Log<'_>,
    others: &[ReportTemplate],
    template: &ReportTemplate,
) -> Result<()> {
    for before in others.iter().filter(|other| other.is_default && template.is_default) {
        let after = ReportTemplate { is_default: false, updated_at: template.updated_at, ..before.clone() };
        save(conn, log, before, &after).await?;
    }
    Ok(())
}

async fn save(
    conn: &mut Conn,
    log: &mut Log<'_>,
    before: &ReportTemplate,
    after: &ReportTemplate,
) -> Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.name,
        after.is_default,
        sections: Json::value(&after.sections),
        after.updated_at,
    ];
    conn.run(&query).await?;
    log.updated(before, after);
    Ok(())
}
