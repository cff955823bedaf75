//! The SQL of status changes.

use serde::{Deserialize, Serialize};

use super::StatusChange;
use crate::ids::{AccountId, WorkspaceId};

use crate::accounts::store::row;
use crate::auth::Caller;
use crate::counters;
use crate::error::{Error, Result};
use crate::events;
use crate::events::Change;
use crate::order::{CreatedAt, Order};
use crate::participations;
use crate::span::Span;
use crate::table::{Table, record};
use crate::versions::past::{Past, change_in_past};
use db::{Conn, List};
use db::{bind, if_ids, in_ids, sql, statements};

record! {
    StatusChange in workspace_status_changes as c {
        id, account_id, workspace_id, user_id, from_status_key, to_status_key, created_at, reason
    }
}

const LISTED: &str = sql!(
    "c.account_id = :account_id and ",
    in_ids!("c.workspace_id", "workspaces"),
    " and (:administrator or exists (select 1 from participations p where p.account_id = c.account_id
            and p.workspace_id = c.workspace_id and p.user_id = :user_id and p.side = 'provider'))
        and c.created_at >= :start and c.created_at < :end and ",
    if_ids!("c.id", "only")
);

statements! {
    // With the caller's participation in its workspace.
    FIND = "select ", StatusChange::COLUMNS, ", me.side, me.permission from workspace_status_changes c
        left join participations me
            on me.account_id = c.account_id and me.workspace_id = c.workspace_id and me.user_id = :user_id
        where c.account_id = :account_id and c.id = :id";
    NEWEST_FIRST = "select ", StatusChange::COLUMNS, " from workspace_status_changes c where ", LISTED, "
        order by c.created_at desc, c.id limit :limit offset :offset";
    OLDEST_FIRST = "select ", StatusChange::COLUMNS, " from workspace_status_changes c where ", LISTED, "
        order by c.created_at, c.id limit :limit offset :offset";
    NEWEST_OF_WORKSPACE = "select ", StatusChange::COLUMNS, " from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id
        order by c.created_at desc, c.id limit :limit offset :offset";
    OLDEST_OF_WORKSPACE = "select ", StatusChange::COLUMNS, " from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id
        order by c.created_at, c.id limit :limit offset :offset";
    COUNT = "select count(*) from workspace_status_changes c where ", LISTED;
    LATEST = "select ", StatusChange::COLUMNS, " from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id
            and (c.created_at, c.id) < (cast(:at as bigint), cast(:id as bigint))
        order by c.created_at desc, c.id desc limit :limit";
    LATEST_IN_PAST = "select ", StatusChange::COLUMNS, " from workspace_status_changes c
        where c.account_id = :account_id and c.workspace_id = :workspace_id and ", change_in_past!("c"), "
            and (c.created_at, c.id) < (cast(:at as bigint), cast(:id as bigint))
        order by c.created_at desc, c.id desc limit :limit";
}

/// The filter of a list of changes.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Workspaces' ids.
    pub workspaces: List<WorkspaceId>,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// Ids.
    pub only: Option<List<i64>>,
}

impl Filter {
    /// The workspace, if the list has all changes of one workspace.
    fn one_workspace(&self) -> Option<WorkspaceId> {
        match self.workspaces[..] {
            [id] if self.created == Span::ALWAYS && self.only.is_none() => Some(id),
            _ => None,
        }
    }
}

/// A page of the changes that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    order: Order<CreatedAt>,
    limit: i64,
    offset: i64,
) -> db::Result<(Vec<StatusChange>, i64)> {
    let account_id = caller.account_id;
    if let Some(workspace_id) = filter.one_workspace() {
        if !participations::store::access_in(conn, caller, workspace_id).await?.sees_health() {
            return Ok((Vec::new(), 0));
        }
        let page = if order.descending {
            bind![NEWEST_OF_WORKSPACE; account_id, workspace_id, limit, offset]
        } else {
            bind![OLDEST_OF_WORKSPACE; account_id, workspace_id, limit, offset]
        };
        return conn
            .join(
                async |conn| conn.all(&page, StatusChange::read).await,
                async |conn| counters::store::status_changes(conn, account_id, workspace_id).await,
            )
            .await;
    }
    macro_rules! queries {
        ($page:ident) => {
            bind![$page, COUNT;
                account_id,
                filter.workspaces,
                caller.administrator,
                caller.user_id,
                filter.created.start,
                filter.created.end,
                filter.only,
                limit,
                offset,
            ]
        };
    }
    let (page, count) = if order.descending { queries!(NEWEST_FIRST) } else { queries!(OLDEST_FIRST) };
    conn.join(async |conn| conn.all(&page, StatusChange::read).await, async |conn| conn.scalar(&count).await)
        .await
}

/// The position of a change in the history of a workspace, for cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub at: i64,
    pub id: i64,
}

impl From<&StatusChange> for Place {
    fn from(change: &StatusChange) -> Self {
        Self { at: change.created_at.0, id: change.id }
    }
}

/// At most `limit` changes of a workspace, latest first, after a position or from the start; in the past, those that were
/// there.
pub async fn latest(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    past: Option<Past>,
    after: Option<Place>,
    limit: i64,
) -> db::Result<Vec<StatusChange>> {
    let Place { at, id } = after.unwrap_or(Place { at: i64::MAX, id: i64::MAX });
    if let Some(Past { as_of, known_at }) = past {
        let query = bind![LATEST_IN_PAST; account_id, workspace_id, as_of, known_at, at, id, limit];
        return conn.all(&query, StatusChange::read).await;
    }
    let query = bind![LATEST; account_id, workspace_id, at, id, limit];
    conn.all(&query, StatusChange::read).await
}

/// The change, if the caller sees the health of its workspace.
pub async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Option<StatusChange>> {
    let query = bind![FIND; caller.account_id, id, caller.user_id];
    let found = conn.first(&query, |row| {
        let access = participations::store::access_of(caller, row, StatusChange::FIELDS.len())?;
        Ok((StatusChange::read(row)?, access))
    });
    Ok(found.await?.filter(|(_, access)| access.sees_health()).map(|(found, _)| found))
}

/// Records a checked status change; the caller saves the workspace itself.
pub async fn record(
    conn: &mut Conn,
    change: &Change,
    workspace_id: WorkspaceId,
    (from, to): (i64, i64),
    reason: Option<String>,
) -> Result<StatusChange> {
    let account_id = change.account_id;
    let recorded = StatusChange {
        id: 0,
        account_id,
        workspace_id,
        user_id: change.actor_id.ok_or(Error::Forbidden)?,
        from_status_key: Some(from),
        to_status_key: to,
        reason: reason.filter(|text| !text.trim().is_empty()),
        created_at: change.at,
    };
    row::add(conn, account_id, workspace_id, (0, 1)).await?;
    events::store::create(conn, change, recorded).await
}
