//! The SQL of workspaces.

pub mod identifiers;

use super::{AccessLevel, Draft, ProjectStatus, VisibleWorkspace, Workspace};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::participations;
use crate::participations::{Access, Permission, Side, side_of_role};
use crate::{external_references, status_changes};
use db::{Conn, Error as StoreError, Row, Value};
use db::{statements, values};

/// The name under which events know workspaces.
pub const SUBJECT: &str = "workspace";

macro_rules! columns {
    () => {
        "w.id, w.account_id, w.title, w.description, w.start_date, w.due_date, w.archived, w.status_key,
        w.access_level, w.project_status, w.status_explanation, w.creator_id, w.created_at, w.updated_at,
        w.identifier"
    };
}

macro_rules! from_seen {
    () => {
        "from workspaces w
            left join participations me
                on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = $2
            where w.account_id = $1 and ($3 or me.id is not null)"
    };
}

/// A workspace with the caller's part in it (`$2` the user, `$3` whether an administrator).
macro_rules! seen {
    () => {
        concat!(
            "select ",
            columns!(),
            ", me.side, me.permission,
            (select p.user_id from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.side = 'provider' order by p.id limit 1),
            (select p.user_id from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.side = 'client' order by p.id limit 1),
            coalesce((select true from participations p where p.account_id = w.account_id
                and p.workspace_id = w.id and p.user_id = w.creator_id and p.side = 'client' limit 1), false),
            w.version ",
            from_seen!()
        )
    };
}

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
    INSERT = "insert into workspaces (account_id, title, title_key, search_text, description, start_date,
            due_date, archived, status_key, access_level, project_status, status_explanation, creator_id,
            created_at, updated_at, identifier)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id";
    INSERT_WITH_IDS = "insert into workspaces (account_id, title, title_key, search_text, description, start_date,
            due_date, archived, status_key, access_level, project_status, status_explanation, creator_id,
            created_at, updated_at, identifier, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    UPDATE = "update workspaces set title = $2, title_key = $3, search_text = $4, description = $5,
            start_date = $6, due_date = $7, archived = $8, status_key = $9, access_level = $10,
            project_status = $11, status_explanation = $12, creator_id = $13, created_at = $14,
            updated_at = $15, identifier = $16, version = version + 1
        where account_id = $1 and id = $17";
    RIGHT = "select me.side, me.permission from workspaces w
        left join participations me
            on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = $3
        where w.account_id = $1 and w.id = $2";
    FIND = concat!(seen!(), " and w.id = $4");
    FIND_CHOSEN = concat!(seen!(), " and w.identifier = $4");
    WITH_IDS_SEEN = concat!(seen!(), "
        and w.id in (select cast(value as bigint) from json_each(cast($4 as text))) order by w.id");
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
    // See `docs/contracts/openproject.md#permission-to-see-statuses`.
    MAY_VIEW_WORK_PACKAGES = "select count(*) from (select w.id from workspaces w
        where w.account_id = $1 and not w.archived
            and (w.access_level = 'open' or exists (select 1 from participations p
                where p.account_id = w.account_id and p.workspace_id = w.id and p.user_id = $2))
        limit 1) as one";
    AFTER = concat!("select ", columns!(), " from workspaces w where w.id > $1 order by w.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from workspaces w
        where w.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// What a list of workspaces is narrowed to.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Those that are archived, too.
    pub archived: bool,
    /// Those that are not archived, too.
    pub active: bool,
    /// From the first instant on, up to but without the second.
    pub created: (Time, Time),
    /// As `created`.
    pub updated: (Time, Time),
    /// A JSON list of ids.
    pub only: Option<String>,
    /// Words in title or description, ignoring case.
    pub search: Option<String>,
    /// Words in the title, ignoring case.
    pub matching: Option<String>,
}

impl Filter {
    /// All that are not archived.
    pub const fn active() -> Self {
        let everything = (Time::MIN, Time::MAX);
        Self {
            archived: false,
            active: true,
            created: everything,
            updated: everything,
            only: None,
            search: None,
            matching: None,
        }
    }
}

/// What a list of projects is narrowed to, which all holds, and sorted by.
#[derive(Clone, Debug, Default)]
pub struct Projects {
    /// Those that are not archived, or those that are.
    pub active: Option<bool>,
    /// Those that everybody may join, or the others.
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
    /// Nothing can be all that was asked for.
    pub is_impossible: bool,
    /// Made from the first instant on, up to but without the second.
    pub created: Option<(Time, Time)>,
    /// Last changed, as `created`.
    pub updated: Option<(Time, Time)>,
    /// 0 by id, 1 by title, 2 by making, 3 by last change; -1 less that when descending. Ties go by id.
    pub sort: i64,
}

/// What a list of workspaces is sorted by; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum Sort {
    UpdatedAt,
    CreatedAt,
    Status,
    Title,
}

