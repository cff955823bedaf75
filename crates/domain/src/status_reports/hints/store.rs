//! Reads what a report is compared with.

use base::clock::Time;

use super::{COMPARED, Content, Hint, OPEN};
use crate::accounts;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::ReportId;
use crate::participations::Access;
use crate::status_keys;
use crate::status_reports::StatusReport;
use crate::status_reports::store::read;
use crate::table;
use crate::timeline;
use crate::timeline::store::Place;
use crate::workspaces::Workspace;
use db::Conn;

/// What a report is compared with.
#[derive(Clone, Debug)]
pub struct Context {
    /// The reports before it, latest first.
    pub before: Vec<StatusReport>,
    /// The workspace that it is about.
    pub workspace: Workspace,
}

impl Context {
    /// The hints at a report that is or would be published at an instant.
    pub fn hints(&self, report: &Content, at: Time) -> Vec<Hint> {
        hints(&self.workspace, report, at, &self.before)
    }
}

/// The hints at a report about a workspace. `before` has the earlier reports, latest first.
pub fn hints(workspace: &Workspace, report: &Content, at: Time, before: &[StatusReport]) -> Vec<Hint> {
    let due = workspace.due_date.filter(|_| !status_keys::is_finished(workspace.status_key));
    let compared = usize::try_from(COMPARED).map_or(before.len(), |most| before.len().min(most));
    super::of(report, at, &before[..compared], due)
}

/// Reads what a report about a workspace is compared with: the reports before a position, or all.
pub async fn context(conn: &mut Conn, workspace: Workspace, place: Option<Place>) -> Result<Context> {
    let (account_id, id) = (workspace.account_id, workspace.id);
    let before = timeline::store::marks(conn, account_id, id, Time::MAX, place, COMPARED).await?;
    Ok(Context { before: before.into_iter().map(|(report, _)| report).collect(), workspace })
}

/// The hints at a report.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn of_report(conn: &mut Conn, caller: &Caller, id: ReportId) -> Result<Vec<Hint>> {
    let report = read::require(conn, caller, id, Access::View).await?;
    let context = context_of(conn, &report).await?;
    Ok(context.hints(&(&report).into(), report.created_at))
}

/// Returns `Ok` unless the account refuses reports with hints, and there are any.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn check(conn: &mut Conn, report: &StatusReport) -> Result<()> {
    let account = accounts::store::find(conn, report.account_id).await?.ok_or(Error::NotFound)?;
    if !account.blocks_hints {
        return Ok(());
    }
    let hints = context_of(conn, report).await?.hints(&report.into(), report.created_at);
    if hints.is_empty() { Ok(()) } else { Err(Error::invalid("base", OPEN)) }
}

/// The context of a report, which has no id yet if it is new.
async fn context_of(conn: &mut Conn, report: &StatusReport) -> Result<Context> {
    let workspace =
        table::find(conn, report.account_id, report.workspace_id).await?.ok_or(Error::NotFound)?;
    let place = Some(Place::from(report)).filter(|place| place.id != ReportId(0));
    context(conn, workspace, place).await
}
