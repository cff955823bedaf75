//! The SQL of external references.

use super::{Draft, ExternalReference, Subject, SubjectType, SyncStatus};
use crate::ids::{AccountId, WorkspaceId};

use crate::auth::Caller;
use crate::error::Result;
use crate::events;
use crate::events::{Change, Log};
use crate::order::{Order, Sort};
use crate::span::Span;
use crate::table;
use crate::table::{Table, record};
use db::{Conn, LISTED_IDS, List};
use db::{bind, if_ids, if_texts, in_texts, named_column, sql, statements};

record! {
    ExternalReference in external_references as e {
        id, account_id, workspace_id, subject_type, subject_id, service_name, service_model, service_model_ref, status,
        external_link, external_message, external_status, locked, last_synced_at, created_at, updated_at
    }
}

named_column! {
    SubjectType: named, name;
    SyncStatus: named, name;
}

/// The references that the caller sees: those of reports need the provider side, those of workspaces any side.
const LISTED: &str = sql!(
    "e.account_id = :account_id
        and (:administrator or exists (select 1 from participations p where p.account_id = e.account_id
            and p.workspace_id = e.workspace_id and p.user_id = :user_id
            and (p.side = 'provider' or e.subject_type = 'Workspace')))
        and ",
    in_texts!("e.subject_type", "subject_type"),
    " and ",
    if_ids!("e.subject_id", "subject_id"),
    " and ",
    if_texts!("e.service_name", "service_name"),
    " and ",
    if_texts!("e.service_model", "service_model"),
    " and ",
    if_texts!("e.service_model_ref", "service_model_ref"),
    " and ",
    if_texts!("e.status", "status"),
    " and ",
    if_texts!("e.external_status", "external_status"),
    " and ",
    if_texts!("e.external_message", "external_message"),
    " and e.created_at >= :created_start and e.created_at < :created_end
        and e.updated_at >= :updated_start and e.updated_at < :updated_end
        and (not :is_synced or (e.last_synced_at >= :synced_start and e.last_synced_at < :synced_end)) and ",
    if_ids!("e.id", "only")
);

statements! {
    UPDATE = "update external_references set service_model = :service_model, service_model_ref = :service_model_ref,
            status = :status, external_link = :external_link, external_message = :external_message,
            external_status = :external_status, locked = :locked, last_synced_at = :last_synced_at,
            updated_at = :updated_at
        where account_id = :account_id and id = :id";
    OF_SERVICE = "select ", ExternalReference::COLUMNS, " from external_references e where e.account_id = :account_id
        and e.subject_type = :subject_type and e.subject_id = :subject_id and e.service_name = :service_name";
    OF_SUBJECTS = "select ", ExternalReference::COLUMNS, " from ", LISTED_IDS, " external_references e
        where e.account_id = :account_id and e.subject_type = :subject_type and e.subject_id = listed_id limit :limit";
    // References that were never synchronised come first in ascending order, and last in descending order, on both engines.
    LIST = "select ", ExternalReference::COLUMNS, " from external_references e where ", LISTED, "
        order by
            case cast(:order as bigint)
                when 1 then coalesce(e.last_synced_at, -9223372036854775807)
                when -1 then -coalesce(e.last_synced_at, -9223372036854775807)
                when 2 then e.created_at when -2 then -e.created_at
                else 0 end,
            e.id
        limit :limit offset :offset";
    COUNT = "select count(*) from external_references e where ", LISTED;
}

/// The filter of a list of references; of each list, one item must match.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Filter {
    pub subject_type: List<String>,
    pub subject_id: Option<List<i64>>,
    pub service_name: Option<List<String>>,
    pub service_model: Option<List<String>>,
    pub service_model_ref: Option<List<String>>,
    pub status: Option<List<String>>,
    pub external_status: Option<List<String>>,
    pub external_message: Option<List<String>>,
    pub created: Span,
    pub updated: Span,
    pub last_synced: Option<Span>,
    pub only: Option<List<i64>>,
}

/// The attributes by which references can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum SortBy {
    LastSyncedAt = 1,
    CreatedAt = 2,
}

impl Sort for SortBy {
    fn number(self) -> i64 {
        self as i64
    }
}