fn workspace(row: &Row<'_>) -> db::Result<Workspace> {
    let unknown = |what: &str| StoreError::Other(format!("an unknown {what}"));
    let date = |index| -> db::Result<_> {
        let text: Option<String> = row.get(index)?;
        text.map(|text| text.parse().map_err(|_| unknown("date"))).transpose()
    };
    let project_status = row.optional_text(9)?;
    Ok(Workspace {
        id: row.get(0)?,
        account_id: row.get(1)?,
        title: row.get(2)?,
        description: row.get(3)?,
        start_date: date(4)?,
        due_date: date(5)?,
        archived: row.get(6)?,
        status_key: row.get(7)?,
        access_level: AccessLevel::named(row.text(8)?).ok_or_else(|| unknown("access level"))?,
        project_status: project_status
            .map(|code| ProjectStatus::of_code(code).ok_or_else(|| unknown("project status")))
            .transpose()?,
        status_explanation: row.get(10)?,
        creator_id: row.get(11)?,
        created_at: Time(row.get(12)?),
        updated_at: Time(row.get(13)?),
        identifier: row.get(14)?,
    })
}

fn seen(caller: &Caller, row: &Row<'_>) -> db::Result<VisibleWorkspace> {
    let workspace = workspace(row)?;
    let side = row.optional_text(15)?.and_then(Side::named);
    let permission = row.optional_text(16)?.and_then(Permission::named);
    let first_provider: Option<i64> = row.get(17)?;
    let creator_is_client: bool = row.get(19)?;
    Ok(VisibleWorkspace {
        access: Access::of(caller.administrator, side.zip(permission)),
        takes_part: side.is_some(),
        primary_maven_id: if creator_is_client { first_provider } else { Some(workspace.creator_id) },
        primary_counterpart_id: row.get(18)?,
        version: row.get(20)?,
        workspace,
    })
}

/// The longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 255;

/// The form in which a text is searched for.
///
/// # Errors
/// [`Error::TooMuch`] for a text so long that comparing it with each description would take long.
pub fn search_key(text: &str) -> Result<String> {
    if text.chars().nth(LONGEST_SEARCH).is_some() {
        let message = format!("the text to search for is longer than {LONGEST_SEARCH} characters");
        return Err(Error::TooMuch(message));
    }
    Ok(text.to_lowercase())
}

/// Lists of texts in the form in which they are searched for, as JSON; nothing for no list.
fn search_keys(lists: &[Vec<String>]) -> Result<Option<String>> {
    let keys = lists.iter().map(|texts| texts.iter().map(|text| search_key(text)).collect());
    let keys: Vec<Vec<String>> = keys.collect::<Result<_>>()?;
    Ok((!keys.is_empty()).then(|| serde_json::json!(keys).to_string()))
}

/// The texts that searching and sorting read.
struct Keys {
    title: String,
    search: String,
    start_date: Option<String>,
    due_date: Option<String>,
}

impl Keys {
    fn of(workspace: &Workspace) -> Self {
        let title = workspace.title.to_lowercase();
        let description = workspace.description.as_deref().unwrap_or_default().to_lowercase();
        Self {
            search: format!("{title}\n{description}"),
            title,
            start_date: workspace.start_date.map(|date| date.to_string()),
            due_date: workspace.due_date.map(|date| date.to_string()),
        }
    }
}

fn row<'w>(workspace: &'w Workspace, keys: &'w Keys) -> [Value<'w>; 16] {
    values![
        workspace.account_id,
        &workspace.title,
        &keys.title,
        &keys.search,
        workspace.description.as_deref(),
        keys.start_date.as_deref(),
        keys.due_date.as_deref(),
        workspace.archived,
        workspace.status_key,
        workspace.access_level.name(),
        workspace.project_status.map(ProjectStatus::code),
        workspace.status_explanation.as_deref(),
        workspace.creator_id,
        workspace.created_at.0,
        workspace.updated_at.0,
        workspace.identifier.as_deref()
    ]
}

fn row_with_id<'w>(workspace: &'w Workspace, keys: &'w Keys) -> Vec<Value<'w>> {
    let mut values = row(workspace, keys).to_vec();
    values.push(workspace.id.into());
    values
}

/// The workspace, if the caller sees it.
pub async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> db::Result<Option<VisibleWorkspace>> {
    conn.first(FIND, &values![caller.account_id, caller.user_id, caller.administrator, id], |row| {
        seen(caller, row)
    })
    .await
}

/// The workspace for which an identifier was chosen, if the caller sees it.
pub async fn find_chosen(
    conn: &mut Conn,
    caller: &Caller,
    identifier: &str,
) -> db::Result<Option<VisibleWorkspace>> {
    let values = values![caller.account_id, caller.user_id, caller.administrator, identifier];
    conn.first(FIND_CHOSEN, &values, |row| seen(caller, row)).await
}

/// The workspace, if the caller has at least the `needed` right in it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<VisibleWorkspace> {
    let seen = find(conn, caller, id).await?.ok_or(Error::NotFound)?;
    seen.access.require(needed)?;
    Ok(seen)
}

/// What the caller may do in the workspace; nothing where it is not there.
pub async fn access(conn: &mut Conn, caller: &Caller, id: i64) -> db::Result<Access> {
    let values = values![caller.account_id, id, caller.user_id];
    let right = conn.first(RIGHT, &values, |row| participations::store::access_of(caller, row, 0)).await?;
    Ok(right.unwrap_or(Access::None))
}

