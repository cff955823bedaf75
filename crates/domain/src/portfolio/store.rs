//! The SQL of the portfolio; the number of statements does not depend on the size of a page.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Mark;
use super::reasons::Reasons;
use crate::ids::{AccountId, ReportId, WorkspaceId};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::Result;
use crate::labels;
use crate::labels::labelled;
use crate::span::Span;
use crate::status_reports::Color;
use crate::status_reports::store::of_account_in_past;
use crate::versions::past::{Past, in_past, status_in_past};
use crate::workspaces::store::search_key;
use db::{Conn, List, Row};
use db::{bind, if_ids, in_ids, statements};

/// The id of a workspace's last report before an instant.
macro_rules! last_of {
    ($workspace:literal) => {
        concat!(
            "select l.id from status_reports l
                where l.account_id = :account_id and l.workspace_id = ",
            $workspace,
            " and l.created_at < :before order by l.created_at desc, l.id desc limit 1"
        )
    };
}

/// The number of the event of the last report of a workspace in the past: the state in which a report was then. A later
/// version of the report that holds takes the place of an earlier one.
macro_rules! last_in_past {
    ($workspace:literal) => {
        concat!(
            "select l.sequence from versions l
                where l.account_id = :account_id and l.workspace_id = ",
            $workspace,
            " and l.created_at < :before and l.effective <= :as_of and l.at <= :known_at and l.kind <> 'deleted'
                    and not exists (select 1 from versions n
                        where n.account_id = l.account_id and n.workspace_id = l.workspace_id
                            and n.created_at = l.created_at and n.subject_id = l.subject_id
                            and n.effective <= :as_of and n.at <= :known_at
                            and (n.effective, n.sequence) > (l.effective, l.sequence))
                order by l.created_at desc, l.subject_id desc limit 1"
        )
    };
}

/// The rank of a color, the worst first.
macro_rules! rank {
    ($color:expr) => {
        concat!("case ", $color, " when 'red' then 0 when 'yellow' then 1 when 'green' then 2 else 3 end")
    };
}

