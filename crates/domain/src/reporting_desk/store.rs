//! Reading the desk, with a number of statements that does not depend on the number of workspaces.

use std::collections::HashMap;

use super::{Row, Share, State, sort, standing};
use crate::auth::Caller;
use crate::cadences;
use crate::cadences::on_time::on_time;
use crate::cadences::standing::Due;
use crate::error::Result;
use crate::ids::{UserId, WorkspaceId};
use crate::order::Order;
use crate::workspaces::VisibleWorkspace;
use crate::workspaces::store::{Filter, SortBy, list};
use crate::{portfolio, report_requests, users};
use base::clock::Time;
use db::{Conn, List};
use db::{bind, in_ids, statements};

/// The summary counts all workspaces.
const NO_LIMIT: i64 = i64::MAX;

statements! {
    WRITTEN = "select workspace_id, created_at from status_reports
        where account_id = :account_id and ", in_ids!("workspace_id", "ids"), " and created_at > :since and created_at <= :now
        order by workspace_id, created_at";
}

/// How many of the last reports of some rows came in time; nothing for rows without a period that has ended.
pub async fn shares(
    conn: &mut Conn,
    caller: &Caller,
    rows: &[Row],
    now: Time,
) -> Result<HashMap<WorkspaceId, Share>> {
    let account_id = caller.account_id;
    let cadences = cadences::store::of_account(conn, account_id).await?;
    let mut periods: HashMap<WorkspaceId, Vec<(Time, Due)>> = HashMap::new();
    for row in rows.iter().filter(|row| row.state != State::Exempt) {
        let plan = cadences.of(row.id);
        let ended = plan.map(|plan| plan.schedule.ended(row.created_at, now)).unwrap_or_default();
        if !ended.is_empty() {
            periods.insert(row.id, ended);
        }
    }
    let Some(since) = periods.values().filter_map(|ended| Some(ended.first()?.0)).min() else {
        return Ok(HashMap::new());
    };
    let ids: List<WorkspaceId> = periods.keys().copied().collect();
    let mut written: HashMap<WorkspaceId, Vec<Time>> = HashMap::new();
    let query = bind![WRITTEN; account_id, ids: &ids, since, now];
    let found: Vec<(WorkspaceId, Time)> = conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?))).await?;
    for (id, at) in found {
        written.entry(id).or_default().push(at);
    }
    let share = |(id, ended): (WorkspaceId, Vec<(Time, Due)>)| {
        let reports = written.get(&id).map(Vec::as_slice).unwrap_or_default();
        (id, Share { on_time: on_time(&ended, reports), of: ended.len() })
    };
    Ok(periods.into_iter().map(share).collect())
}

/// The workspaces whose health the caller sees, as they are at an instant, in the order of the desk.
pub async fn read(conn: &mut Conn, caller: &Caller, now: Time) -> Result<Vec<Row>> {
    let account_id = caller.account_id;
    let filter = Filter { archived: true, ..Filter::active() };
    let (mut seen, _) = list(conn, caller, &filter, Order::ascending(SortBy::Title), NO_LIMIT, 0).await?;
    seen.retain(|seen| seen.access.sees_health());
    let ids: List<WorkspaceId> = seen.iter().map(|seen| seen.workspace.id).collect();
    let cadences = cadences::store::of_account(conn, account_id).await?;
    let newest = portfolio::store::last(conn, account_id, &ids, Time(now.0 + 1), None).await?;
    let mut requests = report_requests::store::newest(conn, account_id, &ids).await?;
    requests.retain(|id, request| request.is_open(newest.get(id)));
    let leads = seen.iter().filter_map(|seen| seen.primary_maven_id);
    let mut people: Vec<UserId> =
        leads.chain(cadences.owners()).chain(requests.values().map(|request| request.user_id)).collect();
    people.sort_unstable();
    people.dedup();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let people: HashMap<UserId, (String, bool)> =
        people.into_iter().map(|user| (user.id, (user.full_name, user.active))).collect();
    let name = |id: UserId| people.get(&id).map(|(name, _)| name.clone()).unwrap_or_default();
    let is_active = |id: UserId| people.get(&id).is_some_and(|(_, active)| *active);
    let row = |seen: VisibleWorkspace| {
        let VisibleWorkspace { workspace, access, primary_maven_id: lead, .. } = seen;
        let newest = newest.get(&workspace.id).copied();
        let (state, due) = standing(&cadences, &workspace, newest.as_ref(), now);
        Row {
            id: workspace.id,
            owner: cadences.owner(workspace.id, lead, is_active).map(|id| (id, name(id))),
            state,
            due,
            newest,
            status_key: workspace.status_key,
            request: requests.remove(&workspace.id).map(|request| {
                let by = name(request.user_id);
                (request, by)
            }),
            access,
            created_at: workspace.created_at,
            archived: workspace.archived,
            title: workspace.title,
        }
    };
    let mut rows: Vec<Row> = seen.into_iter().map(row).collect();
    sort(&mut rows);
    Ok(rows)
}
