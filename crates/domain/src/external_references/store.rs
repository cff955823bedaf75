//! The SQL of external references.

use super::{Draft, ExternalReference, Subject, SubjectType, SyncStatus};
use base::clock::Time;

use crate::auth::Caller;
use crate::error::Result;
use crate::events;
use crate::events::{Change, Log};
use crate::span::Span;
use db::{Conn, Error as StoreError, Row, Value};
use db::{listed_ids, statements, values};

macro_rules! columns {
    () => {
        "e.id, e.account_id, e.workspace_id, e.subject_type, e.subject_id, e.service_name, e.service_model,
        e.service_model_ref, e.status, e.external_link, e.external_message, e.external_status, e.locked,
        e.last_synced_at, e.created_at, e.updated_at"
    };
}

/// The references that the caller sees: those of reports need the provider side, those of workspaces any side.
macro_rules! listed {
    () => {
        "e.account_id = $1
            and ($2 or exists (select 1 from participations p where p.account_id = e.account_id
                and p.workspace_id = e.workspace_id and p.user_id = $3
                and (p.side = 'provider' or e.subject_type = 'Workspace')))
            and e.subject_type in (select cast(value as text) from json_each(cast($4 as text)))
            and (cast($5 as text) is null
                or e.subject_id in (select cast(value as bigint) from json_each(cast($5 as text))))
            and (cast($6 as text) is null
                or e.service_name in (select cast(value as text) from json_each(cast($6 as text))))
            and (cast($7 as text) is null
                or e.service_model in (select cast(value as text) from json_each(cast($7 as text))))
            and (cast($8 as text) is null
                or e.service_model_ref in (select cast(value as text) from json_each(cast($8 as text))))
            and (cast($9 as text) is null
                or e.status in (select cast(value as text) from json_each(cast($9 as text))))
            and (cast($10 as text) is null
                or e.external_status in (select cast(value as text) from json_each(cast($10 as text))))
            and (cast($11 as text) is null
                or e.external_message in (select cast(value as text) from json_each(cast($11 as text))))
            and e.created_at >= $12 and e.created_at < $13 and e.updated_at >= $14 and e.updated_at < $15
            and (not $16 or (e.last_synced_at >= $17 and e.last_synced_at < $18))
            and (cast($19 as text) is null
                or e.id in (select cast(value as bigint) from json_each(cast($19 as text))))"
    };
}

