//! The SQL of status reports.

pub mod blocks;

use super::{Color, Draft, StatusReport};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log};
use crate::external_references::Subject;
use crate::participations::Access;
use crate::{accounts, external_references, participations, workspaces};
use db::{Conn, Error as StoreError, Row, Value};
use db::{statements, values};

/// The name under which events know status reports.
pub const SUBJECT: &str = "status_report";

macro_rules! columns {
    () => {
        "r.id, r.account_id, r.workspace_id, r.color, r.description, r.details, r.creator_id, r.updater_id,
        r.created_at, r.updated_at"
    };
}

/// The page of ids first, from an index that starts with the account; the rows after.
macro_rules! page {
    ($ids:expr) => {
        concat!(
            "select ",
            columns!(),
            " from (",
            $ids,
            ") as page join status_reports r on r.id = page.id order by r.id"
        )
    };
}

/// The conditions on one external reference all hold for the same one.
macro_rules! listed {
    () => {
        "r.account_id = $1
            and ($2 or exists (select 1 from participations p where p.account_id = r.account_id
                and p.workspace_id = r.workspace_id and p.user_id = $3 and p.side = 'provider'))
            and (cast($4 as text) is null
                or r.workspace_id in (select cast(value as bigint) from json_each(cast($4 as text))))
            and r.created_at >= $5 and r.created_at < $6 and r.updated_at >= $7 and r.updated_at < $8
            and (cast($9 as text) is null
                or r.id in (select cast(value as bigint) from json_each(cast($9 as text))))
            and ($10 or exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id
                    and (cast($11 as text) is null
                        or e.service_name in (select cast(value as text) from json_each(cast($11 as text))))
                    and (cast($12 as text) is null
                        or e.service_model in (select cast(value as text) from json_each(cast($12 as text))))
                    and (cast($13 as text) is null
                        or e.service_model_ref in (select cast(value as text) from json_each(cast($13 as text))))
                    and (cast($14 as text) is null
                        or e.external_status in (select cast(value as text) from json_each(cast($14 as text))))
                    and (cast($15 as text) is null
                        or e.external_message in (select cast(value as text) from json_each(cast($15 as text))))
                    and (cast($16 as text) is null
                        or e.status in (select cast(value as text) from json_each(cast($16 as text))))
                    and (cast($17 as text) is null
                        or e.service_model_ref in (select cast(value as text) from json_each(cast($17 as text))))))
            and (not $18 or not exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id))
            and (cast($19 as text) is null or not exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id
                    and e.service_name in (select cast(value as text) from json_each(cast($19 as text)))))"
    };
}