/// Those of the workspaces that the caller sees, by id; `ids` is a JSON list.
pub async fn with_ids_seen(conn: &mut Conn, caller: &Caller, ids: &str) -> db::Result<Vec<VisibleWorkspace>> {
    let values = values![caller.account_id, caller.user_id, caller.administrator, ids];
    conn.all(WITH_IDS_SEEN, &values, |row| seen(caller, row)).await
}

/// A page of the workspaces that the caller sees, and how many there are.
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
        filter.created.0.0,
        filter.created.1.0,
        filter.updated.0.0,
        filter.updated.1.0,
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
    Ok((conn.all(LIST, &narrowed, |row| seen(caller, row)).await?, count))
}

/// A page of the projects that the caller sees, and how many there are.
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
    let everything = (Time::MIN, Time::MAX);
    let (created, updated) = (projects.created.unwrap_or(everything), projects.updated.unwrap_or(everything));
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
        created.0.0,
        created.1.0,
        updated.0.0,
        updated.1.0
    ]
    .to_vec();
    let count = conn.scalar(COUNT_PROJECTS, &narrowed).await?;
    narrowed.extend(values![projects.sort, limit, offset]);
    Ok((conn.all(PROJECTS, &narrowed, |row| seen(caller, row)).await?, count))
}

/// Whether the caller may see work packages anywhere, and with them their statuses.
pub async fn may_view_work_packages(conn: &mut Conn, caller: &Caller) -> db::Result<bool> {
    let values = values![caller.account_id, caller.user_id];
    Ok(caller.administrator || conn.scalar(MAY_VIEW_WORK_PACKAGES, &values).await? > 0)
}

/// Passes those who may make workspaces: administrators, and whoever writes in any.
///
/// # Errors
/// [`Error::Forbidden`]
pub async fn require_maker(conn: &mut Conn, caller: &Caller) -> Result<()> {
    if participations::store::may_make_workspaces(conn, caller).await? {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Adds a new workspace, made of the draft, in which its creator takes part.
pub async fn create(conn: &mut Conn, change: &Change, draft: &Draft, new: Workspace) -> Result<i64> {
    let id = conn.scalar(INSERT, &row(&new, &Keys::of(&new))).await?;
    crate::counters::begin(conn, &[(new.account_id, id)]).await?;
    let mut log = Log::new(change);
    let mut new = Workspace { id, ..new };
    identifiers::settle_new(conn, &mut new).await?;
    log.created(SUBJECT, id, &new);
    events::store::append(conn, log).await?;
    let side = draft.creator_role.as_deref().and_then(side_of_role).unwrap_or(Side::Provider);
    let part = participations::NewParticipation {
        workspace_id: id,
        user_id: new.creator_id,
        side,
        permission: Permission::Admin,
    };
    participations::store::insert(conn, change, part).await?;
    refer(conn, change, id, draft).await?;
    Ok(id)
}

/// Changes a workspace; a status key that is really new also writes a status change.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(conn: &mut Conn, caller: &Caller, change: &Change, id: i64, draft: &Draft) -> Result<()> {
    let before = require(conn, caller, id, Access::Edit).await?.workspace;
    Error::check(identifiers::violations(conn, caller.account_id, id, draft).await?)?;
    let mut after = draft.apply(&before, change.at);
    if after.title != before.title {
        identifiers::settle(conn, &mut after).await?;
    }
    if after.status_key != before.status_key {
        status_changes::store::record(conn, change, id, before.status_key, after.status_key).await?;
    }
    save(conn, change, &before, &after).await?;
    refer(conn, change, id, draft).await
}

async fn refer(conn: &mut Conn, change: &Change, id: i64, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = external_references::Subject::Workspace(id);
        external_references::store::upsert(conn, change, subject, id, reference).await?;
    }
    Ok(())
}

/// Writes a changed workspace down.
pub async fn save(conn: &mut Conn, change: &Change, before: &Workspace, after: &Workspace) -> Result<()> {
    conn.run(UPDATE, &row_with_id(after, &Keys::of(after))).await?;
    let mut log = Log::new(change);
    log.updated(SUBJECT, after.id, before, after);
    events::store::append(conn, log).await
}

/// Workspaces with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<Workspace>> {
    conn.all(AFTER, &values![id, limit], workspace).await
}

/// Those of the workspaces that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<Workspace>> {
    conn.all(WITH_IDS, &values![ids], workspace).await
}

/// Adds workspaces with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, workspaces: &[Workspace]) -> db::Result<()> {
    let keys: Vec<Keys> = workspaces.iter().map(Keys::of).collect();
    let rows: Vec<_> = workspaces.iter().zip(&keys).map(|(one, keys)| row_with_id(one, keys)).collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await?;
    identifiers::check_imported(conn, workspaces).await?;
    let new: Vec<_> = workspaces.iter().map(|workspace| (workspace.account_id, workspace.id)).collect();
    crate::counters::begin(conn, &new).await
}