statements! {
    // As `PAGE`, with what the workspaces were then.
    PAGE_IN_PAST = "select p.id, p.rank, p.title_key from (
            select w.id, v.title_key,
                case cast(:sort as bigint)
                    when 1 then -v.updated_at
                    when 2 then case when :administrator or me.side = 'provider' then coalesce((
                        select ", rank!("u.color"), " from versions u
                            where u.account_id = :account_id and u.sequence = (", last_in_past!("w.id"), ")), 3)
                        else 3 end
                    else 0 end as rank
            from workspaces w cross join versions v
            left join participations me
                on me.account_id = :account_id and me.workspace_id = v.subject_id and me.user_id = :user_id
            where w.account_id = :account_id and v.account_id = w.account_id
                and v.sequence = ", in_past!("o.sequence" of "workspace" "w.id" in "w.account_id"), "
                and (:administrator or me.side = 'provider' or (:clients and me.id is not null))
                and (:archived or not v.archived)
                and (cast(:status_keys as text) is null or ((:administrator or me.side = 'provider') and ",
                    status_in_past!("w.id" in "w.account_id" or "v.status_key"), "
                    in (select cast(value as bigint) from json_each(cast(:status_keys as text)))))
                and ", labelled!(), "
                and (cast(:search as text) is null or instr(v.search_text, :search) > 0)) as p
        where not :is_after
            or (p.rank, p.title_key, p.id) > (cast(:rank as bigint), cast(:title as text), cast(:id as bigint))
        order by p.rank, p.title_key, p.id limit :limit";
    // The versions of the reports: the last one of a report is its state.
    MARKS_IN_PAST = "select v.workspace_id, v.subject_id, case when v.kind = 'deleted' then null else v.color end, v.created_at
        from versions v
        where v.account_id = :account_id and ", in_ids!("v.workspace_id", "ids"), "
            and v.created_at >= :start and v.created_at < :end and v.effective <= :as_of and v.at <= :known_at
        order by v.workspace_id, v.created_at, v.subject_id, v.effective, v.sequence";
    LAST_IN_PAST = "select v.workspace_id, v.subject_id, v.color, v.created_at
        from json_each(cast(:ids as text)) as asked cross join versions v
        where v.account_id = :account_id and v.sequence = (", last_in_past!("cast(asked.value as bigint)"), ")";
    // `:sort`: 0 by title, 1 by last change, 2 by health; `rank` comes before the title.
    PAGE = "select p.id, p.rank, p.title_key from (
            select w.id, w.title_key,
                case cast(:sort as bigint)
                    when 1 then -w.updated_at
                    when 2 then case when :administrator or me.side = 'provider' then
                        coalesce((select case h.color when 'red' then 0 when 'yellow' then 1 else 2 end
                        from status_reports h where h.account_id = :account_id and h.id = (", last_of!("w.id"), ")), 3)
                        else 3 end
                    else 0 end as rank
            from workspaces w
            left join participations me
                on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = :user_id
            where w.account_id = :account_id
                and (:administrator or me.side = 'provider' or (:clients and me.id is not null))
                and (:archived or not w.archived)
                and ", if_ids!("w.status_key", "status_keys"), "
                and (cast(:status_keys as text) is null or :administrator or me.side = 'provider')
                and ", labelled!(), "
                and (cast(:search as text) is null or instr(w.search_text, :search) > 0)) as p
        where not :is_after
            or (p.rank, p.title_key, p.id) > (cast(:rank as bigint), cast(:title as text), cast(:id as bigint))
        order by p.rank, p.title_key, p.id limit :limit";
    MARKS = "select r.workspace_id, r.id, r.color, r.created_at from status_reports r
        where r.account_id = :account_id and ", in_ids!("r.workspace_id", "ids"), "
            and r.created_at >= :start and r.created_at < :end
        order by r.workspace_id, r.created_at, r.id";
    // A colour stands since the first report after the last one of another colour.
    REASONS = "select w.id, w.first_due_date, r.description,
            (select n.created_at from status_reports n
                where n.account_id = :account_id and n.workspace_id = w.id and n.color = r.color
                    and n.created_at >= coalesce((select d.created_at from status_reports d
                        where d.account_id = :account_id and d.workspace_id = w.id and d.created_at <= r.created_at
                            and d.color <> r.color order by d.created_at desc, d.id desc limit 1), n.created_at)
                order by n.created_at, n.id limit 1)
        from json_each(cast(:ids as text)) as asked
            cross join workspaces w
            left join status_reports r on r.account_id = :account_id and r.id = (", last_of!("w.id"), ")
        where w.account_id = :account_id and w.id = cast(asked.value as bigint)";
    // `cross join` keeps SQLite from going through all reports for each workspace.
    LAST = "select r.workspace_id, r.id, r.color, r.created_at
        from json_each(cast(:ids as text)) as asked cross join status_reports r
        where r.account_id = :account_id and r.id = (", last_of!("cast(asked.value as bigint)"), ")";
}

/// The filter of the portfolio and of lists of workspaces.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Include workspaces whose health the caller does not see. Nothing of their health shows in the order, and a filter by
    /// status key excludes them.
    pub clients: bool,
    /// Include archived workspaces.
    pub archived: bool,
    /// Status keys.
    pub status_keys: Option<List<i64>>,
    /// Words in title or description, ignoring case.
    pub search: Option<String>,
    /// Tags and values of own fields: those of today, in the past as well.
    pub labels: labels::Filter,
    /// As they were then.
    pub past: Option<Past>,
}

/// The order of the portfolio; ties go by title and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The title, ignoring case.
    Title,
    /// The last change, latest first.
    UpdatedAt,
    /// The last report: red, yellow, green, none.
    Health,
}

/// The position of a workspace in the order, for cursors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub sort: Sort,
    pub rank: i64,
    pub title: String,
    pub id: WorkspaceId,
}

fn mark(row: &Row<'_>) -> db::Result<Mark> {
    Ok(Mark { workspace_id: row.get(0)?, id: row.get(1)?, color: row.get(2)?, created_at: row.get(3)? })
}

/// A report, and its mark unless it was deleted.
fn state(row: &Row<'_>) -> db::Result<(ReportId, Option<Mark>)> {
    let color: Option<Color> = row.get(2)?;
    Ok((row.get(1)?, color.map(|_| mark(row)).transpose()?))
}

