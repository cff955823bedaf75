//! Who may be chosen to lead a workspace.

use crate::error::{Error, Problem, Result, Violation};
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::participations;
use crate::participations::Side;
use crate::users;
use crate::workspaces::{Draft, Workspace};
use db::{Conn, List};

/// The chosen lead of a new workspace, who takes part in it from its creation on; `None` if none was chosen, or the creator,
/// who takes part anyway.
///
/// # Errors
/// [`Error::Invalid`] if the lead is no active user of the account.
pub async fn of_new(conn: &mut Conn, new: &Workspace) -> Result<Option<UserId>> {
    let Some(lead) = new.lead_id.filter(|lead| *lead != new.creator_id) else { return Ok(None) };
    let found = users::store::of_account(conn, new.account_id, &List::from([lead])).await?;
    if found.iter().any(|user| user.active) {
        Ok(Some(lead))
    } else {
        Err(Error::invalid("lead_id", Problem::Missing))
    }
}

/// The violations of a draft for an existing workspace, whose lead is one of its provider side.
pub async fn violations(
    conn: &mut Conn,
    account_id: AccountId,
    id: WorkspaceId,
    draft: &Draft,
) -> Result<Option<Violation>> {
    let Some(Some(lead)) = draft.lead_id else { return Ok(None) };
    let part = participations::store::of_user(conn, account_id, id, lead).await?;
    let is_provider = part.is_some_and(|part| part.side == Side::Provider);
    let problem = Problem::Sentence("is not on the provider side of the workspace");
    Ok((!is_provider).then(|| Violation::new("lead_id", problem)))
}
