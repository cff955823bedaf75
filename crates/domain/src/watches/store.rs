//! The SQL of watches.

use super::Watch;
use crate::auth::Caller;
use crate::error::Result;
use crate::events;
use crate::events::Change;
use crate::ids::WorkspaceId;
use crate::participations;
use crate::participations::{Access, Side};
use crate::table::{Table, record};
use crate::workspaces::store::require_health;
use db::Conn;
use db::{bind, statements};

record! {
    Watch in watches as w { id, account_id, workspace_id, user_id, is_watching, created_at, updated_at }
}

statements! {
    OF_USER = "select ", Watch::COLUMNS, " from watches w
        where w.account_id = :account_id and w.workspace_id = :workspace_id and w.user_id = :user_id";
    UPDATE = "update watches set is_watching = :is_watching, updated_at = :updated_at
        where account_id = :account_id and id = :id";
}

/// Whether the caller watches a workspace.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound) without access to its health
pub async fn is_watching(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<bool> {
    require_health(conn, caller, id, Access::View).await?;
    if let Some(said) = find(conn, caller, id).await? {
        return Ok(said.is_watching);
    }
    let part = participations::store::of_user(conn, caller.account_id, id, caller.user_id).await?;
    Ok(part.is_some_and(|part| part.side == Side::Provider))
}

/// Says whether the caller watches a workspace; what holds already changes nothing.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound) without access to its health
pub async fn set(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: WorkspaceId,
    is_watching: bool,
) -> Result<()> {
    if self::is_watching(conn, caller, id).await? == is_watching {
        return Ok(());
    }
    let Some(before) = find(conn, caller, id).await? else {
        let new = Watch {
            id: 0,
            account_id: caller.account_id,
            workspace_id: id,
            user_id: caller.user_id,
            is_watching,
            created_at: change.at,
            updated_at: change.at,
        };
        return events::store::create(conn, change, new).await.map(drop);
    };
    let after = Watch { is_watching, updated_at: change.at, ..before.clone() };
    conn.run(&bind![UPDATE; after.account_id, after.id, after.is_watching, after.updated_at]).await?;
    events::store::updated(conn, change, &before, &after).await
}

async fn find(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> db::Result<Option<Watch>> {
    let query = bind![OF_USER; caller.account_id, workspace_id: id, caller.user_id];
    conn.first(&query, Watch::read).await
}
