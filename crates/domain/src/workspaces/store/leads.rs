//! Who may be chosen to lead a workspace.

use crate::error::{Error, Problem, Result, Violation};
use crate::ids::UserId;
use crate::participations;
use crate::participations::{Access, Side};
use crate::users;
use crate::workspaces::{Draft, VisibleWorkspace, Workspace};
use db::{Conn, List};

/// The problem with a lead who is on the client side, or does not take part and cannot be added by the caller.
pub const NOT_A_PROVIDER: &str = "is not on the provider side of the workspace";

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

/// The chosen lead of an existing workspace who has to join it: its provider side leads it as it is, and who administers the
/// workspace may choose any other active user of the account, too. A lead who cannot be chosen is a violation.
pub async fn joining(
    conn: &mut Conn,
    before: &VisibleWorkspace,
    draft: &Draft,
    violations: &mut Vec<Violation>,
) -> Result<Option<UserId>> {
    let Some(Some(lead)) = draft.lead_id else { return Ok(None) };
    let Workspace { account_id, id, .. } = before.workspace;
    let problem = match participations::store::of_user(conn, account_id, id, lead).await? {
        Some(part) if part.side == Side::Provider => return Ok(None),
        None if before.access >= Access::Admin => {
            let found = users::store::of_account(conn, account_id, &List::from([lead])).await?;
            if found.iter().any(|user| user.active) {
                return Ok(Some(lead));
            }
            Problem::Missing
        }
        _ => Problem::Sentence(NOT_A_PROVIDER),
    };
    violations.push(Violation::new("lead_id", problem));
    Ok(None)
}
