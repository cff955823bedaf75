//! The SQL of requests for reports.

use std::collections::HashMap;

use super::{ReportRequest, message};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, WorkspaceId};
use crate::notifications::Kind;
use crate::notifications::store::inbox;
use crate::notifications::store::inbox::{Audience, News};
use crate::participations::Access;
use crate::table::{Table, record};
use crate::text::first_sentence;
use crate::workspaces::store::require_health;
use crate::{cadences, portfolio};
use base::clock::Time;
use db::{Conn, List};
use db::{bind, statements};

record! {
    ReportRequest in report_requests as q { id, account_id, workspace_id, user_id, message, last_report_id, created_at }
}

statements! {
    NEWEST = "select ", ReportRequest::COLUMNS, " from json_each(cast(:ids as text)) as asked cross join report_requests q
        where q.account_id = :account_id and q.id = (select o.id from report_requests o
            where o.account_id = :account_id and o.workspace_id = cast(asked.value as bigint) order by o.id desc limit 1)";
}

/// The newest request about each of some workspaces, by workspace; it may be closed.
pub async fn newest(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
) -> db::Result<HashMap<WorkspaceId, ReportRequest>> {
    let found = conn.all(&bind![NEWEST; account_id, ids], ReportRequest::read).await?;
    Ok(found.into_iter().map(|request| (request.workspace_id, request)).collect())
}

/// Asks for a report about a workspace, and tells the owner of its reports.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]; [`Error::AlreadyRequested`] if a request is open.
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: WorkspaceId,
    text: Option<&str>,
) -> Result<ReportRequest> {
    let seen = require_health(conn, caller, workspace_id, Access::Edit).await?;
    let message = message(text).map_err(|violation| Error::Invalid(vec![violation]))?;
    let (account_id, ids) = (caller.account_id, List::from([workspace_id]));
    let report = portfolio::store::last(conn, account_id, &ids, Time(change.at.0 + 1), None).await?;
    let report = report.get(&workspace_id);
    if newest(conn, account_id, &ids).await?.get(&workspace_id).is_some_and(|before| before.is_open(report)) {
        return Err(Error::AlreadyRequested);
    }
    let new = ReportRequest {
        id: 0,
        account_id,
        workspace_id,
        user_id: caller.user_id,
        message,
        last_report_id: report.map(|mark| mark.id),
        created_at: change.at,
    };
    let request = events::store::create(conn, change, new).await?;
    let owner = cadences::store::owner_of(conn, account_id, workspace_id, seen.primary_maven_id).await?;
    let text = first_sentence(request.message.as_deref().unwrap_or_default());
    let kind = Kind::ReportRequested;
    let news = News { kind, workspace_id, report_id: None, comment_id: None, text: &text };
    inbox::tell(conn, change, &news, &Audience { also: owner.into_iter().collect(), ..Audience::default() })
        .await?;
    Ok(request)
}
