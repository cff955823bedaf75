//! Side-loads that several resources have (contract, section b.5): plain objects, each once.

use super::{Envelope, objects};
use crate::auth::Caller;
use crate::db::{Conn, Result};
use crate::{users, workspaces};

/// Ids as the JSON list that statements take.
pub fn list(ids: impl IntoIterator<Item = i64>) -> String {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    serde_json::json!(ids).to_string()
}

/// The users with these ids.
pub async fn users(
    conn: &mut Conn,
    caller: &Caller,
    envelope: &mut Envelope,
    ids: impl IntoIterator<Item = i64>,
) -> Result<()> {
    envelope.open("users");
    for user in users::store::of_account(conn, caller.account_id, &list(ids)).await? {
        envelope.add("users", user.id, &objects::user(&user));
    }
    Ok(())
}

/// Those of the workspaces that the caller sees.
pub async fn workspaces(
    conn: &mut Conn,
    caller: &Caller,
    envelope: &mut Envelope,
    ids: impl IntoIterator<Item = i64>,
) -> Result<()> {
    envelope.open("workspaces");
    for seen in workspaces::store::with_ids_seen(conn, caller, &list(ids)).await? {
        let object = objects::workspace(&seen, caller, false, objects::WorkspaceAssociations::default());
        envelope.add("workspaces", seen.workspace.id, &object);
    }
    Ok(())
}
