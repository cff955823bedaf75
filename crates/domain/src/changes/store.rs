//! The SQL of changes. Workspaces are compared in parts; texts are read for those that are shown alone.

use std::collections::{HashMap, HashSet};

use super::{Change, Changes, Compared, Ends, Window, details};
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{AccountId, ReportId, WorkspaceId};
use crate::portfolio;
use crate::portfolio::Mark;
use crate::portfolio::store::{Filter, Sort, page};
use crate::span::Span;
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::table;
use crate::table::{Codec, Json};
use crate::versions::past::{Past, change_in_past, in_past, status_in_past};
use crate::workspaces;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, statements};

/// The number of workspaces to compare at once.
const PART: usize = 500;

statements! {
    // `cross join` keeps SQLite from beginning with the versions.
    STATES = "select v.subject_id, v.archived, ", status_in_past!("v.subject_id" in "v.account_id" or "v.status_key"), "
        from json_each(cast(:ids as text)) as asked cross join versions v
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "workspace" "cast(asked.value as bigint)" in "cast(:account_id as bigint)");
    VERSIONS = "select v.subject_id, v.sequence
        from json_each(cast(:ids as text)) as asked cross join versions v
        where v.account_id = :account_id and v.sequence = ",
        in_past!("o.sequence" of "status_report" "cast(asked.value as bigint)" in "cast(:account_id as bigint)");
    CONTENTS = "select e.sequence, coalesce(e.after, e.before) from events e
        where e.account_id = :account_id and ", in_ids!("e.sequence", "sequences");
    MOVES = "select c.id from json_each(cast(:ids as text)) as asked cross join workspace_status_changes c
        where c.account_id = :account_id and c.id = (select l.id from workspace_status_changes l
            where l.account_id = :account_id and l.workspace_id = cast(asked.value as bigint) and ", change_in_past!("l"), "
            order by l.created_at desc, l.id desc limit 1)";
}

/// The state of a workspace.
#[derive(Clone, Copy)]
struct State {
    is_archived: bool,
    status_key: Option<i64>,
}

/// What is known of some workspaces at one end.
struct End {
    states: HashMap<WorkspaceId, State>,
    last: HashMap<WorkspaceId, Mark>,
    versions: HashMap<ReportId, i64>,
}

async fn end(conn: &mut Conn, account_id: AccountId, ids: &List<WorkspaceId>, past: Past) -> db::Result<End> {
    let state = |row: &Row<'_>| {
        let is_archived = row.get::<Option<bool>>(1)?.unwrap_or_default();
        Ok((row.get(0)?, State { is_archived, status_key: row.get(2)? }))
    };
    let Past { as_of, known_at } = past;
    let states = conn.all(&bind![STATES; account_id, ids, as_of, known_at], state).await?;
    let last = portfolio::store::last(conn, account_id, ids, Time::MAX, Some(past)).await?;
    let reports: List<ReportId> = last.values().map(|mark| mark.id).collect();
    let query = bind![VERSIONS; account_id, ids: &reports, as_of, known_at];
    let versions = conn.all(&query, |row| Ok((row.get(0)?, row.get(1)?))).await?;
    Ok(End { states: states.into_iter().collect(), last, versions: versions.into_iter().collect() })
}

/// Compares the workspaces whose health the caller sees, of those that pass the filter at the end of the span; leaves out those
/// that did not change, unless `include_unchanged`.
///
/// # Errors
/// [`TooMuch`](crate::error::Error::TooMuch) if the text to search for is too long.
pub async fn compare(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    window: Window,
    include_unchanged: bool,
) -> Result<Changes> {
    let (account_id, past) = (caller.account_id, window.ends());
    let filter = Filter { past: Some(past.to), clients: false, ..filter.clone() };
    let span = Span::new(past.from.end(), past.to.end());
    let mut changes = Changes::default();
    for part in page(conn, caller, &filter, Sort::Title, None, i64::MAX).await?.chunks(PART) {
        let ids: List<WorkspaceId> = part.iter().map(|place| place.id).collect();
        let ends = Ends {
            from: end(conn, account_id, &ids, past.from).await?,
            to: end(conn, account_id, &ids, past.to).await?,
        };
        let mut reports: HashMap<WorkspaceId, Vec<ReportId>> = HashMap::new();
        for mark in portfolio::store::marks(conn, account_id, &ids, span, Some(past.to)).await? {
            reports.entry(mark.workspace_id).or_default().push(mark.id);
        }
        let mut compared = Vec::with_capacity(part.len());
        for place in part {
            let state = ends.as_ref().map(|end| end.states.get(&place.id).copied());
            let last = ends.as_ref().map(|end| end.last.get(&place.id).copied());
            let is_stale = |last: Option<Mark>, key: Option<i64>, at| {
                last.zip(key).is_some_and(|(last, key)| last.is_stale(key, at))
            };
            let version = |end: &End, mark: Option<Mark>| end.versions.get(&mark?.id).copied();
            let status = state.map(|state| state.and_then(|state| state.status_key));
            let one = Compared {
                id: place.id,
                title_key: place.title.clone(),
                content: Ends { from: version(&ends.from, last.from), to: version(&ends.to, last.to) },
                is_stale: Ends {
                    from: is_stale(last.from, status.from, window.from),
                    to: is_stale(last.to, status.to, window.to),
                },
                is_archived: state.map(|state| state.is_some_and(|state| state.is_archived)),
                reports: reports.remove(&place.id).unwrap_or_default(),
                last,
                status,
            };
            changes.summary.add(&one);
            compared.push(one);
        }
        if !include_unchanged {
            leave_out_unchanged(conn, account_id, &mut compared).await?;
        }
        changes.workspaces.extend(compared);
    }
    changes.workspaces.sort_by_cached_key(Compared::place);
    Ok(changes)
}