statements! {
    INSERT = "insert into status_reports (account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    INSERT_WITH_IDS = "insert into status_reports (account_id, workspace_id, color, description, details, creator_id,
            updater_id, created_at, updated_at, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE = "update status_reports set color = $3, description = $4, details = $5, updater_id = $6,
            updated_at = $7, version = version + 1
        where account_id = $1 and id = $2";
    DELETE = "delete from status_reports where account_id = $1 and id = $2";
    // With the caller's part in its workspace.
    FIND = concat!("select ", columns!(), ", me.side, me.permission from status_reports r
        left join participations me
            on me.account_id = r.account_id and me.workspace_id = r.workspace_id and me.user_id = $3
        where r.account_id = $1 and r.id = $2");
    OF_ACCOUNT = page!("select id from status_reports where account_id = $1 and id >= $2 order by id limit $3 offset $4");
    OF_WORKSPACE = page!("select id from status_reports where account_id = $1 and workspace_id = $2
        order by id limit $3 offset $4");
    LIST = page!(concat!("select r.id from status_reports r where ", listed!(), "
        order by r.id limit $20 offset $21"));
    COUNT = concat!("select count(*) from status_reports r where ", listed!());
    OF_WORKSPACES = "select id, workspace_id, created_at from status_reports where account_id = $1
        and workspace_id in (select cast(value as bigint) from json_each(cast($2 as text)))
        and created_at >= $3 limit $4";
    OF_ACCOUNT_BY_ID = concat!("select ", columns!(), " from status_reports r where r.account_id = $1
        and r.id in (select cast(value as bigint) from json_each(cast($2 as text))) order by r.id");
    AFTER = concat!("select ", columns!(), " from status_reports r where r.id > $1 order by r.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from status_reports r
        where r.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// What a list of reports is narrowed to; texts are JSON lists of which one must match.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Workspaces' ids.
    pub workspaces: Option<String>,
    /// From the first instant on, up to but without the second.
    pub created: (Time, Time),
    /// As `created`.
    pub updated: (Time, Time),
    /// Reports' ids.
    pub only: Option<String>,
    /// Conditions that hold for one and the same reference.
    pub reference: ReferenceFilter,
    /// At least one reference, or none.
    pub has_references: Option<bool>,
    /// No reference to any of these services.
    pub without_service: Option<String>,
}

/// Conditions on a report's reference.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct ReferenceFilter {
    pub service_name: Option<String>,
    pub service_model: Option<String>,
    pub service_model_ref: Option<String>,
    pub service_model_refs: Option<String>,
    pub external_status: Option<String>,
    pub external_message: Option<String>,
    pub status: Option<String>,
}

impl ReferenceFilter {
    fn values(&self) -> [Option<&str>; 7] {
        [
            self.service_name.as_deref(),
            self.service_model.as_deref(),
            self.service_model_ref.as_deref(),
            self.external_status.as_deref(),
            self.external_message.as_deref(),
            self.status.as_deref(),
            self.service_model_refs.as_deref(),
        ]
    }
}

impl Filter {
    fn narrows_beyond_workspaces(&self) -> bool {
        self.created != (Time::MIN, Time::MAX)
            || self.updated != (Time::MIN, Time::MAX)
            || self.only.is_some()
            || self.reference.values().iter().any(Option::is_some)
            || self.has_references.is_some()
            || self.without_service.is_some()
    }

    /// The workspace, where the list is all of one workspace.
    fn one_workspace(&self) -> Option<i64> {
        let list = self.workspaces.as_deref()?;
        (!self.narrows_beyond_workspaces()).then(|| list.trim_matches(['[', ']']).parse().ok())?
    }
}

fn report(row: &Row<'_>) -> db::Result<StatusReport> {
    let unknown = |what: &str| StoreError::Other(format!("an unknown {what}"));
    Ok(StatusReport {
        id: row.get(0)?,
        account_id: row.get(1)?,
        workspace_id: row.get(2)?,
        color: Color::named(row.text(3)?).ok_or_else(|| unknown("color"))?,
        description: row.get(4)?,
        details: serde_json::from_str(row.text(5)?).map_err(|_| unknown("detail"))?,
        creator_id: row.get(6)?,
        updater_id: row.get(7)?,
        created_at: Time(row.get(8)?),
        updated_at: Time(row.get(9)?),
    })
}

fn details_text(report: &StatusReport) -> String {
    serde_json::to_string(&report.details).expect("details are made of texts")
}

fn row<'r>(report: &'r StatusReport, details: &'r str) -> [Value<'r>; 9] {
    values![
        report.account_id,
        report.workspace_id,
        report.color.name(),
        &report.description,
        details,
        report.creator_id,
        report.updater_id,
        report.created_at.0,
        report.updated_at.0
    ]
}

/// A page of the reports that the caller sees, by id, and how many there are.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<StatusReport>, i64)> {
    let account = caller.account_id;
    if let Some(workspace) = filter.one_workspace() {
        if !participations::store::access_in(conn, caller, workspace).await?.sees_health() {
            return Ok((Vec::new(), 0));
        }
        let page = values![account, workspace, limit, offset];
        return Ok(conn
            .join(
                async |conn| conn.all(OF_WORKSPACE, &page, report).await,
                async |conn| crate::counters::status_reports(conn, account, workspace).await,
            )
            .await?);
    }
    if caller.administrator && filter.workspaces.is_none() && !filter.narrows_beyond_workspaces() {
        return Ok(conn
            .join(
                async |conn| {
                    let (first, rest) = blocks::start(conn, account, offset).await?;
                    conn.all(OF_ACCOUNT, &values![account, first, limit, rest], report).await
                },
                async |conn| accounts::store::status_reports(conn, account).await,
            )
            .await?);
    }
    let needs_no_reference =
        filter.has_references != Some(true) && filter.reference.values().iter().all(Option::is_none);
    let mut narrowed = values![
        account,
        caller.administrator,
        caller.user_id,
        filter.workspaces.as_deref(),
        filter.created.0.0,
        filter.created.1.0,
        filter.updated.0.0,
        filter.updated.1.0,
        filter.only.as_deref(),
        needs_no_reference
    ]
    .to_vec();
    narrowed.extend(filter.reference.values().map(Value::from));
    narrowed.extend(values![filter.has_references == Some(false), filter.without_service.as_deref()]);
    let page = [&narrowed[..], &values![limit, offset]].concat();
    Ok(conn
        .join(
            async |conn| conn.all(LIST, &page, report).await,
            async |conn| {
                if filter.narrows_beyond_workspaces() {
                    return conn.scalar(COUNT, &narrowed).await;
                }
                let workspaces = filter.workspaces.as_deref();
                crate::counters::status_reports_seen(conn, caller, workspaces).await
            },
        )
        .await?)
}

/// The report, if the caller sees the health of its workspace and has at least the `needed` right there.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn require(conn: &mut Conn, caller: &Caller, id: i64, needed: Access) -> Result<StatusReport> {
    let values = values![caller.account_id, id, caller.user_id];
    let found = conn
        .first(FIND, &values, |row| Ok((report(row)?, participations::store::access_of(caller, row, 10)?)));
    let (found, right) = found.await?.ok_or(Error::NotFound)?;
    if !right.sees_health() {
        return Err(Error::NotFound);
    }
    right.require(needed)?;
    Ok(found)
}

/// A report without its contents.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// The id of the report.
    pub id: i64,
    /// The workspace that it is about.
    pub workspace_id: i64,
    /// When it was written.
    pub created_at: Time,
}

/// At most `limit` reports of some workspaces since an instant, by id; `ids` is a JSON list of workspaces.
pub async fn of_workspaces(
    conn: &mut Conn,
    account_id: i64,
    ids: &str,
    since: Time,
    limit: i64,
) -> Result<Vec<Brief>> {
    let brief = |row: &Row<'_>| {
        Ok(Brief { id: row.get(0)?, workspace_id: row.get(1)?, created_at: Time(row.get(2)?) })
    };
    let mut found = conn.all(OF_WORKSPACES, &values![account_id, ids, since.0, limit], brief).await?;
    found.sort_unstable_by_key(|report| report.id);
    Ok(found)
}

/// Those of the reports that are of the account, by id; `ids` is a JSON list.
pub async fn of_account(conn: &mut Conn, account_id: i64, ids: &str) -> db::Result<Vec<StatusReport>> {
    conn.all(OF_ACCOUNT_BY_ID, &values![account_id, ids], report).await
}

/// Writes a report about a workspace.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn create(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
) -> Result<StatusReport> {
    let Some(workspace_id) = draft.workspace_id else { return Err(Error::Invalid(draft.violations(true))) };
    workspaces::store::access(conn, caller, workspace_id).await?.require(Access::Edit)?;
    let new = draft.make(caller.account_id, caller.user_id, change.at)?;
    let id = conn.scalar(INSERT, &row(&new, &details_text(&new))).await?;
    let new = StatusReport { id, ..new };
    count(conn, &new, 1).await?;
    let mut log = Log::new(change);
    log.created(SUBJECT, id, &new);
    events::store::append(conn, log).await?;
    refer(conn, change, &new, draft).await?;
    Ok(new)
}

