//! The SQL of acknowledgements.

use super::Acknowledgement;
use crate::auth::Caller;
use crate::error::Result;
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, ReportId, UserId};
use crate::participations::Access;
use crate::status_reports;
use crate::table::{Table, record};
use db::{Conn, List};
use db::{bind, in_ids, statements};

record! {
    Acknowledgement in acknowledgements as a { id, account_id, status_report_id, user_id, created_at }
}

statements! {
    OF_USER = "select ", Acknowledgement::COLUMNS, " from acknowledgements a
        where a.account_id = :account_id and a.status_report_id = :report_id and a.user_id = :user_id";
    OF_REPORTS = "select a.status_report_id, a.user_id from acknowledgements a
        where a.account_id = :account_id and ", in_ids!("a.status_report_id", "reports"), " order by a.id";
}

/// The people who acknowledged some reports, each with the report, by time.
pub async fn of_reports(
    conn: &mut Conn,
    account_id: AccountId,
    reports: &List<ReportId>,
) -> db::Result<Vec<(ReportId, UserId)>> {
    conn.all(&bind![OF_REPORTS; account_id, reports], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Says that the caller has read a report; saying it twice changes nothing.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound)
pub async fn put(conn: &mut Conn, caller: &Caller, change: &Change, report_id: ReportId) -> Result<()> {
    if find(conn, caller, report_id).await?.is_some() {
        return Ok(());
    }
    let new = Acknowledgement {
        id: 0,
        account_id: caller.account_id,
        status_report_id: report_id,
        user_id: caller.user_id,
        created_at: change.at,
    };
    events::store::create(conn, change, new).await.map(drop)
}

/// Takes the caller's acknowledgement back, if there is one.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound)
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, report_id: ReportId) -> Result<()> {
    if let Some(found) = find(conn, caller, report_id).await? {
        events::store::delete(conn, change, &found).await?;
    }
    Ok(())
}

/// The caller's acknowledgement of a report that the caller sees.
async fn find(conn: &mut Conn, caller: &Caller, report_id: ReportId) -> Result<Option<Acknowledgement>> {
    status_reports::store::require(conn, caller, report_id, Access::View).await?;
    let query = bind![OF_USER; caller.account_id, report_id, caller.user_id];
    Ok(conn.first(&query, Acknowledgement::read).await?)
}