/// A page of the references that the caller sees, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    order: Order<SortBy>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ExternalReference>, i64)> {
    let synced = filter.last_synced.unwrap_or(Span::ALWAYS);
    let (page, count) = bind![LIST, COUNT;
        caller.account_id,
        caller.administrator,
        caller.user_id,
        filter.subject_type,
        filter.subject_id,
        filter.service_name,
        filter.service_model,
        filter.service_model_ref,
        filter.status,
        filter.external_status,
        filter.external_message,
        created_start: filter.created.start,
        created_end: filter.created.end,
        updated_start: filter.updated.start,
        updated_end: filter.updated.end,
        is_synced: filter.last_synced.is_some(),
        synced_start: synced.start,
        synced_end: synced.end,
        filter.only,
        order: order.number(),
        limit,
        offset,
    ];
    let count = conn.scalar(&count).await?;
    Ok((conn.all(&page, ExternalReference::read).await?, count))
}

/// At most `limit` references of some subjects of one type, by id.
pub async fn of_subjects(
    conn: &mut Conn,
    account_id: AccountId,
    subject_type: SubjectType,
    ids: &List<i64>,
    limit: i64,
) -> Result<Vec<ExternalReference>> {
    let query = bind![OF_SUBJECTS; account_id, subject_type, ids, limit];
    let mut found = conn.all(&query, ExternalReference::read).await?;
    found.sort_unstable_by_key(|reference| reference.id);
    Ok(found)
}

/// Updates the subject's reference to the service of a checked draft, or adds one.
pub async fn upsert(
    conn: &mut Conn,
    change: &Change,
    subject: Subject,
    workspace_id: WorkspaceId,
    draft: &Draft,
) -> Result<ExternalReference> {
    let (subject_type, subject_id) = subject.parts();
    let service_name = draft.service_name.as_deref().unwrap_or_default();
    let mut log = Log::new(change);
    let of = (subject_type, subject_id);
    let reference = if let Some(before) = of_service(conn, change.account_id, of, service_name).await? {
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
        let id = new.insert(conn).await?;
        let new = new.with_id(id);
        log.created(&new);
        new
    };
    events::store::append(conn, log).await?;
    Ok(reference)
}

/// The reference of a subject to a service.
pub async fn of_service(
    conn: &mut Conn,
    account_id: AccountId,
    (subject_type, subject_id): (SubjectType, i64),
    service_name: &str,
) -> db::Result<Option<ExternalReference>> {
    let query = bind![OF_SERVICE; account_id, subject_type, subject_id, service_name];
    conn.first(&query, ExternalReference::read).await
}

/// Writes a changed reference.
pub async fn save(
    conn: &mut Conn,
    change: &Change,
    before: &ExternalReference,
    after: &ExternalReference,
) -> Result<()> {
    update(conn, after).await?;
    events::store::updated(conn, change, before, after).await
}

async fn update(conn: &mut Conn, after: &ExternalReference) -> db::Result<()> {
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.service_model,
        after.service_model_ref,
        after.status,
        after.external_link,
        after.external_message,
        after.external_status,
        after.locked,
        after.last_synced_at,
        after.updated_at,
    ];
    conn.run(&query).await.map(drop)
}

/// A reference of an account, whoever the caller is; see [`crate::subjects::require_reference`].
pub async fn find(conn: &mut Conn, account_id: AccountId, id: i64) -> db::Result<Option<ExternalReference>> {
    table::find(conn, account_id, id).await
}

/// Deletes a reference.
pub async fn delete(conn: &mut Conn, change: &Change, reference: &ExternalReference) -> Result<()> {
    events::store::delete(conn, change, reference).await.map(drop)
}

/// Deletes the references of a subject, before the subject is deleted.
pub async fn delete_of(
    conn: &mut Conn,
    log: &mut Log<'_>,
    account_id: AccountId,
    subject: Subject,
) -> Result<()> {
    let (kind, id) = subject.parts();
    for found in of_subjects(conn, account_id, kind, &List::from([id]), i64::MAX).await? {
        conn.run(&bind![ExternalReference::DELETE; found.account_id, found.id]).await?;
        log.deleted(&found);
    }
    Ok(())
}
