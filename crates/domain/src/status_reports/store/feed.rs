//! Reports by the time at which they were written, in pages that follow a position.

use serde::{Deserialize, Serialize};

use super::read::state_of_event;
use super::words;
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{ReportId, UserId, WorkspaceId};
use crate::span::Span;
use crate::status_reports::{ReportState, StatusReport};
use crate::table::Table;
use crate::versions::past::{Past, in_past};
use base::clock::Time;
use db::{Conn, List};
use db::{bind, if_ids, if_texts, in_ids, sql, statements};

/// The number of reports that a search reads with one statement.
const BATCH: i64 = 500;

/// The conditions on what never changes.
const SEEN: &str = "r.account_id = :account_id
    and (:administrator or exists (select 1 from participations p where p.account_id = r.account_id
        and p.workspace_id = r.workspace_id and p.user_id = :user_id and p.side = 'provider'))
    and (cast(:author_id as bigint) is null or r.creator_id = :author_id)
    and r.created_at >= :start and r.created_at < :end";

const FED: &str = sql!(SEEN, " and ", if_texts!("r.color", "colors"));

/// A page of a table of reports, in one direction.
macro_rules! fed {
    ($table:literal, $deleted_at:literal, $narrowed:expr, $compared:literal, $order:literal) => {
        sql!(
            "select ",
            StatusReport::COLUMNS,
            ", r.version, ",
            $deleted_at,
            " from ",
            $table,
            " r where ",
            FED,
            $narrowed,
            " and (r.created_at, r.id) ",
            $compared,
            " (cast(:at as bigint), cast(:id as bigint)) order by r.created_at ",
            $order,
            ", r.id ",
            $order,
            " limit :limit"
        )
    };
}

/// The pages of the reports that are there.
macro_rules! present {
    ($narrowed:expr, $compared:literal, $order:literal) => {
        fed!("status_reports", "cast(null as bigint)", $narrowed, $compared, $order)
    };
}

/// The pages of the deleted reports.
macro_rules! deleted {
    ($narrowed:expr, $compared:literal, $order:literal) => {
        fed!("deleted_status_reports", "r.deleted_at", $narrowed, $compared, $order)
    };
}

/// A page of the reports as they were in the past. `cross join` keeps SQLite from beginning with the versions.
macro_rules! in_the_past {
    ($table:literal, $narrowed:expr, $compared:literal, $order:literal) => {
        sql!(
            "select v.kind, v.number, v.at, coalesce(e.after, e.before) from ",
            $table,
            " r cross join versions v cross join events e where v.account_id = r.account_id and v.sequence = ",
            in_past!("o.sequence" of "status_report" "r.id" in "r.account_id"),
            " and e.account_id = v.account_id and e.sequence = v.sequence
                and (:deleted or v.kind <> 'deleted') and ",
            if_texts!("v.color", "colors"),
            " and ",
            SEEN,
            $narrowed,
            " and (r.created_at, r.id) ",
            $compared,
            " (cast(:at as bigint), cast(:id as bigint)) order by r.created_at ",
            $order,
            ", r.id ",
            $order,
            " limit :limit"
        )
    };
}

/// Narrows a page to some workspaces. An index by workspace serves it: most accounts have many workspaces, of which a list
/// names few.
const OF_WORKSPACES: &str = sql!(" and ", in_ids!("r.workspace_id", "workspaces"));

/// Narrows a page to the candidates of a search.
const CANDIDATES: &str =
    sql!(" and ", if_ids!("r.workspace_id", "workspaces"), " and ", in_ids!("r.id", "candidates"));

/// Narrows a page to one workspace, whose index has the order.
const OF_ONE: &str = " and r.workspace_id = cast(:workspace as bigint)";

