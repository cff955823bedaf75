//! The SQL of the time in status. Workspaces are read in parts, of which only the lengths of stays are kept.

use super::{Collector, TimeInStatus};
use crate::auth::Caller;
use crate::calendar;
use crate::error::Result;
use crate::ids::WorkspaceId;
use crate::portfolio::store::{Filter, Sort, page};
use crate::span::Span;
use crate::status_changes::StatusChange;
use crate::table;
use crate::table::Table;
use crate::workspaces::Workspace;
use db::{Conn, List};
use db::{bind, in_ids, statements};

/// The number of workspaces to read at once.
const PART: usize = 250;

statements! {
    CHANGES = "select ", StatusChange::COLUMNS, " from workspace_status_changes c
        where c.account_id = :account_id and ", in_ids!("c.workspace_id", "ids"), "
        order by c.workspace_id, c.created_at, c.id";
}

/// The time that the workspaces whose health the caller sees spent in their statuses within a span of time.
///
/// # Errors
/// [`TooMuch`](crate::error::Error::TooMuch) if the text to search for is too long.
pub async fn read(conn: &mut Conn, caller: &Caller, filter: &Filter, span: Span) -> Result<TimeInStatus> {
    let account_id = caller.account_id;
    let calendar = calendar::store::of_account(conn, account_id).await?;
    let mut collector = Collector::new(calendar.working_time(), span);
    for part in page(conn, caller, filter, Sort::Title, None, i64::MAX).await?.chunks(PART) {
        let ids: List<WorkspaceId> = part.iter().map(|place| place.id).collect();
        let workspaces: Vec<Workspace> = table::of_account(conn, account_id, &ids).await?;
        let changes = conn.all(&bind![CHANGES; account_id, ids: &ids], StatusChange::read).await?;
        let mut rest = &changes[..];
        for workspace in &workspaces {
            let count = rest.partition_point(|change| change.workspace_id <= workspace.id);
            let (own, later) = rest.split_at(count);
            rest = later;
            collector.add(workspace, own);
        }
    }
    Ok(collector.finish())
}