statements! {
    INSERT = "insert into external_references (account_id, workspace_id, subject_type, subject_id, service_name,
            service_model, service_model_ref, status, external_link, external_message, external_status, locked,
            last_synced_at, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id";
    INSERT_WITH_IDS = "insert into external_references (account_id, workspace_id, subject_type, subject_id,
            service_name, service_model, service_model_ref, status, external_link, external_message,
            external_status, locked, last_synced_at, created_at, updated_at, id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    UPDATE = "update external_references set service_model = $3, service_model_ref = $4, status = $5,
            external_link = $6, external_message = $7, external_status = $8, locked = $9, last_synced_at = $10,
            updated_at = $11
        where account_id = $1 and id = $2";
    DELETE = "delete from external_references where account_id = $1 and id = $2";
    FIND = concat!("select ", columns!(), " from external_references e where e.account_id = $1 and e.id = $2");
    OF_SERVICE = concat!("select ", columns!(), " from external_references e where e.account_id = $1
        and e.subject_type = $2 and e.subject_id = $3 and e.service_name = $4");
    OF_SUBJECTS = concat!("select ", columns!(), " from ", listed_ids!("$3"), " external_references e
        where e.account_id = $1 and e.subject_type = $2 and e.subject_id = listed_id limit $4");
    // References that were never synchronised come first in ascending order, and last in descending order, on both engines.
    LIST = concat!("select ", columns!(), " from external_references e where ", listed!(), "
        order by
            case cast($20 as bigint)
                when 1 then coalesce(e.last_synced_at, -9223372036854775807)
                when -1 then -coalesce(e.last_synced_at, -9223372036854775807)
                when 2 then e.created_at when -2 then -e.created_at
                else 0 end,
            e.id
        limit $21 offset $22");
    COUNT = concat!("select count(*) from external_references e where ", listed!());
    AFTER = concat!("select ", columns!(), " from external_references e where e.id > $1 order by e.id limit $2");
    WITH_IDS = concat!("select ", columns!(), " from external_references e
        where e.id in (select cast(value as bigint) from json_each(cast($1 as text)))");
}

/// The filter of a list of references; texts are JSON lists, of which one item must match.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Filter {
    pub subject_type: String,
    pub subject_id: Option<String>,
    pub service_name: Option<String>,
    pub service_model: Option<String>,
    pub service_model_ref: Option<String>,
    pub status: Option<String>,
    pub external_status: Option<String>,
    pub external_message: Option<String>,
    pub created: Span,
    pub updated: Span,
    pub last_synced: Option<Span>,
    pub only: Option<String>,
}

/// The order of a list of references; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum Sort {
    LastSyncedAt,
    CreatedAt,
}

fn reference(row: &Row<'_>) -> db::Result<ExternalReference> {
    let unknown = |what: &str| StoreError::Other(format!("an unknown {what}"));
    let status = row.optional_text(8)?;
    Ok(ExternalReference {
        id: row.get(0)?,
        account_id: row.get(1)?,
        workspace_id: row.get(2)?,
        subject_type: SubjectType::named(row.text(3)?).ok_or_else(|| unknown("subject type"))?,
        subject_id: row.get(4)?,
        service_name: row.get(5)?,
        service_model: row.get(6)?,
        service_model_ref: row.get(7)?,
        status: status
            .map(|name| SyncStatus::named(name).ok_or_else(|| unknown("sync status")))
            .transpose()?,
        external_link: row.get(9)?,
        external_message: row.get(10)?,
        external_status: row.get(11)?,
        locked: row.get(12)?,
        last_synced_at: row.get::<Option<i64>>(13)?.map(Time),
        created_at: Time(row.get(14)?),
        updated_at: Time(row.get(15)?),
    })
}

fn row(reference: &ExternalReference) -> [Value<'_>; 15] {
    values![
        reference.account_id,
        reference.workspace_id,
        reference.subject_type.name(),
        reference.subject_id,
        &reference.service_name,
        &reference.service_model,
        &reference.service_model_ref,
        reference.status.map(SyncStatus::name),
        reference.external_link.as_deref(),
        reference.external_message.as_deref(),
        reference.external_status.as_deref(),
        reference.locked,
        reference.last_synced_at.map(|at| at.0),
        reference.created_at.0,
        reference.updated_at.0
    ]
}

/// A page of the references that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    (sort, descending): (Sort, bool),
    limit: i64,
    offset: i64,
) -> Result<(Vec<ExternalReference>, i64)> {
    let synced = filter.last_synced.unwrap_or(Span::ALWAYS);
    let mut narrowed = values![
        caller.account_id,
        caller.administrator,
        caller.user_id,
        &filter.subject_type,
        filter.subject_id.as_deref(),
        filter.service_name.as_deref(),
        filter.service_model.as_deref(),
        filter.service_model_ref.as_deref(),
        filter.status.as_deref(),
        filter.external_status.as_deref(),
        filter.external_message.as_deref(),
        filter.created.start.0,
        filter.created.end.0,
        filter.updated.start.0,
        filter.updated.end.0,
        filter.last_synced.is_some(),
        synced.start.0,
        synced.end.0,
        filter.only.as_deref()
    ]
    .to_vec();
    let count = conn.scalar(COUNT, &narrowed).await?;
    let sort = if sort == Sort::LastSyncedAt { 1_i64 } else { 2 };
    narrowed.extend(values![if descending { -sort } else { sort }, limit, offset]);
    Ok((conn.all(LIST, &narrowed, reference).await?, count))
}

/// At most `limit` references of some subjects of one type, by id; `ids` is a JSON list.
pub async fn of_subjects(
    conn: &mut Conn,
    account_id: i64,
    kind: SubjectType,
    ids: &str,
    limit: i64,
) -> Result<Vec<ExternalReference>> {
    let mut found = conn.all(OF_SUBJECTS, &values![account_id, kind.name(), ids, limit], reference).await?;
    found.sort_unstable_by_key(|reference| reference.id);
    Ok(found)
}

/// Updates the subject's reference to the service of a checked draft, or adds one.
pub async fn upsert(
    conn: &mut Conn,
    change: &Change,
    subject: Subject,
    workspace_id: i64,
    draft: &Draft,
) -> Result<ExternalReference> {
    let (subject_type, subject_id) = subject.parts();
    let service = draft.service_name.as_deref().unwrap_or_default();
    let known = values![change.account_id, subject_type.name(), subject_id, service];
    let mut log = Log::new(change);
    let reference = if let Some(before) = conn.first(OF_SERVICE, &known, reference).await? {
        let after = draft.apply(&before, change.at);
        update(conn, &after).await?;
        log.updated(&before, &after);
        after
    } else {
        let empty = ExternalReference {
            id: 0,
            account_id: change.account_id,
            workspace_id,
            subject_type,
            subject_id,
            service_name: String::new(),
            service_model: String::new(),
            service_model_ref: String::new(),
            status: None,
            external_link: None,
            external_message: None,
            external_status: None,
            locked: false,
            last_synced_at: None,
            created_at: change.at,
            updated_at: change.at,
        };
        let new = draft.apply(&empty, change.at);
        let id = conn.scalar(INSERT, &row(&new)).await?;
        let new = ExternalReference { id, ..new };
        log.created(&new);
        new
    };
    events::store::append(conn, log).await?;
    Ok(reference)
}

async fn update(conn: &mut Conn, after: &ExternalReference) -> db::Result<()> {
    let row = values![
        after.account_id,
        after.id,
        &after.service_model,
        &after.service_model_ref,
        after.status.map(SyncStatus::name),
        after.external_link.as_deref(),
        after.external_message.as_deref(),
        after.external_status.as_deref(),
        after.locked,
        after.last_synced_at.map(|at| at.0),
        after.updated_at.0
    ];
    conn.run(UPDATE, &row).await.map(drop)
}

/// A reference of an account, whoever the caller is; see [`crate::subjects::require_reference`].
pub async fn find(conn: &mut Conn, account_id: i64, id: i64) -> db::Result<Option<ExternalReference>> {
    conn.first(FIND, &values![account_id, id], reference).await
}

/// Deletes a reference.
pub async fn delete(conn: &mut Conn, change: &Change, reference: &ExternalReference) -> Result<()> {
    let mut log = Log::new(change);
    remove(conn, &mut log, reference).await?;
    events::store::append(conn, log).await
}

/// Deletes the references of a subject, before the subject is deleted.
pub async fn delete_of(conn: &mut Conn, log: &mut Log<'_>, account_id: i64, subject: Subject) -> Result<()> {
    let (kind, id) = subject.parts();
    for found in of_subjects(conn, account_id, kind, &format!("[{id}]"), i64::MAX).await? {
        remove(conn, log, &found).await?;
    }
    Ok(())
}

async fn remove(conn: &mut Conn, log: &mut Log<'_>, found: &ExternalReference) -> Result<()> {
    conn.run(DELETE, &values![found.account_id, found.id]).await?;
    log.deleted(found);
    Ok(())
}

/// References with a higher id than `id`, by id.
pub async fn after(conn: &mut Conn, id: i64, limit: i64) -> db::Result<Vec<ExternalReference>> {
    conn.all(AFTER, &values![id, limit], reference).await
}

/// Those of the references that exist, of whatever account.
pub async fn with_ids(conn: &mut Conn, ids: &str) -> db::Result<Vec<ExternalReference>> {
    conn.all(WITH_IDS, &values![ids], reference).await
}

/// Adds references with ids of their own.
pub async fn insert_with_ids(conn: &mut Conn, references: &[ExternalReference]) -> db::Result<()> {
    let rows: Vec<_> = references
        .iter()
        .map(|reference| {
            let mut values = row(reference).to_vec();
            values.push(reference.id.into());
            values
        })
        .collect();
    conn.run_many(INSERT_WITH_IDS, &rows).await
}