statements! {
    LATEST_FIRST = present!("", "<", "desc");
    OLDEST_FIRST = present!("", ">", "asc");
    LATEST_OF_WORKSPACES = present!(OF_WORKSPACES, "<", "desc");
    OLDEST_OF_WORKSPACES = present!(OF_WORKSPACES, ">", "asc");
    LATEST_CANDIDATES = present!(CANDIDATES, "<", "desc");
    OLDEST_CANDIDATES = present!(CANDIDATES, ">", "asc");
    LATEST_DELETED = deleted!("", "<", "desc");
    OLDEST_DELETED = deleted!("", ">", "asc");
    LATEST_DELETED_OF_WORKSPACES = deleted!(OF_WORKSPACES, "<", "desc");
    OLDEST_DELETED_OF_WORKSPACES = deleted!(OF_WORKSPACES, ">", "asc");
    PAST_LATEST = in_the_past!("status_reports", "", "<", "desc");
    PAST_OLDEST = in_the_past!("status_reports", "", ">", "asc");
    PAST_LATEST_OF_WORKSPACES = in_the_past!("status_reports", OF_WORKSPACES, "<", "desc");
    PAST_OLDEST_OF_WORKSPACES = in_the_past!("status_reports", OF_WORKSPACES, ">", "asc");
    PAST_LATEST_OF_ONE = in_the_past!("status_reports", OF_ONE, "<", "desc");
    PAST_OLDEST_OF_ONE = in_the_past!("status_reports", OF_ONE, ">", "asc");
    PAST_LATEST_DELETED_OF_ONE = in_the_past!("deleted_status_reports", OF_ONE, "<", "desc");
    PAST_OLDEST_DELETED_OF_ONE = in_the_past!("deleted_status_reports", OF_ONE, ">", "asc");
    PAST_LATEST_DELETED = in_the_past!("deleted_status_reports", "", "<", "desc");
    PAST_OLDEST_DELETED = in_the_past!("deleted_status_reports", "", ">", "asc");
    PAST_LATEST_DELETED_OF_WORKSPACES = in_the_past!("deleted_status_reports", OF_WORKSPACES, "<", "desc");
    PAST_OLDEST_DELETED_OF_WORKSPACES = in_the_past!("deleted_status_reports", OF_WORKSPACES, ">", "asc");
}

/// The filter of the list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Workspaces' ids.
    pub workspaces: Option<List<WorkspaceId>>,
    /// The author.
    pub author_id: Option<UserId>,
    /// The names of colours.
    pub colors: Option<List<String>>,
    /// When they were written.
    pub created: Span,
    /// A text in lower case, in the description of the report or of a detail.
    pub search: Option<String>,
    /// Include deleted reports.
    pub deleted: bool,
    /// As they were then; the filter by text and color, too.
    pub past: Option<Past>,
}

/// The order by the time of writing; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The latest first.
    Latest,
    /// The oldest first.
    Oldest,
}

/// The position of a report in the order, for cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub direction: Direction,
    pub at: Time,
    pub id: ReportId,
}

impl Place {
    /// Before the first report.
    const fn first(direction: Direction) -> Self {
        match direction {
            Direction::Latest => Self { direction, at: Time::MAX, id: ReportId(i64::MAX) },
            Direction::Oldest => Self { direction, at: Time::MIN, id: ReportId(i64::MIN) },
        }
    }

    /// The position of a report.
    pub const fn of(direction: Direction, report: &StatusReport) -> Self {
        Self { direction, at: report.created_at, id: report.id }
    }
}

impl Filter {
    /// The reports of a workspace in a span.
    pub fn of_workspace(id: WorkspaceId, created: Span, past: Option<Past>) -> Self {
        Self {
            workspaces: Some([id].into()),
            author_id: None,
            colors: None,
            created,
            search: None,
            deleted: false,
            past,
        }
    }

    /// Case is folded here, because SQLite folds only ASCII.
    fn matches(&self, report: &StatusReport) -> bool {
        let Some(search) = &self.search else { return true };
        let notes = report.details.iter().filter_map(|detail| detail.description.as_ref());
        notes.chain([&report.description]).any(|text| text.to_lowercase().contains(search))
    }
}

/// At most `limit` reports whose workspace's health the caller sees, after a position or from the start.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    direction: Direction,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<ReportState>> {
    let mut place = after.unwrap_or(Place::first(direction));
    let wanted = usize::try_from(limit).unwrap_or_default();
    let batch = if filter.search.is_some() { BATCH } else { limit };
    let candidates = match &filter.search {
        // The index has the texts of today.
        Some(search) if filter.past.is_none() => words::candidates(conn, search).await?,
        _ => None,
    };
    let mut found = Vec::new();
    loop {
        let states = batch_of(conn, caller, (filter, candidates.as_ref()), place, batch).await?;
        let is_last = i64::try_from(states.len()).is_ok_and(|count| count < batch);
        if let Some(last) = states.last() {
            place = Place::of(direction, &last.report);
        }
        let matching = states.into_iter().filter(|state| filter.matches(&state.report));
        found.extend(matching.take(wanted - found.len()));
        if is_last || found.len() == wanted {
            return Ok(found);
        }
    }
}