/// Changes a report.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    id: i64,
    draft: &Draft,
) -> Result<StatusReport> {
    let before = require(conn, caller, id, Access::Edit).await?;
    Error::check(draft.violations(false))?;
    let after =
        StatusReport { updater_id: Some(caller.user_id), updated_at: change.at, ..draft.apply(&before) };
    let details = details_text(&after);
    let row = values![
        after.account_id,
        id,
        after.color.name(),
        &after.description,
        &details,
        after.updater_id,
        after.updated_at.0
    ];
    conn.run(UPDATE, &row).await?;
    let mut log = Log::new(change);
    log.updated(SUBJECT, id, &before, &after);
    events::store::append(conn, log).await?;
    refer(conn, change, &after, draft).await?;
    Ok(after)
}

/// Deletes a report and its references.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(conn: &mut Conn, caller: &Caller, change: &Change, id: i64) -> Result<()> {
    let before = require(conn, caller, id, Access::Edit).await?;
    let mut log = Log::new(change);
    external_references::store::delete_of(conn, &mut log, caller.account_id, Subject::StatusReport(id))
        .await?;
    conn.run(DELETE, &values![caller.account_id, id]).await?;
    count(conn, &before, -1).await?;
    log.deleted(SUBJECT, id, &before);
    events::store::append(conn, log).await
}

async fn refer(conn: &mut Conn, change: &Change, report: &StatusReport, draft: &Draft) -> Result<()> {
    if let Some(Some(reference)) = &draft.external_reference {
        let subject = Subject::StatusReport(report.id);
        external_references::store::upsert(conn, change, subject, report.workspace_id, reference).await?;
    }
    Ok(())
}

async fn count(conn: &mut Conn, report: &StatusReport, more: i64) -> db::Result<()> {
    accounts::store::count_reports(conn, report.account_id, more).await?;
    blocks::count(conn, [(report.account_id, report.id, more)]).await?;
    crate::counters::count_more(conn, &[(report.account_id, report.workspace_id, more, 0)]).await
}

/// Reports with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<StatusReport>> {
    conn.all(AFTER, &values![id, limit], report).await
}

/// Those of the reports that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<StatusReport>> {
    conn.all(WITH_IDS, &values![ids], report).await
}

/// Adds reports with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, reports: &[StatusReport]) -> db::Result<()> {
    let details: Vec<String> = reports.iter().map(details_text).collect();
    let rows: Vec<_> = reports
        .iter()
        .zip(&details)
        .map(|(report, details)| {
            let mut values = row(report, details).to_vec();
            values.push(report.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await?;
    blocks::count(conn, reports.iter().map(|report| (report.account_id, report.id, 1))).await
}
