//! Lists of work packages: filters, orders, groups and sums.

use super::filter::{Filter, Lists};
use crate::auth::Caller;
use crate::error::Result;
use crate::table::Table;
use crate::work_packages::WorkPackage;
use crate::work_packages::hours::Hours;
use db::{Conn, Row};
use db::{if_ids, sql, statements};

/// The condition that a column has one of some ids, and none of others.
macro_rules! ids {
    ($column:literal, $only:literal, $not:literal) => {
        concat!(
            " and ",
            if_ids!($column, $only),
            " and (cast(:",
            $not,
            " as text) is null or ",
            $column,
            " is null or ",
            $column,
            " not in (select cast(value as bigint) from json_each(cast(:",
            $not,
            " as text))))"
        )
    };
}

/// The condition that a column has a value, or none.
macro_rules! set {
    ($column:literal, $set:literal) => {
        concat!(" and (cast(:", $set, " as boolean) is null or (", $column, " is not null) = :", $set, ")")
    };
}

/// The condition that a column is in a range.
macro_rules! range {
    ($column:literal, $type:literal, $from:literal, $to:literal) => {
        concat!(
            " and (cast(:",
            $from,
            " as ",
            $type,
            ") is null or ",
            $column,
            " >= :",
            $from,
            ")",
            " and (cast(:",
            $to,
            " as ",
            $type,
            ") is null or ",
            $column,
            " <= :",
            $to,
            ")"
        )
    };
}

