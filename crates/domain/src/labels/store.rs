//! The SQL of labels of workspaces.

use std::collections::HashMap;

use super::{Draft, Labels};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::Change;
use crate::fields;
use crate::ids::{AccountId, WorkspaceId};
use crate::participations::Access;
use crate::table::{Codec, Json, Table, record};
use crate::workspaces::store::require_health;
use base::clock::Time;
use db::{Conn, List};
use db::{bind, in_ids, statements};

/// The maximum number of tags that a form suggests.
const SUGGESTED: i64 = 200;

record! {
    Labels in workspace_labels { id, account_id, workspace_id, tags as Json, fields as Json, created_at, updated_at }
    with |labels| { keys: serde_json::json!(labels.keys()).to_string() }
}

statements! {
    OF_WORKSPACE = "select ", Labels::COLUMNS, ", version from workspace_labels
        where account_id = :account_id and workspace_id = :workspace_id";
    OF_WORKSPACES = "select ", Labels::COLUMNS, " from workspace_labels
        where account_id = :account_id and ", in_ids!("workspace_id", "ids");
    TAGS = "select distinct cast(tag.value as text) as name from workspace_labels l cross join json_each(l.tags) as tag
        where l.account_id = :account_id and (:administrator or exists (select 1 from participations p
            where p.account_id = l.account_id and p.workspace_id = l.workspace_id and p.user_id = :user_id
                and p.side = 'provider'))
        order by name limit :limit";
    UPDATE = "update workspace_labels set tags = :tags, fields = :fields, keys = :keys, updated_at = :updated_at,
            version = version + 1
        where account_id = :account_id and id = :id";
}

/// The labels of a workspace and their version; blank ones with version 0 if it has none.
pub async fn find(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
) -> db::Result<(Labels, i64)> {
    let read = |row: &db::Row<'_>| Ok((Labels::read(row)?, row.get(Labels::FIELDS.len())?));
    let found = conn.first(&bind![OF_WORKSPACE; account_id, workspace_id], read).await?;
    Ok(found.unwrap_or_else(|| (Labels::blank(account_id, workspace_id, Time(0)), 0)))
}

/// The labels of some workspaces.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
) -> db::Result<HashMap<WorkspaceId, Labels>> {
    let found = conn.all(&bind![OF_WORKSPACES; account_id, ids], Labels::read).await?;
    Ok(found.into_iter().map(|labels| (labels.workspace_id, labels)).collect())
}

/// The tags of the workspaces whose health the caller sees.
pub async fn tags(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<String>> {
    let query = bind![TAGS; caller.account_id, caller.user_id, caller.administrator, limit: SUGGESTED];
    conn.all(&query, |row| row.get(0)).await
}

/// Replaces the labels of a workspace. The caller needs the right to edit it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn put(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: WorkspaceId,
    draft: &Draft,
) -> Result<(Labels, i64)> {
    require_health(conn, caller, workspace_id, Access::Edit).await?;
    let fields = fields::store::all(conn, change.account_id).await?;
    let (before, version) = find(conn, change.account_id, workspace_id).await?;
    let (changed, violations) = draft.apply(&before, &fields);
    Error::check(violations)?;
    if changed == before {
        return Ok((before, version));
    }
    if version == 0 {
        let new = Labels { created_at: change.at, updated_at: change.at, ..changed };
        return Ok((events::store::create(conn, change, new).await?, 1));
    }
    let after = Labels { updated_at: change.at, ..changed };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        tags: Json::value(&after.tags),
        fields: Json::value(&after.fields),
        keys: serde_json::json!(after.keys()).to_string(),
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok((after, version + 1))
}
