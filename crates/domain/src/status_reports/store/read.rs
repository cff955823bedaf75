//! Reading reports.

use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::{AccountId, ReportId, WorkspaceId};
use crate::participations::Access;
use crate::participations::store::require_row;
use crate::status_reports::StatusReport;
use crate::table::Table;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

statements! {
    // With the caller's participation in its workspace.
    FIND = "select ", StatusReport::COLUMNS, ", me.side, me.permission from status_reports r
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = :user_id
        where r.account_id = :account_id and r.id = :id";
    VERSION = "select version from status_reports where account_id = :account_id and id = :id";
    OF_WORKSPACES = "select id, workspace_id, created_at from status_reports where account_id = :account_id and ",
        in_ids!("workspace_id", "ids"), " and created_at >= :since limit :limit";
}

/// The report, if the caller sees the health of its workspace and has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: ReportId, needed: Access) -> Result<StatusReport> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let found = require_row(conn, caller, &query, StatusReport::FIELDS.len(), needed, StatusReport::read);
    found.await?.ok_or(Error::NotFound)
}

/// The number of writes of a report, including its creation.
pub async fn version(conn: &mut Conn, account_id: AccountId, id: ReportId) -> db::Result<i64> {
    conn.scalar(&bind![VERSION; account_id, id]).await
}

/// A report without its content.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// The id of the report.
    pub id: ReportId,
    /// The workspace that it is about.
    pub workspace_id: WorkspaceId,
    /// When it was created.
    pub created_at: Time,
}

/// At most `limit` reports of some workspaces since an instant, by id.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    since: Time,
    limit: i64,
) -> Result<Vec<Brief>> {
    let brief =
        |row: &Row<'_>| Ok(Brief { id: row.get(0)?, workspace_id: row.get(1)?, created_at: row.get(2)? });
    let mut found = conn.all(&bind![OF_WORKSPACES; account_id, ids, since, limit], brief).await?;
    found.sort_unstable_by_key(|report| report.id);
    Ok(found)
}
