//! Uniqueness of identifiers: a chosen identifier is neither the chosen nor the derived one of another workspace of the
//! account.

use std::collections::HashSet;

use crate::error::{Error, Problem, Result, Violation};
use crate::ids::{AccountId, WorkspaceId};
use crate::table;
use crate::workspaces::identifier::id_at_the_end;
use crate::workspaces::{Draft, Workspace};
use db::{Conn, Error as StoreError, List};
use db::{bind, in_texts, statements};

statements! {
    WITH_IDENTIFIER = "select id from workspaces where account_id = :account_id and identifier = :identifier";
    WITH_IDENTIFIERS = "select account_id, identifier from workspaces where identifier is not null and ",
        in_texts!("identifier", "identifiers");
    CHOOSE = "update workspaces set identifier = :identifier where account_id = :account_id and id = :id";
}

/// Whether another workspace than `id` has the identifier, chosen or derived.
async fn is_taken(conn: &mut Conn, account_id: AccountId, id: WorkspaceId, identifier: &str) -> Result<bool> {
    Ok(is_chosen(conn, account_id, id, identifier).await?
        || is_derived(conn, account_id, id, identifier).await?)
}

async fn is_chosen(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkspaceId,
    identifier: &str,
) -> Result<bool> {
    let owner: Option<WorkspaceId> =
        conn.first(&bind![WITH_IDENTIFIER; account_id, identifier], |row| row.get(0)).await?;
    Ok(owner.is_some_and(|owner| owner != id))
}

async fn is_derived(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkspaceId,
    identifier: &str,
) -> db::Result<bool> {
    let Some(owner) = id_at_the_end(identifier).filter(|owner| *owner != id) else { return Ok(false) };
    let found: Vec<Workspace> = table::with_ids(conn, &List::from([owner])).await?;
    Ok(found
        .iter()
        .any(|workspace| workspace.account_id == account_id && workspace.shown_identifier() == identifier))
}

/// The violations of a draft for the workspace `id` (0 for a new one), in the order of its fields.
pub async fn violations(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkspaceId,
    draft: &Draft,
) -> Result<Vec<Violation>> {
    let mut violations = draft.violations(id == WorkspaceId(0));
    if let Some(identifier) = &draft.identifier
        && violations.iter().all(|violation| violation.field != "identifier")
        && is_taken(conn, account_id, id, identifier).await?
    {
        violations.push(Violation::new("identifier", Problem::Taken));
    }
    Ok(violations)
}

/// Sets an identifier if the derived one of the workspace is the chosen one of another.
///
/// # Errors
/// [`Error::Invalid`] if all fallback names are taken.
pub async fn settle(conn: &mut Conn, workspace: &mut Workspace) -> Result<()> {
    let (account_id, id) = (workspace.account_id, workspace.id);
    if workspace.identifier.is_some()
        || !is_chosen(conn, account_id, id, &workspace.derived_identifier()).await?
    {
        return Ok(());
    }
    for number in (0..62).map(|power| 1_i64 << power) {
        let name = format!("project-{id}-{number}");
        if !is_taken(conn, account_id, id, &name).await? {
            workspace.identifier = Some(name);
            return Ok(());
        }
    }
    Err(Error::invalid("title", Problem::Taken))
}

/// [`settle`] for a workspace that was just inserted.
pub async fn settle_new(conn: &mut Conn, workspace: &mut Workspace) -> Result<()> {
    if workspace.identifier.is_some() {
        return Ok(());
    }
    settle(conn, workspace).await?;
    if let Some(identifier) = workspace.identifier.as_deref() {
        conn.run(&bind![CHOOSE; workspace.account_id, workspace.id, identifier]).await?;
    }
    Ok(())
}

/// Returns `Ok` if no chosen identifier is another workspace's derived one, `new` being among those in the store.
///
/// # Errors
/// [`StoreError::Constraint`] with the first row of `new` that conflicts.
pub async fn check_imported(conn: &mut Conn, new: &[Workspace]) -> db::Result<()> {
    let derived: List<_> = new.iter().map(Workspace::derived_identifier).collect();
    let query = bind![WITH_IDENTIFIERS; identifiers: &derived];
    let chosen = conn.all(&query, |row| Ok((row.get::<AccountId>(0)?, row.get::<String>(1)?)));
    let chosen: HashSet<_> = chosen.await?.into_iter().collect();
    for (row, (workspace, derived)) in new.iter().zip(derived.iter()).enumerate() {
        let is_taken = match &workspace.identifier {
            Some(identifier) => is_derived(conn, workspace.account_id, workspace.id, identifier).await?,
            None => chosen.contains(&(workspace.account_id, derived.clone())),
        };
        if is_taken {
            return Err(StoreError::Constraint { text: "an identifier is taken".into(), row: Some(row) });
        }
    }
    Ok(())
}