/// The condition that a text has all words of a list, and not all of any of some lists.
macro_rules! words {
    ($column:literal, $words:literal, $not:literal) => {
        concat!(
            " and (cast(:",
            $words,
            " as text) is null or not exists (
                select 1 from json_each(cast(:",
            $words,
            " as text)) word
                where instr(",
            $column,
            ", cast(word.value as text)) = 0))
            and (cast(:",
            $not,
            " as text) is null or not exists (
                select 1 from json_each(cast(:",
            $not,
            " as text)) words where not exists (
                    select 1 from json_each(cast(words.value as text)) word
                    where instr(",
            $column,
            ", cast(word.value as text)) = 0)))"
        )
    };
}

/// The work packages that the caller sees and that the filter keeps.
pub(super) const LISTED: &str = sql!(
    " from work_packages w
    cross join workspaces p
    cross join statuses s
    cross join users author
    left join users assignee on assignee.account_id = w.account_id and assignee.id = w.assignee_id
    left join users responsible on responsible.account_id = w.account_id and responsible.id = w.responsible_id
    where w.account_id = :account_id
        and s.account_id = w.account_id and s.id = w.status_id
        and author.account_id = w.account_id and author.id = w.author_id
        and (cast(:is_closed as boolean) is null or s.is_closed = :is_closed)",
    KEPT
);

/// The conditions on a work package `w` and its workspace `p` that hold in the past, too. `cross join` keeps SQLite from
/// beginning with the workspaces: the order of the page leads.
pub(super) const KEPT: &str = sql!(
    " and p.account_id = w.account_id and p.id = w.workspace_id and not p.archived
        and (:administrator or exists (select 1 from participations me where me.account_id = w.account_id
            and me.workspace_id = w.workspace_id and me.user_id = :user_id))",
    ids!("w.workspace_id", "projects", "not_projects"),
    ids!("w.status_id", "statuses", "not_statuses"),
    ids!("w.type_id", "types", "not_types"),
    ids!("w.priority_id", "priorities", "not_priorities"),
    ids!("w.author_id", "authors", "not_authors"),
    ids!("w.assignee_id", "assignees", "not_assignees"),
    ids!("w.responsible_id", "responsibles", "not_responsibles"),
    ids!("w.id", "ids", "not_ids"),
    ids!("w.parent_id", "parents", "not_parents"),
    ids!("w.percent", "percents", "not_percents"),
    ids!("w.work", "works", "not_works"),
    ids!("w.remaining", "remainings", "not_remainings"),
    set!("w.assignee_id", "has_assignee"),
    set!("w.responsible_id", "has_responsible"),
    set!("w.parent_id", "has_parent"),
    set!("w.start_date", "has_start"),
    set!("w.due_date", "has_due"),
    set!("w.percent", "has_percent"),
    set!("w.work", "has_work"),
    set!("w.remaining", "has_remaining"),
    range!("w.start_date", "text", "start_from", "start_to"),
    range!("w.due_date", "text", "due_from", "due_to"),
    range!("w.percent", "bigint", "percent_from", "percent_to"),
    range!("w.work", "bigint", "work_from", "work_to"),
    range!("w.remaining", "bigint", "remaining_from", "remaining_to"),
    words!("w.subject_key", "subject", "not_subject"),
    words!("w.description_key", "description", "not_description"),
    " and w.created_at >= :created_start and w.created_at < :created_end
        and w.updated_at >= :updated_start and w.updated_at < :updated_end
        and (cast(:search as text) is null or not exists (
            select 1 from json_each(cast(:search as text)) word
            where instr(w.subject_key, cast(word.value as text)) = 0
                and instr(w.description_key, cast(word.value as text)) = 0
                and not exists (select 1 from work_package_activities a where a.account_id = w.account_id
                    and a.work_package_id = w.id and a.created_at < :commented_end and instr(a.comment_key, cast(word.value as text)) > 0)))
        and (cast(:typeahead as text) is null or not exists (
            select 1 from json_each(cast(:typeahead as text)) word
            where instr(w.subject_key, cast(word.value as text)) = 0
                and instr(p.title_key, cast(word.value as text)) = 0
                and cast(word.value as text) not in (cast(w.id as text), '#' || cast(w.id as text))))
        and (cast(:subject_or_id as text) is null or not exists (
            select 1 from json_each(cast(:subject_or_id as text)) one
            where instr(w.subject_key, cast(one.value as text)) = 0
                and cast(one.value as text) not in (cast(w.id as text), '#' || cast(w.id as text))))"
);

/// The expressions of one criterion of an order: numbers, then texts, each up or down; without a value last.
macro_rules! criterion {
    ($order:literal) => {
        concat!(
            "case cast(:",
            $order,
            " as bigint)
                when 1 then w.id when -1 then -w.id
                when 4 then w.type_id when -4 then -w.type_id
                when 5 then s.position when -5 then -s.position
                when 6 then w.priority_id when -6 then -w.priority_id
                when 10 then w.created_at when -10 then -w.created_at
                when 11 then w.updated_at when -11 then -w.updated_at
                when 14 then coalesce(w.duration, 9223372036854775807)
                when -14 then coalesce(-w.duration, 9223372036854775807)
                when 15 then coalesce(w.work, 9223372036854775807)
                when -15 then coalesce(-w.work, 9223372036854775807)
                when 16 then coalesce(w.remaining, 9223372036854775807)
                when -16 then coalesce(-w.remaining, 9223372036854775807)
                when 17 then coalesce(w.percent, 9223372036854775807)
                when -17 then coalesce(-w.percent, 9223372036854775807)
                when 18 then coalesce(w.parent_id, 9223372036854775807)
                when -18 then coalesce(-w.parent_id, 9223372036854775807)
                when 8 then case when w.assignee_id is null then 1 else 0 end
                when -8 then case when w.assignee_id is null then 1 else 0 end
                when 9 then case when w.responsible_id is null then 1 else 0 end
                when -9 then case when w.responsible_id is null then 1 else 0 end
                when 12 then case when w.start_date is null then 1 else 0 end
                when -12 then case when w.start_date is null then 1 else 0 end
                when 13 then case when w.due_date is null then 1 else 0 end
                when -13 then case when w.due_date is null then 1 else 0 end
                else 0 end,
            case cast(:",
            $order,
            " as bigint)
                when 2 then w.subject_key when 3 then p.title_key when 7 then author.full_name
                when 8 then assignee.full_name when 9 then responsible.full_name
                when 12 then w.start_date when 13 then w.due_date end,
            case cast(:",
            $order,
            " as bigint)
                when -2 then w.subject_key when -3 then p.title_key when -7 then author.full_name
                when -8 then assignee.full_name when -9 then responsible.full_name
                when -12 then w.start_date when -13 then w.due_date end desc,"
        )
    };
}

/// The value by which the work packages are grouped.
const KEY: &str = "case cast(:group as bigint)
        when 3 then w.workspace_id when 4 then w.type_id when 5 then w.status_id when 6 then w.priority_id
        when 7 then w.author_id when 8 then w.assignee_id when 9 then w.responsible_id when 17 then w.percent end";

const SUMS: &str = ", count(*), cast(sum(w.work) as bigint), cast(sum(w.remaining) as bigint)";

statements! {
    LIST = "select ", WorkPackage::COLUMNS, LISTED, " order by ",
        criterion!("group"), criterion!("first"), criterion!("second"), criterion!("third"),
        " w.id limit :limit offset :offset";
    COUNT = "select count(*)", LISTED;
    GROUPS = "select ", KEY, SUMS, LISTED, " group by 1";
    TOTALS = "select cast(null as bigint)", SUMS, LISTED;
}

/// The attributes by which lists are sorted and grouped; the numbers are those of the statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum Column {
    Id = 1,
    Subject = 2,
    Project = 3,
    Type = 4,
    Status = 5,
    Priority = 6,
    Author = 7,
    Assignee = 8,
    Responsible = 9,
    CreatedAt = 10,
    UpdatedAt = 11,
    StartDate = 12,
    DueDate = 13,
    Duration = 14,
    Work = 15,
    Remaining = 16,
    Percent = 17,
    Parent = 18,
}

/// The criteria of an order, each up or down.
#[derive(Clone, Debug, Default)]
pub struct Sorting {
    /// The groups come first, upwards.
    pub group: Option<Column>,
    /// At most three columns; `true` is downwards.
    pub by: Vec<(Column, bool)>,
}

/// A group of a list, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The id or the number; `None` without a value.
    pub key: Option<i64>,
    /// The number of work packages.
    pub count: i64,
    /// The sum of Work; `None` if none has a value.
    pub work: Option<Hours>,
    /// The sum of Remaining work.
    pub remaining: Option<Hours>,
}

fn number((column, is_descending): (Column, bool)) -> i64 {
    if is_descending { -(column as i64) } else { column as i64 }
}

/// Binds statements to a filter with its lists, and to what else they need.
macro_rules! bind_filter {
    ([$($statement:ident),+], $caller:ident, $filter:ident, $lists:ident; $($more:tt)*) => {
        db::bind![$($statement),+;
            $caller.account_id,
            $caller.user_id,
            $caller.administrator,
            $filter.is_closed,
            $lists.projects,
            $lists.not_projects,
            $lists.statuses,
            $lists.not_statuses,
            $lists.types,
            $lists.not_types,
            $lists.priorities,
            $lists.not_priorities,
            $lists.authors,
            $lists.not_authors,
            $lists.assignees,
            $lists.not_assignees,
            $lists.responsibles,
            $lists.not_responsibles,
            $lists.ids,
            $lists.not_ids,
            $lists.parents,
            $lists.not_parents,
            $lists.percents,
            $lists.not_percents,
            $lists.works,
            $lists.not_works,
            $lists.remainings,
            $lists.not_remainings,
            has_assignee: $filter.assignee.is_set,
            has_responsible: $filter.responsible.is_set,
            has_parent: $filter.parent.is_set,
            has_start: $filter.start.is_set,
            has_due: $filter.due.is_set,
            has_percent: $filter.percent.is_set,
            has_work: $filter.work.is_set,
            has_remaining: $filter.remaining.is_set,
            start_from: &$filter.start.from,
            start_to: &$filter.start.to,
            due_from: &$filter.due.from,
            due_to: &$filter.due.to,
            percent_from: $filter.percent.from,
            percent_to: $filter.percent.to,
            work_from: $filter.work.from,
            work_to: $filter.work.to,
            remaining_from: $filter.remaining.from,
            remaining_to: $filter.remaining.to,
            $lists.subject,
            $lists.not_subject,
            $lists.description,
            $lists.not_description,
            created_start: $filter.created.start,
            created_end: $filter.created.end,
            updated_start: $filter.updated.start,
            updated_end: $filter.updated.end,
            $lists.search,
            commented_end: $filter.commented.end,
            $lists.typeahead,
            $lists.subject_or_id,
            $($more)*
        ]
    };
}

pub(super) use bind_filter;

/// A page of the work packages that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    sorting: &Sorting,
    (limit, offset): (i64, i64),
) -> Result<(Vec<WorkPackage>, i64)> {
    if filter.is_impossible {
        return Ok((Vec::new(), 0));
    }
    let lists = Lists::of(filter);
    let order = |index: usize| sorting.by.get(index).copied().map_or(0, number);
    let group = sorting.group.map_or(0, |column| column as i64);
    let (page, count) = bind_filter![[LIST, COUNT], caller, filter, lists;
        group, first: order(0), second: order(1), third: order(2), limit, offset];
    let count = conn.scalar(&count).await?;
    let page = if limit == 0 { Vec::new() } else { conn.all(&page, WorkPackage::read).await? };
    Ok((page, count))
}

/// The groups of all work packages that the caller sees and the filter keeps, in no order, and their totals.
pub async fn groups(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    by: Option<Column>,
) -> Result<(Vec<Group>, Group)> {
    if filter.is_impossible {
        return Ok((Vec::new(), Group { key: None, count: 0, work: None, remaining: None }));
    }
    let lists = Lists::of(filter);
    let group = by.map_or(0, |column| column as i64);
    let (groups, totals) = bind_filter![[GROUPS, TOTALS], caller, filter, lists; group];
    let groups = if by.is_some() { conn.all(&groups, group_of).await? } else { Vec::new() };
    let totals = conn.first(&totals, group_of).await?;
    Ok((groups, totals.unwrap_or(Group { key: None, count: 0, work: None, remaining: None })))
}

fn group_of(row: &Row<'_>) -> db::Result<Group> {
    let hours = |index| Ok::<_, db::Error>(row.get::<Option<i64>>(index)?.map(Hours));
    Ok(Group { key: row.get(0)?, count: row.get(1)?, work: hours(2)?, remaining: hours(3)? })
}