/// Keeps the workspaces that changed. A report that was edited in the span may differ in its details alone.
async fn leave_out_unchanged(
    conn: &mut Conn,
    account_id: AccountId,
    compared: &mut Vec<Compared>,
) -> Result<()> {
    let is_edited = |one: &Compared| !one.is_changed() && one.content.from != one.content.to;
    let edited: Vec<&Compared> = compared.iter().filter(|one| is_edited(one)).collect();
    let contents = contents(conn, account_id, edited.iter().copied()).await?;
    let differs = |one: &&&Compared| !details(reports_of(one, &contents)).is_empty();
    let differing: HashSet<WorkspaceId> = edited.iter().filter(differs).map(|one| one.id).collect();
    compared.retain(|one| one.is_changed() || differing.contains(&one.id));
    Ok(())
}

/// The last reports of workspaces at both ends, by the number of the event that has them.
async fn contents(
    conn: &mut Conn,
    account_id: AccountId,
    compared: impl Iterator<Item = &Compared>,
) -> db::Result<HashMap<i64, StatusReport>> {
    let sequences: List<i64> =
        compared.flat_map(|one| [one.content.from, one.content.to]).flatten().collect();
    let report = |row: &Row<'_>| {
        let report = <Json as Codec<StatusReport>>::read(row, 1)?;
        Ok((row.get(0)?, StatusReport { account_id, ..report }))
    };
    Ok(conn.all(&bind![CONTENTS; account_id, sequences: &sequences], report).await?.into_iter().collect())
}

fn reports_of<'c>(
    one: &Compared,
    contents: &'c HashMap<i64, StatusReport>,
) -> Ends<Option<&'c StatusReport>> {
    one.content.map(|sequence| contents.get(&sequence?))
}

/// What some workspaces were at both ends.
///
/// # Errors
/// Those of the store.
pub async fn read(
    conn: &mut Conn,
    caller: &Caller,
    window: Window,
    compared: Vec<Compared>,
) -> Result<Vec<Change>> {
    let (account_id, past) = (caller.account_id, window.ends());
    let ids: List<WorkspaceId> = compared.iter().map(|one| one.id).collect();
    let mut workspaces = Ends { from: HashMap::new(), to: HashMap::new() };
    for (found, past) in [(&mut workspaces.from, past.from), (&mut workspaces.to, past.to)] {
        let seen = workspaces::store::past::in_past(conn, caller, &ids, past).await?;
        found.extend(seen.into_iter().map(|visible| (visible.workspace.id, visible)));
    }
    let Past { as_of, known_at } = past.to;
    let moves: Vec<i64> =
        conn.all(&bind![MOVES; account_id, ids: &ids, as_of, known_at], |row| row.get(0)).await?;
    let moves: Vec<StatusChange> = table::of_account(conn, account_id, &moves.into()).await?;
    let mut moves: HashMap<_, _> = moves.into_iter().map(|change| (change.workspace_id, change)).collect();
    let contents = contents(conn, account_id, compared.iter()).await?;
    let change = |one: Compared| Change {
        workspace: Ends { from: workspaces.from.remove(&one.id), to: workspaces.to.remove(&one.id) },
        report: reports_of(&one, &contents).map(Option::<&StatusReport>::cloned),
        moved: moves.remove(&one.id),
        compared: one,
    };
    Ok(compared.into_iter().map(change).collect())
}