/// The positions of at most `limit` workspaces, after a position or from the start.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>> {
    let search = filter.search.as_deref().map(search_key).transpose()?;
    let labels = filter.labels.bound();
    let number = match sort {
        Sort::Title => 0_i64,
        Sort::UpdatedAt => 1,
        Sort::Health => 2,
    };
    let place = |row: &Row<'_>| Ok(Place { sort, id: row.get(0)?, rank: row.get(1)?, title: row.get(2)? });
    if let Some(past) = filter.past {
        let Past { as_of, known_at } = past;
        let query = bind![PAGE_IN_PAST;
            caller.account_id,
            caller.user_id,
            caller.administrator,
            filter.clients,
            filter.archived,
            filter.status_keys,
            labels: &labels,
            search: &search,
            sort: number,
            before: past.end(),
            as_of,
            known_at,
            is_after: after.is_some(),
            rank: after.map(|place| place.rank),
            title: after.map(|place| place.title.as_str()),
            id: after.map(|place| place.id),
            limit,
        ];
        return Ok(conn.all(&query, place).await?);
    }
    let query = bind![PAGE;
        caller.account_id,
        caller.user_id,
        caller.administrator,
        filter.clients,
        filter.archived,
        filter.status_keys,
        labels: &labels,
        search: &search,
        sort: number,
        before: Time::MAX,
        is_after: after.is_some(),
        rank: after.map(|place| place.rank),
        title: after.map(|place| place.title.as_str()),
        id: after.map(|place| place.id),
        limit,
    ];
    Ok(conn.all(&query, place).await?)
}

/// The reports of some workspaces in a span of time, by workspace and time; in the past, those that were there.
pub async fn marks(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    span: Span,
    past: Option<Past>,
) -> db::Result<Vec<Mark>> {
    let Some(past) = past else {
        return conn.all(&bind![MARKS; account_id, ids, span.start, span.end], mark).await;
    };
    let (Past { as_of, known_at }, end) = (past, span.end.min(past.end()));
    let query = bind![MARKS_IN_PAST; account_id, ids, span.start, end, as_of, known_at];
    let states = conn.all(&query, state).await?;
    Ok(states.chunk_by(|one, other| one.0 == other.0).filter_map(|states| states.last()?.1).collect())
}

/// What the rows of some workspaces say, from their last reports before an instant; in the past, from those that were there.
pub async fn reasons(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    before: Time,
    past: Option<Past>,
) -> db::Result<HashMap<WorkspaceId, Reasons>> {
    let said = |row: &Row<'_>| {
        let text = row.get::<Option<String>>(2)?.unwrap_or_default();
        Ok((row.get(0)?, Reasons { since: row.get(3)?, text, first_due: row.get(1)? }))
    };
    let said = conn.all(&bind![REASONS; account_id, ids, before], said).await?;
    let mut said: HashMap<WorkspaceId, Reasons> = said.into_iter().collect();
    let Some(past) = past else { return Ok(said) };
    let marks = marks(conn, account_id, ids, Span::new(Time::MIN, before), Some(past)).await?;
    let of_workspaces = marks.chunk_by(|one, other| one.workspace_id == other.workspace_id);
    let ends: Vec<(Mark, Time)> = of_workspaces.filter_map(end_and_its_start).collect();
    let last: List<ReportId> = ends.iter().map(|(last, _)| last.id).collect();
    let mut reports = of_account_in_past(conn, account_id, &last, past).await?;
    for (id, reasons) in &mut said {
        let end = ends.iter().find(|(last, _)| last.workspace_id == *id);
        reasons.since = end.map(|(_, since)| *since);
        let report = end.and_then(|(last, _)| reports.iter_mut().find(|report| report.id == last.id));
        reasons.text = report.map(|report| std::mem::take(&mut report.description)).unwrap_or_default();
    }
    Ok(said)
}

/// The last of the reports of a workspace, and since when its colour stands.
fn end_and_its_start(marks: &[Mark]) -> Option<(Mark, Time)> {
    let last = *marks.last()?;
    let run = marks.iter().rev().take_while(|mark| mark.color == last.color);
    Some((last, run.last()?.created_at))
}

/// The last report of each of some workspaces before an instant, by workspace; in the past, of those that were there.
pub async fn last(
    conn: &mut Conn,
    account_id: AccountId,
    ids: &List<WorkspaceId>,
    before: Time,
    past: Option<Past>,
) -> db::Result<HashMap<WorkspaceId, Mark>> {
    let marks = match past {
        None => conn.all(&bind![LAST; account_id, ids, before], mark).await?,
        Some(past) => {
            let (Past { as_of, known_at }, before) = (past, before.min(past.end()));
            conn.all(&bind![LAST_IN_PAST; account_id, ids, before, as_of, known_at], mark).await?
        }
    };
    Ok(marks.into_iter().map(|mark| (mark.workspace_id, mark)).collect())
}
