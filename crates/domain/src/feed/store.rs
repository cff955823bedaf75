//! The SQL of the feed.

use std::collections::HashMap;

use super::{Filter, Page, Place, Published, place};
use crate::auth::Caller;
use crate::events;
use crate::events::store::link;
use crate::events::{Link, hash};
use crate::ids::{AccountId, ReportId, WorkspaceId};
use crate::participations::Access;
use crate::record::Logged;
use crate::report_drafts::ReportDraft;
use crate::workspaces;
use db::{Conn, List};
use db::{bind, if_texts, in_ids, statements};

/// The number of sequences that one statement looks at.
const WINDOW: i64 = 5_000;
/// The number of rows that one statement reads.
const BATCH: i64 = 100;
/// The number of statements for a page; one that looks at as many events and finds few is short, and is not the last.
const ROUNDS: usize = 40;
/// The length of the records of a page, in bytes; one longer event is a page by itself.
const LENGTH: usize = 4 * 1024 * 1024;

statements! {
    LAST = "select event_sequence from accounts where id = :account_id";
    BETWEEN = "select e.sequence, e.at, e.actor_id, e.kind, e.subject_type, e.subject_id, e.before, e.after,
            e.previous_hash, e.surface, e.token_id, e.content_sha256
        from events e
        where e.account_id = :account_id and e.sequence > :after and e.sequence <= :until
            and ", if_texts!("e.subject_type || '.' || e.kind", "types"), "
        order by e.sequence limit :limit";
    WORKSPACES = "select id, workspace_id from status_reports where account_id = :account_id and ", in_ids!("id", "ids"), "
        union all select id, workspace_id from deleted_status_reports where account_id = :account_id and ",
        in_ids!("id", "ids");
}

/// The workspaces of a page, and the caller's access to them.
#[derive(Default)]
struct Known {
    of_reports: HashMap<ReportId, WorkspaceId>,
    access: HashMap<WorkspaceId, Access>,
}

/// The first events after a number that the caller may see: administrators see all of them, others those of the workspaces whose
/// health they see.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    after: i64,
    limit: usize,
) -> db::Result<Page> {
    let account_id = caller.account_id;
    conn.flush().await?;
    let last = conn.first(&bind![LAST; account_id], |row| row.get(0)).await?.unwrap_or(0);
    let types: Option<List<String>> = filter.types.clone().map(List::from);
    let mut page = Page { events: Vec::new(), next_after: after, last };
    let (mut known, mut length) = (Known::default(), 0);
    for _ in 0..ROUNDS {
        if page.is_last() {
            break;
        }
        let until = last.min(page.next_after.saturating_add(WINDOW));
        let query = bind![BETWEEN; account_id, after: page.next_after, until, types: &types, limit: BATCH];
        let links = conn.all(&query, |row| link(account_id, row)).await?;
        let is_whole = i64::try_from(links.len()).is_ok_and(|rows| rows < BATCH);
        let places: Vec<Place> = links.iter().map(place).collect();
        known.learn(conn, caller, &places).await?;
        for (link, place) in links.into_iter().zip(places) {
            let sequence = link.event.sequence;
            if let Some(published) = known.published(caller, filter, link, place) {
                length += published.link.length();
                if !page.events.is_empty() && length > LENGTH {
                    return Ok(page);
                }
                page.events.push(published);
            }
            page.next_after = sequence;
            if page.events.len() == limit {
                return Ok(page);
            }
        }
        if is_whole {
            page.next_after = until;
        }
    }
    Ok(page)
}

/// The first events after a number, as administrators see them.
pub async fn all_after(
    conn: &mut Conn,
    account_id: AccountId,
    after: i64,
    limit: usize,
) -> db::Result<Vec<Published>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let links = events::store::chain(conn, account_id, after, limit).await?;
    let places: Vec<Place> = links.iter().map(place).collect();
    let mut known = Known::default();
    known.learn_reports(conn, account_id, &places).await?;
    let each = links.into_iter().zip(places);
    Ok(each.map(|(link, place)| published(link, known.workspace_of(place))).collect())
}

fn published(link: Link, workspace_id: Option<WorkspaceId>) -> Published {
    let hash = hash(&link.previous_hash, &link.content_digest());
    Published { link, hash, workspace_id }
}

impl Known {
    /// Looks up the workspaces of reports that are not known.
    async fn learn_reports(
        &mut self,
        conn: &mut Conn,
        account_id: AccountId,
        places: &[Place],
    ) -> db::Result<()> {
        let reports = places.iter().filter_map(|place| match place {
            Place::Report(id) if !self.of_reports.contains_key(id) => Some(*id),
            _ => None,
        });
        let reports: List<ReportId> = reports.collect();
        if !reports.is_empty() {
            self.of_reports.extend(workspaces_of(conn, account_id, &reports).await?);
        }
        Ok(())
    }

    /// Looks up what is not known of some places.
    async fn learn(&mut self, conn: &mut Conn, caller: &Caller, places: &[Place]) -> db::Result<()> {
        self.learn_reports(conn, caller.account_id, places).await?;
        if caller.administrator {
            return Ok(());
        }
        let ids = places.iter().filter_map(|place| self.workspace_of(*place));
        let ids: List<WorkspaceId> = ids.filter(|id| !self.access.contains_key(id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.access.extend(ids.iter().map(|id| (*id, Access::None)));
        let seen = workspaces::store::with_ids_seen(conn, caller, &ids).await?;
        self.access.extend(seen.iter().map(|one| (one.workspace.id, one.access)));
        Ok(())
    }

    fn workspace_of(&self, place: Place) -> Option<WorkspaceId> {
        match place {
            Place::Workspace(id) => Some(id),
            Place::Report(id) => self.of_reports.get(&id).copied(),
            Place::Account => None,
        }
    }

    /// The event, if the caller sees it and it passes the filter.
    fn published(&self, caller: &Caller, filter: &Filter, link: Link, place: Place) -> Option<Published> {
        let workspace_id = self.workspace_of(place);
        // Drafts are for those who may publish them.
        let is_draft = link.event.subject_type == ReportDraft::KIND;
        let needed = if is_draft { Access::Edit } else { Access::View };
        let is_seen = |id| self.access.get(&id).is_some_and(|access| *access >= needed);
        let passes = caller.administrator || workspace_id.is_some_and(is_seen);
        let wanted = |workspaces: &Vec<WorkspaceId>| workspace_id.is_some_and(|id| workspaces.contains(&id));
        if !passes || !filter.workspaces.as_ref().is_none_or(wanted) {
            return None;
        }
        Some(published(link, workspace_id))
    }
}

async fn workspaces_of(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<ReportId>,
) -> db::Result<Vec<(ReportId, WorkspaceId)>> {
    conn.all(&bind![WORKSPACES; account_id, ids], |row| Ok((row.get(0)?, row.get(1)?))).await
}
