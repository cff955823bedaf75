//! Workspaces in the past: what they were then, for those who may see them today.

use std::collections::{HashMap, HashSet};

use super::read::{find, with_ids_seen};
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::table::{Codec, Json};
use crate::versions::past::{Past, in_past, status_in_past};
use crate::workspaces::{VisibleWorkspace, Workspace};
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

statements! {
    // `cross join` keeps SQLite from beginning with the versions.
    THEN = "select v.number, e.after, ", status_in_past!("v.subject_id" in "v.account_id" or "v.status_key"), "
        from json_each(cast(:ids as text)) as asked cross join versions v cross join events e
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "workspace" "cast(asked.value as bigint)" in "cast(:account_id as bigint)"), "
            and e.account_id = v.account_id and e.sequence = v.sequence";
    LEADS = "select p.workspace_id, p.user_id from participations p where p.account_id = :account_id
        and p.side = 'provider' and ", in_ids!("p.workspace_id", "ids"), " and ", in_ids!("p.user_id", "leads");
}

/// A workspace with the number of its version.
fn then(row: &Row<'_>) -> db::Result<(Workspace, i64)> {
    let workspace = <Json as Codec<Workspace>>::read(row, 1)?;
    Ok((Workspace { status_key: row.get(2)?, ..workspace }, row.get(0)?))
}

/// The ones of some workspaces that the caller sees and that were there, by id, as they were.
pub async fn in_past(
    conn: &mut Conn,
    caller: &Caller,
    ids: &List<WorkspaceId>,
    past: Past,
) -> Result<Vec<VisibleWorkspace>> {
    let seen = with_ids_seen(conn, caller, ids).await?;
    as_they_were(conn, caller.account_id, seen, past).await
}

/// Those of some workspaces that were there, as they were, in the same order.
pub async fn as_they_were(
    conn: &mut Conn,
    account_id: AccountId,
    seen: Vec<VisibleWorkspace>,
    past: Past,
) -> Result<Vec<VisibleWorkspace>> {
    let ids: List<WorkspaceId> = seen.iter().map(|seen| seen.workspace.id).collect();
    let query = bind![THEN; account_id, ids: &ids, past.as_of, past.known_at];
    let then = conn.all(&query, then).await?;
    let leads: List<UserId> = then.iter().filter_map(|(workspace, _)| workspace.lead_id).collect();
    let query = bind![LEADS; account_id, ids: &ids, leads: &leads];
    let leads = conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?))).await?;
    let leads: HashSet<(WorkspaceId, UserId)> = leads.into_iter().collect();
    let mut then: HashMap<_, _> =
        then.into_iter().map(|(workspace, version)| (workspace.id, (workspace, version))).collect();
    let visible = seen.into_iter().filter_map(|seen| {
        let (workspace, version) = then.remove(&seen.workspace.id)?;
        let chosen = workspace.lead_id.filter(|lead| leads.contains(&(workspace.id, *lead)));
        let primary_maven_id = chosen.or(seen.usual_lead_id);
        Some(VisibleWorkspace { workspace, primary_maven_id, version, ..seen })
    });
    Ok(visible.collect())
}

/// A workspace in the past, or as it is, that the caller sees.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound)
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkspaceId,
    past: Option<Past>,
) -> Result<VisibleWorkspace> {
    let found = match past {
        None => find(conn, caller, id).await?,
        Some(past) => in_past(conn, caller, &[id].into(), past).await?.pop(),
    };
    found.ok_or(crate::error::Error::NotFound)
}
