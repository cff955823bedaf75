//! Lists of workspaces and of projects.

use super::read::{columns, from_seen, seen, visible};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::span::Span;
use crate::workspaces::VisibleWorkspace;
use db::Conn;
use db::{statements, values};

macro_rules! narrowed {
    () => {
        " and ($4 or not w.archived) and ($5 or w.archived)
            and w.created_at >= $6 and w.created_at < $7 and w.updated_at >= $8 and w.updated_at < $9
            and (cast($10 as text) is null
                or w.id in (select cast(value as bigint) from json_each(cast($10 as text))))
            and (cast($11 as text) is null or instr(w.search_text, $11) > 0)
            and (cast($12 as text) is null or instr(w.title_key, $12) > 0)"
    };
}

/// Only administrators see archived projects, and only the provider side the project status.
macro_rules! projects {
    () => {
        " and ($3 or not w.archived)
            and (cast($4 as boolean) is null or w.archived <> $4)
            and (cast($5 as boolean) is null or (w.access_level = 'open') = $5)
            and (cast($6 as text) is null
                or cast(w.id as text) in (select cast(value as text) from json_each(cast($6 as text))))
            and (cast($7 as text) is null
                or cast(w.id as text) not in (select cast(value as text) from json_each(cast($7 as text))))
            and (cast($8 as text) is null
                or case when $3 or me.side = 'provider' then w.project_status end
                    in (select cast(value as text) from json_each(cast($8 as text))))
            and (cast($9 as text) is null
                or coalesce(case when $3 or me.side = 'provider' then w.project_status end, '')
                    not in (select cast(value as text) from json_each(cast($9 as text))))
            and (cast($10 as boolean) is null
                or (case when $3 or me.side = 'provider' then w.project_status end is not null) = $10)
            and (cast($11 as text) is null or not exists (
                select 1 from json_each(cast($11 as text)) texts where not exists (
                    select 1 from json_each(cast(texts.value as text)) one
                    where instr(w.title_key, cast(one.value as text)) > 0
                        or instr(w.identifier, cast(one.value as text)) > 0)))
            and (cast($12 as text) is null or not exists (
                select 1 from json_each(cast($12 as text)) texts where not exists (
                    select 1 from json_each(cast(texts.value as text)) one
                    where cast(one.value as text) in (w.title_key, w.identifier))))
            and w.created_at >= $13 and w.created_at < $14 and w.updated_at >= $15 and w.updated_at < $16"
    };
}

statements! {
    // A client does not see the status, so it must not show in the order either.
    LIST = concat!(seen!(), narrowed!(), "
        order by
            case cast($13 as bigint)
                when 1 then w.updated_at when -1 then -w.updated_at
                when 2 then w.created_at when -2 then -w.created_at
                when 3 then case when $3 or me.side = 'provider' then w.status_key else 0 end
                when -3 then case when $3 or me.side = 'provider' then -w.status_key else 0 end
                else 0 end,
            case cast($13 as bigint) when 4 then w.title_key end,
            case cast($13 as bigint) when -4 then w.title_key end desc,
            w.id
        limit $14 offset $15");
    COUNT = concat!("select count(*) ", from_seen!(), narrowed!());
    PROJECTS = concat!(seen!(), projects!(), "
        order by
            case cast($17 as bigint)
                when 2 then w.created_at when -3 then -w.created_at
                when 3 then w.updated_at when -4 then -w.updated_at
                when -1 then -w.id
                else 0 end,
            case cast($17 as bigint) when 1 then w.title_key end,
            case cast($17 as bigint) when -2 then w.title_key end desc,
            w.id
        limit $18 offset $19");
    COUNT_PROJECTS = concat!("select count(*) ", from_seen!(), projects!());
}

/// The filter of a list of workspaces.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Include archived workspaces.
    pub archived: bool,
    /// Include workspaces that are not archived.
    pub active: bool,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// As `created`.
    pub updated: Span,
    /// A JSON list of ids.
    pub only: Option<String>,
    /// Words in title or description, ignoring case.
    pub search: Option<String>,
    /// Words in the title, ignoring case.
    pub matching: Option<String>,
}

impl Filter {
    /// All workspaces that are not archived.
    pub const fn active() -> Self {
        Self {
            archived: false,
            active: true,
            created: Span::ALWAYS,
            updated: Span::ALWAYS,
            only: None,
            search: None,
            matching: None,
        }
    }
}

/// The filter and the order of a list of projects; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct Projects {
    /// Only active projects, or only archived ones.
    pub active: Option<bool>,
    /// Only public projects, or only others.
    pub public: Option<bool>,
    /// With one of these ids.
    pub ids: Option<Vec<String>>,
    /// With none of these ids.
    pub not_ids: Vec<String>,
    /// With one of these project statuses.
    pub statuses: Option<Vec<String>>,
    /// With none of these project statuses.
    pub not_statuses: Vec<String>,
    /// With a project status, or without.
    pub has_status: Option<bool>,
    /// One text of each list is in the title or in the chosen identifier, ignoring case.
    pub contains: Vec<Vec<String>>,
    /// One text of each list is the title or the chosen identifier, ignoring case.
    pub named: Vec<Vec<String>>,
    /// The conditions contradict each other, so the list is empty.
    pub is_impossible: bool,
    /// Made from the first instant on, up to but without the second.
    pub created: Option<Span>,
    /// Last changed, as `created`.
    pub updated: Option<Span>,
    /// 0 by id, 1 by title, 2 by making, 3 by last change; -1 less that when descending. Ties go by id.
    pub sort: i64,
}

