//! The subjects of external references, and the access that a caller needs to them. Surfaces call this module before they
//! read or write a reference.

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::external_references::{ExternalReference, Subject};
use crate::ids::WorkspaceId;
use crate::participations::Access;
use crate::{external_references, status_reports, workspaces};
use db::Conn;

/// The id of the subject's workspace, if the caller has at least the `needed` access to it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    subject: Subject,
    needed: Access,
) -> Result<WorkspaceId> {
    match subject {
        Subject::Workspace(id) => {
            workspaces::store::require(conn, caller, id, needed).await?;
            Ok(id)
        }
        Subject::StatusReport(id) => {
            let report = status_reports::store::require(conn, caller, id, needed).await?;
            Ok(report.workspace_id)
        }
    }
}

/// The reference, if the caller has at least the `needed` access to the workspace of its subject.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require_reference(
    conn: &mut Conn,
    caller: &Caller,
    id: i64,
    needed: Access,
) -> Result<ExternalReference> {
    let found = external_references::store::find(conn, caller.account_id, id).await?;
    let found = found.ok_or(Error::NotFound)?;
    require(conn, caller, Subject::new(found.subject_type, found.subject_id), needed).await?;
    Ok(found)
}