/// At most `limit` reports after a position, the deleted ones among them if they are requested.
async fn batch_of(
    conn: &mut Conn,
    caller: &Caller,
    (filter, candidates): (&Filter, Option<&List<ReportId>>),
    after: Place,
    limit: i64,
) -> db::Result<Vec<ReportState>> {
    let mut states = read(conn, caller, (filter, candidates), after, limit, false).await?;
    // What is deleted now may have been there.
    if filter.deleted || filter.past.is_some() {
        states.extend(read(conn, caller, (filter, None), after, limit, true).await?);
        states.sort_unstable_by_key(|state| (state.report.created_at, state.report.id));
        if after.direction == Direction::Latest {
            states.reverse();
        }
        states.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(states)
}

async fn read(
    conn: &mut Conn,
    caller: &Caller,
    (filter, candidates): (&Filter, Option<&List<ReportId>>),
    after: Place,
    limit: i64,
    deleted: bool,
) -> db::Result<Vec<ReportState>> {
    const WIDTH: usize = StatusReport::FIELDS.len();
    if let Some(past) = filter.past {
        return read_past(conn, caller, (filter, past), after, limit, deleted).await;
    }
    macro_rules! query {
        ($page:ident $(, $ids:ident)*) => {{
            let query = bind![$page;
                caller.account_id,
                caller.administrator,
                caller.user_id,
                $($ids,)*
                filter.author_id,
                filter.colors,
                filter.created.start,
                filter.created.end,
                after.at,
                after.id,
                limit,
            ];
            conn.all(&query, |row| {
                let report = StatusReport::read(row)?;
                Ok(ReportState { report, version: row.get(WIDTH)?, deleted_at: row.get(WIDTH + 1)? })
            })
            .await
        }};
    }
    if let Some(candidates) = candidates {
        let workspaces = &filter.workspaces;
        return match after.direction {
            Direction::Latest => query!(LATEST_CANDIDATES, workspaces, candidates),
            Direction::Oldest => query!(OLDEST_CANDIDATES, workspaces, candidates),
        };
    }
    match (deleted, after.direction, &filter.workspaces) {
        (false, Direction::Latest, None) => query!(LATEST_FIRST),
        (false, Direction::Oldest, None) => query!(OLDEST_FIRST),
        (false, Direction::Latest, Some(workspaces)) => query!(LATEST_OF_WORKSPACES, workspaces),
        (false, Direction::Oldest, Some(workspaces)) => query!(OLDEST_OF_WORKSPACES, workspaces),
        (true, Direction::Latest, None) => query!(LATEST_DELETED),
        (true, Direction::Oldest, None) => query!(OLDEST_DELETED),
        (true, Direction::Latest, Some(workspaces)) => query!(LATEST_DELETED_OF_WORKSPACES, workspaces),
        (true, Direction::Oldest, Some(workspaces)) => query!(OLDEST_DELETED_OF_WORKSPACES, workspaces),
    }
}

/// The page of one table of reports, as they were in the past.
async fn read_past(
    conn: &mut Conn,
    caller: &Caller,
    (filter, past): (&Filter, Past),
    after: Place,
    limit: i64,
    deleted: bool,
) -> db::Result<Vec<ReportState>> {
    macro_rules! query {
        ($page:ident $(, $workspaces:ident)?) => {{
            let query = bind![$page;
                caller.account_id,
                caller.administrator,
                caller.user_id,
                $($workspaces,)?
                filter.author_id,
                filter.colors,
                filter.created.start,
                end: filter.created.end.min(past.end()),
                filter.deleted,
                past.as_of,
                past.known_at,
                after.at,
                after.id,
                limit,
            ];
            conn.all(&query, |row| state_of_event(row, caller.account_id)).await
        }};
    }
    if let Some([workspace]) = filter.workspaces.as_deref() {
        return match (deleted, after.direction) {
            (false, Direction::Latest) => query!(PAST_LATEST_OF_ONE, workspace),
            (false, Direction::Oldest) => query!(PAST_OLDEST_OF_ONE, workspace),
            (true, Direction::Latest) => query!(PAST_LATEST_DELETED_OF_ONE, workspace),
            (true, Direction::Oldest) => query!(PAST_OLDEST_DELETED_OF_ONE, workspace),
        };
    }
    match (deleted, after.direction, &filter.workspaces) {
        (false, Direction::Latest, None) => query!(PAST_LATEST),
        (false, Direction::Oldest, None) => query!(PAST_OLDEST),
        (false, Direction::Latest, Some(workspaces)) => query!(PAST_LATEST_OF_WORKSPACES, workspaces),
        (false, Direction::Oldest, Some(workspaces)) => query!(PAST_OLDEST_OF_WORKSPACES, workspaces),
        (true, Direction::Latest, None) => query!(PAST_LATEST_DELETED),
        (true, Direction::Oldest, None) => query!(PAST_OLDEST_DELETED),
        (true, Direction::Latest, Some(workspaces)) => query!(PAST_LATEST_DELETED_OF_WORKSPACES, workspaces),
        (true, Direction::Oldest, Some(workspaces)) => query!(PAST_OLDEST_DELETED_OF_WORKSPACES, workspaces),
    }
}