/// The order of a list of workspaces; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum Sort {
    UpdatedAt,
    CreatedAt,
    Status,
    Title,
}

/// The longest search text, in characters.
const LONGEST_SEARCH: usize = 255;

/// The key of a search text, which is compared with the keys of titles and descriptions.
///
/// # Errors
/// [`Error::TooMuch`] if the text is so long that comparing it with every description would be slow.
pub fn search_key(text: &str) -> Result<String> {
    if text.chars().nth(LONGEST_SEARCH).is_some() {
        let message = format!("the text to search for is longer than {LONGEST_SEARCH} characters");
        return Err(Error::TooMuch(message));
    }
    Ok(text.to_lowercase())
}

/// The keys of lists of search texts, as JSON; `None` if there is no list.
fn search_keys(lists: &[Vec<String>]) -> Result<Option<String>> {
    let keys = lists.iter().map(|texts| texts.iter().map(|text| search_key(text)).collect());
    let keys: Vec<Vec<String>> = keys.collect::<Result<_>>()?;
    Ok((!keys.is_empty()).then(|| serde_json::json!(keys).to_string()))
}

/// A page of the workspaces that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    (sort, descending): (Sort, bool),
    limit: i64,
    offset: i64,
) -> Result<(Vec<VisibleWorkspace>, i64)> {
    let search = filter.search.as_deref().map(search_key).transpose()?;
    let matching = filter.matching.as_deref().map(search_key).transpose()?;
    let mut narrowed = values![
        caller.account_id,
        caller.user_id,
        caller.administrator,
        filter.archived,
        filter.active,
        filter.created.start.0,
        filter.created.end.0,
        filter.updated.start.0,
        filter.updated.end.0,
        filter.only.as_deref(),
        search.as_deref(),
        matching.as_deref()
    ]
    .to_vec();
    let count = conn.scalar(COUNT, &narrowed).await?;
    let sort = match sort {
        Sort::UpdatedAt => 1_i64,
        Sort::CreatedAt => 2,
        Sort::Status => 3,
        Sort::Title => 4,
    };
    narrowed.extend(values![if descending { -sort } else { sort }, limit, offset]);
    Ok((conn.all(LIST, &narrowed, |row| visible(caller, row)).await?, count))
}

/// A page of the projects that the caller sees, and the total.
pub async fn projects(
    conn: &mut Conn,
    caller: &Caller,
    projects: &Projects,
    limit: i64,
    offset: i64,
) -> Result<(Vec<VisibleWorkspace>, i64)> {
    if projects.is_impossible {
        return Ok((Vec::new(), 0));
    }
    let json = |list: &Vec<String>| serde_json::json!(list).to_string();
    let (ids, statuses) = (projects.ids.as_ref().map(json), projects.statuses.as_ref().map(json));
    let [not_ids, not_statuses] =
        [&projects.not_ids, &projects.not_statuses].map(|list| (!list.is_empty()).then(|| json(list)));
    let (contains, named) = (search_keys(&projects.contains)?, search_keys(&projects.named)?);
    let (created, updated) =
        (projects.created.unwrap_or(Span::ALWAYS), projects.updated.unwrap_or(Span::ALWAYS));
    let mut narrowed = values![
        caller.account_id,
        caller.user_id,
        caller.administrator,
        projects.active,
        projects.public,
        ids.as_deref(),
        not_ids.as_deref(),
        statuses.as_deref(),
        not_statuses.as_deref(),
        projects.has_status,
        contains.as_deref(),
        named.as_deref(),
        created.start.0,
        created.end.0,
        updated.start.0,
        updated.end.0
    ]
    .to_vec();
    let count = conn.scalar(COUNT_PROJECTS, &narrowed).await?;
    narrowed.extend(values![projects.sort, limit, offset]);
    Ok((conn.all(PROJECTS, &narrowed, |row| visible(caller, row)).await?, count))
}
