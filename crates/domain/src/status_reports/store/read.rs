//! Reading reports.

use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::participations;
use crate::participations::Access;
use crate::status_reports::{Color, StatusReport};
use db::{Conn, Error as StoreError, Row};
use db::{statements, values};

macro_rules! columns {
    () => {
        "r.id, r.account_id, r.workspace_id, r.color, r.description, r.details, r.creator_id, r.updater_id,
        r.created_at, r.updated_at"
    };
}

pub(super) use columns;

statements! {
    // With the caller's participation in its workspace.
    FIND = concat!("select ", columns!(), ", me.side, me.permission from status_reports r
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = $3
        where r.account_id = $1 and r.id = $2");
    OF_WORKSPACES = "select id, workspace_id, created_at from status_reports where account_id = $1
        and workspace_id in (select cast(value as bigint) from json_each(cast($2 as text)))
        and created_at >= $3 limit $4";
    OF_ACCOUNT = concat!("select ", columns!(), " from status_reports r where r.account_id = $1
        and r.id in (select cast(value as bigint) from json_each(cast($2 as text))) order by r.id");
    AFTER = concat!("select ", columns!(), " from status_reports r where r.id > $1 order by r.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from status_reports r
        where r.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// A row of [`columns!`].
pub(super) fn report(row: &Row<'_>) -> db::Result<StatusReport> {
    let unknown = |what: &str| StoreError::Other(format!("an unknown {what}"));
    Ok(StatusReport {
        id: row.get(0)?,
        account_id: row.get(1)?,
        workspace_id: row.get(2)?,
        color: Color::named(row.text(3)?).ok_or_else(|| unknown("color"))?,
        description: row.get(4)?,
        details: serde_json::from_str(row.text(5)?).map_err(|_| unknown("detail"))?,
        creator_id: row.get(6)?,
        updater_id: row.get(7)?,
        created_at: Time(row.get(8)?),
        updated_at: Time(row.get(9)?),
    })
}

/// The report, if the caller sees the health of its workspace and has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<StatusReport> {
    let values = values![caller.account_id, id, caller.user_id];
    let found = conn
        .first(FIND, &values, |row| Ok((report(row)?, participations::store::access_of(caller, row, 10)?)));
    let (found, access) = found.await?.ok_or(Error::NotFound)?;
    if !access.sees_health() {
        return Err(Error::NotFound);
    }
    access.require(needed)?;
    Ok(found)
}

/// A report without its content.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// The id of the report.
    pub id: i64,
    /// The workspace that it is about.
    pub workspace_id: i64,
    /// When it was created.
    pub created_at: Time,
}

/// At most `limit` reports of some workspaces since an instant, by id; `ids` is a JSON list of workspaces.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: i64,
    ids: &str,
    since: Time,
    limit: i64,
) -> Result<Vec<Brief>> {
    let brief = |row: &Row<'_>| {
        Ok(Brief { id: row.get(0)?, workspace_id: row.get(1)?, created_at: Time(row.get(2)?) })
    };
    let mut found = conn.all(OF_WORKSPACES, &values![account_id, ids, since.0, limit], brief).await?;
    found.sort_unstable_by_key(|report| report.id);
    Ok(found)
}

/// Some reports of the account, by id; `ids` is a JSON list.
pub async fn of_account(conn: &mut Conn, account_id: i64, ids: &str) -> db::Result<Vec<StatusReport>> {
    conn.all(OF_ACCOUNT, &values![account_id, ids], report).await
}

/// Reports with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<StatusReport>> {
    conn.all(AFTER, &values![id, limit], report).await
}

/// The existing ones of some reports, of all accounts; `ids` is a JSON list.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<StatusReport>> {
    conn.all(WITH_IDS, &values![ids], report).await
}
