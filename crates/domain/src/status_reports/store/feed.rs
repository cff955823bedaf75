//! Reports by the time at which they were written, in pages that follow a position.

use serde::{Deserialize, Serialize};

use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{ReportId, UserId, WorkspaceId};
use crate::span::Span;
use crate::status_reports::StatusReport;
use crate::table::Table;
use base::clock::Time;
use db::{Conn, List};
use db::{bind, if_texts, in_ids, sql, statements};

/// The number of reports that a search reads with one statement.
const BATCH: i64 = 500;

const FED: &str = sql!(
    "r.account_id = :account_id
        and (:administrator or exists (select 1 from participations p where p.account_id = r.account_id
            and p.workspace_id = r.workspace_id and p.user_id = :user_id and p.side = 'provider'))
        and (cast(:author_id as bigint) is null or r.creator_id = :author_id) and ",
    if_texts!("r.color", "colors"),
    " and r.created_at >= :start and r.created_at < :end"
);

statements! {
    LATEST_FIRST = "select ", StatusReport::COLUMNS, ", r.version from status_reports r where ", FED, "
            and (r.created_at, r.id) < (cast(:at as bigint), cast(:id as bigint))
        order by r.created_at desc, r.id desc limit :limit";
    OLDEST_FIRST = "select ", StatusReport::COLUMNS, ", r.version from status_reports r where ", FED, "
            and (r.created_at, r.id) > (cast(:at as bigint), cast(:id as bigint))
        order by r.created_at, r.id limit :limit";
    // An index by workspace serves these: most accounts have many workspaces, of which a list names few.
    LATEST_OF_WORKSPACES = "select ", StatusReport::COLUMNS, ", r.version from status_reports r where ", FED, "
            and ", in_ids!("r.workspace_id", "workspaces"), "
            and (r.created_at, r.id) < (cast(:at as bigint), cast(:id as bigint))
        order by r.created_at desc, r.id desc limit :limit";
    OLDEST_OF_WORKSPACES = "select ", StatusReport::COLUMNS, ", r.version from status_reports r where ", FED, "
            and ", in_ids!("r.workspace_id", "workspaces"), "
            and (r.created_at, r.id) > (cast(:at as bigint), cast(:id as bigint))
        order by r.created_at, r.id limit :limit";
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
    /// Case is folded here, because SQLite folds only ASCII.
    fn matches(&self, report: &StatusReport) -> bool {
        let Some(search) = &self.search else { return true };
        let notes = report.details.iter().filter_map(|detail| detail.description.as_ref());
        notes.chain([&report.description]).any(|text| text.to_lowercase().contains(search))
    }
}

/// At most `limit` reports whose workspace's health the caller sees, after a position or from the start; each with its
/// version.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    direction: Direction,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(StatusReport, i64)>> {
    let mut place = after.unwrap_or(Place::first(direction));
    let wanted = usize::try_from(limit).unwrap_or_default();
    let batch = if filter.search.is_some() { BATCH } else { limit };
    let mut found = Vec::new();
    loop {
        let reports = read(conn, caller, filter, place, batch).await?;
        let is_last = i64::try_from(reports.len()).is_ok_and(|count| count < batch);
        if let Some((last, _)) = reports.last() {
            place = Place::of(direction, last);
        }
        let matching = reports.into_iter().filter(|(report, _)| filter.matches(report));
        found.extend(matching.take(wanted - found.len()));
        if is_last || found.len() == wanted {
            return Ok(found);
        }
    }
}

async fn read(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    after: Place,
    limit: i64,
) -> db::Result<Vec<(StatusReport, i64)>> {
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
                filter.created.end,
                after.at,
                after.id,
                limit,
            ];
            conn.all(&query, |row| Ok((StatusReport::read(row)?, row.get(StatusReport::FIELDS.len())?))).await
        }};
    }
    match (after.direction, &filter.workspaces) {
        (Direction::Latest, None) => query!(LATEST_FIRST),
        (Direction::Oldest, None) => query!(OLDEST_FIRST),
        (Direction::Latest, Some(workspaces)) => query!(LATEST_OF_WORKSPACES, workspaces),
        (Direction::Oldest, Some(workspaces)) => query!(OLDEST_OF_WORKSPACES, workspaces),
    }
}
