//! The SQL of status changes.

use super::StatusChange;
use base::clock::Time;

use crate::auth::Caller;
use crate::counters;
use crate::counters::Delta;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::participations;
use crate::span::Span;
use db::{Conn, Row, Value};
use db::{statements, values};

macro_rules! columns {
    () => {
        "c.id, c.account_id, c.workspace_id, c.user_id, c.from_status_key, c.to_status_key, c.created_at"
    };
}

macro_rules! listed {
    () => {
        "c.account_id = $1
            and c.workspace_id in (select cast(value as bigint) from json_each(cast($2 as text)))
            and ($3 or exists (select 1 from participations p where p.account_id = c.account_id
                and p.workspace_id = c.workspace_id and p.user_id = $4 and p.side = 'provider'))
            and c.created_at >= $5 and c.created_at < $6
            and (cast($7 as text) is null
                or c.id in (select cast(value as bigint) from json_each(cast($7 as text))))"
    };
}

statements! {
    INSERT = "insert into workspace_status_changes (account_id, workspace_id, user_id, from_status_key,
            to_status_key, created_at)
        values ($1, $2, $3, $4, $5, $6) returning id";
    INSERT_WITH_IDS = "insert into workspace_status_changes (account_id, workspace_id, user_id, from_status_key,
            to_status_key, created_at, id)
        values ($1, $2, $3, $4, $5, $6, $7)";
    // With the caller's participation in its workspace.
    FIND = concat!("select ", columns!(), ", me.side, me.permission from workspace_status_changes c
        left join participations me
            on me.account_id = c.account_id and me.workspace_id = c.workspace_id and me.user_id = $3
        where c.account_id = $1 and c.id = $2");
    NEWEST_FIRST = concat!("select ", columns!(), " from workspace_status_changes c where ", listed!(), "
        order by c.created_at desc, c.id limit $8 offset $9");
    OLDEST_FIRST = concat!("select ", columns!(), " from workspace_status_changes c where ", listed!(), "
        order by c.created_at, c.id limit $8 offset $9");
    NEWEST_OF_WORKSPACE = concat!("select ", columns!(), " from workspace_status_changes c
        where c.account_id = $1 and c.workspace_id = $2 order by c.created_at desc, c.id limit $3 offset $4");
    OLDEST_OF_WORKSPACE = concat!("select ", columns!(), " from workspace_status_changes c
        where c.account_id = $1 and c.workspace_id = $2 order by c.created_at, c.id limit $3 offset $4");
    COUNT = concat!("select count(*) from workspace_status_changes c where ", listed!());
    OF_ACCOUNT = concat!("select ", columns!(), " from workspace_status_changes c where c.account_id = $1
        and c.id in (select cast(value as bigint) from json_each(cast($2 as text))) order by c.id");
    AFTER = concat!("select ", columns!(), " from workspace_status_changes c
        where c.id > $1 order by c.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from workspace_status_changes c
        where c.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// The filter of a list of changes.
#[derive(Clone, Debug)]
pub struct Filter {
    /// A JSON list of workspaces' ids.
    pub workspaces: String,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// A JSON list of ids.
    pub only: Option<String>,
}

fn change(row: &Row<'_>) -> db::Result<StatusChange> {
    Ok(StatusChange {
        id: row.get(0)?,
        account_id: row.get(1)?,
        workspace_id: row.get(2)?,
        user_id: row.get(3)?,
        from_status_key: row.get(4)?,
        to_status_key: row.get(5)?,
        created_at: Time(row.get(6)?),
    })
}

fn row(change: &StatusChange) -> [Value<'_>; 6] {
    values![
        change.account_id,
        change.workspace_id,
        change.user_id,
        change.from_status_key,
        change.to_status_key,
        change.created_at.0
    ]
}

impl Filter {
    /// The workspace, if the list has all changes of one workspace.
    fn one_workspace(&self) -> Option<i64> {
        let is_all = self.created == Span::ALWAYS && self.only.is_none();
        is_all.then(|| self.workspaces.trim_matches(['[', ']']).parse().ok())?
    }
}

/// A page of the changes that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    newest_first: bool,
    limit: i64,
    offset: i64,
) -> db::Result<(Vec<StatusChange>, i64)> {
    if let Some(workspace) = filter.one_workspace() {
        if !participations::store::access_in(conn, caller, workspace).await?.sees_health() {
            return Ok((Vec::new(), 0));
        }
        let statement = if newest_first { NEWEST_OF_WORKSPACE } else { OLDEST_OF_WORKSPACE };
        let account = caller.account_id;
        let page = values![account, workspace, limit, offset];
        return conn
            .join(
                async |conn| conn.all(statement, &page, change).await,
                async |conn| counters::store::status_changes(conn, account, workspace).await,
            )
            .await;
    }
    let narrowed = values![
        caller.account_id,
        &filter.workspaces,
        caller.administrator,
        caller.user_id,
        filter.created.start.0,
        filter.created.end.0,
        filter.only.as_deref()
    ];
    let page = [&narrowed[..], &values![limit, offset]].concat();
    let statement = if newest_first { NEWEST_FIRST } else { OLDEST_FIRST };
    conn.join(
        async |conn| conn.all(statement, &page, change).await,
        async |conn| conn.scalar(COUNT, &narrowed).await,
    )
    .await
}

/// The change, if the caller sees the health of its workspace.
pub async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Option<StatusChange>> {
    let values = values![caller.account_id, id, caller.user_id];
    let found = conn
        .first(FIND, &values, |row| Ok((change(row)?, participations::store::access_of(caller, row, 7)?)));
    Ok(found.await?.filter(|(_, access)| access.sees_health()).map(|(found, _)| found))
}

/// Some changes of the account, by id; `ids` is a JSON list.
pub async fn of_account(conn: &mut Conn, account_id: i64, ids: &str) -> db::Result<Vec<StatusChange>> {
    conn.all(OF_ACCOUNT, &values![account_id, ids], change).await
}

/// Records a checked status change; the caller saves the workspace itself.
pub async fn record(
    conn: &mut Conn,
    change: &Change,
    workspace_id: i64,
    from: i64,
    to: i64,
) -> Result<StatusChange> {
    let account_id = change.account_id;
    let recorded = StatusChange {
        id: 0,
        account_id,
        workspace_id,
        user_id: change.actor_id.ok_or(Error::Forbidden)?,
        from_status_key: Some(from),
        to_status_key: to,
        created_at: change.at,
    };
    let id = conn.scalar(INSERT, &row(&recorded)).await?;
    let recorded = StatusChange { id, ..recorded };
    let delta = Delta { account_id, workspace_id, status_reports: 0, status_changes: 1 };
    counters::store::add(conn, &[delta]).await?;
    let mut log = Log::new(change);
    log.created(&recorded);
    events::store::append(conn, log).await?;
    Ok(recorded)
}

/// Changes with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<StatusChange>> {
    conn.all(AFTER, &values![id, limit], change).await
}

/// Those of the changes that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<StatusChange>> {
    conn.all(WITH_IDS, &values![ids], change).await
}

/// Adds changes with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, changes: &[StatusChange]) -> db::Result<()> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            let mut values = row(change).to_vec();
            values.push(change.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
