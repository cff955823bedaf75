//! Reading the desk, with a number of statements that does not depend on the number of workspaces.

use std::collections::HashMap;

use super::{Row, sort, standing};
use crate::auth::Caller;
use crate::cadences;
use crate::error::Result;
use crate::ids::{UserId, WorkspaceId};
use crate::order::Order;
use crate::workspaces::VisibleWorkspace;
use crate::workspaces::store::{Filter, SortBy, list};
use crate::{portfolio, report_requests, users};
use base::clock::Time;
use db::{Conn, List};

/// The summary counts all workspaces.
const NO_LIMIT: i64 = i64::MAX;

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
            request: requests.remove(&workspace.id).map(|request| {
                let by = name(request.user_id);
                (request, by)
            }),
            access,
            archived: workspace.archived,
            title: workspace.title,
        }
    };
    let mut rows: Vec<Row> = seen.into_iter().map(row).collect();
    sort(&mut rows);
    Ok(rows)
}
