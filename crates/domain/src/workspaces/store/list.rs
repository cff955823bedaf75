//! Lists of workspaces and of projects.

use super::read::{FROM_SEEN, SEEN, visible};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ids::WorkspaceId;
use crate::order::{Order, Sort};
use crate::span::Span;
use crate::workspaces::VisibleWorkspace;
use db::{Conn, List};
use db::{bind, if_ids, if_texts, sql, statements};

const NARROWED: &str = sql!(
    " and (:archived or not w.archived) and (:active or w.archived)
        and w.created_at >= :created_start and w.created_at < :created_end
        and w.updated_at >= :updated_start and w.updated_at < :updated_end and ",
    if_ids!("w.id", "only"),
    " and (cast(:search as text) is null or instr(w.search_text, :search) > 0)
        and (cast(:matching as text) is null or instr(w.title_key, :matching) > 0)"
);

/// The project status, which only the provider side sees.
macro_rules! project_status {
    () => {
        "case when :administrator or me.side = 'provider' then w.project_status end"
    };
}

/// Only administrators see archived projects.
const PROJECTS_LISTED: &str = sql!(
    " and (:administrator or not w.archived)
        and (cast(:active as boolean) is null or w.archived <> :active)
        and (cast(:public as boolean) is null or (w.access_level = 'open') = :public)
        and ",
    if_texts!("cast(w.id as text)", "ids"),
    " and ",
    if_texts!("cast(w.id as text) not", "not_ids"),
    " and (cast(:statuses as text) is null or ",
    project_status!(),
    " in (select cast(value as text) from json_each(cast(:statuses as text))))
        and (cast(:not_statuses as text) is null or coalesce(",
    project_status!(),
    ", '') not in (select cast(value as text) from json_each(cast(:not_statuses as text))))
        and (cast(:has_status as boolean) is null or (",
    project_status!(),
    " is not null) = :has_status)
        and (cast(:contains as text) is null or not exists (
            select 1 from json_each(cast(:contains as text)) texts where not exists (
                select 1 from json_each(cast(texts.value as text)) one
                where instr(w.title_key, cast(one.value as text)) > 0
                    or instr(w.identifier, cast(one.value as text)) > 0)))
        and (cast(:named as text) is null or not exists (
            select 1 from json_each(cast(:named as text)) texts where not exists (
                select 1 from json_each(cast(texts.value as text)) one
                where cast(one.value as text) in (w.title_key, w.identifier))))
        and w.created_at >= :created_start and w.created_at < :created_end
        and w.updated_at >= :updated_start and w.updated_at < :updated_end"
);

statements! {
    // A client does not see the status, so it must not show in the order either.
    LIST = SEEN, NARROWED, "
        order by
            case cast(:order as bigint)
                when 1 then w.updated_at when -1 then -w.updated_at
                when 2 then w.created_at when -2 then -w.created_at
                when 3 then case when :administrator or me.side = 'provider' then w.status_key else 0 end
                when -3 then case when :administrator or me.side = 'provider' then -w.status_key else 0 end
                else 0 end,
            case cast(:order as bigint) when 4 then w.title_key end,
            case cast(:order as bigint) when -4 then w.title_key end desc,
            w.id
        limit :limit offset :offset";
    COUNT = "select count(*) ", FROM_SEEN, NARROWED;
    PROJECTS = SEEN, PROJECTS_LISTED, "
        order by
            case cast(:order as bigint)
                when 2 then w.created_at when -2 then -w.created_at
                when 3 then w.updated_at when -3 then -w.updated_at
                when -4 then -w.id
                else 0 end,
            case cast(:order as bigint) when 1 then w.title_key end,
            case cast(:order as bigint) when -1 then w.title_key end desc,
            w.id
        limit :limit offset :offset";
    COUNT_PROJECTS = "select count(*) ", FROM_SEEN, PROJECTS_LISTED;
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
    /// Ids.
    pub only: Option<List<WorkspaceId>>,
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
    /// The order.
    pub order: Order<ProjectSortBy>,
}

/// The attributes by which workspaces can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum SortBy {
    UpdatedAt = 1,
    CreatedAt = 2,
    Status = 3,
    Title = 4,
}

impl Sort for SortBy {
    fn number(self) -> i64 {
        self as i64
    }
}

/// The attributes by which projects can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum ProjectSortBy {
    Title = 1,
    CreatedAt = 2,
    UpdatedAt = 3,
    #[default]
    Id = 4,
}

impl Sort for ProjectSortBy {
    fn number(self) -> i64 {
        self as i64
    }
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

/// The keys of lists of search texts; `None` if there is no list.
fn search_keys(lists: &[Vec<String>]) -> Result<Option<List<Vec<String>>>> {
    let keys = lists.iter().map(|texts| texts.iter().map(|text| search_key(text)).collect());
    let keys: Vec<Vec<String>> = keys.collect::<Result<_>>()?;
    Ok((!keys.is_empty()).then(|| keys.into()))
}

/// A page of the workspaces that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    order: Order<SortBy>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<VisibleWorkspace>, i64)> {
    let search = filter.search.as_deref().map(search_key).transpose()?;
    let matching = filter.matching.as_deref().map(search_key).transpose()?;
    let (page, count) = bind![LIST, COUNT;
        caller.account_id,
        caller.user_id,
        caller.administrator,
        filter.archived,
        filter.active,
        created_start: filter.created.start,
        created_end: filter.created.end,
        updated_start: filter.updated.start,
        updated_end: filter.updated.end,
        filter.only,
        search: &search,
        matching: &matching,
        order: order.number(),
        limit,
        offset,
    ];
    let count = conn.scalar(&count).await?;
    Ok((conn.all(&page, |row| visible(caller, row)).await?, count))
}

fn list_of(texts: &[String]) -> List<&str> {
    texts.iter().map(String::as_str).collect()
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
    let (ids, statuses) = (projects.ids.as_deref().map(list_of), projects.statuses.as_deref().map(list_of));
    let [not_ids, not_statuses] =
        [&projects.not_ids, &projects.not_statuses].map(|texts| (!texts.is_empty()).then(|| list_of(texts)));
    let (contains, named) = (search_keys(&projects.contains)?, search_keys(&projects.named)?);
    let (created, updated) =
        (projects.created.unwrap_or(Span::ALWAYS), projects.updated.unwrap_or(Span::ALWAYS));
    let (page, count) = bind![PROJECTS, COUNT_PROJECTS;
        caller.account_id,
        caller.user_id,
        caller.administrator,
        projects.active,
        projects.public,
        ids: &ids,
        not_ids: &not_ids,
        statuses: &statuses,
        not_statuses: &not_statuses,
        projects.has_status,
        contains: &contains,
        named: &named,
        created_start: created.start,
        created_end: created.end,
        updated_start: updated.start,
        updated_end: updated.end,
        order: projects.order.number(),
        limit,
        offset,
    ];
    let count = conn.scalar(&count).await?;
    Ok((conn.all(&page, |row| visible(caller, row)).await?, count))
}
