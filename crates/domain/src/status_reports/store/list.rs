//! Lists of reports. The cost of a page does not depend on its offset in the list of an account.

use super::blocks;
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::{ReportId, WorkspaceId};
use crate::span::Span;
use crate::status_reports::StatusReport;
use crate::table::Table;
use crate::{accounts, counters, participations};
use db::{Conn, List};
use db::{bind, if_ids, if_texts, in_texts, sql, statements};

/// Selects the ids of the page from an index that starts with the account, and then the rows.
macro_rules! page {
    ($($ids:expr),+) => {
        sql!(
            "select ",
            StatusReport::COLUMNS,
            " from (",
            $($ids,)+
            ") as page join status_reports r on r.id = page.id order by r.id"
        )
    };
}

/// The conditions on one external reference all hold for the same one.
const LISTED: &str = sql!(
    "r.account_id = :account_id
        and (:administrator or exists (select 1 from participations p where p.account_id = r.account_id
            and p.workspace_id = r.workspace_id and p.user_id = :user_id and p.side = 'provider')) and ",
    if_ids!("r.workspace_id", "workspaces"),
    " and r.created_at >= :created_start and r.created_at < :created_end
        and r.updated_at >= :updated_start and r.updated_at < :updated_end and ",
    if_ids!("r.id", "only"),
    " and (:needs_no_reference or exists (select 1 from external_references e
            where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id and ",
    if_texts!("e.service_name", "service_name"),
    " and ",
    if_texts!("e.service_model", "service_model"),
    " and ",
    if_texts!("e.service_model_ref", "service_model_ref"),
    " and ",
    if_texts!("e.external_status", "external_status"),
    " and ",
    if_texts!("e.external_message", "external_message"),
    " and ",
    if_texts!("e.status", "status"),
    " and ",
    if_texts!("e.service_model_ref", "service_model_refs"),
    "))
        and (not :has_no_references or not exists (select 1 from external_references e
            where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id))
        and (cast(:without_service as text) is null or not exists (select 1 from external_references e
            where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id and ",
    in_texts!("e.service_name", "without_service"),
    "))"
);

statements! {
    OF_ACCOUNT = page!("select id from status_reports where account_id = :account_id and id >= :first
        order by id limit :limit offset :offset");
    OF_WORKSPACE = page!("select id from status_reports where account_id = :account_id and workspace_id = :workspace_id
        order by id limit :limit offset :offset");
    LIST = page!("select r.id from status_reports r where ", LISTED, " order by r.id limit :limit offset :offset");
    COUNT = "select count(*) from status_reports r where ", LISTED;
}

/// The filter of a list of reports; of each list, one item must match.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Workspaces' ids.
    pub workspaces: Option<List<WorkspaceId>>,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// As `created`.
    pub updated: Span,
    /// Reports' ids.
    pub only: Option<List<ReportId>>,
    /// Conditions that hold for one and the same reference.
    pub reference: ReferenceFilter,
    /// At least one reference, or none.
    pub has_references: Option<bool>,
    /// No reference to any of these services.
    pub without_service: Option<List<String>>,
}

/// Conditions on a report's reference.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct ReferenceFilter {
    pub service_name: Option<List<String>>,
    pub service_model: Option<List<String>>,
    pub service_model_ref: Option<List<String>>,
    pub service_model_refs: Option<List<String>>,
    pub external_status: Option<List<String>>,
    pub external_message: Option<List<String>>,
    pub status: Option<List<String>>,
}

impl ReferenceFilter {
    fn is_empty(&self) -> bool {
        let Self { service_name, service_model, service_model_ref, service_model_refs, .. } = self;
        let Self { external_status, external_message, status, .. } = self;
        let of_service = [service_name, service_model, service_model_ref, service_model_refs];
        of_service.into_iter().chain([external_status, external_message, status]).all(Option::is_none)
    }
}

impl Filter {
    fn narrows_beyond_workspaces(&self) -> bool {
        self.created != Span::ALWAYS
            || self.updated != Span::ALWAYS
            || self.only.is_some()
            || !self.reference.is_empty()
            || self.has_references.is_some()
            || self.without_service.is_some()
    }

    /// The workspace, if the list has all reports of one workspace.
    fn one_workspace(&self) -> Option<WorkspaceId> {
        match self.workspaces.as_deref() {
            Some([id]) if !self.narrows_beyond_workspaces() => Some(*id),
            _ => None,
        }
    }
}

/// A page of the reports that the caller sees, by id, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<StatusReport>, i64)> {
    let account_id = caller.account_id;
    if let Some(workspace_id) = filter.one_workspace() {
        if !participations::store::access_in(conn, caller, workspace_id).await?.sees_health() {
            return Ok((Vec::new(), 0));
        }
        let page = bind![OF_WORKSPACE; account_id, workspace_id, limit, offset];
        return Ok(conn
            .join(
                async |conn| conn.all(&page, StatusReport::read).await,
                async |conn| counters::store::status_reports(conn, account_id, workspace_id).await,
            )
            .await?);
    }
    if caller.administrator && filter.workspaces.is_none() && !filter.narrows_beyond_workspaces() {
        return Ok(conn
            .join(
                async |conn| {
                    let (first, offset) = blocks::start(conn, account_id, offset).await?;
                    let page = bind![OF_ACCOUNT; account_id, first, limit, offset];
                    conn.all(&page, StatusReport::read).await
                },
                async |conn| accounts::store::status_reports(conn, account_id).await,
            )
            .await?);
    }
    let reference = &filter.reference;
    let (page, count) = bind![LIST, COUNT;
        account_id,
        caller.administrator,
        caller.user_id,
        filter.workspaces,
        created_start: filter.created.start,
        created_end: filter.created.end,
        updated_start: filter.updated.start,
        updated_end: filter.updated.end,
        filter.only,
        needs_no_reference: filter.has_references != Some(true) && reference.is_empty(),
        reference.service_name,
        reference.service_model,
        reference.service_model_ref,
        reference.external_status,
        reference.external_message,
        reference.status,
        reference.service_model_refs,
        has_no_references: filter.has_references == Some(false),
        filter.without_service,
        limit,
        offset,
    ];
    Ok(conn
        .join(
            async |conn| conn.all(&page, StatusReport::read).await,
            async |conn| {
                if filter.narrows_beyond_workspaces() {
                    return conn.scalar(&count).await;
                }
                counters::store::status_reports_seen(conn, caller, filter.workspaces.as_ref()).await
            },
        )
        .await?)
}
